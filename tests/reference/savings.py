"""Slow and obvious opportunities on exact fractions: the oracle of `benchmarks.arithmetic.savings`."""

from decimal import Decimal
from fractions import Fraction


def money_over_volume(
    numerator: Decimal, denominator: Decimal, scale: Decimal, benchmark: Decimal, volume: Decimal | None = None
) -> Decimal:
    """Each unit of volume costs so much too much; add that up."""
    cost_of_one = Fraction(numerator) / Fraction(denominator) * 1000
    benchmark_of_one = Fraction(benchmark) / Fraction(scale) * 1000
    too_much = max(Fraction(0), cost_of_one - benchmark_of_one)
    pounds = too_much * Fraction(denominator if volume is None else volume)
    return pennies(min(pounds, max(Fraction(0), Fraction(numerator) * 1000)))


def output_per_wte(output: Decimal, wte: Decimal, benchmark: Decimal, pay: Decimal) -> Decimal:
    """At the benchmark fewer people would do the same work; the pay of the rest is the opportunity."""
    needed = Fraction(output) / Fraction(benchmark)
    spare = max(Fraction(0), Fraction(wte) - needed)
    return pennies(Fraction(pay) * 1000 * spare / Fraction(wte))


def pennies(pounds: Fraction) -> Decimal:
    """Rounded half up."""
    whole = pounds * 100
    floor = whole.numerator // whole.denominator
    return Decimal(floor + (1 if whole - floor >= Fraction(1, 2) else 0)) / 100
