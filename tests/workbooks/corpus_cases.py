"""The table of the corpus: each file by name, how it is made, and what the portal must answer. See `corpus`."""

import re
import struct
from collections.abc import Iterable

from templates_app.layout import layout_of
from templates_app.schema import is_required
from tests.submissions.example_returns import BACK_OFFICE
from tests.workbooks import hostile, hostile_cases, pathology_cases, sums_cases
from tests.workbooks.case_makers import (
    ALTERED,
    PAY,
    PAY_AT,
    added,
    entries,
    identity,
    in_sheet,
    refused,
    same,
    unreadable,
)
from tests.workbooks.corpus import Accept, Case, Findings, Refuse
from tests.workbooks.variants import (
    BOOK,
    RELATIONS,
    SHEETS,
    STRINGS,
    STYLES,
    Change,
    Parts,
    PartsChange,
    all_inline,
    cell,
    days_from_1904,
    deleted_line,
    edited,
    good_parts,
    google_shaped,
    names_follow,
    no_names,
    numbers_shaped,
    ours,
    percentage,
    prefixed,
    protection,
    raw,
    replaced,
    retitled,
    reversed_rows,
    rich_texts,
    sent,
    strict,
    swapped_columns,
    text,
    without_names,
    without_protection,
)

NUMBERS = ("Organisation - Table 1!C6", "Costs - Table 1!C7", "Volumes - Table 1!C6")
LINES = {sheet.title: tuple(line.code for line in sheet.lines) for sheet in BACK_OFFICE.sheets}


def moved(*places: str) -> frozenset[tuple[str, str]]:
    """The note that cells of a sheet have moved, at the first of them, where it now stands."""
    return frozenset(("B-I1c", place) for place in places)


def astray(*places: str, lost: Iterable[str], more: Iterable[tuple[str, str]] = ()) -> Findings:
    """Lines whose own place nobody can tell."""
    return Findings(frozenset({*(("B-H1", place) for place in places), *more}), frozenset(lost))


EVERY_LINE = frozenset(line for lines in LINES.values() for line in lines)


def blanks(*filled: str) -> frozenset[tuple[str, str]]:
    """Every cell that an acute trust must fill, but these and those with published figures to confirm."""
    cells = layout_of(BACK_OFFICE).cells
    return frozenset(
        ("B-H5", f"{spot.sheet}!{spot.address}")
        for _, line, column in BACK_OFFICE.cells()
        if is_required(line, column, "acute")
        and line.prefill is None
        and (spot := cells[line.code, column.code])
        and f"{spot.sheet}!{spot.address}" not in filled
    )


def tidied(typed: str, means: str = "1402") -> Case:
    notes = frozenset({("B-I1d", PAY_AT)})
    return Case(lambda: ours(text(PAY_AT, typed)), Accept({PAY: means}, notes))


def rows_inserted(title: str, at: int, count: int, *, names: bool) -> Iterable[Change]:
    yield lambda book: book[title].insert_rows(at, count)
    if names:
        yield names_follow(title, lambda row, column: (row + count if row >= at else row, column))


def columns_inserted(title: str, at: int, count: int, *, names: bool) -> Iterable[Change]:
    yield lambda book: book[title].insert_cols(at, count)
    if names:
        yield names_follow(title, lambda row, column: (row, column + count if column >= at else column))


def far_cell(parts: Parts) -> None:
    row = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
    in_sheet("Costs", "</sheetData>", row)(parts)


