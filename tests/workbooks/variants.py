"""Ways in which a good filled workbook of ours comes back: changed by people, saved by other programs, or made to mislead.

Most work on the text of the parts, so that a variant holds exactly the spelling that it is about; `edited` goes through
openpyxl where whole rows and columns move. What Google Sheets and Numbers do is emulated from what is known of their
exports: these are not files from those programs.
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook import Workbook

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Place, Value
from templates_app.trust_reference import prefill
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.submissions.example_returns import BACK_OFFICE, TRUST, example, trust
from tests.workbooks.hostile import MAIN, STRICT, zipped

Parts = dict[str, str]
PartsChange = Callable[[Parts], None]
Change = Callable[[Workbook], None]

SHEETS = {  # of the back office workbook and of the pathology workbook
    "Organisation": "xl/worksheets/sheet2.xml",
    "Costs": "xl/worksheets/sheet3.xml",
    "Volumes": "xl/worksheets/sheet4.xml",
    "_portal": "xl/worksheets/sheet6.xml",
    "Service": "xl/worksheets/sheet2.xml",
    "Disciplines": "xl/worksheets/sheet3.xml",
    "Quality": "xl/worksheets/sheet4.xml",
    "Checks": "xl/worksheets/sheet5.xml",
}
BOOK, STRINGS, STYLES, TYPES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
WORDS: dict[Place, Value] = {
    ("FIN3", "provider"): Value("text", text="Shared Services & Co <NHS>"),
    ("FIN3", "contract_end"): Value("text", text="2018-03-31"),
    ("FIN3", "notice_months"): Value("number", number=Decimal(6)),
    ("FIN3", "comment"): Value("text", text='Said "so" by the board’s £ report'),
}


@cache
def values() -> dict[Place, Value]:
    """What the good workbook holds: a clean example return, with words, a date and a number of the optional columns."""
    return {**example(), **WORDS}


@cache
def sent(*, filled: bool = True, code: str = TRUST) -> bytes:
    """The workbook of a trust as the portal makes it: filled, or with nothing but the published figures to confirm."""
    details = TrustDetails(code, trust(code).name, trust(code).trust_type, (), BACK_OFFICE.year)
    checksum = registry.checksum(BACK_OFFICE.template, BACK_OFFICE.version)
    if filled:
        return write_workbook(BACK_OFFICE, details, values=values(), checksum=checksum)
    ours = prefill(BACK_OFFICE, trust(code).published.get(BACK_OFFICE.year, {}))
    assert ours
    return write_workbook(BACK_OFFICE, details, prefill=ours, checksum=checksum)


@cache
def _good_parts() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(sent())) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def good_parts() -> Parts:
    """The parts of the good workbook, to be changed."""
    return dict(_good_parts())


def packed(parts: Parts) -> bytes:
    return zipped({name: text.encode() for name, text in parts.items()})


def ours(*changes: PartsChange) -> bytes:
    """The good workbook with its parts changed."""
    parts = good_parts()
    for change in changes:
        change(parts)
    return packed(parts)


def replaced(part: str, old: str, new: str) -> PartsChange:
    """One text of a part for another; it must be there."""

    def change(parts: Parts) -> None:
        assert old in parts[part], f"{part} holds no {old}"
        parts[part] = parts[part].replace(old, new)

    return change


def cell(place: str, content: str, *, style: str = "") -> PartsChange:
    """What a cell such as "Costs!D16" holds: `content` is its tag's end and what follows, such as ` t="b"><v>1</v>`."""
    title, address = place.split("!")

    def change(parts: Parts) -> None:
        part = SHEETS[title]

        def new(match: "re.Match[str]") -> str:
            return f'<c r="{address}" s="{style or match[1]}"{content}</c>'

        parts[part], count = re.subn(rf'<c r="{address}" s="(\d+)"[^>]*?(?:/>|>.*?</c>)', new, parts[part], count=1)
        assert count == 1, place

    return change


