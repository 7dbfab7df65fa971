"""What was read from a file, in the template's own shape: lines down, columns across, problem cells marked."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal

from submissions.models import Finding, Submission
from submissions.queries.findings import SEVERITIES, anchor
from submissions.read_file import from_json
from templates_app import registry
from templates_app.expressions import Operand
from templates_app.gates import gate_words, gates_by_line, shut_lines
from templates_app.operands import cells_of
from templates_app.reading import Place, Reading, Value
from templates_app.schema import NUMBER_UNITS, UNIT_WORDS, Column, Definition, Line, Sheet, unit_of
from templates_app.values import Interpreted, interpret


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell: what we read (or worked out), the name of its place, and the worst finding on it. `value` is None where the text
    could not be understood.
    """

    text: str
    value: Value | None
    anchor: str
    is_number: bool
    computed: bool
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line of a sheet; `unit` in words where the line has its own."""

    code: str
    label: str
    unit: str
    cells: tuple[GridCell, ...]
    shut: bool
    """An answer has switched the line off."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; columns as title and unit."""

    title: str
    purpose: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[GridLine, ...]
    left_blank: tuple[str, ...]
    """What is said of lines that an answer has switched off."""
    totals: tuple[Decimal | None, ...]
    """The sum of each column, None where it has none; empty where the sheet has no totals."""


def grids(file: Submission, *, marked: bool) -> list[Grid]:
    """Every sheet of a file that was read; with its problem cells marked for those who may see findings."""
    reading = from_json(file.reading or {})
    definition = registry.get(reading.template, reading.version)
    values = _values(reading, definition)
    operands = cells_of(definition).operands(values)
    worst = _worst(file) if marked else {}
    return [_grid(sheet, definition, reading, values, operands, worst) for sheet in definition.sheets]


def _grid(
    sheet: Sheet,
    definition: Definition,
    reading: Reading,
    values: Mapping[Place, Value],
    operands: Mapping[Place, Operand],
    worst: Mapping[Place, Finding],
) -> Grid:
    shut = shut_lines(definition, operands)

    def cell(line: Line, column: Column) -> GridCell:
        place = (line.code, column.code)
        read, value = reading.cells.get(place), values.get(place)
        operand = operands.get(place) if column.formula else None
        if isinstance(operand, Decimal):
            value = Value("number", number=operand)
        return GridCell(
            text=read.raw.strip() if read else "",
            value=value,
            anchor=anchor(read.sheet, read.cell) if read else "",
            is_number=unit_of(line, column) in NUMBER_UNITS,
            computed=column.formula is not None,
            finding=worst.get(place),
        )

    def cells(line: Line) -> tuple[GridCell, ...]:
        return tuple(cell(line, column) for column in sheet.columns)

    return Grid(
        title=sheet.title,
        purpose=sheet.purpose,
        columns=tuple((column.title, UNIT_WORDS[column.unit] if column.unit else "") for column in sheet.columns),
        lines=tuple(
            GridLine(line.code, line.label, UNIT_WORDS.get(line.unit or "", ""), cells(line), line.code in shut)
            for line in sheet.lines
        ),
        left_blank=_left_blank(sheet, definition, shut),
        totals=_totals(sheet, operands),
    )


def _left_blank(sheet: Sheet, definition: Definition, shut: Container[str]) -> tuple[str, ...]:
    behind = gates_by_line(definition)
    gates = dict.fromkeys(behind[line.code] for line in sheet.lines if line.code in shut)
    return tuple(gate_words(definition, name) for name in gates)


def _totals(sheet: Sheet, operands: Mapping[Place, Operand]) -> tuple[Decimal | None, ...]:
    """The total of each column that has one, None elsewhere; empty for a sheet without totals."""
    if not sheet.totals:
        return ()

    def total(column: Column) -> Decimal:
        held = (operands.get((line.code, column.code)) for line in sheet.lines)
        return sum((number for number in held if isinstance(number, Decimal)), Decimal(0))

    return tuple(total(column) if column.code in sheet.totals else None for column in sheet.columns)


def _values(reading: Reading, definition: Definition) -> Mapping[Place, Value]:
    values: dict[Place, Value] = {}
    for _, line, column in definition.cells():
        read = reading.cells.get((line.code, column.code))
        answer = interpret(read, line, column, date_1904=reading.date_1904) if read else None
        if isinstance(answer, Interpreted):
            values[line.code, column.code] = answer.value
    return values


def _worst(file: Submission) -> Mapping[Place, Finding]:
    """The worst finding of each place; of several alike the first."""
    findings = list(file.findings.exclude(line=""))
    findings.sort(key=lambda finding: (SEVERITIES.index(finding.severity), finding.position), reverse=True)
    return {(finding.line, finding.column): finding for finding in findings}
