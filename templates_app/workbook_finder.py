"""Where the cells of a template stand in a workbook that came back. Pure.

A cell is found by its defined name, which moves with it when rows are inserted or sheets renamed; failing that by its line's
code and its column's title; failing that, where no code is left, by where we put it. A row that carries another line's code is
a conflict, not a guess.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Literal

from templates_app.layout import CHECKS_SHEET, COVER_SHEET, IDENTITY_SHEET, PROBLEMS_SHEET, TOTAL, Cell, layout_of
from templates_app.number_text import tidy
from templates_app.schema import Definition
from templates_app.schema import Sheet as TemplateSheet
from templates_app.sheet_cells import MAX_COLUMNS, MAX_ROWS, column_number
from templates_app.sheet_reader import Sheet, Workbook

Spot = tuple[int, int, int]
"""Index of a sheet, row and column, counted as Excel does (the sheet from 0)."""

REFERENCE = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})$")
CODE_COLUMNS = 6
"""Line codes are looked for in the first columns only: a few may have been inserted before ours."""

_LONGEST_TITLE = 60
_NOTHING_TO_FILL = frozenset(title.casefold() for title in (PROBLEMS_SHEET, COVER_SHEET, CHECKS_SHEET))
_TOTAL = TOTAL.upper()

FoundBy = Literal["name", "label", "position"]


def unread(defined_names: Mapping[str, str]) -> frozenset[str]:
    """Sheets of ours that hold nothing a person fills: most of a workbook's cells. One with a cell to fill was renamed so."""
    filled = {where.rpartition("!")[0] for name, where in defined_names.items() if name.startswith(("in_", "portal_"))}
    return _NOTHING_TO_FILL - {folded(sheet.strip("'").replace("''", "'")) for sheet in filled}


