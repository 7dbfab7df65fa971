"""What the mix-adjusted index of one trust is worked out from: each discipline with its actual and its expected cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import cast

from benchmarks.arithmetic.mix_index import Discipline, mix_index
from benchmarks.arithmetic.obstacles import Status
from benchmarks.arithmetic.savings import POUNDS_IN_RETURN_UNIT
from benchmarks.defining.schema import Metric
from benchmarks.models import RunTrust, RunValue
from benchmarks.queries.runs import Reading

_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One discipline of a trust."""

    metric: Metric
    volume: Decimal | None
    median: Decimal | None
    """The national median cost of one, pounds."""
    actual: Decimal | None
    """£000."""
    expected: Decimal | None
    """Volume × median, £000; None where the discipline is in neither sum."""
    left_out: str
    """Why it is in neither sum."""


def index_parts(reading: Reading, trust: RunTrust, family: Sequence[Metric]) -> tuple[IndexPart, ...]:
    """The disciplines of a trust's index, those that count and those that do not; none for a metric without a family."""
    values = {metric: value for metric in family if (value := reading.value(trust, metric)) is not None}
    medians = {metric.id: reading.distribution(metric).median for metric in family}
    found = mix_index({metric.id: discipline(metric, value) for metric, value in values.items()}, medians)
    return tuple(
        IndexPart(
            metric=metric,
            volume=value.denominator,
            median=medians[metric.id],
            actual=value.numerator,
            expected=None if metric.id in found.left_out else _expected(value.denominator, medians[metric.id]),
            left_out=found.left_out.get(metric.id, ""),
        )
        for metric, value in values.items()
    )


def discipline(metric: Metric, value: RunValue) -> Discipline:
    """One discipline as the index takes it; one that is disputed is in neither sum."""
    disputed = value.left_out if value.disputed else ""
    return Discipline(
        label=metric.line_label,
        volume=value.denominator,
        cost=value.numerator,
        status="not_calculable" if disputed else cast(Status, value.status),
        reason=disputed or value.reason,
    )


def _expected(volume: Decimal | None, median: Decimal | None) -> Decimal | None:
    if volume is None or median is None:
        return None
    return _EXACT.divide(_EXACT.multiply(volume, median), POUNDS_IN_RETURN_UNIT)
