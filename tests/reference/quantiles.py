"""Slow and obvious quantiles and positions on exact fractions: the oracle of `benchmarks.arithmetic.quantiles`."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def type_7(values: Sequence[Decimal], p: Fraction) -> Fraction:
    """Walk from the least value to the greatest in n − 1 equal steps, and stop at the share p of the way."""
    ordered = sorted(Fraction(value) for value in values)
    if len(ordered) == 1:
        return ordered[0]
    step = Fraction(1, len(ordered) - 1)
    for number in range(len(ordered) - 1):
        start, end = number * step, (number + 1) * step
        if start <= p <= end:
            share = (p - start) / step
            return ordered[number] * (1 - share) + ordered[number + 1] * share
    raise ValueError(p)


def mid_rank_percentile(value: Decimal, values: Sequence[Decimal]) -> Fraction:
    """The mean percentile that the equal values would have if they were told apart."""
    below = len([other for other in values if other < value])
    equal = len([other for other in values if other == value])
    places = [Fraction(below + number, len(values) - 1) for number in range(equal)]
    return 100 * sum(places, start=Fraction(0)) / equal


def band(value: Decimal, values: Sequence[Decimal], direction: str) -> int:
    """Which quarter: how many of the three bounds are better than the value, and one."""
    bounds = [type_7(values, Fraction(quarter, 4)) for quarter in (1, 2, 3)]
    if direction == "higher":
        return 1 + len([bound for bound in bounds if Fraction(value) < bound])
    return 1 + len([bound for bound in bounds if Fraction(value) > bound])
