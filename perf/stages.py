"""The stages of the pipeline as functions to be timed, on a filled workbook of one template, among other trusts' returns.

The database holds what the rules look at: the accepted returns of forty other trusts, and last year's return of the same trust.
"""

import io
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from submissions.models import Submission
    from templates_app.reading import Reading

TRUST = "R1H"


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of several rounds, after one that does not count."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


class Stages:
    """One template's round, with everything that is measured on it."""

    def __init__(self, template: str, rounds: int) -> None:
        from django.utils import timezone

        from footprints.actions import grant_role
        from footprints.models import RoleKind, Trust, User
        from perf.company import fill_others, values_of, workbook_of
        from submissions import storage
        from submissions.actions.open_collection import open_collection
        from submissions.models import Return

        self.template, self.rounds = template, rounds
        today = timezone.localdate()
        self.collection = open_collection(by="perf", template=template, name="Bench", opens_date=today, due_date=today + timedelta(days=1), illustrative=True)  # fmt: skip
        owed = Return.objects.select_related("trust", "collection")
        self.return_record = owed.get(collection=self.collection, trust=Trust.objects.get(ods_code=TRUST))
        self.nobody, _ = User.objects.get_or_create(email="left@example.nhs.uk", defaults={"name": "Has left"})
        self.preparer, new = User.objects.get_or_create(email="perf@example.nhs.uk", defaults={"name": "Perf"})
        if new:
            grant_role(by="perf", to=self.preparer, kind=RoleKind.PREPARER, trust=self.return_record.trust)
        self.values = values_of(self.return_record)
        self.data = workbook_of(self.return_record, self.values)
        self.kept = storage.keep([self.data], limit_bytes=len(self.data))
        fill_others(self.return_record, self.nobody, self.kept)

    def times(self) -> dict[str, float]:
        """Milliseconds by stage: medians of rounds in each of which every stage has its turn, so that what else the machine
        does meanwhile falls on all of them."""
        works = {**self.reading_works(), **self.loading_works(), "COPY alone": self.copying()}
        self.waiting = [self.new() for _ in range(3 * (self.rounds + 1))]
        self.told = [self.new(tell=True) for _ in range(self.rounds + 1)]
        for work in works.values():
            work()
        spent: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(self.rounds):
            for name, work in works.items():
                start = time.perf_counter()
                work()
                spent[name].append((time.perf_counter() - start) * 1000)
        return {name: statistics.median(times) for name, times in spent.items()}

    def reading_works(self) -> dict[str, Callable[[], object]]:
        import openpyxl
        import python_calamine

        from submissions.actions.download import trust_details
        from submissions.intake import guard
        from submissions.read_file import read_in_child
        from templates_app import registry
        from templates_app.workbook_write import write_workbook

        data = self.data

        def calamine() -> None:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

        definition, details = registry.get(self.template), trust_details(self.return_record)
        return {
            "openpyxl loads": lambda: openpyxl.load_workbook(io.BytesIO(data)),
            "calamine reads": calamine,
            "guard": lambda: guard(data, file_name="bench.xlsx"),
            "read": self.read_here,
            "guard + read in the bounded child": lambda: read_in_child(data, file_name="b.xlsx"),
            "write a trust's workbook": lambda: write_workbook(definition, details),
        }

    def loading_works(self) -> dict[str, Callable[[], object]]:
        from submissions import storage
        from submissions.actions.process import check, process
        from submissions.checks import judge
        from submissions.queries.judging import context_for
        from submissions.queries.rulesets import rules_in_force

        reading = self.read_here()
        rules = rules_in_force(reading.template, reading.version)
        context = context_for(self.return_record, rules)
        return {
            "receive (bytes to disk, hash, fsync)": lambda: storage.keep([self.data], limit_bytes=len(self.data)),
            "gather what it is judged against": lambda: context_for(self.return_record, rules),
            "judge by every rule": lambda: judge(reading, rules.definition, context),
            "check (gather, judge, keep findings)": lambda: check(self.waiting.pop(0), reading),
            "read + check + load, in process": lambda: self.whole(self.read_here),
            "read + check + load, reading in the bounded child": lambda: self.whole(self.read_in_child),
            "the whole task, with receipt and letter": lambda: process(submission_id=self.told.pop(0).pk),
        }

    def copying(self) -> Callable[[], object]:
        """The figures of the file in one COPY, and nothing else."""
        from django.db import transaction

        from submissions.actions.load import copy_figures

        loaded = self.new()
        rows = [
            (loaded.pk, f"X{number}", "pay", "number", "412.5", "", "Costs", "D9") for number in range(len(self.values))
        ]

        def copy_alone() -> None:
            with transaction.atomic():
                copy_figures(rows)
                transaction.set_rollback(True)

        return copy_alone

    def new(self, *, tell: bool = False) -> "Submission":
        """A file that was just received; whoever sent it may be told of it only with `tell`."""
        from submissions.models import Submission

        return Submission.objects.create(
            return_record=self.return_record,
            file_key=self.kept.key,
            sha256=self.kept.sha256,
            size_bytes=self.kept.size_bytes,
            uploaded_by=self.preparer if tell else self.nobody,
            template=self.template,
            version=self.collection.version,
        )

    def read_here(self) -> "Reading":
        from templates_app.sheet_reader import read_workbook
        from templates_app.workbook_read import identify, read, unread

        workbook = read_workbook(self.data, unread=unread)
        return read(workbook, identify(workbook))

    def read_in_child(self) -> "Reading":
        from submissions.read_file import Answer, read_in_child

        answer = read_in_child(self.data, file_name="bench.xlsx")
        assert isinstance(answer, Answer)
        return answer.reading

    def whole(self, reader: Callable[[], "Reading"]) -> None:
        from submissions.actions.load import load
        from submissions.actions.process import check

        submission, reading = self.waiting.pop(0), reader()
        judgement, _ = check(submission, reading)
        assert not judgement.has_errors, [finding.message for finding in judgement.findings][:3]
        load(submission=submission, values=judgement.values, cells=reading.cells)


def guard_times() -> dict[str, float]:
    """The longest that the guard takes to refuse a bad container, of every kind that the corpus holds."""
    from submissions.intake import Refused, guard
    from tests.workbooks.hostile import HOSTILE

    def refused(data: bytes) -> None:
        try:
            guard(data, file_name="bench.xlsx")
        except Refused:
            return
        raise AssertionError("the guard let a bad container through")

    files = [maker() for maker, _ in HOSTILE.values()]
    return {
        "guard refuses a bad container (slowest kind)": max(
            milliseconds(lambda data=data: refused(data), 3) for data in files
        )
    }  # type: ignore[misc]
