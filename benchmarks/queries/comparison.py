"""How one trust compares: own value, peers, national quartiles, and what the gap is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils import timezone
from markupsafe import Markup

from benchmarks.charts import Dot, strip
from benchmarks.metrics import input_places, value_words
from benchmarks.models import MetricValue
from benchmarks.peers import Candidate, PeerGroup, default_peers
from benchmarks.quantiles import (
    LEAST_FOR_MEDIAN,
    Band,
    Distribution,
    band,
    band_words,
    coverage_words,
    distribution,
    position,
    too_few_words,
)
from benchmarks.queries.population import Population, candidates, population
from benchmarks.queries.queried import queries_by_metric
from benchmarks.registry import metrics
from benchmarks.savings import money_over_volume, opportunity_range, total
from benchmarks.schema import Metric, Target
from benchmarks.words import (
    direction_words,
    formula_words,
    inside,
    only_for_words,
    rank_words,
    standing_words,
    target_words,
    working_words,
    worth_words,
)
from footprints.models import Trust
from submissions.models import Return
from submissions.queries.figure_queries import QueryRow
from submissions.queries.progress import ReturnRow, return_rows
from templates_app import registry as templates
from templates_app.expressions import parse

FIRST = 10
"""So many metrics, from the top of the list, stand on a page."""


@dataclass(frozen=True, slots=True)
class ComparedMetric:
    """One metric of one trust beside the others. A figure is None where too few values stand behind it."""

    metric: Metric
    trust_type: str
    own: MetricValue
    value: Decimal
    national: Distribution
    """As a reader may see it who may not see the other trusts by name."""
    expected: int
    peers: PeerGroup | None
    peer_median: Decimal | None
    standing: str
    """ "dearer than 41 of 54 other trusts"; empty while too few are in."""
    rank: str
    """ "41st of 55 (1st is the lowest)"; empty while too few are in."""
    quarter: Band | None
    worth: Decimal | None
    """Pounds a year less at the peer median; None where pounds say nothing."""
    chart: Markup

    def words(self, value: Decimal | None) -> str:
        """A national figure for people, or that too few values stand behind it."""
        return too_few_words(self.national.n) if value is None else value_words(self.metric, value)

    @property
    def peer_words(self) -> str:
        """The peer median for people, or that too few peers stand behind it."""
        if self.peer_median is None:
            return too_few_words(len(self.peers.codes) if self.peers else 0)
        return value_words(self.metric, self.peer_median)

    @property
    def coverage(self) -> str:
        """How many returns stand behind the national figures."""
        return coverage_words(self.national.n, self.expected)

    @property
    def quarter_words(self) -> str:
        """The quartile band in words; empty where there is none."""
        return "" if self.quarter is None else band_words(self.quarter, self.metric.direction)

    @property
    def direction_words(self) -> str:
        """Which way is better."""
        return direction_words(self.metric)

    @property
    def name_inside(self) -> str:
        """The metric's name as it stands inside a sentence."""
        return inside(self.metric.name)

    @property
    def worth_words(self) -> str:
        """What it would be worth to be at the peer median; empty where there is no gap or pounds say nothing."""
        return worth_words(self.worth) if self.worth else ""

    @property
    def targets(self) -> list[tuple[Target, str]]:
        """The targets that were ever set for the trust's type, each with what has to be known about it."""
        return [(target, target_words(target)) for target in self.metric.targets_for(self.trust_type)]

    @property
    def working(self) -> str:
        """What is divided by what, and the sum behind the own value in figures."""
        figures = working_words(self.metric, self.own.numerator or Decimal(0), self.own.denominator, self.value)
        return f"{formula_words(self.metric)}: {figures}."


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A metric that says nothing about this trust, and why."""

    metric: Metric
    reason: str


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """How one return compares, the dearest gap first."""

    row: ReturnRow
    at: datetime
    """When the comparison was made: it changes with every return that comes in."""
    metrics: tuple[ComparedMetric, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    queries: Mapping[str, tuple[QueryRow, ...]] = field(default_factory=dict)
    """Those that are not settled, by each metric that rests on their figure."""

    @property
    def is_measured(self) -> bool:
        """Whether the accepted file has been measured; a moment passes between the two."""
        return self.row.on_record is not None and self.row.on_record.measured_at is not None

    @property
    def has_quarters(self) -> bool:
        """Whether enough returns are in to say in which quarter the trust is, on any metric."""
        return any(metric.quarter is not None for metric in self.metrics)

    def count_in(self, quarter: Band) -> int:
        """On how many metrics with a better way the trust is in this quarter."""
        judged = [metric for metric in self.metrics if metric.metric.direction != "neutral"]
        return sum(metric.quarter == quarter for metric in judged)

    @property
    def largest_gaps(self) -> list[ComparedMetric]:
        """Up to three functions with the most pounds between the trust and its peers' median. They do not overlap."""
        return [row for row in self.metrics if row.metric.counted == "additive" and row.worth][:3]

    @property
    def whole_words(self) -> str:
        """The range for people: "£1,212,000 to £1,602,000"; empty where there is no gap either way."""
        low, high = self.whole_range or (Decimal(0), Decimal(0))
        words = [worth_words(low), worth_words(high)]
        return " to ".join(dict.fromkeys(words)) if high else ""

    @property
    def whole(self) -> ComparedMetric | None:
        """The metric of the whole back office, where pounds can be said for it."""
        return next((row for row in self.metrics if row.metric.counted == "top_down" and row.worth is not None), None)

    @property
    def whole_range(self) -> tuple[Decimal, Decimal] | None:
        """Low and high of what the whole would cost less a year: at the peer median of the total, and summed by function."""
        whole = self.whole
        if whole is None or whole.worth is None:
            return None
        parts = [row.worth for row in self.metrics if row.worth is not None and is_part(row.metric, whole.metric)]
        return opportunity_range(top_down=whole.worth, bottom_up=total(parts))


