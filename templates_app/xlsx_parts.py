"""The parts of a workbook around its sheets: relationships, the list of sheets and names, shared texts. Pure.

Every part goes through `feed`: the standard library's expat, fed as it is inflated, with DOCTYPE refused (so no entity can be
declared, and nothing outside the file can be named), and with bounds on nesting, on the length of one tag and on the number of
different names. Both namespaces of the format are understood: ECMA's of 2006 and the strict ISO one.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from templates_app.container import MEND, Container, Part, ReadError, damaged

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
_RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_ELEMENTS = {
    f"{space}{local}": local
    for space in NAMESPACES
    for local in ("sheet", "definedName", "workbookPr", "si", "t", "rPh", "numFmts", "numFmt", "cellXfs", "xf")
}
MAX_DEPTH = 100
_MAX_TAG = 2**20
_MAX_NAMES = 10_000
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Relationship(NamedTuple):
    """What a part points at inside the package: the last word of the type, and the lower-case name of the part."""

    kind: str
    part: str


class SheetEntry(NamedTuple):
    """One sheet as the workbook lists it."""

    name: str
    state: Literal["visible", "hidden", "veryHidden"]
    relation: str


class Outline(NamedTuple):
    """What `workbook.xml` says."""

    sheets: tuple[SheetEntry, ...]
    names: dict[str, str]
    date_1904: bool


def new_parser() -> XMLParserType:
    """An expat parser that knows namespaces and refuses a DOCTYPE."""
    parser = ParserCreate(None, " ", {})
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise ReadError(
        "doctype", f"This workbook holds a document type declaration, which no spreadsheet program writes. {MEND}"
    )


def feed(parser: XMLParserType, chunks: Iterator[bytes], after_chunk: Callable[[], None] = lambda: None) -> None:
    """Give the parser a whole part. `after_chunk` is called between pieces, to bound what is being collected."""
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            # A tag that does not end is read again from its start with each piece, so a long one would take quadratic time.
            if fed - max(parser.CurrentByteIndex, 0) > _MAX_TAG or len(parser.intern) > _MAX_NAMES:
                raise damaged("its contents are not those of a workbook")
            after_chunk()
        parser.Parse(b"", True)
    except (ExpatError, LookupError, ValueError, OSError):  # all but the first: an unknown encoding
        raise damaged("its contents are broken off or muddled") from None


def each_element(chunks: Iterator[bytes], start: Start, end: End = lambda name: None) -> None:
    """Read a part, calling `start` and `end` for its elements."""
    parser, depth = new_parser(), 0

    def down(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise damaged("its contents are nested without end")
        start(name, attributes)

    def up(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    parser.StartElementHandler, parser.EndElementHandler = down, up
    feed(parser, chunks)


def main_name(name: str) -> str:
    """The local name of an element of the main namespace (either of the two) that we look at; empty for any other element."""
    return _ELEMENTS.get(name, "")


def relationships(container: Container, of: str) -> dict[str, Relationship]:
    """What the part `of` ("" for the package) points at, by relationship id. Targets outside the file are left out."""
    folder, _, base = of.rpartition("/")
    part = container.parts.get(posixpath.join(folder, "_rels", f"{base}.rels").lower())
    found: dict[str, Relationship] = {}
    if part is None:
        return found

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == _PACKAGE and attributes.get("TargetMode", "").lower() != "external":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/").lower()
            kind = attributes.get("Type", "").rpartition("/")[2]
            if found.setdefault(attributes.get("Id", ""), Relationship(kind, target)) != (kind, target):
                raise damaged("two of its parts answer to one name")

    each_element(container.chunks(part), start)
    return found


def part_of(container: Container, relations: dict[str, Relationship], kind: str) -> Part | None:
    """The one part of a kind, such as "styles"; None when the workbook has none."""
    named = {relation.part for relation in relations.values() if relation.kind == kind}
    if len(named) > 1:
        raise damaged(f"it holds {len(named)} parts where there must be one")
    return container.parts.get(named.pop()) if named else None


def read_outline(chunks: Iterator[bytes], *, max_sheets: int, max_names: int) -> Outline:
    """Sheets in their order, defined names (a name of the whole workbook comes before one of a sheet), and the day 1."""
    sheets: list[SheetEntry] = []
    names: dict[str, str] = {}
    whole: set[str] = set()
    texts: list[str] = []
    current: dict[str, str] = {}
    dates_1904: list[bool] = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        match main_name(name):
            case "sheet":
                sheets.append(_sheet_entry(attributes))
            case "definedName":
                texts.clear()
                current.update(attributes)
            case "workbookPr":
                dates_1904[0] = attributes.get("date1904", "0") in ("1", "true")

    def end(name: str) -> None:
        if main_name(name) == "definedName":
            _add_name(names, whole, current, "".join(texts))
            current.clear()
            if len(names) > max_names:
                raise ReadError("too_many_names", f"This workbook defines more than {max_names:,} names. {MEND}")

    _each_with_text(chunks, start, end, texts)
    if len(sheets) > max_sheets:
        raise ReadError("too_many_sheets", f"This workbook has {len(sheets):,} sheets, and we read at most {max_sheets}. Upload the template we sent you, filled in.")  # fmt: skip
    if len({sheet.name.casefold() for sheet in sheets}) != len(sheets):
        raise damaged("two of its sheets have the same name")
    return Outline(tuple(sheets), names, dates_1904[0])


def _each_with_text(chunks: Iterator[bytes], start: Start, end: End, texts: list[str]) -> None:
    """Like `each_element`, with the text between tags appended to `texts`."""
    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, texts.append
    feed(parser, chunks)


def _sheet_entry(attributes: dict[str, str]) -> SheetEntry:
    relation = next((attributes[key] for space in _RELATIONSHIPS if (key := f"{space} id") in attributes), "")
    given = attributes.get("state", "visible")
    state: Literal["visible", "hidden", "veryHidden"] = (
        "veryHidden" if given == "veryHidden" else "hidden" if given == "hidden" else "visible"
    )
    return SheetEntry(attributes.get("name", ""), state, relation)


def _add_name(names: dict[str, str], whole: set[str], attributes: dict[str, str], text: str) -> None:
    name = attributes.get("name", "")
    if "localSheetId" in attributes:
        names.setdefault(name, text)
        return
    if name.casefold() in whole:
        raise damaged(f"it defines the name {name[:60]} twice")
    whole.add(name.casefold())
    names[name] = text


def read_shared_texts(chunks: Iterator[bytes], *, max_texts: int, max_length: int) -> list[str]:
    """The texts that cells point at by number: rich text joined over its runs, the reading aids of East Asian text left out."""
    strings: list[str] = []
    runs: list[str] = []
    buffer: list[str] = []
    phonetic = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal phonetic
        buffer.clear()
        local = main_name(name)
        if local == "si":
            runs.clear()
        elif local == "rPh":
            phonetic = True

    def end(name: str) -> None:
        nonlocal phonetic
        local = main_name(name)
        if local == "t" and not phonetic:
            runs.append("".join(buffer))
        elif local == "rPh":
            phonetic = False
        elif local == "si":
            strings.append(unescaped(bounded_text("".join(runs), max_length)))

    def after_chunk() -> None:
        if len(strings) > max_texts:
            raise ReadError("too_many_texts", f"This workbook holds more than {max_texts:,} different texts, far more than a filled template. Upload the template we sent you, filled in.")  # fmt: skip
        if sum(map(len, buffer)) + sum(map(len, runs)) > 2 * max_length:
            bounded_text("".join(runs) + "".join(buffer), max_length)

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, buffer.append
    feed(parser, chunks, after_chunk)
    after_chunk()
    return strings


def bounded_text(text: str, max_length: int) -> str:
    """The text, unless it is longer than Excel lets a cell be."""
    if len(text) > max_length:
        raise ReadError(
            "text_too_long",
            f"A cell of this workbook holds more than {max_length:,} characters, more than Excel allows. Shorten it, save the workbook in Excel, and upload it again.",
        )
    return text


def unescaped(text: str) -> str:
    """Text with `_x000D_` and the like turned into the characters they stand for, except those no text may hold."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    number = int(match.group(1), 16)
    return match.group(0) if number == 0 or 0xD800 <= number <= 0xDFFF or number >= 0xFFFE else chr(number)
