"""The queue is not the record: messages may be lost, doubled or impossible to send."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import kombu.pools
import pytest
from django.utils import timezone

from benchmarks.actions import measure
from benchmarks.defining.registry import metrics
from benchmarks.models import MetricValue
from benchmarks.tasks import measure_new_figures
from footprints.models import Event
from stp_portal.celery import app
from submissions.models import Figure, Submission
from submissions.tasks import enqueue, process_submission, sweep_unfinished
from tests.factories import ReturnFactory, SubmissionFactory
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, received, rows, workbook


def waited(submission: Submission, seconds: int = 31) -> None:
    Submission.objects.filter(pk=submission.pk).update(queued_at=timezone.now() - timedelta(seconds=seconds))


def forget_connections() -> None:
    kombu.pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


@pytest.fixture
def broker_at() -> Iterator:
    """`broker_at(port)`: from now on the broker is looked for there."""
    address, options = app.conf.broker_url, app.conf.broker_transport_options

    def move(port: int, **other: float) -> None:
        app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
        app.conf.broker_transport_options = options | other
        forget_connections()

    yield move
    app.conf.broker_url, app.conf.broker_transport_options = address, options
    forget_connections()


def test_everything_the_scheduler_sends_is_known_to_the_worker():
    app.loader.import_default_modules()
    assert app.conf.beat_schedule
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
    assert {
        "submissions.tasks.sweep_unfinished",
        "submissions.tasks.write_receipt_letters",
        "benchmarks.tasks.measure_new_figures",
        "benchmarks.tasks.measure_by_new_definitions",
        "benchmarks.tasks.refresh_live_runs",
        "benchmarks.tasks.make_runs_of_published_figures",
        "footprints.tasks.send_letters",
        "footprints.tasks.switch_off_leavers",
        "desk.tasks.send_due_chases",
        "desk.tasks.send_digests",
    } == {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_a_file_is_put_in_the_queue(broker):
    enqueue(7)
    assert broker.llen("celery") == 1


def test_a_flushed_broker_loses_nothing(db, broker):
    files = [SubmissionFactory() for _ in range(3)]
    for file in files:
        enqueue(file.pk)
    broker.flushdb()
    sweep_unfinished()
    assert broker.llen("celery") == 0  # queued a moment ago: not yet taken for lost
    for file in files:
        waited(file)
    sweep_unfinished()
    assert broker.llen("celery") == 3
    sweep_unfinished()
    assert broker.llen("celery") == 3


def test_a_file_that_is_finished_is_not_queued_again(db, broker):
    for state in ("refused", "blocked", "stuck"):
        waited(SubmissionFactory(state=state))
    sweep_unfinished()
    assert broker.llen("celery") == 0


def test_with_the_broker_down_nobody_waits_and_nobody_is_told_off(broker_at):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        broker_at(nobody.getsockname()[1])
        begun = time.monotonic()
        for _ in range(3):
            enqueue(7)
    assert time.monotonic() - begun < 3 * 2


def test_a_broker_that_hangs_is_given_up_after_its_timeout(broker_at):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker_at(silent.getsockname()[1], socket_timeout=0.3)
        begun = time.monotonic()
        enqueue(7)
    assert 0.2 < time.monotonic() - begun < 2


def test_a_broker_that_was_restarted_gets_the_next_file(broker):
    enqueue(7)
    broker.client_kill_filter(_type="normal", skipme=True)
    enqueue(8)
    assert broker.llen("celery") == 2


def test_a_message_delivered_three_times_loads_once(db):
    submission = received(ReturnFactory())
    for _ in range(3):
        process_submission.apply((submission.pk,), throw=True)
    submission.refresh_from_db()
    assert submission.state == "accepted"
    assert Figure.objects.count() == 256
    assert Event.objects.filter(verb="accepted").count() == 1


def test_measuring_takes_what_was_loaded_and_nothing_twice(db):
    return_record = ReturnFactory()
    blocked = received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER))
    clean, other = received(return_record), received(ReturnFactory())
    for file in (blocked, clean, other):
        process_submission(file.pk)
    measure_new_figures()
    values = rows(MetricValue)
    assert {row["submission_id"] for row in values} == {clean.pk, other.pk}
    assert len(values) == 2 * len(metrics("back_office"))
    assert set(Submission.objects.filter(measured_at=None)) == {blocked}
    measure_new_figures()
    measure(submission_id=clean.pk)
    measure(submission_id=blocked.pk)
    assert rows(MetricValue) == values
