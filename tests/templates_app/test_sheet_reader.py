"""The reader against files of many writers, against openpyxl and calamine, and against files made to hurt it."""

import contextlib
import datetime
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from templates_app.container import Container
from templates_app.number_text import exact_decimal
from templates_app.plain_sheet import plain_cells
from templates_app.sheet_reader import Cell, Limits, ReadError, Sheet, Workbook, read_workbook
from tests.libreoffice import LibreOffice
from tests.workbooks import hostile
from tests.workbooks.hostile import DECLARATION, MAIN, parts, worksheet, zipped


def read_rows(rows: str, **others: str) -> dict[str, Cell]:
    """The cells of one sheet by their address, both ways of reading agreeing."""
    data = zipped(parts(worksheet(rows), **others))
    cells = read_workbook(data).sheets[0].cells
    streamed = read_workbook(zipped(parts(worksheet("<!-- read as a stream -->" + rows), **others))).sheets[0].cells
    assert cells == streamed
    return {f"{openpyxl.utils.get_column_letter(column)}{row}": cell for (row, column), cell in cells.items()}


@pytest.mark.parametrize(
    ("after", "protected", "quick"),
    [
        ("", False, True),
        ('<sheetProtection sheet="1"/>', True, True),
        ('<sheetProtection sheet="1" objects="1" scenarios="1" formatCells="0"/><pageMargins left="0.7"/>', True, True),
        ('\n <sheetProtection algorithmName="SHA-512" hashValue="aB+/=" sheet="true" />', True, True),
        ('<sheetProtection sheet="0" objects="1"/>', False, True),
        ('<sheetProtection sheet="false"/>', False, True),
        ('<sheetProtection objects="1" scenarios="1"/>', False, True),
        ("<sheetProtection/>", False, True),
        ("<sheetProtection sheet='1'/>", True, False),
        ('<sheetProtection sheet="&#49;"/>', True, False),
        ('<sheetProtection sheet="1"></sheetProtection>', True, False),
        ('<sheetCalcPr fullCalcOnLoad="1"/><sheetProtection sheet="1"/>', True, False),
        ('<sheetProtection sheet="0"/><sheetProtection sheet="1"/>', True, False),
        ('<sheetProtection sheet="1"/><sheetProtection sheet="0"/>', True, True),
        (f'<x:sheetProtection xmlns:x="{MAIN}" sheet="1"/>', True, False),
        ('<sheetProtection xmlns="urn:x" sheet="1"/>', False, False),
        ('<sheetProtection xmlns:x="urn:x" x:sheet="1"/>', False, False),
        ('<extLst><sheetProtection sheet="1"/></extLst>', False, False),
        ('<!--<sheetProtection sheet="1"/>-->', False, False),
    ],
)
def test_whether_a_sheet_is_protected_in_both_ways_of_reading(after: str, protected: bool, quick: bool) -> None:
    sheet = worksheet('<row r="1"><c r="A1"><v>7</v></c></row>', after=after)
    found = plain_cells(sheet.encode(), {}, {}, max_text=99)
    assert (found and found.protected) is (protected if quick else None)
    general = sheet.replace("<sheetData>", "<!-- read as a stream --><sheetData>")
    books = [read_workbook(zipped(parts(each))) for each in (sheet, general)]
    assert [book.sheets[0].protected for book in books] == [protected, protected]


def test_protection_before_the_cells_or_in_strict_open_xml_counts_too() -> None:
    on = '<sheetProtection sheet="1"/>'
    for sheet in (worksheet("", before=on), worksheet("", space=hostile.STRICT, after=on)):
        assert read_workbook(zipped(parts(sheet))).sheets[0].protected


def read_cell(xml: str, **others: str) -> Cell | None:
    return read_rows(f'<row r="1">{xml}</row>', **others).get("A1")


