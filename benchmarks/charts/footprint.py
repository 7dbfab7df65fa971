"""The strips of a footprint: a row for each metric, all on one scale, with every own trust in every row. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Direction, Distribution, too_few_words
from benchmarks.charts.common_scale import place_on_scale
from benchmarks.charts.labels import (
    DIRECTION_WORDS,
    MARGIN,
    Dot,
    Words,
    colour_of,
    direction_sentence,
    own_words,
)
from ui.svg import BAND, BLACK, GREY, WIDTH, circle, fitted, line, rectangle, svg, text, width_of

_HEAD = 18
_NAME = 12
_LABELS = 13
"""How far beneath the name labels stand, and the track beneath the labels."""
_IN_ONE_LANE = 7
"""So many labels stand clear of one another in one lane. Lanes are above the track, then beneath it, then above that."""
_APART = 4


@dataclass(frozen=True, slots=True)
class StripRow:
    """One metric of a footprint. Dots are labelled by trust code; a trust without a value has none."""

    name: str
    distribution: Distribution
    dots: Sequence[Dot]
    direction: Direction
    words: Words


def footprint_strips(*, name: str, title: str, rows: Sequence[StripRow]) -> Markup:
    """A strip for each metric: P10 to P90 thin, the middle half thick, a tick at the median, a labelled dot for each own trust.

    All rows stand on one scale (see `place_on_scale`), so the bands of all lie beneath one another. Hollow dots are queried. About
    45 units a row with up to seven own trusts: nine rows, 75 mm wide, fill a third of a page of A4.
    """
    parts = [*_head(rows)]
    top = float(_HEAD)
    for row in rows:
        drawn, height = _row(row, top)
        parts += drawn
        top += height
    return svg(name, title, " ".join(_row_words(row) for row in rows), top, parts)


def _head(rows: Sequence[StripRow]) -> Iterable[Markup]:
    """Which way is better, over all rows; a neutral row says for itself that it has no better way."""
    neutral = all(row.direction == "neutral" for row in rows)
    yield text("← lower" if neutral else "← worse", 0, _NAME, "start")
    yield text("median", WIDTH / 2, _NAME)
    yield text("higher →" if neutral else "better →", WIDTH, _NAME, "end")


def _row(row: StripRow, top: float) -> tuple[list[Markup], float]:
    said = "neither is better, higher →" if row.direction == "neutral" else DIRECTION_WORDS[row.direction][0]
    parts = [text(fitted(row.name, WIDTH - width_of(said) - 8), 0, top + _NAME, "start")]
    parts.append(text(said, WIDTH, top + _NAME, "end"))
    places = sorted(_places(row), key=lambda item: (item[1], item[0].label))
    if not places:
        parts.append(text(_without_strip(row), 0, top + _NAME + _LABELS + 3, "start"))
        return parts, _NAME + _LABELS + 12
    lanes = -(-len(places) // _IN_ONE_LANE)
    above, below = (lanes + 1) // 2, lanes // 2
    track = top + _NAME + _LABELS * (above + 1) - 1
    parts += _bands(row.distribution, track)
    for lane in range(lanes):
        level = lane // 2 * _LABELS
        parts += _labels(places[lane::lanes], track + 18 + level if lane % 2 else track - 12 - level, track)
    parts += [
        circle(x, track, 5, colour_of(dot.value, row.distribution.median, row.direction), "dot", hollow=dot.flagged)
        for dot, x in places
    ]
    return parts, track - top + 8 + _LABELS * below


def _places(row: StripRow) -> Iterable[tuple[Dot, float]]:
    for dot in row.dots:
        place = place_on_scale(dot.value, row.distribution, row.direction)
        if place is not None:
            yield dot, _x(place)


def _x(place: float) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * place / 100


def _bands(distribution: Distribution, track: float) -> Iterable[Markup]:
    if distribution.p10 is not None:
        yield rectangle(_x(10), track - 1.5, _x(90) - _x(10), 3, GREY, "thin")
    yield rectangle(_x(25), track - 5, _x(75) - _x(25), 10, BAND, "thick")
    yield line(_x(50), track - 8, _x(50), track + 8, BLACK, 3)


def _labels(places: Sequence[tuple[Dot, float]], y: float, track: float) -> Iterable[Markup]:
    """Labels in one lane, each as near to its dot as its neighbours allow, with a line to the dot."""
    widths = [width_of(dot.label) for dot, _ in places]
    centres = _spread([x for _, x in places], widths)
    above = y < track
    for (dot, x), centre in zip(places, centres, strict=True):
        yield line(x, track, centre, y + 2 if above else y - 10, GREY, 1)
        yield text(dot.label, centre, y)


def _spread(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Centres in the same order that keep clear of one another and of both edges, and stay as near as they can to what is wanted.

    Labels that would meet are drawn as one block about the mean of their places (pool adjacent violators).
    """
    steps = [0.0, *((before + after) / 2 + _APART for before, after in pairwise(widths))]
    offsets = list(accumulate(steps))
    blocks: list[tuple[float, int]] = []
    for x, offset in zip(wanted, offsets, strict=True):
        mean, count = x - offset, 1
        while blocks and blocks[-1][0] >= mean:
            other, others = blocks.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        blocks.append((mean, count))
    least, most = widths[0] / 2, WIDTH - widths[-1] / 2 - offsets[-1]
    starts = [max(min(mean, most), least) for mean, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _without_strip(row: StripRow) -> str:
    few = row.distribution.p25 is None
    return f"all trusts: {too_few_words(row.distribution.n)}" if few else "no own trust has a figure"


def _row_words(row: StripRow) -> str:
    """A row for who cannot see it; own values are said even where there is no strip."""
    sentences = [f"{row.name}: {direction_sentence(row.direction).lower()}"]
    if row.distribution.median is None:
        sentences.append(f"All trusts: {too_few_words(row.distribution.n)}.")
    else:
        sentences.append(f"Median {row.words(row.distribution.median)}.")
    return " ".join([*sentences, *own_words([(dot.label, dot.value, dot.flagged) for dot in row.dots], row.words)])
