"""Prepares, once for each template version and type of trust, the workbook that is then made out to one trust. Pure.

Writing a workbook from nothing takes a tenth of a second; making a prepared one out to a trust takes a few milliseconds. A
prepared workbook is the parts of its zip file, each sheet cut at the cells that may be filled.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

from xlsxwriter import Workbook

from templates_app.kept import kept
from templates_app.layout import CHECKS_SHEET, COVER_SHEET, IDENTITY_SHEET, PROBLEMS_SHEET, layout_of
from templates_app.marking import MarkUp
from templates_app.operands import cells_of
from templates_app.schema import Definition, TrustType
from templates_app.workbook_checks_sheet import write_checks
from templates_app.workbook_cover import write_cover, write_identity
from templates_app.workbook_parts import Parts, token
from templates_app.workbook_problems import write_notes, write_problems
from templates_app.workbook_sheets import write_sheet
from templates_app.workbook_styles import Styles

MOST_PREPARED = 64
"""Prepared workbooks remembered for one definition, about 1 MB each."""

_MADE = datetime(2016, 4, 1)  # noqa: DTZ001  (xlsx knows no time zones)
"""The moment that every workbook says it was made, so that equal input gives equal bytes."""

_FILLABLE = re.compile(
    r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"(?:/>|(?: t="str")?>(<f>[^<]*</f>)<v>[^<]*</v></c>)'  # a blank, or a formula
    rf"|{token('([a-z]+)')}"  # or where one of the trust's own words will stand
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What prepared workbooks of one definition differ by."""

    trust_type: TrustType
    year: str
    has_last_year: bool
    facts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a prepared sheet that may be filled. `formula` is the formula's element, or empty."""

    address: str
    style: str
    formula: str
    as_it_is: str


@dataclass(frozen=True, slots=True)
class Word:
    """Where one of the trust's own words will stand."""

    name: str


Piece = str | Slot | Word


@dataclass(frozen=True, slots=True)
class Base:
    """A prepared workbook: the parts of its zip in order, each cut into text and what is to be filled."""

    parts: tuple[tuple[str, tuple[Piece, ...]], ...]
    sheet_of_part: dict[str, str]
    """The sheet's title by the name of its part."""
    live: tuple[str, ...]
    """Where on the cover its live sentences stand."""


def base_of(definition: Definition, shape: Shape) -> Base:
    """The prepared workbook of a shape."""
    prepared = _prepared(definition)
    base = prepared.get(shape)
    if base is None:
        while len(prepared) >= MOST_PREPARED:
            prepared.pop(next(iter(prepared)), None)
        base = prepared[shape] = _prepare(definition, shape)
    return base


def marked_base(definition: Definition, shape: Shape, mark_up: MarkUp) -> Base:
    """A workbook prepared for one marked-up copy, which no other is like."""
    return _prepare(definition, shape, mark_up)


@kept
def _prepared(definition: Definition) -> dict[Shape, Base]:  # the definition is the key under which `kept` remembers
    return {}


def _prepare(definition: Definition, shape: Shape, mark_up: MarkUp | None = None) -> Base:
    stream = BytesIO()
    workbook = Workbook(
        stream, {"in_memory": True, "default_format_properties": {"font_name": "Arial", "font_size": 10}}
    )
    parts = Parts(
        workbook=workbook,
        styles=Styles(workbook),
        definition=definition,
        layout=layout_of(definition),
        cells=cells_of(definition),
        trust_type=shape.trust_type,
        year=shape.year,
        has_last_year=shape.has_last_year,
        facts=shape.facts,
        mark_up=mark_up,
    )
    live = _write(parts)
    workbook.close()
    sheets = {f"xl/worksheets/sheet{number}.xml": sheet.name for number, sheet in enumerate(workbook.worksheets(), 1)}
    with ZipFile(stream) as archive:
        texts = [(name, archive.read(name).decode()) for name in archive.namelist()]
    return Base(
        parts=tuple((name, _cut(text)) for name, text in texts),
        sheet_of_part=sheets,
        live=live,
    )


def _write(parts: Parts) -> tuple[str, ...]:
    workbook, definition, mark_up = parts.workbook, parts.definition, parts.mark_up
    workbook.set_properties(
        {"title": f"{definition.title} return {parts.year}", "subject": token("trust"), "created": _MADE}
    )
    problems = workbook.add_worksheet(PROBLEMS_SHEET) if mark_up else None
    cover = workbook.add_worksheet(COVER_SHEET)
    for layout in parts.layout.sheets.values():
        worksheet = workbook.add_worksheet(layout.sheet.title)
        write_sheet(worksheet, layout, parts)
        if mark_up:
            write_notes(worksheet, layout, parts, mark_up)
    write_checks(workbook.add_worksheet(CHECKS_SHEET), parts)
    live = write_cover(cover, parts)
    write_identity(workbook.add_worksheet(IDENTITY_SHEET), parts)
    for cell in parts.layout.cells.values():
        workbook.define_name(cell.name, "=" + cell.absolute)
    if problems and mark_up:
        write_problems(problems, parts, mark_up)
    (problems or cover).activate()
    return live


def _cut(text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    for match in _FILLABLE.finditer(text):
        fillable = Word(match[4]) if match[4] else Slot(match[1], match[2], match[3] or "", match[0])
        pieces += [text[end : match.start()], fillable]
        end = match.end()
    return (*pieces, text[end:])
