from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from templates_app.expression_tree import Call, Negation, Text, number_references
from templates_app.expressions import (
    Expression,
    ExpressionError,
    LookUp,
    MissingValue,
    Operand,
    Reference,
    ZeroDenominator,
    evaluate,
    parse,
    references,
    required_references,
    substitute,
    text_references,
    to_excel,
)

CELLS: Mapping[str, Sequence[Operand]] = {
    "ORG01": [Decimal("412000")],
    "ORG02": [Decimal("380000.5")],
    "ORG03": [Decimal("420000")],
    "ORG04": [Decimal("260000")],
    "ORG06": [Decimal("6100.25")],
    "ORG11": [" yes "],
    "PAY1.income": [Decimal("0")],
    "VPAY3": [None],
    "ORG10": ["NA"],
    "FIN1.wte": [Decimal("12.5")],
    "FIN1.pay": [Decimal("500")],
    "FIN1.model": ["Shared  NHS"],
    "costs.pay": [Decimal("500"), Decimal("700.125"), Decimal("-0.125")],
    "costs.income": [Decimal("0"), None],
    "none.pay": [],
}


def look_up(reference: Reference) -> Sequence[Operand]:
    return CELLS[str(reference)]


def worked_out(source: str, look_up: LookUp = look_up) -> Decimal | bool | str:
    return evaluate(parse(source), look_up)


def names(found: Callable[[Expression], tuple[Reference, ...]], source: str) -> list[str]:
    return [str(reference) for reference in found(parse(source))]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3 - 4 / 8", "6.5"),
        ("10 - 2 - 3", "5"),
        ("8 / 2 / 2", "2"),
        ("8 / (2 / 2)", "8"),
        ("-2 * -3 - -1", "7"),
        ("-(2 + 3)", "-5"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0." + "3" * 34),
        ("2 / 3", "0." + "6" * 33 + "7"),
        ("FIN1.pay / FIN1.wte", "40"),
        ("SUM(costs.pay)", "1200"),
        ("SUM(costs.pay, ORG01, 1)", "413201"),
        ("MIN(costs.pay, 3)", "-0.125"),
        ("MAX(costs.pay, 3)", "700.125"),
        ("SUM(none.pay)", "0"),
        ("MAX(none.pay, 4)", "4"),
        ("ABS(ORG03 - ORG01) - ABS(ORG01 - ORG03)", "0"),
        ("IF(ORG01 > 0, ORG04 / ORG01, 0) * 412", "260"),
        ("\n ORG01\t-\n412000 ", "0"),
    ],
)
def test_numbers_are_exact(source: str, value: str) -> None:
    assert worked_out(source) == Decimal(value)


def test_nothing_times_a_negative_is_shown_as_plain_nothing() -> None:
    assert str(worked_out("-PAY1.income")) == "0"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("ORG02 <= ORG01", True),
        ("ORG02 < 0.6 * ORG01", False),
        ("OR(ORG03 < 0.85 * ORG01, ORG03 > 1.25 * ORG01)", False),
        ("SUM(costs.pay) <= ORG04", True),
        ("OR(ORG11 <> 'Yes', GIVEN(PAY1.income))", True),
        ("ORG11 = 'YES'", True),
        ('"no" = ORG11', False),
        ("FIN1.model IN ('in-house', 'shared nhs')", True),
        ("FIN1.model IN ('in-house')", False),
        ("ORG06 IN (1, 6100 + 0.25)", True),
        ("NOT(ORG06 IN (1, 2))", True),
        ("GIVEN(VPAY3)", False),
        ("GIVEN(ORG10)", False),
        ("GIVEN(ORG11)", False),
        ("AND(GIVEN(ORG01), 1 <> 1)", False),
        ("IF(ORG11 = 'yes', 1 < 2, 2 < 1)", True),
        ("IF(ORG11 = 'yes', 'hosts', 'buys') = 'HOSTS'", True),
        ("ORG11 <> 'yes'", False),
        ("1 >= 1", True),
    ],
)
def test_rules_give_true_or_false(source: str, value: bool) -> None:
    assert worked_out(source) is value


def test_text_is_given_as_written() -> None:
    assert worked_out("IF(ORG01 > 0, 'It''s  here', \"x\")") == "It's  here"


