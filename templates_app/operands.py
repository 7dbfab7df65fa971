"""What stands in the cells that a definition's expressions name, for the server as for the workbook's formulas. Pure.

A computed place (net cost) holds a number as soon as one of its own cells does, its other cells then counting as nought; where
none does it holds nothing. The workbook's formula says the same, so that a person and the server see one figure.
"""

from collections.abc import Mapping
from decimal import Decimal

from templates_app.definition_places import Places
from templates_app.expressions import (
    Expression,
    MissingValue,
    Operand,
    Reference,
    ZeroDenominator,
    evaluate,
    parse,
    references,
    substitute,
)
from templates_app.kept import kept
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import NUMBER_UNITS, Definition, unit_of

ZERO = Decimal(0)


class Cells:
    """The cells of one definition as its expressions name them."""

    def __init__(self, definition: Definition) -> None:
        self._places = Places(definition)
        self._known: dict[Reference, tuple[Place, ...]] = {}
        self.numbers: frozenset[Place] = frozenset(
            (line.code, column.code)
            for sheet in definition.sheets
            for line in sheet.lines
            for column in sheet.columns
            if unit_of(line, column) in NUMBER_UNITS
        )
        """Cells that hold a number; all others hold words."""
        self.dates: frozenset[Place] = frozenset(
            (line.code, column.code) for _, line, column in definition.cells() if unit_of(line, column) == "date"
        )
        """Cells that hold a day."""
        self.typed: tuple[Place, ...] = tuple((line.code, column.code) for _, line, column in definition.cells())
        self.computed: dict[Place, Expression] = {
            (line.code, column.code): substitute(parse(column.formula), {"line": line.code})
            for sheet in definition.sheets
            for line in sheet.lines
            for column in sheet.columns
            if column.formula is not None
        }
        """The formula of every place that we work out."""
        self.parts: dict[Place, tuple[Place, ...]] = {
            place: tuple(part for reference in references(formula) for part in self.of(reference))
            for place, formula in self.computed.items()
        }
        """The cells that each computed place is worked out from."""

    def of(self, reference: Reference) -> tuple[Place, ...]:
        """The cells that a reference stands for, in the template's order; UnknownPlace where there is no such cell."""
        places = self._known.get(reference)
        if places is None:
            places = tuple((line.code, column.code) for line, column in self._places.cells(reference))
            self._known[reference] = places
        return places

    def behind(self, place: Place) -> tuple[Place, ...]:
        """The typed cells that a computed place, or the total of a sheet's column such as ("costs", "pay"), is worked out from; a
        typed cell is its own."""
        if place in self.computed:
            return tuple(cell for part in self.parts[place] for cell in self.behind(part))
        cells = self.of(Reference(*place))
        return cells if cells == (place,) else tuple(cell for each in cells for cell in self.behind(each))

    def operands(self, values: Mapping[Place, Value]) -> dict[Place, Operand]:
        """What every cell holds for an expression: a number, words ("" when blank), or None where a number is missing."""
        operands: dict[Place, Operand] = {}
        for place in self.typed:
            value = values.get(place, BLANK)
            if place in self.numbers:
                operands[place] = value.number if value.kind == "number" else None
            else:
                operands[place] = value.text if value.kind == "text" else ""
        for place in self.computed:
            self._compute(place, operands)
        return operands

    def _compute(self, place: Place, operands: dict[Place, Operand]) -> Operand:
        if place not in operands:
            given = [isinstance(self._compute(part, operands), Decimal) for part in self.parts[place]]
            operands[place] = self._worked_out(place, operands) if any(given) else None
        return operands[place]

    def _worked_out(self, place: Place, operands: Mapping[Place, Operand]) -> Operand:
        def look_up(reference: Reference) -> list[Operand]:
            return [ZERO if operands[part] is None else operands[part] for part in self.of(reference)]

        try:
            result = evaluate(self.computed[place], look_up)
        except (MissingValue, ZeroDenominator):
            return None
        return result if isinstance(result, Decimal) else None


@kept
def cells_of(definition: Definition) -> Cells:
    """The cells of a definition."""
    return Cells(definition)
