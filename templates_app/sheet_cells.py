"""The cells of one sheet, read as its XML streams by; and what the text in a cell is. Pure."""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Literal, NamedTuple

from templates_app.container import ReadError, damaged
from templates_app.number_formats import ShownAs
from templates_app.xlsx_parts import MAX_DEPTH, NAMESPACES, bounded_text, feed, new_parser, unescaped

Kind = Literal["number", "text", "boolean", "error", "blank"]

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


class Cell(NamedTuple):
    """One cell with a value or a formula. A tuple, because a frozen dataclass takes three times as long to make."""

    row: int
    """As Excel counts it, from 1; so with `column`."""
    column: int
    kind: Kind
    raw: str | None
    """The exact text in the file; None when there is no value."""
    formula: bool
    cached: bool
    """False for a formula whose value the file does not hold."""
    shown: ShownAs
    """What the cell's number format makes of a number. A value that is written as a date is shown as one."""

    @property
    def is_date(self) -> bool:
        """Whether a person sees a date or time."""
        return self.shown == "date"

    @property
    def is_percent(self) -> bool:
        """Whether a person sees a hundred times the number, with a percent sign."""
        return self.shown == "percent"


class SheetContents(NamedTuple):
    """What is taken from the XML of one sheet."""

    cells: dict[tuple[int, int], Cell]
    """By (row, column)."""
    protected: bool
    """Whether cells that are locked cannot be typed over."""


def is_protected(attributes: Mapping[str, str]) -> bool:
    """Whether a `sheetProtection` with these attributes is in force; without the attribute `sheet` it is not."""
    return attributes.get("sheet") in ("1", "true")


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def meaning_of(
    type_name: str, value: str | None, inline: str | None, texts: Mapping[str, str], max_text: int
) -> tuple[Kind, str | None]:
    """The kind and exact text of a cell's value; ("blank", None) when there is none. `inline` is text in the cell
    itself, `texts` are the shared ones by their number as cells write it."""
    if type_name == "s" and value:
        if value not in texts:
            raise damaged("one of its cells points at a text that is not there")
        return "text", texts[value]
    if type_name == "inlineStr":
        return ("blank", None) if inline is None else ("text", unescaped(bounded_text(inline, max_text)))
    if value is None or (value == "" and type_name != "str"):
        return "blank", None
    if type_name in ("str", "d", "e"):
        return "error" if type_name == "e" else "text", unescaped(bounded_text(value, max_text))
    if type_name == "b":
        return "boolean" if value in ("0", "1", "true", "false") else "text", bounded_text(value, max_text)
    if type_name != "n":
        raise damaged("one of its cells is of a kind that Excel does not know")
    number = value.strip(" \t\r\n")
    if _NUMBER.fullmatch(number) and isfinite(float(number)):
        return "number", number
    return ("text", bounded_text(value, max_text)) if number else ("blank", None)


