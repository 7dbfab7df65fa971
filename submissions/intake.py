"""Whether a file is a workbook that may be opened at all; and if not, what it truly is and what to do. Pure.

Judged by content, never by the file's name or the browser's word, before anything is queued. What a workbook points at outside
itself (links to other workbooks, data connections, pictures on the web) is not refused and never followed: the reader takes the
values that stand in the file. What could run (macros, embedded and linked objects, dynamic data exchange) is refused, because
other people will open the file.
"""

import re
import struct
from collections.abc import Collection
from pathlib import Path

from submissions.intake_words import RefusalCode, words_for
from templates_app.container import Container, Part, ReadError
from templates_app.xlsx_parts import each_element, feed, new_parser

MAX_BYTES = 20 * 2**20
"""The largest upload, in bytes. A filled template is under 1 MB."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_SHEETS = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_RUNS = re.compile("macroenabled|vbaproject|ms-excel.macrosheet|ms-excel.intlmacrosheet")
_EMBEDDED = re.compile("oleobject|activex|officedocument.package")
_EMBEDDED_FOLDERS = ("/embeddings/", "/activex/")
_XML = (".xml", ".rels", ".vml")
_LINK = "externalLink"
"""The element that a part is which says what lies outside the workbook, wherever in it the part stands."""


class Refused(Exception):
    """The file cannot be taken. `message` says what it is and what to do, for the person who sent it."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def guard(data: bytes | Path, *, file_name: str) -> None:
    """Return if the file is a workbook that may be read; otherwise raise Refused. `file_name` is only used in words."""
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size == 0:
        raise _refused("empty", file_name)
    if size > MAX_BYTES:
        raise _refused("too_large", file_name, f"{size / 2**20:,.1f}")
    content = data.read_bytes() if isinstance(data, Path) else data
    _refuse_other_kinds(content, file_name)
    try:
        container = Container(content)
        _refuse_other_packages(container, file_name)
        kinds = _kinds(container)
        _refuse_what_runs(container, [kind for _, kind in kinds], file_name)
        said_xml = frozenset(of for of, kind in kinds if kind.endswith(("+xml", "/xml")))
        for part in container.parts.values():
            _check_part(container, part, said_xml, file_name)
    except ReadError as problem:
        raise Refused(problem.code, problem.message) from None


def _refused(code: RefusalCode, file_name: str, detail: str = "") -> Refused:
    return Refused(code, words_for(code, file_name, detail))


def _refuse_other_kinds(content: bytes, file_name: str) -> None:
    """Tell a file that is no ZIP container by its first bytes."""
    start = content[:4096]
    if start.startswith(b"PK\x03\x04"):
        return
    if start.startswith(_OLE):
        raise _refused(_kind_of_ole(content), file_name)
    if start.startswith(_OLD_SHEETS) and len(content) > 4 and content[3] == 0:
        raise _refused("old_excel", file_name)
    if b"%PDF-" in start[:1024]:
        raise _refused("pdf", file_name)
    if not content.strip(b"\0"):
        raise _refused("damaged", file_name, "it holds nothing but empty bytes, as when a copy was broken off")
    text = _as_text(start)
    if text is None:
        code: RefusalCode = "damaged" if b"PK\x05\x06" in content[-65_557:] else "not_a_workbook"
        raise _refused(code, file_name, "there are other bytes before its beginning" if code == "damaged" else "")
    lowered = text.lower()
    if "urn:oasis:names:tc:opendocument" in lowered:
        raise _refused("open_document", file_name)
    if "urn:schemas-microsoft-com:office:spreadsheet" in lowered:
        raise _refused("old_excel", file_name)
    if lowered.lstrip("\ufeff \r\n\t").startswith(("<!doctype html", "<html", "<?xml", "{\\rtf")):
        raise _refused("not_a_workbook", file_name)
    raise _refused("csv_or_text", file_name)


