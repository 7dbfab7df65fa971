"""Reads the text of an expression into a tree, and refuses with a place what has no meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

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
    kind_of,
    number_references,
    parts,
    text_references,
)

MAX_LENGTH = 2_000
MAX_DEPTH = 50
MAX_DIGITS = 15  # Excel keeps no more of a number
MAX_TEXT = 255  # the longest text that an Excel formula may hold

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)
      | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<mark><=|>=|<>|[-+*/=<>(),])""",
    re.VERBOSE,
)
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_IN_WORDS: Mapping[Kind, str] = {"number": "a number", "truth": "true or false", "text": "text"}
# Each function's kind of argument, and how many it takes (None: one or more). IF says more in `call`.
_FUNCTIONS: Mapping[str, tuple[Kind, int | None]] = {
    "SUM": ("number", None),
    "MIN": ("number", None),
    "MAX": ("number", None),
    "ABS": ("number", 1),
    "IF": ("truth", 3),
    "AND": ("truth", None),
    "OR": ("truth", None),
    "NOT": ("truth", 1),
}
_KEYWORDS = (*_FUNCTIONS, "GIVEN", "IN")


def parse(source: str, parameters: Mapping[str, Decimal | str] | None = None) -> Expression:
    """Read an expression. A bare lower-case name found in `parameters` stands for that number or text.

    Raises ExpressionError, with the character (counted from 1) and what was expected there.
    """
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"The expression has {len(source):,} characters: at most {MAX_LENGTH:,} are allowed")
    expression = _Parser(source, parameters or {}).whole()
    if _levels(expression) > MAX_DEPTH:
        raise ExpressionError(f"The expression is nested more than {MAX_DEPTH} levels deep")
    as_numbers = number_references(expression)
    for reference in text_references(expression):
        if reference in as_numbers:
            raise ExpressionError(f"{reference} is compared with text and also used as a number: it can only be one")
    return expression


def _levels(expression: Expression) -> int:
    level = [expression]
    count = 0
    while level:
        level = [part for node in level for part in parts(node)]
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        return self.text if self.kind in ("end", "text") else f"'{self.text}'"


def _fail(position: int, problem: str) -> NoReturn:
    raise ExpressionError(f"At character {position}: {problem}")


def _tokens(source: str) -> list[_Token]:
    tokens = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            if source[at] in "'\"":
                _fail(at + 1, f"expected a closing {source[at]} for the text that starts here, found the end")
            _fail(at + 1, f"expected a number, a name, text or an operator, found '{source[at]}'")
        if match.lastgroup is not None and match.lastgroup != "space":
            tokens.append(_Token(match.lastgroup, match.group(), at + 1))
        at = match.end()
    return [*tokens, _Token("end", "the end", len(source) + 1)]


def _number(value: Decimal, position: int) -> Expression:
    if not value.is_finite() or len(value.as_tuple().digits) > MAX_DIGITS or abs(value.adjusted()) >= MAX_DIGITS:
        _fail(position, f"expected a number of at most {MAX_DIGITS} digits, found a longer one")
    return Negation(Number(-value)) if value < 0 else Number(abs(value))


def _text(value: str, position: int) -> Text:
    if not value.strip():
        _fail(position, "expected something between the quotation marks (a blank cell is not text)")
    if not value.isprintable():
        _fail(position, "expected text on one line, without control characters")
    if len(value) > MAX_TEXT:
        _fail(position, f"expected text of at most {MAX_TEXT} characters, found {len(value)}")
    return Text(value)