@pytest.mark.parametrize(
    ("xml", "kind", "raw"),
    [
        ("<c r='A1'><v>412</v></c>", "number", "412"),
        ('<c r="A1"><v>-0.5</v></c>', "number", "-0.5"),
        ('<c r="A1"><v> 12 </v></c>', "number", "12"),
        ('<c r="A1" t="n"><v>1.5E-7</v></c>', "number", "1.5E-7"),
        ('<c r="A1"><v>1e308</v></c>', "number", "1e308"),
        ('<c r="A1"><v>1e999</v></c>', "text", "1e999"),
        ('<c r="A1"><v>NaN</v></c>', "text", "NaN"),
        ('<c r="A1"><v>INF</v></c>', "text", "INF"),
        ('<c r="A1"><v>1_000</v></c>', "text", "1_000"),
        ('<c r="A1"><v>0x1F</v></c>', "text", "0x1F"),
        ('<c r="A1"><v>１２</v></c>', "text", "１２"),
        ('<c r="A1" t="s"><v>0</v></c>', "text", "Pay"),
        ('<c r="A1" t="str"><v>a&amp;b</v></c>', "text", "a&b"),
        ('<c r="A1" t="str"><v></v></c>', "text", ""),
        ('<c r="A1" t="b"><v>1</v></c>', "boolean", "1"),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "error", "#DIV/0!"),
        ('<c r="A1" t="d"><v>2016-09-30</v></c>', "text", "2016-09-30"),
        ('<c r="A1" t="inlineStr"><is><t>in line</t></is></c>', "text", "in line"),
        ('<c r="A1" t="inlineStr"><is><r><t>in </t></r><r><t>runs</t></r><rPh sb="0" eb="1"><t>aid</t></rPh></is></c>', "text", "in runs"),
        ('<c r="A1"><v>7</v><is><t>not this</t></is></c>', "number", "7"),
        ('<c r="A1"><v>7</v><extLst><ext><v>8</v></ext></extLst></c>', "number", "7"),
        ('<c r="A1"><v><![CDATA[5]]></v></c>', "number", "5"),
        ('<c><v>3</v></c>', "number", "3"),
    ],
)  # fmt: skip
def test_values(xml: str, kind: str, raw: str) -> None:
    cell = read_cell(xml)
    assert cell
    assert (cell.kind, cell.raw, cell.formula, cell.cached) == (kind, raw, False, True)


@pytest.mark.parametrize("xml", ['<c r="A1" s="1"/>', '<c r="A1"></c>', '<c r="A1"><v></v></c>', '<c r="A1"><v/></c>'])
def test_a_cell_with_nothing_in_it_is_left_out(xml: str) -> None:
    assert read_cell(xml) is None


@pytest.mark.parametrize(
    ("xml", "kind", "raw", "cached"),
    [
        ('<c r="A1"><f>B1&amp;""</f><v>5</v></c>', "number", "5", True),
        ('<c r="A1"><f>B1</f><v></v></c>', "blank", None, False),
        ('<c r="A1"><f>B1</f><v /></c>', "blank", None, False),
        ('<c r="A1"><f>B1</f></c>', "blank", None, False),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', "text", "", True),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error", "#DIV/0!", True),
        ('<c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>5</v></c>', "number", "5", True),
        ('<c r="A1"><f t="shared" si="0"/><v>5</v></c>', "number", "5", True),
    ],
)
def test_formulas(xml: str, kind: str, raw: str | None, cached: bool) -> None:
    assert read_cell(xml) == Cell(1, 1, kind, raw, True, cached, "")


def test_true_places_through_blank_and_unnumbered_rows() -> None:
    rows = '<row r="3"><c><v>1</v></c><c r="D3"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row><row r="9"/><row><c r="B10"><v>5</v></c></row>'
    assert {place: cell.raw for place, cell in read_rows(rows).items()} == {"A3": "1", "D3": "2", "E3": "3", "A4": "4", "B10": "5"}  # fmt: skip


def test_shared_texts_join_runs_leave_out_reading_aids_and_mean_escapes() -> None:
    items = [
        "<si><r><rPr><b/></rPr><t xml:space='preserve'>Accounts </t></r><r><t>payable</t></r></si>",
        "<si><t>東京</t><rPh sb='0' eb='2'><t>とうきょう</t></rPh></si>",
        "<si><t>a_x000D_b_x005F_x000D_c_x0000_</t></si>",
        "<si><t/></si>",
        "<si/>",
    ]
    strings = f'{DECLARATION}<sst xmlns="{MAIN}" uniqueCount="1">{"".join(items)}</sst>'
    cells = read_rows(
        '<row r="1">' + "".join(f'<c r="{"ABCDE"[n]}1" t="s"><v>{n}</v></c>' for n in range(5)) + "</row>",
        strings=strings,
    )
    assert [cell.raw for cell in cells.values()] == ["Accounts payable", "東京", "a\rb_x000D_c_x0000_", "", ""]


