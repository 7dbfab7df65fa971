"""Made-up but plausible figures for a trust, from a recipe in `examples/`. Pure.

The same seed, trust and scale give the same figures. They are for examples, tests and measurements, and never stand for a
trust's own return.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from templates_app.definition_yaml import read_yaml
from templates_app.expressions import Expression, Operand, Reference, evaluate, parse
from templates_app.gates import gates_by_line, is_open
from templates_app.kept import kept
from templates_app.reading import BLANK, Place, Value
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
    when: str | None = None
    """The cell is made only where this is true of those made before it. Its chance is its own, so that whether it is made
    changes no other cell."""
    for_each: tuple[str, ...] = ()
    """The lines that it is made for; `line.` in place, formula and `when` is each of them."""

    def of(self, line: str) -> "Ingredient":
        """The same for one of its lines."""
        own = {"place": self.place, "formula": self.formula, "when": self.when}
        named = {key: text and text.replace("line.", f"{line}.") for key, text in own.items()}
        return self.model_copy(update=named | {"for_each": ()})


class Recipe(_Frozen):
    """How a whole return is made up."""

    template: str
    published: dict[str, Decimal]
    size: str
    thrift: Decimal
    told: dict[str, dict[str, str | Decimal]] = {}
    """Cells of some trusts, by ODS code and place, that tell one story together: who does whose work, and what each says of it."""
    cells: tuple[Ingredient, ...]

    def ingredients(self) -> tuple[Ingredient, ...]:
        """The cells in order, each line's by itself."""
        each = ([one.of(line) for line in one.for_each] if one.for_each else [one] for one in self.cells)
        return tuple(ingredient for several in each for ingredient in several)


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
    the figures that a return is held against as they were published. Lines that this version has not, or asks not, are left out.
    What some trusts tell together is told at their true size only: it would not fit a trust of another."""
    chance = _chance(definition, trust_code, seed)
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

    told = how.told.get(trust_code, {}) if scale == 1 else {}
    for ingredient in how.ingredients():
        place = place_named(ingredient.place)
        if not _is_asked(place[0], definition, made):
            continue
        if ingredient.place in told:
            made[place] = _told(told[ingredient.place])
        lot = chance if ingredient.when is None else _chance(definition, trust_code, seed, ingredient.place)
        if ingredient.when is None or evaluate(parse(ingredient.when, names), look_up):
            value = _made(ingredient, lot, trust_type, partial(evaluate, look_up=look_up), names, definition)
            if value.kind != "blank":
                made.setdefault(place, value)
    return made


def _made(
    ingredient: Ingredient,
    chance: random.Random,
    trust_type: str,
    work_out: Callable[[Expression], Decimal | bool | str],
    names: Mapping[str, Decimal | str],
    definition: Definition,
) -> Value:
    """One cell: a word drawn by weight, blank where none is, or a number about its middle."""
    if ingredient.formula is None:
        word = _word(chance, ingredient.draw_for.get(trust_type, ingredient.draw))
        return Value("text", text=word) if word else BLANK
    middle = work_out(parse(ingredient.formula, names))
    assert isinstance(middle, Decimal)  # noqa: S101 - a recipe makes numbers; the tests make every one
    number = max(ingredient.least, _drawn(chance, middle, ingredient.spread))
    line, column = place_named(ingredient.place)
    sheet = definition.sheet_of(line)
    places = DECIMAL_PLACES[unit_of(sheet.line(line), sheet.column(column))]
    if places == 3:
        places = 0 if abs(number) >= 1000 else 1  # amounts are known to the nearest £1,000, small ones to £100
    return Value("number", number=number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def _chance(definition: Definition, *of: object) -> random.Random:
    return random.Random(" ".join(map(str, (definition.template, *of))))  # noqa: S311 - made-up figures, not secrets


def _told(said: str | Decimal) -> Value:
    return Value("text", text=said) if isinstance(said, str) else Value("number", number=said)


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
