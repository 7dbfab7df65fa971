"""The kill drill: a worker that dies at any stage leaves a file that is finished after it comes back, and loaded exactly once."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Count
from django.utils import timezone

from benchmarks.actions import measure
from benchmarks.models import MetricValue
from benchmarks.tasks import measure_new_figures
from footprints.models import Event
from submissions.actions.process import process
from submissions.models import Figure, Finding, Submission
from submissions.tasks import enqueue, sweep_unfinished
from tests.conftest import CeleryWorker
from tests.factories import ReturnFactory
from tests.submissions.scenes import A_FINE_FRACTION, received, workbook

pytestmark = pytest.mark.worker

CELLS = 256
PLACES = (
    "before submissions.read_file.run_bounded",  # nothing is known of the file
    "before submissions.actions.process.check",  # the reading is stored
    "after submissions.models.Finding.objects.bulk_create",  # in the transaction of the check
    "after submissions.actions.load.copy_figures",  # in the transaction of the load
    "after submissions.actions.process.load",
    "after benchmarks.models.MetricValue.objects.bulk_create",  # in the transaction of the measuring
)
FIGURE = ("line", "column", "kind", "number", "text", "sheet", "cell")
FINDING = ("position", "code", "severity", "sheet", "cell", "message")
VALUE = ("metric", "status", "numerator", "denominator", "value", "relevant_pay", "opportunity_volume", "reason")
COUNTS = {
    "noted": Count("findings", distinct=True),
    "loaded": Count("figures", distinct=True),
    "measured": Count("metric_values", distinct=True),
}

Outcome = tuple[object, ...]


@pytest.fixture
def worker(transactional_db, broker, tmp_path) -> Iterator[Callable[..., CeleryWorker]]:
    """Starts workers; each is killed when the test ends."""
    started: list[CeleryWorker] = []

    def start(*options: str, **how: str) -> CeleryWorker:
        made = CeleryWorker(tmp_path / f"worker-{len(started)}", *options, **how)
        started.append(made)
        made.start()
        return made

    yield start
    for each in started:
        each.kill()


def send(count: int) -> list[Submission]:
    """Files with the same figures and one note each, from trusts of their own, received and queued."""
    files = []
    for _ in range(count):
        return_record = ReturnFactory()
        files.append(received(return_record, workbook(return_record, A_FINE_FRACTION)))
    return files


def outcome(submission: Submission) -> Outcome:
    """Everything that is known of a finished file, without numbers of rows and moments."""
    return (
        Submission.objects.get(pk=submission.pk).state,
        sorted(submission.figures.values_list(*FIGURE)),
        list(submission.findings.values_list(*FINDING)),
        sorted(MetricValue.objects.filter(submission=submission).values_list(*VALUE), key=str),
        list(Event.objects.filter(subject=f"submission:{submission.pk}").order_by("pk").values_list("verb", flat=True)),
    )


@pytest.fixture
def clean_run(transactional_db) -> Outcome:
    """The same file, processed in one go by nobody who is killed."""
    [twin] = send(1)
    process(submission_id=twin.pk)
    measure(submission_id=twin.pk)
    found = outcome(twin)
    assert (found[0], len(found[1]), found[-1]) == ("accepted", CELLS, ["received", "accepted"])
    assert found[2]
    assert found[3]
    return found


def nothing_is_half_done(files: list[Submission]) -> dict[str, int]:
    """How many files there are in each state. Fails where somebody could see a part of a file's findings, figures or metrics."""
    states: dict[str, int] = {}
    for file in Submission.objects.filter(pk__in=[file.pk for file in files]).annotate(**COUNTS).defer("reading"):
        assert (file.noted > 0) == (file.checked_at is not None), f"{file} is half checked"
        assert file.loaded == (CELLS if file.state == "accepted" else 0), f"{file} is half loaded"
        assert (file.measured > 0) == (file.measured_at is not None), f"{file} is half measured"
        states[file.state] = states.get(file.state, 0) + 1
    return states


def come_back(live: CeleryWorker, files: list[Submission]) -> None:
    """Let the time of the sweep come, and wait for the end of everything."""
    Submission.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    sweep_unfinished()
    live.wait_for(lambda: nothing_is_half_done(files) == {"accepted": len(files)}, "every file to be accepted")
    measure_new_figures.delay()
    live.wait_for(lambda: not Submission.objects.unmeasured().exists(), "every file to be measured")


def test_killed_at_each_stage_every_file_is_finished_and_loaded_once(worker, clean_run, tmp_path: Path):
    stops = tmp_path / "stops"
    stops.mkdir()
    files = send(len(PLACES))
    unlucky = worker(
        "--concurrency",
        str(len(PLACES) + 1),
        app="tests.stopping_worker",
        STOP_AT="\n".join(PLACES),
        STOP_FOLDER=str(stops),
    )
    for file in files:
        enqueue(file.pk)
    # Each place holds the first file that comes to it, so one file passes them all, and is there to be measured.
    unlucky.wait_for(
        lambda: nothing_is_half_done(files) == {"received": 4, "accepted": 2} and len(list(stops.iterdir())) == 5,
        "a file at every stage",
    )
    measure_new_figures.delay()
    unlucky.wait_for(lambda: len(list(stops.iterdir())) == len(PLACES), "the measuring to be under way")
    unlucky.kill()
    assert nothing_is_half_done(files) == {"received": 4, "accepted": 2}
    left = Submission.objects.filter(pk__in=[file.pk for file in files])
    assert left.filter(reading__isnull=True).count() == 1
    assert left.filter(reading__isnull=False, checked_at=None).count() == 2
    assert left.filter(checked_at__isnull=False, loaded_at=None).count() == 1
    assert left.filter(measured_at__isnull=False).count() == 0

    come_back(worker(), files)
    for file in files:
        assert outcome(file) == clean_run
    assert Figure.objects.count() == CELLS * (len(files) + 1)
    assert Finding.objects.count() == len(clean_run[2]) * (len(files) + 1)
    assert MetricValue.objects.count() == len(clean_run[3]) * (len(files) + 1)


def test_killed_at_random_every_file_is_finished_and_loaded_once(worker, clean_run):
    seed = time.time_ns()
    chance = random.Random(seed)
    files = send(8)
    for file in files:
        enqueue(file.pk)
    for _ in range(3):
        unlucky = worker()
        measure_new_figures.delay()
        time.sleep(chance.uniform(0, 0.6))
        unlucky.kill()
        nothing_is_half_done(files)
        Submission.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
        sweep_unfinished()
    come_back(worker(), files)
    for file in files:
        assert outcome(file) == clean_run, f"with seed {seed}"
