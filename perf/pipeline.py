"""Times the pipeline stage by stage, beside the floor and other readers, in one run on one machine.

    make bench            or    .venv/bin/python perf/pipeline.py [--rounds 15]

FLOOR is the least that could be done: python-calamine reads the same workbook, and its figures go into PostgreSQL in one COPY.
Every time is the median of several rounds; the ratios are what matters. PostgreSQL is embedded, in a folder that is removed.
"""

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from submissions.models import Submission
    from templates_app.reading import Reading

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TRUST = "R1H"

# What each figure is to be, from the project's numbers: the median as a multiple of another, or in milliseconds.
GOALS = (
    ("read + check + load, in process", "FLOOR", 4),
    ("read + check + load, reading in the bounded child", "FLOOR", 6),
    ("read", "calamine reads", 4),
    ("quantiles of a round, ours", "percentile_cont alone", 3),
)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15)
    rounds = arguments.parse_args().rounds
    from stp_portal.embedded import Postgres, running

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stp-portal-bench-")))
        os.environ["DATABASE_URL"] = stack.enter_context(running(Postgres(folder / "postgres"), folder))
        os.environ.update(
            VAR_DIR=str(folder), UPLOADS_DIR=str(folder / "uploads"), SECRET_KEY="only for measuring, on this machine"
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "stp_portal.settings"
        import django

        django.setup()
        report(measured(rounds))


def measured(rounds: int) -> dict[str, float]:
    from django.core.management import call_command
    from django.utils import timezone

    from footprints.models import Trust
    from submissions.actions.open_collection import open_collection
    from submissions.models import Return

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=io.StringIO())
    today = timezone.localdate()
    collection = open_collection(
        by="perf", template="back_office", name="Bench", opens_date=today, due_date=today + timedelta(days=1)
    )
    trust = Trust.objects.get(ods_code=TRUST)
    return_record = Return.objects.select_related("trust", "collection").get(collection=collection, trust=trust)
    data = filled_workbook(return_record)
    return reading_times(data, rounds) | loading_times(return_record, data, rounds) | quantile_times(rounds)


def filled_workbook(return_record: object) -> bytes:
    from submissions.actions.download import trust_details
    from templates_app import registry
    from templates_app.example_figures import example_values
    from templates_app.trust_reference import trust_reference
    from templates_app.workbook_write import write_workbook

    definition = registry.get("back_office")
    published = trust_reference(TRUST).published[definition.year]
    values = example_values(definition, published, seed=1, trust_code=TRUST)
    return write_workbook(definition, trust_details(return_record), values=values)


