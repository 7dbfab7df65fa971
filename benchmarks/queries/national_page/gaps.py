"""Single values that England should look at: where the most pounds lie, and which are so far from the others that the trust is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, QuerySet, Value, When
from django.db.models.functions import Abs

from benchmarks.arithmetic.headline import Part, part_of
from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.savings import POUNDS_IN_RETURN_UNIT
from benchmarks.defining.registry import title_of
from benchmarks.defining.schema import Metric
from benchmarks.models import RunTrust, RunValue, Standing
from benchmarks.queries.national_page.basis import NationalBasis
from benchmarks.queries.queried import queried_metrics
from benchmarks.words import worth_words
from footprints.access import trusts_visible_to
from submissions.states import State
from ui.formats import number

SHOWN = 20
"""How many the page lists; a file holds all."""

_MONEY = DecimalField(max_digits=40, decimal_places=24)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One trust and function above the national median, with what each benchmark is worth, pounds a year."""

    of: RunTrust
    metric: Metric
    value: Decimal
    to_median: Decimal
    to_peer_median: Decimal | None
    to_stretch: Decimal | None
    """None where there is no best quarter, or the reader may not see it."""

    @property
    def function(self) -> str:
        """What the pounds are spent on."""
        return title_of(self.metric)

    @property
    def words(self) -> str:
        """The value in the metric's unit."""
        return value_words(self.metric, self.value)

    @property
    def median_words(self) -> str:
        """Pounds to the national median."""
        return worth_words(self.to_median)

    @property
    def peer_words(self) -> str:
        """Pounds to the peer median."""
        return _worth(self.to_peer_median, "too few peers")

    @property
    def stretch_words(self) -> str:
        """Pounds to the best quarter."""
        return _worth(self.to_stretch, "too few")


@dataclass(frozen=True, slots=True)
class ToQuery:
    """One value far from the others, about which the trust can be asked."""

    of: RunTrust
    metric: Metric
    value: Decimal
    median: Decimal | None
    score: Decimal | None
    effect: Decimal | None
    """Pounds a year between the value and the national median, either way; None where pounds say nothing."""
    queried: bool
    """Somebody has asked about a figure behind it, and the query is not settled."""
    may_ask: bool

    @property
    def words(self) -> str:
        """The value in the metric's unit."""
        return value_words(self.metric, self.value)

    @property
    def median_words(self) -> str:
        """The national median in the metric's unit."""
        return "too few" if self.median is None else value_words(self.metric, self.median)

    @property
    def effect_words(self) -> str:
        """The pounds in words."""
        return "not in pounds" if self.effect is None else worth_words(self.effect)

    @property
    def why(self) -> str:
        """What is unusual about it."""
        if self.value <= 0:
            return "0 or less"
        if self.score is None:
            return "far from the others, of which more than half are alike"
        side = "above" if self.score > 0 else "below"
        return f"far {side} the others: modified z {number(self.score, 2)}"


@dataclass(frozen=True, slots=True)
class Outliers:
    """The values to ask about, as many as were wanted, and how many there are."""

    rows: tuple[ToQuery, ...]
    count: int


def largest_opportunities(basis: NationalBasis, part: Part | None, most: int | None = SHOWN) -> tuple[Opportunity, ...]:
    """Trusts and functions of one part of the spend by pounds to the national median, the most first. One query."""
    by_id = {metric.id: metric for metric in basis.additive if part_of(metric) == part}
    values = _values(basis, by_id).filter(standing__to_median__gt=0)
    ordered = values.order_by("-standing__to_median", "run_trust__trust__ods_code", "metric")
    return tuple(_opportunity(basis, by_id[value.metric], value, value.standing) for value in ordered[:most])


