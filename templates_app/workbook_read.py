"""From the cells of a workbook to a flat reading of a template. Pure; finds and never judges.

A cell is found by its defined name, which moves with it when rows are inserted or sheets renamed; failing that by its line's
code and its column's title; failing that, where no code is left, by where we put it. A row that carries another line's code is
a conflict, not a guess.
"""

import re
from collections import Counter, defaultdict
from typing import Literal

from templates_app import registry
from templates_app.layout import (
    CHECKS_SHEET,
    COVER_SHEET,
    IDENTITY_ROWS,
    IDENTITY_SHEET,
    PROBLEMS_SHEET,
    Cell,
    layout_of,
    letters,
)
from templates_app.number_text import tidy
from templates_app.reading import CellKind, Place, ReadCell, Reading
from templates_app.schema import Definition
from templates_app.schema import Sheet as TemplateSheet
from templates_app.sheet_cells import MAX_COLUMNS, MAX_ROWS, column_number
from templates_app.sheet_reader import Sheet, Workbook

Spot = tuple[int, int, int]
"""Index of a sheet, row and column, counted as Excel does (the sheet from 0)."""

_REFERENCE = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})$")
_CODE_COLUMNS = 6
"""Line codes are looked for in the first columns only: a few may have been inserted before ours."""

_LONGEST_TITLE = 60
UNREAD = frozenset(title.casefold() for title in (PROBLEMS_SHEET, COVER_SHEET, CHECKS_SHEET))
"""Sheets of ours that hold nothing a person fills: most of a workbook's cells, left unread."""

_NOT_OF_LINES = UNREAD | {IDENTITY_SHEET.casefold()}


