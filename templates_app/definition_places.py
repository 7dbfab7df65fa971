"""Which cells the names in a definition's expressions, rules and words stand for, and whether they fit there. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from templates_app.expression_tree import Call, number_references, parts
from templates_app.expressions import Expression, ExpressionError, Kind, Reference, kind_of, parse, references
from templates_app.expressions import text_references as texts_in
from templates_app.schema import NUMBER_UNITS, Column, Definition, Line, choices_of

_KIND_WORDS: dict[Kind, str] = {"number": "a number", "truth": "true or false", "text": "text"}
_TAKES_MANY = ("SUM", "MIN", "MAX")


class UnknownPlace(ValueError):
    """A name that stands for no cell of the definition; the message says why."""


class Places:
    """The cells of one definition, by the names that may stand for them."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._sheet_of = {line.code: sheet for sheet in definition.sheets for line in sheet.lines}
        self._many = {sheet.code: tuple(line.code for line in sheet.lines) for sheet in definition.sheets}
        self._many |= definition.groups

    def is_many(self, name: str) -> bool:
        """Whether the name is a sheet's or a group's, and so stands for one cell of each of its lines."""
        return name != "line" and name in self._many

    def cells(self, reference: Reference, each: str | None = None) -> tuple[tuple[Line, Column], ...]:
        """The cells that a reference stands for. Where rules are judged for `each` line, `line` stands for all of them."""
        name, column = reference.name, reference.column
        if name == "line":
            if each is None:
                raise UnknownPlace("line means nothing here: the rule is not judged for each line.")
            name = each
        elif self.is_many(name) and column is None:
            raise UnknownPlace(f"{reference} does not say which column, such as {reference}.value.")
        if name not in self._many and name not in self._sheet_of:
            raise UnknownPlace(f"{reference} is not known here: it is no line, sheet, group or parameter.")
        codes = [code for code in self._many.get(name, (name,)) if code in self._sheet_of]
        if not codes:
            raise UnknownPlace(f"{name} has no lines.")
        return tuple(self._cell(code, column or "value") for code in codes)

    def one_cell(self, text: str, each: str | None) -> Column:
        """The column of the one cell that `ORG02` or `line.pay` stands for."""
        name, _, column = text.partition(".")
        if self.is_many(name):
            raise UnknownPlace(f"{text} stands for many cells; name one.")
        return self.cells(Reference(name, column or None), each)[0][1]

    def one_input_cell(self, text: str, each: str | None) -> Column:
        """The same, where it must be a cell that a person fills."""
        column = self.one_cell(text, each)
        if column.formula is not None:
            raise UnknownPlace(f"{text} is computed by us; name a cell that a person fills.")
        return column

    def _cell(self, line: str, column: str) -> tuple[Line, Column]:
        sheet = self._sheet_of[line]
        try:
            return sheet.line(line), sheet.column(column)
        except KeyError:
            raise UnknownPlace(
                f"{line}.{column} is not a cell: the sheet {sheet.title} has no column {column}."
            ) from None


def expression_faults(
    source: str, kind: Kind, places: Places, each: str | None, parameters: Mapping[str, Decimal | str]
) -> Iterator[str]:
    """Everything wrong with an expression that must give `kind`: how it is written, its names, and what they hold."""
    try:
        expression = parse(source, parameters)
    except ExpressionError as error:
        yield f"{error}."
        return
    if kind_of(expression) != kind:
        yield f"This gives {_KIND_WORDS[kind_of(expression)]}; {_KIND_WORDS[kind]} is needed here."
    for reference in references(expression):
        try:
            places.cells(reference, each)
        except UnknownPlace as error:
            yield str(error)
    yield from _unit_faults(expression, places, each)
    yield from _lonely_groups(expression, places)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and every part of it."""
    yield expression
    for part in parts(expression):
        yield from walk(part)


def _unit_faults(expression: Expression, places: Places, each: str | None) -> Iterator[str]:
    for reference in number_references(expression):
        for line, column in _known(reference, places, each):
            if (column.unit or line.unit or "count") not in NUMBER_UNITS:
                yield f"{reference} is used as a number, but {line.code}.{column.code} holds words."
                break
    for reference in texts_in(expression):
        for line, column in _known(reference, places, each):
            unit = column.unit or line.unit
            if unit in NUMBER_UNITS:
                yield f"{reference} is compared with text, but {line.code}.{column.code} holds a number."
                break
            if unit is not None:
                yield from _unknown_choices(expression, reference, choices_of(line, column))
                break


def _unknown_choices(expression: Expression, reference: Reference, choices: tuple[str, ...]) -> Iterator[str]:
    for node in walk(expression):
        operands = parts(node)
        if choices and kind_of(node) == "truth" and reference in operands:
            for text in (getattr(operand, "value", None) for operand in operands):
                if isinstance(text, str) and text.casefold() not in [choice.casefold() for choice in choices]:
                    yield f"'{text}' is not one of the choices of {reference}."


def _lonely_groups(expression: Expression, places: Places) -> Iterator[str]:
    if isinstance(expression, Reference) and places.is_many(expression.name):
        yield f"{expression} stands for many cells; put it inside SUM, MIN or MAX."
    for node in walk(expression):
        takes_many = isinstance(node, Call) and node.function in _TAKES_MANY
        for part in () if takes_many else parts(node):
            if isinstance(part, Reference) and places.is_many(part.name):
                yield f"{part} stands for many cells; put it inside SUM, MIN or MAX."


def _known(reference: Reference, places: Places, each: str | None) -> tuple[tuple[Line, Column], ...]:
    try:
        return places.cells(reference, each)
    except UnknownPlace:
        return ()