@pytest.mark.parametrize(
    ("difference", "same"), [("0.0000004999", True), ("0.0000005", False), ("-0.0000005", False), ("0", True)]
)
def test_numbers_are_the_same_when_they_agree_to_six_decimals(difference: str, same: bool) -> None:
    def near(reference: Reference) -> list[Operand]:
        return [Decimal(1) + Decimal(difference)]

    assert worked_out("A = 1", near) is same
    assert worked_out("A IN (5, 1)", near) is same
    assert worked_out("A <> 1", near) is not same
    assert worked_out("AND(A <= 1, A >= 1)", near) is same
    assert worked_out("OR(A < 1, A > 1)", near) is not same


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("VPAY3 + ORG01", "VPAY3"),
        ("ORG10 > 0", "ORG10"),
        ("SUM(costs.income)", "costs.income"),
        ("VPAY3 = 'x'", "VPAY3"),
        ("ORG01 = 'x'", "ORG01"),
        ("MIN(none.pay)", "none.pay"),
        ("MAX(none.pay, none.pay)", "none.pay"),
        ("OR(1 = 1, VPAY3 > 0)", "VPAY3"),
        ("AND(1 = 2, VPAY3 > 0)", "VPAY3"),
        ("1 IN (1, VPAY3)", "VPAY3"),
        ("ORG11 IN ('yes', ORG01)", "ORG01"),
    ],
)
def test_a_cell_without_a_usable_value_is_named(source: str, missing: str) -> None:
    with pytest.raises(MissingValue) as raised:
        worked_out(source)
    assert str(raised.value.reference) == missing


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_number(value: str) -> None:
    with pytest.raises(MissingValue):
        worked_out("A + 1", lambda reference: [Decimal(value)])
    assert worked_out("GIVEN(A)", lambda reference: [Decimal(value)]) is False


def test_no_product_is_too_large_or_too_small() -> None:
    def vast(reference: Reference) -> list[Operand]:
        return [Decimal("1E+999999") if reference.name == "A" else Decimal("1E-999999")]

    assert worked_out("A * A * A / A / A", vast) == Decimal("1E+999999")
    assert worked_out("B * B * B > 0", vast) is False
    assert worked_out("B * B / B / B", vast) == 1


def test_if_looks_only_at_the_branch_it_takes() -> None:
    assert worked_out("IF(GIVEN(VPAY3), VPAY3 / 0, ORG01)") == 412000


@pytest.mark.parametrize("source", ["1 / PAY1.income", "1 / (ORG01 - 412000)", "0 / 0"])
def test_division_by_zero_is_told(source: str) -> None:
    with pytest.raises(ZeroDenominator) as raised:
        worked_out(source)
    assert evaluate(raised.value.denominator, look_up) == 0


