"""Writes an expression as an Excel formula that gives the same answer as the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from templates_app.expression_tree import (
    Call,
    Chain,
    Comparison,
    Expression,
    ExpressionError,
    Given,
    Kind,
    Membership,
    Negation,
    Number,
    Reference,
    Text,
)

MAX_FORMULA = 8_192  # characters in a cell's formula: Excel's own limit
MAX_ARGUMENTS = 255  # of one function: Excel's own limit

Locate = Callable[[Reference], Sequence[str]]


def to_excel(expression: Expression, locate: Locate) -> str:
    """Write the expression as the text of an Excel formula, without the leading equals sign.

    `locate` gives the addresses of a reference's cells, such as `Costs!$D$9`. A blank cell counts as 0 in Excel where
    the server says that a value is missing, so whoever shows the result guards it with `required_references`.
    Raises ExpressionError where a group stands for one cell, and where Excel could not hold the formula.
    """
    return _Writer(locate).write(expression)


class _Writer:
    def __init__(self, locate: Locate) -> None:
        self.locate = locate

    def write(self, node: Expression) -> str:
        match node:
            case Number(value):
                formula = format(value, "f")
            case Text(value):
                formula = _quoted(value)
            case Reference():
                formula = self.address(node)
            case Negation(operand):
                formula = "-" + self.operand(operand, isinstance(operand, Chain))
            case Chain():
                formula = self.chain(node)
            case Comparison(kind, left, operator, right):
                formula = self.compared(kind, left, operator, right)
            case Membership(kind, value, choices):
                formula = _call("OR", [self.compared(kind, value, "=", choice) for choice in choices])
            case Call("SUM" | "MIN" | "MAX"):
                formula = self.aggregate(node)
            case Call(function, arguments):
                formula = _call(function, [self.write(argument) for argument in arguments])
            case Given(reference):
                formula = f"ISNUMBER({self.address(reference)})"
        # Checked at every part, since IN repeats its value for each choice and could grow without end.
        if len(formula) > MAX_FORMULA:
            raise ExpressionError(f"The Excel formula would be longer than {MAX_FORMULA:,} characters")
        return formula

    def operand(self, node: Expression, in_parentheses: bool) -> str:
        return f"({self.write(node)})" if in_parentheses else self.write(node)

    def address(self, reference: Reference) -> str:
        addresses = self.locate(reference)
        if len(addresses) != 1:
            raise ExpressionError(f"{reference} stands for {len(addresses)} cells: put it inside SUM, MIN or MAX")
        return addresses[0]

    def chain(self, node: Chain) -> str:
        product = node.steps[0][0] in ("*", "/")
        written = [
            operator + self.operand(operand, isinstance(operand, Chain) and (product or not _is_product(operand)))
            for operator, operand in (("", node.first), *node.steps)
        ]
        return "".join(written)

    def compared(self, kind: Kind, left: Expression, operator: str, right: Expression) -> str:
        if kind == "text":
            return f"{self.trimmed(left)}{operator}{self.trimmed(right)}"
        subtracted = self.operand(right, isinstance(right, Chain) and not _is_product(right))
        return f"ROUND({self.write(left)}-{subtracted},6){operator}0"

    def trimmed(self, node: Expression) -> str:
        return _quoted(" ".join(node.value.split())) if isinstance(node, Text) else f"TRIM({self.write(node)})"

    def aggregate(self, node: Call) -> str:
        arguments: list[str] = []
        for argument in node.arguments:
            arguments += self.locate(argument) if isinstance(argument, Reference) else [self.write(argument)]
        if arguments:
            return _call(node.function, arguments)
        return "0" if node.function == "SUM" else "NA()"


def _is_product(node: Chain) -> bool:
    return node.steps[0][0] in ("*", "/")


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def _call(function: str, arguments: Sequence[str]) -> str:
    if len(arguments) > MAX_ARGUMENTS:
        raise ExpressionError(f"{function} would have {len(arguments)} values: Excel takes at most {MAX_ARGUMENTS}")
    return f"{function}({','.join(arguments)})"
