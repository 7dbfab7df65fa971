"""What the ladders ask for goes by itself: on working days, once, one trust's trouble holding up no other."""

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from desk.actions import chase as chase_module
from desk.actions import send_chases
from desk.actions.chase import CannotChase
from desk.actions.send_chases import due_chases, send_due_chases
from desk.ladder import STANDARD, ladder
from desk.models import Chase
from desk.queries.messages import Message, compose
from desk.queries.situations import SituatedReturn
from desk.tasks import send_due_chases as task
from footprints.models import Letter, Role
from stp_portal.celery import app
from submissions.states import State
from tests.desk.scenes import DUE, Scene, at, round_of, scene
from tests.factories import ContactFactory, ExtensionFactory, PauseFactory, SubmissionFactory
from tests.submissions.scenes import at_once

MONDAY = date(2016, 10, 3)


@pytest.fixture
def here(db) -> Scene:
    return scene()


def taken() -> list[tuple[date, str]]:
    return [(timezone.localdate(step.at), step.rung) for step in Chase.objects.order_by("at", "pk")]


class TestWhen:
    def test_a_whole_round_of_one_return_that_never_comes(self, here):
        day = date(2016, 9, 1)
        while day < date(2016, 11, 15):
            for hour in (7, 8, 12, 20):
                send_due_chases(at(day, hour))
            day += timedelta(1)
        assert taken() == [
            (date(2016, 9, 1), "opens"),
            (date(2016, 9, 16), "before-10"),
            (date(2016, 9, 23), "before-5"),
            (date(2016, 9, 29), "before-1"),
            (DUE, "due-today"),
            (MONDAY, "late-1"),
            (date(2016, 10, 5), "late-3"),
            (date(2016, 10, 7), "late-5"),
            (date(2016, 10, 14), "late-10"),
        ]

    @pytest.mark.parametrize(
        ("moment", "count"),
        [
            (at(MONDAY, 7, 59), 0),
            (at(MONDAY, 8), 1),
            (at(date(2016, 10, 1), 9), 0),
            (at(date(2016, 12, 27), 9), 0),
        ],
    )
    def test_on_working_days_from_eight_in_london(self, here, moment, count):
        assert timezone.localtime(at(MONDAY, 8)).utcoffset() == timedelta(hours=1)
        here.collection.closes_date = date(2017, 1, 31)
        here.collection.save()
        assert send_due_chases(moment) == count

    def test_it_goes_on_the_next_working_day_when_none_ran(self, here):
        assert send_due_chases(at(date(2016, 10, 11))) == 1
        assert taken() == [(date(2016, 10, 11), "late-5")], "the last that is due, and none of the earlier"

    @pytest.mark.parametrize(
        "change",
        [
            {"ladder": ""},
            {"opens_date": MONDAY + timedelta(1), "due_date": MONDAY + timedelta(1)},
            {"closes_date": DUE},
            {"ladder": "steep"},
        ],
    )
    def test_only_collections_that_are_open_and_have_a_ladder(self, db, change, caplog):
        scene(round_of(**change))
        assert send_due_chases(at(MONDAY)) == 0
        assert ("No reminders go out" in caplog.text) == (change.get("ladder") == "steep")

    def test_a_collection_that_somebody_closed_is_left_in_peace(self, here):
        here.collection.closed_at, here.collection.closed_by = at(DUE), here.people["support_manager"]
        here.collection.save()
        assert send_due_chases(at(MONDAY)) == 0