class Finder:
    """Looks for cells in one workbook. What a person sees on a row, its code, and above a column, its title, is the label."""

    def __init__(self, workbook: Workbook, definition: Definition) -> None:
        self.workbook, self.definition = workbook, definition
        self.layout = layout_of(definition)
        self.sheets = {folded(sheet.name): index for index, sheet in enumerate(workbook.sheets)}
        self.codes: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.code_of_row: dict[tuple[int, int], str] = {}
        self.total_rows: dict[int, list[int]] = defaultdict(list)
        """By index of a sheet: the rows that call themselves a total."""
        self.columns: dict[tuple[int, str], dict[str, int]] = {}
        """By index of a sheet and code of the sheet it may be: column numbers by column code."""
        self.sheet_of_line = {line.code: sheet for sheet in definition.sheets for line in sheet.lines}
        self.named: dict[str, Spot | None] = {}
        not_of_lines = unread(workbook.defined_names) | {folded(IDENTITY_SHEET)}
        for index, sheet in enumerate(workbook.sheets):
            if folded(sheet.name) not in not_of_lines:
                self._index(index, sheet, self.sheet_of_line.keys())
        self.anchored = {cell.line for cell in self.layout.cells.values() if self._is_anchored(cell)}

    def _index(self, index: int, sheet: Sheet, known: Collection[str]) -> None:
        texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
        first_code_row = MAX_ROWS + 1
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind != "text" or cell.raw is None:
                continue
            if len(cell.raw) > _LONGEST_TITLE:
                continue
            code = tidy(cell.raw).upper() if column <= CODE_COLUMNS else ""
            if code in known and (index, row) not in self.code_of_row:
                self.codes[code].append((index, row))
                self.code_of_row[index, row] = code
                first_code_row = min(first_code_row, row)
            elif code == _TOTAL:
                self.total_rows[index].append(row)
            elif row < first_code_row:
                texts[row].append((column, folded(tidy(cell.raw))))
        for template_sheet in self.definition.sheets:
            found = [_titled(template_sheet, texts[row]) for row in texts if row < first_code_row]
            self.columns[index, template_sheet.code] = max(found, key=len, default={})

    def _is_anchored(self, cell: Cell) -> bool:
        """Whether a cell's name still stands in the row of its own line."""
        spot = self._by_name(cell)
        return spot is not None and self.code_of_row.get(spot[:2]) == cell.line

    def find(self, wanted: Cell) -> tuple[Spot, FoundBy] | None:
        """Where a cell of a line stands, and how it was found; None when nobody can say.

        A name that was dragged away from its line with the cell's contents gives way to the label, if the line's other names
        are where they should be: what a person sees is what they filled in.
        """
        named = self._by_name(wanted)
        labelled = self._by_label(wanted, named)
        if named is not None and (labelled is None or labelled == named or wanted.line not in self.anchored):
            return named, "name"
        if labelled is not None:
            return labelled, "label"
        return self._by_position(wanted)

    def total(self, wanted: Cell) -> Spot | None:
        """Where the total of a column stands: in the first row beneath its lines that calls itself so; None where there is none."""
        sheet = self.layout.sheets[wanted.line].sheet
        last = self.find(self.layout.cells[sheet.lines[-1].code, wanted.column])
        if last is None:
            return None
        (index, last_row, column), _ = last
        row = next((row for row in self.total_rows[index] if row > last_row), None)
        return None if row is None else (index, row, column)

    def other(self, wanted: Cell, spot: Spot, found_by: FoundBy) -> str:
        """What stands by a spot in place of the line's own code or the column's own title; empty when nothing speaks against it."""
        code = self.code_of_row.get(spot[:2])
        if code is not None:
            return self._other_title(wanted, spot) if code == wanted.line else f"the line code {code}"
        elsewhere = found_by == "name" and any(sheet == spot[0] for sheet, _ in self.codes.get(wanted.line, []))
        return "no line code" if elsewhere else ""

    def _other_title(self, wanted: Cell, spot: Spot) -> str:
        sheet = self.sheet_of_line[wanted.line]
        numbers = self.columns[spot[0], sheet.code]
        other = (
            column.title
            for column in sheet.columns
            if column.code != wanted.column and numbers.get(column.code) == spot[2]
        )
        return next((f"the column {title}" for title in other), "")

    def _by_name(self, wanted: Cell) -> Spot | None:
        if wanted.name not in self.named:
            self.named[wanted.name] = self._spot_named(wanted)
        return self.named[wanted.name]

    def _spot_named(self, wanted: Cell) -> Spot | None:
        match = REFERENCE.match(self.workbook.defined_names.get(wanted.name, ""))
        if match is None:
            return None
        index = self.sheets.get(folded(sheet_of(match)))
        return None if index is None else (index, int(match[4]), column_number(match[3]))

    def _by_label(self, wanted: Cell, named: Spot | None) -> Spot | None:
        rows = self.codes.get(wanted.line, [])
        if len(rows) > 1:  # a sheet was copied: the one that the name or the title speaks for
            sheet = named[0] if named else self.sheets.get(folded(wanted.sheet))
            rows = [spot for spot in rows if spot[0] == sheet]
        if len(rows) != 1:
            return None
        index, row = rows[0]
        column = self.columns[index, self.sheet_of_line[wanted.line].code].get(wanted.column)
        return None if column is None else (index, row, column)

    def _by_position(self, wanted: Cell) -> tuple[Spot, FoundBy] | None:
        """Only where nothing is left to say otherwise: with any code on the sheet, one without its own was deleted."""
        index = self.sheets.get(folded(wanted.sheet))
        if (
            index is None
            or wanted.name in self.workbook.defined_names
            or any(sheet == index for sheet, _ in self.code_of_row)
        ):
            return None
        columns = self.columns.get((index, self.sheet_of_line[wanted.line].code), {})
        if columns and columns.get(wanted.column) != wanted.column_number:
            return None
        return (index, wanted.row, wanted.column_number), "position"


def _titled(sheet: TemplateSheet, texts: list[tuple[int, str]]) -> dict[str, int]:
    """The column under each title in one row of texts. Last year's columns repeat the titles to the right of all of ours, so a
    title that stands but once, and to the right of a later one, is not ours."""
    first = dict(reversed([(text, column) for column, text in sorted(texts)]))
    count = Counter(text for _, text in texts)
    columns: dict[str, int] = {}
    limit = MAX_COLUMNS + 1
    for column in reversed(sheet.columns):
        title = folded(column.title)
        number = first.get(title)
        if number is not None and (number < limit or count[title] > 1):
            columns[column.code] = number
            limit = min(limit, number)
    return columns


def sheet_of(reference: re.Match[str]) -> str:
    """The name of the sheet in a match of REFERENCE."""
    return str(reference[1] or reference[2]).replace("''", "'")


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """A title as it is compared: without regard to capitals and spaces."""
    return " ".join(text.split()).casefold()
