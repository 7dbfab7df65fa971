"""Writes the workbook that a trust downloads: a prepared one made out to the trust and filled with what is known. Pure.

Equal input gives equal bytes, so that a download can be made again and compared. What the formulas give is worked out here and
stands in the file, so that a viewer that does not calculate shows it too.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from templates_app.expressions import Operand
from templates_app.gates import gate_words, is_open, shut_lines
from templates_app.layout import CHECKS_SHEET, COVER_SHEET, IDENTITY_SHEET, layout_of, letters
from templates_app.marking import MarkUp
from templates_app.operands import cells_of
from templates_app.reading import Place, Value
from templates_app.schema import Definition
from templates_app.workbook_base import Base, Shape, Slot, Word, base_of, marked_base
from templates_app.workbook_checks_sheet import FIRST_ROW, check_rows, state_now
from templates_app.workbook_cover import FIRST_GATE_ROW, facts_of, filled_words, looks_words
from templates_app.workbook_formulas import LOOK
from templates_app.workbook_parts import TrustDetails, required_places, trust_words
from templates_app.workbook_sheets import ASIDE, aside, gates_on

__all__ = ["TrustDetails", "write_workbook"]

Contents = dict[str, Decimal | str]
"""What stands in the filled cells of one sheet, by address."""

_NO_FIGURES: Mapping[Place, Decimal] = {}
_NO_VALUES: Mapping[Place, Value] = {}
_NO_TEXTS: Mapping[Place, str] = {}
_DAY_NOUGHT = date(1899, 12, 30)
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What a workbook writes as _x005F_ and the like: characters that XML cannot hold, and a text that looks like such a one."""
_QUICK = 1
"""Compression level: a third larger than the usual 6, and four times as quick."""


def write_workbook(
    definition: Definition,
    trust: TrustDetails,
    *,
    last_year: Mapping[Place, Decimal] = _NO_FIGURES,
    prefill: Mapping[Place, Decimal] = _NO_FIGURES,
    values: Mapping[Place, Value] = _NO_VALUES,
    texts: Mapping[Place, str] = _NO_TEXTS,
    mark_up: MarkUp | None = None,
    checksum: str = "",
) -> bytes:
    """The bytes of a trust's workbook.

    `last_year` stands in grey beside the inputs; `prefill` is written into inputs for the trust to confirm; `values` fills inputs
    (a copy of a return) and stands before `prefill`; `texts` stand in their cells as they are, before all else. `mark_up` makes it
    a copy with its problems marked. `checksum` is that of the published definition.
    """
    filled = {place: Value("number", number=number) for place, number in prefill.items()}
    filled |= {place: value for place, value in values.items() if value.kind != "blank"}
    shape = Shape(trust.trust_type, trust.year, bool(last_year), facts_of(trust))
    base = marked_base(definition, shape, mark_up) if mark_up else base_of(definition, shape)
    contents = _figures(definition, filled, texts)
    filled |= {place: Value("text", text=text) for place, text in texts.items() if place not in filled}
    operands = cells_of(definition).operands(filled)
    _add_worked_out(contents, definition, operands)
    _add_last_year(contents, definition, last_year)
    _add_checks(contents, definition, trust, base, operands, filled)
    words = trust_words(trust) | {
        "heading": f"{trust.name} ({trust.code})".replace("&", "&&")[:120],
        "checksum": checksum,
    }
    return _packed(base, contents, words)


def _figures(definition: Definition, filled: Mapping[Place, Value], texts: Mapping[Place, str]) -> dict[str, Contents]:
    layout = layout_of(definition)
    contents: dict[str, Contents] = {sheet.sheet.title: {} for sheet in layout.sheets.values()}
    dates = cells_of(definition).dates
    for place, value in filled.items():
        cell = layout.cells[place]
        if value.kind == "number" and value.number is not None:
            contents[cell.sheet][cell.address] = value.number
        elif place in dates and value.kind == "text":
            contents[cell.sheet][cell.address] = Decimal((date.fromisoformat(value.text) - _DAY_NOUGHT).days)
        else:
            contents[cell.sheet][cell.address] = value.as_text()
    for place, text in texts.items():
        contents[layout.cells[place].sheet][layout.cells[place].address] = text
    return contents