def outliers_to_query(basis: NationalBasis, most: int | None = SHOWN) -> Outliers:
    """Values far from the others by what they move in pounds, those that pounds say nothing about last. Four queries."""
    by_id = {metric.id: metric for metric in basis.metrics}
    flagged = _values(basis, by_id).filter(standing__is_outlier=True)
    # 0% is an answer like any other (no space is unoccupied, no work sent away). It is flagged because nought has no logarithm, not
    # because it is far from the others.
    shares = [metric.id for metric in basis.metrics if metric.unit == "percent"]
    flagged = flagged.exclude(value=0, metric__in=shares).annotate(
        effect=_effect(basis), far=Abs("standing__outlier_score")
    )
    ordered = flagged.order_by(
        F("effect").desc(nulls_last=True), F("far").desc(nulls_last=True), "run_trust__trust__ods_code", "metric"
    )
    found = list(ordered[:most])
    count = len(found) if most is None or len(found) < most else flagged.count()
    queried = _queried(basis, found)
    may_ask = _may_ask(basis, found)
    return Outliers(
        tuple(_to_query(basis, by_id[value.metric], value, queried=queried(value), may_ask=may_ask(value)) for value in found),
        count,
    )  # fmt: skip


def _values(basis: NationalBasis, listed: Iterable[str]) -> QuerySet[RunValue]:
    counted = RunValue.objects.counted().filter(run=basis.run, run_trust__in=basis.trusts, metric__in=list(listed))
    return counted.select_related("standing", "run_trust__trust", "run_trust__submission")


def _opportunity(basis: NationalBasis, metric: Metric, value: RunValue, standing: Standing) -> Opportunity:
    return Opportunity(
        of=value.run_trust,
        metric=metric,
        value=value.value or Decimal(0),
        to_median=standing.to_median or Decimal(0),
        to_peer_median=standing.to_peer_median,
        to_stretch=basis.to_stretch(metric, standing),
    )


def _to_query(basis: NationalBasis, metric: Metric, value: RunValue, *, queried: bool, may_ask: bool) -> ToQuery:
    return ToQuery(
        of=value.run_trust,
        metric=metric,
        value=value.value or Decimal(0),
        median=basis.distribution(metric).median,
        score=value.standing.outlier_score,
        effect=getattr(value, "effect", None),
        queried=queried,
        may_ask=may_ask,
    )


def _effect(basis: NationalBasis) -> Case:
    """Pounds between a value and what it is held against, either way: formulas A and B without their floor at nought."""
    branches = []
    for metric in basis.metrics:
        median = Decimal(100) if metric.method == "mix_adjusted" else basis.distribution(metric).median
        if median is None or metric.counted == "target_only" or metric.opportunity == "none":
            continue
        away = Abs(F("value") - Value(median, output_field=_MONEY))
        if metric.opportunity == "A":
            pounds = away * F("opportunity_volume") * POUNDS_IN_RETURN_UNIT / metric.scale
        elif median:
            pounds = away * F("relevant_pay") * POUNDS_IN_RETURN_UNIT / Value(median, output_field=_MONEY)
        else:
            continue
        branches.append(When(Q(metric=metric.id), then=pounds))
    return Case(*branches, default=None, output_field=_MONEY)


def _queried(basis: NationalBasis, found: Sequence[RunValue]) -> Callable[[RunValue], bool]:
    keys = {value.run_trust.return_record_id for value in found} - {None}
    by_return = queried_metrics([key for key in keys if key is not None], basis.metrics) if keys else {}
    return lambda value: value.metric in by_return.get(value.run_trust.return_record_id or 0, frozenset())


def _may_ask(basis: NationalBasis, found: Sequence[RunValue]) -> Callable[[RunValue], bool]:
    """Only about a file that is on record still: of a frozen run it may have been replaced."""
    keys = {value.run_trust.trust_id for value in found}
    allowed = set(trusts_visible_to(basis.person, "query_figure").filter(pk__in=keys).values_list("pk", flat=True))

    def asked(value: RunValue) -> bool:
        file = value.run_trust.submission
        return value.run_trust.trust_id in allowed and file is not None and file.state == State.ACCEPTED

    return asked


def _worth(amount: Decimal | None, otherwise: str) -> str:
    if amount is None:
        return otherwise
    return worth_words(amount) if amount else "–"
