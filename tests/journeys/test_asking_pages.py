"""The pages of queries, nil returns and excuses in a browser as wide as a phone; and a query from question to answer."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from benchmarks.actions import refresh_live
from footprints.models import RoleKind, User
from submissions.models import FigureQuery, Submission
from submissions.read_file import to_json
from submissions.states import State
from templates_app.reading import ReadCell, Reading
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    DisputeFactory,
    ExcuseFactory,
    ExtensionFactory,
    FigureFactory,
    FigureQueryFactory,
    FootprintFactory,
    MembershipFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.journeys.story import Person

pytestmark = pytest.mark.browser
PASSWORD = "a password for one test"
LONG = "The shared service of twelve trusts of the North pays the staff of this function by their headcount. " * 3


def somebody(kind: RoleKind, **scope: object) -> User:
    person = UserFactory(password=PASSWORD)
    RoleFactory(user=person, kind=kind, **{"trust": None, **scope})
    return person


def queried_file() -> Submission:
    cell = ReadCell("FIN3", "pay", "Costs", "D9", "Accounts payable, pay", "number", "412")
    reading = to_json(Reading("back_office", "2016.1", "R1H", {("FIN3", "pay"): cell}))
    file = SubmissionFactory(
        state=State.ACCEPTED, loaded_at=timezone.now(), checked_at=timezone.now(), reading=reading,
        template="back_office", version="2016.1",
        return_record__trust__name="Northumbria and Tyneside Partnership University Hospitals NHS Foundation Trust",
    )  # fmt: skip
    FigureFactory(submission=file, line="FIN3", column="pay")
    return file


def queries_of_every_kind(kind: RoleKind) -> tuple[User, str]:
    file = queried_file()
    somebody_else = UserFactory()
    FigureQueryFactory(submission=file, question=LONG)
    answered = {"answer": LONG, "answered_by": somebody_else, "answered_at": timezone.now()}
    FigureQueryFactory(submission=file, column="non_pay", **answered)
    FigureQueryFactory(submission=file, closed_by=somebody_else, closed_at=timezone.now(), **answered)
    trust = file.return_record.trust
    scope = {"trust": trust} if kind == RoleKind.PREPARER else {"footprint": MembershipFactory(trust=trust).footprint}
    return somebody(kind, **scope), f"/returns/{file.return_record_id}/queries/"


def queried_grid() -> tuple[User, str]:
    file = queried_file()
    FigureQueryFactory(submission=file)
    return somebody(RoleKind.COLLECTION_MANAGER), f"/submissions/{file.reference}/figures/"


def measured(name: str) -> tuple[User, str]:
    """The comparison of a trust, or its footprint's page, with a query about a figure behind a measure and a disputed value."""
    collection, footprint = CollectionFactory(), FootprintFactory()
    files = [on_record(collection, {"M03": 100 + number, "M04": 50}) for number in range(6)]
    MembershipFactory(footprint=footprint, trust=files[0].return_record.trust)
    FigureQueryFactory(submission=files[0], question=LONG)
    DisputeFactory(return_record=files[0].return_record, metric="M04", reason=LONG)
    refresh_live(collection, anyway=True)
    key = {"comparison": files[0].return_record_id, "footprint": footprint.ons_code}[name]
    return somebody(RoleKind.STP_LEAD, footprint=footprint), reverse(f"benchmarks:{name}", args=[key])


def nil_page(*, declared: bool) -> tuple[User, str]:
    owed = ReturnFactory(collection=CollectionFactory(template="pathology", version="2016.1"))
    if declared:
        NilReturnFactory(return_record=owed)
    return somebody(RoleKind.PREPARER, trust=owed.trust), f"/returns/{owed.pk}/nil/"


def excuse_page(*, excused: bool) -> tuple[User, str]:
    owed = ExcuseFactory(reason=LONG).return_record if excused else ReturnFactory()
    return somebody(RoleKind.COLLECTION_MANAGER), f"/returns/{owed.pk}/excuse/"


def giving_more_time() -> tuple[User, str]:
    return somebody(RoleKind.COLLECTION_MANAGER), f"/returns/{ReturnFactory().pk}/extension/"


def return_with_all_of_it() -> tuple[User, str]:
    owed = ReturnFactory(collection=CollectionFactory(template="pathology", version="2016.1"))
    decided = {"granted": False, "decided_by": UserFactory(), "decided_at": timezone.now(), "decision_reason": LONG}
    ExtensionFactory(return_record=owed, reason=LONG, **decided)
    ExtensionFactory(return_record=owed, reason=LONG)
    return somebody(RoleKind.PREPARER, trust=owed.trust), f"/returns/{owed.pk}/"


STATES: dict[str, Callable[[], tuple[User, str]]] = {
    "queries, for the trust": lambda: queries_of_every_kind(RoleKind.PREPARER),
    "queries, for the lead": lambda: queries_of_every_kind(RoleKind.STP_LEAD),
    "a grid with a query": queried_grid,
    "a comparison with a query": lambda: measured("comparison"),
    "a footprint with a query": lambda: measured("footprint"),
    "declaring a nil return": lambda: nil_page(declared=False),
    "a nil return": lambda: nil_page(declared=True),
    "excusing": lambda: excuse_page(excused=False),
    "excused": lambda: excuse_page(excused=True),
    "giving more time": giving_more_time,
    "a return with it all": return_with_all_of_it,
}


@pytest.mark.parametrize("state", STATES)
def test_a_page_in_this_state(phone_page, axe, transactional_db: None, state: str) -> None:
    user, address = STATES[state]()
    person = Person(phone_page, axe)
    person.signs_in(user.email, PASSWORD)
    assert phone_page.goto(address).status == 200
    person.finds_nothing_in_the_way()
    assert phone_page.locator("h1").count() == 1


def test_a_figure_is_queried_and_answered_without_javascript(scriptless_page, transactional_db: None) -> None:
    page, person = scriptless_page, Person(scriptless_page, None)
    file = queried_file()
    trust = file.return_record.trust
    lead = somebody(RoleKind.STP_LEAD, footprint=MembershipFactory(trust=trust).footprint)
    person.signs_in(lead.email, PASSWORD)
    page.goto(f"/submissions/{file.reference}/figures/")
    page.get_by_role("link", name="Query this figure: Accounts payable, Pay").click()
    page.get_by_label("Your question").fill("Is the shared service in it?")
    page.get_by_role("button", name="Ask the trust").click()
    person.sees("Your query is with the trust")
    page.get_by_role("button", name="Sign out").click()

    person.signs_in(somebody(RoleKind.PREPARER, trust=trust).email, PASSWORD)
    page.get_by_role("button", name="Answer 1 query").click()
    page.get_by_label("Your answer").fill("Yes, it moved to us in April 2015")
    page.get_by_role("button", name="Answer the query about Accounts payable, pay").click()
    person.sees(f"We have told {lead.name}")
    page.get_by_role("button", name="Sign out").click()

    person.signs_in(lead.email, PASSWORD)
    page.goto(f"/returns/{file.return_record_id}/queries/")
    page.get_by_role("button", name="Close the query").click()
    person.sees("The query is closed")
    assert FigureQuery.objects.get().closed_by == lead
