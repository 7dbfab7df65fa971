"""The parts an expression is made of, its errors, and questions about an expression that need no figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["number", "truth", "text"]
"""What an expression gives: an exact decimal, true or false, or text."""


class ExpressionError(ValueError):
    """The expression itself is wrong, whatever the figures; the message says what and where, for the author of a definition."""


class MissingValue(Exception):
    """A cell that the result depends on holds no number (or, where text is compared, no text)."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(f"{reference} holds no value")
        self.reference = reference


class ZeroDenominator(Exception):
    """Something had to be divided by exactly zero; `denominator` is the part of the expression that was zero."""

    def __init__(self, denominator: Expression) -> None:
        super().__init__("A denominator is zero")
        self.denominator = denominator


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the expression; never negative (a minus sign is a `Negation`)."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """Text written in the expression, without its quotation marks."""

    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a template: `FIN1.pay`, `ORG02` (a line's one value), `line.pay`, or a group of cells such as `costs.pay`."""

    name: str
    column: str | None

    def __str__(self) -> str:
        return self.name if self.column is None else f"{self.name}.{self.column}"


@dataclass(frozen=True, slots=True)
class Negation:
    """A number with its sign turned."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined from left to right, all by + and - or all by * and /. Flat, so that a long sum is not a deep tree."""

    first: Expression
    steps: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers or two texts compared, as `kind` says."""

    kind: Kind
    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a number or text equals one of the choices."""

    kind: Kind
    value: Expression
    choices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One of SUM MIN MAX ABS IF AND OR NOT."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Whether a cell holds a number."""

    reference: Reference


Expression: TypeAlias = Number | Text | Reference | Negation | Chain | Comparison | Membership | Call | Given


def kind_of(expression: Expression) -> Kind:
    """Say what the expression gives. A cell standing alone is a number: cells are text only where they meet text."""
    match expression:
        case Text():
            return "text"
        case Comparison() | Membership() | Given() | Call("AND" | "OR" | "NOT"):
            return "truth"
        case Call("IF", (_, when_true, _)):
            return kind_of(when_true)
        case _:
            return "number"


def references(expression: Expression) -> tuple[Reference, ...]:
    """List the distinct places the expression names, in order of appearance."""
    return _distinct(node for node in _walk(expression) if isinstance(node, Reference))


def required_references(expression: Expression) -> tuple[Reference, ...]:
    """List the distinct places named outside GIVEN, in order of appearance.

    Both branches of an IF count, although only one is evaluated: `IF(GIVEN(VPAY3), VPAY3, 0)` requires VPAY3.
    """
    return _distinct(node for node in _walk(expression, into_given=False) if isinstance(node, Reference))


def text_references(expression: Expression) -> tuple[Reference, ...]:
    """List the distinct places whose text is compared; every other required reference must hold a number."""
    return _distinct(
        operand
        for node in _walk(expression)
        if isinstance(node, Comparison | Membership) and node.kind == "text"
        for operand in parts(node)
        if isinstance(operand, Reference)
    )


def number_references(expression: Expression) -> tuple[Reference, ...]:
    """List the distinct places used as numbers, outside GIVEN, in order of appearance."""
    return _distinct(
        part
        for node in (Negation(expression), *_walk(expression, into_given=False))
        if not isinstance(node, Given) and not (isinstance(node, Comparison | Membership) and node.kind == "text")
        for part in parts(node)
        if isinstance(part, Reference)
    )


def substitute(expression: Expression, names: Mapping[str, str]) -> Expression:
    """Rename the names of references: with `{"line": "FIN1"}`, `line.pay` becomes `FIN1.pay`. Columns stay."""

    def renamed(node: Expression) -> Expression:
        match node:
            case Number() | Text():
                return node
            case Reference(name, column):
                return Reference(names.get(name, name), column)
            case Negation(operand):
                return Negation(renamed(operand))
            case Chain(first, steps):
                return Chain(renamed(first), tuple([(operator, renamed(operand)) for operator, operand in steps]))
            case Comparison(_, left, _, right):
                return replace(node, left=renamed(left), right=renamed(right))
            case Membership(kind, value, choices):
                return Membership(kind, renamed(value), tuple([renamed(choice) for choice in choices]))
            case Call(function, arguments):
                return Call(function, tuple([renamed(argument) for argument in arguments]))
            case Given(Reference(name, column)):
                return Given(Reference(names.get(name, name), column))

    return renamed(expression)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """Give the expressions directly inside this one, in the order they are written."""
    match expression:
        case Negation(operand):
            return (operand,)
        case Chain(first, steps):
            return (first, *(operand for _, operand in steps))
        case Comparison(_, left, _, right):
            return (left, right)
        case Membership(_, value, choices):
            return (value, *choices)
        case Call(_, arguments):
            return arguments
        case Given(reference):
            return (reference,)
        case _:
            return ()


def _walk(expression: Expression, *, into_given: bool = True) -> Iterator[Expression]:
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        if into_given or not isinstance(node, Given):
            waiting.extend(reversed(parts(node)))


def _distinct(found: Iterator[Reference]) -> tuple[Reference, ...]:
    return tuple(dict.fromkeys(found))
