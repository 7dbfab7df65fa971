"""The Back office return for 2015/16, held against its specification: what is asked, of whom, and what each rule says."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from templates_app import registry
from templates_app.reading import Place, Value
from templates_app.rules import expanded, judge_rule, shown
from templates_app.schema import Column, Line, Rule, is_required, keys_of, unit_of

BACK_OFFICE = registry.get("back_office", "2016.1")
RULES = {rule.code: rule for rule in BACK_OFFICE.rules}
CELLS = {(line.code, column.code): (line, column) for _, line, column in BACK_OFFICE.cells()}
NUMBER_KEYS = ("NA", "IE", "NC")


def values(**given: object) -> dict[Place, Value]:
    """`ORG01=5` is ORG01.value; `FIN1_pay=5` is FIN1.pay; a text is text."""
    found = {}
    for name, what in given.items():
        line, _, column = name.partition("_")
        known = {"NA": Value("not_applicable"), "IE": Value("included_elsewhere", text="FIN9")}
        number = None if isinstance(what, str) else Value("number", number=Decimal(str(what)))
        found[line, column or "value"] = number or known.get(str(what)) or Value("text", text=str(what))
    return found


def judged(code: str, line: str | None = None, **given: object) -> bool | None:
    """Whether the rule (for that line) holds with these figures and no others."""
    rules = [rule for rule in expanded(BACK_OFFICE) if rule.rule.code == code and rule.line == line]
    assert len(rules) == 1
    return judge_rule(rules[0], values(**given))


def test_118_figures_are_counted() -> None:
    counted = Counter(sheet.code for sheet, _, column in BACK_OFFICE.cells() if column.counted)
    assert counted == {"organisation": 12, "costs": 20 * 4, "volumes": 26}
    assert counted.total() == 118


def test_the_lines_are_those_of_the_specification() -> None:
    organisation, costs, volumes = ([line.code for line in sheet.lines] for sheet in BACK_OFFICE.sheets)
    assert organisation == [f"ORG{number:02}" for number in range(1, 13)]
    assert costs == [
        "FIN1", "FIN2", "FIN3", "FIN4", "FIN9", "HR1", "HR2", "HR3", "HR4", "HR9", "PRO1", "PRO2", "PRO3",
        "PAY1", "GOV1", "GOV2", "EST1", "EST2", "EST3", "LEG1",
    ]  # fmt: skip
    numbers = {"VFIN": 6, "VHR": 7, "VPRO": 5, "VPAY": 3, "VGOV": 2, "VEST": 2, "VLEG": 1}
    assert volumes == [f"{name}{number}" for name, last in numbers.items() for number in range(1, last + 1)]


def test_the_costs_sheet_asks_four_figures_and_five_attributes() -> None:
    columns = {column.code: column for column in BACK_OFFICE.sheets[1].columns}
    assert [code for code, column in columns.items() if column.counted] == ["wte", "pay", "non_pay", "income"]
    assert columns["net"].formula == "line.pay + line.non_pay - line.income"
    attributes = ["delivery", "provider", "contract_end", "notice_months", "comment"]
    assert [columns[code].unit for code in attributes] == ["choice", "text", "date", "count", "text"]
    assert not any(columns[code].required or columns[code].counted for code in attributes)
    assert columns["delivery"].choices == (
        "in-house", "shared NHS", "shared business service", "private outsourced", "mixed", "hosted for others",
    )  # fmt: skip


def test_who_need_not_fill_what() -> None:
    optional = {line.code: set(line.optional_for) for line, _ in CELLS.values() if line.optional_for}
    wards = {"mental_health", "community", "ambulance"}
    shifts = {"community", "ambulance"}
    assert optional == {
        "PRO3": wards, "VPRO4": wards, "VHR4": shifts, "VHR5": shifts, "VHR6": shifts, "ORG08": {"ambulance"},
        "ORG10": {"specialist", "mental_health", "community", "ambulance"},
    }  # fmt: skip
    assert is_required(*CELLS["PRO3", "pay"], "acute")
    assert not is_required(*CELLS["PRO3", "pay"], "ambulance")


def keys(line: str, column: str = "value") -> tuple[str, ...]:
    found: tuple[Line, Column] = CELLS[line, column]
    return keys_of(*found)


def test_where_keys_may_stand() -> None:
    assert {keys(f"ORG0{number}") for number in (1, 2, 3, 4, 5, 6, 7, 9)} == {()}
    assert (keys("ORG08"), keys("ORG10"), keys("ORG11"), keys("ORG12")) == (("NA", "NC"), ("NA", "NC"), (), ("NC",))
    assert {
        keys(line.code, column)
        for line in BACK_OFFICE.sheets[1].lines
        for column in ("wte", "pay", "non_pay", "income")
    } == {NUMBER_KEYS}
    assert {line.code for line in BACK_OFFICE.sheets[2].lines if keys(line.code) != NUMBER_KEYS} == {"VFIN5", "VHR3"}
    assert keys("FIN1", "comment") == ()


def test_published_figures_fill_three_cells() -> None:
    assert {line.prefill: line.code for line, _ in CELLS.values() if line.prefill} == {
        "gross_internal_floor_area": "ORG08", "non_clinical_space": "VEST1", "unoccupied_floor_area": "VEST2",
    }  # fmt: skip


def test_groups_cover_every_function_once() -> None:
    functions = {name: codes for name, codes in BACK_OFFICE.groups.items() if name != "back_office"}
    costs = [line.code for line in BACK_OFFICE.sheets[1].lines]
    assert sorted(code for codes in functions.values() for code in codes) == sorted(costs)
    assert BACK_OFFICE.groups["back_office"] == tuple(code for code in costs if code not in functions["estates"])


CROSS_CUTTING = {
    "B-H1": 1, "B-H2": 1, "B-H3": 1, "B-H4": 1, "B-H5": 1, "B-H6": 2, "B-W1": 2, "B-W2": 1, "B-W3": 2, "B-W4": 1, "B-W5": 2,
    "B-W6": 24, "B-W7": 3, "B-W8": 1, "B-W9": 1, "B-W10": 2, "B-W11": 1, "B-I1": 5,
    "B-H7": 1, "B-H8": 1, "B-W12": 1, "B-W13": 1,  # from what is said of keys, applicability and negative amounts
}  # fmt: skip
ITEMS = [
    "ORG01-H1", "ORG01-W1", "ORG02-H1", "ORG02-W1", "ORG03-H1", "ORG03-W1", "ORG04-H1", "ORG04-W1", "ORG05-H1",
    "ORG06-H1", "ORG06-W1", "ORG07-H1", "ORG07-W1", "ORG08-W1", "ORG09-H1", "ORG10-H1", "ORG10-W1", "ORG11-W1",
    "ORG12-W1", "EST1-W1", "EST2-W1", "VFIN2-H1", "VFIN3-H1", "VFIN5-H1", "VHR2-W1", "VHR3-H1", "VHR3-W1", "VHR5-H1", "VPRO2-H1",
    "VPRO3-H1", "VPAY1-W1", "VPAY2-H1", "VPAY3-W1", "VEST1-H1", "VEST2-H1",
]  # fmt: skip


def test_every_rule_of_the_specification_is_there_and_no_other() -> None:
    cross_cutting = Counter(code.rstrip("abcdefghijklmnopqrstuvwx") for code in RULES if code.startswith("B-"))
    assert cross_cutting == CROSS_CUTTING
    assert [code for code in RULES if not code.startswith("B-")] == ITEMS


ORG = {"ORG01": 400_000, "ORG02": 340_000, "ORG03": 400_000, "ORG04": 250_000, "ORG06": 6_000, "ORG07": 7_000}
"""A trust of ordinary size."""

# Rule, line, the figure that moves, the last value that holds, the first that does not, and the figures around it.
BOUNDARIES = [
    ("ORG01-H1", None, "ORG01", "0.001", 0, {}),
    ("ORG01-W1", None, "ORG01", 10_000, "9999.999", {}),
    ("ORG01-W1", None, "ORG01", 1_700_000, "1700000.001", {}),
    ("ORG02-H1", None, "ORG02", 400_000, "400000.001", ORG),
    ("ORG02-W1", None, "ORG02", 240_000, "239999.999", ORG),
    ("ORG03-H1", None, "ORG03", "0.001", 0, {}),
    ("ORG03-W1", None, "ORG03", 340_000, "339999.999", ORG),
    ("ORG03-W1", None, "ORG03", 500_000, "500000.001", ORG),
    ("ORG04-H1", None, "ORG04", 400_000, "400000.001", ORG),
    ("ORG04-W1", None, "ORG04", 180_000, "179999.999", ORG),
    ("ORG04-W1", None, "ORG04", 320_000, "320000.001", ORG),
    ("ORG05-H1", None, "ORG05", 150_000, "150000.001", ORG),
    ("ORG06-H1", None, "ORG06", "0.01", 0, {}),
    ("ORG06-W1", None, "ORG04", 168_000, "167999.9", ORG),
    ("ORG06-W1", None, "ORG04", 360_000, "360000.1", ORG),
    ("ORG07-H1", None, "ORG07", 4_800, 4_799, ORG),
    ("ORG07-W1", None, "ORG07", 10_800, 10_801, ORG),
    ("ORG09-H1", None, "ORG09", 1, 0, {}),
    ("ORG10-H1", None, "ORG10", 250_000, "250000.001", ORG),
    ("ORG10-W1", None, "ORG10", 16_000, "15999.999", ORG),
    ("ORG10-W1", None, "ORG10", 52_000, "52000.001", ORG),
    ("ORG12-W1", None, "ORG12", 60_000, "60000.001", ORG),
    ("ORG11-W1", None, "ORG11", "N", "Y", {}),
    ("ORG11-W1", None, "PAY1_income", "0.001", 0, {"ORG11": "Y", "FIN1_income": "NA"}),
    ("B-H6a", None, "FIN1_pay", 250_000, "250000.001", {**ORG, "FIN3_pay": "NA"}),
    ("B-H6b", None, "FIN1_wte", 6_000, "6000.01", {**ORG, "FIN3_wte": "NA"}),
    ("B-W1a", "HR1", "HR1_pay", "0.001", 0, {"HR1_wte": 2}),
    ("B-W1b", "HR1", "HR1_wte", "0.01", 0, {"HR1_pay": 80}),
    ("B-W2", "HR1", "HR1_pay", 36, "35.999", {"HR1_wte": 2}),
    ("B-W2", "HR1", "HR1_pay", 220, "220.001", {"HR1_wte": 2}),
    ("B-W3a", "PAY1", "PAY1_non_pay", "0.001", 0, {"PAY1_delivery": "Shared NHS"}),
    ("B-W3a", "PAY1", "PAY1_delivery", "mixed", "private outsourced", {"PAY1_non_pay": 0}),
    ("B-W3b", "PAY1", "PAY1_wte", "0.01", 0, {"PAY1_delivery": "in-house"}),
    ("B-W5a", "FIN4", "FIN4_income", "99.999", 100, {"FIN4_pay": 60, "FIN4_non_pay": 40}),
    ("B-W5b", "FIN4", "FIN4_pay", "0.001", 0, {"FIN4_non_pay": 0, "FIN4_income": 0}),
    ("B-W6a", None, "FIN3_non_pay", "0.001", 0, {"VFIN1": 9_000, "FIN3_pay": 0}),
    ("B-W6b", None, "VFIN1", 1, 0, {"FIN3_pay": 200, "FIN3_non_pay": 0}),
    ("B-W7a", None, "VPAY1", 80_000, 79_999, {"PAY1_pay": 960, "PAY1_non_pay": 240, "VPAY3": 20_000}),
    ("B-W7a", None, "VPAY1", 780_000, 780_001, {"PAY1_pay": 960, "PAY1_non_pay": 240, "VPAY3": 20_000}),
    ("B-W7a", None, "VPAY1", 100_000, 99_999, {"PAY1_pay": 960, "PAY1_non_pay": 240, "VPAY3": "NA"}),
    ("B-W7b", None, "VFIN1", 10_000, 9_999, {"FIN3_pay": 100, "FIN3_non_pay": 60, "FIN3_income": 10}),
    ("B-W7b", None, "VFIN1", 150_000, 150_001, {"FIN3_pay": 100, "FIN3_non_pay": 60, "FIN3_income": 10}),
    ("B-W7c", None, "VFIN6", 200, 199, {"FIN4_pay": 0, "FIN4_non_pay": 180, "FIN4_income": 0}),
    ("B-W7c", None, "VFIN6", 900, 901, {"FIN4_pay": 0, "FIN4_non_pay": 180, "FIN4_income": 0}),
    ("B-W11", None, "FIN1_non_pay", 6_800, "6799.999", {**ORG, "HR1_pay": "NA"}),
    ("B-W11", None, "FIN1_non_pay", 40_900, "40900.001", {**ORG, "HR1_income": 100}),
    ("VFIN2-H1", None, "VFIN2", 90, 91, {"VFIN1": 90}),
    ("VFIN3-H1", None, "VFIN3", 90, 91, {"VFIN1": 90}),
    ("VFIN5-H1", None, "VFIN5", 1, 0, {}),
    ("VFIN5-H1", None, "VFIN5", 25, 26, {}),
    ("VHR2-W1", None, "VHR2", 300, 301, {"VHR1": 100}),
    ("VHR3-H1", None, "VHR3", 1, 0, {}),
    ("VHR3-H1", None, "VHR3", 365, 366, {}),
    ("VHR3-W1", None, "VHR3", 20, 19, {}),
    ("VHR3-W1", None, "VHR3", 180, 181, {}),
    ("VHR5-H1", None, "VHR5", 60, 61, {"VHR4": 100, "VHR6": 40}),
    ("VHR5-H1", None, "VHR5", 100, 101, {"VHR4": 100, "VHR6": "NA"}),
    ("VPRO2-H1", None, "VPRO2", 90, 91, {"VPRO1": 90}),
    ("VPRO3-H1", None, "VPRO3", "90.5", "90.501", {"ORG05": "90.5"}),
    ("VPAY1-W1", None, "VPAY1", 70_000, 69_999, ORG),
    ("VPAY1-W1", None, "VPAY1", 112_000, 112_001, ORG),
    ("VPAY2-H1", None, "VPAY2", 90, 91, {"VPAY1": 90}),
    ("VPAY3-W1", None, "PAY1_income", "0.001", 0, {"VPAY3": 500}),
    ("VEST1-H1", None, "VEST1", 90, "90.01", {"ORG08": 90}),
    ("VEST2-H1", None, "VEST2", 30, "30.01", {"ORG08": 90, "VEST1": 60}),
]  # fmt: skip


def as_figure(what: object) -> object:
    return Decimal(what) if isinstance(what, str) and re.fullmatch(r"[0-9.]+", what) else what


@pytest.mark.parametrize(("code", "line", "moving", "holds", "breaks", "around"), BOUNDARIES)
def test_a_rule_turns_exactly_where_the_specification_says(
    code: str, line: str | None, moving: str, holds: object, breaks: object, around: dict[str, object]
) -> None:
    figures = {name: as_figure(what) for name, what in around.items()}
    assert judged(code, line, **figures | {moving: as_figure(holds)}) is True
    assert judged(code, line, **figures | {moving: as_figure(breaks)}) is False


def test_every_rule_with_an_expression_is_tried_at_its_boundary() -> None:
    pairs = {f"B-W6{letter}" for letter in "cdefghijklmnopqrstuvwx"}  # tried below
    assert {code for code, rule in RULES.items() if rule.holds} == {case[0] for case in BOUNDARIES} | pairs


def test_each_volume_and_its_function_need_each_other() -> None:
    pairs = {
        "VFIN1": "FIN3", "VFIN4": "FIN2", "VFIN6": "FIN4", "VHR1": "HR1", "VHR4": "HR3", "VHR7": "HR4", "VPRO1": "PRO1",
        "VPRO4": "PRO3", "VPAY1": "PAY1", "VGOV1": "GOV2", "VGOV2": "GOV2", "VLEG1": "LEG1",
    }  # fmt: skip
    letters = iter("abcdefghijklmnopqrstuvwx")
    for volume, cost in pairs.items():
        needs_cost, needs_volume = f"B-W6{next(letters)}", f"B-W6{next(letters)}"
        for pay, amount, has_cost, has_volume in [
            (5, 5, True, True),
            (0, 5, False, True),
            (5, 0, True, False),
            (0, 0, True, True),
        ]:
            figures = {f"{cost}_pay": pay, f"{cost}_non_pay": 0, volume: amount}
            assert judged(needs_cost, **figures) is has_cost
            assert judged(needs_volume, **figures) is has_volume
        elsewhere = {f"{cost}_pay": "IE", f"{cost}_non_pay": "IE", volume: 5}
        assert judged(needs_cost, **elsewhere) is None, "a cost included elsewhere is not missing"


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.holds])
def test_no_rule_is_broken_by_an_empty_return(code: str) -> None:
    assert all(judge_rule(rule, {}) is not False for rule in expanded(BACK_OFFICE) if rule.rule.code == code)


def test_pay_for_each_wte_is_shown() -> None:
    rule = next(rule for rule in expanded(BACK_OFFICE) if (rule.rule.code, rule.line) == ("B-W2", "HR1"))
    assert shown(rule, rule.cells.operands(values(HR1_pay=240, HR1_wte=2))) == 120


@pytest.mark.parametrize("rule", BACK_OFFICE.rules, ids=lambda rule: rule.code)
def test_the_words_of_a_rule_say_its_own_thresholds(rule: Rule) -> None:
    if rule.holds:
        told = [name for name, value in rule.parameters.items() if isinstance(value, Decimal) and value > 0]
        assert all(f"{{{name}}}" in rule.message + rule.expected for name in told)


@pytest.mark.parametrize(
    "rule", [rule for rule in BACK_OFFICE.rules if rule.severity == "warning"], ids=lambda rule: rule.code
)
def test_a_warning_says_that_a_comment_will_do(rule: Rule) -> None:
    assert " in a comment" in rule.remedy


def test_units_are_those_that_the_specification_gives() -> None:
    units = {line.code: unit_of(line, column) for (_, code), (line, column) in CELLS.items() if code == "value"}
    assert Counter(units.values()) == {
        "count": 23,
        "thousand_pounds": 8,
        "wte": 1,
        "square_metres": 3,
        "yes_no": 1,
        "days": 2,
    }
