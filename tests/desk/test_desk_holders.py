"""Whose turn it is, what is late, and what the desk still lists after a round has closed: the same in the queue's SQL and in the rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.next_action import OURS, Action
from desk.queries.desk_filters import HOLDERS, DeskFilters
from desk.queries.desk_page import desk_page
from desk.queries.story import story
from submissions.models import Collection
from submissions.stages import IN
from submissions.states import State
from tests.desk.test_desk_page import collection, day, manager, names, rows, scene, staffed
from tests.factories import (
    ExtensionFactory,
    FigureQueryFactory,
    NilReturnFactory,
    ReturnFactory,
    SignOffFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db


def accepted(name: str, of: Collection, **more: object):
    """An accepted file of a trust."""
    values = {"state": State.ACCEPTED, "loaded_at": timezone.now(), **more}
    return SubmissionFactory(return_record=ReturnFactory(collection=of, trust=staffed(name)), **values)


def test_the_filter_by_holder_and_the_rows_say_the_same():
    person, _ = scene()
    every = {row.trust.name: row.held_by for row in rows(person)}
    assert set(every.values()) == set(HOLDERS.values())
    for value, holder in HOLDERS.items():
        page = desk_page(person, DeskFilters(holder=value), 1, day(0))
        found = {row.trust.name: row.held_by for row in page.rows}
        assert found == {name: held for name, held in every.items() if held == holder}
        assert page.queue.total == len(found)


def test_what_waits_for_our_decision_is_with_us_whatever_its_stage():
    person, late = scene()
    ExtensionFactory(return_record=accepted("unsigned", late).return_record)
    held = {row.trust.name: row for row in rows(person, holder="us")}
    assert {"decide_extension", "decide_waiver", "unsigned"} <= set(held)
    assert {row.listed.action for row in held.values()} == OURS
    assert "unsigned" not in names(person, holder="signatory")
    assert "decide_waiver" not in names(person, holder="trust")
    for row in rows(person):
        assert story(row.return_record, day(0)).held_by == row.held_by
    ordered = [row.held_by for row in rows(person, sort="holder")]
    assert ordered == sorted(ordered)


def test_late_is_what_is_not_in_and_past_its_day():
    person, _ = scene()
    late = {row.trust.name: row for row in rows(person, lateness="late")}
    assert late
    assert not {row.stage for row in late.values()} & IN
    assert {row.trust.name for row in rows(person) if row.row.is_overdue} == set(late)


def test_in_on_time_and_unsigned_after_the_day_waits_for_its_signature_and_is_not_late(client):
    person, one = manager(), collection(due_date=day(-3))
    accepted("In on time", one, received_at=timezone.now() - timedelta(days=5))
    assert names(person, lateness="late") == []
    (row,) = rows(person, stage="to_sign")
    assert (row.stage_words, row.listed.action) == ("Waiting for sign-off", Action.CALL_SIGNATORY)
    client.force_login(person)
    page = client.get("/desk/").content.decode()
    assert "In on time" in page
    assert "days late" not in page


def test_after_the_close_the_desk_keeps_what_can_still_be_acted_on():
    person = manager()
    closed = collection(due_date=day(-9), closes_date=day(-1))
    ReturnFactory(collection=closed, trust=staffed("Never came"))
    accepted("Unsigned", closed)
    SignOffFactory(submission=accepted("Signed", closed))
    FigureQueryFactory(submission=accepted("Queried", closed))
    NilReturnFactory(return_record=ReturnFactory(collection=closed, trust=staffed("Nil")))
    for name, until in (("More time", 3), ("No more time", -1)):
        record = ReturnFactory(collection=closed, trust=staffed(name))
        ExtensionFactory(
            return_record=record, granted=True, until_date=day(until), decided_by=person, decided_at=timezone.now()
        )
    accepted("Pilot", collection(closes_date=day(-1), due_date=day(-9), purpose=Collection.Purpose.PILOT))
    assert sorted(names(person)) == ["More time", "Nil", "Queried", "Unsigned"]
    assert "Never came" in names(person, collection=str(closed.pk))