class NotOurs(Exception):
    """The workbook is sound, but not one that can be read as the expected template."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def identify(workbook: Workbook, *, expected_template: str | None = None) -> Definition:
    """The definition that a workbook was made from. Raises NotOurs when it does not say, or says another than expected."""
    template, version = _identity(workbook, "portal_template"), _identity(workbook, "portal_version")
    known = {definition.template: definition.title for definition in registry.definitions().values()}
    if template not in known:
        raise NotOurs(
            "not_our_template",
            "This is an Excel workbook, but not one that this portal made. Download the workbook from your return's page, "
            "copy your figures into it, and upload that.",
        )
    if expected_template is not None and template != expected_template:
        raise NotOurs(
            "wrong_template",
            f"This is the {known[template].lower()} workbook. This return needs the {known[expected_template].lower()} workbook. "
            "Upload this file to the other return, or download the right workbook from this return's page.",
        )
    try:
        return registry.get(template, version)
    except registry.UnknownTemplate:
        newest = registry.get(template).version
        raise NotOurs(
            "unknown_version",
            f"This workbook is version {version or 'unknown'} of the template; the version in use is {newest}. Download the "
            "workbook again from your return's page and copy your figures into it.",
        ) from None


def read(workbook: Workbook, definition: Definition) -> Reading:
    """Find every input cell of the definition."""
    finder = _Finder(workbook, definition)
    cells: dict[Place, ReadCell] = {}
    not_found: list[Place] = []
    conflicts: dict[Place, str] = {}
    for wanted in layout_of(definition).cells.values():
        if not wanted.name.startswith("in_"):
            continue
        found = finder.find(wanted)
        if found is None:
            not_found.append(wanted.place)
            continue
        spot, found_by = found
        other = finder.other(wanted, spot, found_by)
        if other:
            conflicts[wanted.place] = other
        cells[wanted.place] = _cell(workbook, wanted, spot, found_by)
    return Reading(
        template=definition.template,
        version=definition.version,
        trust=_identity(workbook, "portal_trust").upper(),
        cells=cells,
        not_found=tuple(not_found),
        conflicts=conflicts,
        date_1904=workbook.date_1904,
    )


FoundBy = Literal["name", "label", "position"]


class _Finder:
    """Looks for cells in one workbook. What a person sees on a row, its code, and above a column, its title, is the label."""

    def __init__(self, workbook: Workbook, definition: Definition) -> None:
        self.workbook, self.definition = workbook, definition
        self.layout = layout_of(definition)
        self.sheets = {_folded(sheet.name): index for index, sheet in enumerate(workbook.sheets)}
        self.codes: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.code_of_row: dict[tuple[int, int], str] = {}
        self.columns: dict[tuple[int, str], dict[str, int]] = {}
        """By index of a sheet and code of the sheet it may be: column numbers by column code."""
        known = {line.code for sheet in definition.sheets for line in sheet.lines}
        for index, sheet in enumerate(workbook.sheets):
            if _folded(sheet.name) not in _NOT_OF_LINES:
                self._index(index, sheet, known)
        self.anchored = {cell.line for cell in self.layout.cells.values() if self._is_anchored(cell)}

    def _index(self, index: int, sheet: Sheet, known: set[str]) -> None:
        texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
        first_code_row = MAX_ROWS + 1
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind != "text" or cell.raw is None:
                continue
            if len(cell.raw) > _LONGEST_TITLE:
                continue
            code = tidy(cell.raw).upper() if column <= _CODE_COLUMNS else ""
            if code in known and (index, row) not in self.code_of_row:
                self.codes[code].append((index, row))
                self.code_of_row[index, row] = code
                first_code_row = min(first_code_row, row)
            elif row < first_code_row:
                texts[row].append((column, _folded(tidy(cell.raw))))
        for template_sheet in self.definition.sheets:
            found = [_titled(template_sheet, texts[row]) for row in texts if row < first_code_row]
            self.columns[index, template_sheet.code] = max(found, key=len, default={})

    def _is_anchored(self, cell: Cell) -> bool:
        """Whether a cell's name still stands in the row of its own line."""
        spot = self._by_name(cell)
        return spot is not None and self.code_of_row.get(spot[:2]) == cell.line

    def find(self, wanted: Cell) -> tuple[Spot, FoundBy] | None:
        """Where an input cell stands, and how it was found; None when nobody can say.

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

    def other(self, wanted: Cell, spot: Spot, found_by: FoundBy) -> str:
        """What stands by a spot in place of the line's own code or the column's own title; empty when nothing speaks against it."""
        code = self.code_of_row.get(spot[:2])
        if code is not None:
            return self._other_title(wanted, spot) if code == wanted.line else f"the line code {code}"
        elsewhere = found_by == "name" and any(sheet == spot[0] for sheet, _ in self.codes.get(wanted.line, []))
        return "no line code" if elsewhere else ""

    def _other_title(self, wanted: Cell, spot: Spot) -> str:
        sheet = self.definition.sheet_of(wanted.line)
        numbers = self.columns[spot[0], sheet.code]
        other = (
            column.title
            for column in sheet.columns
            if column.code != wanted.column and numbers.get(column.code) == spot[2]
        )
        return next((f"the column {title}" for title in other), "")

    def _by_name(self, wanted: Cell) -> Spot | None:
        match = _REFERENCE.match(self.workbook.defined_names.get(wanted.name, ""))
        if match is None:
            return None
        index = self.sheets.get(_folded((match[1] or match[2]).replace("''", "'")))
        return None if index is None else (index, int(match[4]), column_number(match[3]))

    def _by_label(self, wanted: Cell, named: Spot | None) -> Spot | None:
        rows = self.codes.get(wanted.line, [])
        if len(rows) > 1:  # a sheet was copied: the one that the name or the title speaks for
            sheet = named[0] if named else self.sheets.get(_folded(wanted.sheet))
            rows = [spot for spot in rows if spot[0] == sheet]
        if len(rows) != 1:
            return None
        index, row = rows[0]
        column = self.columns[index, self.definition.sheet_of(wanted.line).code].get(wanted.column)
        return None if column is None else (index, row, column)

    def _by_position(self, wanted: Cell) -> tuple[Spot, FoundBy] | None:
        """Only where nothing is left to say otherwise: with any code on the sheet, one without its own was deleted."""
        index = self.sheets.get(_folded(wanted.sheet))
        if (
            index is None
            or wanted.name in self.workbook.defined_names
            or any(sheet == index for sheet, _ in self.code_of_row)
        ):
            return None
        columns = self.columns.get((index, self.definition.sheet_of(wanted.line).code), {})
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
        title = _folded(column.title)
        number = first.get(title)
        if number is not None and (number < limit or count[title] > 1):
            columns[column.code] = number
            limit = min(limit, number)
    return columns


def _cell(workbook: Workbook, wanted: Cell, spot: Spot, found_by: FoundBy) -> ReadCell:
    index, row, column = spot
    sheet = workbook.sheets[index]
    cell = sheet.cells.get((row, column))
    address = f"{letters(column)}{row}"
    kind: CellKind = "blank" if cell is None else cell.kind
    return ReadCell(
        line=wanted.line,
        column=wanted.column,
        sheet=sheet.name,
        cell=address,
        label=wanted.label,
        kind=kind,
        raw="" if cell is None else (cell.raw or ""),
        formula=cell is not None and cell.formula,
        cached=cell is None or cell.cached,
        is_date=cell is not None and cell.is_date,
        found_by=found_by,
        moved=(sheet.name, address) != (wanted.sheet, wanted.address),
    )


def _identity(workbook: Workbook, name: str) -> str:
    """A text of the hidden sheet, by its defined name, where we put it, or beside its label on a sheet that was renamed; empty
    when it is gone."""
    match = _REFERENCE.match(workbook.defined_names.get(name, ""))
    sheet_name = (match[1] or match[2]) if match else IDENTITY_SHEET
    row, column = (int(match[4]), column_number(match[3])) if match else (IDENTITY_ROWS[name], 2)
    for sheet in workbook.sheets:
        if _folded(sheet.name) == _folded(sheet_name):
            cell = sheet.cells.get((row, column))
            return (cell.raw or "").strip() if cell is not None else ""
    row = IDENTITY_ROWS[name]
    labelled = (sheet.cells for sheet in workbook.sheets if (label := sheet.cells.get((row, 1))) and label.raw == name)
    value = next((cells.get((row, 2)) for cells in labelled), None)
    return (value.raw or "").strip() if value else ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
