"""Checks of single cells, of the file and of the trust: each says exactly what is wrong, at that cell, and nothing more."""

from dataclasses import replace
from decimal import Decimal

import pytest

from templates_app.reading import Finding, Place, Value
from tests.submissions.example_returns import (
    BACK_OFFICE,
    address,
    assert_complete,
    example,
    findings,
    judged,
    reading,
    with_cell,
)

CELLS = [(line.code, column.code) for _, line, column in BACK_OFFICE.cells()]


def number(amount: object) -> Value:
    return Value("number", number=Decimal(str(amount)))


def key(name: str, line: str = "") -> Value:
    return Value({"NA": "not_applicable", "IE": "included_elsewhere", "NC": "not_calculable"}[name], text=line)  # type: ignore[arg-type]


def only_finding(given) -> Finding:
    (finding,) = judged(given).findings
    assert_complete(finding)
    return finding


def whole_without(lost: tuple[Place, ...]):
    whole = reading(example())
    return replace(whole, cells={p: c for p, c in whole.cells.items() if p not in lost}, not_found=lost)


def test_a_deleted_line_is_one_finding_about_the_file() -> None:
    finding = only_finding(whole_without(tuple(place for place in CELLS if place[0] == "HR2")))
    assert (finding.code, finding.severity, finding.cell) == ("B-H1", "error", "")
    assert (finding.label, finding.found) == ("Workforce analytics", "no line HR2 on sheet Costs")


def test_a_deleted_column_is_one_finding_and_never_goes_unsaid() -> None:
    finding = only_finding(whole_without(tuple(place for place in CELLS if place[1] == "income")))
    assert (finding.code, finding.found) == ("B-H1", "no column Income from others on sheet Costs")


def test_a_deleted_sheet_is_a_finding_for_each_of_its_lines() -> None:
    lost = tuple((line.code, column.code) for line in BACK_OFFICE.sheets[2].lines for column in BACK_OFFICE.sheets[2].columns)  # fmt: skip
    assert findings(whole_without(lost)) == [("B-H1", "")] * 26


def test_lines_that_changed_places_are_one_finding_each() -> None:
    astray = {place: f"the line code {'HR2' if place[0] == 'HR1' else 'HR1'}" for place in CELLS if place[0] in ("HR1", "HR2")}  # fmt: skip
    given = reading(example(), conflicts=astray)
    assert findings(given) == [("B-H1", address("HR1", "wte")), ("B-H1", address("HR2", "wte"))]
    assert judged(given).findings[0].found == "the line code HR2"
    assert not {("HR1", "pay"), ("HR2", "pay")} & set(judged(given).values), "nobody can say whose figures these are"


@pytest.mark.parametrize(("named", "told"), [("RX1", "RX1"), ("", "no trust code")])
def test_the_workbook_of_another_trust(named: str, told: str) -> None:
    finding = only_finding(reading(example(), trust=named))
    assert (finding.code, finding.severity, finding.cell, finding.found) == ("B-H2", "error", "", told)
    assert "East and North Hertfordshire" in finding.message
    assert "(RWH)" in finding.message


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ({"kind": "boolean", "raw": "1"}, "TRUE"),
        ({"kind": "number", "raw": "42856", "is_date": True}, "1 May 2017"),
        ({"kind": "blank", "raw": "", "formula": True, "cached": False}, "a formula without a value"),
        ({"kind": "error", "raw": "#DIV/0!", "formula": True}, "#DIV/0!"),
        ({"kind": "text", "raw": "x" * 3000}, "x" * 119 + "…"),
        ({"kind": "text", "raw": "n/a"}, "n/a"),
        ({"kind": "number", "raw": "1E+20"}, "1E+20"),
    ],
)
def test_what_cannot_be_read_is_quoted_as_the_person_sees_it(cell: dict[str, object], found: str) -> None:
    finding = only_finding(with_cell(reading(example()), ("FIN3", "pay"), **cell))
    assert (finding.code, finding.found, finding.cell) == ("B-H3", found, "D9")
    assert finding.expected == "an amount in £000, or NA, IE:<line> or NC"


@pytest.mark.parametrize(
    ("place", "cell", "expected"),
    [
        (("ORG11", "value"), {"kind": "text", "raw": "perhaps"}, "Y or N"),
        (("FIN3", "delivery"), {"kind": "text", "raw": "outsourced"}, None),
        (("FIN3", "contract_end"), {"kind": "text", "raw": "rolling"}, "a date from 1990 to 2099"),
        (("ORG09", "value"), {"kind": "number", "raw": "2.5"}, "a whole number"),
        (("ORG01", "value"), {"kind": "text", "raw": "NA"}, "an amount in £000"),
        (("FIN3", "comment"), {"kind": "error", "raw": "#NAME?", "formula": True}, "words"),
    ],
)
def test_every_kind_of_cell_says_what_it_takes(place: Place, cell: dict[str, object], expected: str | None) -> None:
    finding = only_finding(with_cell(reading(example()), place, **cell))
    assert (finding.code, (finding.line, finding.column)) == ("B-H3", place)
    choices = "in-house, shared NHS, shared business service, private outsourced, mixed or hosted for others"
    assert finding.expected == (expected or choices)


def test_a_blank_says_what_the_cell_takes() -> None:
    finding = only_finding(reading({**example(), ("FIN3", "pay"): Value("blank")}))
    assert (finding.code, finding.found) == ("B-H5", "nothing")
    assert "It takes an amount in £000, or NA, IE:<line> or NC." in finding.message


