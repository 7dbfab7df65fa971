"""How one trust compares: every metric of its return beside its peers and all trusts, and what the gaps are worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from benchmarks.arithmetic.adding_up import is_part
from benchmarks.arithmetic.quantiles import Band
from benchmarks.arithmetic.savings import opportunity_range, total
from benchmarks.defining.registry import LeftOut, not_benchmarked, title_of
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, Dispute, RunTrust, RunValue
from benchmarks.queries.compared import Beside, ComparedMetric, beside_peers, compare
from benchmarks.queries.queried import queries_by_metric
from benchmarks.queries.runs import Reading, live_run_of, names_all, read_runs
from benchmarks.words import only_for_words, worth_words
from footprints.models import Trust, User
from submissions.models import Return
from submissions.queries.figure_queries import QueryRow
from submissions.queries.progress import ReturnRow, return_rows

State = Literal["no_return", "being_compared", "not_in_run", "compared"]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A metric that says nothing about this trust, and why."""

    metric: Metric
    reason: str


@dataclass(frozen=True, slots=True)
class WholeRange:
    """What the whole would cost less a year at one benchmark, and the two ways of counting it."""

    name: str
    top_down: Decimal
    """The gap of the total."""
    bottom_up: Decimal
    """The sum of the gaps by function."""
    functions: int
    """So many functions could be counted in that sum."""
    of: int
    """So many there are."""

    @property
    def top_down_words(self) -> str:
        """The gap of the total for people."""
        return worth_words(self.top_down)

    @property
    def bottom_up_words(self) -> str:
        """The sum of the functions' gaps for people."""
        return worth_words(self.bottom_up)

    @property
    def words(self) -> str:
        """Low and high for people: "£1,212,000 to £1,602,000"; "no gap" where there is none either way."""
        low, high = opportunity_range(top_down=self.top_down, bottom_up=self.bottom_up)
        return " to ".join(dict.fromkeys([worth_words(low), worth_words(high)])) if high else "no gap"


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """Measures that belong together: of them at most one adds up with other groups; what is inside it is the same money."""

    title: str
    key: str
    kind: Literal["whole", "part", "own_block", "other"]
    """part: its additive measure stands in the whole. own_block: it adds up, but in no whole."""
    metrics: tuple[ComparedMetric, ...]

    @property
    def adds_up(self) -> ComparedMetric | None:
        """The measure whose pounds are counted once."""
        return next((row for row in self.metrics if row.metric.counted == "additive"), None)

    @property
    def worth(self) -> Decimal:
        """Pounds of that measure at the peer median; nought where there are none."""
        return (self.adds_up.worth if self.adds_up else None) or Decimal(0)


@dataclass(frozen=True)
class ComparisonPage:
    """How one return compares."""

    row: ReturnRow
    state: State
    run: BenchmarkRun | None = None
    trust: RunTrust | None = None
    """As the run found it."""
    listed: tuple[Metric, ...] = ()
    """The metrics of the run, in the order of lists."""
    metrics: tuple[ComparedMetric, ...] = ()
    """The largest gap to the peer median in pounds first, then those without pounds, in the order of lists."""
    not_compared: tuple[NotCompared, ...] = ()
    lines_left_out: tuple[LeftOut, ...] = ()
    """Lines that are collected and compared with nothing."""
    queries: Mapping[str, tuple[QueryRow, ...]] = field(default_factory=dict)
    """Those that are not settled, by each metric that rests on their figure."""
    disputes: Mapping[str, Dispute] = field(default_factory=dict)
    """Those in force, by metric."""

    @property
    def has_quarters(self) -> bool:
        """Whether enough returns are in to say in which quarter the trust is, on any metric."""
        return any(metric.quarter is not None for metric in self.metrics)

    @property
    def judged(self) -> list[ComparedMetric]:
        """The metrics with a better way, on which the trust stands in a quarter."""
        return [row for row in self.metrics if row.metric.direction != "neutral" and row.quarter is not None]

    def count_in(self, quarter: Band) -> int:
        """On how many metrics with a better way the trust is in this quarter."""
        return sum(row.quarter == quarter for row in self.judged)

    @property
    def answer(self) -> ComparedMetric | None:
        """The function with the most pounds between the trust and its peers' median."""
        return next(iter(self.largest_gaps), None)

    @property
    def largest_gaps(self) -> list[ComparedMetric]:
        """Up to three functions with the most pounds between the trust and its peers' median. They do not overlap."""
        return [row for row in self.metrics if row.metric.counted == "additive" and row.worth][:3]

    @property
    def whole(self) -> ComparedMetric | None:
        """The metric of the whole, where pounds can be said for it."""
        return next((row for row in self.metrics if row.metric.counted == "top_down" and row.worth is not None), None)

    @cached_property
    def whole_ranges(self) -> tuple[WholeRange, ...]:
        """What the whole would cost less at each benchmark, the peer median first; none without a whole."""
        whole = self.whole
        if whole is None:
            return ()
        parts = [row for row in self.metrics if is_part(row.metric, whole.metric)]
        of = sum(is_part(metric, whole.metric) for metric in self.listed)
        ends = (
            ("Peer median", whole.worth, [row.worth for row in parts]),
            ("National median", whole.to_median, [row.to_median for row in parts]),
            ("Stretch", whole.to_stretch, [row.to_stretch for row in parts]),
        )
        return tuple(
            WholeRange(name, top, total(known), len(known), of)
            for name, top, by_part in ends
            if top is not None
            for known in [[part for part in by_part if part is not None]]
        )

    @cached_property
    def groups(self) -> tuple[MeasureGroup, ...]:
        """The whole first, then the functions, the largest gap first, then what adds up apart, and last what is in no function."""
        return _groups(self.metrics, [metric for metric in self.listed if metric.counted == "top_down"])


