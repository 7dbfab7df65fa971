"""What it would be worth to reach a benchmark, in pounds to the penny. Pure.

Two formulas, each nought or more and never more than the money it is taken from. `value`, `benchmark` and `denominator` are
in the metric's own units; the numerator is in £000, as in the return, and a metric's value is numerator ÷ denominator × scale.

A (money over volume, lower is better): (value − benchmark) × denominator ÷ scale, in £000.
B (output per whole-time equivalent, higher is better): relevant pay × (1 − value ÷ benchmark), in £000.

Each result is rounded once, to the penny, so that totals are the same in any order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from benchmarks.arithmetic.quantiles import Direction

POUNDS_IN_RETURN_UNIT = 1000
"""Money in returns is in £000."""

_CONTEXT = Context(prec=60)
_PENNY = Decimal("0.01")


def money_over_volume(
    *,
    value: Decimal,
    benchmark: Decimal,
    numerator: Decimal,
    denominator: Decimal,
    scale: Decimal,
    volume: Decimal | None = None,
) -> Decimal:
    """Formula A, in pounds: what the numerator holds above the benchmark for this trust's own volume.

    `volume` is the part of the denominator that pounds are counted for; all of it when None.
    """
    if value <= benchmark:
        return Decimal("0.00")
    part = denominator if volume is None else volume
    at_value = _CONTEXT.divide(_CONTEXT.multiply(numerator, part), denominator)
    at_benchmark = _CONTEXT.divide(_CONTEXT.multiply(benchmark, part), scale)
    return _to_the_penny(_CONTEXT.subtract(at_value, at_benchmark), most=numerator)


def output_per_wte(*, value: Decimal, benchmark: Decimal, relevant_pay: Decimal) -> Decimal:
    """Formula B, in pounds: the pay not needed for the same output at the benchmark's output per WTE."""
    if value >= benchmark or benchmark <= 0:
        return Decimal("0.00")
    share = _CONTEXT.divide(_CONTEXT.subtract(benchmark, value), benchmark)
    return _to_the_penny(_CONTEXT.multiply(relevant_pay, share), most=relevant_pay)


@dataclass(frozen=True, slots=True)
class InternalBest:
    """The best trusts of one footprint on one metric, and what it would be worth to every other to do as well."""

    codes: tuple[str, ...]
    """In order; several where they are equal."""
    value: Decimal
    gaps: Mapping[str, Decimal]
    """Pounds by ODS code, of every trust for which they can be worked out; nought for the best themselves."""

    @property
    def total(self) -> Decimal:
        """Pounds over the footprint. Not to be added to an opportunity against outside benchmarks: it is the same money."""
        return total(self.gaps.values())


def internal_best(
    values: Mapping[str, Decimal], direction: Direction, worth: Callable[[str, Decimal], Decimal | None]
) -> InternalBest | None:
    """The best trust of a footprint as the benchmark of its others; None for a neutral metric and for fewer than two trusts.

    `values` are by ODS code. `worth` says what it is worth to a trust to reach a value, by formula A or B; None where pounds say
    nothing.
    """
    if direction == "neutral" or len(values) < 2:
        return None
    best = min(values.values()) if direction == "lower" else max(values.values())
    pounds = {code: worth(code, best) for code in sorted(values)}
    return InternalBest(
        codes=tuple(code for code in sorted(values) if values[code] == best),
        value=best,
        gaps={code: gap for code, gap in pounds.items() if gap is not None},
    )


def total(opportunities: Iterable[Decimal]) -> Decimal:
    """The sum over trusts or functions, to the penny. Give it only additive opportunities of one level."""
    return sum(opportunities, start=Decimal("0.00"))


def opportunity_range(*, top_down: Decimal, bottom_up: Decimal) -> tuple[Decimal, Decimal]:
    """Low and high: the total against the benchmark of totals, and the sum of gaps by function, whichever is smaller first.

    The two differ because no trust is best at everything and the median of a sum is not the sum of medians; neither is mended
    to fit the other.
    """
    return min(top_down, bottom_up), max(top_down, bottom_up)


def footprint_value(parts: Iterable[tuple[Decimal, Decimal | None]], scale: Decimal) -> Decimal | None:
    """A footprint's value: Σ numerators ÷ Σ denominators × scale over the trusts with both; never the mean of ratios.

    None when no trust has both, or the denominators come to nought.
    """
    both = [(numerator, denominator) for numerator, denominator in parts if denominator is not None]
    denominators = sum((denominator for _, denominator in both), start=Decimal(0))
    if not denominators:
        return None
    return sum((numerator for numerator, _ in both), start=Decimal(0)) * scale / denominators


def _to_the_penny(thousands: Decimal, *, most: Decimal) -> Decimal:
    bounded = max(Decimal(0), min(thousands, most))
    return _CONTEXT.multiply(bounded, Decimal(POUNDS_IN_RETURN_UNIT)).quantize(
        _PENNY, rounding=ROUND_HALF_UP, context=_CONTEXT
    )
