"""Every page in its less happy states, at both widths: nothing keeps anybody out, nothing scrolls sideways."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from footprints.models import RoleKind, User
from submissions.models import Return
from submissions.states import State
from tests.factories import (
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.journeys.story import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"


def somebody(kind: RoleKind | None, **scope: object) -> User:
    person = UserFactory(password=PASSWORD)
    if kind is not None:
        RoleFactory(user=person, kind=kind, **{"trust": None, "footprint": None, "region": "", **scope})
    return person


def preparer_of(return_record: Return) -> User:
    return somebody(RoleKind.PREPARER, trust=return_record.trust)


def file_in(state: State, **more: object) -> tuple[User, str]:
    file = SubmissionFactory(state=state, **more)
    return preparer_of(file.return_record), f"/submissions/{file.reference}/"


def many_findings() -> tuple[User, str]:
    file = SubmissionFactory(state=State.BLOCKED, checked_at=timezone.now())
    for position in range(60):
        FindingFactory(
            submission=file, position=position, sheet=("Costs", "Volumes")[position % 2], cell=f"D{position + 7}",
            severity=("error", "warning", "info")[position % 3],
        )  # fmt: skip
    return preparer_of(file.return_record), f"/submissions/{file.reference}/"


def empty_return() -> tuple[User, str]:
    return_record = ReturnFactory()
    return preparer_of(return_record), f"/returns/{return_record.pk}/"


def long_name() -> tuple[User, str]:
    return_record = ReturnFactory(
        trust__name="The Queen Elizabeth and Saint Bartholomew Hospitals of Northern Shire NHS Foundation Trust"
    )
    return preparer_of(return_record), "/"


def nothing_to_compare() -> tuple[User, str]:
    return_record = ReturnFactory()
    return preparer_of(return_record), f"/returns/{return_record.pk}/comparison/"


def footprint_without_returns() -> tuple[User, str]:
    footprint = FootprintFactory()
    return somebody(RoleKind.STP_LEAD, footprint=footprint), f"/footprints/{footprint.ons_code}/"


def footprint_of_many() -> tuple[User, str]:
    footprint = FootprintFactory()
    first = ReturnFactory()
    for return_record in [first, *(ReturnFactory(collection=first.collection) for _ in range(14))]:
        MembershipFactory(trust=return_record.trust, footprint=footprint)
    return somebody(RoleKind.STP_LEAD, footprint=footprint), f"/footprints/{footprint.ons_code}/"


STATES: dict[str, Callable[[], tuple[User | None, str]]] = {
    "sign in": lambda: (None, "/sign-in/"),
    "no such page": lambda: (somebody(RoleKind.ANALYST), "/nowhere/"),
    "not allowed": lambda: (somebody(RoleKind.ADMINISTRATOR), "/national/"),
    "nothing to do": lambda: (somebody(None), "/"),
    "people and roles": lambda: (somebody(RoleKind.ADMINISTRATOR), "/"),
    "national without a round": lambda: (somebody(RoleKind.COLLECTION_MANAGER), "/national/"),
    "an empty return": empty_return,
    "a long name": long_name,
    "being checked": lambda: file_in(State.RECEIVED),
    "checked for too long": lambda: file_in(State.RECEIVED, received_at=timezone.now() - timedelta(hours=1)),
    "refused": lambda: file_in(State.REFUSED, refusal_code="pdf", refusal="This is a PDF. Upload the workbook."),
    "set aside": lambda: file_in(State.STUCK),
    "many findings": many_findings,
    "nothing to compare": nothing_to_compare,
    "a footprint without returns": footprint_without_returns,
    "a footprint of many": footprint_of_many,
}


@pytest.mark.parametrize("state", STATES)
def test_a_page_in_this_state(browser_page, axe, transactional_db: None, state: str) -> None:
    user, address = STATES[state]()
    person = Person(browser_page, axe)
    if user is not None:
        person.signs_in(user.email, PASSWORD)
    browser_page.goto(address)
    person.finds_nothing_in_the_way()
    assert browser_page.locator("h1").count() == 1
