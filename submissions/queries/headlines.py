"""The headline totals of a loaded return, as its definition names them."""

from collections import defaultdict
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from submissions.models import Figure, Submission
from templates_app import registry
from templates_app.expressions import MissingValue, Operand, Reference, ZeroDenominator, evaluate, parse, references
from templates_app.gates import shut_lines
from templates_app.operands import ZERO, cells_of
from templates_app.reading import Place
from templates_app.schema import DECIMAL_PLACES, UNIT_WORDS, Definition
from ui.formats import exact, number


@dataclass(frozen=True, slots=True)
class Headline:
    """One total: its title, the figure (None where the return states nothing of it) and its unit in words."""

    title: str
    figure: Decimal | None
    unit: str
    places: int
    """Decimals to show, so that the figures of a unit stand in line."""
    name: str
    """What its definition calls it, by which the same total of another version is known."""

    @property
    def in_words(self) -> str:
        """The figure as people read it: "12,345.5", or "not stated"."""
        return "not stated" if self.figure is None else number(self.figure, self.places)


def headlines(submission: Submission) -> tuple[Headline, ...]:
    """The headline totals over the figures that were loaded.

    As in a computed cell, what holds no number counts as nought, and where nothing does there is no total. A total of lines that an
    answer has switched off is left out.
    """
    definition = registry.get(submission.template, submission.version)
    values = Figure.objects.filter(submission=submission).by_submission()
    operands = cells_of(definition).operands(values[submission.pk])
    units, shut = definition.headline_units, shut_lines(definition, operands)
    figures = {
        name: _worked_out(definition, source, operands, DECIMAL_PLACES[units[name]])
        for name, source in definition.headlines.items()
        if _is_asked(definition, source, shut)
    }
    places: dict[str, int] = defaultdict(int)
    for name, figure in figures.items():
        places[units[name]] = max(places[units[name]], _decimals(figure))
    return tuple(
        Headline(definition.headline_titles[name], figure, UNIT_WORDS[units[name]], places[units[name]], name)
        for name, figure in figures.items()
    )


def _decimals(figure: Decimal | None) -> int:
    """How many decimals matter."""
    return 0 if figure is None else len(exact(figure).partition(".")[2])


def _is_asked(definition: Definition, source: str, shut: Container[str]) -> bool:
    looked_at = (place for reference in references(parse(source)) for place in cells_of(definition).of(reference))
    return any(line not in shut for line, _ in looked_at)


def _worked_out(definition: Definition, source: str, operands: Mapping[Place, Operand], places: int) -> Decimal | None:
    look_up, seen = _looking_up(definition, operands)
    try:
        result = evaluate(parse(source), look_up)
    except (MissingValue, ZeroDenominator):
        return None
    if not isinstance(result, Decimal) or not any(isinstance(operand, Decimal) for operand in seen):
        return None
    return result.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _looking_up(
    definition: Definition, operands: Mapping[Place, Operand]
) -> tuple[Callable[[Reference], list[Operand]], list[Operand]]:
    """A look-up to which a missing number is nought, and the list of what it truly found."""
    seen: list[Operand] = []

    def look_up(reference: Reference) -> list[Operand]:
        found = [operands[place] for place in cells_of(definition).of(reference)]
        seen.extend(found)
        return [ZERO if operand is None else operand for operand in found]

    return look_up, seen
