"""One return under judgement: what was read, what it means, and what it is judged against."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from templates_app import registry
from templates_app.expressions import Operand, references
from templates_app.gates import gate_expressions, gates_by_line, shut_lines
from templates_app.layout import Layout, layout_of
from templates_app.operands import cells_of
from templates_app.reading import BLANK, Context, Place, ReadCell, Reading, Value
from templates_app.schema import Column, Definition, Line, Rule, Sheet, is_required, unit_of
from templates_app.values import Interpreted, Unreadable, interpret
from templates_app.versions import asked_of


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that does not hold at one place (None: the file as a whole), with what its words need.

    Where a check knows better words than the rule's own (what Excel's error means), it gives them.
    """

    place: Place | None
    found: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    expected: str = ""
    remedy: str = ""
    looked_at: frozenset[Place] = frozenset()
    """The cells that the rule looked at, where they are more than the place itself."""
    held_against: str = ""
    """What another return, a publication or last year's return says of the trust, where an explanation should not outlive a change
    of it. Never what other trusts say: that moves with every return."""
    left_out: int = 0
    """How many other warnings follow from it and are left out."""


Check = Callable[[Rule, "Case"], Iterator[Hit]]


@dataclass(frozen=True)
class Case:
    """A reading with its definition and context; values are worked out once."""

    definition: Definition
    reading: Reading
    context: Context

    @cached_property
    def layout(self) -> Layout:
        """Where the definition puts every cell."""
        return layout_of(self.definition)

    @cached_property
    def interpreted(self) -> Mapping[Place, Interpreted | Unreadable]:
        """Every cell that was found, as its unit asks."""
        return interpreted(self.definition, self.reading)

    @cached_property
    def values(self) -> Mapping[Place, Value]:
        """What every readable cell means; cells that cannot be read are left out."""
        return _readable(self.interpreted)

    @cached_property
    def operands(self) -> Mapping[Place, Operand]:
        """What every cell holds for an expression."""
        return cells_of(self.definition).operands(self.values)

    @cached_property
    def other_operands(self) -> Mapping[str, Mapping[Place, Operand]]:
        """What the cells of the trust's other returns hold for an expression, by template; of versions that we know."""
        known, others = registry.definitions(), self.context.other_returns
        return {
            template: cells_of(known[template, other.version]).operands(other.values)
            for template, other in others.items()
            if (template, other.version) in known
        }

    @cached_property
    def shut(self) -> frozenset[str]:
        """The codes of the lines that an answer has switched off."""
        return shut_lines(self.definition, self.operands)

    def required(self, line: Line, column: Column) -> bool:
        """Whether a blank in this cell is an error here."""
        return line.code not in self.undecided and self._is_asked(line, column)

    def _is_asked(self, line: Line, column: Column) -> bool:
        return is_required(line, column, self.context.trust_type, self.shut)

    @cached_property
    def undecided(self) -> frozenset[str]:
        """The codes of the lines behind a gate whose own answer is missing or cannot be read: nobody can say whether they are asked for,
        so the answer's trouble is named, and a blank on these lines is not."""
        wanting = {
            name
            for name, expression in gate_expressions(self.definition).items()
            for reference in references(expression)
            for place in cells_of(self.definition).of(reference)
            if self._is_broken(place, self._is_asked(*self._spot(place)))
        }
        return frozenset(code for code, name in gates_by_line(self.definition).items() if name in wanting)

    def _spot(self, place: Place) -> tuple[Line, Column]:
        return next((line, column) for _, line, column in self.definition.cells() if (line.code, column.code) == place)

    @cached_property
    def broken(self) -> frozenset[Place]:
        """Places whose own trouble is already named as an error, so that nothing else should be said of them."""
        never_negative = {
            rule.code: words_parameter(rule, "columns")
            for rule in self.definition.rules
            if rule.check == "not_negative" and rule.severity == "error"
        }
        return frozenset(
            place
            for _, line, column in self.definition.cells()
            if self._is_broken(place := (line.code, column.code), self._is_asked(line, column))
            or any(
                column.code in columns and (self.number(place) or 0) < 0 and not self.context.waiver(code, line.code)
                for code, columns in never_negative.items()
            )
        )

    def _is_broken(self, place: Place, required: bool) -> bool:
        answer = self.interpreted.get(place)
        if answer is None or isinstance(answer, Unreadable):
            return True
        return required and answer.value.kind == "blank"

    @cached_property
    def asked(self) -> Definition:
        """The version that the return asks for: the workbook's own, or a newer one for which it may stand."""
        return asked_of(self.definition, self.context.template, self.context.version)

    def read(self, place: Place) -> ReadCell | None:
        """What was read at a place: a typed cell, or one that the workbook works out; None where nothing was found."""
        return self.reading.cells.get(place) or self.reading.computed.get(place)

    def order_of(self, place: Place) -> tuple[int, int, int]:
        """Where a place, or the total of a column, stands in the order of the workbook: sheet, row, column."""
        spot = self.layout.totals.get(place) or self.layout.cells[place]
        return self.sheet_order[spot.sheet], spot.row, spot.column_number

    @cached_property
    def sheet_order(self) -> Mapping[str, int]:
        """The position of each sheet by its title."""
        return {sheet.title: number for number, sheet in enumerate(self.definition.sheets)}

    def value(self, place: Place) -> Value:
        """The value at a place; blank when there is none."""
        return self.values.get(place, BLANK)

    def number(self, place: Place) -> Decimal | None:
        """The number at a place; None when there is none."""
        return self.value(place).number

    @cached_property
    def found_cells(self) -> tuple[tuple[Sheet, Line, Column, ReadCell], ...]:
        """Every input cell of the definition that was found, and on a row that is its own."""
        return tuple(_found_cells(self.definition, self.reading))

    @cached_property
    def amounts(self) -> Mapping[Place, Decimal]:
        """Every amount in £000 that is one of several columns of a line."""
        return {
            (line.code, column.code): number
            for sheet, line, column, _ in self.found_cells
            if is_table(sheet)
            and unit_of(line, column) == "thousand_pounds"
            and (number := self.number((line.code, column.code))) is not None
        }


