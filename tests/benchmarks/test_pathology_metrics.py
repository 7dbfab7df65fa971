"""The pathology metrics: what each line is asked, and every value beside the second calculation."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.metrics import Calculated, calculate, places_behind, value_words
from benchmarks.arithmetic.savings import output_per_wte
from benchmarks.defining import registry
from benchmarks.defining.schema import Metric
from benchmarks.words import unit_words
from templates_app import registry as templates
from templates_app.reading import Place, Value
from tests.reference.pathology_metrics import IDS, judged, pay_of_other_staff, plain

Return = dict[Place, Value]

PATHOLOGY = templates.get("pathology", "2016.1")
METRICS = {metric.id: metric for metric in registry.metrics("pathology")}
COLUMNS = ("tests", "requests", "medical_wte", "scientific_wte", "support_wte", "pay", "non_pay", "sent_away")
LINES = [line.code for line in PATHOLOGY.lines_of("disciplines")]
BLANK, NA, NC = Value("blank"), Value("not_applicable"), Value("not_calculable")


def number(figure: str | int) -> Value:
    return Value("number", Decimal(figure))


def included_in(line: str) -> Value:
    return Value("included_elsewhere", text=line)


def of(metric_id: str, values: Mapping[Place, Value]) -> Calculated:
    return calculate(METRICS[metric_id], values, PATHOLOGY)


@pytest.fixture
def laboratory() -> Return:
    """A laboratory of its own with every discipline apart, and blood sciences left blank: round figures, each line ten times PBC's."""
    values = {("PSV1", "value"): Value("text", text="own laboratory")}
    given = {"tests": 400_000, "requests": 100_000, "medical_wte": 2, "scientific_wte": 12, "support_wte": 6}
    money = {"pay": 600, "non_pay": 200, "sent_away": 50}
    for line in LINES:
        if line != "PBS":
            values |= {(line, column): number(figure) for column, figure in (given | money).items()}
    return values | {("PQU1", "value"): number("92.5"), ("PQU2", "value"): number(90)}


@pytest.fixture
def combined(laboratory: Return) -> Return:
    """The same with biochemistry and haematology as blood sciences."""
    for line in ("PBC", "PHA"):
        laboratory |= {(line, column): included_in("PBS") for column in COLUMNS}
    figures = (900_000, 220_000, 3, 20, 9, 1000, 440, 60)
    return laboratory | {("PBS", column): number(figure) for column, figure in zip(COLUMNS, figures, strict=True)}


class TestDefinitions:
    def test_every_family_is_written_out_in_order(self) -> None:
        assert list(METRICS) == ["P01", *IDS]
        assert [metric.order for metric in METRICS.values()] == sorted({metric.order for metric in METRICS.values()})

    def test_a_discipline_is_named_in_its_sentences_and_kept_by_its_code(self) -> None:
        metric = METRICS["P02-PHA"]
        assert (metric.family, metric.line, metric.line_label) == ("P02", "PHA", "Haematology and coagulation")
        assert metric.name == "Cost per test: haematology and coagulation"
        assert (metric.numerator, metric.denominator) == ("PHA.pay + PHA.non_pay", "PHA.tests")
        assert METRICS["P02-PBS"].name == "Cost per test: blood sciences"

    def test_cellular_pathology_is_costed_by_the_request_and_counts_blocks(self) -> None:
        assert METRICS["P02-PCE"].denominator == "PCE.requests"
        assert METRICS["P02-PCE"].name == "Cost per request: cellular pathology"
        assert METRICS["P03-PCE"].numerator_words == "blocks in cellular pathology"

    def test_only_trusts_with_laboratories_are_compared(self) -> None:
        assert {metric.population for metric in METRICS.values()} == {("acute", "specialist")}

    def test_a_target_that_nobody_has_seen_the_source_of_says_so(self) -> None:
        for metric in ("P06-PQU1", "P06-PQU2"):
            assert [(target.value, target.confirmed) for target in METRICS[metric].targets] == [(90, False)]

    def test_neither_name_nor_question_stands_twice(self) -> None:
        for field in ("name", "question"):
            assert len({getattr(metric, field) for metric in METRICS.values()}) == len(METRICS)

    def test_what_is_collected_and_not_compared_says_why(self) -> None:
        left = {line.line: line for line in registry.not_benchmarked("pathology")}
        assert list(left) == ["PGE", "PAN", "PMO", "PPH"]
        assert left["PMO"].label == "Mortuary"
        compared = {metric.line for metric in METRICS.values()}
        assert not compared & set(left)
        assert registry.not_benchmarked("back_office") == ()