def text(place: str, words: str) -> PartsChange:
    """A text cell, as a person types it into a cell formatted as text."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    return cell(place, f' t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is>')


def raw(place: str, value: str) -> PartsChange:
    """A cell that says it is a number, whatever stands in it."""
    return cell(place, f"><v>{value}</v>")


def percentage(place: str, value: str, number_format: str = "9") -> PartsChange:
    """A cell whose number Excel shows as a percentage: what it makes of 12% that somebody types, with 0.12 as its value."""

    def change(parts: Parts) -> None:
        style = str(parts[STYLES].split("</cellXfs>")[0].split("<cellXfs")[1].count("<xf "))
        more = f'<xf numFmtId="{number_format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        parts[STYLES] = parts[STYLES].replace("</cellXfs>", more)
        cell(place, f"><v>{value}</v>", style=style)(parts)

    return change


def edited(*changes: Change, of: bytes | None = None) -> bytes:
    """The good workbook, or another, changed by way of openpyxl."""
    workbook = openpyxl.load_workbook(io.BytesIO(of or sent()))
    for change in changes:
        change(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def names_follow(title: str, where: Callable[[int, int], tuple[int, int]]) -> Change:
    """Defined names of a sheet moved with their cells, as Excel moves them: (row, column) to (row, column)."""

    def change(workbook: Workbook) -> None:
        for name in workbook.defined_names.values():
            match = re.fullmatch(rf"'?{title}'?!\$([A-Z]+)\$(\d+)", name.value)
            if match:
                row, column = where(int(match[2]), column_index_from_string(match[1]))
                name.value = f"'{title}'!${get_column_letter(column)}${row}"

    return change


def swapped_columns(title: str, first: int, second: int) -> Change:
    def change(workbook: Workbook) -> None:
        sheet = workbook[title]
        for row in range(1, sheet.max_row + 1):
            one, other = sheet.cell(row, first), sheet.cell(row, second)
            if type(one).__name__ == type(other).__name__ == "Cell":
                one.value, other.value = other.value, one.value

    return change


def reversed_rows(title: str, first: int, last: int) -> Change:
    """The rows sorted the other way round, values and labels alike."""

    def change(workbook: Workbook) -> None:
        sheet = workbook[title]
        rows = [[each.value for each in row] for row in sheet.iter_rows(min_row=first, max_row=last)]
        for number, row in enumerate(reversed(rows), first):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    return change


def retitled(old: str, new: str, *, names_too: bool = True) -> Change:
    def change(workbook: Workbook) -> None:
        workbook[old].title = new
        if names_too:
            quoted = "'" + new.replace("'", "''") + "'!"
            for name in workbook.defined_names.values():
                name.value = re.sub(rf"^'?{old}'?!", lambda _: quoted, name.value)

    return change


def deleted_line(title: str, line: str) -> tuple[Change, ...]:
    """A line's row deleted as Excel deletes it: names below move up, those of the row point nowhere."""
    row = next(each.row for each in layout_of(BACK_OFFICE).cells.values() if each.line == line)

    def broken(workbook: Workbook) -> None:
        for name in workbook.defined_names.values():
            if f"_{line}_" in name.name:
                name.value = f"{title}!#REF!"

    follow = names_follow(title, lambda at, column: (at - (at > row), column))
    return (lambda book: book[title].delete_rows(row)), follow, broken


def no_names(workbook: Workbook) -> None:
    workbook.defined_names.clear()


def without_names(parts: Parts) -> None:
    parts[BOOK] = re.sub("<definedNames>.*</definedNames>", "", parts[BOOK], flags=re.DOTALL)


def without_protection(parts: Parts) -> None:
    for name in parts:
        parts[name] = re.sub(r"<sheetProtection[^>]*/>", "", parts[name])


def protection(title: str, new: str) -> PartsChange:
    """A sheet whose protection is written in another way, or not at all."""

    def change(parts: Parts) -> None:
        parts[SHEETS[title]], count = re.subn(r"<sheetProtection[^>]*/>", new, parts[SHEETS[title]])
        assert count == 1, title

    return change


def all_inline(parts: Parts) -> None:
    """Every shared text written into its cells, and no shared texts left."""
    items = re.findall(r"<si>(.*?)</si>", parts.pop(STRINGS), flags=re.DOTALL)
    for name in list(parts):
        if name.startswith("xl/worksheets/"):
            pattern = r'<c r="([A-Z]+\d+)"((?: s="\d+")?) t="s"><v>(\d+)</v></c>'
            parts[name] = re.sub(
                pattern,
                lambda found: f'<c r="{found[1]}"{found[2]} t="inlineStr"><is>{items[int(found[3])]}</is></c>',
                parts[name],
            )
    parts[TYPES] = re.sub(r'<Override PartName="/xl/sharedStrings.xml"[^>]*/>', "", parts[TYPES])
    parts[RELATIONS] = re.sub(r'<Relationship [^>]*sharedStrings.xml"/>', "", parts[RELATIONS])


