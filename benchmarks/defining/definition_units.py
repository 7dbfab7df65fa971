"""In what unit an expression of a metric comes out, so that nothing is called pounds that is not. Pure."""

from collections.abc import Mapping

from benchmarks.arithmetic.metrics import input_places
from templates_app.expression_tree import Call, Chain, Negation, Number
from templates_app.expressions import Expression, Reference
from templates_app.schema import Definition, unit_of

Dimension = Mapping[str, int]
"""Units with their powers: pay × staff ÷ staff is {"thousand_pounds": 1}. Nought powers are left out."""


def in_pounds(expression: Expression, template: Definition) -> bool:
    """Whether an expression comes to an amount in £000: a sum of such amounts, or one times what has no unit in the end."""
    return _dimension(expression, template) == {"thousand_pounds": 1}


def _dimension(expression: Expression, template: Definition) -> Dimension | None:
    """The unit of an expression; None where it adds up what cannot be added, or is no sum or product."""
    match expression:
        case Number():
            return {}
        case Reference():
            return _alike([{_unit(line, column, template): 1} for line, column in input_places(expression, template)])
        case Negation(operand):
            return _dimension(operand, template)
        case Call("SUM" | "MIN" | "MAX" | "ABS", arguments):
            return _alike([_dimension(argument, template) for argument in arguments])
        case Call("IF", (_, *branches)):
            return _alike([_dimension(branch, template) for branch in branches])
        case Chain(first, steps) if steps[0][0] in "+-":
            return _alike([_dimension(part, template) for part in (first, *(operand for _, operand in steps))])
        case Chain(first, steps):
            return _product(_dimension(first, template), [(word, _dimension(part, template)) for word, part in steps])
    return None


def _alike(dimensions: list[Dimension | None]) -> Dimension | None:
    first = dimensions[0] if dimensions else None
    return first if all(other == first for other in dimensions) else None


def _product(first: Dimension | None, steps: list[tuple[str, Dimension | None]]) -> Dimension | None:
    if first is None:
        return None
    powers = dict(first)
    for operator, dimension in steps:
        if dimension is None:
            return None
        for unit, power in dimension.items():
            powers[unit] = powers.get(unit, 0) + (power if operator == "*" else -power)
    return {unit: power for unit, power in powers.items() if power}


def _unit(line: str, column: str, template: Definition) -> str:
    sheet = template.sheet_of(line)
    return unit_of(sheet.line(line), sheet.column(column))
