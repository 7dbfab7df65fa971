"""The sorted bars of one metric: every trust's value, as the Model Hospital shows them. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Direction, Distribution, too_few_words
from benchmarks.charts.labels import (
    LANE,
    Label,
    Words,
    direction_row,
    direction_sentence,
    in_lanes,
    median_colour,
    own_words,
)
from ui.svg import BLACK, GREY, PALE, WIDTH, line, rectangle, svg, text

_TOP, _BOTTOM = 24.0, 164.0
_WIDEST, _NARROWEST_OWN = 28.0, 3.0

_Height = Callable[[Decimal], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """One trust among the sorted bars; only own trusts are labelled."""

    label: str
    value: Decimal
    own: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the bars of others end for a reader without names, and what the chart says of it."""

    low: Decimal
    high: Decimal
    words: str

    def value(self, value: Decimal) -> Decimal:
        """What the value of another trust is drawn at. Own values are never cut."""
        return min(max(value, self.low), self.high)

    @classmethod
    def at(cls, distribution: Distribution) -> "Cut | None":
        """At the tenths, or where there are none at the quartiles; None where even those would give a trust away."""
        shown = distribution.without_names()
        for low, high, part in ((shown.p10, shown.p90, "tenth"), (shown.p25, shown.p75, "quarter")):
            if low is not None and high is not None:
                where = "are cut off at the lines, so that no trust is given away"
                return cls(low, high, f"The highest and the lowest {part} {where}.")
        return None


def bars(
    *, name: str, title: str, bars: Sequence[Bar], median: Decimal | None, direction: Direction, words: Words
) -> Markup:  # fmt: skip
    """Every trust's value as a bar, the best at the right: own trusts black and labelled, all others grey, a line at the median.

    It shows the least and the greatest value, so it is only for readers who may see the trusts by name. ValueError for no bars.
    """
    if not bars:
        raise ValueError("bars need at least one value")
    values = [bar.value for bar in bars]
    said = [f"{len(bars)} values from {words(min(values))} to {words(max(values))}."]
    return _drawn(name, title, bars, None, median, direction, words, said)


def bars_without_names(
    *, name: str, title: str, bars: Sequence[Bar], distribution: Distribution, direction: Direction, words: Words
) -> Markup:  # fmt: skip
    """The same for readers who may not see the other trusts by name: the bars of others end at the outer tenths, with a line at each.

    `distribution` is of all the bars. With fewer than twenty values the lines are the quartiles; with fewer than ten no other bar is
    drawn. ValueError where nothing can be drawn.
    """
    cut = Cut.at(distribution)
    own = [bar for bar in bars if bar.own]
    if not bars or (cut is None and not own):
        raise ValueError("bars need a value that the reader may see")
    if cut is None:
        said = [f"The other trusts are not drawn: {too_few_words(distribution.n)}."]
        return _drawn(name, title, own, None, distribution.median, direction, words, said)
    said = [f"{len(bars)} values. {cut.words}"]
    return _drawn(name, title, bars, cut, distribution.median, direction, words, said)


def _drawn(
    name: str,
    title: str,
    bars: Sequence[Bar],
    cut: Cut | None,
    median: Decimal | None,
    direction: Direction,
    words: Words,
    said: Sequence[str],
) -> Markup:
    ordered = sorted(bars, key=lambda bar: bar.value, reverse=direction == "lower")
    shown = [cut.value(bar.value) if cut and not bar.own else bar.value for bar in ordered]
    lines = [cut.low, cut.high] if cut else []
    height_of = _heights([*shown, *lines, *([] if median is None else [median])])
    step = WIDTH / len(ordered)
    width = min(step * 0.85, _WIDEST)
    middles = [step * (number + 0.5) for number in range(len(ordered))]
    parts = [
        _bar(bar.own, shown[number], middles[number], max(width, _NARROWEST_OWN) if bar.own else width, height_of)
        for number, bar in sorted(enumerate(ordered), key=lambda item: item[1].own)
    ]
    parts.append(line(0, height_of(Decimal(0)), WIDTH, height_of(Decimal(0)), BLACK, 1))
    parts += [line(0, height_of(end), WIDTH, height_of(end), GREY, 1, dashed=True) for end in lines]
    own = [(middles[number], bar) for number, bar in enumerate(ordered) if bar.own]
    labels = in_lanes([Label(f"{bar.label} {words(bar.value)}", middle) for middle, bar in own])
    lowest = _BOTTOM + 18 + LANE * max((label.lane for label in labels), default=-1)
    parts += [line(label.x, _BOTTOM, label.x, _BOTTOM + 6 + LANE * label.lane, GREY, 1) for label in labels]
    parts += [label.drawn(_BOTTOM + 18 + LANE * label.lane) for label in labels]
    parts += _median_line(median, direction, words, height_of)
    parts += direction_row(direction, lowest + LANE + 4)
    return svg(name, title, _words(said, own, median, direction, words), lowest + LANE + 12, parts)


def _heights(values: Sequence[Decimal]) -> _Height:
    most, least = max(*values, Decimal(0)), min(*values, Decimal(0))
    span = (most - least) or Decimal(1)
    return lambda value: _TOP + (_BOTTOM - _TOP) * float((most - value) / span)


def _bar(own: bool, value: Decimal, middle: float, width: float, height_of: _Height) -> Markup:
    top, bottom = sorted((height_of(value), height_of(Decimal(0))))
    kind, colour = ("own", BLACK) if own else ("peer", PALE)
    return rectangle(middle - width / 2, top, width, max(bottom - top, 0.5), colour, kind)


def _median_line(median: Decimal | None, direction: Direction, words: Words, height_of: _Height) -> Iterable[Markup]:
    """The line and its words, which stand over the short bars."""
    if median is None:
        return
    y = height_of(median)
    yield line(0, y, WIDTH, y, median_colour(direction), 2, dashed=True)
    x, anchor = (WIDTH, "end") if direction == "lower" else (0, "start")
    yield text(f"median {words(median)}", x, y - 6, anchor)


def _words(
    said: Sequence[str],
    own: Sequence[tuple[float, Bar]],
    median: Decimal | None,
    direction: Direction,
    words: Words,
) -> str:
    middle = [] if median is None else [f"Median {words(median)}."]
    owned = own_words([(bar.label, bar.value, False) for _, bar in own], words)
    return " ".join([direction_sentence(direction), *said, *middle, *owned])
