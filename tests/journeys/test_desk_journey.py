"""A support manager's morning: the late ones, reminders shown and sent, a call logged; at both widths, and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.models import Chase, Contact
from footprints.models import RoleKind, User
from submissions.states import State
from tests.factories import (
    AssignmentFactory,
    CollectionFactory,
    ContactFactory,
    ExtensionFactory,
    FindingFactory,
    LetterFactory,
    MembershipFactory,
    PauseFactory,
    ReturnFactory,
    RoleFactory,
    SavedViewFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)
from tests.journeys.story import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"
LONG_NAME = "Blackpool Teaching Hospitals and Lancashire Community NHS Foundation Trust"


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def late_round() -> User:
    """A round that was due three days ago, with returns at many stages."""
    manager = UserFactory(password=PASSWORD, name="Sue Field")
    RoleFactory(user=manager, kind=RoleKind.SUPPORT_MANAGER, region="North")
    late = CollectionFactory(name="Back office 2015/16", due_date=day(-3), sign_off_rule="signatory", ladder="standard")
    names = ("Airedale NHS Foundation Trust", "Bradford NHS Foundation Trust", LONG_NAME, "Calderdale NHS Trust")
    records = {}
    for name in names:
        trust = TrustFactory(name=name)
        MembershipFactory(trust=trust, footprint__name=f"Footprint of {name}")
        records[name] = ReturnFactory(collection=late, trust=trust)
        for kind in (RoleKind.PREPARER, RoleKind.SIGNATORY)[: 1 if name == LONG_NAME else 2]:
            RoleFactory(
                kind=kind,
                trust=trust,
                user=UserFactory(name=f"{kind.label.capitalize()} {trust.pk}", password=PASSWORD),
            )
    airedale, bradford, blackpool, calderdale = (records[name] for name in names)
    FindingFactory(submission=SubmissionFactory(return_record=blackpool, state=State.BLOCKED))
    ContactFactory(return_record=bradford, promised_date=day(2), at=timezone.now() - timedelta(days=2))
    ContactFactory(return_record=blackpool, promised_date=day(-1), at=timezone.now() - timedelta(days=2), reached=True)
    ExtensionFactory(return_record=calderdale)
    PauseFactory(trust=TrustFactory(name="Paused"))
    AssignmentFactory(trust=blackpool.trust, manager=manager)
    LetterFactory(to=blackpool.trust.roles.get().user, sent_at=timezone.now(), bounced_at=timezone.now())
    SavedViewFactory(user=manager, name="Late in the North", query="lateness=late")
    ReturnFactory(collection=CollectionFactory(), trust=airedale.trust)
    return manager


def test_the_late_are_filtered_reminded_and_called(browser_page, axe, transactional_db: None) -> None:
    page, person = browser_page, Person(browser_page, axe)
    person.signs_in(late_round().email, PASSWORD)
    page.goto("/desk/")
    person.sees("returns need somebody to act now")
    person.finds_nothing_in_the_way()
    page.get_by_text("Filter, save and export").click()
    page.get_by_label("Days left or late").select_option("Late")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator(".portal-queue tbody tr").count() == 4
    person.finds_nothing_in_the_way()

    page.get_by_label("With all 4 returns of this list, ticked or not").check()
    page.get_by_role("button", name="Remind", exact=True).click()
    person.sees("Nothing is done yet")
    person.sees("It is promised by")
    person.sees("the trust has asked for more time")
    page.locator("summary").filter(has_text="Preparer").first.click()
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Send these reminders").click()
    person.sees("2 returns reminded")
    assert Chase.objects.count() == 2

    page.get_by_role("link", name=LONG_NAME).click()
    person.sees("No signatory")
    page.get_by_text("Log a contact").click()
    page.get_by_label("With whom").fill("Amina Khan, deputy finance director")
    page.get_by_label("What was said").fill("Payroll is late. They upload on Friday.")
    for part, number in zip(("Day", "Month", "Year"), day(4).strftime("%d %m %Y").split(), strict=True):
        page.get_by_role("group", name="Day they promised").get_by_label(part).fill(number)
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Add to the log").click()
    person.sees("Your call is in the log")
    person.sees("Wait: promised for")
    person.finds_nothing_in_the_way()
    assert Contact.objects.filter(with_whom__startswith="Amina Khan, deputy").get().promised_date == day(4)


def test_the_desk_without_javascript(scriptless_page, transactional_db: None) -> None:
    page, person = scriptless_page, Person(scriptless_page, None)
    person.signs_in(late_round().email, PASSWORD)
    page.goto("/desk/")
    page.get_by_role("link", name="Late in the North").click()
    page.get_by_label("Tick Airedale NHS Foundation Trust").first.check()
    page.get_by_role("button", name="Log a call").click()
    page.get_by_label("With whom").fill("Amina Khan")
    page.get_by_label("What was said").fill("They come on Monday.")
    page.get_by_role("button", name="See what happens").click()
    page.get_by_role("button", name="Add to the log").click()
    person.sees("The contact is in the log of 1 return")
    assert Contact.objects.filter(said="They come on Monday.").count() == 1
