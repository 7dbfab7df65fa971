"""Charts drawn on the server as SVG: the strip of one metric, and its sorted bars. Pure.

Better is always to the right. Colour (blue better, orange worse, grey for a neutral metric) only repeats what position and
words say. Nothing needs a style sheet or a script: colours are attributes, and classes beginning `chart-` only size the text.
A chart is 320 units wide, so that on a phone its text is nearly as large as the page's. Each chart needs a table beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from benchmarks.quantiles import Direction, Distribution, too_few_words
from ui.formats import sentence_list
from ui.svg import BAND, BLACK, BLUE, CHARACTER, GREY, ORANGE, PALE, WIDTH, at, line, svg, text

Words = Callable[[Decimal], str]
"""Writes a value of the metric for people: `functools.partial(value_words, metric)`."""

_LANE = 17
_MARGIN = 10

_DIRECTION_WORDS: dict[Direction, tuple[str, str]] = {
    "lower": ("lower is better", "better →"),
    "higher": ("higher is better", "better →"),
    "neutral": ("neither way is better", "higher →"),
}


@dataclass(frozen=True, slots=True)
class Dot:
    """One of the reader's own trusts on a strip."""

    label: str
    """Short: a trust's code or short name."""
    value: Decimal
    flagged: bool = False
    """A figure behind it is queried, and the query is not settled; drawn hollow."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One trust among the sorted bars; only own trusts are labelled."""

    label: str
    value: Decimal
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    x: float
    """Where it points; the text is centred on it as far as the edges allow."""
    lane: int = 0

    @property
    def half(self) -> float:
        return len(self.text) * CHARACTER / 2

    @property
    def centre(self) -> float:
        return min(max(self.x, self.half), max(WIDTH - self.half, WIDTH / 2))

    def drawn(self, y: float) -> Markup:
        """Centred on the point, or against the edge that is too near for that."""
        if self.centre == self.x:
            return text(self.text, self.x, y)
        return text(self.text, 0, y, "start") if self.centre > self.x else text(self.text, WIDTH, y, "end")


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values stand across a strip. What lies beyond its ends stands at the edge."""

    low: Decimal
    high: Decimal
    reverse: bool

    @classmethod
    def of(cls, distribution: Distribution, dots: Sequence[Dot], direction: Direction) -> "_Scale":
        """From end to end of all values, but no wider than one far value would squeeze the others together."""
        known = [distribution.p10, distribution.p25, distribution.median, distribution.p75, distribution.p90]
        inner = [value for value in known if value is not None]
        values = [*inner, *(dot.value for dot in dots)]
        low, high = min(values, default=Decimal(0)), max(values, default=Decimal(1))
        if len(inner) > 1:
            spread = (max(inner) - min(inner)) * Decimal("1.5")
            low, high = max(low, min(inner) - spread), min(high, max(inner) + spread)
        return cls(low, high, direction == "lower")

    def place(self, value: Decimal) -> float:
        span = self.high - self.low
        share = min(max(float((value - self.low) / span), 0.0), 1.0) if span else 0.5
        return _MARGIN + (WIDTH - 2 * _MARGIN) * (1 - share if self.reverse else share)

    def words(self, dot: Dot, words: Words) -> str:
        beyond = ", off the scale" if not self.low <= dot.value <= self.high else ""
        return f"{dot.label} {words(dot.value)}{beyond}"


def strip(
    *,
    name: str,
    title: str,
    distribution: Distribution,
    dots: Sequence[Dot],
    direction: Direction,
    words: Words,
) -> Markup:
    """One metric in one row: middle half thick, P10 to P90 thin, a tick at the median, and a labelled dot for each own trust.

    `name` makes ids unique on the page, such as "m12". Without quartiles only what there is is drawn, and the words say so.
    """
    scale = _Scale.of(distribution, dots, direction)
    place = scale.place
    labels = _in_lanes([_Label(scale.words(dot, words), place(dot.value)) for dot in dots])
    track = _LANE * (max((label.lane for label in labels), default=-1) + 1) + 16
    parts = [*_bands(distribution, place, track)]
    parts += [line(label.x, track, label.x, _lane_y(label, track) + 3, GREY, 1) for label in labels]
    parts += [_dot(dot, place(dot.value), track, distribution, direction) for dot in dots]
    parts += [label.drawn(_lane_y(label, track)) for label in labels]
    below = track + 27
    if distribution.median is None:
        parts.append(text(f"All trusts: {too_few_words(distribution.n)}", WIDTH / 2, below))
    else:
        median = _Label(f"median {words(distribution.median)}", place(distribution.median))
        parts.append(median.drawn(below))
    parts += _direction_row(direction, below + _LANE + 2)
    height = below + _LANE + 10
    return svg(name, title, _strip_words(distribution, dots, direction, words), height, parts)


def bars(
    *, name: str, title: str, bars: Sequence[Bar], median: Decimal | None, direction: Direction, words: Words
) -> Markup:  # fmt: skip
    """Every trust's value as a bar, the best at the right: own trusts black and labelled, all others grey, a line at the median.

    It shows the least and the greatest value, so it is only for readers who may see the trusts by name. ValueError for no bars.
    """
    if not bars:
        raise ValueError("bars need at least one value")
    ordered = sorted(bars, key=lambda bar: bar.value, reverse=direction == "lower")
    top, bottom = 24.0, 164.0
    most = max(*(bar.value for bar in bars), median or Decimal(0), Decimal(0))
    least = min(*(bar.value for bar in bars), Decimal(0))
    span = (most - least) or Decimal(1)

    def height_of(value: Decimal) -> float:
        return top + (bottom - top) * float((most - value) / span)

    step = WIDTH / len(ordered)
    middles = {number: step * (number + 0.5) for number in range(len(ordered))}
    parts = [
        _bar(bar, middles[number], max(step * 0.85, 3) if bar.own else step * 0.85, height_of)
        for number, bar in sorted(enumerate(ordered), key=lambda item: item[1].own)
    ]
    own = [(number, bar) for number, bar in enumerate(ordered) if bar.own]
    labels = _in_lanes([_Label(f"{bar.label} {words(bar.value)}", middles[number]) for number, bar in own])
    parts.append(line(0, height_of(Decimal(0)), WIDTH, height_of(Decimal(0)), BLACK, 1))
    lowest = bottom + 18 + _LANE * max((label.lane for label in labels), default=-1)
    parts += [line(label.x, bottom, label.x, bottom + 6 + _LANE * label.lane, GREY, 1) for label in labels]
    parts += [label.drawn(bottom + 18 + _LANE * label.lane) for label in labels]
    parts += _median_line(median, direction, words, height_of)
    parts += _direction_row(direction, lowest + _LANE + 4)
    return svg(name, title, _bars_words(bars, median, direction, words), lowest + _LANE + 12, parts)


def _in_lanes(labels: Iterable[_Label]) -> list[_Label]:
    """Give each label the first lane in which it stands clear of those before it."""
    ends: list[float] = []
    placed = []
    for label in sorted(labels, key=lambda label: label.centre):
        start = label.centre - label.half
        lane = next((number for number, end in enumerate(ends) if end + 5 < start), len(ends))
        ends[lane : lane + 1] = [label.centre + label.half]
        placed.append(_Label(label.text, label.x, lane))
    return placed


def _lane_y(label: _Label, track: float) -> float:
    return track - 14 - _LANE * label.lane


def _bands(distribution: Distribution, place: Callable[[Decimal], float], track: float) -> Iterable[Markup]:
    for low, high, thickness, colour, word in (
        (distribution.p10, distribution.p90, 3, GREY, "thin"),
        (distribution.p25, distribution.p75, 14, BAND, "thick"),
    ):
        if low is not None and high is not None:
            left, right = sorted((place(low), place(high)))
            yield Markup('<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
                word, at(left), at(track - thickness / 2), at(max(right - left, 1)), thickness, colour
            )
    if distribution.median is not None:
        x = place(distribution.median)
        yield line(x, track - 11, x, track + 11, BLACK, 3)


def _dot(dot: Dot, x: float, y: float, distribution: Distribution, direction: Direction) -> Markup:
    colour = BLACK
    if distribution.median is not None:
        worse = dot.value > distribution.median if direction == "lower" else dot.value < distribution.median
        colour = GREY if direction == "neutral" else ORANGE if worse else BLUE
    fill, stroke = ("#ffffff", colour) if dot.flagged else (colour, "#ffffff")
    return Markup('<circle class="chart-dot" cx="{}" cy="{}" r="6" fill="{}" stroke="{}" stroke-width="2"/>').format(
        at(x), at(y), fill, stroke
    )


def _bar(bar: Bar, middle: float, width: float, height_of: Callable[[Decimal], float]) -> Markup:
    top, bottom = sorted((height_of(bar.value), height_of(Decimal(0))))
    kind, colour = ("own", BLACK) if bar.own else ("peer", PALE)
    return Markup('<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        kind, at(middle - width / 2), at(top), f"{width:.2f}", at(max(bottom - top, 0.5)), colour
    )


def _median_line(
    median: Decimal | None, direction: Direction, words: Words, height_of: Callable[[Decimal], float]
) -> Iterable[Markup]:
    """The line and its words, which stand over the short bars."""
    if median is None:
        return
    y = height_of(median)
    yield line(0, y, WIDTH, y, BLUE, 2, dashed=True)
    x, anchor = (WIDTH, "end") if direction == "lower" else (0, "start")
    yield text(f"median {words(median)}", x, y - 6, anchor)


def _direction_row(direction: Direction, y: float) -> Iterable[Markup]:
    left, right = _DIRECTION_WORDS[direction]
    yield text(left, 0, y, "start")
    yield text(right, WIDTH, y, "end")


def _strip_words(distribution: Distribution, dots: Sequence[Dot], direction: Direction, words: Words) -> str:
    sentences = [f"{_DIRECTION_WORDS[direction][0].capitalize()}."]
    if distribution.median is None:
        sentences.append(f"All trusts: {too_few_words(distribution.n)}.")
    else:
        sentences.append(f"Median {words(distribution.median)}.")
    if distribution.p25 is not None and distribution.p75 is not None:
        sentences.append(f"Middle half from {words(distribution.p25)} to {words(distribution.p75)}.")
    if distribution.p10 is not None and distribution.p90 is not None:
        sentences.append(f"Middle eight tenths from {words(distribution.p10)} to {words(distribution.p90)}.")
    return " ".join([*sentences, *_own_words([(dot.label, dot.value, dot.flagged) for dot in dots], words)])


def _bars_words(bars: Sequence[Bar], median: Decimal | None, direction: Direction, words: Words) -> str:
    values = [bar.value for bar in bars]
    sentences = [f"{_DIRECTION_WORDS[direction][0].capitalize()}."]
    sentences.append(f"{len(bars)} values from {words(min(values))} to {words(max(values))}.")
    if median is not None:
        sentences.append(f"Median {words(median)}.")
    return " ".join([*sentences, *_own_words([(bar.label, bar.value, False) for bar in bars if bar.own], words)])


def _own_words(own: Sequence[tuple[str, Decimal, bool]], words: Words) -> Iterable[str]:
    if own:
        said = [f"{label} {words(value)}{' (queried)' if flagged else ''}" for label, value, flagged in own]
        yield f"{sentence_list(said)}."
