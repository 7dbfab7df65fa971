"""What the pages about runs show: which runs there are, who is in one and who is missing, and what freezing one now would hold."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, Dispute, RunTrust, RunValue
from benchmarks.queries.run_quantiles import NATIONAL, as_distribution
from benchmarks.queries.run_sources import is_expected
from benchmarks.queries.runs import live_run_of, live_runs, metrics_of, names_all
from footprints.models import TrustType, User
from submissions.models import Collection, FigureQuery
from submissions.stages import NOT_EXPECTED, STAGE_WORDS

PEER_RULE = (
    "Other trusts of the same type with an income in the same band (under £150m, £150m to £300m, £300m to £600m, over £600m); "
    "with fewer than eight of them the next band joins, then all trusts that are not acute, then all trusts."
)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list."""

    run: BenchmarkRun
    n: int
    """Trusts whose figures are in it."""
    expected: int


@dataclass(frozen=True, slots=True)
class TypeLine:
    """The trusts of one type in a run."""

    words: str
    n: int
    expected: int
    signed: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Trusts that are not in the population for one reason."""

    because: str
    count: int
    names: tuple[str, ...]
    """Only of trusts that the reader may see by name."""


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """A metric of a run: what tells its definition from any other, and how England lies."""

    metric: Metric
    digest: str
    national: Distribution
    """As the reader may see it."""
    expected: int


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run: population, definitions, and what to hold it against."""

    run: BenchmarkRun
    types: tuple[TypeLine, ...]
    missing: tuple[Missing, ...]
    definitions: tuple[DefinitionLine, ...]
    disputed: int
    others: tuple[BenchmarkRun, ...]
    """The other frozen runs of the collection, the newest first."""
    names_all: bool

    @property
    def n(self) -> int:
        """Trusts whose figures are in it."""
        return sum(line.n for line in self.types)

    @property
    def expected(self) -> int:
        """Trusts whose figures should be."""
        return sum(line.expected for line in self.types)

    @property
    def signed(self) -> int:
        """Trusts whose return is signed."""
        return sum(line.signed for line in self.types)


@dataclass(frozen=True, slots=True)
class FreezePreview:
    """What a run of a collection would hold, were it frozen now."""

    collection: Collection
    n: int
    expected: int
    unsigned: int
    disputed: int
    queried: int
    """Queries about figures of the collection that the trust has not answered."""
    last: BenchmarkRun | None
    """The run of this collection that was frozen last."""


def frozen_runs() -> list[RunLine]:
    """Every frozen run of a round, the newest first."""
    runs = BenchmarkRun.objects.frozen().filter(collection__purpose=Collection.Purpose.ROUND)
    return _lines(runs.select_related("collection", "frozen_by").defer("definitions"))


def frozen_runs_of(collection: Collection | None, *, metric_id: str = "") -> list[BenchmarkRun]:
    """The frozen runs of one collection, the newest first; with a metric those that hold it. None of published figures."""
    if collection is None:
        return []
    runs = BenchmarkRun.objects.frozen().filter(collection=collection)
    if metric_id:
        runs = runs.filter(definitions__contains=[{"id": metric_id}])
    return list(runs.defer("definitions"))


def standing_runs() -> list[RunLine]:
    """The runs that have no number: the live run of each round, and those of published figures."""
    published = BenchmarkRun.objects.live().filter(collection=None).defer("definitions").order_by("template", "year")
    return _lines([*live_runs(), *published])


def published_run(template: str, year: str) -> BenchmarkRun | None:
    """The run of published figures of one year; None where there are none."""
    return BenchmarkRun.objects.live().filter(collection=None, template=template, year=year).first()


def run_page(person: User, run: BenchmarkRun) -> RunPage:
    """One run, as this person may see it."""
    trusts = list(RunTrust.objects.filter(run=run).select_related("trust").order_by("trust__name"))
    everybody = names_all(person, run)
    seen = (
        {trust.pk for trust in trusts}
        if everybody
        else set(RunTrust.objects.visible_to(person).filter(run=run).values_list("pk", flat=True))
    )
    return RunPage(
        run=run,
        types=tuple(_types(trusts)),
        missing=tuple(_missing(trusts, seen)),
        definitions=tuple(_definitions(run, named=everybody)),
        disputed=RunValue.objects.filter(run=run, disputed=True).count(),
        others=tuple(other for other in frozen_runs_of(run.collection) if other.pk != run.pk),
        names_all=everybody,
    )


def rounds_with_figures() -> list[Collection]:
    """The rounds of which a run could be frozen, the newest first."""
    return list(Collection.objects.rounds().filter(benchmark_runs__is_live=True).order_by("-opens_date", "-pk"))


def freeze_preview(collection: Collection) -> FreezePreview:
    """What would be frozen, by the live run, which follows the returns within seconds."""
    run = live_run_of(collection)
    line = _lines([run])[0] if run is not None else None
    signed = RunTrust.objects.filter(run=run, absent="", is_signed=True).count() if run is not None else 0
    n = line.n if line else 0
    return FreezePreview(
        collection=collection,
        n=n,
        expected=line.expected if line else 0,
        unsigned=n - signed,
        disputed=Dispute.objects.in_force().filter(return_record__collection=collection).count(),
        queried=FigureQuery.objects.open().filter(return_record__collection=collection).count(),
        last=next(iter(frozen_runs_of(collection)), None),
    )


def definition_digest(definition: object) -> str:
    """What tells one definition from another: the first twelve letters of the SHA-256 of its fields, in order of name."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:12]


def _lines(runs: Iterable[BenchmarkRun]) -> list[RunLine]:
    listed = list(runs)
    not_expected = {STAGE_WORDS[stage] for stage in NOT_EXPECTED}
    n: dict[int, int] = defaultdict(int)
    expected: dict[int, int] = defaultdict(int)
    counts = RunTrust.objects.filter(run__in=listed).values_list("run_id", "absent").annotate(count=Count("pk"))
    for run, absent, count in counts.order_by():
        n[run] += 0 if absent else count
        expected[run] += 0 if absent in not_expected else count
    return [RunLine(run, n[run.pk], expected[run.pk]) for run in listed]


def _types(trusts: Iterable[RunTrust]) -> Iterable[TypeLine]:
    by_type: dict[str, list[RunTrust]] = defaultdict(list)
    for trust in trusts:
        by_type[trust.trust_type].append(trust)
    for kind in TrustType:
        if of := by_type[kind.value]:
            inside = [trust for trust in of if not trust.absent]
            yield TypeLine(
                kind.label, len(inside), sum(map(is_expected, of)), sum(trust.is_signed for trust in inside)
            )  # fmt: skip


def _missing(trusts: Iterable[RunTrust], seen: set[int]) -> Iterable[Missing]:
    by_reason: dict[str, list[RunTrust]] = defaultdict(list)
    for trust in trusts:
        if trust.absent:
            by_reason[trust.absent].append(trust)
    for because, of in sorted(by_reason.items()):
        yield Missing(because, len(of), tuple(trust.trust.name for trust in of if trust.pk in seen))


def _definitions(run: BenchmarkRun, *, named: bool) -> Iterable[DefinitionLine]:
    kept = {definition["id"]: definition for definition in run.definitions}
    rows = {row.metric: row for row in run.quantiles.filter(scope=NATIONAL)}
    for metric in metrics_of(run):
        if metric.id in kept and metric.id in rows:
            row = rows[metric.id]
            national = as_distribution(row)
            yield DefinitionLine(
                metric=metric,
                digest=definition_digest(kept[metric.id]),
                national=national if named else national.without_names(),
                expected=row.expected,
            )
