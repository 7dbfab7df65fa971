"""Pieces of charts that are drawn on the server as SVG: lines, words with a white edge, and the picture around them. Pure.

Nothing needs a style sheet or a script: colours are attributes, and classes beginning `chart-` only size the text. A chart is 320
units wide, so that on a phone its text is nearly as large as the page's. Each chart needs a table beside it.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

WIDTH = 320
TEXT = 14
CHARACTER = 7.2
"""Width of one character of the text, on the generous side."""

_EM = {"W": 0.95, "M": 0.84, "m": 0.84, "w": 0.73, "…": 1.0, "→": 1.0, "←": 1.0, "%": 0.9} | dict.fromkeys(
    " .,;:'ijltfI", 0.3
)

BLACK, BLUE, ORANGE, GREY, BAND, PALE = "#212b32", "#005eb8", "#b25900", "#4c6272", "#c8d5e3", "#aeb7bd"


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int, *, dashed: bool = False) -> Markup:
    """A straight line."""
    dashes = Markup(' stroke-dasharray="5 3"') if dashed else Markup("")
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>').format(
        at(x1), at(y1), at(x2), at(y2), colour, width, dashes
    )


def rectangle(x: float, y: float, width: float, height: float, colour: str, kind: str) -> Markup:
    """A filled rectangle; `kind` tells it from others, such as "own"."""
    return Markup('<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        kind, at(x), at(y), f"{width:.2f}", at(height), colour
    )


def circle(x: float, y: float, radius: float, colour: str, kind: str, *, hollow: bool = False) -> Markup:
    """A filled circle with a white edge, or a hollow one with an edge of the colour; `kind` tells it from others."""
    fill, stroke = ("#ffffff", colour) if hollow else (colour, "#ffffff")
    return Markup('<circle class="chart-{}" cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="2"/>').format(
        kind, at(x), at(y), f"{radius:g}", fill, stroke
    )


def diamond(x: float, y: float, half: float, colour: str, kind: str, *, hollow: bool = False) -> Markup:
    """A diamond about its middle, filled or hollow; `kind` tells it from others."""
    corners = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    return Markup('<polygon class="chart-{}" points="{}" fill="{}" stroke="{}" stroke-width="2"/>').format(
        kind, " ".join(f"{at(a)},{at(b)}" for a, b in corners), "#ffffff" if hollow else colour, colour
    )


def polyline(points: Sequence[tuple[float, float]], colour: str, width: int, kind: str) -> Markup:
    """A line through points; `kind` tells it from others, such as "now"."""
    through = " ".join(f"{at(x)},{at(y)}" for x, y in points)
    return Markup(
        '<polyline class="chart-{}" points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>'
    ).format(kind, through, colour, width)


def text(words: str, x: float, y: float, anchor: str = "middle") -> Markup:
    """Words with a white edge, so that lines may pass beneath them."""
    return Markup(
        '<text class="chart-text" x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}" '
        'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{}</text>'
    ).format(at(x), at(y), TEXT, anchor, BLACK, words)


def width_of(words: str) -> float:
    """How wide words are at most, letter by letter: trust codes are capitals, and wider than `CHARACTER`."""
    return TEXT * sum(_EM.get(letter, 0.76 if letter.isupper() else 0.57) for letter in words)


def fitted(words: str, room: float) -> str:
    """Words that are no wider than the room, cut with an ellipsis where they have to be. The description must say them in full."""
    if width_of(words) <= room:
        return words
    kept = words
    while kept and width_of(f"{kept}…") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def svg(
    name: str, title: str, description: str, height: float, parts: Iterable[Markup], width: float = WIDTH
) -> Markup:
    """The picture; `name` makes its ids unique on the page, title and description are read aloud."""
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="chart-{name}-title chart-{name}-desc" '
        'font-family="Arial, sans-serif"><title id="chart-{name}-title">{title}</title>'
        '<desc id="chart-{name}-desc">{description}</desc>{parts}</svg>'
    ).format(
        width=f"{width:g}",
        height=at(height),
        name=name,
        title=title,
        description=description,
        parts=Markup("").join(parts),
    )


def at(coordinate: float) -> str:
    """A coordinate as SVG writes it."""
    return f"{coordinate:.1f}"
