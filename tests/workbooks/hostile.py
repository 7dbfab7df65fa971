"""Awkward and hostile files, each made by a function that returns its bytes.

`HOSTILE` maps a name to (maker, code of the refusal); `AWKWARD` holds files that are odd but good and must be read.
"""

import base64
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY leak SYSTEM "file:///etc/hostname">]>'


@dataclass(frozen=True)
class Entry:
    """One entry of an archive, with everything the two headers can lie about."""

    name: bytes
    content: bytes
    packed: bool = True
    flags: int = 0
    method: int | None = None
    claimed_size: int | None = None
    claimed_packed: int | None = None
    checksum: int | None = None
    local_name: bytes | None = None
    offset: int | None = None
    before: bytes = b""
    packed_as: bytes | None = None
    """What stands in the file, where that is not simply the content."""


def archive(entries: list[Entry], *, prefix: bytes = b"", comment: bytes = b"", suffix: bytes = b"") -> bytes:
    """A ZIP archive exactly as told."""
    body, directory = bytearray(prefix), bytearray()
    for entry in entries:
        body += entry.before
        raw = entry.packed_as
        if raw is None:
            raw = _deflated(entry.content) if entry.packed else entry.content
        method = entry.method if entry.method is not None else (8 if entry.packed else 0)
        size = len(entry.content) if entry.claimed_size is None else entry.claimed_size
        packed = len(raw) if entry.claimed_packed is None else entry.claimed_packed
        checksum = zlib.crc32(entry.content) if entry.checksum is None else entry.checksum
        local = entry.name if entry.local_name is None else entry.local_name
        offset = len(body) if entry.offset is None else entry.offset
        fields = (20, entry.flags, method, 0, 0x21, checksum, packed, size)
        if entry.offset is None:
            body += struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields, len(local), 0) + local + raw
        directory += (
            struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *fields, len(entry.name), 0, 0, 0, 0, 0, offset) + entry.name
        )
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(body), len(comment)
    )
    return bytes(body + directory) + end + comment + suffix


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def deflated_again_and_again(begin: bytes, content: bytes, times: int) -> bytes:
    """A beginning and so many times the content, deflated, at the cost of one time: each block stands for itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * times + packer.flush()


def worksheet(rows: str, *, space: str = MAIN, before: str = "", after: str = "") -> str:
    """A sheet's XML around rows."""
    return f'{DECLARATION}<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(
    sheet: str | None = None,
    *,
    strings: str | None = None,
    styles: str | None = None,
    workbook: str | None = None,
    types: str = "",
    relations: str = "",
    space: str = MAIN,
    office: str = _OFFICE,
    more: Mapping[str, bytes | str] | None = None,
) -> dict[str, bytes]:
    """The parts of a small good workbook, each replaceable."""
    kinds = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>'
        for part, kind in (
            ("workbook.xml", "sheet.main"),
            ("worksheets/sheet1.xml", "worksheet"),
            ("sharedStrings.xml", "sharedStrings"),
            ("styles.xml", "styles"),
        )
    )
    texts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}{types}</Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook or f'{DECLARATION}<workbook xmlns="{space}" xmlns:r="{office}"><sheets><sheet name="Costs" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{office}/styles" Target="styles.xml"/>{relations}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet or worksheet('<row r="1"><c r="A1"><v>412</v></c><c r="B1" t="s"><v>0</v></c></row>', space=space),
        "xl/sharedStrings.xml": strings or f'{DECLARATION}<sst xmlns="{space}"><si><t>Pay</t></si></sst>',
        "xl/styles.xml": styles or f'{DECLARATION}<styleSheet xmlns="{space}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        **(more or {}),
    }  # fmt: skip
    return {name: text.encode() if isinstance(text, str) else text for name, text in texts.items()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of parts, packed as Excel does."""
    return archive([Entry(name.encode(), content) for name, content in files.items()])


def _with_entries(change: Callable[[list[Entry]], list[Entry]]) -> bytes:
    return archive(change([Entry(name.encode(), content) for name, content in parts().items()]))


def good() -> bytes:
    return zipped(parts())


def compound(*streams: str) -> bytes:
    """A compound (OLE) file with streams of these names, as old Excel and locked new workbooks have."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    records = b""
    for name in ("Root Entry", *streams):
        encoded = name.encode("utf-16-le")
        records += encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded) + 2) + b"\0" * 62
    return header.ljust(1024, b"\0") + records