class _Parser:
    """One method for each level of precedence, the loosest first; `token` is the next one not yet used."""

    def __init__(self, source: str, parameters: Mapping[str, Decimal | str]) -> None:
        self.tokens = _tokens(source)
        self.parameters = parameters
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, mark: str, expected: str) -> None:
        if self.token.text != mark or self.token.kind != "mark":
            _fail(self.token.position, f"expected {expected}, found {self.token}")
        self.at += 1

    def whole(self) -> Expression:
        expression = self.comparison()
        if self.token.kind != "end":
            _fail(self.token.position, f"expected an operator or the end, found {self.token}")
        return expression

    def comparison(self) -> Expression:
        operands = [(self.token.position, self.sum())]
        left = operands[0][1]
        operator = self.token
        if operator.kind == "name" and operator.text == "IN":
            self.take()
            self.expect("(", "'(' after IN")
            operands += self.listed(self.sum)
            return Membership(_compared_kind(operands), left, tuple([choice for _, choice in operands[1:]]))
        if operator.kind == "mark" and operator.text in _COMPARISONS:
            self.take()
            operands.append((self.token.position, self.sum()))
            kind = _compared_kind(operands)
            if kind == "text" and operator.text not in ("=", "<>"):
                _fail(operator.position, f"expected '=' or '<>' between texts, found {operator}")
            return Comparison(kind, left, operator.text, operands[1][1])
        return left

    def sum(self) -> Expression:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Expression:
        return self.chain(("*", "/"), self.signed)

    def chain(self, operators: tuple[str, str], operand: Callable[[], Expression]) -> Expression:
        start = self.token.position
        first = operand()
        steps: list[tuple[str, Expression]] = []
        while self.token.kind == "mark" and self.token.text in operators:
            operator = self.take()
            if not steps:
                _expect_kind("number", first, start, str(operator))
            start = self.token.position
            steps.append((operator.text, operand()))
            _expect_kind("number", steps[-1][1], start, str(operator))
        return Chain(first, tuple(steps)) if steps else first

    def signed(self) -> Expression:
        if self.depth > MAX_DEPTH:
            _fail(self.token.position, f"expected at most {MAX_DEPTH} levels of parentheses and functions, found more")
        self.depth += 1
        if self.token.kind == "mark" and self.token.text == "-":
            self.take()
            start = self.token.position
            operand = self.signed()
            _expect_kind("number", operand, start, "'-'")
            result: Expression = Negation(operand)
        else:
            result = self.operand()
        self.depth -= 1
        return result

    def operand(self) -> Expression:
        token = self.take()
        if token.kind == "number":
            return _number(Decimal(token.text), token.position)
        if token.kind == "text":
            quote = token.text[0]
            return _text(token.text[1:-1].replace(quote * 2, quote), token.position)
        if token.kind == "mark" and token.text == "(":
            inside = self.comparison()
            self.expect(")", "an operator or ')'")
            return inside
        if token.kind == "name" and token.text != "IN":
            return self.call(token) if self.token.text == "(" or token.text in _KEYWORDS else self.named(token)
        after_operator = self.at > 1 and self.tokens[self.at - 2].text in ("+", "-", "*", "/")
        _fail(token.position, f"expected a number,{'' if after_operator else ' text,'} a name or '(', found {token}")

    def named(self, token: _Token) -> Expression:
        name, _, column = token.text.partition(".")
        if name in _KEYWORDS or column in _KEYWORDS:
            _fail(token.position, f"expected the name of a line, found {token}, which holds a word of the language")
        value = self.parameters.get(name) if name.islower() and not column else None
        if isinstance(value, Decimal):
            return _number(value, token.position)
        return Reference(name, column or None) if value is None else _text(value, token.position)

    def call(self, token: _Token) -> Expression:
        function = token.text
        if function not in _KEYWORDS:
            known = ", ".join(keyword for keyword in _KEYWORDS if keyword != "IN")
            _fail(token.position, f"expected one of the functions {known} before '(', found {token}")
        self.expect("(", f"'(' after {function}")
        if function == "GIVEN":
            return self.given()
        arguments = self.listed(self.comparison)
        kind, count = _FUNCTIONS[function]
        if count is not None and len(arguments) != count:
            values = "1 value" if count == 1 else f"{count} values"
            _fail(token.position, f"expected {values} in {function}(…), found {len(arguments)}")
        for start, argument in arguments[:1] if function == "IF" else arguments:
            _expect_kind(kind, argument, start, function)
        if function == "IF":
            _expect_kind(kind_of(arguments[1][1]), arguments[2][1], arguments[2][0], "the second branch of IF")
        return Call(function, tuple([argument for _, argument in arguments]))

    def given(self) -> Expression:
        token = self.take()
        reference = self.named(token) if token.kind == "name" else None
        if not isinstance(reference, Reference):
            _fail(token.position, f"expected the name of a cell in GIVEN(…), found {token}")
        self.expect(")", "')'")
        return Given(reference)

    def listed(self, item: Callable[[], Expression]) -> list[tuple[int, Expression]]:
        items = [(self.token.position, item())]
        while self.token.text == "," and self.token.kind == "mark":
            self.take()
            items.append((self.token.position, item()))
        self.expect(")", "an operator, ',' or ')'")
        return items


def _expect_kind(kind: Kind, expression: Expression, position: int, where: str) -> None:
    found = kind_of(expression)
    if found != kind:
        _fail(position, f"expected {_IN_WORDS[kind]} for {where}, found {_IN_WORDS[found]}")


def _compared_kind(operands: list[tuple[int, Expression]]) -> Kind:
    """Say whether numbers or texts are compared; cells go along with whatever they are compared with."""
    kinds = [(start, kind_of(operand)) for start, operand in operands if not isinstance(operand, Reference)]
    first: Kind = kinds[0][1] if kinds else "number"
    for start, kind in kinds:
        if kind == "truth":
            _fail(start, "expected a number or text to compare, found true or false")
        if kind != first:
            _fail(start, f"expected {_IN_WORDS[first]}, to compare with {_IN_WORDS[first]}, found {_IN_WORDS[kind]}")
    return first
