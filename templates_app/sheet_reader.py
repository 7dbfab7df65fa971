"""The figures of a workbook as they stand in the file: exact text, true place, formula or not, shown as a date or percentage or not. Pure.

A streaming reader for files from outside. It believes nothing a file says about itself (dimensions, counts), follows nothing out
of the file, and bounds what it keeps, so its cost is set by the limits and not by the sender. Number texts stay text until
`number_text.exact_decimal`, so no figure passes through a binary float.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from templates_app.container import Container, Part, ReadError, damaged
from templates_app.number_formats import read_styles
from templates_app.plain_sheet import MAX_PLAIN_BYTES, plain_cells, plain_texts
from templates_app.sheet_cells import Cell, Kind, SheetContents, SheetParser
from templates_app.xlsx_parts import (
    Relationship,
    SheetEntry,
    bounded_text,
    part_of,
    read_outline,
    read_shared_texts,
    relationships,
    unescaped,
)

__all__ = ["Cell", "Kind", "Limits", "ReadError", "Sheet", "Workbook", "read_workbook"]

State = Literal["visible", "hidden", "veryHidden"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a workbook may hold, besides Excel's own 1,048,576 rows and 16,384 columns of a sheet. Cells are counted over
    all sheets, and only those with a value or formula."""

    cells: int = 200_000
    text_length: int = 32_767
    shared_texts: int = 200_000
    styles: int = 100_000
    sheets: int = 200
    defined_names: int = 10_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: cells by (row, column)."""

    name: str
    state: State
    cells: Mapping[tuple[int, int], Cell]
    protected: bool
    """Whether its locked cells cannot be typed over. Not looked at, and False, in a sheet whose cells were not asked for."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole workbook, worksheets in the order of their tabs. Chart sheets are left out."""

    sheets: tuple[Sheet, ...]
    defined_names: Mapping[str, str]
    """What each name stands for, such as "Costs!$D$9"."""
    date_1904: bool


Unread = Callable[[Mapping[str, str]], frozenset[str]]
"""From the defined names of a workbook to the names (case-folded) of sheets that nobody will ask for."""


def _read_all(defined_names: Mapping[str, str]) -> frozenset[str]:
    return frozenset()


def read_workbook(data: bytes, limits: Limits = Limits(), unread: Unread = _read_all) -> Workbook:
    """Read every cell of every worksheet. Raises ReadError, with words for the sender, and nothing else.

    Sheets that `unread` names are listed without their cells: what nobody will ask for need not be parsed.
    """
    container = Container(data)
    book = part_of(container, relationships(container, ""), "officeDocument") or container.parts.get("xl/workbook.xml")
    if book is None:
        raise ReadError(
            "not_a_workbook",
            "This file is not an Excel workbook. Upload the template we sent you, saved as an .xlsx file.",
        )
    relations = relationships(container, book.name)
    outline = read_outline(container.chunks(book), max_sheets=limits.sheets, max_names=limits.defined_names)
    texts = part_of(container, relations, "sharedStrings")
    styles = part_of(container, relations, "styles")
    left_out = unread(outline.names)
    reader = SheetParser(
        {str(number): text for number, text in enumerate(_shared_texts(container, texts, limits) if texts else [])},
        read_styles(container.chunks(styles), max_styles=limits.styles) if styles else {},
        max_cells=limits.cells,
        max_text=limits.text_length,
    )
    sheets = []
    for entry in outline.sheets:
        part = _sheet_part(container, relations, entry)
        if part is not None:
            skipped = entry.name.casefold() in left_out
            contents = SheetContents({}, protected=False) if skipped else _contents(container, part, reader)
            sheets.append(Sheet(entry.name, entry.state, contents.cells, contents.protected))
    if not sheets:
        raise ReadError("not_a_workbook", "This workbook has no sheet with cells. Upload the template we sent you.")
    return Workbook(tuple(sheets), outline.names, outline.date_1904)


def _shared_texts(container: Container, part: Part, limits: Limits) -> list[str]:
    if part.size <= MAX_PLAIN_BYTES:
        plain = plain_texts(b"".join(container.chunks(part)))
        if plain is not None and len(plain) <= limits.shared_texts:
            return [unescaped(bounded_text(text, limits.text_length)) for text in plain]
    return read_shared_texts(container.chunks(part), max_texts=limits.shared_texts, max_length=limits.text_length)


def _contents(container: Container, part: Part, reader: SheetParser) -> SheetContents:
    """The quick way where the sheet is written plainly, otherwise the general one; with the same outcome."""
    if part.size <= MAX_PLAIN_BYTES:
        xml = b"".join(container.chunks(part))
        plain = plain_cells(xml, reader.texts, reader.styles, max_text=reader.max_text)
        if plain is not None:
            reader.count(len(plain.cells))
            return plain
    return reader.read(container.chunks(part))


def _sheet_part(container: Container, relations: Mapping[str, Relationship], entry: SheetEntry) -> Part | None:
    """The part of a worksheet; None for a chart sheet or another kind without cells of its own."""
    relation = relations.get(entry.relation)
    if relation is None:
        raise damaged(f"the sheet {entry.name[:60]} is missing from it")
    if relation.kind != "worksheet":
        return None
    part = container.parts.get(relation.part)
    if part is None:
        raise damaged(f"the sheet {entry.name[:60]} is missing from it")
    return part
