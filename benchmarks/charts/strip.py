"""The strip of one metric: how the values of all trusts lie, in one row, and where the reader's own ones stand. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Direction, Distribution, too_few_words
from benchmarks.charts.labels import (
    LANE,
    MARGIN,
    Dot,
    Label,
    Words,
    colour_of,
    direction_row,
    direction_sentence,
    in_lanes,
    own_words,
)
from ui.svg import BAND, BLACK, GREY, WIDTH, circle, line, rectangle, svg, text


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
        return MARGIN + (WIDTH - 2 * MARGIN) * (1 - share if self.reverse else share)

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
    labels = in_lanes([Label(scale.words(dot, words), place(dot.value)) for dot in dots])
    track = LANE * (max((label.lane for label in labels), default=-1) + 1) + 16
    parts = [*_bands(distribution, place, track)]
    parts += [line(label.x, track, label.x, _lane_y(label, track) + 3, GREY, 1) for label in labels]
    parts += [
        circle(
            place(dot.value), track, 6, colour_of(dot.value, distribution.median, direction), "dot", hollow=dot.flagged
        )
        for dot in dots
    ]
    parts += [label.drawn(_lane_y(label, track)) for label in labels]
    below = track + 27
    if distribution.median is None:
        parts.append(text(f"All trusts: {too_few_words(distribution.n)}", WIDTH / 2, below))
    else:
        median = Label(f"median {words(distribution.median)}", place(distribution.median))
        parts.append(median.drawn(below))
    parts += direction_row(direction, below + LANE + 2)
    height = below + LANE + 10
    return svg(name, title, _strip_words(distribution, dots, direction, words), height, parts)


def _lane_y(label: Label, track: float) -> float:
    return track - 14 - LANE * label.lane


def _bands(distribution: Distribution, place: Callable[[Decimal], float], track: float) -> Iterable[Markup]:
    for low, high, thickness, colour, word in (
        (distribution.p10, distribution.p90, 3, GREY, "thin"),
        (distribution.p25, distribution.p75, 14, BAND, "thick"),
    ):
        if low is not None and high is not None:
            left, right = sorted((place(low), place(high)))
            yield rectangle(left, track - thickness / 2, max(right - left, 1), thickness, colour, word)
    if distribution.median is not None:
        x = place(distribution.median)
        yield line(x, track - 11, x, track + 11, BLACK, 3)


def _strip_words(distribution: Distribution, dots: Sequence[Dot], direction: Direction, words: Words) -> str:
    sentences = [direction_sentence(direction)]
    if distribution.median is None:
        sentences.append(f"All trusts: {too_few_words(distribution.n)}.")
    else:
        sentences.append(f"Median {words(distribution.median)}.")
    if distribution.p25 is not None and distribution.p75 is not None:
        sentences.append(f"Middle half from {words(distribution.p25)} to {words(distribution.p75)}.")
    if distribution.p10 is not None and distribution.p90 is not None:
        sentences.append(f"Middle eight tenths from {words(distribution.p10)} to {words(distribution.p90)}.")
    return " ".join([*sentences, *own_words([(dot.label, dot.value, dot.flagged) for dot in dots], words)])
