"""The ten trusts most like one trust, by what they are and never by what they cost. Pure.

Six descriptors: patient-care income and staff (both as logarithms), sites, floor area (as a logarithm), whether London weighting
is paid, and whether there is a PFI. Each is standardised over all trusts (mean 0, standard deviation 1) and they weigh alike; the
distance is Euclidean, and is shown as a share of the distance to the farthest trust, as CIPFA's nearest neighbours model does.
Trusts of the same type come before all others. Distances are floats: nothing in pounds is ever worked out from them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, log, sqrt

from benchmarks.arithmetic.stretch import TYPE_WORDS
from ui.formats import number, plural, sentence_list

NEAREST = 10
LEAST = 8
"""With fewer other trusts there are no nearest ones worth the name."""

_NAMES = ("income", "staff", "sites", "floor area", "London weighting", "PFI")
_PLACES = 6
"""Distances are rounded before they are ranked, so that every machine ranks alike."""

_Point = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """One trust by its descriptors; None where one is not known, and a size that is not above nought counts as not known."""

    code: str
    trust_type: str
    income_pounds: Decimal | None = None
    wte: Decimal | None = None
    sites: int | None = None
    floor_area: Decimal | None = None
    """m² of gross internal floor area."""
    london: bool | None = None
    """Whether London weighting is paid, which the market forces factor stands for."""
    pfi: bool | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of the nearest trusts."""

    code: str
    distance: float
    """0 is alike in everything; 1 is as far as the farthest trust of all."""
    without: tuple[str, ...]
    """Descriptors on which the two could not be compared."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest trusts, the nearest first; none where too few could be compared."""

    neighbours: tuple[Neighbour, ...]
    words: str


class NearestPeers:
    """The nearest ten of each trust, standardised once over all of them."""

    def __init__(self, candidates: Iterable[Described]) -> None:
        self._trusts = {trust.code: trust for trust in candidates}
        codes = sorted(self._trusts)
        raw = [_raw(self._trusts[code]) for code in codes]
        columns = [_standardised([point[number] for point in raw]) for number in range(len(_NAMES))]
        self._telling = tuple(number for number, column in enumerate(columns) if any(column))
        """Descriptors with a spread; one that is the same everywhere says nothing."""
        self._points: dict[str, _Point] = {
            code: tuple(columns[column][row] for column in self._telling) for row, code in enumerate(codes)
        }

    def of(self, code: str) -> Nearest:
        """The nearest ten of one of the trusts. KeyError for a stranger."""
        own = self._trusts[code]
        distances = self._distances(code)
        if len(distances) < LEAST:
            others = f"{plural(len(distances), 'other trust')} can be compared"
            return Nearest((), f"no nearest trusts: {'only ' if distances else ''}{others}, and {LEAST} are needed")
        farthest = max(distances.values())
        shares = {
            other: round(distance / farthest, _PLACES) if farthest else 0.0 for other, distance in distances.items()
        }
        ranked = sorted(
            shares, key=lambda other: (self._trusts[other].trust_type != own.trust_type, shares[other], other)
        )
        chosen = [Neighbour(other, shares[other], self._without(code, other)) for other in ranked[:NEAREST]]
        return Nearest(tuple(chosen), self._words(own, chosen))

    def _distances(self, code: str) -> dict[str, float]:
        own = self._points[code]
        found = ((other, _distance(own, point)) for other, point in self._points.items() if other != code)
        return {other: distance for other, distance in found if distance is not None}

    def _without(self, code: str, other: str) -> tuple[str, ...]:
        both = zip(self._telling, self._points[code], self._points[other], strict=True)
        return tuple(_NAMES[column] for column, one, two in both if one is None or two is None)

    def _words(self, own: Described, chosen: Sequence[Neighbour]) -> str:
        kind = TYPE_WORDS[own.trust_type]
        alike = sum(self._trusts[neighbour.code].trust_type == own.trust_type for neighbour in chosen)
        if alike == len(chosen):
            who = f"the {number(alike)} nearest {kind} trusts"
        else:
            few = f"there {'is' if alike == 1 else 'are'} only {number(alike)} other" if alike else "there are no other"
            who = (
                f"the {number(len(chosen))} nearest trusts, of which {number(len(chosen) - alike)} are of other types, "
                f"because {few} {kind} {'trust' if alike == 1 else 'trusts'}"
            )
        point = zip(self._telling, self._points[own.code], strict=True)
        known = {_NAMES[column]: place is not None for column, place in point}
        sentences = [f"{who}, by {sentence_list([name for name, is_known in known.items() if is_known])}"]
        if unknown := [name for name, is_known in known.items() if not is_known]:
            sentences.append(f"its own {sentence_list(unknown)} {'is' if len(unknown) == 1 else 'are'} not known")
        for neighbour in chosen:
            if of_it := [name for name in neighbour.without if name not in unknown]:
                sentences.append(f"{neighbour.code} is compared without {sentence_list(of_it)}")
        return "; ".join(sentences)


def _raw(trust: Described) -> _Point:
    return (
        _logarithm(trust.income_pounds),
        _logarithm(trust.wte),
        None if trust.sites is None else float(trust.sites),
        _logarithm(trust.floor_area),
        None if trust.london is None else float(trust.london),
        None if trust.pfi is None else float(trust.pfi),
    )


def _logarithm(size: Decimal | None) -> float | None:
    return None if size is None or size <= 0 else log(size)


def _standardised(column: Sequence[float | None]) -> list[float | None]:
    """Mean 0 and standard deviation 1 over the known ones; all 0 where they are the same."""
    known = [place for place in column if place is not None]
    if not known or min(known) == max(known):
        return [None if place is None else 0.0 for place in column]
    mean = fsum(known) / len(known)
    deviation = sqrt(fsum((place - mean) ** 2 for place in known) / len(known))
    return [None if place is None else (place - mean) / deviation for place in column]


def _distance(own: _Point, other: _Point) -> float | None:
    """Over the descriptors that both have, scaled up to all; None where they have none in common."""
    both = [(one, two) for one, two in zip(own, other, strict=True) if one is not None and two is not None]
    if not both:
        return None
    return sqrt(fsum((one - two) ** 2 for one, two in both) * len(own) / len(both))