def comparison_page(return_record: Return, label: str = "you") -> ComparisonPage:
    """The first metrics of the file on record of a return, those worth most at the peer median first.

    `label` stands at the trust's dot in the charts.
    """
    (row,) = return_rows(Return.objects.filter(pk=return_record.pk))
    at = timezone.now()
    if row.on_record is None or row.on_record.measured_at is None:
        return ComparisonPage(row=row, at=at)
    listed = metrics(row.collection.template)[:FIRST]
    everyone = population(row.collection, listed)
    to_choose_from = candidates(row.collection)
    own = {value.metric: value for value in row.on_record.metric_values.all()}
    queries = queries_by_metric(return_record, listed)
    compared: list[ComparedMetric] = []
    not_compared: list[NotCompared] = []
    for metric in listed:
        value = own.get(metric.id)
        if value is None or value.value is None or row.trust.trust_type not in metric.population:
            not_compared.append(NotCompared(metric, _reason(metric, value, row.trust.trust_type)))
        else:
            peers = peers_of(row.trust.ods_code, everyone.of(metric), to_choose_from)
            dot = Dot(label, value.value, flagged=metric.id in queries)
            compared.append(compare(metric, value, everyone, peers, row.trust, dot))
    compared.sort(key=lambda item: (-(item.worth or 0), item.metric.order))
    return ComparisonPage(row, at, metrics=tuple(compared), not_compared=tuple(not_compared), queries=queries)


def _reason(metric: Metric, value: MetricValue | None, trust_type: str) -> str:
    if trust_type not in metric.population:
        return f"This measure is for {only_for_words(metric)}."
    return value.reason if value else "This measure did not exist yet when the file was measured."


def peers_of(code: str, known: Mapping[str, Decimal], to_choose_from: Iterable[Candidate]) -> PeerGroup | None:
    """The default peers of a trust among those that have a value themselves; None when the trust is not on record."""
    listed = list(to_choose_from)
    own = next((candidate for candidate in listed if candidate.code == code), None)
    return default_peers(own, [other for other in listed if other.code in known]) if own else None


def compare(
    metric: Metric, own: MetricValue, everyone: Population, peers: PeerGroup | None, trust: Trust, dot: Dot
) -> ComparedMetric:
    """One metric of one trust beside the nation, itself included, and beside its peers, itself left out; `dot` is it in the chart.

    ValueError for a metric value that is none.
    """
    value = own.value
    if value is None:
        raise ValueError(f"{own} has no value to compare")
    known = everyone.of(metric)
    national = distribution(list(known.values())).without_names()
    peer_median = distribution([known[peer] for peer in peers.codes]).median if peers else None
    others = [other for name, other in known.items() if name != trust.ods_code]
    enough = trust.ods_code in known and len(known) >= LEAST_FOR_MEDIAN
    place = position(value, list(known.values()), metric.direction).words if enough else ""
    return ComparedMetric(
        metric=metric,
        trust_type=trust.trust_type,
        own=own,
        value=value,
        national=national,
        expected=everyone.expected(metric),
        peers=peers,
        peer_median=peer_median,
        standing=standing_words(metric, value, others) if enough else "",
        rank=rank_words(place, metric.direction) if enough else "",
        quarter=band(value, national, metric.direction),
        worth=worth(metric, own, peer_median),
        chart=_chart(metric, dot, national),
    )


def worth(metric: Metric, own: MetricValue, benchmark: Decimal | None) -> Decimal | None:
    """Pounds a year less if the trust were at the benchmark; None for metrics that are not counted against other trusts."""
    if own.value is None or benchmark is None or metric.opportunity != "A" or metric.counted == "target_only":
        return None
    if own.numerator is None or own.denominator is None or own.opportunity_volume is None:
        return None
    return money_over_volume(
        value=own.value,
        benchmark=benchmark,
        numerator=own.numerator,
        denominator=own.denominator,
        scale=metric.scale,
        volume=own.opportunity_volume,
    )


def is_part(part: Metric, whole: Metric) -> bool:
    """Whether an additive metric counts money that all stands in the whole."""
    if part.counted != "additive" or part.numerator is None or whole.numerator is None:
        return False
    definition = templates.get(whole.template)
    inside, outside = (set(input_places(parse(source), definition)) for source in (part.numerator, whole.numerator))
    return inside <= outside


def _chart(metric: Metric, dot: Dot, national: Distribution) -> Markup:
    return strip(
        name=metric.id.lower(),
        title=metric.name,
        distribution=national,
        dots=[dot],
        direction=metric.direction,
        words=partial(value_words, metric),
    )
