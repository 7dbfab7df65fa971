"""In what unit an expression of a metric comes out."""

import pytest

from benchmarks.defining.definition_units import in_pounds
from templates_app.expressions import parse
from templates_app.schema import Definition


@pytest.mark.parametrize(
    ("source", "pounds"),
    [
        ("FIN3.net", True),
        ("-FIN3.pay", True),
        ("SUM(finance.net) + SUM(estates.pay) - ORG02", True),
        ("MAX(FIN3.pay, FIN4.pay) * 0.5", True),
        ("2 * FIN3.pay * FIN3.wte / SUM(finance.wte)", True),
        ("FIN3.pay * FIN3.pay / FIN4.pay", True),
        ("IF(VFIN1 > 0, FIN3.pay, FIN4.pay)", True),
        ("IF(VFIN1 > 0, FIN3.pay, VFIN1)", False),
        ("FIN3.pay + 5", False),
        ("FIN3.pay + FIN3.wte", False),
        ("FIN3.pay * (FIN3.pay + FIN3.wte)", False),
        ("(FIN3.pay + FIN3.wte) / FIN3.wte", False),
        ("FIN3.pay / VFIN1", False),
        ("FIN3.pay * FIN3.pay", False),
        ("FIN3.pay / FIN4.pay", False),
        ("VFIN1", False),
        ("12", False),
        ("FIN3.pay > 0", False),
    ],
)
def test_pounds_are_pounds(template: Definition, source: str, pounds: bool) -> None:
    assert in_pounds(parse(source), template) is pounds