def reading_times(data: bytes, rounds: int) -> dict[str, float]:
    import openpyxl
    import python_calamine

    from submissions.intake import guard
    from submissions.read_file import read_in_child
    from templates_app import registry
    from templates_app.sheet_reader import read_workbook
    from templates_app.trust_reference import trust_reference
    from templates_app.workbook_parts import TrustDetails
    from templates_app.workbook_read import UNREAD, identify, read
    from templates_app.workbook_write import write_workbook

    def calamine() -> None:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    def reads() -> None:
        workbook = read_workbook(data, unread=UNREAD)
        read(workbook, identify(workbook))

    definition, known = registry.get("back_office"), trust_reference(TRUST)
    details = TrustDetails(known.code, known.name, known.trust_type, known.footprint_names, definition.year)
    return {
        "calamine reads": milliseconds(calamine, rounds),
        "openpyxl loads": milliseconds(lambda: openpyxl.load_workbook(io.BytesIO(data)), max(3, rounds // 4)),
        "guard": milliseconds(lambda: guard(data, file_name="bench.xlsx"), rounds),
        "read": milliseconds(reads, rounds),
        "guard + read in the bounded child": milliseconds(lambda: read_in_child(data, file_name="b.xlsx"), rounds),
        "write a trust's workbook": milliseconds(lambda: write_workbook(definition, details), rounds),
    }


class Loading:
    """What follows the reading, on a submission that is made anew for every round."""

    def __init__(self, return_record: object, data: bytes) -> None:
        from footprints.models import User
        from submissions import storage

        self.return_record, self.data = return_record, data
        self.person = User.objects.create(email="perf@example.nhs.uk", name="Perf")
        self.kept = storage.keep([data], limit_bytes=len(data))

    def receive(self) -> None:
        from submissions import storage

        storage.keep([self.data], limit_bytes=len(self.data))

    def new(self) -> "Submission":
        from submissions.models import Submission

        kept = self.kept
        return Submission.objects.create(
            return_record=self.return_record,
            file_key=kept.key,
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            uploaded_by=self.person,
        )

    def read_here(self) -> "Reading":
        from templates_app.sheet_reader import read_workbook
        from templates_app.workbook_read import UNREAD, identify, read

        workbook = read_workbook(self.data, unread=UNREAD)
        return read(workbook, identify(workbook))

    def read_in_child(self) -> "Reading":
        from submissions.read_file import Answer, read_in_child

        answer = read_in_child(self.data, file_name="bench.xlsx")
        assert isinstance(answer, Answer)
        return answer.reading

    def whole(self, reader: Callable[[], "Reading"]) -> None:
        from submissions.actions.load import load
        from submissions.actions.process import check

        submission, reading = self.new(), reader()
        judgement = check(submission, reading)
        load(submission=submission, values=judgement.values, cells=reading.cells)


def loading_times(return_record: object, data: bytes, rounds: int) -> dict[str, float]:
    from submissions.actions.process import check, process

    loading = Loading(return_record, data)
    reading = loading.read_here()
    works: dict[str, Callable[[], object]] = {
        "receive (bytes to disk, hash, fsync)": loading.receive,
        "check (every rule) and keep findings": lambda: check(loading.new(), reading),
        "read + check + load, in process": lambda: loading.whole(loading.read_here),
        "read + check + load, reading in the bounded child": lambda: loading.whole(loading.read_in_child),
        "the whole task, as the worker runs it": lambda: process(submission_id=loading.new().pk),
    }
    times = {name: milliseconds(work, rounds) for name, work in works.items()}
    return times | measuring_times(len(reading.cells), rounds)


def measuring_times(cells: int, rounds: int) -> dict[str, float]:
    from django.db import transaction

    from benchmarks.actions import measure
    from submissions.actions.load import copy_figures
    from submissions.models import Submission

    loaded = Submission.objects.filter(loaded_at__isnull=False).first()
    assert loaded is not None

    def measure_again() -> None:
        loaded.metric_values.all().delete()
        Submission.objects.filter(pk=loaded.pk).update(measured_at=None)
        measure(submission_id=loaded.pk)

    rows = [(loaded.pk, f"X{number}", "pay", "number", "412.5", "", "Costs", "D9") for number in range(cells)]

    def copy_alone() -> None:
        with transaction.atomic():
            copy_figures(rows)
            transaction.set_rollback(True)

    return {"measure (30 metrics)": milliseconds(measure_again, rounds), "COPY alone": milliseconds(copy_alone, rounds)}


def fill_the_round() -> None:
    """The one measured return copied to every trust, its values moved a little."""
    from benchmarks.models import MetricValue
    from submissions.models import Return, Submission
    from submissions.states import State

    pattern = Submission.objects.filter(loaded_at__isnull=False).first()
    values = list(MetricValue.objects.filter(submission=pattern))
    Submission.objects.filter(state=State.ACCEPTED).update(state=State.REPLACED)
    for number, record in enumerate(Return.objects.all()):
        pattern.pk, pattern.reference, pattern.return_record, pattern.state = None, f"P{number}", record, State.ACCEPTED
        pattern.save(force_insert=True)
        for value in values:
            value.pk, value.submission = None, pattern
            value.value = value.value * (1000 + number * 7 % 101) / 1000 if value.value is not None else None
        MetricValue.objects.bulk_create(values)


def quantile_times(rounds: int) -> dict[str, float]:
    """A round of 238 trusts × 30 metrics: a bare percentile_cont over the stored values, and ours with the rows fetched."""
    from django.db import connection, transaction

    from benchmarks.quantiles import distribution
    from benchmarks.queries.population import population
    from benchmarks.registry import metrics
    from submissions.models import Collection

    collection = Collection.objects.get()
    listed = metrics("back_office")
    with transaction.atomic():
        fill_the_round()

        def bare() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT metric, percentile_cont(array[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value) "
                    "FROM benchmarks_metricvalue WHERE status = 'calculable' GROUP BY metric"
                )
                cursor.fetchall()

        def ours() -> None:
            everyone = population(collection, listed)
            for metric in listed:
                distribution(list(everyone.of(metric).values()))

        times = {
            "percentile_cont alone": milliseconds(bare, rounds),
            "quantiles of a round, ours": milliseconds(ours, rounds),
        }
        transaction.set_rollback(True)
    return times


def report(times: dict[str, float]) -> None:
    times["FLOOR"] = times["calamine reads"] + times["COPY alone"]
    print(f"{'':52}{'ms':>9}{'× FLOOR':>10}")
    for name, spent in times.items():
        print(f"{name:52}{spent:9.2f}{spent / times['FLOOR']:10.2f}")
    print(f"\n{'':52}{'ratio':>9}{'goal':>10}")
    for name, base, goal in GOALS:
        ratio = times[name] / times[base]
        print(f"{name + ' ÷ ' + base:62.62}{ratio:9.2f}{'≤ ' + str(goal):>10}  {'met' if ratio <= goal else 'MISSED'}")
    faster = times["read + check + load, in process"] < times["openpyxl loads"]
    print(f"\nread + check + load is {'faster' if faster else 'SLOWER'} than openpyxl loading the same file alone.")


if __name__ == "__main__":
    main()
