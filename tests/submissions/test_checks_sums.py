"""The workbook's own sums held against its figures: what is said, where, and when nothing is. Whole files are in the corpus."""

from decimal import Decimal

import pytest

from submissions.checks import judge
from submissions.read_file import from_json, read_file, to_json
from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Context, Finding, Place, ReadCell, Reading, Value
from tests.submissions.example_returns import TRUST, assert_complete, trust
from tests.workbooks.corpus import NOT_OF_THE_FILE
from tests.workbooks.sums_cases import BACK_OFFICE, CASES, changed, figures, good, sum_of

NEWEST = registry.get("back_office", "2016.2")
LAYOUT = layout_of(NEWEST)
TOTAL, NET = ("costs", "pay"), ("HR9", "net")


def read(data: bytes) -> Reading:
    answer = read_file(data, "return.xlsx")
    assert "reading" in answer, answer
    return from_json(answer["reading"])


def found_in(reading: Reading) -> tuple[Finding, ...]:
    definition = registry.get(reading.template, reading.version)
    known = trust()
    published = known.published.get(definition.year, {})
    about = Context(TRUST, known.name, known.trust_type, reading.template, reading.version, published)
    findings = tuple(each for each in judge(reading, definition, about).findings if each.code not in NOT_OF_THE_FILE)
    for finding in findings:
        assert_complete(finding)
    return findings


def stated(place: Place, number: str, **more: object) -> tuple[Finding, ...]:
    """The findings where one of the workbook's own sums says this."""
    reading = read(good("back office"))
    spot = LAYOUT.totals.get(place) or LAYOUT.cells[place]
    facts = {"kind": "number", "formula": True, **more}
    cell = ReadCell(spot.line, spot.column, spot.sheet, spot.address, spot.label, raw=number, **facts)
    return found_in(replaced(reading, {place: cell}))


def replaced(reading: Reading, cells: dict[Place, ReadCell]) -> Reading:
    computed = {**reading.computed, **cells}
    return Reading(reading.template, reading.version, reading.trust, reading.cells, computed=computed)


@pytest.mark.parametrize(("by", "said"), [("0.005", 0), ("-0.005", 0), ("0.006", 1), ("-0.006", 1)])
def test_a_sum_may_differ_by_half_of_what_is_shown(by: str, said: int) -> None:
    assert len(stated(TOTAL, str(sum_of("back office") + Decimal(by)))) == said


def test_the_finding_names_the_total_what_stands_there_and_what_the_figures_come_to() -> None:
    whole = sum_of("back office")
    (finding,) = stated(TOTAL, str(whole - 412))
    spot = LAYOUT.totals[TOTAL]
    assert (finding.code, finding.severity, finding.sheet, finding.cell) == ("B-W16", "warning", "Costs", spot.address)
    assert (finding.label, finding.line, finding.column) == ("Total, pay", "", "")
    assert finding.found == f"a formula that gives {whole - 412:,}"
    assert f"come to {whole:,}" in finding.message
    assert "press F9" in finding.remedy


def test_a_number_typed_over_the_formula_is_called_so() -> None:
    (finding,) = stated(TOTAL, "1", formula=False)
    assert finding.found == "1, typed over the formula"


def test_a_net_figure_is_named_by_its_line() -> None:
    (finding,) = stated(NET, "1")
    assert (finding.line, finding.column, finding.cell) == ("HR9", "net", LAYOUT.cells[NET].address)


def test_an_error_in_a_sum_says_how_to_mend_the_formula() -> None:
    (finding,) = stated(TOTAL, "#REF!", kind="error")
    assert finding.found == "#REF!"
    assert "newly downloaded workbook" in finding.remedy


def test_nothing_is_said_of_a_sum_over_a_cell_with_trouble_of_its_own() -> None:
    reading = read(good("back office"))
    pay = reading.cells["HR9", "pay"]
    cells = {**reading.cells, pay.place: ReadCell(*pay.place, pay.sheet, pay.cell, pay.label, "text", "see note")}
    broken = Reading(reading.template, reading.version, reading.trust, cells, computed=reading.computed)
    assert [finding.code for finding in found_in(broken)] == ["B-H3"]