def test_names_states_and_first_day() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{office}"><workbookPr date1904="1"/><sheets>'
        '<sheet name="Chart" sheetId="3" r:id="rId8"/><sheet name="Notes" sheetId="2" state="veryHidden" r:id="rId9"/><sheet name="Costs" sheetId="1" r:id="rId1"/>'
        '</sheets><definedNames><definedName name="FIN1.pay" localSheetId="0">Notes!$A$1</definedName>'
        '<definedName name="FIN1.pay">Costs!$D$9</definedName><definedName name="only" localSheetId="1">Costs!$A$1</definedName></definedNames></workbook>'
    )
    relations = f'<Relationship Id="rId8" Type="{office}/chartsheet" Target="chartsheets/sheet1.xml"/><Relationship Id="rId9" Type="{office}/worksheet" Target="/xl/odd/../notes.xml"/>'
    data = zipped(parts(workbook=workbook, relations=relations, more={"xl/notes.xml": worksheet("")}))
    book = read_workbook(data)
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [("Notes", "veryHidden"), ("Costs", "visible")]
    assert book.defined_names == {"FIN1.pay": "Costs!$D$9", "only": "Costs!$A$1"}
    assert book.date_1904


def test_awkward_files_are_read() -> None:
    books = {name: read_workbook(make()) for name, make in hostile.AWKWARD.items()}
    good = books["good"]
    for name in ("strict", "prefixed", "link to a workbook", "archive comment", "folders", "lying unique count"):
        assert books[name] == good, name
    assert books["far cell"].sheets[0].cells[1_048_576, 16_384].raw == "7"
    assert len(books["lying dimension"].sheets[0].cells) == 600
    assert len(books["many blank rows"].sheets[0].cells) == 1


@pytest.mark.parametrize("name", hostile.BEYOND_THE_GUARD)
def test_contents_beyond_the_bounds_are_refused_with_words(name: str) -> None:
    make, code = hostile.BEYOND_THE_GUARD[name]
    with pytest.raises(ReadError) as caught:
        read_workbook(make())
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    "name", [name for name, (_, code) in hostile.HOSTILE.items() if code == "doctype" and "types" not in name]
)
def test_a_doctype_is_refused_by_the_reader_too(name: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_workbook(hostile.HOSTILE[name][0]())
    assert caught.value.code == "doctype"


@pytest.mark.parametrize(
    ("limits", "code"), [(Limits(cells=1), "too_many_cells"), (Limits(shared_texts=0), "too_many_texts"), (Limits(text_length=2), "text_too_long"), (Limits(styles=1), "too_many_styles"), (Limits(sheets=0), "too_many_sheets")]
)  # fmt: skip
def test_each_limit_holds(limits: Limits, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_workbook(hostile.good(), limits)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("raw", "decimal"),
    [("0.30000000000000004", "0.3"), ("1.1", "1.1"), ("-0.1000", "-0.1"), ("412", "412"), ("1E-7", "0.0000001"), ("123456789012345678", "123456789012346000"), ("2.675", "2.675"), ("0.1249999999999999", "0.125")],
)  # fmt: skip
def test_decimals_are_exact_to_the_digits_of_excel(raw: str, decimal: str) -> None:
    assert exact_decimal(raw) == Decimal(decimal)


@pytest.mark.parametrize("raw", ["", "1_000", "NaN", "inf", "1,5", "１２", "0x1", "--1", "1e9999"])
def test_other_text_is_no_decimal(raw: str) -> None:
    assert exact_decimal(raw) is None


# ---- other readers as oracles ----------------------------------------------------------------------------------------

_FIGURES: list[object] = [412, -0.5, 0.1 + 0.2, 1e-7, 123456789.123, "Pay", "  spaced  ", "a & <b>", True, False, datetime.date(2016, 9, 30), None, "東京", "1_000", 0]  # fmt: skip


def written_by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "d mmmm yyyy"})
        for name in ("Costs", "Staff & estate"):
            sheet = book.add_worksheet(name)
            for row, figure in enumerate(_FIGURES):
                if isinstance(figure, datetime.date):
                    sheet.write_datetime(row + 4, 2, figure, day)  # type: ignore[arg-type]
                else:
                    sheet.write(row + 4, 2, figure)
            sheet.write_formula(40, 3, '=IF(C5>1,"a","b")', None, "a")
            sheet.write_formula(41, 3, "=SUM(C5:C7)", None, 411.8)
        book.define_name("FIN1.pay", "=Costs!$C$5")
    return out.getvalue()