def comparison_page(return_record: Return, person: User, frozen: BenchmarkRun | None = None) -> ComparisonPage:
    """Every metric of the file on record of a return in the live run of its collection, or in a frozen run."""
    (row,) = return_rows(Return.objects.filter(pk=return_record.pk))
    if row.on_record is None and frozen is None:
        return ComparisonPage(row, "no_return")
    run = frozen or live_run_of(row.collection)
    reading = read_runs([run], Trust.objects.filter(pk=row.trust.pk))[0] if run else None
    trust = next(iter(reading.trusts), None) if reading else None
    has_file = trust is not None and trust.submission_id is not None
    if frozen is not None and not has_file:
        return ComparisonPage(row, "not_in_run", run, trust)
    if reading is None or trust is None:
        return ComparisonPage(row, "being_compared", run)
    if frozen is None and row.on_record is not None and trust.submission_id != row.on_record.pk:
        return ComparisonPage(row, "being_compared", run, trust)
    return _compared_page(row, reading, trust, person)


def _compared_page(row: ReturnRow, reading: Reading, trust: RunTrust, person: User) -> ComparisonPage:
    queries = queries_by_metric(row.return_record, reading.metrics)
    named, beside = names_all(person, reading.run), beside_peers(trust)
    compared: list[ComparedMetric] = []
    not_compared: list[NotCompared] = []
    for metric in reading.metrics:
        own = reading.value(trust, metric)
        if own is None or own.value is None or trust.trust_type not in metric.population:
            not_compared.append(NotCompared(metric, _reason(metric, own, trust.trust_type)))
        else:
            near = beside.get(metric.id, Beside())
            compared.append(compare(reading, trust, own, beside=near, named=named, queried=metric.id in queries))
    disputes = Dispute.objects.in_force().filter(return_record=row.return_record).select_related("marked_by")
    return ComparisonPage(
        row,
        "compared",
        run=reading.run,
        trust=trust,
        listed=reading.metrics,
        metrics=tuple(sorted(compared, key=_largest_gap_first)),
        not_compared=tuple(not_compared),
        lines_left_out=not_benchmarked(reading.run.template),
        queries=queries,
        disputes={dispute.metric: dispute for dispute in disputes},
    )


def _largest_gap_first(row: ComparedMetric) -> tuple[bool, Decimal, Decimal]:
    return (row.worth is None, -(row.worth or Decimal(0)), row.metric.order)


def _reason(metric: Metric, value: RunValue | None, trust_type: str) -> str:
    if trust_type not in metric.population:
        return f"This measure is for {only_for_words(metric)}."
    return value.reason if value else "This measure did not exist yet when the file was measured."


def _groups(rows: Sequence[ComparedMetric], wholes: Sequence[Metric]) -> tuple[MeasureGroup, ...]:
    by_place: dict[tuple[str, str | None], list[ComparedMetric]] = {}
    for row in rows:
        by_place.setdefault((row.metric.function, row.metric.line), []).append(row)
    functions = {place for place, of in by_place.items() if any(row.metric.counted == "additive" for row in of)}
    made = [_function(place, by_place[place], wholes) for place in by_place if place in functions]
    rest = [row for place, of in by_place.items() if place not in functions for row in of]
    if rest:
        title = title_of(wholes[0]) if wholes else "Other measures"
        kind: Literal["whole", "other"] = "whole" if wholes else "other"
        made.append(MeasureGroup(title, kind, kind, tuple(sorted(rest, key=_adding_up_first))))
    order = ("whole", "part", "own_block", "other")
    return tuple(sorted(made, key=lambda group: (order.index(group.kind), -group.worth)))


def _function(
    place: tuple[str, str | None], rows: Iterable[ComparedMetric], wholes: Iterable[Metric]
) -> MeasureGroup:  # fmt: skip
    listed = tuple(sorted(rows, key=_adding_up_first))
    first = listed[0].metric
    kind: Literal["part", "own_block"] = "part" if any(is_part(first, whole) for whole in wholes) else "own_block"
    return MeasureGroup(title_of(first), "-".join(filter(None, place)), kind, listed)


def _adding_up_first(row: ComparedMetric) -> tuple[bool, bool, Decimal, Decimal]:
    return (row.metric.counted not in ("additive", "top_down"), *_largest_gap_first(row))