def rich_texts(parts: Parts) -> None:
    """Every shared text in two runs, with a reading aid that is no part of it."""
    parts[STRINGS] = re.sub(
        r"<si><t[^>]*>(&[a-z]+;|[^<])(.*?)</t></si>",
        r'<si><r><rPr><b/></rPr><t xml:space="preserve">\1</t></r><r><t xml:space="preserve">\2</t></r>'
        r'<rPh sb="0" eb="1"><t>NO</t></rPh></si>',
        parts[STRINGS],
        flags=re.DOTALL,
    )


def strict(parts: Parts) -> None:
    """Strict Open XML, with dates in words."""
    strict_names(parts)
    cell("Costs!J9", ' t="d"><v>2018-03-31T00:00:00</v>')(parts)


def strict_names(parts: Parts) -> None:
    """The namespaces of ISO 29500."""
    for name in parts:
        parts[name] = (
            parts[name]
            .replace(f'"{MAIN}"', f'"{STRICT}"')
            .replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
        )


def prefixed(parts: Parts) -> None:
    """Every element with a prefix, as the Open XML SDK writes."""
    for name in parts:
        if name.startswith("xl/worksheets/"):
            marked = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", parts[name])
            parts[name] = marked.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')


def days_from_1904(parts: Parts) -> None:
    """A workbook of an old Mac: the same day has a number 1,462 less."""
    replaced(BOOK, "<workbookPr ", '<workbookPr date1904="1" ')(parts)
    for place, value in values().items():
        if place[1] == "contract_end":
            number = (date.fromisoformat(value.text) - date(1899, 12, 30)).days
            raw(f"Costs!{layout_of(BACK_OFFICE).cells[place].address}", str(number - 1462))(parts)


def google_shaped(parts: Parts) -> None:
    """Like an export of Google Sheets: whole numbers as 1402.0, no prompts, nothing protected, styles in another order, hidden
    and not very hidden."""
    without_protection(parts)
    count = int(re.search(r'<cellXfs count="(\d+)"', parts[STYLES])[1])
    head, styles, tail = re.split(r'(?<=<cellXfs count="..">)(.*)(?=</cellXfs>)', parts[STYLES], flags=re.DOTALL)
    each = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", styles, flags=re.DOTALL)
    parts[STYLES] = head + "".join(reversed(each)) + tail
    for name in parts:
        if name.startswith("xl/worksheets/"):
            sheet = re.sub(r"<dataValidations.*</dataValidations>", "", parts[name], flags=re.DOTALL)
            sheet = re.sub(r'<dimension [^>]*/>| spans="[^"]*"', "", sheet)
            sheet = re.sub(
                r'(<c r="[A-Z]+\d+") s="(\d+)"', lambda found: f'{found[1]} s="{count - 1 - int(found[2])}"', sheet
            )
            sheet = re.sub(r'(<c r="[A-Z]+\d+"(?: s="\d+")?>(?:<f>[^<]*</f>)?<v>-?\d+)</v>', r"\1.0</v>", sheet)
            parts[name] = sheet.replace(
                "<worksheet ",
                '<worksheet xmlns:mx="http://schemas.microsoft.com/office/mac/excel/2008/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ',
            )
    parts[BOOK] = parts[BOOK].replace('state="veryHidden"', 'state="hidden"').replace("'", "")
    for name in ("docProps/core.xml", "docProps/app.xml"):
        parts[name] = parts[name].replace("Microsoft Excel", "")


def numbers_shaped(*, keeps_identity_title: bool) -> bytes:
    """Like an export of Apple's Numbers: a summary sheet first, a table's name behind each sheet's, no names, nothing hidden
    or protected, no formulas."""

    def change(workbook: Workbook) -> None:
        for name in list(workbook.defined_names):
            del workbook.defined_names[name]
        for sheet in list(workbook):
            sheet.sheet_state = "visible"
            sheet.protection.sheet = False
            if sheet.title != "_portal" or not keeps_identity_title:
                sheet.title = f"{sheet.title} - Table 1"
        summary = workbook.create_sheet("Export Summary", 0)
        summary["B2"] = "This document was exported from Numbers. Each table was converted to an Excel worksheet."
        for row, title in enumerate(("Organisation", "Costs", "Volumes"), 5):
            summary.cell(row, 2).value, summary.cell(row, 4).value = title, f"{title} - Table 1"

    return edited(change)