def written_by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Staff & estate")):
        for row, figure in enumerate(_FIGURES):
            sheet.cell(row + 5, 3, figure)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def resaved(libreoffice: LibreOffice, data: bytes, folder: Path) -> bytes:
    source = folder / "book.xlsx"
    source.write_bytes(data)
    (saved,) = libreoffice.saved_again(source)
    return saved.read_bytes()


def values_of(book: Workbook) -> dict[str, dict[tuple[int, int], object]]:
    """As openpyxl gives them: numbers as floats, days as dates."""
    origin = datetime.datetime(1899, 12, 30)  # noqa: DTZ001
    found: dict[str, dict[tuple[int, int], object]] = {}
    for sheet in book.sheets:
        found[sheet.name] = {}
        for place, cell in sheet.cells.items():
            value: object = cell.raw
            if cell.kind == "number":
                value = origin + datetime.timedelta(days=float(cell.raw or 0)) if cell.is_date else float(cell.raw or 0)
            elif cell.kind == "boolean":
                value = cell.raw == "1"
            if value is not None:
                found[sheet.name][place] = value
    return found


def values_by_openpyxl(data: bytes) -> dict[str, dict[tuple[int, int], object]]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        sheet.title: {(cell.row, cell.column): cell.value for row in sheet for cell in row if cell.value is not None}
        for sheet in book
    }


