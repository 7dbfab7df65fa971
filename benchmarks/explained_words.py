"""How one number came about, in words that a reader can follow with a pencil: order, quarter and pounds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.opportunity import Measured
from benchmarks.arithmetic.quantiles import Band, Direction, Distribution, band_words
from benchmarks.defining.schema import Metric
from ui.formats import number, ordinal, pounds, pounds_and_pence, thousand_pounds

_SIX = Decimal("0.000001")
_POUNDS = Decimal(1000)
_PENNY = Decimal("0.01")
_PARTS = {
    Decimal("0.25"): "a quarter of the way",
    Decimal("0.5"): "half way",
    Decimal("0.75"): "three quarters of the way",
}

QUANTILES: Sequence[tuple[str, str, str]] = (
    ("p10", "Tenth percentile", "0.1"),
    ("p25", "Lower quartile", "0.25"),
    ("median", "Median", "0.5"),
    ("p75", "Upper quartile", "0.75"),
    ("p90", "Ninetieth percentile", "0.9"),
)
"""Of a distribution: its field, its name, and the share of values below it."""


def in_order_words(n: int, share: str) -> str:
    """Where a quantile of n values lies: "the 108th of 215 values in order, the smallest first"; between two of them "half way from
    the 54th to the 55th of 216 …"."""
    position = (n - 1) * Decimal(share)
    below = int(position)
    values = f"of {number(n)} {'value' if n == 1 else 'values'} in order, the smallest first"
    if position == below:
        return f"the {ordinal(below + 1)} {values}"
    part = position - below
    way = _PARTS.get(part, f"{number(part)} of the way")
    return f"{way} from the {ordinal(below + 1)} to the {ordinal(below + 2)} {values}"


def told_apart(metric: Metric, *values: Decimal) -> tuple[str, ...]:
    """Values in words; with their digits where rounding would make two of them look equal that are not."""
    words = tuple(value_words(metric, value) for value in values)
    if len(set(words)) == len(set(values)):
        return words
    return tuple(f"{rounded} (unrounded {digits(value)})" for rounded, value in zip(words, values, strict=True))


def quarter_reason(metric: Metric, value: Decimal, distribution: Distribution, quarter: Band) -> str:
    """Why a value is in its quarter: "£5.00 is above the upper quartile £4.61, so it is in the worst quarter."."""
    known = {"lower quartile": distribution.p25, "median": distribution.median, "upper quartile": distribution.p75}
    bounds = [
        (side, name, bound) for side, name in _sides(quarter, metric.direction) if (bound := known[name]) is not None
    ]
    own, *others = told_apart(metric, value, *(bound for _, _, bound in bounds))
    said = " and ".join(f"{side} the {name} {words}" for (side, name, _), words in zip(bounds, others, strict=True))
    return f"{own} is {said}, so it is in the {band_words(quarter, metric.direction)}."


def _sides(quarter: Band, direction: Direction) -> Sequence[tuple[str, str]]:
    """Between which bounds a quarter lies, said from the own value; a value equal to a bound goes to the better side."""
    if direction == "higher":
        return {
            1: [("at or above", "upper quartile")],
            2: [("below", "upper quartile"), ("at or above", "median")],
            3: [("below", "median"), ("at or above", "lower quartile")],
            4: [("below", "lower quartile")],
        }[quarter]
    return {
        1: [("at or below", "lower quartile")],
        2: [("above", "lower quartile"), ("at or below", "median")],
        3: [("above", "median"), ("at or below", "upper quartile")],
        4: [("above", "upper quartile")],
    }[quarter]


def percentile_words(percentile: Decimal | None, n: int) -> str:
    """The mid-rank position: "75% of the other 39 values are lower, those equal to it counted half."; empty without others."""
    if percentile is None or n < 2:
        return ""
    share = percentile.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{number(share)}% of the other {number(n - 1)} values are lower; those equal to it count half."


@dataclass(frozen=True, slots=True)
class Sum:
    """What a gap to one benchmark is worth, as a sum in figures."""

    title: str
    benchmark: str
    """In words; or that too few values stand behind it."""
    working: str
    """The sum, or that there is no gap; empty without a benchmark."""
    pounds: Decimal | None
    """A year, to the penny; None where pounds say nothing."""

    @property
    def pounds_words(self) -> str:
        """The result, with pence where it is small."""
        if self.pounds is None:
            return ""
        return pounds(self.pounds) if self.pounds >= 1 or not self.pounds else pounds_and_pence(self.pounds)


def gap_working(metric: Metric, own: Measured, benchmark: Decimal, worth: Decimal) -> str:
    """The sum from a value and a benchmark to pounds, or that the value is at or better than the benchmark; never both."""
    if own.value is None:
        return ""
    words, other = told_apart(metric, own.value, benchmark)
    better = own.value >= benchmark if metric.opportunity == "B" else own.value <= benchmark
    if better:
        return f"{words} is at or better than {other}, so there is no gap: £0."
    if metric.opportunity == "B" and own.relevant_pay is not None:
        sum_words = f"{thousand_pounds(own.relevant_pay)} × (1 − {digits(own.value)} ÷ {digits(benchmark)})"
        return f"Relevant pay × (1 − own value ÷ benchmark): {sum_words} = {pounds(worth)}."
    if own.opportunity_volume is None:
        return ""
    if (own.value - benchmark) * own.opportunity_volume / metric.scale * _POUNDS - worth > _PENNY:
        return f"{words} is above {other}, but never more is counted than the cost itself holds: {pounds(worth)}."
    volume = number(own.opportunity_volume)
    gap = f"({digits(own.value)} − {digits(benchmark)})"
    if metric.scale == _POUNDS:
        return f"(own value − benchmark) × volume: {gap} × {volume} = {pounds(worth)}."
    return (
        f"(own value − benchmark) × volume ÷ {number(metric.scale)}, in £000: {gap} × {volume} ÷ {number(metric.scale)} = "
        f"{number(worth / _POUNDS)}, which is {pounds(worth)}."
    )


def digits(value: Decimal) -> str:
    """A number as it stands in a sum: up to six decimals."""
    return number(value.quantize(_SIX, rounding=ROUND_HALF_UP))
