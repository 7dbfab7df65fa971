"""One scale for every metric, from 0 to 100, so that charts of different units can stand beneath one another. Pure."""

from decimal import Decimal
from itertools import pairwise

from benchmarks.arithmetic.quantiles import Direction, Distribution


def place_on_scale(value: Decimal, distribution: Distribution, direction: Direction) -> float | None:
    """Where a value stands from 0 to 100, with 50 at the median, the quartiles at 25 and 75, and the tenths at 10 and 90.

    Between those it is linear, and beyond them it goes on as steeply as it came, up to the ends. Better is always greater; for a
    neutral metric, higher. A value that several quantiles share stands in the middle of their places. None without quartiles.
    """
    knots = _knots(distribution)
    if knots is None:
        return None
    place = _place(value, knots)
    return 100 - place if direction == "lower" else place


def _knots(distribution: Distribution) -> list[tuple[Decimal, float]] | None:
    quantiles = (
        (distribution.p10, 10.0),
        (distribution.p25, 25.0),
        (distribution.median, 50.0),
        (distribution.p75, 75.0),
        (distribution.p90, 90.0),
    )
    if distribution.p25 is None or distribution.median is None or distribution.p75 is None:
        return None
    return [(value, place) for value, place in quantiles if value is not None]


def _place(value: Decimal, knots: list[tuple[Decimal, float]]) -> float:
    shared = [place for known, place in knots if known == value]
    if shared:
        return sum(shared) / len(shared)
    slopes = [(start, end, (to - at) / float(end - start)) for (start, at), (end, to) in pairwise(knots) if end > start]
    if value < knots[0][0]:
        return max(0.0, knots[0][1] - float(knots[0][0] - value) * slopes[0][2]) if slopes else 0.0
    if value > knots[-1][0]:
        return min(100.0, knots[-1][1] + float(value - knots[-1][0]) * slopes[-1][2]) if slopes else 100.0
    start, slope = next((start, slope) for start, end, slope in slopes if start < value < end)
    return max(place for known, place in knots if known == start) + float(value - start) * slope
