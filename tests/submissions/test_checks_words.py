"""From a hit to a finding: each word comes from the rule, filled with what this return holds."""

from decimal import Decimal

import pytest

from submissions.checks.case import Case, Hit
from submissions.checks.words import finding_of
from templates_app.reading import Finding, Place, Value
from templates_app.schema import Rule
from tests.submissions.example_returns import BACK_OFFICE, context, example, reading


def rule(**words: object) -> Rule:
    told = {"message": "Look.", "expected": "less", "remedy": "Mend it.", "title": "A rule", "check": "typed_right"}
    return Rule(code="T-W1", severity="warning", **{**told, **words})


def found(given: Rule, hit: Hit, **values: Value) -> Finding:
    more: dict[Place, Value] = {}
    for name, value in values.items():
        line, _, column = name.partition("_")
        more[line, column or "value"] = value
    return finding_of(given, hit, Case(BACK_OFFICE, reading({**example(), **more}), context()))


def test_figures_are_written_with_their_thousands_and_every_digit() -> None:
    given = rule(
        message="{label} in {cell} is {found}.", expected="below {value:ORG01} ({cell:ORG01}), {label:ORG01}", remedy="At most {most}.",
        parameters={"most": Decimal("1500000.50")},
    )  # fmt: skip
    finding = found(given, Hit(("FIN3", "pay")), FIN3_pay=Value("number", number=Decimal("1234567.125")), ORG01=Value("number", number=Decimal(9000)))  # fmt: skip
    assert finding.message == "Accounts payable, pay in Costs!D9 is 1,234,567.125."
    assert finding.expected == "below 9,000 (Organisation!C6), Total operating income"
    assert finding.remedy == "At most 1,500,000.5."
    assert (finding.sheet, finding.cell, finding.found, finding.label) == ("Costs", "D9", "1,234,567.125", "Accounts payable, pay")  # fmt: skip
    assert (finding.line, finding.column, finding.code, finding.severity) == ("FIN3", "pay", "T-W1", "warning")


def test_a_line_is_that_of_the_finding() -> None:
    given = rule(message="{value:line.wte} in {cell:line.wte}, {value:line.delivery}.")
    finding = found(given, Hit(("HR1", "pay")), HR1_wte=Value("number", number=Decimal("10.50")))
    assert finding.message == f"10.5 in Costs!C12, {example()['HR1', 'delivery'].text}."


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Value("blank"), "nothing"),
        (Value("not_applicable"), "NA"),
        (Value("included_elsewhere", text="FIN9"), "IE:FIN9"),
        (Value("number", number=Decimal(0)), "0"),
    ],
)
def test_what_is_no_figure_is_told_as_it_stands(value: Value, told: str) -> None:
    finding = found(rule(message="{value:FIN4.pay}."), Hit(("FIN4", "pay")), FIN4_pay=value)
    assert (finding.message, finding.found) == (f"{told}.", told)


def test_where_a_check_knows_better_words_they_stand() -> None:
    finding = found(rule(), Hit(("FIN4", "pay"), found="#REF!", message="Better.", remedy="Do this {so}."))
    assert (finding.found, finding.message, finding.expected, finding.remedy) == ("#REF!", "Better.", "less", "Do this {so}.")  # fmt: skip


def test_braces_that_a_person_typed_are_left_alone() -> None:
    finding = found(rule(message="You wrote {found}."), Hit(("FIN4", "provider"), found="{shown} {0}"))
    assert finding.message == "You wrote {shown} {0}."


def test_a_finding_about_the_file_has_no_cell() -> None:
    finding = found(rule(message="{label}: {cell}."), Hit(None, found="another"))
    assert (finding.sheet, finding.cell, finding.line, finding.label) == ("", "", "", "The workbook")
    assert finding.message == "The workbook: the workbook."


def test_a_place_that_was_not_found_is_told_by_where_we_put_it() -> None:
    whole = reading(example())
    del (cells := dict(whole.cells))["ORG01", "value"]
    case = Case(BACK_OFFICE, reading(example(), cells=cells, not_found=(("ORG01", "value"),)), context())
    finding = finding_of(rule(message="{value:ORG01} in {cell:ORG01}."), Hit(("ORG02", "value")), case)
    assert finding.message == "nothing in Organisation!C6."
