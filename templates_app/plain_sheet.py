"""A quick way through sheets written plainly, as Excel, LibreOffice, XlsxWriter and openpyxl all do. Pure.

A call into Python for every tag costs more than everything else in reading. So the cells of a sheet that keeps to a narrow,
unambiguous spelling are taken out by one regular expression, and only what is left (the rows, now empty, and what stands before
and after them) goes through the XML parser, which checks it as it checks any sheet. The spelling leaves no room for two readings:
no comment, CDATA or processing instruction anywhere, so each `<c ` is a tag; nothing but row tags between cells; no prefix and no
change of namespace. One departure anywhere, and the answer is None: the caller then reads the whole sheet the slow way. The two
ways are proved to agree on every file of the tests and on files made at random.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from templates_app.number_formats import ShownAs
from templates_app.sheet_cells import (
    MAX_COLUMNS,
    MAX_ROWS,
    PLAIN_NUMBER,
    Cell,
    SheetContents,
    column_number,
    is_protected,
    meaning_of,
)
from templates_app.xlsx_parts import NAMESPACES, feed, new_parser

MAX_PLAIN_BYTES = 8 * 2**20
"""Larger sheets are read as a stream, so that memory stays flat."""

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>]*)>'
    r"(?:(?:<f([^<>]*)>(?:([^<>]*)</f>)?)?(?:<v>([^<>]*)</v>|<v ?/>"
    r'|<is><t(?: xml:space="preserve")?>([^<>]*)</t></is>)?(</c>))?'
)
_GROUPS = 9
_MAX_TAGS = 200_000
"""Beside cells. So few tags cannot be nested deep enough to cost much, so their depth is not watched."""
_ATTRIBUTES = re.compile(r'(?: s="([0-9]{1,6})")?(?: t="(s|n|b|e|str|inlineStr)")? ?(/?)')
_FORMULA = re.compile(
    r'(?: aca="false")?(?: t="shared")?(?: ref="[A-Z0-9:]+")?(?: si="[0-9]+")?(?: ca="1")?(?: aca="false")?(/?)'
)
_ESCAPED = re.compile("[^&]*(?:&(?:amp|lt|gt|quot|apos);[^&]*)*")
_ITEM = re.compile('<si><t(?: xml:space="preserve")?>([^<>]*)</t></si>')
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_Maybe = TypeVar("_Maybe", str, str | None)
_SPACE = r"[ \t\r\n]*"
_EMPTY_ROWS = rf'(?:<row r="[1-9][0-9]{{0,5}}"(?:[^<>]*/>|(?: [^<>]*[^/<>])?>{_SPACE}</row>){_SPACE})*'
_TO_NEXT_ROW = re.compile(
    rf'{_SPACE}(?:</row>)?{_SPACE}{_EMPTY_ROWS}<row r="([1-9][0-9]{{0,6}})"(?: [^<>]*[^/<>])?>{_SPACE}'
)
_ONE_ROW = re.compile(r'(?:</row>)?<row r="[1-9][0-9]{0,5}"[^<>]*[^/<>]>')
_TO_END = re.compile(rf"{_SPACE}(?:</row>)?{_SPACE}{_EMPTY_ROWS}")
_DECLARATION = rf'\ufeff?(?:<\?xml version="1\.0" encoding="(?:UTF-8|utf-8)"(?: standalone="(?:yes|no)")?\?>)?{_SPACE}'
_PROTECTION = re.compile(rf'{_SPACE}<sheetProtection((?: [A-Za-z]+="[^<>&"]*")*) ?/>')
_PROTECTED_BY = re.compile('([A-Za-z]+)="([^"]*)"')
_SHEET_BEGIN = re.compile(f"{_DECLARATION}<worksheet ")
_TEXTS_BEGIN = re.compile(
    f'{_DECLARATION}<sst xmlns="(?:{"|".join(re.escape(space[:-1]) for space in NAMESPACES)})"(?: count="[0-9]+")?(?: uniqueCount="[0-9]+")?>'
)
_ROOTS = tuple(f"{space}worksheet" for space in NAMESPACES)
_BEGIN, _END = "<sheetData>", "</sheetData>"


def plain_cells(
    xml: bytes, texts: Mapping[str, str], styles: Mapping[str, ShownAs], *, max_text: int
) -> SheetContents | None:
    """The cells of a plainly written sheet and whether it is protected, or None. Raises ReadError as the slow way would."""
    found = _split(xml)
    if found is None:
        return None
    before, middle, after = found
    protected = _protected(before, after)
    if protected is None:
        return None
    fields = _CELL.split(middle)
    pieces = fields[::_GROUPS]
    if not _TO_END.fullmatch(pieces[-1]):
        return None
    cells = _Cells(texts, styles, max_text).read(fields)
    if cells is None:
        return None
    rows = "".join(pieces)
    if "xmlns" in rows or rows.count("<") + after.count("<") > _MAX_TAGS:
        return None
    return SheetContents(cells, protected) if _is_one_sheet(before, f"{_BEGIN}{rows}{_END}{after}") else None


def _protected(before: str, after: str) -> bool | None:
    """Whether a sheet is protected, where what says so stands right behind the cells, as all writers put it; None for another
    place or spelling."""
    match = _PROTECTION.match(after)
    plain = None if match is None or "xmlns" in match[1] else is_protected(dict(_PROTECTED_BY.findall(match[1])))
    if plain:
        return True  # which no other takes back
    others = before.count("sheetProtection") + after.count("sheetProtection") - (plain is not None)
    return None if others else False


def _is_one_sheet(before: str, rest: str) -> bool:
    """Whether the XML without its cells is sound, and its sheet data stands right below the root."""
    open_names: list[str] = []
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: open_names.append(name)
    parser.EndElementHandler = lambda name: open_names.pop()

    def halves() -> Iterator[bytes]:
        yield before.encode()
        parser.StartElementHandler = parser.EndElementHandler = None
        yield rest.encode()

    feed(parser, halves())
    return len(open_names) == 1 and open_names[0] in _ROOTS


def plain_texts(xml: bytes) -> list[str] | None:
    """The shared texts of a plainly written part, none of them rich; or None."""
    text = _decoded(xml)
    if text is None:
        return None
    found = _ITEM.split(text)
    if any(found[2:-1:2]) or not _TEXTS_BEGIN.fullmatch(found[0]) or found[-1] != "</sst>":
        return None
    items = found[1::2]
    if "&" in text:
        return [_meant(item) for item in items] if all(map(_is_text, items)) else None
    return items


def _decoded(xml: bytes) -> str | None:
    """The text of a part without a byte or construct that would need an XML parser to judge."""
    if len(xml.translate(None, _CONTROLS)) != len(xml) or xml.find(b"\r", 100) >= 0 or b"\xef\xbf" in xml:
        return None
    try:
        text = xml.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if ("!" in text and "<!" in text) or text.find("<?", 2) >= 0 else text


def _split(xml: bytes) -> tuple[str, str, str] | None:
    """What stands before, in and after the one `<sheetData>` of a sheet whose tags can be taken at their word."""
    text = _decoded(xml)
    if text is None or text.count("sheetData") != 2:
        return None
    before, _, rest = text.partition(_BEGIN)
    middle, end, after = rest.partition(_END)
    if not end or not _SHEET_BEGIN.match(before) or before.count("xmlns=") != 1:
        return None
    return before, middle, after


class _Cells:
    """Makes cells of what the expression took out. What a cell's attributes and a formula's tag say is looked at once for each
    spelling, for they repeat all through a sheet."""

    def __init__(self, texts: Mapping[str, str], styles: Mapping[str, ShownAs], max_text: int) -> None:
        self.texts, self.styles, self.max_text = texts, styles, max_text
        self.columns: dict[str, int] = {}
        self.attributes: dict[str, tuple[str, ShownAs, bool] | None] = {}

    def read(self, fields: list[str]) -> dict[tuple[int, int], Cell] | None:
        cells: dict[tuple[int, int], Cell] = {}
        columns, attributes, is_number, new = self.columns, self.attributes, PLAIN_NUMBER.fullmatch, tuple.__new__
        current, row, count, texts = "", 0, 0, self.texts
        groups = (fields[group::_GROUPS] for group in range(_GROUPS))
        for piece, letters, row_text, tag, formula_tag, formula, value, inline, close in zip(*groups, strict=False):
            if piece and not piece.isspace():
                current = self._next_row(piece)
                row = int(current)
            column = columns.get(letters) or self._column(letters)
            meaning = attributes[tag] if tag in attributes else self._attributes(tag)
            if meaning is None or row_text != current or (close is None) is not meaning[2]:
                return None
            calculated = formula_tag is not None
            if calculated and not _is_formula(formula_tag, formula):
                return None
            type_name, shown, _ = meaning
            if value is not None:
                if type_name == "n" and is_number(value):
                    cells[row, column] = new(Cell, (row, column, "number", value, calculated, True, shown))
                    count += 1
                    continue
                if type_name == "s" and value in texts:
                    cells[row, column] = new(Cell, (row, column, "text", texts[value], calculated, True, shown))
                    count += 1
                    continue
            if type_name == "str" and value is None and close:
                return None  # an empty text or none at all: the expression does not tell
            if not calculated and value is None and inline is None:
                continue
            if not (_is_text(value) and _is_text(inline)):
                return None
            kind, raw = meaning_of(type_name, _meant(value), _meant(inline), texts, self.max_text)
            if calculated or raw is not None:
                there = not calculated or raw is not None
                cells[row, column] = new(Cell, (row, column, kind, raw, calculated, there, shown))
                count += 1
        return cells if len(cells) == count and max(columns.values(), default=0) <= MAX_COLUMNS else None

    @staticmethod
    def _next_row(piece: str) -> str:
        """The number of the row that begins at the end of this piece; 0, which no cell has, when it is not so plain."""
        if _ONE_ROW.fullmatch(piece):
            return piece[piece.index('"') + 1 : piece.index('"', piece.index('"') + 1)]
        match = _TO_NEXT_ROW.fullmatch(piece)
        return match[1] if match and int(match[1]) <= MAX_ROWS else "0"

    def _column(self, letters: str) -> int:
        self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _attributes(self, tag: str) -> tuple[str, ShownAs, bool] | None:
        """Type, what the style makes of a number, and whether the tag closes itself; None for another spelling."""
        match = _ATTRIBUTES.fullmatch(tag)
        found = (match[2] or "n", self.styles.get(match[1] or "0", ""), bool(match[3])) if match else None
        self.attributes[tag] = found
        return found


def _is_formula(tag: str, text: str | None) -> bool:
    if tag == "" and text is not None:
        return _is_text(text)
    match = _FORMULA.fullmatch(tag)
    return match is not None and (text is None) is bool(match[1]) and _is_text(text)


def _is_text(text: str | None) -> bool:
    """Whether a text only needs the five named characters to be put back."""
    return text is None or "&" not in text or _ESCAPED.fullmatch(text) is not None


def _meant(text: _Maybe) -> _Maybe:
    if text is None or "&" not in text:
        return text
    for name, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(name, letter)
    return text
