"""One small chart of one trust on one metric, to stand among those of its other metrics on the same scale. Pure."""

from decimal import Decimal

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Direction, Distribution, too_few_words
from benchmarks.charts.common_scale import place_on_scale
from benchmarks.charts.labels import MARGIN, Words, colour_of, direction_row, direction_sentence
from ui.svg import BAND, BLACK, GREY, circle, diamond, line, rectangle, svg, text, width_of

SMALL_WIDTH = 240
_TRACK = 26


def small_multiple(
    *,
    name: str,
    title: str,
    value: Decimal,
    distribution: Distribution,
    peer_median: Decimal | None,
    direction: Direction,
    words: Words,
    flagged: bool = False,
) -> Markup:
    """The trust as a dot, its peers' median as a diamond, all trusts' median as a tick at the middle, and their quartiles as a band.

    Every one has the same scale (see `place_on_scale`), so they can be read down a page. Hollow is queried. Without quartiles there is
    no band, and only words.
    """
    said = [direction_sentence(direction), f"This trust {words(value)}{' (queried)' if flagged else ''}."]
    if peer_median is not None:
        said.append(f"Median of its peers {words(peer_median)}.")
    own, peers = (
        None if place is None else _x(place)
        for place in (
            place_on_scale(value, distribution, direction),
            None if peer_median is None else place_on_scale(peer_median, distribution, direction),
        )
    )
    if own is None:
        said.append(f"All trusts: {too_few_words(distribution.n)}.")
        parts = [text(f"{words(value)}; all trusts: {too_few_words(distribution.n)}", 0, _TRACK, "start")]
        return svg(name, title, " ".join(said), _TRACK + 10, parts, SMALL_WIDTH)
    if distribution.median is not None:
        said.append(f"Median of all trusts {words(distribution.median)}.")
    parts = [*_band(distribution), _clear(words(value), own, _TRACK - 14)]
    if peers is not None and peer_median is not None:
        parts.append(diamond(peers, _TRACK, 5, BLACK, "peers", hollow=True))
        parts.append(_clear(f"peers {words(peer_median)}", peers, _TRACK + 24))
    colour = colour_of(value, distribution.median, direction)
    parts.append(circle(own, _TRACK, 6, colour, "dot", hollow=flagged))
    parts += direction_row(direction, _TRACK + 42, SMALL_WIDTH)
    return svg(name, title, " ".join(said), _TRACK + 48, parts, SMALL_WIDTH)


def _x(place: float) -> float:
    return MARGIN + (SMALL_WIDTH - 2 * MARGIN) * place / 100


def _band(distribution: Distribution) -> list[Markup]:
    thin = [rectangle(_x(10), _TRACK - 1.5, _x(90) - _x(10), 3, GREY, "thin")] if distribution.p10 is not None else []
    return [
        *thin,
        rectangle(_x(25), _TRACK - 6, _x(75) - _x(25), 12, BAND, "thick"),
        line(_x(50), _TRACK - 9, _x(50), _TRACK + 9, BLACK, 3),
    ]


def _clear(said: str, x: float, y: float) -> Markup:
    """Words centred on a place, or against the edge that is too near for that."""
    half = width_of(said) / 2
    if x < half:
        return text(said, 0, y, "start")
    return text(said, SMALL_WIDTH, y, "end") if x > SMALL_WIDTH - half else text(said, x, y)
