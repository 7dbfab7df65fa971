"""One metric for one return: its value, or the reason for none."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.metrics import Calculated, calculate, input_places, value_words
from benchmarks.arithmetic.savings import money_over_volume
from benchmarks.defining.schema import Metric
from templates_app.expressions import parse
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import NUMBER_UNITS, Definition, unit_of
from tests.reference.metrics import BY_HAND, ELSEWHERE

Return = dict[Place, Value]
Calculate = Callable[[str], Calculated]

NA, NC = Value("not_applicable"), Value("not_calculable")
WAYS = (*ELSEWHERE, "in-house", "mixed", "hosted for others")
SPENDING = ("wte", "pay", "non_pay", "income")


def number(figure: str) -> Value:
    return Value("number", Decimal(figure))


def included_in(line: str) -> Value:
    return Value("included_elsewhere", text=line)


def fill(values: Return, line: str, value: Value, columns: tuple[str, ...] = SPENDING) -> None:
    values.update({(line, column): value for column in columns})


@pytest.fixture
def of(metrics: dict[str, Metric], whole_return: Return, template: Definition) -> Calculate:
    """Calculates a metric of the return as it stands by then."""

    def calculated(metric_id: str) -> Calculated:
        return calculate(metrics[metric_id], whole_return, template)

    return calculated


def test_cost_per_invoice_is_the_worked_case(metrics: dict[str, Metric], template: Definition) -> None:
    values = {
        ("FIN3", "pay"): number("300"),
        ("FIN3", "non_pay"): number("112"),
        ("FIN3", "income"): number("12"),
        ("VFIN1", "value"): number("80000"),
    }
    found = calculate(metrics["M12"], values, template)
    assert found == Calculated(
        "calculable", Decimal(400), Decimal(80_000), Decimal(5), opportunity_volume=Decimal(80_000)
    )
    assert value_words(metrics["M12"], Decimal(5)) == "£5.00"
    to_median = money_over_volume(
        value=Decimal(5),
        benchmark=Decimal("3.90"),
        numerator=Decimal(400),
        denominator=Decimal(80_000),
        scale=metrics["M12"].scale,
        volume=found.opportunity_volume,
    )
    assert to_median == 88_000


figures = st.decimals(min_value=1, max_value=999_999, places=3)


@settings(deadline=None)  # thirty-one metrics for each example
@given(st.data())
def test_every_metric_is_what_is_worked_out_by_hand(
    metrics: dict[str, Metric], template: Definition, data: st.DataObject
) -> None:
    cells = [(line.code, column.code) for _, line, column in template.cells() if unit_of(line, column) in NUMBER_UNITS]
    drawn = data.draw(st.lists(figures, min_size=len(cells), max_size=len(cells)))
    values = {cell: Value("number", figure) for cell, figure in zip(cells, drawn, strict=True)}
    ways = dict.fromkeys((line for line, column in cells if column == "pay"), "")
    drawn_ways = data.draw(st.lists(st.sampled_from(WAYS), min_size=len(ways), max_size=len(ways)))
    delivery = {(line, "delivery"): way for line, way in zip(ways, drawn_ways, strict=True)}
    values |= {place: Value("text", text=way) for place, way in delivery.items()}
    plain = dict(zip(cells, drawn, strict=True)) | delivery
    for metric in metrics.values():
        found = calculate(metric, values, template)
        if found.denominator is not None and found.denominator < 0:
            assert (metric.id, found.status) == ("M31", "not_calculable"), "the only sum that can be below nought"
            continue
        expected = BY_HAND[metric.id](plain)
        assert found.value is not None, (metric.id, found.reason)
        assert abs(Fraction(found.value) - expected) <= abs(expected) / 10**26, metric.id


def test_every_metric_has_a_calculation_by_hand(metrics: dict[str, Metric]) -> None:
    assert set(metrics) == set(BY_HAND)


def test_a_metric_in_development_is_refused_not_guessed(metrics: dict[str, Metric], template: Definition) -> None:
    unfinished = metrics["M31"].model_copy(update={"numerator": None, "status": "in_development"})
    with pytest.raises(ValueError, match="M31 is in_development"):
        calculate(unfinished, {}, template)


def test_numerator_and_denominator_keep_every_digit(of: Calculate, whole_return: Return) -> None:
    fill(whole_return, "FIN3", number("0"))
    whole_return["FIN3", "pay"] = number("1.001")
    whole_return["VFIN1", "value"] = number("3")
    found = of("M12")
    assert (found.numerator, found.denominator) == (Decimal("1.001"), Decimal(3))
    assert found.value == Decimal("333.6666666666666666666666667")


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(2, 1000))
def test_a_trust_k_times_as_large_has_exactly_the_same_value(
    metrics: dict[str, Metric], template: Definition, cost: int, invoices: int, k: int
) -> None:
    small, large = (
        {
            ("FIN3", "pay"): Value("number", Decimal(cost * times)),
            ("FIN3", "non_pay"): number("0"),
            ("FIN3", "income"): number("0"),
            ("VFIN1", "value"): Value("number", Decimal(invoices * times)),
        }
        for times in (1, k)
    )
    assert calculate(metrics["M12"], small, template).value == calculate(metrics["M12"], large, template).value


def test_a_figure_as_given_has_no_denominator(of: Calculate, whole_return: Return) -> None:
    whole_return["VFIN5", "value"] = number("0")
    assert of("M16") == Calculated("calculable", Decimal(0), None, Decimal(0))


class TestNotApplicable:
    def test_one_line_of_a_sum_counts_as_nought(self, of: Calculate, whole_return: Return) -> None:
        fill(whole_return, "PRO3", number("0"))
        with_nought = of("M05")
        fill(whole_return, "PRO3", NA)
        assert of("M05") == with_nought
        assert with_nought.status == "calculable"

    def test_one_cell_of_a_line_counts_as_nought(self, of: Calculate, whole_return: Return) -> None:
        whole_return["FIN4", "pay"] = NA
        found = of("M18")
        expected = whole_return["FIN4", "non_pay"].number - whole_return["FIN4", "income"].number  # type: ignore[operator]
        assert (found.status, found.numerator) == ("calculable", expected)

    @pytest.mark.parametrize("income", [NA, Value("number", Decimal(0)), Value("number", Decimal(9))], ids=str)
    def test_where_nothing_is_spent_the_metric_does_not_apply(
        self,
        of: Calculate,
        whole_return: Return,
        income: Value,
    ) -> None:
        fill(whole_return, "LEG1", NA)
        whole_return["LEG1", "income"] = income
        found = of("M08")
        assert (found.status, found.value) == ("not_applicable", None)
        assert found.reason == "Not applicable at this trust: legal services."

    def test_all_lines_of_a_group(self, of: Calculate, whole_return: Return) -> None:
        for line in ("GOV1", "GOV2"):
            fill(whole_return, line, NA)
        assert of("M07").status == "not_applicable"
        assert of("M02").status == "calculable"

    def test_a_volume_that_does_not_apply(self, of: Calculate, whole_return: Return) -> None:
        whole_return["VHR6", "value"] = NA
        assert of("M22").value == 100
        whole_return["VHR5", "value"] = NA
        found = of("M22")
        assert found.status == "not_applicable"


class TestIncludedElsewhere:
    def test_inside_the_summed_group_it_counts_as_nought(self, of: Calculate, whole_return: Return) -> None:
        fill(whole_return, "FIN4", included_in("FIN3"))
        assert of("M03").status == "calculable"
        assert of("M02").status == "calculable"

    def test_neither_line_alone_can_be_compared(self, of: Calculate, whole_return: Return) -> None:
        fill(whole_return, "FIN4", included_in("FIN3"))
        left, holder = of("M18"), of("M12")
        assert (left.status, left.reason) == ("included_elsewhere", "Internal audit is included in accounts payable.")
        assert holder.status == "included_elsewhere"
        assert holder.reason == "Accounts payable also holds internal audit."
        assert holder.value is None

    def test_only_the_columns_that_are_used_matter(self, of: Calculate, whole_return: Return) -> None:
        whole_return["FIN4", "wte"] = included_in("FIN3")
        assert of("M12").status == "calculable"
        assert of("M13").status == "included_elsewhere"

    def test_into_another_function_spoils_both(self, of: Calculate, whole_return: Return) -> None:
        fill(whole_return, "LEG1", included_in("GOV1"))
        assert of("M08").reason == "Legal services is included in corporate governance."
        assert of("M07").reason == "Corporate governance also holds legal services."
        assert of("M02").status == "calculable"

    def test_a_circle_holds_nothing(self, of: Calculate, whole_return: Return) -> None:
        for line, other in (("GOV1", "GOV2"), ("GOV2", "GOV1")):
            fill(whole_return, line, included_in(other))
        assert of("M07").status == "included_elsewhere"


class TestNoFigure:
    def test_cannot_be_stated(self, of: Calculate, whole_return: Return) -> None:
        whole_return["HR4", "non_pay"] = NC
        found = of("M04")
        assert (found.status, found.value) == ("not_calculable", None)
        assert found.reason == "Exists but cannot be stated: occupational health."

    def test_blank_is_missing_and_never_nought(self, of: Calculate, whole_return: Return) -> None:
        whole_return["HR4", "non_pay"] = BLANK
        del whole_return["HR4", "income"]
        found = of("M04")
        assert (found.status, found.numerator, found.value) == ("missing", None, None)
        assert found.reason == "Not given: non-pay and income from others of occupational health."

    def test_a_blank_volume(self, of: Calculate, whole_return: Return) -> None:
        whole_return["VFIN1", "value"] = BLANK
        assert of("M12").reason == "Not given: supplier invoices processed."

    def test_zero_volume(self, of: Calculate, whole_return: Return) -> None:
        whole_return["VFIN1", "value"] = number("0")
        found = of("M12")
        assert (found.status, found.denominator, found.value) == ("zero_volume", Decimal(0), None)
        assert found.reason == "Zero volume: supplier invoices processed is 0, so there is nothing to divide by."

    def test_what_does_not_apply_is_said_before_what_is_missing(self, of: Calculate, whole_return: Return) -> None:
        fill(whole_return, "HR3", BLANK)
        whole_return["VHR5", "value"] = whole_return["VHR6", "value"] = NA
        assert of("M21").status == "not_applicable"


kinds = st.sampled_from([number("0"), number("0.001"), number("-5"), number("9999999999999.999"), NA, NC, BLANK,
                         included_in("FIN3"), included_in("NOWHERE"), Value("text", text="x")])  # fmt: skip


@settings(deadline=None)  # thirty-one metrics for each example
@given(st.data())
def test_whatever_a_return_holds_there_is_a_finite_value_or_a_reason(
    metrics: dict[str, Metric], template: Definition, data: st.DataObject
) -> None:
    cells = [(line.code, column.code) for _, line, column in template.cells()]
    values = dict(zip(cells, data.draw(st.lists(kinds, min_size=len(cells), max_size=len(cells))), strict=True))
    for metric in metrics.values():
        found = calculate(metric, values, template)
        assert (found.status == "calculable") == (found.value is not None) == (found.reason == "")
        assert found.value is None or found.value.is_finite()


class TestForFormulas:
    def test_the_pay_that_output_per_wte_is_taken_from(self, of: Calculate, whole_return: Return) -> None:
        assert of("M13").relevant_pay == whole_return["FIN3", "pay"].number
        whole_return["FIN3", "pay"] = NC
        found = of("M13")
        assert (found.status, found.relevant_pay) == ("calculable", None)

    def test_payslips_are_costed_for_all_but_counted_for_own_staff(self, of: Calculate, whole_return: Return) -> None:
        own, others = whole_return["VPAY1", "value"].number, whole_return["VPAY3", "value"].number
        assert own is not None
        assert others is not None
        found = of("M24")
        assert (found.denominator, found.opportunity_volume) == (own + others, own)


@pytest.mark.parametrize(
    ("metric_id", "value", "words"),
    [
        ("M01", "7.25", "7.3%"),
        ("M02", "3899.6", "£3,900k per £100m"),
        ("M09", "61.005", "£61.01 per m²"),
        ("M10", "1234.5", "£1,235"),
        ("M11", "88.04", "88.0"),
        ("M13", "12345.6", "12,346"),
        ("M16", "1", "1 day"),
        ("M20", "61", "61 days"),
        ("M25", "3.25", "3.3 per 1,000"),
    ],
)
def test_values_for_people(metrics: dict[str, Metric], metric_id: str, value: str, words: str) -> None:
    assert value_words(metrics[metric_id], Decimal(value)) == words


def test_the_cells_behind_a_computed_column(template: Definition) -> None:
    assert input_places(parse("FIN3.net + VFIN1"), template) == (
        ("FIN3", "pay"), ("FIN3", "non_pay"), ("FIN3", "income"), ("VFIN1", "value"),
    )  # fmt: skip


def test_results_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Calculated("missing", None, None, None).value = Decimal(1)  # type: ignore[misc]
