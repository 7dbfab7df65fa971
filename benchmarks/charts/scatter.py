"""A metric's value against the size of the trust: does it get cheaper as trusts get larger? Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log
from statistics import median as middle_of

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Direction, Distribution, too_few_words
from benchmarks.charts.bars import Cut
from benchmarks.charts.labels import LANE, Words, direction_sentence, median_colour, own_words
from ui.formats import number
from ui.svg import BLACK, GREY, PALE, WIDTH, circle, line, svg, text, width_of

_TOP, _BOTTOM = 24.0, 204.0
_LEFT, _RIGHT = 8.0, WIDTH - 8.0
_ALIKE = 8
"""For readers without names, so many trusts of about one size are drawn at one size: incomes are published."""

_BETTER: dict[Direction, str] = {
    "lower": "lower is better ↓",
    "higher": "higher is better ↑",
    "neutral": "neither way is better",
}
_REACH = Decimal("1.5")


@dataclass(frozen=True, slots=True)
class Sized:
    """One trust with its value and its size; only own trusts are labelled."""

    label: str
    value: Decimal
    income_pounds: Decimal
    """Above nought."""
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Point:
    trust: Sized
    size: float
    """The logarithm of the income that it is drawn at."""
    value: Decimal


def scatter(
    *,
    name: str,
    title: str,
    trusts: Sequence[Sized],
    distribution: Distribution,
    direction: Direction,
    words: Words,
    named: bool,
) -> Markup:
    """Every trust as a dot: income to the right, each step as many times more, and the value upwards; own trusts black and labelled.

    With `named`, far values stand at the edge, and the words say how many. For readers who may not see the others by name, the others'
    values are cut as the sorted bars are, and their sizes are drawn in groups. `distribution` is of all values. ValueError where nothing
    can be drawn.
    """
    points, said = _named(trusts, distribution) if named else _unnamed(trusts, distribution)
    if not points:
        raise ValueError("a scatter needs a value that the reader may see")
    sizes, values = [point.size for point in points], [point.value for point in points]
    if distribution.median is not None:
        values.append(distribution.median)
    place, height_of = _across(min(sizes), max(sizes)), _upwards(min(values), max(values))
    own = [point for point in points if point.trust.own]
    others = [point for point in points if not point.trust.own]
    parts = [circle(place(point.size), height_of(point.value), 4, PALE, "peer") for point in others]
    parts += [circle(place(point.size), height_of(point.value), 5, BLACK, "own") for point in own]
    taken = []
    if distribution.median is not None:
        y, said_of_it = height_of(distribution.median), f"median {words(distribution.median)}"
        parts.insert(0, line(0, y, WIDTH, y, median_colour(direction), 2, dashed=True))
        parts.append(text(said_of_it, WIDTH, y - 6, "end"))
        taken.append((WIDTH - width_of(said_of_it), y - 6, width_of(said_of_it)))
    parts += _labels([(point.trust.label, place(point.size), height_of(point.value)) for point in own], taken)
    parts += _axes(min(sizes), max(sizes), place, direction)
    return svg(name, title, _words(own, distribution.median, direction, words, said), _BOTTOM + 48, parts)


def _named(trusts: Sequence[Sized], distribution: Distribution) -> tuple[list[_Point], list[str]]:
    low, high = _ends([trust.value for trust in trusts], distribution)
    points = [_Point(trust, log(trust.income_pounds), min(max(trust.value, low), high)) for trust in trusts]
    beyond = sum(point.value != point.trust.value for point in points)
    counted = f"{number(len(trusts))} trusts."
    if not beyond:
        return points, [counted]
    far = f"{number(beyond)} {'value is' if beyond == 1 else 'values are'} off the scale, and drawn at its edge."
    return points, [counted, far]


def _unnamed(trusts: Sequence[Sized], distribution: Distribution) -> tuple[list[_Point], list[str]]:
    cut = Cut.at(distribution)
    own = [_Point(trust, log(trust.income_pounds), trust.value) for trust in trusts if trust.own]
    others = sorted((trust for trust in trusts if not trust.own), key=lambda trust: trust.income_pounds)
    if cut is None or len(others) < _ALIKE:
        return own, [f"The other trusts are not drawn: {too_few_words(distribution.n)}."]
    points = []
    groups = len(others) // _ALIKE
    for group in range(groups):
        alike = others[len(others) * group // groups : len(others) * (group + 1) // groups]
        size = middle_of(log(trust.income_pounds) for trust in alike)
        points += [
            _Point(Sized("", drawn, trust.income_pounds), size, drawn)
            for drawn, trust in sorted(((cut.value(trust.value), trust) for trust in alike), key=lambda item: item[0])
        ]
    sizes = f"The others are drawn in groups of at least {_ALIKE} trusts of about one size."
    return [*points, *own], [f"{number(len(trusts))} trusts. {cut.words}", sizes]


def _ends(values: Sequence[Decimal], distribution: Distribution) -> tuple[Decimal, Decimal]:
    """All values, but no wider than one far value would press the others flat."""
    low, high = min(values, default=Decimal(0)), max(values, default=Decimal(0))
    if distribution.p25 is None or distribution.p75 is None or distribution.p25 == distribution.p75:
        return low, high
    reach = 2 * _REACH * (distribution.p75 - distribution.p25)
    return max(low, distribution.p25 - reach), min(high, distribution.p75 + reach)


def _across(least: float, most: float) -> Callable[[float], float]:
    span = most - least
    return lambda size: _LEFT + (_RIGHT - _LEFT) * ((size - least) / span if span else 0.5)


def _upwards(least: Decimal, most: Decimal) -> Callable[[Decimal], float]:
    span = most - least
    return lambda value: _BOTTOM - (_BOTTOM - _TOP) * (float((value - least) / span) if span else 0.5)


def _labels(own: Iterable[tuple[str, float, float]], taken: list[tuple[float, float, float]]) -> Iterable[Markup]:
    """Each beside its dot, or as far above or below it as what is drawn already leaves room, with a line to the dot."""
    for label, x, y in sorted(own, key=lambda item: (item[2], item[1], item[0])):
        width = width_of(label)
        left = x + 8 if x + 8 + width <= WIDTH else x - 8 - width
        at = _free(left, width, y + 5, taken)
        taken.append((left, at, width))
        if abs(at - y - 5) > 1:
            yield line(x, y, left if left > x else left + width, at - 5, GREY, 1)
        yield text(label, left, at, "start")


def _free(left: float, width: float, near: float, taken: Sequence[tuple[float, float, float]]) -> float:
    """How high a label stands: as near as what is drawn already leaves room, and where it leaves none beside its own dot."""
    highest, lowest = _TOP - 8, _BOTTOM + 6
    steps = int((lowest - highest) / (LANE * 0.8)) + 1
    tried = (near + sign * step * LANE * 0.8 for step in range(steps + 1) for sign in (-1, 1))
    inside = (at for at in tried if highest <= at <= lowest)
    clear = (at for at in inside if not any(_meet((left, at, width), other) for other in taken))
    return next(clear, min(max(near, highest), lowest))


def _meet(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    beside = one[0] + one[2] + 2 < other[0] or other[0] + other[2] + 2 < one[0]
    return not beside and abs(one[1] - other[1]) < LANE * 0.75


def _axes(least: float, most: float, place: Callable[[float], float], direction: Direction) -> Iterable[Markup]:
    yield text(_BETTER[direction], 0, 12, "start")
    yield line(_LEFT, _BOTTOM + 8, _RIGHT, _BOTTOM + 8, BLACK, 1)
    for millions in (50, 100, 200, 400, 800, 1600):
        size = log(millions * 1_000_000)
        if least <= size <= most:
            x = place(size)
            yield line(x, _BOTTOM + 8, x, _BOTTOM + 13, BLACK, 1)
            said = f"£{number(millions)}m"
            half = width_of(said) / 2
            yield text(said, min(max(x, half), WIDTH - half), _BOTTOM + 26)
    yield text("patient-care income, larger →", WIDTH, _BOTTOM + 43, "end")


def _words(
    own: Sequence[_Point], median: Decimal | None, direction: Direction, words: Words, said: Sequence[str]
) -> str:
    middle = [] if median is None else [f"Median {words(median)}."]
    owned = own_words([(point.trust.label, point.trust.value, False) for point in own], words)
    return " ".join([direction_sentence(direction), *said, *middle, *owned])