class TestRegistry:
    def test_a_metric_is_found_by_its_id_whatever_its_template(self) -> None:
        assert registry.metric("P02-PBC") == METRICS["P02-PBC"]
        assert registry.metric("M12").template == "back_office"
        with pytest.raises(LookupError, match="There is no metric P02"):
            registry.metric("P02")

    def test_a_family_stands_in_the_order_of_its_lines(self) -> None:
        assert [metric.line for metric in registry.family("pathology", "P06")] == ["PQU1", "PQU2"]
        assert [metric.id for metric in registry.family("back_office", "M12")] == ["M12"]

    def test_one_return_is_enough_for_all_but_the_index(self) -> None:
        assert [metric.id for metric in registry.measured("pathology")] == list(IDS)
        assert registry.measured("back_office") == registry.metrics("back_office")
        with pytest.raises(ValueError, match="P01 is worked out over all returns of a round, not from one"):
            of("P01", {})

    def test_pounds_stand_under_a_discipline_or_a_function(self) -> None:
        assert [registry.title_of(registry.metric(name)) for name in ("P02-PBS", "P01", "M03")] == [
            "Blood sciences", "Laboratory disciplines", "Finance",
        ]  # fmt: skip


def test_each_by_hand(laboratory: Return) -> None:
    said = {name: value_words(METRICS[name], of(name, laboratory).value or Decimal(0)) for name in IDS if "PB" in name}
    assert said["P02-PBC"] == "£2.00"  # £800,000 over 400,000 tests
    assert said["P03-PBC"] == "22,222"  # 400,000 over 18
    assert said["P04-PBC"] == "4.0"
    assert of("P02-PCE", laboratory).value == 8
    assert of("P05", laboratory).value == Decimal(50 * 100) / 850
    assert (of("P06-PQU1", laboratory).value, of("P06-PQU2", laboratory).value) == (Decimal("92.5"), 90)


def test_an_index_for_people() -> None:
    assert value_words(METRICS["P01"], Decimal("112.6")) == "113"
    assert unit_words(METRICS["P01"]) == "index, 100 is what is expected"


def test_the_pay_of_scientists_and_support_is_their_share_of_all_staff(laboratory: Return) -> None:
    found = of("P03-PBC", laboratory)
    assert found.relevant_pay == 540  # 600 × 18 ÷ 20
    assert found.value is not None
    assert output_per_wte(value=found.value, benchmark=found.value * 2, relevant_pay=found.relevant_pay) == 270_000
    for column, value in (("pay", NC), ("medical_wte", BLANK), ("pay", NA)):
        assert of("P03-PBC", laboratory | {("PBC", column): value}).relevant_pay is None
    assert of("P03-PBC", laboratory | {("PBC", "medical_wte"): NA}).relevant_pay == 600


class TestBloodSciences:
    def test_a_combined_laboratory_is_compared_on_its_own_line_alone(self, combined: Return) -> None:
        assert of("P02-PBS", combined).value == Decimal("1.6")
        for line in ("PBC", "PHA"):
            assert of(f"P02-{line}", combined).status == "included_elsewhere"
        assert of("P02-PIM", combined).status == "calculable"

    def test_left_blank_it_does_not_apply(self, laboratory: Return) -> None:
        assert of("P02-PBS", laboratory).status == "not_applicable"

    def test_blank_though_another_points_to_it_is_missing(self, combined: Return) -> None:
        without = {place: value for place, value in combined.items() if place[0] != "PBS"}
        assert of("P02-PBS", without).status == "missing"

    def test_cost_that_came_without_its_tests_spoils_it(self, combined: Return) -> None:
        found = of("P02-PBS", combined | {("PBC", "tests"): number(400_000)})
        assert found.status == "included_elsewhere"
        assert found.reason == "Blood sciences, in place of PBC, PHA and PIM also holds clinical biochemistry."
        assert of("P04-PBS", combined | {("PBC", "pay"): number(1)}).status == "calculable"

    def test_what_it_was_not_made_for_spoils_it(self, combined: Return) -> None:
        combined |= {("PTX", column): included_in("PBS") for column in COLUMNS}
        assert of("P02-PBS", combined).status == "included_elsewhere"

    def test_no_pound_is_added_up_twice(self, combined: Return, laboratory: Return) -> None:
        for values in (combined, laboratory):
            added = [of(metric.id, values).numerator for metric in METRICS.values() if metric.counted == "additive"]
            spent = sum(values[line, column].number or 0 for line, column in values
                        if column in ("pay", "non_pay") and line not in ("PGE", "PAN", "PMO", "PPH"))  # fmt: skip
            assert sum(cost for cost in added if cost is not None) == spent


