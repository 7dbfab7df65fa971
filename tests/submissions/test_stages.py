"""The table of stages: total, in words, and the same in Python and in the database."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from submissions.models import Collection, Return
from submissions.queries.locks import why_locked
from submissions.queries.no_figures import why_no_excuse, why_no_nil_return
from submissions.queries.signing import file_on_record, nil_in_force, reasons_not_to_sign, signature_in_force
from submissions.queries.standing import due_date_of, facts_of, with_standing
from submissions.stages import (
    COMPLETE,
    EVENTS,
    IN,
    NOT_EXPECTED,
    OUTSTANDING,
    STAGE_HELD_BY,
    STAGE_WORDS,
    STAGES,
    Facts,
    Stage,
    may_happen,
    stage_of,
    standing_of,
    transitions,
    words_of,
)
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    ExcuseFactory,
    ExtensionFactory,
    FigureQueryFactory,
    NilReturnFactory,
    ReturnFactory,
    SignOffFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)

FACTS = st.builds(Facts, **{name: st.booleans() for name in Facts.__slots__ if name != "latest"}, latest=st.none() | st.sampled_from(State))  # fmt: skip


def test_every_stage_stands_in_the_table_once():
    assert [rule.stage for rule in STAGES] == list(Stage)
    assert set(STAGE_WORDS) == set(STAGE_HELD_BY) == set(Stage)
    assert words_of([Stage.NOT_STARTED, Stage.EXCUSED]) == ["Excused", "Not opened yet"]


def test_a_return_is_complete_outstanding_or_not_expected():
    assert set(Stage) == COMPLETE | OUTSTANDING | NOT_EXPECTED
    assert not COMPLETE & OUTSTANDING
    assert COMPLETE < IN
    assert not IN & NOT_EXPECTED
    assert {STAGE_HELD_BY[stage] for stage in COMPLETE | NOT_EXPECTED} == {"nobody"}
    assert "nobody" not in {STAGE_HELD_BY[stage] for stage in OUTSTANDING}


@given(FACTS)
def test_every_return_has_a_stage(facts):
    assert standing_of(facts) in Stage
    assert (stage_of(facts) == standing_of(facts)) or stage_of(facts) in {
        Stage.CHECKING,
        Stage.STUCK,
        Stage.REFUSED,
        Stage.BLOCKED,
        Stage.TO_EXPLAIN,
    }


def test_events_reach_every_stage_and_every_outstanding_one_can_be_left():
    found = transitions()
    assert {after for _, _, after in found} | {Stage.NOT_STARTED} == set(Stage)
    assert {before for before, _, _ in found} >= OUTSTANDING
    assert {event.words for _, event, _ in found} == {event.words for event in EVENTS}


def test_a_signed_return_is_left_by_reopening_and_by_a_query_only():
    assert {event.words for before, event, _ in transitions() if before == Stage.SIGNED} == {
        "reopens",
        "queries a figure",
    }


def may_be_signed(made: Return) -> bool:
    """Whether somebody who did not send what stands there may sign it, as the actions of signing decide it."""
    nil = nil_in_force(made)
    if nil is not None and nil.signed_at is not None:
        return False
    what = nil or file_on_record(made)
    return signature_in_force(made) is None and not [*reasons_not_to_sign(made, what, is_own=False, permit=None)]


def test_the_database_reads_the_same_table(db: None) -> None:
    """Returns in hundreds of ways to stand: what the query says is what the table says of the facts."""
    pathology = {"template": "pathology", "version": "2016.1"}  # it has a nil return
    wants = CollectionFactory(sign_off_rule=Collection.SignOffRule.SIGNATORY, **pathology)
    wants_not = CollectionFactory(sign_off_rule=Collection.SignOffRule.NOT_NEEDED, **pathology)
    person = UserFactory()
    ways = product((wants, wants_not), (None, *State), ("", "excused", "nil", "nil_signed", "queried", "signed"), (False, True))  # fmt: skip
    now = timezone.now()
    for collection, state, more, seen in ways:
        gone = {"closed_date": timezone.localdate() - timedelta(days=1)} if seen and state is None else {}
        made = ReturnFactory(
            collection=collection,
            trust=TrustFactory(**gone),
            opened_at=now if seen else None,
            downloaded_at=now if seen and state else None,
        )
        file = None
        if state is not None:
            loaded = now if state in (State.ACCEPTED, State.REPLACED) else None
            file = SubmissionFactory(return_record=made, state=state, loaded_at=loaded, uploaded_by=person)
        if more == "excused":
            ExcuseFactory(return_record=made, approved_by=person)
        elif more.startswith("nil"):
            signed = {"signed_by": person, "signed_at": now} if more == "nil_signed" else {}
            NilReturnFactory(return_record=made, declared_by=person, **signed)
        elif more == "queried" and file:
            FigureQueryFactory(submission=file, asked_by=person)
        elif more == "signed" and file:
            SignOffFactory(submission=file, signed_by=person)
    for state, signed in product(set(State) - {State.ACCEPTED, State.REPLACED}, (False, True)):  # after one on record
        file = SubmissionFactory(return_record__collection=wants, state=State.ACCEPTED, loaded_at=now)
        later = file.received_at + timedelta(minutes=1)
        SubmissionFactory(return_record=file.return_record, state=state, received_at=later, uploaded_by=person)
        if signed:
            SignOffFactory(submission=file, signed_by=person)
    rows = list(with_standing(Return.objects.all(), timezone.localdate()))
    assert {row.standing for row in rows} >= set(Stage) - {Stage.OPENED, Stage.DOWNLOADED}
    assert [(row.standing, facts_of(row)) for row in rows if row.standing != standing_of(facts_of(row))] == []

    # What the actions ask before they do something to a return is what the table of events asks.
    events = {event.words: event for event in EVENTS}
    for row in rows:
        asked = {
            "uploads or corrects": not why_locked(row),
            "signs": may_be_signed(row) and nil_in_force(row) is None,
            "signs the nil return": may_be_signed(row) and nil_in_force(row) is not None,
            "reopens": signature_in_force(row) is not None,
            "excuses it": not why_no_excuse(row),
            "declares a nil return": not why_no_nil_return(row),
        }
        assert asked == {words: may_happen(events[words], facts_of(row)) for words in asked}, facts_of(row)


def test_an_extension_moves_the_day_that_counts(db: None) -> None:
    made = ReturnFactory()
    due, person = made.collection.due_date, UserFactory()

    def days() -> tuple[object, object]:
        return with_standing(Return.objects.filter(pk=made.pk), due).get().due, due_date_of(made)

    extension = ExtensionFactory(return_record=made)
    assert days() == (due, due)
    decided = {"decided_by": person, "decided_at": timezone.now()}
    type(extension).objects.update(granted=False, **decided)
    assert days() == (due, due)
    for more in (5, 9, -3):
        day = due + timedelta(days=more)
        ExtensionFactory(return_record=made, granted=True, until_date=day, **decided)
    assert days() == (due + timedelta(days=9), due + timedelta(days=9))


@pytest.mark.parametrize("state", [State.ACCEPTED, State.REPLACED])
def test_what_came_first_and_was_accepted_decides_whether_it_was_in_time(state, db: None) -> None:
    made, now = ReturnFactory(), timezone.now()
    SubmissionFactory(return_record=made, state=State.BLOCKED, received_at=now - timedelta(days=9))
    first = SubmissionFactory(return_record=made, state=state, loaded_at=now, received_at=now - timedelta(days=5))
    if state == State.REPLACED:
        SubmissionFactory(return_record=made, state=State.ACCEPTED, loaded_at=now, received_at=now)
    assert with_standing(Return.objects.all(), timezone.localdate()).get().in_at == first.received_at
