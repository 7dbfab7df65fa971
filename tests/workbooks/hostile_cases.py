"""More of what a file can try: bombs of every kind, encodings, what points or runs out of the file, and what fuzzing found."""

import re

from openpyxl.utils import get_column_letter

from tests.workbooks import hostile
from tests.workbooks.case_makers import ALTERED, PAY, PAY_AT, added, entries, in_sheet, refused, same, unreadable
from tests.workbooks.corpus import Accept, Case, Marks
from tests.workbooks.hostile import DECLARATION, DOCTYPE, MAIN, Entry
from tests.workbooks.variants import (
    BOOK,
    SHEETS,
    STRINGS,
    STYLES,
    TYPES,
    Change,
    PartsChange,
    cell,
    edited,
    good_parts,
    ours,
    raw,
    replaced,
    retitled,
    sent,
    text,
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SST, SHEET = f'<sst xmlns="{MAIN}"><si><t>', f'<worksheet xmlns="{MAIN}"><sheetData>'
CELLS = "<row><c><v>7</v></c></row>"
GIGABYTE, MEGABYTE = 2**30, 2**20
FORMULA: Marks = frozenset({("B-I1b", PAY_AT)})


def formula(content: str) -> Case:
    """A formula in a figure's cell, with its value: read, never run, and noted."""
    return Case(lambda: ours(cell(PAY_AT, content)), Accept(notes=FORMULA))


def gigabyte(part: str, begin: str, piece: str, claimed: int) -> bytes:
    """A part that inflates to a gigabyte, whatever the directory says."""
    letters = (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE].encode()
    packed = hostile.deflated_again_and_again(begin.encode(), letters, GIGABYTE // MEGABYTE)
    whole = {name: Entry(name.encode(), content.encode()) for name, content in good_parts().items()}
    whole[part] = Entry(part.encode(), b"", claimed_size=claimed, packed_as=packed)
    return hostile.archive(list(whole.values()))


def recoded(part: str, encoding: str, *, declared: str = "", mark: bytes = b"", doctype: str = "") -> bytes:
    """The good workbook with a part in another encoding."""
    files = {name: content.encode() for name, content in good_parts().items()}
    content = files[part].decode().replace(DECLARATION.strip(), "").lstrip()
    whole = f'<?xml version="1.0" encoding="{declared or encoding}"?>{doctype}{content}'
    return hostile.zipped({**files, part: mark + whole.encode(encoding, errors="xmlcharrefreplace")})


def flood(before: str, piece: str, count: int, part: str = SHEETS["Costs"]) -> PartsChange:
    """So many pieces (with {} for their number) before a tag of a part."""
    return replaced(part, before, "".join(piece.format(number) for number in range(1, count + 1)) + before)


def blank_cells(rows: int) -> str:
    """Rows below ours of a thousand formatted cells each."""
    columns = [get_column_letter(number) for number in range(1, 1_001)]
    return "".join(
        f'<row r="{row}">{"".join(f"""<c r="{column}{row}" s="1"/>""" for column in columns)}</row>'
        for row in range(100, 100 + rows)
    )


def more_sheets(count: int) -> PartsChange:
    return flood("</sheets>", '<sheet name="s{0}" sheetId="{0}99" r:id="rId1"/>', count, BOOK)


def target(of: str, kind: str, where: str) -> tuple[str, str]:
    """The relationships of a part: one, to something out of the file."""
    return (
        of,
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{where}" TargetMode="External"/></Relationships>',
    )


def retyped(old: str, new: str) -> PartsChange:
    return replaced(TYPES, old, new)


def renamed(old: str, new: str) -> tuple[Change, ...]:
    """A sheet of lines under the name of one of ours that hold none, as Excel renames it, names and all."""
    return lambda book: setattr(book[new], "title", f"{new} (ours)"), retitled(old, new)


LINK = f'<Relationship Id="rId98" Type="{OFFICE}/{{}}" Target="{{}}"/>'
CONNECTION = f'<connections xmlns="{MAIN}"><connection id="1" name="c" type="5" refreshedVersion="6" refreshOnLoad="1"><dbPr connection="Provider=SQLOLEDB;Data Source=localhost" command="DROP TABLE submissions"/></connection></connections>'
OLE_LINK = f'<externalLink xmlns="{MAIN}" xmlns:r="{OFFICE}"><oleLink r:id="rId1" progId="Package"/></externalLink>'
LABEL = '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"><clbl:label id="{1}" enabled="1" method="Standard" siteId="{2}" contentBits="0" removed="0"/></clbl:labelList>'
SPARKLINES = '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>Costs!D7:E7</xm:f><xm:sqref>G7</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst></worksheet>'
COSTS = SHEETS["Costs"]

BOMBS: dict[str, Case] = {
    "shared string of one gigabyte": refused(lambda: gigabyte(STRINGS, SST, "a", GIGABYTE), "inflates_too_much"),
    "shared string of one gigabyte, said to be 50 MB": refused(lambda: gigabyte(STRINGS, SST, "a", 50 * MEGABYTE), "inflates_too_much"),
    "one gigabyte of good cells": refused(lambda: gigabyte(COSTS, SHEET, CELLS, GIGABYTE), "inflates_too_much"),
    "one gigabyte of good cells, said to be 50 MB": refused(lambda: gigabyte(COSTS, SHEET, CELLS, 50 * MEGABYTE), "inflates_too_much"),
    "shared string of 50 MB": refused(lambda: ours(replaced(STRINGS, "</sst>", f"<si><t>{hostile._noise(12 * MEGABYTE)}</t></si></sst>")), "text_too_long"),
    "300,000 shared strings": refused(lambda: ours(flood("</sst>", "<si><t>{}</t></si>", 300_000, STRINGS)), "too_many_texts"),
    "20,000 names": refused(lambda: ours(flood("</definedNames>", '<definedName name="n{0}">Costs!$A${0}</definedName>', 20_000, BOOK)), "too_many_names"),
    "300 sheets": refused(lambda: ours(more_sheets(300)), "too_many_sheets"),
    "a million blank cells": same(in_sheet("Costs", "</sheetData>", blank_cells(1_000) + "</sheetData>")),
    "100,000 conditional formats": same(flood("<pageMargins ", '<conditionalFormatting sqref="A{0}"><cfRule type="expression" priority="{0}"><formula>1</formula></cfRule></conditionalFormatting>', 100_000)),
    "forged counts": same(in_sheet("Costs", "<pageMargins ", '<mergeCells count="4294967295"/><pageMargins '), lambda parts: parts.update({STYLES: re.sub(r'<cellXfs count="\d+"', '<cellXfs count="4294967295"', parts[STYLES]), STRINGS: re.sub(r' count="\d+"', ' count="99999999999999999999"', parts[STRINGS], count=1)})),
    "forged cell counts": same(lambda parts: parts.update({COSTS: re.sub(r'spans="[^"]*"', 'spans="1:4294967295"', parts[COSTS])})),
}  # fmt: skip

ENCODINGS: dict[str, Case] = {
    **{f"costs in {encoding}": Case(lambda encoding=encoding: recoded(COSTS, encoding), Accept()) for encoding in ("utf-16", "iso-8859-1", "us-ascii", "windows-1252")},
    **{f"doctype in {encoding}": refused(lambda encoding=encoding: recoded(COSTS, encoding, doctype=DOCTYPE), "doctype") for encoding in ("iso-8859-1", "us-ascii", "windows-1252")},
    "doctype in utf-16 of big ends": refused(lambda: recoded(COSTS, "utf-16-be", declared="utf-16", mark=b"\xfe\xff", doctype=DOCTYPE), "doctype"),
    "doctype in utf-16 without a mark": refused(lambda: recoded(COSTS, "utf-16-le", declared="utf-16", doctype=DOCTYPE), "doctype"),
    "doctype in utf-8 with a mark": refused(lambda: recoded(STRINGS, "utf-8", mark=b"\xef\xbb\xbf", doctype=DOCTYPE), "doctype"),
    "doctype in utf-32": refused(lambda: recoded(COSTS, "utf-32", doctype=DOCTYPE), "damaged"),
    "doctype in ebcdic": refused(lambda: recoded(COSTS, "cp037", doctype=DOCTYPE), "damaged"),
    "an encoding that does not exist": refused(lambda: recoded(COSTS, "utf-8", declared="x-nobody"), "damaged"),
    "an encoding that is no encoding": refused(lambda: recoded(COSTS, "utf-8", declared="rot13"), "damaged"),
    "another encoding than declared": refused(lambda: recoded(COSTS, "utf-16", declared="utf-8", doctype=DOCTYPE), "damaged"),
    "nul in a figure": refused(lambda: ours(raw(PAY_AT, "14\x0002")), "damaged"),
}  # fmt: skip

OUTSIDE: dict[str, Case] = {
    "data connection": same(added("xl/connections.xml", CONNECTION, LINK.format("connections", "connections.xml"))),
    "picture from the web": same(added(*target("xl/drawings/_rels/drawing9.xml.rels", "image", "http://localhost:9/x.png"))),
    "template on a share": same(added(*target("xl/worksheets/_rels/sheet9.xml.rels", "attachedTemplate", r"\\localhost\x.dotm"))),
    "ole link": refused(lambda: ours(added("xl/externalLinks/externalLink1.xml", OLE_LINK, LINK.format("externalLink", "externalLinks/externalLink1.xml"))), "embedded_objects"),
    "control in a sheet": refused(lambda: ours(added("xl/worksheets/_rels/sheet9.xml.rels", f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/control" Target="../activeX1.xml"/></Relationships>')), "embedded_objects"),
    "macro sheet": refused(lambda: ours(added("xl/macrosheets/sheet1.xml", "<a/>", kind="application/vnd.ms-excel.macrosheet+xml")), "macros"),
    "macro-enabled, renamed": refused(lambda: ours(retyped("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")), "macros"),
    "saved as a template": same(retyped("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")),
    "label without encryption": same(added("docMetadata/LabelInfo.xml", LABEL)),
    "signed": same(added("_xmlsignatures/sig1.xml", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>')),
    "sparklines": same(in_sheet("Costs", "</worksheet>", SPARKLINES)),
    "dde in a formula": formula("><f>cmd|'/c calc'!A0</f><v>1402</v>"),
    "web service in a formula": formula('><f>_xlfn.WEBSERVICE("http://localhost:9/")</f><v>1402</v>'),
    "array formula": formula('><f t="array" ref="D16">SUM(1,1401)</f><v>1402</v>'),
    "dynamic array formula": formula(' cm="1"><f t="array" ref="D16:D90">SEQUENCE(75)</f><v>1402</v>'),
    "data table": formula('><f t="dataTable" ref="D16:D17" dt2D="1" dtr="1" r1="A1" r2="A2"/><v>1402</v>'),
    "division by nought": unreadable(cell(PAY_AT, ' t="e"><f>1/0</f><v>#DIV/0!</v>')),
    "error of a linked data type": unreadable(cell(PAY_AT, ' t="e" vm="1"><v>#VALUE!</v>')),
    "kind that does not exist": refused(lambda: ours(cell(PAY_AT, ' t="x"><v>1402</v>')), "damaged"),
    "figure in runs of rich text": Case(lambda: ours(cell(PAY_AT, ' t="inlineStr"><is><r><t>1,4</t></r><r><rPr><b/></rPr><t>02</t></r></is>')), Accept({PAY: "1402"}, frozenset({("B-I1d", PAY_AT)}))),
    "text over the limit of Excel": refused(lambda: ours(text("Costs!M9", "x" * 40_000)), "text_too_long"),
}  # fmt: skip

SHAPES: dict[str, Case] = {
    "pdf before it": refused(lambda: b"%PDF-1.7\n" + sent(), "pdf"),
    "picture before it": refused(lambda: b"GIF89a" + bytes(range(200)) + sent(), "damaged"),
    "web page before it": refused(lambda: b"<html><script>alert(1)</script></html>" + sent(), "damaged"),
    "archive in its note": refused(lambda: entries(comment=hostile.good()), "damaged"),
    "end of an archive in its note": refused(lambda: entries(comment=b"PK\x05\x06" + b"\0" * 18), "damaged"),
    "folder that holds something": refused(lambda: entries(Entry(b"xl/x/", b"412")), "unsafe_part_names"),
    "bytes beneath a folder": refused(lambda: entries(Entry(b"xl/x/", b"", claimed_size=0, packed_as=b"hidden bytes")), "unsafe_part_names"),
    "a name of 60,000 letters twice": refused(lambda: entries(*[Entry(b"x" * 60_000, b"")] * 2), "duplicate_parts"),
    "absolute path": refused(lambda: entries(Entry(b"/etc/x", b"x")), "unsafe_part_names"),
    "costs renamed checks": Case(lambda: edited(*renamed("Costs", "Checks")), Accept(notes=ALTERED | {("B-I1c", "Checks!C7")})),
    "volumes renamed cover": Case(lambda: edited(*renamed("Volumes", "Cover")), Accept(notes=ALTERED | {("B-I1c", "Cover!C6")})),
}  # fmt: skip

CASES: dict[str, Case] = {**BOMBS, **ENCODINGS, **OUTSIDE, **SHAPES}
