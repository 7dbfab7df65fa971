"""A small template with every shape a sheet can have, for tests of layout, rules and workbook."""

from typing import Any

from templates_app.schema import Column, Definition, Line, Rule, Sheet

WORDS = {"message": "Look at this.", "expected": "less than {value:SIZE1} in {cell:SIZE1}", "remedy": "Mend {label}."}

SIZE = Sheet(
    code="size",
    title="Size",
    purpose="How large the trust is.",
    columns=(
        Column(code="value", title="Figure", keys=("NA", "NC")),
        Column(code="comment", title="Comment", unit="text", required=False, counted=False),
    ),
    lines=(
        Line(code="SIZE1", label="Income", unit="thousand_pounds"),
        Line(code="SIZE2", label="Hosts others", unit="yes_no", keys=()),
        Line(code="SIZE3", label="Floor area", unit="square_metres", optional_for=("ambulance",), prefill="area"),
    ),
)
SPEND = Sheet(
    code="spend",
    title="What is spent",
    purpose="What each function costs.",
    columns=(
        Column(code="wte", title="WTE", unit="wte", keys=("NA", "IE", "NC")),
        Column(code="pay", title="Pay", unit="thousand_pounds", keys=("NA", "IE", "NC")),
        Column(code="non_pay", title="Non-pay", unit="thousand_pounds", keys=("NA", "IE", "NC")),
        Column(code="net", title="Net cost", unit="thousand_pounds", counted=False, formula="line.pay + line.non_pay"),
        Column(code="ends", title="Contract ends", unit="date", required=False, counted=False),
        Column(code="how", title="How", unit="choice", choices=("in-house", "bought"), required=False, counted=False),
    ),
    lines=(
        Line(code="FIN1", label="Accounts payable", note="Leave out purchase orders."),
        Line(code="FIN2", label="Payroll", optional_for=("acute",)),
    ),
    totals=("pay", "net"),
)


def rule(code: str, **fields: Any) -> Rule:
    severity = {"H": "error", "W": "warning", "I": "info"}[code.split("-")[1][0]]
    return Rule(code=code, severity=severity, title=f"Rule {code}", **{**WORDS, **fields})


RULES = (
    rule("S-H1", check="required_given", expected="a figure"),
    rule(
        "S-H2", check="not_negative", parameters={"columns": ("pay", "value")}, expected="0 or more", remedy="Mend it."
    ),
    rule("S-W1", for_each="spend", holds="line.pay < SIZE1", when="line.wte > 0", at="line.pay"),
    rule("S-W2", holds="SUM(spend.pay) <= SIZE1", when="GIVEN(SIZE1)", at="SIZE1", missing="zero"),
    rule("S-W3", for_each="spend", holds="line.net > 0", when='line.how = "In-House"', at="line.pay"),
    rule("S-W4", holds="FIN1.pay / FIN1.wte < 50", at="FIN1.pay", shows="FIN1.pay / FIN1.wte"),
    rule("S-W5", holds="MIN(spend.non_pay) >= 5", at="FIN1.non_pay", missing="zero"),
    rule("S-I1", check="same_as_last_year", expected="a figure", remedy="Look."),
)


def small(*rules: Rule) -> Definition:
    return Definition(
        template="small",
        version="2016.1",
        title="Small & simple",
        year="2015/16",
        purpose="For tests.",
        instructions=("Fill it in.",),
        sheets=(SIZE, SPEND),
        groups={"finance": ("FIN1", "FIN2")},
        rules=rules or RULES,
    )
