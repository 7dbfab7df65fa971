"""Several workers at once: one file is loaded once, and of two files the later received is on record."""

import threading
from contextlib import nullcontext, suppress

import pytest
from django.db import InterfaceError, OperationalError, connection

from benchmarks.actions import measure
from benchmarks.defining.registry import metrics
from benchmarks.models import MetricValue
from footprints.models import Event
from submissions.actions import process as process_module
from submissions.actions.load import load
from submissions.actions.process import _LOCK_SPACE, process
from submissions.models import Figure, Finding, Return, Submission
from tests.factories import ReturnFactory
from tests.submissions.scenes import A_FINE_FRACTION, at_once, received, workbook

pytestmark = pytest.mark.django_db(transaction=True)
CELLS = 256


@pytest.fixture
def return_record() -> Return:
    return ReturnFactory()


def run(submission: Submission):
    return lambda: process(submission_id=submission.pk)


def test_one_file_given_to_several_workers_is_loaded_once(return_record):
    submission = received(return_record, workbook(return_record, A_FINE_FRACTION))
    at_once(*[run(submission)] * 4)
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("accepted", 1)
    assert Figure.objects.count() == CELLS
    assert Finding.objects.count() == len(set(Finding.objects.values_list("code", "cell")))
    assert Event.objects.filter(verb="accepted").count() == 1


def test_even_without_the_lock_one_file_is_loaded_once(return_record, monkeypatch):
    """The lock saves work; the transaction is what promises."""
    submission = received(return_record)
    ready = threading.Barrier(2)

    def load_together(**given) -> None:
        ready.wait(10)
        load(**given)

    monkeypatch.setattr(process_module, "load", load_together)
    monkeypatch.setattr(process_module, "_alone_with", lambda _: nullcontext())
    monkeypatch.setattr(process_module, "_held", lambda _: nullcontext(True))
    at_once(run(submission), run(submission))
    assert Figure.objects.count() == CELLS
    assert Event.objects.filter(verb="accepted").count() == 1


def test_one_file_is_measured_once_by_two_workers(return_record):
    submission = received(return_record)
    process(submission_id=submission.pk)
    at_once(*[lambda: measure(submission_id=submission.pk)] * 3)
    assert MetricValue.objects.count() == len(metrics("back_office"))


@pytest.mark.parametrize("turn", range(3))
def test_two_files_of_one_return_at_once(turn, return_record, monkeypatch):
    """Both reach the load in the same moment; whoever is first, the later received ends on record."""
    older = received(return_record)
    newer = received(return_record, workbook(return_record, seed=2))
    ready = threading.Barrier(2)

    def load_together(**given) -> None:
        ready.wait(10)
        load(**given)

    monkeypatch.setattr(process_module, "load", load_together)
    monkeypatch.setattr(process_module, "_alone_with", lambda _: nullcontext())
    at_once(*[run(older), run(newer)][:: 1 if turn % 2 else -1])
    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.state, newer.state) == ("replaced", "accepted")
    assert older.figures.count() == newer.figures.count() == CELLS


def test_a_file_in_another_workers_hands_is_left_alone(return_record):
    submission = received(return_record)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_SPACE | submission.pk])
        taken.set()
        assert done.wait(10)

    def meet() -> None:
        assert taken.wait(10)
        process(submission_id=submission.pk)
        done.set()

    at_once(hold, meet)
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("received", 0)
    # The other worker's connection has ended, as when it is killed: the file is free.
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.state == "accepted"


@pytest.mark.parametrize("step", ["judge", "context_for"])
def test_a_database_that_goes_away_midway_costs_one_attempt(step, return_record, monkeypatch):
    submission = received(return_record)
    original = getattr(process_module, step)

    def cut(*given):
        with connection.cursor() as cursor, suppress(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return original(*given)

    with monkeypatch.context() as patch:
        patch.setattr(process_module, step, cut)
        with pytest.raises((OperationalError, InterfaceError)):
            process(submission_id=submission.pk)
    connection.close()
    submission.refresh_from_db()
    assert (submission.state, submission.attempts, submission.figures.count()) == ("received", 1, 0)
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.figures.count()) == ("accepted", CELLS)