def values_by_calamine(data: bytes) -> dict[str, dict[tuple[int, int], object]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: dict[str, dict[tuple[int, int], object]] = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        cells = ((place, value) for row, line in enumerate(rows, 1) for place, value in zip(((row, column) for column in range(1, 99)), line, strict=False) if value != "")  # fmt: skip
        found[name] = {
            place: datetime.datetime(value.year, value.month, value.day) if isinstance(value, datetime.date) else value  # noqa: DTZ001
            for place, value in cells
        }
    return found


@pytest.mark.parametrize("write", [written_by_xlsxwriter, written_by_openpyxl])
def test_agrees_with_openpyxl_and_calamine(write) -> None:
    data = write()
    ours = values_of(read_workbook(data))
    assert ours == values_by_openpyxl(data)
    assert ours == values_by_calamine(data)
    assert len(ours) == 2


def test_a_file_saved_again_by_libreoffice_reads_the_same(libreoffice: LibreOffice, tmp_path: Path) -> None:
    data = written_by_xlsxwriter()
    again = resaved(libreoffice, data, tmp_path)
    before, after = read_workbook(data), read_workbook(again)
    assert values_of(after) == {
        name: {**cells, (42, 4): pytest.approx(411.8)} for name, cells in values_of(before).items()
    }
    assert values_of(after) == values_by_openpyxl(again)
    assert (
        after.defined_names["FIN1.pay"].replace("$Costs.", "Costs!") == before.defined_names["FIN1.pay"] == "Costs!$C$5"
    )
    formulas = [(sheet.cells[41, 4].formula, sheet.cells[42, 4].formula) for sheet in after.sheets]
    assert formulas == [(True, True)] * 2


def test_the_writers_we_know_go_the_quick_way(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Otherwise the quick way is dead code, or the speed we publish is not the speed they get."""
    data = written_by_xlsxwriter()
    for source in (data, written_by_openpyxl(), resaved(libreoffice, data, tmp_path)):
        container = Container(source)
        sheet = b"".join(container.chunks(container.parts["xl/worksheets/sheet1.xml"]))
        assert plain_cells(sheet, {str(number): "x" for number in range(50)}, {}, max_text=99) is not None


# ---- made at random --------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from([
    '<row r="1">', '<row r="2" spans="1:3">', '<row r="3"/>', "<row>", "</row>", '<c r="A1">', '<c r="B1" s="1">', '<c r="A2" t="s">', '<c r="C2"/>', "<c>", "</c>",
    "<v>", "</v>", "<v>1</v>", "<v>0.5</v>", "<v/>", "<v></v>", "<f>", "</f>", "<f>A1&amp;1</f>", "<f>A1&b</f>", '<f t="shared" si="0"/>', "<is>", "</is>", "<t>x</t>", "12", " ", "&amp;", "<!-- c -->", "]]>", '<c r="A1"><v>1</v></c>',
    '<c r="B2" t="str"><f>A1</f><v>ab</v></c>', '<c r="A2" s="1"><v>42643</v></c>', '<c r="C1" t="b"><v>1</v></c>', "<x>", "</x>", '<row r="2" xmlns="y">', "</sheetData><sheetData>", "é", "\x01", '<row r="1"><c r="A1"><v>1</v></c></row>',
])  # fmt: skip


def outcome(sheet: str) -> Sheet | str:
    try:
        return read_workbook(zipped(parts(sheet))).sheets[0]
    except ReadError as problem:
        return problem.code


_BEHIND = st.sampled_from([
    '<sheetProtection sheet="1"/>', '<sheetProtection sheet="0" objects="1"/>', "<sheetProtection", " sheet='1'", ' sheet="1"', ' sheet="&#49;"', ' xmlns="y"', "/>", ">",
    "</sheetProtection>", " ", "<extLst>", "</extLst>", "<!-- c -->", "</worksheet>", "<sheetData/>", "<!--", "-->",
])  # fmt: skip


@given(st.lists(_PIECES, max_size=14), st.lists(_BEHIND, max_size=5))
def test_the_quick_way_and_the_general_one_agree(pieces: list[str], behind: list[str]) -> None:
    rows, after = "".join(pieces), "".join(behind)
    assert outcome(worksheet(rows, after=after)) == outcome(worksheet(rows, before="<?general?>", after=after))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 30), st.sampled_from(['<c r="{}"><v>7</v></c>', '<c r="{}" s="1"/>', '<c r="{}" t="s"><v>0</v></c>', '<c r="{}"><f>B9</f><v>1.5</v></c>', '<c r="{}" t="e"><v>#N/A</v></c>'])), unique_by=lambda each: each[:2]), st.sampled_from(["", "\n ", " "]))  # fmt: skip
def test_the_two_ways_agree_on_good_sheets(cells: list[tuple[int, int, str]], space: str) -> None:
    rows: dict[int, str] = {}
    for row, column, xml in sorted(cells):
        rows[row] = rows.get(row, space) + xml.format(f"{openpyxl.utils.get_column_letter(column)}{row}") + space
    text = space.join(f'<row r="{row}" ht="15">{content}</row>' for row, content in rows.items())
    found = outcome(worksheet(text))
    assert isinstance(found, Sheet)
    assert found == outcome(worksheet(text, before="<?general?>"))
    assert len(found.cells) == sum("/>" not in xml for _, _, xml in cells)


@given(st.lists(st.sampled_from(["<si>", "</si>", "<t>", "</t>", "<si><t>Pay</t></si>", '<si><t xml:space="preserve"> a\n</t></si>', "<si><t>a&lt;&amp;lt;</t></si>", "<si><t>&b</t></si>", "<si/>", "<si><t/></si>", "<!-- c -->", " ", "é", "\x01", "\r\n", "</sst>", "<si><t>]]></t></si>"]), max_size=8))  # fmt: skip
def test_the_two_ways_agree_on_shared_texts(pieces: list[str]) -> None:
    outcomes = []
    for way in ("", "<?general?>"):
        strings = f'{DECLARATION}<sst xmlns="{MAIN}">{way}{"".join(pieces)}</sst>'
        sheet = worksheet("".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, 1 + strings.count("<si"))))  # fmt: skip
        try:
            outcomes.append(read_workbook(zipped(parts(sheet, strings=strings))))
        except ReadError as problem:
            outcomes.append(problem.code)
    assert outcomes[0] == outcomes[1]


@given(st.binary(max_size=300), st.booleans())
def test_random_bytes_give_a_read_error(data: bytes, zip_like: bool) -> None:
    with pytest.raises(ReadError):
        read_workbook(b"PK\x03\x04" + data if zip_like else data)


@given(st.sampled_from(sorted(parts())), st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=3), st.integers(0, 3)), min_size=1, max_size=4))  # fmt: skip
def test_a_changed_part_gives_a_workbook_or_a_read_error(name: str, changes: list[tuple[int, bytes, int]]) -> None:
    files = parts()
    content = files[name]
    for at, put, taken in changes:
        at %= len(content) + 1
        content = content[:at] + put + content[at + taken :]
    with contextlib.suppress(ReadError):
        assert isinstance(read_workbook(zipped({**files, name: content})), Workbook)