class SheetParser:
    """Reads sheets one after another, counting cells over all of them. One method call per tag, so each does as little as can be."""

    def __init__(
        self, texts: Mapping[str, str], styles: Mapping[str, ShownAs], *, max_cells: int, max_text: int
    ) -> None:
        self.texts = texts
        self.styles = styles
        self.max_text = max_text
        self.max_cells = self.cells_left = max_cells
        self.columns: dict[str, int] = {}

    def read(self, chunks: Iterator[bytes]) -> SheetContents:
        """The cells of one sheet, from its XML, and whether it is protected."""
        self.cells: dict[tuple[int, int], Cell] = {}
        self.protected = False
        self.row = self.column = self.depth = 0
        self.in_row = self.in_cell = self.in_text = self.in_sheet_data = self.phonetic = False
        self.buffer: list[str] = []
        self.skipped = 0
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start_outside
        self.parser.EndElementHandler = self._end_outside
        feed(self.parser, chunks, self._bound_text)
        self.count(len(self.cells))
        return SheetContents(self.cells, self.protected)

    def count(self, cells: int) -> None:
        """Take cells from what the workbook may hold."""
        if cells > self.cells_left:
            raise ReadError("too_many_cells", f"This workbook holds more than {self.max_cells:,} filled cells, far more than a filled template. Copy your figures into the template we sent you, and upload that.")  # fmt: skip
        self.cells_left -= cells

    def _bound_text(self) -> None:
        if self.in_text and sum(map(len, self.buffer)) > self.max_text:
            bounded_text("".join(self.buffer), self.max_text)

    def _start_outside(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            space = name[: -len("worksheet")]
            if space not in NAMESPACES or not name.endswith("worksheet"):
                raise damaged("a part of it is not the sheet that it should be")
            self.c, self.v, self.f, self.row_name = space + "c", space + "v", space + "f", space + "row"
            self.is_name, self.t, self.run, self.aid = space + "is", space + "t", space + "r", space + "rPh"
            self.sheet_data, self.protection = space + "sheetData", space + "sheetProtection"
        elif self.depth == 2 and name == self.sheet_data:
            if self.in_sheet_data:
                raise damaged("one of its sheets stands in it twice")
            self.in_sheet_data = True
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
            self.parser.CharacterDataHandler = self.buffer.append
        elif self.depth == 2 and name == self.protection:
            self.protected = self.protected or is_protected(attributes)
        elif self.depth > MAX_DEPTH:
            raise damaged("its contents are nested without end")

    def _end_outside(self, name: str) -> None:
        self.depth -= 1

    def _start_skipped(self, name: str, attributes: dict[str, str]) -> None:
        self.skipped += 1
        if self.skipped > MAX_DEPTH:
            raise damaged("its contents are nested without end")

    def _end_skipped(self, name: str) -> None:
        self.skipped -= 1
        if not self.skipped:
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
            self.parser.CharacterDataHandler = self.buffer.append

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.buffer.clear()
        if name == self.c:
            if self.in_cell or not self.in_row:
                raise damaged("its cells do not stand in rows")
            self.in_cell = True
            self.attributes = attributes
            self.formula = False
            self.value: str | None = None
            self.inline: str | None = None
        elif not self.in_cell:
            if name == self.row_name and not self.in_row:
                self._start_row(attributes.get("r"))
            else:
                self._skip()
        elif self.in_text:
            raise damaged("its cells do not stand in rows")
        elif name == self.v or name == self.t:
            self.in_text = True
        elif name == self.f:
            self.formula = self.in_text = True
        elif name == self.aid:
            self.phonetic = True
        elif name != self.is_name and name != self.run:
            self._skip()

    def _skip(self) -> None:
        """Leave out an element that is not of the sheet's own grammar, with all it holds."""
        self.skipped = 1
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start_skipped, self._end_skipped
        self.parser.CharacterDataHandler = None

    def _end(self, name: str) -> None:
        if name == self.v:
            if self.value is not None:
                raise damaged("one of its cells holds two values")
            self.value = "".join(self.buffer)
            self.in_text = False
        elif name == self.c:
            self._end_cell()
        elif name == self.f:
            self.in_text = False
        elif name == self.row_name:
            self.in_row = False
            if len(self.cells) > self.cells_left:
                self.count(len(self.cells))
        elif name == self.t:
            self.in_text = False
            if not self.phonetic:
                self.inline = (self.inline or "") + "".join(self.buffer)
        elif name == self.aid:
            self.phonetic = False
        elif name == self.sheet_data:
            self.depth -= 1
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._start_outside, self._end_outside
            self.parser.CharacterDataHandler = None

    def _start_row(self, given: str | None) -> None:
        self.in_row = True
        self.row_given = given is not None
        if given is None:
            self.row += 1
        elif _ROW.fullmatch(given):
            self.row = int(given)
        else:
            raise damaged("one of its rows has no number that Excel knows")
        if self.row > MAX_ROWS:
            raise damaged("one of its rows has no number that Excel knows")
        self.row_text = str(self.row)
        self.column = 0

    def _end_cell(self) -> None:
        self.in_cell = False
        attributes = self.attributes
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
            if self.column > MAX_COLUMNS:
                raise damaged("one of its cells has no place that Excel knows")
        else:
            column = self.columns.get(reference[: -len(self.row_text)])
            if column is None or not reference.endswith(self.row_text):
                column = self._place(reference)
            self.column = column
        value, formula = self.value, self.formula
        if value is None and self.inline is None and not formula:
            return
        type_name = attributes.get("t", "n")
        shown = self.styles.get(attributes.get("s", "0"), "")
        if type_name == "n" and value is not None and PLAIN_NUMBER.fullmatch(value):
            kind: Kind = "number"
            raw: str | None = value
        else:
            kind, raw = meaning_of(type_name, value, self.inline, self.texts, self.max_text)
        if not formula and raw is None:
            return
        key = (self.row, self.column)
        if key in self.cells:
            raise damaged("two of its cells stand in the same place")
        if type_name == "d":
            shown = "date"
        self.cells[key] = Cell(self.row, self.column, kind, raw, formula, not formula or raw is not None, shown)

    def _place(self, reference: str) -> int:
        """The column of a cell reference not met before. Its row must be that of the row it stands in, if that says one."""
        match = _REFERENCE.fullmatch(reference)
        if not match:
            raise damaged("one of its cells has no place that Excel knows")
        column = column_number(match.group(1))
        row = int(match.group(2))
        if column > MAX_COLUMNS or row > MAX_ROWS or (self.row_given and row != self.row):
            raise damaged("one of its cells has no place that Excel knows")
        self.row, self.row_text = row, match.group(2)
        self.columns[match.group(1)] = column
        return column