def test_a_number_above_no_figures_is_held_against_nothing() -> None:
    """The sheet's lines are all blank, but somebody typed a total: a figure is missing."""
    place = ("bands", "total")
    spot = LAYOUT.totals[place]
    empty = {line.code for line in NEWEST.lines_of("bands")}
    reading = read(good("back office"))
    cells = {
        place: ReadCell(*place, cell.sheet, cell.cell, cell.label, "blank") if place[0] in empty else cell
        for place, cell in reading.cells.items()
    }
    asked = cells["ORG15", "value"]
    cells[asked.place] = ReadCell(*asked.place, asked.sheet, asked.cell, asked.label, "text", "N")
    total = ReadCell(*place, spot.sheet, spot.address, spot.label, "number", "12")
    sums = {place: cell for place, cell in reading.computed.items() if cell.sheet != "Bands"}
    (finding,) = found_in(
        Reading(reading.template, reading.version, reading.trust, cells, computed={**sums, place: total})
    )
    assert (finding.code, finding.cell) == ("B-W16", spot.address)
    assert "come to nothing" in finding.message


def test_findings_stand_in_the_order_of_the_workbook() -> None:
    reading = read(good("back office"))
    wrong = {
        place: ReadCell(*place, spot.sheet, spot.address, spot.label, "number", "1")
        for place in (TOTAL, NET, ("FIN1", "net"))
        for spot in [LAYOUT.totals.get(place) or LAYOUT.cells[place]]
    }
    assert [finding.label for finding in found_in(replaced(reading, wrong))] == [
        "Income planning and contracting, net cost",
        "Other human resources, net cost",
        "Total, pay",
    ]


def test_one_note_for_each_sheet_that_was_never_calculated() -> None:
    notes = found_in(read(CASES["sums of back office: never calculated"].make()))
    assert [finding.severity for finding in notes] == ["info"] * len(notes)
    assert [finding.sheet for finding in notes] == sorted({finding.sheet for finding in notes}, reverse=True)
    assert "formulas" in notes[0].message


def test_a_fresh_workbook_says_nothing_of_its_sums() -> None:
    reading = read(good("back office"))
    blank = {
        place: ReadCell(*place, cell.sheet, cell.cell, cell.label, "blank") for place, cell in reading.cells.items()
    }
    never = {
        place: ReadCell(*place, cell.sheet, cell.cell, cell.label, "blank", formula=True, cached=False)
        for place, cell in reading.computed.items()
    }
    codes = {finding.code for finding in found_in(Reading("back_office", "2016.2", TRUST, blank, computed=never))}
    assert codes == {"B-H5"}


def test_words_over_a_sum_are_said_with_our_own_sum() -> None:
    (finding,) = stated(TOTAL, "see ledger " * 20, kind="text", formula=False)
    assert (finding.code, finding.severity, finding.cell) == ("B-I1f", "info", LAYOUT.totals[TOTAL].address)
    assert finding.found.startswith("“see ledger see ledger")
    assert finding.found.endswith("…”, typed over the formula")
    assert f"Our own sum of its figures is {sum_of('back office'):,}" in finding.message
    (finding,) = stated(NET, "1", kind="boolean")
    assert (finding.line, finding.column, finding.found) == ("HR9", "net", "a formula that gives “TRUE”")


def test_what_was_read_before_sums_were_kept_is_read_still() -> None:
    reading = read(good("back office"))
    stored = to_json(reading)
    assert from_json(stored) == reading
    assert set(reading.computed) == {*LAYOUT.totals, *(cell.place for cell in LAYOUT.computed)}
    del stored["computed"]
    assert from_json(stored).computed == {}
    assert found_in(from_json(stored)) == ()


def test_totals_are_found_where_rows_were_inserted_and_names_removed() -> None:
    spot = BACK_OFFICE.total_cell
    reading = read(good("back office"))
    assert reading.computed[TOTAL].cell == spot.address
    assert reading.computed[TOTAL].raw == f"{sum_of('back office'):f}"


def test_the_values_are_those_of_the_figures_whatever_the_sums_say() -> None:
    data = changed("back office", (BACK_OFFICE.total_cell, "><v>1</v>"))
    reading = read(data)
    about = Context(TRUST, "", "acute", "back_office", "2016.2")
    values = judge(reading, NEWEST, about).values
    assert values["HR9", "pay"] == Value("number", number=figures("back office")["HR9", "pay"].number)
    assert not any(place in LAYOUT.totals for place in values)
