"""What was read from a file, in the template's own shape: lines down, columns across, problem cells marked."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from submissions.models import Explanation, Finding, Submission
from submissions.queries.findings import ON_TRIAL, SEVERITIES, anchor, kind_of
from submissions.read_file import from_json
from templates_app import registry
from templates_app.expressions import Operand
from templates_app.gates import gate_words, gates_by_line, shut_gates, shut_lines
from templates_app.operands import cells_of
from templates_app.reading import Place, Reading, Value
from templates_app.schema import NUMBER_UNITS, UNIT_WORDS, Column, Definition, Line, Sheet, unit_of
from templates_app.values import Interpreted, interpret

_KINDS = (*SEVERITIES, ON_TRIAL)
"""From the worst on."""


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
    explained: bool
    """Somebody of the trust said why the figure is right."""
    queried: str
    """How a query about it stands: open, answered, or empty where there is none."""

    @property
    def mark(self) -> str:
        """How it is marked: error, warning, info, or empty. What a rule on trial finds is marked as a note is."""
        kind = kind_of(self.finding) if self.finding else ""
        return "info" if kind == ON_TRIAL else kind


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
    """One sheet; columns as title and unit, and their codes in the same order."""

    title: str
    purpose: str
    columns: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    lines: tuple[GridLine, ...]
    left_blank: tuple[str, ...]
    """What is said of lines that an answer has switched off."""
    totals: tuple[GridCell | None, ...]
    """The sum of each column as we work it out, None where it has none; empty where the sheet has no totals."""
    explanations: tuple[Explanation, ...]
    """What the trust said of unusual figures on the sheet."""


def grids(
    file: Submission,
    *,
    marked: bool,
    explanations: Sequence[Explanation] = (),
    queried: Mapping[Place, str] | None = None,
) -> list[Grid]:
    """Every sheet of a file that was read; with its problem cells marked for those who may see findings, with the explanations
    for those who may see them, and with how a query about a figure stands, by place."""
    reading = from_json(file.reading or {})
    definition = registry.get(reading.template, reading.version)
    values = _values(reading, definition)
    operands = cells_of(definition).operands(values)
    worst = _worst(file) if marked else {}
    marks = _Marks(worst, explanations, queried or {})
    shown = values | _computed(definition, operands)
    return [_grid(sheet, definition, reading, shown, operands, marks) for sheet in definition.sheets]


def left_blank(file: Submission) -> tuple[str, ...]:
    """What is said of the lines that the answers of a file have switched off, once for the whole file."""
    if not file.reading:
        return ()
    reading = from_json(file.reading)
    definition = registry.get(reading.template, reading.version)
    if not definition.gates:
        return ()
    operands = cells_of(definition).operands(_values(reading, definition))
    return tuple(dict.fromkeys(gate_words(definition, gate.name) for gate in shut_gates(definition, operands)))


@dataclass(frozen=True, slots=True)
class _Marks:
    worst: Mapping[Place, Finding]
    explanations: Sequence[Explanation]
    queried: Mapping[Place, str]

    def explained(self, place: Place) -> bool:
        return any(_place_of(said.finding) == place for said in self.explanations)

    def of_sheet(self, sheet: Sheet, totals: Sequence[GridCell | None]) -> tuple[Explanation, ...]:
        codes = {line.code for line in sheet.lines}
        anchors = {total.anchor for total in totals if total}
        return tuple(
            said
            for said in self.explanations
            if said.finding.line in codes
            or (not said.finding.line and anchor(said.finding.sheet, said.finding.cell) in anchors)
        )


def _grid(
    sheet: Sheet,
    definition: Definition,
    reading: Reading,
    values: Mapping[Place, Value],
    operands: Mapping[Place, Operand],
    marks: _Marks,
) -> Grid:
    shut = shut_lines(definition, operands)

    def cell(line: Line, column: Column) -> GridCell:
        place = (line.code, column.code)
        read, value = reading.cells.get(place), values.get(place)
        stands = read or reading.computed.get(place)
        return GridCell(
            text=read.raw.strip() if read else "",
            value=value,
            anchor=anchor(stands.sheet, stands.cell) if stands else "",
            is_number=unit_of(line, column) in NUMBER_UNITS,
            computed=column.formula is not None,
            finding=marks.worst.get(place),
            explained=marks.explained(place),
            queried=marks.queried.get(place, ""),
        )

    def grid_line(line: Line) -> GridLine:
        cells = tuple(cell(line, column) for column in sheet.columns)
        return GridLine(line.code, line.label, UNIT_WORDS.get(line.unit or "", ""), cells, line.code in shut)

    totals = _totals(sheet, reading, operands, marks)
    return Grid(
        title=sheet.title,
        purpose=sheet.purpose,
        columns=tuple((column.title, UNIT_WORDS[column.unit] if column.unit else "") for column in sheet.columns),
        codes=tuple(column.code for column in sheet.columns),
        lines=tuple(grid_line(line) for line in sheet.lines),
        left_blank=_left_blank(sheet, definition, shut),
        totals=totals,
        explanations=marks.of_sheet(sheet, totals),
    )


def _left_blank(sheet: Sheet, definition: Definition, shut: Container[str]) -> tuple[str, ...]:
    behind = gates_by_line(definition)
    gates = dict.fromkeys(behind[line.code] for line in sheet.lines if line.code in shut)
    return tuple(gate_words(definition, name) for name in gates)


def _totals(
    sheet: Sheet, reading: Reading, operands: Mapping[Place, Operand], marks: _Marks
) -> tuple[GridCell | None, ...]:
    """The total of each column that has one, None elsewhere; empty for a sheet without totals."""
    if not sheet.totals:
        return ()

    def total(column: Column) -> GridCell:
        held = (operands.get((line.code, column.code)) for line in sheet.lines)
        number = sum((number for number in held if isinstance(number, Decimal)), Decimal(0))
        stands = reading.computed.get((sheet.code, column.code))
        place = (stands.sheet, stands.cell) if stands else ("", "")
        return GridCell(
            text="",
            value=Value("number", number=number),
            anchor=anchor(*place) if stands else "",
            is_number=True,
            computed=True,
            finding=marks.worst.get(place),
            explained=marks.explained(place),
            queried="",
        )

    return tuple(total(column) if column.code in sheet.totals else None for column in sheet.columns)


def _computed(definition: Definition, operands: Mapping[Place, Operand]) -> dict[Place, Value]:
    """What we work out for the cells that nobody types in."""
    computed = {place: operands.get(place) for place in cells_of(definition).computed}
    return {place: Value("number", number=number) for place, number in computed.items() if isinstance(number, Decimal)}


def _values(reading: Reading, definition: Definition) -> dict[Place, Value]:
    values: dict[Place, Value] = {}
    for _, line, column in definition.cells():
        read = reading.cells.get((line.code, column.code))
        answer = interpret(read, line, column, date_1904=reading.date_1904) if read else None
        if isinstance(answer, Interpreted):
            values[line.code, column.code] = answer.value
    return values


def _worst(file: Submission) -> Mapping[Place, Finding]:
    """The worst finding of each place; of several alike the first."""
    findings = list(file.findings.exclude(cell=""))
    findings.sort(key=lambda finding: (_KINDS.index(kind_of(finding)), finding.position), reverse=True)
    return {_place_of(finding): finding for finding in findings}


def _place_of(finding: Finding) -> Place:
    """Line and column; for a total, which is of no line, sheet and cell."""
    return (finding.line, finding.column) if finding.line else (finding.sheet, finding.cell)
