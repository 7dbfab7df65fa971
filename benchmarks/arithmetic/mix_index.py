"""The mix-adjusted index: what a trust's disciplines cost, beside what the same tests would cost at the national medians. Pure.

Expected cost = Σ over disciplines (the trust's volume × national median cost of one). Index = actual ÷ expected × 100; 100 is what is
expected. Only disciplines with both sides count, in both sums. This is indirect standardisation: a small laboratory stays usable, the
mix of tests makes no difference, and every step can be checked by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from benchmarks.arithmetic.metrics import PRECEDENCE, Calculated, ratio
from benchmarks.arithmetic.obstacles import Status
from benchmarks.arithmetic.savings import POUNDS_IN_RETURN_UNIT, money_over_volume

EXPECTED = Decimal(100)
"""The index of a trust whose disciplines cost what the same tests cost at the national medians."""

_EXACT = Context(prec=60)
_KEPT = Decimal("0.000001")
"""Costs are kept in £000 to six decimals."""


@dataclass(frozen=True, slots=True)
class Discipline:
    """One trust's volume and cost (£000) in one discipline, or why there are none: a metric of the family P02."""

    label: str
    volume: Decimal | None
    cost: Decimal | None
    status: Status = "calculable"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MixIndex:
    """The index of one trust, with the disciplines it was worked out from."""

    result: Calculated
    """Numerator: actual cost, denominator: expected cost, both in £000 and exact."""
    used: tuple[str, ...]
    """By metric, such as P02-PBC."""
    left_out: Mapping[str, str]
    """Why each of the other disciplines is in neither sum, by metric."""

    @property
    def opportunity(self) -> Decimal | None:
        """Pounds a year between actual and expected cost, to the penny, where that is above nought; None without an index."""
        value, actual, expected = self.result.value, self.result.numerator, self.result.denominator
        if value is None or actual is None or expected is None:
            return None
        return money_over_volume(
            value=value, benchmark=EXPECTED, numerator=actual, denominator=expected, scale=EXPECTED
        )  # fmt: skip


def mix_index(own: Mapping[str, Discipline], medians: Mapping[str, Decimal | None]) -> MixIndex:
    """The index of one trust from its disciplines and the national median cost of one test (£) in each, both by metric.

    A median that is None or missing has too few trusts behind it.
    """
    costs: dict[str, tuple[Decimal, Decimal]] = {}
    left_out: dict[str, str] = {}
    for metric, part in own.items():
        found = _actual_and_expected(part, medians.get(metric))
        if isinstance(found, str):
            left_out[metric] = found
        else:
            costs[metric] = found
    if not costs:
        return MixIndex(_nothing(own, left_out), (), left_out)
    actual = expected = Decimal(0)
    for cost, at_median in costs.values():
        actual, expected = _EXACT.add(actual, cost), _EXACT.add(expected, at_median)
    # As a run keeps it: whoever divides the two kept costs comes to the same index, in Excel too.
    expected = max(expected.quantize(_KEPT, context=_EXACT), _KEPT)
    return MixIndex(
        Calculated(
            status="calculable",
            numerator=actual,
            denominator=expected,
            value=ratio(actual, expected, EXPECTED),
            opportunity_volume=expected,
        ),
        tuple(costs),
        left_out,
    )


def _actual_and_expected(part: Discipline, median: Decimal | None) -> tuple[Decimal, Decimal] | str:
    """What a discipline costs and what it would cost at the median, £000; or why it is in neither sum."""
    if part.status != "calculable":
        return part.reason
    if part.volume is None or part.cost is None:
        return f"{part.label} has no cost or no volume."
    if part.volume <= 0:
        return f"{part.label} has no volume."
    if median is None:
        return f"{part.label} has no national median: too few trusts can be compared on it."
    if median <= 0:
        return f"The national median of {part.label} is not above £0."
    return part.cost, _EXACT.divide(_EXACT.multiply(part.volume, median), POUNDS_IN_RETURN_UNIT)


def _nothing(own: Mapping[str, Discipline], left_out: Mapping[str, str]) -> Calculated:
    """Why there is no index: by its own figures, unless they are sound and there is only nothing to compare them with."""
    found = {part.status for part in own.values()}
    status = "not_calculable" if "calculable" in found or not found else _first(found)
    if status == "not_applicable":
        reason = "Not applicable at this trust: no discipline that is compared."
    else:
        said = [why for metric, why in left_out.items() if own[metric].status != "not_applicable"]
        reason = " ".join(["No discipline can be compared.", *dict.fromkeys(said)])
    return Calculated(status, None, None, None, reason)


def _first(found: set[Status]) -> Status:
    """Not applicable only where nothing applies; otherwise the first of the reasons why what applies cannot be compared."""
    applying = found - {"not_applicable"}
    return next(status for status in PRECEDENCE if status in (applying or found))