class TestWhom:
    def test_nobody_whom_something_stands_against(self, here):
        paused, promised, checked, done = (here.another() for _ in range(4))
        PauseFactory(trust=paused.trust, until_date=MONDAY)
        ContactFactory(return_record=promised.return_record, at=at(DUE), promised_date=MONDAY)
        SubmissionFactory(return_record=checked.return_record)
        SubmissionFactory(return_record=done.return_record, state=State.ACCEPTED, loaded_at=at(DUE))
        assert send_due_chases(at(MONDAY)) == 1
        assert Chase.objects.get().return_record == here.return_record
        assert send_due_chases(at(MONDAY + timedelta(1))) == 2, "the pause and the promise have passed"

    def test_a_trust_without_anybody_is_passed_over_until_somebody_comes(self, here):
        roles = Role.objects.filter(trust=here.trust)
        roles.update(to_date=DUE)
        assert send_due_chases(at(MONDAY)) == 0
        roles.update(to_date=None)
        assert send_due_chases(at(MONDAY, 9, 5)) == 1

    def test_one_that_fails_holds_up_no_other_and_comes_later(self, here, monkeypatch, caplog):
        other = here.another()

        def fails_here(found: SituatedReturn, *given: Any) -> Message:
            if found.return_record == here.return_record:
                raise RuntimeError("the disk is full")
            return compose(found, *given)

        with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
            patch.setattr(chase_module, "compose", fails_here)
            assert send_due_chases(at(MONDAY)) == 1
        assert "the disk is full" in caplog.text
        assert Chase.objects.get().return_record == other.return_record
        assert send_due_chases(at(MONDAY, 9, 5)) == 1

    def test_what_was_done_since_we_looked_is_respected(self, here, monkeypatch):
        due = due_chases(MONDAY)
        ContactFactory(return_record=here.return_record, at=at(MONDAY))
        monkeypatch.setattr(send_chases, "due_chases", lambda _: due)
        assert send_due_chases(at(MONDAY)) == 0
        assert not Letter.objects.exists()

    @pytest.mark.parametrize("together", [True, False])
    def test_more_time_given_since_we_looked_is_respected(self, here, monkeypatch, together):
        """The step was chosen for the due date that no longer holds: nobody is told that a return is late which is not."""
        ((found, rung),) = due = due_chases(MONDAY)
        more = {"granted": True, "until_date": date(2016, 10, 20), "decided_at": at(MONDAY)}
        ExtensionFactory(return_record=here.return_record, decided_by=here.people["support_manager"], **more)
        monkeypatch.setattr(send_chases, "due_chases", lambda _: due)
        if together:
            assert send_due_chases(at(MONDAY)) == 0
        else:
            with pytest.raises(CannotChase, match="due by 20 October 2016 now"):
                chase_module.chase(by=None, return_record=found.return_record, rung=rung, at=at(MONDAY))
        assert not Letter.objects.exists()

    def test_finding_them_costs_the_same_however_many_there_are(self, here, django_assert_num_queries):
        for _ in range(6):
            here.another()
        ladder(STANDARD)
        with django_assert_num_queries(6):
            assert len(due_chases(MONDAY)) == 7

    def test_a_long_queue_is_taken_in_turns(self, here, monkeypatch):
        here.another()
        monkeypatch.setattr(send_chases, "LONGEST_RUN", timedelta(seconds=-1))
        assert send_due_chases(at(MONDAY)) == 0
        monkeypatch.undo()
        assert send_due_chases(at(MONDAY)) == 2

    def test_writing_them_costs_one_statement_more_for_each(self, here, django_assert_num_queries):
        for _ in range(6):
            here.another()
        with django_assert_num_queries(20 + 7):
            assert send_due_chases(at(MONDAY)) == 7
        assert Letter.objects.count() == 14

    @pytest.mark.django_db(transaction=True)
    def test_two_runs_at_once_send_each_once(self):
        first = scene()
        for _ in range(5):
            first.another()
        at_once(*[lambda: send_due_chases(at(MONDAY))] * 3)
        send_due_chases(at(MONDAY))
        assert (Chase.objects.count(), Letter.objects.count()) == (6, 12)


def test_the_scheduler_asks_for_it_beside_the_files(broker):
    entry = app.conf.beat_schedule["send-due-chases"]
    assert (entry["task"], entry["schedule"]) == (task.name, 300.0)
    task.apply_async(**entry["options"])
    assert (broker.llen("by_the_clock"), broker.llen("celery")) == (1, 0)