def blank_rows(count: int) -> PartsChange:
    rows = "".join(f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>' for row in range(100, count))
    return in_sheet("Costs", "</sheetData>", rows + "</sheetData>")


def style_flood(count: int) -> PartsChange:
    def change(parts: Parts) -> None:
        more = "".join(f'<xf numFmtId="{number % 50}" fontId="0" fillId="0" borderId="0"/>' for number in range(count))
        parts[STYLES] = parts[STYLES].replace("</cellXfs>", more + "</cellXfs>")

    return change


def declared_gigabyte() -> bytes:
    """A part whose header says one gigabyte, which nobody may try to hold."""
    return entries(hostile.Entry(b"xl/media/a.bin", b" " * 2**20, claimed_size=2**30))


def forged_64() -> bytes:
    """Says in 64 bits that there are more entries than there can be."""
    data = bytearray(entries())
    struct.pack_into("<H", data, data.rfind(b"PK\x05\x06") + 10, 0xFFFF)
    return bytes(data)


PEOPLE: dict[str, Case] = {
    "as filled": Case(sent, Accept()),
    "rows inserted, names with them": Case(lambda: edited(*rows_inserted("Costs", 3, 4, names=True)), Accept(notes=moved("Costs!C11"))),
    "row inserted amid lines": Case(lambda: edited(*rows_inserted("Volumes", 10, 1, names=True)), Accept(notes=moved("Volumes!C11"))),
    "rows inserted, names stale": Case(lambda: edited(*rows_inserted("Costs", 3, 2, names=False)), astray(*(f"Costs!C{row}" for row in range(7, 27)), lost=LINES["Costs"])),
    "column inserted, names with it": Case(lambda: edited(*columns_inserted("Costs", 4, 1, names=True)), Accept(notes=moved("Costs!E7"))),
    "column inserted, names stale": Case(lambda: edited(*columns_inserted("Costs", 4, 1, names=False)), Accept(notes=moved("Costs!E7"))),
    "column inserted, no names": Case(lambda: edited(*columns_inserted("Costs", 1, 2, names=False), no_names), Accept(notes=moved("Costs!E7"))),
    "columns swapped, names with them": Case(lambda: edited(swapped_columns("Costs", 4, 5), names_follow("Costs", lambda row, column: (row, {4: 5, 5: 4}.get(column, column)))), Accept(notes=moved("Costs!E7"))),
    "columns swapped, names stale": Case(lambda: edited(swapped_columns("Costs", 4, 5)), Accept(notes=moved("Costs!E7"))),
    "columns swapped, no names": Case(lambda: edited(swapped_columns("Costs", 4, 5), no_names), Accept(notes=moved("Costs!E7"))),
    "lines sorted, names stale": Case(lambda: edited(reversed_rows("Volumes", 6, 31)), astray(*(f"Volumes!C{row}" for row in range(6, 32)), lost=LINES["Volumes"])),
    "lines sorted, no names": Case(lambda: edited(reversed_rows("Volumes", 6, 31), no_names), Accept(notes=moved("Volumes!C31"))),
    "line deleted": Case(lambda: edited(*deleted_line("Costs", "HR9")), astray("", lost=["HR9"], more=moved("Costs!C16"))),
    "line deleted, no names": Case(lambda: edited(*deleted_line("Costs", "HR9"), no_names), astray("", lost=["HR9"], more=moved("Costs!C16"))),
    "sheet deleted": Case(lambda: edited(lambda book: book.remove(book["Volumes"])), astray("", lost=LINES["Volumes"])),
    "sheet renamed": Case(lambda: edited(retitled("Costs", "Costs (final) Jo's")), Accept(notes=ALTERED | moved("Costs (final) Jo's!C7"))),
    "sheet renamed, no names": Case(lambda: ours(replaced(BOOK, '<sheet name="Costs"', '<sheet name="Our costs"'), without_names), Accept(notes=ALTERED | moved("Our costs!C7"))),
    "sheets reordered and hidden": Case(lambda: edited(lambda book: book.move_sheet("Volumes", -3), lambda book: setattr(book["Costs"], "sheet_state", "hidden")), Accept(notes=ALTERED)),
    "checks and cover renamed, no names": same(replaced(BOOK, 'name="Checks"', 'name="Checks (2)"'), replaced(BOOK, 'name="Cover"', 'name="Front"'), without_names),
    "identity sheet renamed, no names": same(replaced(BOOK, 'name="_portal"', 'name="portal (2)"'), without_names),
    "sheet copied": Case(lambda: edited(lambda book: setattr(book.copy_worksheet(book["Costs"])["D9"], "value", 77)), Accept()),
    "odd spaces in codes": same(replaced(STRINGS, "<t>HR9</t>", '<t xml:space="preserve"> HR9\u00a0 </t>')),
    "odd spaces in codes, no names": same(replaced(STRINGS, "<t>HR9</t>", '<t xml:space="preserve">\u200b HR9\u00a0 </t>'), without_names),
    "small letters in codes, no names": same(replaced(STRINGS, "<t>HR9</t>", "<t>hr9</t>"), without_names),
    "odd spaces in titles, no names": same(replaced(STRINGS, "<t>Pay</t>", '<t xml:space="preserve"> pay\u00a0\n</t>'), without_names),
    "protection removed": Case(lambda: ours(without_protection), Accept(notes=ALTERED)),
    "protection removed from one sheet": Case(lambda: ours(protection("Costs", "")), Accept(notes=ALTERED)),
    "protection in other words": same(protection("Costs", "<sheetProtection password='CC1A' sheet='true'></sheetProtection>")),
    "names removed": same(without_names),
    "the last year's version": Case(lambda: ours(identity(2, "2015.1")), Refuse("unknown_version")),
    "no version": Case(lambda: ours(identity(2, "")), Refuse("unknown_version")),
    "another template": Case(lambda: ours(identity(1, "catering")), Refuse("not_our_template")),
    "another trust": Case(lambda: ours(identity(3, "R1H")), Findings(frozenset({("B-H2", "")}))),
    "the trust in small letters": same(identity(3, " rwh ")),
    "empty template": Case(lambda: sent(filled=False), Findings(frozenset({("B-H5", "")}), EVERY_LINE)),
    "all but empty": Case(lambda: edited(lambda book: book["Costs"].__setitem__("D16", 1402), of=sent(filled=False)), Findings(blanks(PAY_AT), EVERY_LINE)),
}  # fmt: skip

PROGRAMS: dict[str, Case] = {
    "strict": same(strict),
    "prefixed": same(prefixed),
    "inline strings": same(all_inline),
    "rich strings": same(rich_texts),
    "days from 1904": same(days_from_1904),
    "google-shaped": Case(lambda: ours(google_shaped), Accept(notes=ALTERED)),
    "numbers-shaped": Case(lambda: numbers_shaped(keeps_identity_title=False), Accept(notes=ALTERED | moved(*NUMBERS))),
    "numbers-shaped, identity kept": Case(
        lambda: numbers_shaped(keeps_identity_title=True), Accept(notes=ALTERED | moved(*NUMBERS))
    ),
    "exponents": Case(lambda: ours(raw(PAY_AT, "1.402E+3"), raw("Organisation!C9", "1.9979E5")), Accept()),
    "noise of a double": Case(lambda: ours(raw("Costs!D22", "729.30000000000007")), Accept()),
    "small zip notes": Case(lambda: entries(comment=b"made by hand"), Accept()),
    "folders": Case(lambda: entries(hostile.Entry(b"docs/", b"", packed=False)), Accept()),
}

TEXTS: dict[str, Case] = {
    **{f"text {typed!r}": tidied(typed, means) for typed, means in {
        "1402": "1402", "1,402": "1402", "£1,402.00": "1402", "£ 1,402": "1402", " 1402 ": "1402", "1402\u00a0": "1402", "1\u00a0402": "1402",
        "1\u202f402": "1402", "１４０２": "1402", "１，４０２．５": "1402.5", "1402.500": "1402.5", "14\u200b02": "1402", "£1,402.50": "1402.5",
    }.items()},
    "text '(0)'": Case(lambda: ours(text(PAY_AT, "(0)")), Accept({PAY: "0"}, frozenset({("B-I1d", PAY_AT), ("B-W1a", PAY_AT)}))),
    "text '(500)'": Case(lambda: ours(text("Costs!E16", "(500)")), Accept({"HR9.non_pay": "-500"}, frozenset({("B-I1d", "Costs!E16"), ("B-W12", "Costs!E16")}))),
    "text '−500'": Case(lambda: ours(text("Costs!E16", "−500")), Accept({"HR9.non_pay": "-500"}, frozenset({("B-I1d", "Costs!E16"), ("B-W12", "Costs!E16")}))),
    **{f"text {typed!r}": unreadable(text(PAY_AT, typed)) for typed in (
        "1.234,5", "1.2m", "12%", "n/a", "TBC", "-", "1e3", "1E+03", "TRUE", "true", "31/03/2016", "1/2", "2016-03-31", "Mar-16", "1_402", "NaN",
        "inf", "-Infinity", "∞", "0x57A", "1,40", "1 40", "(1402", "1402-", "£k 1402", "412¹", "=1402", "c1402", "1402 wte", "#N/A", "#REF!", "٣٤",
        "_x0000_", "_x0031_402x", "1402\n1402", "1402\t5",
    )},
    "text in a whole number's cell": Case(lambda: ours(text("Volumes!C6", "37,732")), Accept(notes=frozenset({("B-I1d", "Volumes!C6")}))),
    **{f"{value} shown as {shown} in an amount": unreadable(percentage(PAY_AT, value, number_format)) for value, number_format, shown in (
        ("0.12", "9", "12%"), ("14.02", "10", "1402.00%"), ("1402", "9", "140200%"), ("0", "10", "0.00%"),
    )},
    "whole-time equivalents shown as a percentage": unreadable(percentage("Costs!C16", "0.5"), place="Costs!C16"),
    "percent of a number": Case(lambda: ours(raw("Volumes!C6", "0.12")), Findings(frozenset({("B-H3", "Volumes!C6")}))),
    "text of control characters": Case(lambda: ours(text(PAY_AT, "14_x0007_02")), Findings(frozenset({("B-H3", PAY_AT)}))),
    "not a number": unreadable(raw(PAY_AT, "NaN")),
    "infinity": unreadable(raw(PAY_AT, "INF")),
    "minus infinity": unreadable(raw(PAY_AT, "-Infinity")),
    "beyond a double": unreadable(raw(PAY_AT, "1E+999")),
    "beyond the column": unreadable(raw(PAY_AT, "1E+15")),
    "400 digits": unreadable(raw(PAY_AT, "9" * 400)),
    "underscore in a number": unreadable(raw(PAY_AT, "1_402")),
    "hexadecimal number": unreadable(raw(PAY_AT, "0x57A")),
    "too small to see": Case(lambda: ours(raw(PAY_AT, "1402.0004")), Accept(notes=frozenset({("B-I1e", PAY_AT)}))),
    "boolean": unreadable(cell(PAY_AT, ' t="b"><v>1</v>')),
    "a day": unreadable(cell(PAY_AT, "><v>42460</v>", style="37")),
    "excel error": unreadable(cell(PAY_AT, ' t="e"><v>#REF!</v>')),
    "formula with its value": Case(lambda: ours(cell(PAY_AT, "><f>1400+2</f><v>1402</v>")), Accept(notes=frozenset({("B-I1b", PAY_AT)}))),
    "formula never calculated": unreadable(cell(PAY_AT, "><f>1400+2</f>")),
    "formula with an empty value": unreadable(cell(PAY_AT, "><f>1400+2</f><v></v>")),
    "formula out of the file": Case(lambda: ours(cell(PAY_AT, "><f>'file:///etc/[passwd]a'!A1</f><v>1402</v>")), Accept(notes=frozenset({("B-I1b", PAY_AT)}))),
    "formula that gives text": Case(lambda: ours(cell(PAY_AT, ' t="str"><f>"1,402"</f><v>1,402</v>')), Accept(notes=frozenset({("B-I1b", PAY_AT), ("B-I1d", PAY_AT)}))),
    "blank in a required cell": Case(lambda: ours(cell(PAY_AT, ">")), Findings(frozenset({("B-H5", PAY_AT)}))),
    "spaces in a required cell": Case(lambda: ours(text(PAY_AT, " \u00a0 ")), Findings(frozenset({("B-H5", PAY_AT)}))),
    "text of a date in a date's cell": same(text("Costs!J9", "31/03/2018")),
    "month before day": unreadable(text("Costs!J9", "03/31/2018"), place="Costs!J9"),
}  # fmt: skip

LINK = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/>'
LINKED = f'<externalLink xmlns="{hostile.MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><externalBook r:id="rId1"/></externalLink>'
TARGET = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="http://localhost:9/x.xlsx" TargetMode="External"/></Relationships>'
MOVED_LINK = LINK.replace("externalLinks/externalLink1.xml", "links/dde1.{}")
LINK_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
DDE = f'<externalLink xmlns="{hostile.MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'

MISLEADING: dict[str, Case] = {
    "lying dimension": same(in_sheet("Costs", '<dimension ref="A1:Q27"/>', '<dimension ref="A1"/>')),
    "dimension of everything": same(in_sheet("Costs", '<dimension ref="A1:Q27"/>', '<dimension ref="A1:XFD1048576"/>')),
    "lying unique count": Case(lambda: ours(lambda parts: parts.update({STRINGS: re.sub(r'uniqueCount="\d+"', 'uniqueCount="4294967295"', parts[STRINGS])})), Accept()),
    "far cell": same(far_cell),
    "whole-sheet merge": same(in_sheet("Costs", "<pageMargins ", '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells><pageMargins ')),
    "whole-sheet hyperlink": same(in_sheet("Costs", "<pageMargins ", '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks><pageMargins ')),
    "300,000 blank rows": same(blank_rows(300_000)),
    "a million blank rows": same(blank_rows(1_000_000)),
    "60,000 styles more": same(style_flood(60_000)),
    "100,000 styles more": Case(lambda: ours(style_flood(100_000)), Refuse("too_many_styles")),
    "link to a workbook": same(added("xl/externalLinks/externalLink1.xml", LINKED, LINK), added("xl/externalLinks/_rels/externalLink1.xml.rels", TARGET)),
    "dde": Case(lambda: ours(added("xl/externalLinks/externalLink1.xml", DDE, LINK)), Refuse("embedded_objects")),
    "dde out of its folder": Case(lambda: ours(added("xl/links/dde1.xml", DDE, MOVED_LINK.format("xml"))), Refuse("embedded_objects")),
    "dde in a part of another ending": Case(lambda: ours(added("xl/links/dde1.bin", DDE, MOVED_LINK.format("bin"), LINK_KIND)), Refuse("embedded_objects")),
    "doctype in a part of another ending": Case(lambda: ours(added("xl/links/dde1.bin", hostile.DOCTYPE + LINKED, MOVED_LINK.format("bin"), LINK_KIND)), Refuse("doctype")),
    "link out of its folder": same(added("xl/links/dde1.xml", LINKED, MOVED_LINK.format("xml")), added("xl/links/_rels/dde1.xml.rels", TARGET)),
    "embedded workbook": Case(lambda: ours(added("xl/embeddings/Microsoft_Excel_Sheet1.xlsx", "PK")), Refuse("embedded_objects")),
    "macros": Case(lambda: ours(added("xl/vbaProject.bin", "x", kind="application/vnd.ms-office.vbaProject")), Refuse("macros"), "return.xlsm"),
    "a second sheet of the name": refused(lambda: entries(hostile.Entry(SHEETS["Costs"].encode(), b"<a/>")), "duplicate_parts"),
    "a second sheet in capitals": refused(lambda: entries(hostile.Entry(SHEETS["Costs"].upper().encode(), b"<a/>")), "duplicate_parts"),
    "path upwards": refused(lambda: entries(hostile.Entry(b"../../etc/cron.d/x", b"x")), "unsafe_part_names"),
    "one gigabyte declared": refused(declared_gigabyte, "inflates_too_much"),
    "forged entry count": refused(forged_64, "damaged"),
    "script behind it": refused(lambda: sent() + b"<script>", "damaged"),
    "program before it": refused(lambda: b"MZ\x90\0" + sent(), "damaged"),
    "cut short": refused(lambda: sent()[:-2000], "damaged"),
    **{f"doctype in {part} in {encoding}": refused(lambda part=part, encoding=encoding: with_doctype(part, encoding), "doctype")
       for part in (SHEETS["Costs"], BOOK, STRINGS, STYLES, RELATIONS, "docProps/app.xml") for encoding in ("utf-8", "utf-16")},
    "entity for a figure": refused(lambda: ours(raw(PAY_AT, "&leak;"), in_sheet("Costs", "<worksheet ", f"{hostile.DOCTYPE}<worksheet ")), "doctype"),
    "undeclared entity": refused(lambda: ours(raw(PAY_AT, "&leak;")), "damaged"),
    "two cells in one place": refused(lambda: ours(in_sheet("Costs", '<c r="E16"', '<c r="D16"')), "damaged"),
    "two values in a cell": refused(lambda: ours(raw(PAY_AT, "1402</v><v>9999")), "damaged"),
    "a name twice": refused(lambda: ours(replaced(BOOK, "</definedNames>", '<definedName name="IN_HR9_PAY">Costs!$E$16</definedName></definedNames>')), "damaged"),
    "commented figure": same(raw(PAY_AT, "14<!-- 99 -->02")),
    "figure in a character section": same(raw(PAY_AT, "<![CDATA[1402]]>")),
    "another namespace's figure": same(cell(PAY_AT, '><v xmlns="urn:x">9999</v><v>1402</v>')),
}  # fmt: skip


def with_doctype(part: str, encoding: str) -> bytes:
    files = {name: content.encode() for name, content in good_parts().items()}
    content = files[part].decode().replace(hostile.DECLARATION.strip(), "").lstrip()
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{hostile.DOCTYPE}{content}'
    return hostile.zipped({**files, part: declared.encode(encoding)})


CORPUS: dict[str, Case] = sums_cases.with_sums({
    **PEOPLE, **PROGRAMS, **TEXTS, **MISLEADING, **hostile_cases.CASES, **pathology_cases.CASES, **sums_cases.CASES,
    **{f"{name} (hostile)": refused(maker, code) for name, (maker, code) in (hostile.HOSTILE | hostile.BEYOND_THE_GUARD).items()},
    **{f"{name} (not ours)": refused(maker, "not_our_template") for name, maker in hostile.AWKWARD.items()},
})  # fmt: skip
