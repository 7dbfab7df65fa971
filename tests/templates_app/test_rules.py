"""Rules written out for their lines, and judged."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from templates_app.operands import cells_of
from templates_app.reading import Place, Value
from templates_app.rules import expanded, judge_all, judge_rule, shown
from tests.templates_app.small_definition import rule, small


def numbers(**given: str) -> dict[Place, Value]:
    """`FIN1_pay="12"` gives the number 12 in FIN1.pay."""
    return {
        (name.partition("_")[0], name.partition("_")[2]): Value("number", number=Decimal(text))
        for name, text in given.items()
    }


def judged(fields: Mapping[str, str], values: Mapping[Place, Value]) -> list[bool | None]:
    definition = small(rule("S-W9", **{"at": "FIN1.pay", **fields}))
    return [judge_rule(written, values) for written in expanded(definition)]


def test_a_rule_is_written_out_for_each_line_of_its_sheet() -> None:
    written = [(each.rule.code, each.line, each.at) for each in expanded(small()) if each.rule.code == "S-W1"]
    assert written == [("S-W1", "FIN1", ("FIN1", "pay")), ("S-W1", "FIN2", ("FIN2", "pay"))]


def test_a_rule_holds_is_broken_or_is_not_judged() -> None:
    fields = {"holds": "FIN1.pay <= 10"}
    assert judged(fields, numbers(FIN1_pay="10")) == [True]
    assert judged(fields, numbers(FIN1_pay="10.001")) == [False]
    assert judged(fields, {}) == [None]
    assert judged(fields, {("FIN1", "pay"): Value("not_applicable")}) == [None]


def test_a_rule_that_does_not_apply_holds() -> None:
    assert judged({"holds": "FIN1.pay > 0", "when": "FIN1.wte > 0"}, numbers(FIN1_pay="0", FIN1_wte="0")) == [True]


def test_a_missing_number_counts_as_nought_where_the_rule_says_so() -> None:
    fields = {"holds": "SUM(spend.pay) <= SIZE1", "missing": "zero"}
    assert judged(fields, numbers(FIN1_pay="10")) == [False]
    assert judged(fields, numbers(FIN1_pay="10", SIZE1_value="10")) == [True]


def test_given_asks_about_the_cell_even_where_missing_numbers_count_as_nought() -> None:
    fields = {"holds": "FIN1.pay <= SIZE1", "when": "GIVEN(SIZE1)", "missing": "zero"}
    assert judged(fields, numbers(FIN1_pay="10")) == [True]
    assert judged(fields, numbers(FIN1_pay="10", SIZE1_value="5")) == [False]
    nested = {"holds": "IF(NOT(GIVEN(SIZE1)), 0, -1) + ABS(0) IN (0, 7)", "missing": "zero"}
    assert judged(nested, {}) == [True]
    assert judged(nested, numbers(SIZE1_value="1")) == [False]


def test_given_does_not_keep_a_rule_from_being_judged() -> None:
    assert judged({"holds": "GIVEN(FIN1.pay)"}, {}) == [False]


def test_a_division_by_nought_is_not_judged() -> None:
    assert judged({"holds": "FIN1.pay / FIN1.wte < 5"}, numbers(FIN1_pay="1", FIN1_wte="0")) == [None]


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({}, None),
        ({("FIN1", "pay"): Value("not_applicable")}, None),
        (numbers(FIN1_pay="3"), True),
        (numbers(FIN1_pay="3", FIN1_non_pay="-3"), False),
    ],
)
def test_a_computed_place_is_given_as_soon_as_one_of_its_cells_is(
    values: dict[Place, Value], holds: bool | None
) -> None:
    assert judged({"holds": "FIN1.net > 0"}, values) == [holds]


def test_words_are_compared_without_regard_to_case_and_a_blank_is_no_answer() -> None:
    fields = {"holds": 'FIN1.how = "In-House"'}
    assert judged(fields, {("FIN1", "how"): Value("text", text="in-house")}) == [True]
    assert judged(fields, {}) == [False]


def test_what_a_rule_shows_is_worked_out_where_it_can_be() -> None:
    definition = small()
    written = next(each for each in expanded(definition) if each.rule.code == "S-W4")
    cells = cells_of(definition)
    assert shown(written, cells.operands(numbers(FIN1_pay="10", FIN1_wte="4"))) == Decimal("2.5")
    assert shown(written, cells.operands({})) is None
    assert shown(next(each for each in expanded(definition) if each.rule.code == "S-W2"), cells.operands({})) is None


def test_all_rules_are_judged_at_once_and_built_in_checks_left_out() -> None:
    definition = small()
    judgements = {(each.rule.code, each.line): holds for each, holds in judge_all(definition, numbers(FIN1_pay="1"))}
    assert judgements["S-H1", None] is None
    assert judgements["S-W5", None] is False
    assert len(judgements) == len(expanded(definition))
