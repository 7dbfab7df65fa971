"""Where every cell of a template's workbook stands: the one answer for the writer, the reader and the pages. Pure.

Every sheet of lines has the same shape: code and label, then the definition's columns in order (on a sheet where each line has
a unit of its own, that unit beside the value), last year's values, and what to include. Positions never depend on the trust.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from templates_app.kept import kept
from templates_app.reading import Place
from templates_app.schema import Column, Definition, Line, Sheet

COVER_SHEET = "Cover"
CHECKS_SHEET = "Checks"
PROBLEMS_SHEET = "Problems"
"""The first sheet of a marked-up copy; a workbook that a trust downloads to fill has none."""

IDENTITY_SHEET = "_portal"
"""Hidden so well that only a macro shows it; says which template, version and trust the workbook is for."""

IDENTITY_ROWS: Mapping[str, int] = {"portal_template": 1, "portal_version": 2, "portal_trust": 3, "portal_checksum": 4}
"""Defined name of each identity cell, and its row on the hidden sheet; the value stands in column B."""

HEADER_ROW = 5
"""The row of column titles on every sheet of lines, counted from 1."""

CODE_COLUMN, LABEL_COLUMN = 1, 2

TOTAL = "Total"
"""What the row beneath the lines is called, where a sheet has totals."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a template: an input, or a place computed by us. Rows and columns count from 1."""

    line: str
    column: str
    sheet: str
    """The sheet's title, as on its tab."""
    row: int
    column_number: int
    address: str
    """Such as `D9`."""
    absolute: str
    """Such as `Costs!$D$9`, as formulas and defined names write it."""
    label: str
    """Line and column in words, such as "Accounts payable, pay"."""
    name: str
    """Its defined name, such as `in_FIN3_pay` (typed) or `out_FIN3_net` (computed)."""

    @property
    def place(self) -> Place:
        """Line and column, the key of values."""
        return self.line, self.column


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Rows and columns of one sheet of lines, counted from 1."""

    sheet: Sheet
    units_row: int | None
    """The row of units beneath the titles; None where each line says its unit beside its value."""
    first_row: int
    last_row: int
    total_row: int | None
    columns: Mapping[str, int]
    """Column number by column code."""
    unit_columns: Mapping[str, int]
    """Where the lines' own units stand, by the code of the column they belong to."""
    last_year_columns: Mapping[str, int]
    notes_column: int

    def row_of(self, line_code: str) -> int:
        """The row of a line; KeyError when it is not on this sheet."""
        for number, line in enumerate(self.sheet.lines, self.first_row):
            if line.code == line_code:
                return number
        raise KeyError(line_code)


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole workbook."""

    sheets: Mapping[str, SheetLayout]
    """By sheet code, in the order of the tabs."""
    cells: Mapping[Place, Cell]
    """Inputs and computed places."""
    by_name: Mapping[str, Cell]
    """By defined name."""
    by_address: Mapping[tuple[str, str], Cell]
    """By sheet title and address, such as ("Costs", "D9")."""
    computed: tuple[Cell, ...]
    """The places of lines that are worked out, such as net cost."""
    totals: Mapping[Place, Cell]
    """The totals beneath the lines, by sheet code and column code, as expressions name a sheet's column: ("costs", "pay"). They
    have no defined name."""


@kept
def layout_of(definition: Definition) -> Layout:
    """Lay a definition out; the same definition always lies the same way."""
    sheets = {sheet.code: _sheet_layout(sheet) for sheet in definition.sheets}
    cells = [
        _cell(layout, line, column, row)
        for layout in sheets.values()
        for row, line in enumerate(layout.sheet.lines, layout.first_row)
        for column in layout.sheet.columns
    ]
    return Layout(
        sheets=sheets,
        cells={cell.place: cell for cell in cells},
        by_name={cell.name: cell for cell in cells},
        by_address={(cell.sheet, cell.address): cell for cell in cells},
        computed=tuple(cell for cell in cells if cell.name.startswith("out_")),
        totals={cell.place: cell for layout in sheets.values() for cell in _totals(layout)},
    )


def letters(column_number: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column_number:
        column_number, rest = divmod(column_number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def on_sheet(sheet_title: str, first: str, last: str = "") -> str:
    """An absolute reference to a cell, or to a range of cells, of a sheet: `Costs!$D$9`, `'Cost lines'!$D$7:$D$26`."""
    quoted = sheet_title if re.fullmatch(r"[A-Za-z_]+", sheet_title) else "'" + sheet_title.replace("'", "''") + "'"
    corners = [re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", corner) for corner in (first, last) if corner]
    return f"{quoted}!{':'.join(corners)}"


def label_of(sheet: Sheet, line: Line, column: Column) -> str:
    """One cell in words: "Accounts payable, pay"; the line alone where it has one value."""
    return line.label if column.code == "value" else f"{line.label}, {_in_a_sentence(column.title)}"


def _sheet_layout(sheet: Sheet) -> SheetLayout:
    number = LABEL_COLUMN + 1
    columns: dict[str, int] = {}
    unit_columns: dict[str, int] = {}
    last_year_columns: dict[str, int] = {}
    for column in sheet.columns:
        columns[column.code] = number
        number += 1
        if column.unit is None:
            unit_columns[column.code] = number
            number += 1
    for column in sheet.columns:
        if column.counted and column.formula is None:
            last_year_columns[column.code] = number
            number += 1
    units_row = None if unit_columns else HEADER_ROW + 1
    first_row = (units_row or HEADER_ROW) + 1
    last_row = first_row + len(sheet.lines) - 1
    return SheetLayout(
        sheet=sheet,
        units_row=units_row,
        first_row=first_row,
        last_row=last_row,
        total_row=last_row + 1 if sheet.totals else None,
        columns=columns,
        unit_columns=unit_columns,
        last_year_columns=last_year_columns,
        notes_column=number,
    )


def _cell(layout: SheetLayout, line: Line, column: Column, row: int) -> Cell:
    sheet, number = layout.sheet, layout.columns[column.code]
    address = f"{letters(number)}{row}"
    return Cell(
        line=line.code,
        column=column.code,
        sheet=sheet.title,
        row=row,
        column_number=number,
        address=address,
        absolute=on_sheet(sheet.title, address),
        label=label_of(sheet, line, column),
        name=f"{'in' if column.formula is None else 'out'}_{line.code}_{column.code}",
    )


def _totals(layout: SheetLayout) -> Iterator[Cell]:
    for code in layout.sheet.totals if layout.total_row else ():
        sheet, number = layout.sheet, layout.columns[code]
        address = f"{letters(number)}{layout.total_row}"
        yield Cell(
            line=sheet.code,
            column=code,
            sheet=sheet.title,
            row=layout.total_row or 0,
            column_number=number,
            address=address,
            absolute=on_sheet(sheet.title, address),
            label=f"{TOTAL}, {_in_a_sentence(sheet.column(code).title)}",
            name="",
        )


def _in_a_sentence(title: str) -> str:
    """A column's title inside a sentence: "Non-pay" becomes "non-pay", while "WTE" stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
