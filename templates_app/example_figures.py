"""Made-up but plausible figures for a trust, from a recipe in `examples/`. Pure.

The same seed, trust and scale give the same figures. They are for examples, tests and measurements, and never stand for a
trust's own return.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from templates_app.definition_yaml import read_yaml
from templates_app.expressions import Operand, Reference, evaluate, parse
from templates_app.gates import gates_by_line, is_open
from templates_app.kept import kept
from templates_app.reading import Place, Value
from templates_app.rules import place_named
from templates_app.schema import DECIMAL_PLACES, Definition, unit_of

_FOLDER = Path(__file__).parent / "examples"
_FARTHEST = 2.5
"""Spreads from the middle beyond which nothing is drawn."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Ingredient(_Frozen):
    """How one cell is made."""

    place: str
    formula: str | None = None
    draw: dict[str, Decimal] = {}
    draw_for: dict[str, dict[str, Decimal]] = {}
    """What is drawn instead, by type of trust."""
    spread: Decimal = Decimal(0)
    least: Decimal = Decimal(0)


class Recipe(_Frozen):
    """How a whole return is made up."""

    template: str
    published: dict[str, Decimal]
    size: str
    thrift: Decimal
    cells: tuple[Ingredient, ...]


@cache
def recipe(template: str) -> Recipe:
    """The recipe of a template; FileNotFoundError when it has none."""
    return Recipe.model_validate(read_yaml((_FOLDER / f"{template}.yaml").read_text(encoding="utf-8")).data)


def example_values(
    definition: Definition,
    published: Mapping[str, Decimal],
    *,
    seed: int,
    trust_code: str,
    trust_type: str = "",
    scale: Decimal = Decimal(1),
) -> Mapping[Place, Value]:
    """Figures for one trust. `published` holds its published figures by measure; `scale` multiplies its size (the recipe's), but not
    the figures that a return is held against as they were published. Lines that this version has not, or asks not, are left out."""
    chance = random.Random(f"{definition.template} {trust_code} {seed}")  # noqa: S311 - made-up figures, not secrets
    how = recipe(definition.template)
    names: dict[str, Decimal | str] = {
        measure: published.get(measure, default) * (scale if measure == how.size else 1)
        for measure, default in how.published.items()
    }
    names["thrift"] = round(_drawn(chance, Decimal(1), how.thrift), 6)
    made: dict[Place, Value] = {}

    def look_up(reference: Reference) -> Sequence[Operand]:
        value = made[reference.name, reference.column or "value"]
        return [value.number if value.kind == "number" else value.text]

    for ingredient in how.cells:
        place = place_named(ingredient.place)
        if not _is_asked(place[0], definition, made):
            continue
        if ingredient.formula is None:
            made[place] = Value("text", text=_word(chance, ingredient.draw_for.get(trust_type, ingredient.draw)))
            continue
        middle = evaluate(parse(ingredient.formula, names), look_up)
        assert isinstance(middle, Decimal)  # noqa: S101 - a recipe makes numbers; the tests make every one
        number = max(ingredient.least, _drawn(chance, middle, ingredient.spread))
        sheet = definition.sheet_of(place[0])
        places = DECIMAL_PLACES[unit_of(sheet.line(place[0]), sheet.column(place[1]))]
        if places == 3:
            places = 0 if abs(number) >= 1000 else 1  # amounts are known to the nearest £1,000, small ones to £100
        made[place] = Value("number", number=number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))
    return made


@kept
def _lines_known(definition: Definition) -> frozenset[str]:
    """The codes of all lines of a definition."""
    return frozenset(line.code for sheet in definition.sheets for line in sheet.lines)


def _word(chance: random.Random, draw: Mapping[str, Decimal]) -> str:
    return chance.choices(list(draw), weights=[int(weight) for weight in draw.values()])[0]


def _is_asked(line: str, definition: Definition, made: Mapping[Place, Value]) -> bool:
    """Whether this version has the line, and the answers made so far leave it to be filled."""
    if line not in _lines_known(definition):
        return False
    gate = gates_by_line(definition).get(line)
    answers = defaultdict[Place, Operand](str, {place: value.text for place, value in made.items() if value.text})
    return gate is None or is_open(definition, gate, answers)


def _drawn(chance: random.Random, middle: Decimal, spread: Decimal) -> Decimal:
    steps = max(-_FARTHEST, min(_FARTHEST, chance.gauss(0, 1)))
    return middle * (spread * Decimal(repr(round(steps, 6)))).exp()