def _typed(kind: str, part: str, content: bytes = b"\0" * 64) -> bytes:
    return zipped(parts(types=f'<Override PartName="/{part}" ContentType="{kind}"/>', more={part: content}))


def dynamic_data_exchange() -> bytes:
    link = f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    return zipped(parts(more={"xl/externalLinks/externalLink1.xml": link}))


def link_to_workbook() -> bytes:
    """A mere link to another workbook, with a target that must never be fetched."""
    link = f'<externalLink xmlns="{MAIN}" xmlns:r="{_OFFICE}"><externalBook r:id="rId1"/></externalLink>'
    target = f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/externalLinkPath" Target="http://localhost:9/x.xlsx" TargetMode="External"/></Relationships>'
    rels = "xl/externalLinks/_rels/externalLink1.xml.rels"
    return zipped(parts(more={"xl/externalLinks/externalLink1.xml": link, rels: target}))


def doctype_in(part: str, *, encoding: str = "utf-8") -> bytes:
    files = parts()
    text = files[part].decode().replace(DECLARATION, f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPE}')
    return zipped({**files, part: text.encode(encoding)})


def bomb(megabytes: int) -> bytes:
    """One part of blanks: a thousand times smaller in the file."""
    return zipped(parts(more={"xl/media/image1.bin": b" " * (megabytes * 2**20)}))


def many_swollen_parts() -> bytes:
    """Each part within the limits, all together not."""
    filler = bytes(range(256)) * 4
    content = b"".join(filler + struct.pack("<L", n) for n in range(20_000))
    return zipped(parts(more={f"xl/media/{n}.bin": content for n in range(8)}))


def lying_size() -> bytes:
    """Says one kilobyte, gives five megabytes."""
    return _with_entries(lambda all_: [*all_, Entry(b"xl/media/a.bin", b" " * (5 * 2**20), claimed_size=1024)])


def quoted_overlap() -> bytes:
    """Two names for the bytes of one entry."""
    return _with_entries(lambda all_: [*all_, replace(all_[-1], name=b"xl/other.xml", offset=0)])


def one_far_cell() -> bytes:
    return zipped(parts(worksheet('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>')))


def lying_dimension() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 601))
    return zipped(parts(worksheet(rows, before='<dimension ref="A1"/>')))


def lying_unique_count() -> bytes:
    strings = f'{DECLARATION}<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>Pay</t></si></sst>'
    return zipped(parts(strings=strings))


def whole_sheet_merge() -> bytes:
    after = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return zipped(parts(worksheet('<row r="1"><c r="A1"><v>412</v></c></row>', after=after)))


def many_blank_rows(count: int = 300_000) -> bytes:
    rows = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(2, count))
    return zipped(parts(worksheet('<row r="1"><c r="A1"><v>412</v></c></row>' + rows)))


