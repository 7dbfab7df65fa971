"""The workbook that a trust gets, opened with openpyxl as the oracle."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from templates_app import registry
from templates_app.layout import CHECKS_SHEET, COVER_SHEET, IDENTITY_SHEET, layout_of
from templates_app.reading import Place, Value
from templates_app.schema import Definition, keys_of
from templates_app.workbook_inputs import LIST_LENGTH, MESSAGE_LENGTH, TITLE_LENGTH, validation
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.templates_app.small_definition import small

TRUST = TrustDetails(
    code="RX1",
    name="2gether & <Friends> NHS Trust",
    trust_type="acute",
    footprint_names=("Gloucestershire", "Herefordshire and Worcestershire"),
    year="2015/16",
    due_date=date(2016, 9, 30),
    contact="Collection team, 020 7000 0000",
    upload_address="portal.example.nhs.uk",
    finance_director="A Director",
)


def opened(data: bytes, *, values: bool = True) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def at(workbook: Workbook, definition: Definition, place: Place) -> object:
    cell = layout_of(definition).cells[place]
    return workbook[cell.sheet][cell.address].value


def number(text: str) -> Value:
    return Value("number", number=Decimal(text))


def words_on(workbook: Workbook, title: str) -> str:
    return "\n".join(str(cell.value) for row in workbook[title].iter_rows() for cell in row if cell.value is not None)


def test_sheets_stand_in_order_and_the_identity_is_hidden() -> None:
    workbook = opened(write_workbook(small(), TRUST, checksum="abc"))
    assert workbook.sheetnames == [COVER_SHEET, "Size", "What is spent", CHECKS_SHEET, IDENTITY_SHEET]
    assert workbook[IDENTITY_SHEET].sheet_state == "veryHidden"
    identity = {}
    for name in ("portal_template", "portal_version", "portal_trust", "portal_checksum"):
        ((title, address),) = workbook.defined_names[name].destinations
        identity[name] = workbook[title][address].value
    assert list(identity.values()) == ["small", "2016.1", "RX1", "abc"]


@pytest.mark.parametrize("definition", [small(), registry.get("back_office")], ids=["small", "back office"])
def test_every_defined_name_resolves_and_every_cell_has_its_own(definition: Definition) -> None:
    workbook, cells = opened(write_workbook(definition, TRUST)), layout_of(definition).cells
    for cell in cells.values():
        ((title, address),) = workbook.defined_names[cell.name].destinations
        assert (title, address.replace("$", "")) == (cell.sheet, cell.address)
    for name, defined in workbook.defined_names.items():
        for title, area in defined.destinations:
            assert workbook[title][area.replace("$", "")] is not None, name


def test_the_cover_names_the_trust_and_says_what_to_do() -> None:
    words = words_on(opened(write_workbook(small(), TRUST)), COVER_SHEET)
    for expected in (
        "2gether & <Friends> NHS Trust (RX1)", "Acute", "Gloucestershire\nHerefordshire and Worcestershire", "30 September 2016",
        "Collection team, 020 7000 0000", "portal.example.nhs.uk", "A Director", "Fill it in.", "IE:FIN2",
        "Required cells filled: 0 of 6", "Checks to look at: 0 errors, 1 warning",
    ):  # fmt: skip
        assert expected in words


def test_what_is_not_known_of_a_trust_is_left_out() -> None:
    trust = TrustDetails(code="RX1", name="A trust", trust_type="acute", footprint_names=(), year="2015/16")
    words = words_on(opened(write_workbook(small(), trust)), COVER_SHEET)
    assert not [
        label for label in ("Upload it by", "Footprint", "Where to upload", "If you need help") if label in words
    ]


def test_no_token_is_left_and_a_name_that_begins_with_a_digit_does_not_become_a_letter_size() -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook(small(), TRUST))) as archive:
        assert archive.testzip() is None
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert not [text for text in texts if re.search("[\ue000\ue001]", text)]
    assert opened(write_workbook(small(), TRUST))["Size"].oddHeader.left.text == "2gether && <Friends> NHS Trust (RX1)"


def test_only_inputs_are_unlocked() -> None:
    definition = registry.get("back_office")
    workbook, layout = opened(write_workbook(definition, TRUST)), layout_of(definition)
    for layout_of_sheet in layout.sheets.values():
        worksheet = workbook[layout_of_sheet.sheet.title]
        assert worksheet.protection.sheet
        unlocked = {cell.coordinate for row in worksheet.iter_rows() for cell in row if not cell.protection.locked}
        inputs = {
            cell.address
            for cell in layout.cells.values()
            if cell.sheet == worksheet.title and cell.name.startswith("in_")
        }
        assert unlocked == inputs
    assert workbook[CHECKS_SHEET].protection.sheet


def test_values_keys_dates_and_last_year_stand_where_they_belong() -> None:
    values = {
        ("FIN1", "pay"): number("412.125"),
        ("FIN1", "non_pay"): Value("included_elsewhere", text="FIN2"),
        ("FIN2", "pay"): Value("not_applicable"),
        ("FIN1", "ends"): Value("text", text="2018-03-31"),
        ("SIZE2", "value"): Value("text", text="Y"),
        ("SIZE1", "comment"): Value("text", text="<b> & =1+1"),
        ("SIZE3", "comment"): Value("blank"),
    }
    data = write_workbook(
        small(), TRUST, values=values, prefill={("SIZE3", "value"): Decimal("171234.5")},
        last_year={("FIN1", "pay"): Decimal("400.5"), ("SIZE1", "value"): Decimal(1000)},
    )  # fmt: skip
    workbook = opened(data)
    found = {
        place: at(workbook, small(), place) for place in (*values, ("FIN1", "net"), ("FIN2", "net"), ("SIZE3", "value"))
    }
    assert found[("FIN1", "pay")] == found[("FIN1", "net")] == 412.125
    assert (found[("FIN1", "non_pay")], found[("FIN2", "pay")], found[("FIN2", "net")]) == ("IE:FIN2", "NA", None)
    assert str(found[("FIN1", "ends")]) == "2018-03-31 00:00:00"
    assert (found[("SIZE2", "value")], found[("SIZE1", "comment")]) == ("Y", "<b> & =1+1")
    assert (found[("SIZE3", "value")], found[("SIZE3", "comment")]) == (171234.5, None)
    assert (workbook["What is spent"]["J7"].value, workbook["Size"]["F6"].value) == (400.5, 1000)
    assert workbook["What is spent"]["D9"].value == 412.125


def test_optional_lines_are_marked_for_the_types_that_may_leave_them() -> None:
    acute = opened(write_workbook(small(), TRUST))
    ambulance = opened(write_workbook(small(), TrustDetails("RX2", "Ambulance", "ambulance", (), "2015/16")))
    assert "Optional for your type of trust: FIN2." in words_on(acute, "What is spent")
    assert "Optional for your type of trust" not in words_on(acute, "Size")
    assert "Optional for your type of trust: SIZE3." in words_on(ambulance, "Size")
    assert acute["Size"]["C8"].fill.fgColor.rgb != ambulance["Size"]["C8"].fill.fgColor.rgb


def test_computed_places_totals_and_checks_are_live() -> None:
    workbook = opened(write_workbook(small(), TRUST), values=False)
    assert workbook["What is spent"]["F7"].value == '=IFERROR(IF(COUNT(D7,E7)=0,"",N(D7)+N(E7)),"")'
    assert workbook["What is spent"]["D9"].value == '=IF(COUNT(D7:D8)=0,"",SUM(D7:D8))'
    assert workbook["What is spent"].freeze_panes == "C7"
    formulas = {row[2].value: row[0].value for row in workbook[CHECKS_SHEET].iter_rows(min_row=6)}
    pay, wte = "'What is spent'!$D$7", "'What is spent'!$C$7"
    state = f'IF(ROUND({pay}/{wte}-50,6)<0,"OK","Look")'
    assert formulas["S-W4"] == f'=IFERROR(IF(COUNT({wte},{pay})<2,"Not yet",{state}),"Not yet")'
    assert "MIN(N('What is spent'!$E$7),N('What is spent'!$E$8))" in formulas["S-W5"]
    assert formulas["S-I1"] == "On upload"


def test_every_rule_has_its_rows_with_a_link_to_its_cell() -> None:
    checks = opened(write_workbook(small(), TRUST))[CHECKS_SHEET]
    rows = [[cell.value for cell in row] for row in checks.iter_rows(min_row=6)]
    codes = [row[2] for row in rows]
    assert codes == ["S-H1"] * 2 + ["S-H2"] * 2 + ["S-W1"] * 2 + ["S-W2"] + ["S-W3"] * 2 + ["S-W4", "S-W5", "S-I1"]
    first = rows[codes.index("S-W1")]
    assert first[1:] == [
        "Warning", "S-W1", "What is spent!D7", "Accounts payable, pay", "Rule S-W1",
        "Less than the figure in Size!C6", "Mend Accounts payable, pay.", "FIN1.pay",
    ]  # fmt: skip
    link = checks.cell(row=6 + codes.index("S-W1"), column=4).hyperlink
    assert link is not None
    assert link.location == "'What is spent'!D7"


def test_validation_lets_keys_in_and_stays_within_what_excel_takes() -> None:
    definition = registry.get("back_office")
    for _, line, column in definition.cells():
        rule = validation(line, column, "C7", optional=True)
        assert len(rule["input_title"]) <= TITLE_LENGTH
        assert 0 < len(rule["input_message"]) <= MESSAGE_LENGTH
        assert rule["error_type"] == "warning"
        if rule["validate"] == "list":
            assert len(",".join(rule["source"])) <= LIST_LENGTH
            assert not [choice for choice in rule["source"] if "," in choice]
        if rule["validate"] == "custom":
            assert len(rule["value"]) <= LIST_LENGTH
            assert ('="NA"' in rule["value"]) == ("NA" in keys_of(line, column))


def test_equal_input_gives_equal_bytes_and_trusts_do_not_mix() -> None:
    data = write_workbook(small(), TRUST, values={("FIN1", "pay"): number("7")})
    other = write_workbook(small(), TrustDetails("RX9", "Other", "acute", TRUST.footprint_names, "2015/16"))
    assert data == write_workbook(small(), TRUST, values={("FIN1", "pay"): number("7")})
    assert "2gether" not in words_on(opened(other), COVER_SHEET)
    assert at(opened(other), small(), ("FIN1", "pay")) is None


def test_the_state_of_the_checks_is_written_for_viewers_that_do_not_calculate() -> None:
    values = {("FIN1", "pay"): number("-5"), ("FIN1", "wte"): number("1"), ("SIZE1", "value"): number("-6")}
    workbook = opened(write_workbook(small(), TRUST, values=values))
    states = {(row[2].value, row[3].value): row[0].value for row in workbook[CHECKS_SHEET].iter_rows(min_row=6)}
    assert states["S-W1", "What is spent!D7"] == "Look"
    assert states["S-W1", "What is spent!D8"] == "Not yet"
    assert states["S-H2", "Size"] == states["S-H2", "What is spent"] == "Look"
    assert states["S-H1", "Size"] == "Not yet"
    assert states["S-W4", "What is spent!D7"] == "OK"
    assert "Checks to look at: 2 errors, 3 warnings" in words_on(workbook, COVER_SHEET)
