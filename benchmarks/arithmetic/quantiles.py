"""Where a value stands among others: quantiles, rank and quartile band. Pure, and exact on decimals.

Quantiles are Hyndman and Fan's type 7: linear between the two values around position (n − 1)p. Excel's QUARTILE.INC and
PERCENTILE.INC, PostgreSQL's percentile_cont and NumPy's default give the same number, so a finance team that checks ours in
Excel finds it again. Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician
50 (1996).

Values keep every digit they were calculated to. Freeze a band together with its bounds: bounds that were rounded on the way
to a file are no longer equal to the value they came from.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from itertools import pairwise
from typing import Literal

from ui.formats import number, ordinal

Direction = Literal["lower", "higher", "neutral"]
"""Which way is better; neutral metrics have no better way."""

Band = Literal[1, 2, 3, 4]
"""Quartile band: 1 is the best quarter, or for a neutral metric the lowest."""

LEAST_FOR_MEDIAN = 5
LEAST_FOR_QUARTILES = 8
LEAST_FOR_QUARTILES_UNNAMED = 10
"""A quartile of eight values gives two trusts away to a reader who may not see them."""
LEAST_FOR_DECILES = 20

_EXACT = Context(prec=80)
"""Wide enough for the difference and product of two 28-digit values, so that nothing is rounded."""


def quantile(sorted_values: Sequence[Decimal], p: Decimal) -> Decimal:
    """The type 7 quantile at `p` (0 to 1) of values in ascending order.

    ValueError when there are no values, they are out of order, or `p` is outside 0 to 1.
    """
    if not sorted_values or not 0 <= p <= 1:
        raise ValueError("a quantile needs at least one value and a share from 0 to 1")
    if any(first > second for first, second in pairwise(sorted_values)):
        raise ValueError("a quantile needs values in ascending order")
    position = (len(sorted_values) - 1) * p
    below = int(position)
    if position == below:
        return sorted_values[below]
    step = _EXACT.subtract(sorted_values[below + 1], sorted_values[below])
    return _EXACT.add(sorted_values[below], _EXACT.multiply(position - below, step))


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the values of one metric lie in one population. A figure is None where too few values stand behind it."""

    n: int
    minimum: Decimal | None = None
    p10: Decimal | None = None
    p25: Decimal | None = None
    median: Decimal | None = None
    p75: Decimal | None = None
    p90: Decimal | None = None
    maximum: Decimal | None = None

    def best_quartile(self, direction: Direction) -> Decimal | None:
        """The stretch benchmark: the lower quartile where lower is better, the upper where higher is; None for neutral."""
        return {"lower": self.p25, "higher": self.p75, "neutral": None}[direction]

    def without_names(self) -> "Distribution":
        """The same for a reader who may not see the trusts by name: no extremes, and quartiles only from ten values."""
        few = self.n < LEAST_FOR_QUARTILES_UNNAMED
        return replace(
            self, minimum=None, maximum=None, p25=None if few else self.p25, p75=None if few else self.p75
        )  # fmt: skip


def distribution(values: Sequence[Decimal]) -> Distribution:
    """The distribution of values in any order, for a reader who may see every trust by name."""
    ordered = sorted(values)
    n = len(ordered)
    if n == 0:
        return Distribution(0)

    def at(p: str, least: int) -> Decimal | None:
        return quantile(ordered, Decimal(p)) if n >= least else None

    return Distribution(
        n=n,
        minimum=ordered[0],
        p10=at("0.1", LEAST_FOR_DECILES),
        p25=at("0.25", LEAST_FOR_QUARTILES),
        median=at("0.5", LEAST_FOR_MEDIAN),
        p75=at("0.75", LEAST_FOR_QUARTILES),
        p90=at("0.9", LEAST_FOR_DECILES),
        maximum=ordered[-1],
    )


def coverage_words(n: int, expected: int) -> str:
    """How many values stand behind a figure, of how many there should be: "n = 214 of 236"."""
    return f"n = {number(n)} of {number(expected)}"


def too_few_words(n: int) -> str:
    """What stands in place of a figure with too few values behind it: "too few (n = 4)"."""
    return f"too few (n = {number(n)})"


@dataclass(frozen=True, slots=True)
class Position:
    """Where one value stands among all of them, itself included."""

    rank: int
    """1 is best; for a neutral metric, lowest."""
    equal: int
    """How many hold this value, itself counted."""
    n: int
    percentile: Decimal | None
    """Share of the others below it in size, 0 to 100, by mid-rank; None when there are no others."""
    direction: Direction

    @property
    def words(self) -> str:
        """ "4th of 27", "joint 4th of 27"; for a neutral metric "4th lowest of 27"."""
        joint = "joint " if self.equal > 1 else ""
        lowest = " lowest" if self.direction == "neutral" else ""
        return f"{joint}{ordinal(self.rank)}{lowest} of {number(self.n)}"


def position_in_order(value: Decimal, sorted_values: Sequence[Decimal], direction: Direction) -> Position:
    """The position of a value among values that include it and are in ascending order.

    The percentile is (below + (equal − 1) / 2) / (n − 1). ValueError when `value` is not among them.
    """
    below = bisect_left(sorted_values, value)
    equal = bisect_right(sorted_values, value, lo=below) - below
    if equal == 0:
        raise ValueError("a value has no position among values that leave it out")
    n = len(sorted_values)
    better = n - below - equal if direction == "higher" else below
    percentile = Decimal(100 * (2 * below + equal - 1)) / (2 * (n - 1)) if n > 1 else None
    return Position(rank=better + 1, equal=equal, n=n, percentile=percentile, direction=direction)


def band(value: Decimal, distribution: Distribution, direction: Direction) -> Band | None:
    """The quartile band by the distribution's bounds; a value equal to a bound goes to the better side.

    For a neutral metric an equal value goes to the lower side. None when there are too few values for quartiles.
    """
    p25, median, p75 = distribution.p25, distribution.median, distribution.p75
    if p25 is None or median is None or p75 is None:
        return None
    if direction == "higher":
        return 1 if value >= p75 else 2 if value >= median else 3 if value >= p25 else 4
    return 1 if value <= p25 else 2 if value <= median else 3 if value <= p75 else 4


_BAND_WORDS: dict[bool, dict[Band, str]] = {
    True: {1: "best quarter", 2: "second best quarter", 3: "third quarter", 4: "worst quarter"},
    False: {1: "lowest quarter", 2: "second lowest quarter", 3: "second highest quarter", 4: "highest quarter"},
}


def band_words(quarter: Band, direction: Direction) -> str:
    """A band in words. A neutral metric is never called best or worst."""
    return _BAND_WORDS[direction != "neutral"][quarter]
