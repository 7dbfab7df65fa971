"""A director signs a return in one tab and tries again in a second; asks for it to be reopened, and NHS Improvement grants it."""

import pytest

from footprints.models import RoleKind, User
from submissions.models import Return, SignOff
from tests.factories import (
    CorrectionFactory,
    ExplanationFactory,
    FigureQueryFactory,
    NilReturnFactory,
    ReopeningFactory,
    ReturnFactory,
    RoleFactory,
    SelfSignOffPermitFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.journeys.story import Person
from tests.submissions.scenes import workbook
from tests.submissions.signing_scenes import accepted, owed, signs

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"


def somebody(kind: RoleKind, name: str, **scope: object) -> User:
    person = UserFactory(password=PASSWORD, name=name)
    RoleFactory(user=person, kind=kind, **{"trust": None, "footprint": None, "region": "", **scope})
    return person


def full_return() -> tuple[Return, User]:
    """With something of everything that the page can show."""
    return_record = owed()
    accepted(return_record)
    file = accepted(return_record, workbook(return_record, seed=2))
    year_before = ReturnFactory(trust=return_record.trust, collection__year="2014/15")
    accepted(year_before, workbook(year_before, seed=3))
    ExplanationFactory(finding__submission=file, finding__label="Payroll, pay", text="Two posts were vacant")
    CorrectionFactory(submission=file)
    FigureQueryFactory(submission=file)
    SubmissionFactory(return_record=return_record, state="blocked")
    return return_record, somebody(RoleKind.SIGNATORY, "Tom Okafor", trust=return_record.trust)


def test_signing_and_trying_again_in_a_second_tab(phone_page, axe, transactional_db: None) -> None:
    return_record, director = full_return()
    person, page = Person(phone_page, axe), phone_page
    person.signs_in(director.email, PASSWORD)
    page.goto(f"/returns/{return_record.pk}/sign-off/")
    person.finds_nothing_in_the_way()
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_role("button", name="Sign this return").click()
    page.get_by_text("There is a problem").wait_for()
    person.finds_nothing_in_the_way()
    page.get_by_label("I sign for").check()
    page.get_by_role("button", name="Sign this return").click()
    person.sees("Signed. The return is locked")
    person.finds_nothing_in_the_way()
    second.get_by_label("I sign for").check()
    second.get_by_role("button", name="Sign this return").click()
    second.get_by_text("You have signed this already.").wait_for()
    assert SignOff.objects.count() == 1
    page.get_by_role("link", name="Ask for it to be reopened").click()
    page.get_by_label("Reason").fill("The pay of one department was left out.")
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Ask for the reopening").click()
    person.sees("Your request is with NHS Improvement")
    page.get_by_role("button", name="Sign out").click()

    person.signs_in(somebody(RoleKind.COLLECTION_MANAGER, "Ian Moss").email, PASSWORD)
    page.goto("/reopenings/")
    person.finds_nothing_in_the_way()
    page.get_by_role("link", name=return_record.trust.name).click()
    page.get_by_label("Reason for your decision").fill("We saw the ledger of it.")
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Grant the reopening").click()
    person.sees("is open again")
    person.finds_nothing_in_the_way()
    assert not SignOff.objects.in_force().exists()


def nil_return() -> tuple[User, str]:
    nil = NilReturnFactory(return_record=owed())
    trust = nil.return_record.trust
    return somebody(RoleKind.SIGNATORY, "Tom Okafor", trust=trust), f"/returns/{nil.return_record_id}/sign-off/"


def signed_and_asked() -> tuple[User, str]:
    return_record = owed()
    accepted(return_record)
    director = somebody(RoleKind.SIGNATORY, "Tom Okafor", trust=return_record.trust)
    ReopeningFactory(sign_off=signs(return_record, director).what)
    return somebody(RoleKind.COLLECTION_MANAGER, "Ian Moss"), f"/returns/{return_record.pk}/sign-off/"


def permits() -> tuple[User, str]:
    for day in ("2016-09-30", "2099-09-30"):
        SelfSignOffPermitFactory(until_date=day)
    return somebody(RoleKind.COLLECTION_MANAGER, "Ian Moss"), "/permits/"


@pytest.mark.parametrize("state", [nil_return, signed_and_asked, permits])
def test_a_page_in_this_state(browser_page, axe, transactional_db: None, state) -> None:
    user, address = state()
    person = Person(browser_page, axe)
    person.signs_in(user.email, PASSWORD)
    assert browser_page.goto(address).status == 200
    person.finds_nothing_in_the_way()
    assert browser_page.locator("h1").count() == 1
