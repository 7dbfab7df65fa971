"""One footprint: who has returned what, and how its trusts stand on the first metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils import timezone
from markupsafe import Markup

from benchmarks.charts import Dot, strip
from benchmarks.metrics import value_words
from benchmarks.models import MetricValue
from benchmarks.quantiles import Band, Distribution, band, band_words, coverage_words, distribution, too_few_words
from benchmarks.queries.comparison import FIRST
from benchmarks.queries.population import Population, population
from benchmarks.queries.queried import queried_metrics
from benchmarks.registry import metrics
from benchmarks.savings import footprint_value
from benchmarks.schema import Metric
from benchmarks.words import cell_words, direction_words, only_for_words, short_name, unit_words
from footprints.models import Footprint, Trust
from submissions.models import Collection, Return
from submissions.queries.progress import Progress, ReturnRow, progress, return_rows


@dataclass(frozen=True, slots=True)
class TrustValue:
    """One trust on one metric: its value and quartile band, or why there is none."""

    trust: Trust
    metric: Metric
    value: Decimal | None = None
    quarter: Band | None = None
    absent: str = ""
    """In two or three words why there is no value: "no return", "not comparable"."""
    reason: str = ""
    """The same in a sentence."""
    queried: bool = False
    """A figure behind the value is queried, and the query is not settled."""

    @property
    def name(self) -> str:
        """The trust's name without its legal form."""
        return short_name(self.trust.name)

    @property
    def words(self) -> str:
        """The value with its unit; empty where there is none."""
        return "" if self.value is None else value_words(self.metric, self.value)

    @property
    def cell(self) -> str:
        """The value under a head that says the unit; empty where there is none."""
        return "" if self.value is None else cell_words(self.metric, self.value)

    @property
    def quarter_words(self) -> str:
        """The quartile band in words; empty where there is none."""
        return "" if self.quarter is None else band_words(self.quarter, self.metric.direction)


@dataclass(frozen=True, slots=True)
class FootprintMetric:
    """One metric over the footprint's trusts."""

    metric: Metric
    national: Distribution
    expected: int
    trusts: tuple[TrustValue, ...]
    """In the order of the footprint's rows."""
    together: Decimal | None
    """Sum of numerators over sum of denominators, of the trusts that have both; never the mean of ratios."""
    chart: Markup

    @property
    def unit_words(self) -> str:
        """The unit as it stands at the head of a column."""
        return unit_words(self.metric)

    @property
    def direction_words(self) -> str:
        """Which way is better."""
        return direction_words(self.metric)

    @property
    def compared(self) -> list[TrustValue]:
        """The trusts with a value, the best first; for a neutral metric the lowest."""
        known = [trust for trust in self.trusts if trust.value is not None]
        return sorted(known, key=lambda trust: trust.value or Decimal(0), reverse=self.metric.direction == "higher")

    @property
    def absent(self) -> list[TrustValue]:
        """The trusts without a value whose return is in."""
        return [trust for trust in self.trusts if trust.value is None and trust.absent != NO_RETURN]

    def words(self, value: Decimal | None) -> str:
        """A national figure for people, or that too few values stand behind it."""
        return too_few_words(self.national.n) if value is None else value_words(self.metric, value)

    @property
    def together_words(self) -> str:
        """The footprint's own value for people."""
        return "no value yet" if self.together is None else value_words(self.metric, self.together)

    @property
    def together_cell(self) -> str:
        """The footprint's own value under a head that says the unit; a dash where there is none."""
        return "–" if self.together is None else cell_words(self.metric, self.together)

    @property
    def median_cell(self) -> str:
        """The national median under a head that says the unit."""
        median = self.national.median
        return too_few_words(self.national.n) if median is None else cell_words(self.metric, median)

    @property
    def coverage(self) -> str:
        """How many returns stand behind the national figures."""
        return coverage_words(self.national.n, self.expected)


