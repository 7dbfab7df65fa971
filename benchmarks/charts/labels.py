"""What every chart of a metric has in common: labelled dots, words in lanes that cover none another, and which way is better."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Direction
from ui.formats import sentence_list
from ui.svg import BLACK, BLUE, CHARACTER, GREY, ORANGE, WIDTH, text

Words = Callable[[Decimal], str]
"""Writes a value of the metric for people: `functools.partial(value_words, metric)`."""

LANE = 17
MARGIN = 10

DIRECTION_WORDS: dict[Direction, tuple[str, str]] = {
    "lower": ("lower is better", "better →"),
    "higher": ("higher is better", "better →"),
    "neutral": ("neither way is better", "higher →"),
}
"""What stands at the left and at the right beneath a chart in which better is to the right."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One of the reader's own trusts on a strip."""

    label: str
    """Short: a trust's code or short name."""
    value: Decimal
    flagged: bool = False
    """A figure behind it is queried, and the query is not settled; drawn hollow."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words that point at a place across the chart."""

    text: str
    x: float
    """Where it points; the text is centred on it as far as the edges allow."""
    lane: int = 0

    @property
    def half(self) -> float:
        """Half its width."""
        return len(self.text) * CHARACTER / 2

    @property
    def centre(self) -> float:
        """Where its middle stands."""
        return min(max(self.x, self.half), max(WIDTH - self.half, WIDTH / 2))

    def drawn(self, y: float) -> Markup:
        """Centred on the point, or against the edge that is too near for that."""
        if self.centre == self.x:
            return text(self.text, self.x, y)
        return text(self.text, 0, y, "start") if self.centre > self.x else text(self.text, WIDTH, y, "end")


def in_lanes(labels: Iterable[Label]) -> list[Label]:
    """Give each label the first lane in which it stands clear of those before it."""
    ends: list[float] = []
    placed = []
    for label in sorted(labels, key=lambda label: label.centre):
        start = label.centre - label.half
        lane = next((number for number, end in enumerate(ends) if end + 5 < start), len(ends))
        ends[lane : lane + 1] = [label.centre + label.half]
        placed.append(Label(label.text, label.x, lane))
    return placed


def direction_row(direction: Direction, y: float, width: float = WIDTH) -> Iterable[Markup]:
    """The words beneath a chart in which better is to the right."""
    left, right = DIRECTION_WORDS[direction]
    yield text(left, 0, y, "start")
    yield text(right, width, y, "end")


def direction_sentence(direction: Direction) -> str:
    """The first sentence of a description: "Lower is better."."""
    return f"{DIRECTION_WORDS[direction][0].capitalize()}."


def colour_of(value: Decimal, median: Decimal | None, direction: Direction) -> str:
    """Blue at the median or better, orange worse, grey for a neutral metric, black without a median. Position says the same."""
    if median is None:
        return BLACK
    worse = value > median if direction == "lower" else value < median
    return GREY if direction == "neutral" else ORANGE if worse else BLUE


def median_colour(direction: Direction) -> str:
    """Of the median's line among bars and in a scatter; black for a neutral metric, because blue says better."""
    return BLACK if direction == "neutral" else BLUE


def own_words(own: Sequence[tuple[str, Decimal, bool]], words: Words) -> Iterable[str]:
    """The last sentence of a description: own trusts by label, with value and whether it is queried."""
    if own:
        said = [f"{label} {words(value)}{' (queried)' if flagged else ''}" for label, value, flagged in own]
        yield f"{sentence_list(said)}."
