"""Every page in its less happy states, at both widths: nothing keeps anybody out, nothing scrolls sideways."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from desk.models import SupportOverride
from footprints.models import RoleKind, User
from submissions.actions.explain import accept_if_explained, take_explanations
from submissions.actions.mend import mend
from submissions.actions.process import process
from submissions.models import Return, Submission
from submissions.states import State
from templates_app.reading import Value
from tests.factories import (
    CollectionFactory,
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    ReceiptFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    SupportOverrideFactory,
    UserFactory,
)
from tests.journeys.story import Person
from tests.submissions.rule_scenes import Stage, added
from tests.submissions.scenes import received, workbook

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"
SLIPS = {
    ("FIN3", "pay"): Value("number", number=Decimal(10)),
    ("FIN4", "pay"): Value("text", text="see note"),
}
"""Too little pay for the staff of one line, which is a warning, and words for a number, which are an error."""


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


def mended(file: Submission, by: User) -> Submission:
    """The submission with its error corrected and every warning explained on the page, which is on record."""
    answers = {found.pk: f"Two posts were vacant, reason {found.pk}." for found in file.findings.to_explain()}
    made = mend(by=by, submission=file, explanations=answers, corrections={("FIN4", "pay"): "412"}).corrected
    assert made is not None
    process(submission_id=made.pk)
    more = {found.pk: f"It is right for reason {found.pk}." for found in made.findings.to_explain()}
    if more:
        made.refresh_from_db()
        take_explanations(by=by, submission=made, answers=more)
        accept_if_explained(submission=made)
    made.refresh_from_db()
    assert made.state == State.ACCEPTED
    return made


def with_slips() -> Submission:
    return_record = ReturnFactory()
    file = received(return_record, workbook(return_record, SLIPS))
    process(submission_id=file.pk)
    file.refresh_from_db()
    assert file.state == State.BLOCKED
    return file


def to_mend() -> tuple[User, str]:
    file = with_slips()
    return preparer_of(file.return_record), f"/submissions/{file.reference}/"


def on_trial() -> tuple[User, str]:
    """The page of a file in which a rule on trial found something too."""
    added(Stage.TRIAL)
    return to_mend()


def on_record(page: str) -> tuple[User, str]:
    """A page of a return that was explained and corrected, for its preparer."""
    file = with_slips()
    preparer = preparer_of(file.return_record)
    return preparer, f"/submissions/{mended(file, preparer).reference}/{page}"


def seen_by_its_lead() -> tuple[User, str]:
    file = with_slips()
    lead = somebody(RoleKind.STP_LEAD, footprint=MembershipFactory(trust=file.return_record.trust).footprint)
    return lead, f"/submissions/{mended(file, preparer_of(file.return_record)).reference}/"


def with_a_receipt(state: State, return_record: Return | None = None) -> Submission:
    more = {"return_record": return_record} if return_record else {}
    file = SubmissionFactory(state=state, loaded_at=timezone.now(), template="back_office", version="2016.1", **more)
    return ReceiptFactory(submission=file).submission


def genuine() -> tuple[None, str]:
    file = with_a_receipt(State.ACCEPTED)
    return None, f"/verify/{file.reference}/{file.sha256}/"


def replaced() -> tuple[None, str]:
    file = with_a_receipt(State.REPLACED)
    with_a_receipt(State.ACCEPTED, file.return_record)
    return None, f"/verify/{file.reference}/{file.sha256}/"


def statistics_of_a_round() -> tuple[User, str]:
    """With a curve, an earlier round and a forecast, for a manager of all of England."""
    today = timezone.localdate()
    last = CollectionFactory(
        year="2014/15", opens_date=today - timedelta(days=400), due_date=today - timedelta(days=365)
    )
    now = CollectionFactory(due_date=today + timedelta(days=14))
    for number in range(24):
        earlier, later = ReturnFactory(collection=last), ReturnFactory(collection=now)
        MembershipFactory(trust=later.trust)
        days = 366 + number
        for record, ago in [(earlier, days), *([(later, number + 1)] if number < 9 else [])]:
            moment = timezone.now() - timedelta(days=ago)
            SubmissionFactory(return_record=record, state=State.ACCEPTED, received_at=moment, loaded_at=moment)
    return somebody(RoleKind.COLLECTION_MANAGER), f"/desk/statistics/?collection={now.pk}"


def who_needs_help() -> tuple[User, str]:
    """Late returns of trusts without people, in footprints, one of them decided otherwise."""
    late = CollectionFactory(due_date=timezone.localdate() - timedelta(days=20))
    for _ in range(3):
        record = MembershipFactory(trust=ReturnFactory(collection=late).trust).trust
    SupportOverrideFactory(trust=record)
    return somebody(RoleKind.SUPPORT_MANAGER, region="North"), "/desk/support/"


def help_for_one_trust() -> tuple[User, str]:
    person, _ = who_needs_help()
    return person, f"/desk/support/trusts/{SupportOverride.objects.get().trust.ods_code}/"


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
    "findings to mend": to_mend,
    "findings on trial": on_trial,
    "findings mended with troubles": to_mend,
    "a file corrected and explained": lambda: on_record(""),
    "a lead sees explanations": seen_by_its_lead,
    "figures with explanations": lambda: on_record("figures/"),
    "a receipt": lambda: on_record("receipt/"),
    "looking up a receipt": lambda: (None, "/verify/"),
    "looking up nonsense": lambda: (None, "/verify/"),
    "no such receipt": lambda: (None, f"/verify/STP-AAAA-AAAA/{'f' * 64}/"),
    "a genuine receipt": genuine,
    "a receipt of a replaced file": replaced,
    "statistics before any round": lambda: (somebody(RoleKind.COLLECTION_MANAGER), "/desk/statistics/"),
    "statistics of a round": statistics_of_a_round,
    "who needs help": who_needs_help,
    "help for one trust": help_for_one_trust,
}


def sends_troubles(page) -> None:
    page.locator("textarea").first.fill("short")
    page.get_by_role("button", name="Send corrections and explanations").click()
    page.get_by_text("There is a problem").wait_for()


def looks_up_nonsense(page) -> None:
    page.get_by_label("Reference").fill("7K/3M")
    page.get_by_label("SHA-256 of the file").fill("abc")
    page.get_by_role("button", name="Look up the receipt").click()
    page.get_by_text("must be 64 characters").first.wait_for()


FURTHER: dict[str, Callable[[object], None]] = {
    "findings mended with troubles": sends_troubles,
    "looking up nonsense": looks_up_nonsense,
}
"""What is done on the page before it is looked at."""

SHOWN = {
    "findings on trial": "It would be an error",
    "findings mended with troubles": "There is a problem",
    "a file corrected and explained": "Two posts were vacant",
    "a lead sees explanations": "Two posts were vacant",
    "figures with explanations": "Two posts were vacant",
    "a receipt": "became 412",
    "no such receipt": "We have no such receipt",
    "a genuine receipt": "This receipt is genuine",
    "a receipt of a replaced file": "Replaced by a later file",
    "statistics of a round": "If it goes as in the last round",
    "who needs help": "Nobody can sign for the trust.",
    "help for one trust": "By the facts:",
}
"""By what a page is known to be in its state."""


@pytest.mark.parametrize("state", STATES)
def test_a_page_in_this_state(browser_page, axe, transactional_db: None, state: str) -> None:
    user, address = STATES[state]()
    person = Person(browser_page, axe)
    if user is not None:
        person.signs_in(user.email, PASSWORD)
    browser_page.goto(address)
    if state in FURTHER:
        FURTHER[state](browser_page)
    assert SHOWN.get(state, "") in browser_page.text_content("main")
    person.finds_nothing_in_the_way()
    assert browser_page.locator("h1").count() == 1