def test_a_formula_that_gives_empty_text_is_a_blank() -> None:
    cell = {"kind": "text", "raw": "", "formula": True}
    assert findings(with_cell(reading(example()), ("FIN3", "pay"), **cell)) == [("B-H5", address("FIN3", "pay"))]
    finding = only_finding(with_cell(reading(example()), ("FIN3", "provider"), **cell))
    assert (finding.code, finding.found) == ("B-I1b", "a formula that gives nothing")


def test_a_required_function_that_does_not_exist_is_one_warning_a_line() -> None:
    gone = {("HR2", column): key("NA") for column in ("wte", "pay", "non_pay", "income")}
    given = reading({**example(), **gone, ("HR2", "delivery"): Value("blank")})
    finding = only_finding(given)
    assert (finding.code, finding.severity, finding.cell, finding.found) == ("B-W13", "warning", "C13", "NA")


def test_an_optional_function_may_be_absent_without_a_word() -> None:
    gone = {("PRO3", column): key("NA") for column in ("wte", "pay", "non_pay", "income")}
    values = {**example("RRU"), **gone, ("PRO3", "delivery"): Value("blank"), ("VPRO4", "value"): key("NA")}
    assert findings(reading(values, "RRU"), code="RRU") == []


def test_a_figure_that_cannot_be_stated_needs_a_reason() -> None:
    given = {**example(), ("VGOV2", "value"): key("NC")}
    assert findings(reading(given)) == [("B-H8", address("VGOV2"))]
    assert findings(reading({**given, ("VGOV2", "comment"): Value("text", text="Not counted")})) == []
    assert findings(with_cell(reading(given), ("VGOV2", "comment"), kind="text", raw=" \u00a0")) == [("B-H8", address("VGOV2"))]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "others", "holds"),
    [
        ("FIN2", {}, True),
        ("VFIN2", {}, True),
        ("VFIN1", {}, False),  # itself
        ("FIN3", {}, False),  # of another sheet
        ("XYZ9", {}, False),
        ("VFIN2", {("VFIN2", "value"): key("IE", "VFIN3")}, False),  # a chain
        ("VFIN2", {("VFIN2", "value"): key("NC"), ("VFIN2", "comment"): Value("text", text="Why")}, False),
    ],
)
def test_included_elsewhere_points_at_a_line_of_its_sheet_with_a_figure(
    target: str, others: dict[Place, Value], holds: bool
) -> None:
    place = ("VFIN1", "value") if target[0] in "VX" or target == "FIN3" else ("FIN9", "non_pay")
    found = findings(reading({**example(), place: key("IE", target), **others}))
    assert (("B-H7", address(*place)) in found) is not holds
    if not holds:
        finding = next(f for f in judged(reading({**example(), place: key("IE", target), **others})).findings if f.code == "B-H7")  # fmt: skip
        assert finding.found == f"IE:{target}"
        assert f"included in {target}" in finding.message


def test_a_pointed_at_cell_that_cannot_be_read_is_named_alone() -> None:
    given = reading({**example(), ("FIN9", "non_pay"): key("IE", "FIN2")})
    broken = with_cell(given, ("FIN2", "non_pay"), kind="error", raw="#REF!")
    assert findings(broken) == [("B-H3", address("FIN2", "non_pay"))]


def test_a_formula_in_a_cell_is_a_note_with_the_value_that_was_read() -> None:
    finding = only_finding(with_cell(reading(example()), ("FIN3", "pay"), formula=True))
    assert (finding.code, finding.severity, finding.cell) == ("B-I1b", "info", "D9")
    assert finding.found == f"a formula that gives {example()['FIN3', 'pay'].as_text()}"


def test_text_that_is_a_number_is_a_note() -> None:
    amount = example()["ORG01", "value"].number
    finding = only_finding(with_cell(reading(example()), ("ORG01", "value"), kind="text", raw=f" £{amount:,} "))
    assert (finding.code, finding.severity) == ("B-I1d", "info")
    assert finding.message == f"The cell holds text. We read it as the number {amount:,}."


def test_a_figure_that_was_rounded_is_a_note() -> None:
    amount = example()["FIN3", "pay"].number
    finding = only_finding(with_cell(reading(example()), ("FIN3", "pay"), raw=f"{amount:f}".split(".")[0] + ".12349"))
    assert (finding.code, finding.severity) == ("B-I1e", "info")
    assert "at most 3 decimal places" in finding.message
    assert finding.message.endswith(".123.")


def test_cells_that_moved_are_one_note_a_sheet() -> None:
    given = with_cell(reading(example()), ("FIN3", "pay"), cell="D13", moved=True)
    given = with_cell(given, ("FIN4", "pay"), cell="D14", moved=True)
    finding = only_finding(given)
    assert (finding.code, finding.severity, finding.cell) == ("B-I1c", "info", "D13")
    assert "We sent this cell out at Costs!D9." in finding.message
    assert findings(with_cell(given, ("VLEG1", "value"), moved=True)) == [("B-I1c", "Costs!D13"), ("B-I1c", address("VLEG1"))]  # fmt: skip


def test_nothing_more_is_said_of_a_cell_whose_trouble_is_named() -> None:
    cell = {"kind": "text", "raw": "-£1,234.56789", "formula": True}
    assert findings(with_cell(reading(example()), ("FIN3", "pay"), **cell)) == [("B-H4", address("FIN3", "pay"))]