def _add_worked_out(contents: dict[str, Contents], definition: Definition, operands: Mapping[Place, Operand]) -> None:
    layout = layout_of(definition)
    for place in cells_of(definition).computed:
        operand = operands[place]
        if isinstance(operand, Decimal):
            contents[layout.cells[place].sheet][layout.cells[place].address] = operand
    for sheet in layout.sheets.values():
        for code in sheet.sheet.totals:
            column = [operands[line.code, code] for line in sheet.sheet.lines]
            numbers = [operand for operand in column if isinstance(operand, Decimal)]
            if numbers:
                contents[sheet.sheet.title][f"{letters(sheet.columns[code])}{sheet.total_row}"] = sum(
                    numbers, Decimal(0)
                )


def _add_last_year(contents: dict[str, Contents], definition: Definition, last_year: Mapping[Place, Decimal]) -> None:
    for sheet in layout_of(definition).sheets.values():
        for row, line in enumerate(sheet.sheet.lines, sheet.first_row):
            for code, number in sheet.last_year_columns.items():
                if (line.code, code) in last_year:
                    contents[sheet.sheet.title][f"{letters(number)}{row}"] = last_year[line.code, code]


def _add_checks(
    contents: dict[str, Contents],
    definition: Definition,
    trust: TrustDetails,
    base: Base,
    operands: Mapping[Place, Operand],
    filled: Mapping[Place, Value],
) -> None:
    rows = check_rows(definition)
    states = [state_now(check, operands, trust.trust_type, filled) for check in rows]
    contents[CHECKS_SHEET] = {f"A{row}": state for row, state in enumerate(states, FIRST_ROW)}
    looks = [check.rule.severity for check, state in zip(rows, states, strict=True) if state == LOOK]
    shut = shut_lines(definition, operands)
    required = [place for place in required_places(definition, trust.trust_type) if place[0] not in shut]
    sentences = (
        filled_words(sum(place in filled for place in required), len(required)),
        looks_words(looks.count("error"), looks.count("warning")),
    )
    contents[IDENTITY_SHEET] = {
        f"B{row}": Decimal(is_open(definition, gate.name, operands))
        for row, gate in enumerate(definition.gates, FIRST_GATE_ROW)
    }
    for sheet in layout_of(definition).sheets.values():
        if names := gates_on(sheet.sheet):
            said = [gate_words(definition, name) for name in names if not is_open(definition, name, operands)]
            contents[sheet.sheet.title][ASIDE] = " ".join([*said, aside(sheet.sheet, trust.trust_type)])
    contents[COVER_SHEET] = dict(zip(base.live, sentences, strict=True))


def _packed(base: Base, contents: Mapping[str, Contents], words: Mapping[str, str]) -> bytes:
    stream = BytesIO()
    said = {name: escape(text) for name, text in words.items()}
    with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=_QUICK) as archive:
        for name, pieces in base.parts:
            filled = contents.get(base.sheet_of_part.get(name, ""), {})
            text = "".join([piece if isinstance(piece, str) else _filled(piece, filled, said) for piece in pieces])
            entry = ZipInfo(name)  # which bears no time of its own, 1 January 1980
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return stream.getvalue()


def _filled(piece: Slot | Word, filled: Contents, said: Mapping[str, str]) -> str:
    if isinstance(piece, Word):
        return said[piece.name]
    content = filled.get(piece.address)
    if content is None:
        return piece.as_it_is
    start = f'<c r="{piece.address}" s="{piece.style}"'
    if isinstance(content, Decimal):
        return f"{start}>{piece.formula}<v>{content:f}</v></c>"
    text = escape(_ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", content))
    if piece.formula:
        return f'{start} t="str">{piece.formula}<v>{text}</v></c>'
    return f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