def interpreted(definition: Definition, reading: Reading) -> Mapping[Place, Interpreted | Unreadable]:
    """Every cell of a reading that was found, as its unit asks."""
    return {
        (line.code, column.code): interpret(cell, line, column, date_1904=reading.date_1904)
        for _, line, column, cell in _found_cells(definition, reading)
    }


def interpreted_values(definition: Definition, reading: Reading) -> Mapping[Place, Value]:
    """What every readable cell of a reading means; cells that cannot be read are left out."""
    return _readable(interpreted(definition, reading))


def _readable(answers: Mapping[Place, Interpreted | Unreadable]) -> Mapping[Place, Value]:
    return {place: answer.value for place, answer in answers.items() if isinstance(answer, Interpreted)}


def _found_cells(definition: Definition, reading: Reading) -> Iterator[tuple[Sheet, Line, Column, ReadCell]]:
    for sheet, line, column in definition.cells():
        cell = reading.cells.get((line.code, column.code))
        if cell is not None and (line.code, column.code) not in reading.conflicts:
            yield sheet, line, column, cell


def is_table(sheet: Sheet) -> bool:
    """Whether the lines of a sheet have several figures each."""
    return sum(column.counted for column in sheet.columns) > 1


def year_before(year: str) -> str:
    """2014/15 for 2015/16."""
    start = int(year[:4])
    return f"{start - 1}/{start % 100:02d}"


def parameter(rule: Rule, name: str) -> Decimal:
    """A number among a rule's parameters; the definition's validator has proved that it is there."""
    value = rule.parameters[name]
    assert isinstance(value, Decimal)  # noqa: S101 - proved by the validator
    return value


def word_parameter(rule: Rule, name: str) -> str:
    """A word among a rule's parameters."""
    value = rule.parameters[name]
    assert isinstance(value, str)  # noqa: S101 - proved by the validator
    return value


def words_parameter(rule: Rule, name: str) -> tuple[str, ...]:
    """A list of words among a rule's parameters."""
    value = rule.parameters[name]
    assert isinstance(value, tuple)  # noqa: S101 - proved by the validator
    return value


def written(number: Decimal) -> str:
    """A number for a sentence: thousands separated, every digit kept."""
    return format(number.normalize(), ",f")


def shown(value: Value) -> str:
    """A value as a person would write it; empty when the cell is blank."""
    return written(value.number) if value.number is not None else value.as_text()