@dataclass(frozen=True, slots=True)
class FootprintPage:
    """What the footprint's page shows for one collection."""

    footprint: Footprint
    collection: Collection
    at: datetime
    """When the comparison was made: it changes with every return that comes in."""
    rows: tuple[ReturnRow, ...]
    progress: Progress
    metrics: tuple[FootprintMetric, ...]

    @property
    def heat(self) -> list[tuple[ReturnRow, list[TrustValue]]]:
        """Each trust with its place in every metric."""
        return [(row, [metric.trusts[number] for metric in self.metrics]) for number, row in enumerate(self.rows)]

    @property
    def has_values(self) -> bool:
        """Whether any trust of the footprint has a value yet."""
        return any(metric.compared for metric in self.metrics)


NO_RETURN = "no return"


def footprint_page(footprint: Footprint) -> FootprintPage | None:
    """Progress and first metrics of a footprint in the newest collection that has metrics (or the newest of all, where none has),
    in a fixed number of queries.

    None while there is no collection. Pilots are left out.
    """
    collection = _collection()
    if collection is None:
        return None
    members = Trust.objects.in_footprint(footprint)
    rows = tuple(return_rows(Return.objects.filter(collection=collection, trust__in=members)))
    listed = metrics(collection.template)[:FIRST]
    everyone = population(collection, listed)
    own = _own_values(collection, rows, [metric.id for metric in listed])
    queried = queried_metrics([row.return_record.pk for row in rows], listed)
    return FootprintPage(
        footprint=footprint,
        collection=collection,
        at=timezone.now(),
        rows=rows,
        progress=progress(footprint.name, rows),
        metrics=tuple(_metric(metric, everyone, rows, own, queried) for metric in listed),
    )


def _collection() -> Collection | None:
    newest = list(Collection.objects.rounds().order_by("-opens_date", "-pk"))
    return next((collection for collection in newest if metrics(collection.template)), newest[0] if newest else None)


Own = Mapping[tuple[int, str], MetricValue]
"""Values by the trust's key and the metric."""


def _own_values(collection: Collection, rows: Sequence[ReturnRow], listed: Sequence[str]) -> Own:
    values = (
        MetricValue.objects.on_record(collection)
        .filter(submission__return_record__in=[row.return_record.pk for row in rows], metric__in=listed)
        .select_related("submission__return_record")
        .defer("submission__reading")
    )
    return {(value.submission.return_record.trust_id, value.metric): value for value in values}


def _metric(
    metric: Metric,
    everyone: Population,
    rows: Sequence[ReturnRow],
    own: Own,
    queried: Mapping[int, frozenset[str]],
) -> FootprintMetric:
    national = distribution(list(everyone.of(metric).values())).without_names()
    trusts = tuple(
        _trust_value(metric, row, own, national, queried=metric.id in queried.get(row.return_record.pk, ()))
        for row in rows
    )
    behind = [own[trust.trust.pk, metric.id] for trust in trusts if trust.value is not None]
    parts = [(value.numerator, value.denominator) for value in behind if value.numerator is not None]
    return FootprintMetric(
        metric=metric,
        national=national,
        expected=everyone.expected(metric),
        trusts=trusts,
        together=footprint_value(parts, metric.scale),
        chart=strip(
            name=metric.id.lower(),
            title=metric.name,
            distribution=national,
            dots=[Dot(trust.trust.ods_code, trust.value, trust.queried) for trust in trusts if trust.value is not None],
            direction=metric.direction,
            words=partial(cell_words, metric),
        ),
    )


def _trust_value(metric: Metric, row: ReturnRow, own: Own, national: Distribution, *, queried: bool) -> TrustValue:
    if not row.is_in:
        return TrustValue(row.trust, metric, absent=NO_RETURN, reason="No accepted return yet.")
    if row.trust.trust_type not in metric.population:
        return TrustValue(row.trust, metric, absent=only_for_words(metric))
    value = own.get((row.trust.pk, metric.id))
    if value is None:
        return TrustValue(row.trust, metric, absent="being compared", reason="The comparison follows in a moment.")
    if value.value is None:
        return TrustValue(row.trust, metric, absent="not comparable", reason=value.reason)
    quarter = band(value.value, national, metric.direction)
    return TrustValue(row.trust, metric, value.value, quarter, queried=queried)