class TestBlanks:
    def test_nothing_applies_where_all_pathology_is_bought(self) -> None:
        bought: Return = {("PSV1", "value"): Value("text", text="fully bought"), ("PSV3", "value"): number(900)}
        assert {of(name, bought).status for name in IDS} == {"not_applicable"}

    def test_a_blank_of_a_laboratory_is_missing(self, laboratory: Return) -> None:
        assert (
            of("P02-PBC", laboratory | {("PBC", "tests"): BLANK}).reason == "Not given: tests of clinical biochemistry."
        )
        assert of("P05", laboratory | {("PBC", "pay"): BLANK}).status == "missing"

    def test_a_discipline_that_anybody_may_leave_blank_is_in_neither_sum(self, laboratory: Return) -> None:
        for column in COLUMNS:
            laboratory["PGE", column] = BLANK
        found = of("P05", laboratory)
        assert (found.numerator, found.denominator) == (7 * 50, 7 * 850)
        laboratory["PGE", "pay"] = number(5)
        assert of("P05", laboratory).status == "missing"
        assert of("P02-PIM", laboratory | {("PIM", column): BLANK for column in COLUMNS}).status == "missing"

    def test_zero_tests_are_a_zero_volume(self, laboratory: Return) -> None:
        found = of("P02-PTX", laboratory | {("PTX", "tests"): number(0)})
        assert (found.status, found.denominator) == ("zero_volume", 0)


ordinary = st.decimals(min_value=0, max_value=9_999, places=2).map(lambda figure: Value("number", figure))
odd = st.sampled_from([NA, NC, BLANK, number(0), Value("text", text="x"), *map(included_in, ("PBS", "PBC", "PMI"))])
services = st.sampled_from(["own laboratory", "hub for others", "fully bought", "none"])


@st.composite
def returns(draw: st.DrawFn) -> Return:
    """A return whose lines are given, combined in blood sciences, blank or not applicable, with some cells that are odd."""
    values: Return = {("PSV1", "value"): Value("text", text=draw(services))}
    for line in LINES:
        way = draw(st.sampled_from(["given", "given", "given", "combined", "blank", "NA"]))
        fixed = {"combined": included_in("PBS"), "blank": BLANK, "NA": NA}.get(way)
        values |= {(line, column): fixed or draw(ordinary) for column in COLUMNS}
    values |= {(line, "value"): draw(ordinary) for line in ("PQU1", "PQU2")}
    return values | draw(st.dictionaries(st.sampled_from(sorted(values)[:-1]), odd, max_size=4))


@settings(deadline=None, max_examples=150)  # two dozen metrics for each example
@given(returns())
def test_every_metric_of_any_return_is_what_is_worked_out_by_hand(values: Return) -> None:
    cells = plain(values)
    for name in IDS:
        found = of(name, values)
        status, value = judged(name, cells)
        assert found.status == status, (name, found.reason)
        assert (found.value is None) == (value is None)
        if value is not None and found.value is not None:
            assert abs(Fraction(found.value) - value) <= abs(value) / 10**26
        if name.startswith("P03") and status == "calculable":
            pay = pay_of_other_staff(cells, METRICS[name].line or "")
            assert (found.relevant_pay is None) == (pay is None)
            assert pay is None or abs(Fraction(found.relevant_pay or 0) - pay) <= pay / 10**20


def test_every_metric_says_on_which_cells_it_rests() -> None:
    def rests_on(metric: Metric) -> tuple[Place, ...]:
        return places_behind(metric, templates.get(metric.template))

    assert rests_on(METRICS["P02-PCE"]) == (("PCE", "pay"), ("PCE", "non_pay"), ("PCE", "requests"))
    assert rests_on(METRICS["P01"]) == ()
    shared = rests_on(registry.metric("M31"))
    assert ("EST3", "income") in shared
    assert shared[-1] == ("EST3", "delivery")
