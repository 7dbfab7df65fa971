"""Slow and obvious peers: every trust looks at all others. The oracle of `benchmarks.arithmetic.peers` and `benchmarks.arithmetic.nearest`."""

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from benchmarks.arithmetic.nearest import Described
from benchmarks.arithmetic.peers import Candidate
from ui.formats import number, plural

LEAST = 8
"""How many other trusts a peer group needs."""

_MILLION = 1_000_000
_EDGES = (Decimal(150 * _MILLION), Decimal(300 * _MILLION), Decimal(600 * _MILLION))
_TYPE_WORDS = {
    "acute": "acute",
    "specialist": "specialist",
    "mental_health": "mental health",
    "community": "community",
    "ambulance": "ambulance",
}


@dataclass(frozen=True)
class Peers:
    """The others that a trust is compared with."""

    codes: tuple[str, ...]
    words: str


def default_peers(own: Candidate, candidates: Iterable[Candidate], least: int = LEAST) -> Peers:
    """The default peer group, codes in order."""
    others = [candidate for candidate in candidates if candidate.code != own.code]
    of_type = [other for other in others if other.trust_type == own.trust_type]
    kind = _TYPE_WORDS[own.trust_type]
    if own.income_pounds is not None and len(of_type) >= least:
        return _by_income(own.income_pounds, of_type, kind, least)
    if len(of_type) >= least:
        return _group(
            of_type, f"{number(len(of_type))} other {kind} trusts of any income, because its own is not known"
        )
    because = f"because {_only(len(of_type))} {kind} {'trust' if len(of_type) == 1 else 'trusts'}"
    non_acute = [other for other in others if other.trust_type != "acute"]
    if own.trust_type != "acute" and len(non_acute) >= least:
        return _group(non_acute, f"{number(len(non_acute))} other trusts that are not acute, {because}")
    return _group(others, f"{plural(len(others), 'other trust')} of every type, {because}")


def _by_income(income: Decimal, of_type: Sequence[Candidate], kind: str, least: int) -> Peers:
    own_band = band_of(income)
    because = f"because there are too few {_range_words(own_band, own_band)}"
    for low, high in _widening(income):
        within = [other for other in of_type if _is_within(other.income_pounds, low, high)]
        if len(within) >= least:
            joined = "" if low == high else f", {because}"
            return _group(within, f"{number(len(within))} other {kind} trusts {_range_words(low, high)}{joined}")
    return _group(of_type, f"{number(len(of_type))} other {kind} trusts of any income, {because}")


def _widening(income: Decimal) -> Iterator[tuple[int, int]]:
    """The trust's own band, then joined by the neighbour whose edge is nearer to its income, while any band is left out."""
    low = high = band_of(income)
    last = len(_EDGES)
    while (low, high) != (0, last):
        yield low, high
        if high == last or (low > 0 and income - _EDGES[low - 1] <= _EDGES[high] - income):
            low -= 1
        else:
            high += 1


def band_of(income_pounds: Decimal) -> int:
    """The income band, 0 to 3: under £150m, £150m to under £300m, £300m to £600m, over £600m."""
    first, second, third = _EDGES
    return 0 if income_pounds < first else 1 if income_pounds < second else 2 if income_pounds <= third else 3


def _is_within(income: Decimal | None, low: int, high: int) -> bool:
    return income is not None and low <= band_of(income) <= high


def _range_words(low: int, high: int) -> str:
    edges = [f"£{number(edge / _MILLION)}m" for edge in _EDGES]
    if low == 0:
        return f"with income {'up to' if high == 2 else 'under'} {edges[high]}"
    if high == len(_EDGES):
        return f"with income {'over' if low == 3 else 'of at least'} {edges[low - 1]}"
    return f"with income from {edges[low - 1]} to {edges[high]}"


def _only(count: int) -> str:
    return {0: "there are no other", 1: "there is only 1 other"}.get(count, f"there are only {number(count)} other")


def _group(peers: Sequence[Candidate], words: str) -> Peers:
    return Peers(codes=tuple(sorted(peer.code for peer in peers)), words=words)


def median_without(values: Sequence[Decimal], value: Decimal) -> Fraction | None:
    """Take one away, and look at the middle of what is left."""
    others = [Fraction(other) for other in values]
    others.remove(Fraction(value))
    return statistics.median(others) if others else None


def nearest(own: Described, candidates: Iterable[Described]) -> list[tuple[str, float]]:
    """Every other trust with its distance as a share of the farthest, the nearest of the same type first, ten of them."""
    everyone = list(candidates)
    columns = [[place for trust in everyone if (place := _places(trust)[number]) is not None] for number in range(6)]
    telling = [number for number in range(6) if len(set(columns[number])) > 1]
    distances = {}
    for other in everyone:
        squares = []
        for column in telling:
            one, two = _places(own)[column], _places(other)[column]
            if one is not None and two is not None:
                squares.append(((one - two) / statistics.pstdev(columns[column])) ** 2)
        if other.code != own.code and squares:
            distances[other.code] = math.sqrt(sum(squares) / len(squares) * len(telling))
    if len(distances) < 8:
        return []
    shares = {code: round(distance / (max(distances.values()) or 1), 6) for code, distance in distances.items()}
    same = {trust.code for trust in everyone if trust.trust_type == own.trust_type}
    return sorted(shares.items(), key=lambda item: (item[0] not in same, item[1], item[0]))[:10]


def _places(trust: Described) -> list[float | None]:
    sizes = [trust.income_pounds, trust.wte, None, trust.floor_area]
    logs = [math.log(size) if size is not None and size > 0 else None for size in sizes]
    logs[2] = trust.sites if trust.sites is None else float(trust.sites)
    return [*logs, *(None if flag is None else float(flag) for flag in (trust.london, trust.pfi))]
