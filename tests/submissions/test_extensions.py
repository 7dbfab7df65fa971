"""More time for a return: who asks, who grants, until when, and what it makes of being late."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from footprints.access import NotAllowed
from footprints.models import Event, Letter, RoleKind
from submissions.actions.extensions import CannotExtend, ask_extension, decide_extension, grant_directly
from submissions.actions.process import process
from submissions.models import Extension, Receipt
from submissions.queries.progress import return_rows
from submissions.queries.receipts import receipt_of
from submissions.queries.standing import due_date_of
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    ExcuseFactory,
    ExtensionFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.submissions.scenes import at_once, preparer_of, received

pytestmark = pytest.mark.usefixtures("db")
REASON = "Our payroll provider sends its figures late"
DUE = date(2016, 12, 22)
"""A Thursday: 26 and 27 December and 2 January are bank holidays."""
FOUND = {"opens_date": date(2016, 11, 1), "due_date": DUE, "extension_days": 3, "name": "Back office"}
NOON = datetime(2016, 12, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def return_record():
    return ReturnFactory(trust__region="North", collection=CollectionFactory(**FOUND))


def role(kind, **scope):
    return RoleFactory(kind=kind, user=UserFactory(password="a password for one test"), **scope).user


@pytest.fixture
def preparer(return_record):
    return role(RoleKind.PREPARER, trust=return_record.trust)


@pytest.fixture
def support():
    return role(RoleKind.SUPPORT_MANAGER, region="North")


@pytest.fixture
def manager():
    return role(RoleKind.COLLECTION_MANAGER)


def ask(by, return_record, until=date(2016, 12, 29), reason=REASON):
    return ask_extension(by=by, return_record=return_record, until=until, reason=reason)


def decide(by, extension, *, grant=True, until=None, reason="Agreed on the telephone"):
    return decide_extension(by=by, extension=extension, grant=grant, until=until, reason=reason)


def troubles(act, *args, **more):
    before = list(Extension.objects.values())
    with pytest.raises(CannotExtend) as found:
        act(*args, **more)
    assert list(Extension.objects.values()) == before
    return found.value.troubles


# Asking


def test_a_trust_asks(return_record, preparer):
    asked = ask(preparer, return_record, reason=f" {REASON} ")
    kept = Extension.objects.get(pk=asked.pk)
    assert (kept.asked_by, kept.asked_until_date, kept.reason, kept.granted) == (
        preparer, date(2016, 12, 29), REASON, None,
    )  # fmt: skip
    assert due_date_of(return_record) == DUE, "asking moves nothing"
    event = Event.objects.get(verb="extension asked for")
    assert (event.user, event.trust, event.detail["until"]) == (preparer, return_record.trust, "2016-12-29")


@pytest.mark.parametrize("kind", [RoleKind.CHIEF_EXECUTIVE, RoleKind.SUPPORT_MANAGER, RoleKind.COLLECTION_MANAGER])
def test_who_may_not_ask(kind, return_record):
    scope = {"trust": return_record.trust} if kind == RoleKind.CHIEF_EXECUTIVE else {}
    with pytest.raises(NotAllowed):
        ask(role(kind, **scope), return_record)


def test_neither_may_another_trust(return_record):
    with pytest.raises(NotAllowed):
        ask(preparer_of(ReturnFactory()), return_record)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (DUE, "after 22 December 2016, when the return is due now"),
        (date(2016, 12, 1), "after 22 December 2016"),
        (date(2017, 3, 1), "28 February 2017 or before"),
    ],
)
def test_the_day_lies_after_the_due_day_and_before_the_close(until, said, return_record, preparer):
    return_record.collection.closes_date = date(2017, 2, 28)
    return_record.collection.save()
    assert said in troubles(ask, preparer, return_record, until)["until"]


def test_a_year_that_was_typed_wrongly(return_record, preparer, manager):
    """No reminder would go before that day."""
    assert "Check the year" in troubles(ask, preparer, return_record, date(2061, 12, 29))["until"]
    assert "Check the year" in troubles(grant, manager, return_record, date(2017, 12, 24))["until"]
    assert grant(manager, return_record, date(2017, 12, 23)).granted


def test_the_day_has_not_passed(return_record, preparer, clock):
    clock.move_to(datetime(2017, 1, 10, 12, tzinfo=UTC))
    assert "still to come" in troubles(ask, preparer, return_record, date(2017, 1, 9))["until"]
    assert ask(preparer, return_record, date(2017, 1, 10))


def test_everything_that_is_wrong_is_said_at_once(return_record, preparer):
    assert set(troubles(ask, preparer, return_record, DUE, "late ...  ")) == {"until", "reason"}


def test_one_waits_at_a_time(return_record, preparer, support):
    asked = ask(preparer, return_record)
    assert "waits to be decided" in troubles(ask, preparer, return_record)["whole"]
    decide(support, asked, grant=False)
    assert ask(preparer, return_record)


def test_a_double_click_asks_once(transactional_db, return_record, preparer):
    def try_it():
        try:
            return ask(preparer, return_record)
        except CannotExtend as refusal:
            return refusal

    answers = at_once(try_it, try_it)
    assert sorted(type(answer).__name__ for answer in answers) == ["CannotExtend", "Extension"]


@pytest.mark.parametrize("how", ["file", "nil", "excused", "closed", "not open", "by hand"])
def test_a_return_that_waits_for_nothing_needs_no_time(how, return_record, preparer, manager, clock):
    collection = return_record.collection
    match how:
        case "file":
            SubmissionFactory(return_record=return_record, state=State.ACCEPTED, loaded_at=NOON)
        case "nil":
            NilReturnFactory(return_record=return_record)
        case "excused":
            ExcuseFactory(return_record=return_record)
        case "closed":
            collection.closes_date = date(2017, 1, 1)
            clock.move_to(datetime(2017, 1, 2, 12, tzinfo=UTC))
        case "not open":
            collection.opens_date = date(2016, 12, 21)
        case "by hand":
            collection.closed_at, collection.closed_by = NOON, manager
    collection.save()
    said = {
        "file": "has come", "nil": "has come", "excused": "not expected", "closed": "is closed",
        "not open": "opens on 21 December 2016", "by hand": "is closed",
    }  # fmt: skip
    assert said[how] in troubles(ask, preparer, return_record)["whole"]
    assert (
        said[how]
        in troubles(grant_directly, by=manager, return_record=return_record, until=date(2016, 12, 29), reason=REASON)[
            "whole"
        ]
    )


# Deciding


def test_it_is_granted_and_the_asker_is_told(return_record, preparer, support):
    decided = decide(support, ask(preparer, return_record))
    assert (decided.granted, decided.until_date, decided.decided_by) == (True, date(2016, 12, 29), support)
    assert due_date_of(return_record) == date(2016, 12, 29)
    event = Event.objects.get(verb="extension granted")
    assert (event.user, event.trust, event.detail["until"]) == (support, return_record.trust, "2016-12-29")
    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == (preparer, "You have until 29 December 2016 for your return: Back office")
    assert "The reason: Agreed on the telephone" in letter.text
    assert f"/returns/{return_record.pk}/" in letter.text


def test_it_is_granted_for_another_day(return_record, preparer, support):
    decide(support, ask(preparer, return_record), until=date(2016, 12, 23))
    assert due_date_of(return_record) == date(2016, 12, 23)
    assert "until 29 December 2016. It is granted until 23 December 2016." in Letter.objects.get().text


def test_it_is_refused(return_record, preparer, support):
    decide(support, ask(preparer, return_record), grant=False, until=date(2017, 6, 1))
    assert due_date_of(return_record) == DUE
    letter = Letter.objects.get()
    assert letter.subject.startswith("You were not given more time")
    assert "It is refused. The return is due by 22 December 2016." in letter.text


def test_whoever_has_left_gets_no_letter(return_record, preparer, support):
    asked = ask(preparer, return_record)
    preparer.roles.update(to_date=date(2016, 12, 20))
    decide(support, asked)
    assert not Letter.objects.exists()


def test_a_support_manager_grants_by_working_days(return_record, preparer, support, manager):
    """Three working days after 22 December 2016, over the weekend and two bank holidays, is the 29th."""
    asked = ask(preparer, return_record, date(2017, 1, 13))
    said = troubles(decide, support, asked)["until"]
    assert said.startswith("You can grant more time until 29 December 2016, 3 working days after the due date.")
    assert troubles(decide, support, asked, until=date(2016, 12, 30)) == {"until": said}
    decide(manager, asked)
    assert due_date_of(return_record) == date(2017, 1, 13)


def test_the_limit_counts_from_the_due_day_of_the_round_not_from_the_last_extension(return_record, preparer, support):
    decide(support, ask(preparer, return_record))
    again = ask(preparer, return_record, date(2017, 1, 3))
    assert "until 29 December 2016" in troubles(decide, support, again)["until"]


def test_nobody_grants_beyond_the_close(return_record, preparer, manager):
    asked = ask(preparer, return_record)
    return_record.collection.closes_date = date(2016, 12, 24)
    return_record.collection.save()
    assert "24 December 2016 or before" in troubles(decide, manager, asked)["until"]


def test_the_day_that_was_asked_for_may_have_passed_meanwhile(return_record, preparer, support, clock):
    """The file came two days late while the request waited: granting makes it in time."""
    asked = ask(preparer, return_record)
    clock.move_to(datetime(2016, 12, 24, 12, tzinfo=UTC))
    SubmissionFactory(
        return_record=return_record,
        state=State.ACCEPTED,
        loaded_at=NOON,
        received_at=datetime(2016, 12, 24, tzinfo=UTC),
    )
    clock.move_to(datetime(2017, 1, 9, 12, tzinfo=UTC))
    assert "still to come" in troubles(decide, support, asked, until=date(2016, 12, 28))["until"]
    decide(support, asked)
    (row,) = return_rows(type(return_record).objects.all())
    assert row.deadline_words == "In on time, with an extension"


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (RoleKind.SUPPORT_MANAGER, {"region": "South"}),
        (RoleKind.ANALYST, {}),
        (RoleKind.AUDITOR, {}),
        (RoleKind.REGIONAL_DIRECTOR, {"region": "North"}),
    ],
)
def test_who_may_not_decide(kind, scope, return_record, preparer):
    asked = ask(preparer, return_record)
    with pytest.raises(NotAllowed):
        decide(role(kind, **scope), asked)


def test_nobody_decides_on_their_own_request(return_record, preparer):
    RoleFactory(user=preparer, kind=RoleKind.SUPPORT_MANAGER, region="North", trust=None)
    with pytest.raises(NotAllowed, match="somebody else decides"):
        decide(preparer, ask(preparer, return_record))


def test_the_reason_says_something(return_record, preparer, support):
    assert set(troubles(decide, support, ask(preparer, return_record), reason="ok")) == {"reason"}


def test_an_excused_return_is_given_no_more_time(return_record, preparer, support):
    asked = ask(preparer, return_record)
    ExcuseFactory(return_record=return_record)
    assert "not expected" in troubles(decide, support, asked)["whole"]
    decide(support, asked, grant=False)


def test_two_decide_at_once_and_exactly_one_decision_stands(
    transactional_db, return_record, preparer, support, manager
):
    asked = ask(preparer, return_record)

    def attempt(by, *, grant):
        try:
            return decide(by, asked, grant=grant)
        except CannotExtend as refusal:
            return str(refusal)

    answers = at_once(lambda: attempt(support, grant=True), lambda: attempt(manager, grant=False))
    (winner,) = [answer for answer in answers if isinstance(answer, Extension)]
    (loser,) = [answer for answer in answers if isinstance(answer, str)]
    assert loser == f"This request has been {'granted' if winner.granted else 'refused'} already."
    assert Extension.objects.get().granted == winner.granted
    assert Event.objects.filter(verb__in=("extension granted", "extension refused")).count() == 1
    assert Letter.objects.count() == 1


# Without being asked


def grant(by, return_record, until=date(2016, 12, 29), reason=REASON):
    return grant_directly(by=by, return_record=return_record, until=until, reason=reason)


def test_more_time_is_given_unasked_and_the_trust_is_told(return_record, preparer, support):
    signatory = role(RoleKind.SIGNATORY, trust=return_record.trust)
    role(RoleKind.PREPARER)  # of another trust
    grant(support, return_record)
    assert due_date_of(return_record) == date(2016, 12, 29)
    assert {letter.to for letter in Letter.objects.all()} == {preparer, signatory}
    assert "the return is due by 29 December 2016" in Letter.objects.first().text


def test_the_same_limits_hold(return_record, preparer, support, manager):
    assert "3 working days" in troubles(grant, support, return_record, date(2016, 12, 30))["until"]
    with pytest.raises(NotAllowed):
        grant(preparer, return_record)
    assert grant(manager, return_record, date(2017, 6, 1))


def test_it_answers_a_request_that_waits(return_record, preparer, support):
    asked = ask(preparer, return_record)
    given = grant(support, return_record, date(2016, 12, 28))
    assert given.pk == asked.pk
    assert (given.asked_by, given.until_date) == (preparer, date(2016, 12, 28))


# What it makes of being late


def test_a_receipt_says_so(return_record, preparer, support, clock):
    decide(support, ask(preparer, return_record))
    clock.move_to(datetime(2016, 12, 28, 12, tzinfo=UTC))
    file = received(return_record)
    process(submission_id=file.pk)
    assert Receipt.objects.get().on_time
    full = receipt_of(type(file).objects.get(pk=file.pk))
    assert full.in_time_words == "On time, with an extension to 29 December 2016."
    (row,) = return_rows(type(return_record).objects.all())
    assert (row.deadline_words, row.timeliness) == ("In on time, with an extension", "on time with an extension")


def test_a_receipt_of_a_return_that_did_not_need_its_extension(return_record, preparer, support):
    decide(support, ask(preparer, return_record))
    file = received(return_record)
    process(submission_id=file.pk)
    assert receipt_of(type(file).objects.get(pk=file.pk)).in_time_words == "On time. It was due by 29 December 2016."


def test_a_receipt_of_a_return_that_is_late_all_the_same(return_record, clock):
    ExtensionFactory(
        return_record=return_record, granted=True, until_date=date(2016, 12, 29), decided_by=UserFactory(),
        decided_at=NOON,
    )  # fmt: skip
    clock.move_to(datetime(2016, 12, 30, 12, tzinfo=UTC))
    file = received(return_record)
    process(submission_id=file.pk)
    words = receipt_of(type(file).objects.get(pk=file.pk)).in_time_words
    assert words == "Late. It was due by 29 December 2016, with an extension."