@pytest.mark.parametrize(
    "source", ["costs.pay + 1", "ABS(costs.pay)", "GIVEN(costs.pay)", "costs.pay = 'x'", "none.pay"]
)
def test_a_group_cannot_stand_for_one_cell(source: str) -> None:
    with pytest.raises(
        ExpressionError, match=r"(costs|none)\.pay stands for (3|0) cells: put it inside SUM, MIN or MAX"
    ):
        worked_out(source)
    with pytest.raises(
        ExpressionError, match=r"(costs|none)\.pay stands for (3|0) cells: put it inside SUM, MIN or MAX"
    ):
        to_excel(parse(source), lambda reference: ["A1"] * len(look_up(reference)))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "At character 1: expected a number, text, a name or '(', found the end"),
        ("ORG01 + * 3", "At character 9: expected a number, a name or '(', found '*'"),
        ("ORG11 = )", "At character 9: expected a number, text, a name or '(', found ')'"),
        ("1 < 2 < 3", "At character 7: expected an operator or the end, found '<'"),
        ("(ORG01", "At character 7: expected an operator or ')', found the end"),
        ("SUM(1, 2", "At character 9: expected an operator, ',' or ')', found the end"),
        ("1 ≤ 2", "At character 3: expected a number, a name, text or an operator, found '≤'"),
        ("ORG11 = 'yes", "At character 9: expected a closing ' for the text that starts here, found the end"),
        ("ORG11 = ' '", "At character 9: expected something between the quotation marks (a blank cell is not text)"),
        ("ORG11 = 'a\tb'", "At character 9: expected text on one line, without control characters"),
        ("A = '" + "x" * 256 + "'", "At character 5: expected text of at most 255 characters, found 256"),
        ("A > 1234567890123456", "At character 5: expected a number of at most 15 digits, found a longer one"),
        ("NOT A", "At character 5: expected '(' after NOT, found 'A'"),
        ("A IN 3", "At character 6: expected '(' after IN, found '3'"),
        ("IN (3)", "At character 1: expected a number, text, a name or '(', found 'IN'"),
        (
            "1 + SUM.pay",
            "At character 5: expected the name of a line, found 'SUM.pay', which holds a word of the language",
        ),
        (
            "sum(3)",
            "At character 1: expected one of the functions SUM, MIN, MAX, ABS, IF, AND, OR, NOT, GIVEN before '(', found 'sum'",
        ),
        ("ABS(1, 2)", "At character 1: expected 1 value in ABS(…), found 2"),
        ("IF(1 < 2, 3)", "At character 1: expected 3 values in IF(…), found 2"),
        ("GIVEN(3)", "At character 7: expected the name of a cell in GIVEN(…), found '3'"),
        ("GIVEN(A + 1)", "At character 9: expected ')', found '+'"),
        ("ORG01 = 'a' + 1", "At character 9: expected a number for '+', found text"),
        ("1 * (A > 2)", "At character 5: expected a number for '*', found true or false"),
        ("-'a'", "At character 2: expected a number for '-', found text"),
        ("SUM(AND(A > 1))", "At character 5: expected a number for SUM, found true or false"),
        ("AND(A > 1, B)", "At character 12: expected true or false for AND, found a number"),
        ("IF(A, 1, 2)", "At character 4: expected true or false for IF, found a number"),
        ("IF(A > 1, 'x', 2)", "At character 16: expected text for the second branch of IF, found a number"),
        ("A + 1 = 'x'", "At character 9: expected a number, to compare with a number, found text"),
        ("A IN ('x', 3)", "At character 12: expected text, to compare with text, found a number"),
        ("(1 < 2) = (2 < 3)", "At character 1: expected a number or text to compare, found true or false"),
        ("A < 'x'", "At character 3: expected '=' or '<>' between texts, found '<'"),
        ("AND(A = 3, A = 'x')", "A is compared with text and also used as a number: it can only be one"),
        ("1" * 2001, "The expression has 2,001 characters: at most 2,000 are allowed"),
        ("(" * 60, "At character 52: expected at most 50 levels of parentheses and functions, found more"),
        ("-" * 50 + "1", "The expression is nested more than 50 levels deep"),
    ],
)
def test_what_has_no_meaning_is_refused_with_a_place(source: str, message: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(source)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "start", ["(", "-", "1+(", "SUM(", "NOT(", "GIVEN(", "IF(", "1 IN (", "-1*(", "1=(", "IF(1 IN (1+2*(", "'"]
)
def test_any_depth_is_refused_and_never_exhausts_the_stack(start: str) -> None:
    with pytest.raises(ExpressionError):
        parse((start * 2000)[:2000])


@pytest.mark.parametrize(
    ("start", "end", "times"), [("-", "", 49), ("IF(1-2*", ">0,1,2)", 12), ("1+2*ABS(", ")", 16), ("(", ")", 50)]
)
def test_the_deepest_allowed_can_be_used(start: str, end: str, times: int) -> None:
    deepest = parse(start * times + "A" + end * times)
    assert isinstance(evaluate(deepest, lambda reference: [Decimal(1)]), Decimal)
    assert to_excel(deepest, lambda reference: ["Data!$A$1"]).count("Data!$A$1") == 1
    assert substitute(deepest, {}) == deepest


def test_a_long_sum_is_not_deep() -> None:
    assert worked_out("1" + "+1" * 999) == 1000


def test_references_are_distinct_and_in_order() -> None:
    source = "IF(GIVEN(VPAY3), ORG01, SUM(costs.pay, ORG01)) > -B.x"
    assert names(references, source) == ["VPAY3", "ORG01", "costs.pay", "B.x"]


def test_a_cell_only_asked_for_by_given_is_not_required() -> None:
    assert names(required_references, "OR(NOT(GIVEN(VPAY3)), PAY1.income > 0, GIVEN(ORG01))") == ["PAY1.income"]
    assert names(required_references, "IF(GIVEN(VPAY3), VPAY3, 0)") == ["VPAY3"]