def too_many_cells(count: int = 200_001) -> bytes:
    return zipped(
        parts(worksheet("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, count + 1))))
    )


def _noise(length: int) -> str:
    """Letters that do not compress, so that no ratio gives them away."""
    return base64.b64encode(Random(2016).randbytes(length * 3 // 4)).decode()


def long_shared_string(length: int = 8 * 2**20) -> bytes:
    return zipped(parts(strings=f'<sst xmlns="{MAIN}"><si><t>{_noise(length)}</t></si></sst>'))


def many_styles(count: int = 100_001) -> bytes:
    return zipped(parts(styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"".join(f"<xf numFmtId={chr(34)}{n % 90}{chr(34)}/>" for n in range(count))}</cellXfs></styleSheet>'))  # fmt: skip


def deep(depth: int = 100_000) -> bytes:
    return zipped(parts(worksheet("", after="<a>" * depth + "</a>" * depth)))


def deep_in_cells(depth: int = 100_000) -> bytes:
    return zipped(parts(worksheet('<row r="1">' + "<a>" * depth + "</a>" * depth + "</row>")))


def endless_tag(length: int = 8 * 2**20) -> bytes:
    return zipped(parts(worksheet(f'<row r="1" a="{_noise(length)}"/>')))


def strict() -> bytes:
    return zipped(parts(space=STRICT, office=_STRICT_OFFICE))


def prefixed() -> bytes:
    """Every element with a prefix, as the Open XML SDK writes."""
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>412</x:v></x:c><x:c r="B1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    return zipped(parts(sheet))


Maker = Callable[[], bytes]
_ACTIVE = {"xl/activeX/activeX1.bin": b"\0" * 64}

HOSTILE: dict[str, tuple[Maker, str]] = {
    "empty": (lambda: b"", "empty"),
    "too large": (lambda: b"PK\x03\x04" + b"\0" * (20 * 2**20), "too_large"),
    "password": (lambda: compound("EncryptionInfo", "EncryptedPackage"), "password_protected"),
    "label": (lambda: compound("\x06DataSpaces", "DRMEncryptedDataSpace", "EncryptedPackage"), "sensitivity_label"),
    "xls 97": (lambda: compound("Workbook"), "old_excel"),
    "xls 95": (lambda: compound("Book"), "old_excel"),
    "xls 4": (lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0" * 100, "old_excel"),
    "xml spreadsheet 2003": (lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "old_excel"),
    "word 97": (lambda: compound("WordDocument"), "not_a_workbook"),
    "ole header alone": (lambda: compound()[:612], "not_a_workbook"),
    "xlsb": (lambda: zipped({**parts(), "xl/workbook.bin": b"\x83\x01\0"}), "binary_excel"),
    "ods": (lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}), "open_document"),
    "flat ods": (lambda: b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>', "open_document"),
    "csv": (lambda: b"line,pay\r\nFIN1,412\r\n", "csv_or_text"),
    "utf-16 text": (lambda: "line\tpay\r\nFIN1\t412\r\n".encode("utf-16"), "csv_or_text"),
    "one letter": (lambda: b"x", "csv_or_text"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
    "web page": (lambda: b"<html><table><tr><td>412</td></tr></table></html>", "not_a_workbook"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_workbook"),
    "docx": (lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}), "not_a_workbook"),
    "zip of a workbook": (lambda: zipped({"return.xlsx": good()}), "not_a_workbook"),
    "nul bytes": (lambda: b"\0" * 5000, "damaged"),
    "cut short": (lambda: good()[:-200], "damaged"),
    "bytes before": (lambda: b"MZ\x90\0\x03\0\0\0\xff\xff" + good(), "damaged"),
    "bytes after": (lambda: good() + b"<script>", "damaged"),
    "bytes between": (lambda: _with_entries(lambda all_: [all_[0], *[replace(each, before=b"x" * 100) for each in all_[1:]]]), "damaged"),
    "wrong checksum": (lambda: _with_entries(lambda all_: [replace(each, checksum=1) for each in all_]), "damaged"),
    "other local name": (lambda: _with_entries(lambda all_: [*all_, Entry(b"xl/a.xml", b"<a/>", local_name=b"xl/b.xml")]), "damaged"),
    "bzip2": (lambda: _with_entries(lambda all_: [*all_, Entry(b"xl/a.xml", b"<a/>", method=12)]), "damaged"),
    "macros": (lambda: _typed("application/vnd.ms-office.vbaProject", "xl/vbaProject.bin"), "macros"),
    "macro-enabled type": (lambda: zipped({**parts(), "[Content_Types].xml": parts()["[Content_Types].xml"].replace(b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")}), "macros"),
    "excel 4 macros": (lambda: _typed("application/vnd.ms-excel.macrosheet+xml", "xl/macrosheets/sheet1.xml", b"<a/>"), "macros"),
    "too many parts": (lambda: zipped({**parts(), **{f"xl/media/{n}.bin": b"" for n in range(2_100)}}), "too_many_parts"),
    "bomb": (lambda: bomb(60), "inflates_too_much"),
    "big part": (lambda: bomb(65), "inflates_too_much"),
    "many swollen parts": (many_swollen_parts, "inflates_too_much"),
    "lying size": (lying_size, "inflates_too_much"),
    "path upwards": (lambda: zipped({**parts(), "../../etc/cron.d/x": b"x"}), "unsafe_part_names"),
    "absolute path": (lambda: zipped({**parts(), "/etc/x": b"x"}), "unsafe_part_names"),
    "backslash": (lambda: zipped({**parts(), "xl\\x.xml": b"<a/>"}), "unsafe_part_names"),
    "drive": (lambda: zipped({**parts(), "C:/x": b"x"}), "unsafe_part_names"),
    "nul in a name": (lambda: zipped({**parts(), "xl/x.xml\0.png": b"x"}), "unsafe_part_names"),
    "duplicate": (lambda: _with_entries(lambda all_: [*all_, all_[-1]]), "duplicate_parts"),
    "duplicate but for case": (lambda: zipped({**parts(), "XL/Styles.XML": b"<a/>"}), "duplicate_parts"),
    "overlap": (quoted_overlap, "overlapping_parts"),
    "locked part": (lambda: _with_entries(lambda all_: [*all_, Entry(b"xl/a.xml", b"<a/>", flags=1)]), "encrypted_part"),
    "doctype in the sheet": (lambda: doctype_in("xl/worksheets/sheet1.xml"), "doctype"),
    "doctype in utf-16": (lambda: doctype_in("xl/worksheets/sheet1.xml", encoding="utf-16"), "doctype"),
    "doctype in the shared strings": (lambda: doctype_in("xl/sharedStrings.xml"), "doctype"),
    "doctype in content types": (lambda: doctype_in("[Content_Types].xml"), "doctype"),
    "doctype in relationships": (lambda: doctype_in("_rels/.rels"), "doctype"),
    "dde": (dynamic_data_exchange, "embedded_objects"),
    "embedded workbook": (lambda: zipped(parts(more={"xl/embeddings/oleObject1.bin": b"\0" * 64})), "embedded_objects"),
    "activex": (lambda: zipped(parts(more=_ACTIVE)), "embedded_objects"),
    "ole relationship": (lambda: zipped(parts(relations=f'<Relationship Id="rId9" Type="{_OFFICE}/oleObject" Target="file:///x.exe" TargetMode="External"/>')), "embedded_objects"),
}  # fmt: skip

BEYOND_THE_GUARD: dict[str, tuple[Maker, str]] = {
    "too many cells": (too_many_cells, "too_many_cells"),
    "long shared string": (long_shared_string, "text_too_long"),
    "many styles": (many_styles, "too_many_styles"),
    "deep nesting": (deep, "damaged"),
    "deep nesting in cells": (deep_in_cells, "damaged"),
    "endless tag": (endless_tag, "damaged"),
    "two cells in one place": (lambda: zipped(parts(worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'))), "damaged"),
    "cell of another row": (lambda: zipped(parts(worksheet('<row r="1"><c r="A2"><v>1</v></c></row>'))), "damaged"),
    "column beyond XFD": (lambda: zipped(parts(worksheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'))), "damaged"),
    "row beyond the last": (lambda: zipped(parts(worksheet('<row r="1048577"><c><v>1</v></c></row>'))), "damaged"),
    "text that is not there": (lambda: zipped(parts(worksheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'))), "damaged"),
    "two values": (lambda: zipped(parts(worksheet('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'))), "damaged"),
    "two sheet datas": (lambda: zipped(parts(worksheet("", after="<sheetData/>"))), "damaged"),
    "broken xml": (lambda: zipped(parts(worksheet('<row r="1"><c r="A1"><v>1</c></row>'))), "damaged"),
    "missing sheet": (lambda: zipped({name: content for name, content in parts().items() if "sheet1" not in name}), "damaged"),
}  # fmt: skip
"""Files whose container is good, and whose contents only the reader can refuse."""

AWKWARD: dict[str, Maker] = {
    "good": good,
    "far cell": one_far_cell,
    "lying dimension": lying_dimension,
    "lying unique count": lying_unique_count,
    "whole-sheet merge": whole_sheet_merge,
    "many blank rows": many_blank_rows,
    "strict": strict,
    "prefixed": prefixed,
    "link to a workbook": link_to_workbook,
    "archive comment": lambda: archive([Entry(n.encode(), c) for n, c in parts().items()], comment=b"made by hand"),
    "folders": lambda: archive([Entry(b"xl/", b"", packed=False), *[Entry(n.encode(), c) for n, c in parts().items()]]),
}
