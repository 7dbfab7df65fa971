"""The share of cost that somebody else delivers: which lines count, when nobody can say, in both versions of the template."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.metrics import Calculated, calculate
from benchmarks.defining.registry import metric
from templates_app import registry
from templates_app.reading import Place, Value
from templates_app.schema import Definition
from tests.reference.metrics import ELSEWHERE, ESTATES, OFFICE

Return = dict[Place, Value]

M31 = metric("M31")
LINES = (*OFFICE, *ESTATES)
VERSIONS = [registry.get("back_office", version) for version in ("2016.1", "2016.2")]


def number(figure: Decimal | int) -> Value:
    return Value("number", Decimal(figure))


def said(way: str) -> Value:
    return Value("text", text=way)


@pytest.fixture
def spending() -> Return:
    """Each of the twenty lines costs £100k net and is done in-house."""
    values: Return = {}
    for line in LINES:
        values |= {(line, "pay"): number(80), (line, "non_pay"): number(30), (line, "income"): number(10)}
        values[line, "delivery"] = said("in-house")
    return values


@pytest.mark.parametrize("definition", VERSIONS, ids=lambda definition: definition.version)
class TestShare:
    def share(self, values: Return, definition: Definition) -> Calculated:
        return calculate(M31, values, definition)

    def test_lines_that_are_shared_or_outsourced_count(self, spending: Return, definition: Definition) -> None:
        assert self.share(spending, definition).value == 0
        for line, way in zip(("FIN3", "PAY1", "EST2"), ELSEWHERE, strict=True):
            spending[line, "delivery"] = said(way)
        spending["HR1", "delivery"] = said("mixed")
        spending["HR2", "delivery"] = said("hosted for others")
        found = self.share(spending, definition)
        assert (found.numerator, found.denominator, found.value) == (300, 2000, 15)

    def test_capitals_make_no_difference(self, spending: Return, definition: Definition) -> None:
        spending["FIN3", "delivery"] = said("Shared NHS")
        assert self.share(spending, definition).value == 5

    @pytest.mark.parametrize("answer", [None, Value("blank"), Value("not_applicable")], ids=["no cell", "blank", "NA"])
    def test_a_cost_without_an_answer_is_missing(
        self, spending: Return, definition: Definition, answer: Value | None
    ) -> None:
        for line in ("FIN3", "HR1"):
            del spending[line, "delivery"]
            spending |= {} if answer is None else {(line, "delivery"): answer}
        found = self.share(spending, definition)
        assert (found.status, found.value) == ("missing", None)
        assert found.reason == "Not given: how it is delivered, for accounts payable and recruitment."

    def test_a_line_without_a_cost_needs_no_answer(self, spending: Return, definition: Definition) -> None:
        for line, value in (("FIN3", number(0)), ("HR1", Value("not_applicable"))):
            spending |= {(line, column): value for column in ("pay", "non_pay", "income")}
            del spending[line, "delivery"]
        spending |= {
            ("FIN4", column): Value("included_elsewhere", text="FIN1") for column in ("pay", "non_pay", "income")
        }
        del spending["FIN4", "delivery"]
        found = self.share(spending, definition)
        assert (found.status, found.denominator) == ("calculable", 1700)

    def test_no_cost_at_all_is_a_zero_volume(self, spending: Return, definition: Definition) -> None:
        spending |= {place: number(0) for place in spending if place[1] != "delivery"}
        assert self.share(spending, definition).status == "zero_volume"

    def test_there_is_no_share_of_a_cost_below_nought(self, spending: Return, definition: Definition) -> None:
        """A trust that earns from others more than all its lines cost; minus 50 over minus 100 is no half."""
        spending |= {("PAY1", "income"): number(9_000), ("PAY1", "delivery"): said("shared NHS")}
        found = self.share(spending, definition)
        assert (found.status, found.value) == ("not_calculable", None)
        assert found.reason.startswith("Below 0, so that nothing can be said over it: net cost of all lines")


@settings(deadline=None)
@given(st.lists(st.integers(1, 9_999), min_size=len(LINES), max_size=len(LINES)), st.sets(st.sampled_from(LINES)))
def test_the_share_is_from_nought_to_the_whole(costs: list[int], elsewhere: set[str]) -> None:
    values: Return = {}
    for line, cost in zip(LINES, costs, strict=True):
        values |= {(line, "pay"): number(cost), (line, "non_pay"): number(0), (line, "income"): number(0)}
        values[line, "delivery"] = said(ELSEWHERE[cost % 3] if line in elsewhere else "mixed")
    found = calculate(M31, values, VERSIONS[0]).value
    assert found is not None
    assert 0 <= found <= 100
    assert (found == 100) == (elsewhere == set(LINES))


def test_a_sum_that_divides_by_nought_inside_itself_is_a_zero_volume() -> None:
    inner = metric("M12").model_copy(update={"numerator": "FIN3.pay / FIN3.wte"})
    values = {("FIN3", "pay"): number(5), ("FIN3", "wte"): number(0), ("VFIN1", "value"): number(9)}
    found = calculate(inner, values, VERSIONS[0])
    assert (found.status, found.reason) == ("zero_volume", "Zero volume: there is nothing to divide by.")
