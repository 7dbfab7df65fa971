"""Who a trust is compared with by default: trusts of its type and size. Pure.

Size is patient-care income. The edge at £300m is evidence: trusts below it spent £5.40 per £100 on corporate services, those
above £3.90 (HFMA, 2 April 2017); the other edges are ours. Where a band holds fewer than eight others, the next band joins it;
where the type does, all non-acute trusts stand in; and at last all trusts. The words always say which.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from benchmarks.arithmetic.stretch import TYPE_WORDS
from ui.formats import number, plural

LEAST = 8
"""How many other trusts a peer group needs."""

_EXACT = Context(prec=80)
_MILLION = 1_000_000
_EDGES = (Decimal(150 * _MILLION), Decimal(300 * _MILLION), Decimal(600 * _MILLION))

_Way = tuple[tuple[int, int], ...]
"""The bands from lowest to highest that are tried one after the other; none where the income is not known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One trust that may be a peer."""

    code: str
    trust_type: str
    income_pounds: Decimal | None
    """Patient-care income in pounds; None when it is not known, and then the trust stands in no income band."""


@dataclass(frozen=True, slots=True)
class Group:
    """Trusts that are compared with one another; the peers of each are the others. All that share a key share the words too."""

    key: str
    """ "acute:1-2:1": of acute trusts the bands 1 to 2, as a trust of band 1 is compared with them."""
    codes: tuple[str, ...]
    """In order, every trust that is asked about among them. Freeze them with the benchmark run that used them."""
    words: str
    """Who the others are, as one of the trusts reads it: "12 other acute trusts with income from £150m to £300m"."""


class PeerGroups:
    """The default peer group of every candidate: counted once over all, then told for each without looking at the others."""

    def __init__(self, candidates: Iterable[Candidate], least: int = LEAST) -> None:
        self._candidates = sorted(candidates, key=lambda candidate: candidate.code)
        self._by_code = {candidate.code: candidate for candidate in self._candidates}
        self._least = least
        self._band_by_code = {
            candidate.code: band_of(candidate.income_pounds)
            for candidate in self._candidates
            if candidate.income_pounds is not None
        }
        self._by_type = Counter(candidate.trust_type for candidate in self._candidates)
        self._by_band = Counter((self._by_code[code].trust_type, band) for code, band in self._band_by_code.items())
        self._groups: dict[tuple[str, _Way], Group] = {}

    def group_of(self, code: str) -> Group:
        """The group of one of the candidates, itself included. KeyError for a stranger."""
        own = self._by_code[code]
        asked = own.trust_type, _way(own.income_pounds)
        if asked not in self._groups:
            self._groups[asked] = self._of_type(*asked)
        return self._groups[asked]

    def _of_type(self, trust_type: str, way: _Way) -> Group:
        of_type, kind = self._by_type[trust_type] - 1, TYPE_WORDS[trust_type]
        if of_type >= self._least:
            return self._by_income(trust_type, way, of_type)
        because = f"because {_only(of_type)} {kind} {'trust' if of_type == 1 else 'trusts'}"
        everyone = self._by_type.total() - 1
        non_acute = everyone - self._by_type["acute"]
        if trust_type != "acute" and non_acute >= self._least:
            codes = tuple(other.code for other in self._candidates if other.trust_type != "acute")
            words = f"{number(non_acute)} other trusts that are not acute, {because}"
            return Group(f"non_acute:{trust_type}", codes, words)
        words = f"{plural(everyone, 'other trust')} of every type, {because}"
        return Group(f"all:{trust_type}", tuple(self._by_code), words)

    def _by_income(self, trust_type: str, way: _Way, of_type: int) -> Group:
        who = f"{number(of_type)} other {TYPE_WORDS[trust_type]} trusts of any income"
        if not way:
            return Group(f"{trust_type}:any:unknown", self._codes(trust_type), f"{who}, because its own is not known")
        own_band = way[0][0]
        because = f"because there are too few {_range_words(own_band, own_band)}"
        for low, high in way:
            others = sum(self._by_band[trust_type, band] for band in range(low, high + 1)) - 1
            if others >= self._least:
                words = f"{number(others)} other {TYPE_WORDS[trust_type]} trusts {_range_words(low, high)}"
                joined = "" if low == high else f", {because}"
                codes = tuple(
                    code for code in self._codes(trust_type) if low <= self._band_by_code.get(code, -1) <= high
                )
                return Group(f"{trust_type}:{low}-{high}:{own_band}", codes, f"{words}{joined}")
        return Group(f"{trust_type}:any:{own_band}", self._codes(trust_type), f"{who}, {because}")

    def _codes(self, trust_type: str) -> tuple[str, ...]:
        return tuple(other.code for other in self._candidates if other.trust_type == trust_type)


def median_without(sorted_values: Sequence[Decimal], value: Decimal) -> Decimal | None:
    """The median of a group without one that holds `value`: the peer median of a trust, from the group that it stands in itself.

    Exact, and quick enough to ask for every member: nothing is sorted or copied. None when nobody else is in the group.
    ValueError when `value` is not among the values, which are taken to be in ascending order.
    """
    place = bisect_left(sorted_values, value)
    if place == len(sorted_values) or sorted_values[place] != value:
        raise ValueError("a median without a value needs that value in the group")
    others = len(sorted_values) - 1
    if others == 0:
        return None

    def other(number: int) -> Decimal:
        return sorted_values[number if number < place else number + 1]

    below, above = other((others - 1) // 2), other(others // 2)
    return below if below == above else _EXACT.divide(_EXACT.add(below, above), Decimal(2))


def band_of(income_pounds: Decimal) -> int:
    """The income band, 0 to 3: under £150m, £150m to under £300m, £300m to £600m, over £600m."""
    first, second, third = _EDGES
    return 0 if income_pounds < first else 1 if income_pounds < second else 2 if income_pounds <= third else 3


def _way(income: Decimal | None) -> _Way:
    return () if income is None else tuple(_widening(income))


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


def _range_words(low: int, high: int) -> str:
    edges = [f"£{number(edge / _MILLION)}m" for edge in _EDGES]
    if low == 0:
        return f"with income {'up to' if high == 2 else 'under'} {edges[high]}"
    if high == len(_EDGES):
        return f"with income {'over' if low == 3 else 'of at least'} {edges[low - 1]}"
    return f"with income from {edges[low - 1]} to {edges[high]}"


def _only(count: int) -> str:
    return {0: "there are no other", 1: "there is only 1 other"}.get(count, f"there are only {number(count)} other")
