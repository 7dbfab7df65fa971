"""A whole run by the slowest road: fractions, whole lists looked at for every trust, nothing shared with the code of the portal.

In goes what was measured; out comes every figure that a run stores. Written from the specification (benchmarks.md, section 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor


@dataclass(frozen=True)
class Given:
    """One trust's value of one metric, counted in the distribution."""

    code: str
    kind: str
    income: Decimal | None
    """Pounds."""
    value: Decimal
    numerator: Decimal
    denominator: Decimal
    pay: Decimal | None = None


@dataclass(frozen=True)
class Rule:
    """What has to be known of the metric."""

    direction: str
    formula: str
    scale: Decimal


@dataclass(frozen=True)
class Expected:
    """What the run must say of one trust."""

    rank: int
    equal: int
    percentile: Fraction | None
    band: int | None
    peers: frozenset[str]
    peer_median: Fraction | None
    to_median: Decimal | None
    to_peer_median: Decimal | None
    to_stretch: Decimal | None
    stretch_scope: str


def type_7(values: Sequence[Decimal], p: Fraction) -> Fraction:
    """The quantile between the two values around position (n − 1)p."""
    ordered = sorted(Fraction(value) for value in values)
    place = (len(ordered) - 1) * p
    low = floor(place)
    if place == low:
        return ordered[low]
    return ordered[low] * (1 - (place - low)) + ordered[low + 1] * (place - low)


def in_scope(everyone: Sequence[Given], scope: str) -> list[Given]:
    """Those whose values make up the distribution of a scope."""
    if scope == "national":
        return list(everyone)
    if scope == "non_acute":
        return [one for one in everyone if one.kind != "acute"]
    return [one for one in everyone if one.kind == scope]


def expected_of(own: Given, everyone: Sequence[Given], rule: Rule) -> Expected:
    """Everything about one trust."""
    values = [one.value for one in everyone]
    n, below, equal = len(values), sum(v < own.value for v in values), sum(v == own.value for v in values)
    above = n - below - equal
    peers = peers_of(own, everyone)
    peer_values = [one.value for one in everyone if one.code in peers]
    peer_median = type_7(peer_values, Fraction(1, 2)) if len(peer_values) >= 5 else None
    scope = own.kind
    if len(in_scope(everyone, scope)) < 8:
        scope = "non_acute" if own.kind != "acute" and len(in_scope(everyone, "non_acute")) >= 8 else "national"
    of_scope = [one.value for one in in_scope(everyone, scope)]
    quarter = {"lower": Fraction(1, 4), "higher": Fraction(3, 4), "neutral": None}[rule.direction]
    stretch = type_7(of_scope, quarter) if quarter is not None and len(of_scope) >= 8 else None
    median = type_7(values, Fraction(1, 2)) if n >= 5 else None
    return Expected(
        rank=(above if rule.direction == "higher" else below) + 1,
        equal=equal,
        percentile=(below + Fraction(equal - 1, 2)) / (n - 1) * 100 if n > 1 else None,
        band=band_of(own.value, values, rule.direction) if n >= 8 else None,
        peers=frozenset(peers),
        peer_median=peer_median,
        to_median=pounds(own, median, rule),
        to_peer_median=pounds(own, peer_median, rule),
        to_stretch=pounds(own, stretch, rule),
        stretch_scope=scope,
    )


def band_of(value: Decimal, values: Sequence[Decimal], direction: str) -> int:
    """Quarters by the bounds; equal to a bound is on the better side, for neutral metrics the lower."""
    bounds = [type_7(values, Fraction(quarter, 4)) for quarter in (1, 2, 3)]
    own = Fraction(value)
    if direction == "higher":
        return 1 + sum(own < bound for bound in bounds)
    return 1 + sum(own > bound for bound in bounds)


def peers_of(own: Given, everyone: Sequence[Given]) -> set[str]:
    """Type by income band, the nearer neighbour joining until there are eight; then the type; not acute; everybody."""
    others = [one for one in everyone if one.code != own.code]
    of_type = [one for one in others if one.kind == own.kind]
    if len(of_type) >= 8:
        for low, high in bands_to_try(own.income):
            within = {one.code for one in of_type if one.income is not None and low <= band(one.income) <= high}
            if len(within) >= 8:
                return within
        return {one.code for one in of_type}
    not_acute = {one.code for one in others if one.kind != "acute"}
    if own.kind != "acute" and len(not_acute) >= 8:
        return not_acute
    return {one.code for one in others}


def band(income: Decimal) -> int:
    """Under £150m, to £300m, to £600m and with it, over."""
    millions = income / 1_000_000
    return 0 if millions < 150 else 1 if millions < 300 else 2 if millions <= 600 else 3


def bands_to_try(income: Decimal | None) -> list[tuple[int, int]]:
    """Own band first, then wider by whichever edge is nearer, but never all of them."""
    if income is None:
        return []
    edges = [Decimal(edge * 1_000_000) for edge in (150, 300, 600)]
    low = high = band(income)
    tried = []
    while (low, high) != (0, 3):
        tried.append((low, high))
        to_lower = income - edges[low - 1] if low > 0 else None
        to_upper = edges[high] - income if high < 3 else None
        if to_upper is None or (to_lower is not None and to_lower <= to_upper):
            low -= 1
        else:
            high += 1
    return tried


def pounds(own: Given, benchmark: Fraction | None, rule: Rule) -> Decimal | None:
    """Formula A or B, to the penny, never below nought nor above the money it is taken from."""
    if benchmark is None or rule.formula == "none":
        return None
    if rule.formula == "A":
        gap = (Fraction(own.value) - benchmark) / Fraction(rule.scale) * Fraction(own.denominator) * 1000
        most = max(Fraction(0), Fraction(own.numerator)) * 1000
        # The stored value is rounded at its last digit; the numerator is not.
        if Fraction(own.value) > benchmark:
            gap = Fraction(own.numerator) * 1000 - benchmark / Fraction(rule.scale) * Fraction(own.denominator) * 1000
    else:
        if own.pay is None:
            return None
        most = max(Fraction(0), Fraction(own.pay)) * 1000
        gap = most * (1 - Fraction(own.value) / benchmark) if benchmark > 0 else Fraction(0)
    return penny(min(max(Fraction(0), gap), most))


def penny(amount: Fraction) -> Decimal:
    """Half up."""
    return (Decimal(floor(amount * 100 * 10**6)) / Decimal(10**8)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def mix_index(
    own: dict[str, tuple[Decimal, Decimal]], everyone: Sequence[dict[str, tuple[Decimal, Decimal]]]
) -> Fraction | None:
    """Actual ÷ expected × 100 from cost (£000) and volume by discipline: expected is each volume at the national median cost of one."""
    actual = expected = Fraction(0)
    for discipline, (cost, volume) in own.items():
        unit_costs = [
            (Fraction(other[discipline][0]) * 1000 / Fraction(other[discipline][1]))
            for other in everyone
            if discipline in other
        ]
        if len(unit_costs) < 5:
            continue
        ordered = sorted(unit_costs)
        middle = len(ordered) // 2
        median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        actual += Fraction(cost)
        expected += Fraction(volume) * median / 1000
    return actual / expected * 100 if expected else None
