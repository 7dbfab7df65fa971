"""The small language of rules, totals and metrics: read once, worked out on exact decimals, or written for Excel.

`docs/expressions.md` is the reference for authors of definitions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TypeAlias, TypeGuard

from templates_app.expression_excel import to_excel
from templates_app.expression_parser import parse
from templates_app.expression_tree import (
    Call,
    Chain,
    Comparison,
    Expression,
    ExpressionError,
    Given,
    Kind,
    Membership,
    MissingValue,
    Negation,
    Number,
    Reference,
    Text,
    ZeroDenominator,
    kind_of,
    references,
    required_references,
    substitute,
    text_references,
)

__all__ = [
    "Expression",
    "ExpressionError",
    "Kind",
    "LookUp",
    "MissingValue",
    "Operand",
    "Reference",
    "ZeroDenominator",
    "evaluate",
    "kind_of",
    "parse",
    "references",
    "required_references",
    "substitute",
    "text_references",
    "to_excel",
]

Operand: TypeAlias = Decimal | str | None
"""What a cell holds: a number, text, or nothing that can be used (None)."""

LookUp: TypeAlias = Callable[[Reference], Sequence[Operand]]
"""Gives a reference's operands: exactly one for a cell, any number for a group."""

# 34 digits, as IEEE 754 decimal128. The widest exponents, so that no product of figures can overflow.
_CONTEXT = Context(prec=34, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)

_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_COMPARED_WITH_ZERO: Mapping[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# A difference nearer to 0 than this is 0 when rounded, halves up, to 6 decimals.
_HALF_OF_LAST_PLACE = Decimal("0.0000005")


def evaluate(expression: Expression, look_up: LookUp) -> Decimal | bool | str:
    """Work the expression out on exact decimals (34 digits, halves up).

    Raises MissingValue where a cell that is needed holds no number (or no text, where text is compared), and also for
    MIN and MAX of no cells; ZeroDenominator on division by zero; ExpressionError where a group stands for one cell.
    """
    evaluation = _Evaluation(look_up)
    with localcontext(_CONTEXT):
        match kind_of(expression):
            case "number":
                return +evaluation.number(expression)  # the plus turns -0 into 0
            case "truth":
                return evaluation.truth(expression)
            case "text":
                return evaluation.text(expression)


class _Evaluation:
    def __init__(self, look_up: LookUp) -> None:
        self.look_up = look_up

    def number(self, node: Expression) -> Decimal:
        match node:
            case Number(value):
                return value
            case Reference():
                return _as_number(node, self.one(node))
            case Negation(operand):
                return -self.number(operand)
            case Chain():
                return self.chain(node)
            case Call("IF", (condition, when_true, when_false)):
                return self.number(when_true if self.truth(condition) else when_false)
            case Call("ABS", (argument,)):
                return abs(self.number(argument))
            case Call("SUM"):
                return sum(self.listed(node), start=Decimal(0))
            case Call("MIN" | "MAX" as function):
                numbers = self.listed(node)
                if not numbers:
                    raise MissingValue(references(node)[0])
                return min(numbers) if function == "MIN" else max(numbers)
            case _:
                raise ExpressionError("Expected a part that gives a number")

    def truth(self, node: Expression) -> bool:
        match node:
            case Comparison("text", left, sign, right):
                return (_folded(self.text(left)) == _folded(self.text(right))) == (sign == "=")
            case Comparison(_, left, sign, right):
                return _COMPARED_WITH_ZERO[sign](_sign_of_difference(self.number(left), self.number(right)), 0)
            case Membership("text", value, choices):
                text = _folded(self.text(value))
                return text in [_folded(self.text(choice)) for choice in choices]
            case Membership(_, value, choices):
                number = self.number(value)
                return 0 in [_sign_of_difference(number, self.number(choice)) for choice in choices]
            # As in Excel, AND and OR look at all they are given, even when the first has settled it.
            case Call("AND", arguments):
                return False not in [self.truth(argument) for argument in arguments]
            case Call("OR", arguments):
                return True in [self.truth(argument) for argument in arguments]
            case Call("NOT", (argument,)):
                return not self.truth(argument)
            case Call("IF", (condition, when_true, when_false)):
                return self.truth(when_true if self.truth(condition) else when_false)
            case Given(reference):
                return _is_number(self.one(reference))
            case _:
                raise ExpressionError("Expected a part that gives true or false")

    def text(self, node: Expression) -> str:
        match node:
            case Text(value):
                return value
            case Reference():
                operand = self.one(node)
                if not isinstance(operand, str):
                    raise MissingValue(node)
                return operand
            case Call("IF", (condition, when_true, when_false)):
                return self.text(when_true if self.truth(condition) else when_false)
            case _:
                raise ExpressionError("Expected a part that gives text")

    def chain(self, node: Chain) -> Decimal:
        result = self.number(node.first)
        for sign, operand in node.steps:
            number = self.number(operand)
            if sign == "/" and number == 0:
                raise ZeroDenominator(operand)
            result = _ARITHMETIC[sign](result, number)
        return result

    def listed(self, node: Call) -> list[Decimal]:
        numbers: list[Decimal] = []
        for argument in node.arguments:
            if isinstance(argument, Reference):
                numbers += [_as_number(argument, operand) for operand in self.look_up(argument)]
            else:
                numbers.append(self.number(argument))
        return numbers

    def one(self, reference: Reference) -> Operand:
        operands = self.look_up(reference)
        if len(operands) != 1:
            raise ExpressionError(f"{reference} stands for {len(operands)} cells: put it inside SUM, MIN or MAX")
        return operands[0]


def _is_number(operand: Operand) -> TypeGuard[Decimal]:
    return isinstance(operand, Decimal) and operand.is_finite()


def _as_number(reference: Reference, operand: Operand) -> Decimal:
    if not _is_number(operand):
        raise MissingValue(reference)
    return operand


def _sign_of_difference(left: Decimal, right: Decimal) -> int:
    """Give the sign of the difference rounded to 6 decimals, which the doubles of Excel and our decimals agree on."""
    difference = left - right
    if abs(difference) < _HALF_OF_LAST_PLACE:
        return 0
    return 1 if difference > 0 else -1


def _folded(text: str) -> str:
    """Give the text as Excel compares it: case does not matter, nor spaces around it or repeated within it."""
    return " ".join(text.split()).lower()