def test_cells_are_text_only_where_they_meet_text() -> None:
    source = "AND(A = 'x', B IN (C, 'y'), D = E, GIVEN(F), G > SUM(H))"
    assert names(text_references, source) == ["A", "B", "C"]
    assert names(number_references, source) == ["D", "E", "G", "H"]
    assert names(number_references, "A") == ["A"]


def test_a_line_takes_the_place_of_a_pattern() -> None:
    pattern = parse("AND(line.pay / -line.wte IN (line, 1), GIVEN(line.x), ORG01 > 0, 'line' = line.y)")
    assert substitute(pattern, {"line": "FIN1"}) == parse(
        "AND(FIN1.pay / -FIN1.wte IN (FIN1, 1), GIVEN(FIN1.x), ORG01 > 0, 'line' = FIN1.y)"
    )


def test_a_parameter_is_a_literal() -> None:
    parameters: dict[str, Decimal | str] = {
        "share": Decimal("0.85"),
        "loss": Decimal("-3"),
        "model": "in-house",
        "ORG01": Decimal(9),
    }
    source = "AND(ORG01 > share * ORG03, loss < line.share, FIN1.model = model)"
    assert parse(source, parameters) == parse("AND(ORG01 > 0.85 * ORG03, -3 < line.share, FIN1.model = 'in-house')")
    with pytest.raises(ExpressionError, match="At character 9: expected a number of at most 15 digits"):
        parse("ORG01 > share", {"share": Decimal(1) / 3})


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("ORG02 <= ORG01", "ROUND(Data!ORG02-Data!ORG01,6)<=0"),
        ("A = B - (C + 0.50)", "ROUND(Data!A-(Data!B-(Data!C+0.50)),6)=0"),
        ("(A - B) * C / (D / E) - -F", "(Data!A-Data!B)*Data!C/(Data!D/Data!E)--Data!F"),
        ("-(A * B) - (C - D) > E * F", "ROUND(-(Data!A*Data!B)-(Data!C-Data!D)-Data!E*Data!F,6)>0"),
        ("A IN (1, 2)", "OR(ROUND(Data!A-1,6)=0,ROUND(Data!A-2,6)=0)"),
        ("A IN ('x', '  the \"y\"  one ')", 'OR(TRIM(Data!A)="x",TRIM(Data!A)="the ""y"" one")'),
        ("IF(GIVEN(A), SUM(costs.pay, A), 0)", "IF(ISNUMBER(Data!A),SUM(Costs!D9,Costs!D12,Data!A),0)"),
        ("NOT(AND(A <> 'x', 1 < 2))", 'NOT(AND(TRIM(Data!A)<>"x",ROUND(1-2,6)<0))'),
        ("SUM(none.pay) + MIN(none.pay)", "0+NA()"),
        ("MAX(none.pay, ABS(A))", "MAX(ABS(Data!A))"),
        ("large", "1000000"),
    ],
)
def test_the_formula_of_an_expression(source: str, formula: str) -> None:
    groups = {"costs": ["Costs!D9", "Costs!D12"], "none": []}
    expression = parse(source, {"large": Decimal("1E+6")})
    assert to_excel(expression, lambda reference: groups.get(reference.name, [f"Data!{reference}"])) == formula


def test_a_formula_that_excel_cannot_hold_is_refused() -> None:
    grows = "A" + "".join(" IN (1, 2, 3, 4, 5, 6, 7, 8, 9), 1, 2)" for _ in range(6))
    with pytest.raises(ExpressionError, match="The Excel formula would be longer than 8,192 characters"):
        to_excel(parse("IF(" * 6 + grows), lambda reference: ["Data!$A$1"])
    with pytest.raises(ExpressionError, match="SUM would have 256 values: Excel takes at most 255"):
        to_excel(parse("SUM(costs.pay)"), lambda reference: ["A1"] * 256)


@pytest.mark.parametrize("wrong", [Negation(Text("x")), Call("NOT", (Text("x"),)), Call("IF", (Text("x"),) * 3)])
def test_a_tree_put_together_wrongly_is_refused(wrong: Expression) -> None:
    with pytest.raises(ExpressionError, match="Expected a part that gives"):
        evaluate(wrong, look_up)


def test_the_examples_in_the_documentation_can_be_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text()
    examples = page.split("```expression\n")[1].split("```")[0].splitlines()
    assert len(examples) > 10
    for example in examples:
        to_excel(parse(example), lambda reference: ["Data!$A$1"])