def _as_text(start: bytes) -> str | None:
    """The beginning of a file as text, if it is text."""
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252"
    text = (
        start[: len(start) // 2 * 2].decode(encoding, errors="replace") if len(start) > 1 else start.decode("latin-1")
    )
    strange = sum(1 for letter in text if (letter < " " and letter not in "\t\r\n\f") or letter == "\ufffd")
    return text if strange * 50 <= len(text) else None


def _kind_of_ole(content: bytes) -> RefusalCode:
    """Which program wrote a compound file, told by the names of its streams.

    The old formats and locked new ones share this container. Its directory is made of 128-byte records on 128-byte
    boundaries: the name in UTF-16 and, at byte 64, the length of the name; so a name in a cell is not taken for a stream.
    """
    if _has_stream(content, "EncryptedPackage"):
        labelled = _has_stream(content, "DRMEncryptedDataSpace") or _has_stream(content, "DRMEncryptedTransform")
        return "sensitivity_label" if labelled else "password_protected"
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return "old_excel"
    return "not_a_workbook"


def _has_stream(content: bytes, name: str) -> bool:
    wanted = name.encode("utf-16-le") + b"\0\0"
    at = content.find(wanted)
    while at >= 0:
        if at % 128 == 0 and content[at + 64 : at + 66] == struct.pack("<H", len(wanted)):
            return True
        at = content.find(wanted, at + 2)
    return False


def _refuse_other_packages(container: Container, file_name: str) -> None:
    """Tell a ZIP container that is not an Excel workbook by its parts."""
    names = container.parts.keys()
    if "xl/workbook.bin" in names:
        raise _refused("binary_excel", file_name)
    if "mimetype" in names and "content.xml" in names:
        raise _refused("open_document", file_name)
    if any(name.endswith((".xlsx", ".xlsm", ".xls")) and "/embeddings/" not in name for name in names):
        raise _refused("not_a_workbook", file_name, "It is a ZIP folder. Take the workbook out of it.")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise _refused("not_a_workbook", file_name)


def _kinds(container: Container) -> list[tuple[str, str]]:
    """What the workbook says that its parts are, of each part by name ("/xl/workbook.xml") and of those with an ending ("xml")."""
    kinds: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        of = attributes.get("PartName") or attributes.get("Extension") or ""
        kinds.append((of.lower(), attributes.get("ContentType", "").lower()))

    each_element(container.chunks(container.parts["[content_types].xml"]), start)
    return kinds


def _refuse_what_runs(container: Container, kinds: Collection[str], file_name: str) -> None:
    names = container.parts.keys()
    if any("sheet.binary" in kind for kind in kinds):
        raise _refused("binary_excel", file_name)
    if any(_RUNS.search(kind) for kind in kinds) or any(
        name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names
    ):
        raise _refused("macros", file_name)
    if any(_EMBEDDED.search(kind) for kind in kinds) or any(
        folder in f"/{name}" for name in names for folder in _EMBEDDED_FOLDERS
    ):
        raise _refused("embedded_objects", file_name)


def _check_part(container: Container, part: Part, said_xml: frozenset[str], file_name: str) -> None:
    """Inflate a part to its end; look for a DOCTYPE in XML, and for what could run in links and relationships."""
    name = part.name.lower()
    is_xml = name.endswith(_XML) or f"/{name}" in said_xml or name.rpartition(".")[2] in said_xml
    if is_xml and (name.endswith(".rels") or "/externallinks/" in f"/{name}"):
        _refuse_running_links(container, part, file_name)
    elif not is_xml:
        for _ in container.chunks(part):
            pass
    elif _first_element(container, part).rpartition(" ")[2] == _LINK:
        _refuse_running_links(container, part, file_name)


def _refuse_running_links(container: Container, part: Part, file_name: str) -> None:
    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith((" ddeLink", " oleLink")):
            raise _refused("embedded_objects", file_name)
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        if name.endswith(" Relationship") and kind in ("oleobject", "control", "package", "attachedtoolbars"):
            raise _refused("embedded_objects", file_name)
        if name.endswith(" Relationship") and kind in ("vbaproject", "xlmacrosheet", "xlintlmacrosheet"):
            raise _refused("macros", file_name)

    each_element(container.chunks(part), start)


class _Begun(Exception):
    pass


def _first_element(container: Container, part: Part) -> str:
    """The name of the element that a part is, in whatever encoding it says; refuses a DOCTYPE, which can only stand before it. Inflates
    the part to its end."""
    names: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        names.append(name)
        raise _Begun

    parser = new_parser()
    parser.StartElementHandler = begin
    chunks = container.chunks(part)
    try:
        feed(parser, chunks)
    except _Begun:
        for _ in chunks:
            pass
    return names[0]
