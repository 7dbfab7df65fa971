"""Checks of amounts against what is usual, each with its boundary: by accepted returns, by published figures, by the year before."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app import registry
from templates_app.operands import cells_of
from templates_app.rates import rates_in, usual_published, usual_rates
from templates_app.reading import Place, Published, Value, Waived
from tests.submissions.any_return import all_in, changed, codes_in, example_of, found_in, number, of_type, spread

OLD, NEW = registry.get("back_office", "2016.1"), registry.get("back_office", "2016.2")
PATHOLOGY = registry.get("pathology", "2016.1")
PAY = ("FIN3", "pay")
INCOME, COST_PER_TEST = "ORG02|||", "line.tests|line.pay + line.non_pay|disciplines|line.pay"
ERIC = "NHS Digital ERIC 2015/16"


def rate_of(place: Place = PAY) -> Decimal:
    """The example's amount for each pound of patient-care income."""
    values = example_of(OLD)
    return values[place].number / values["ORG02", "value"].number


def usual(rates: tuple[Decimal, ...], place: Place = PAY, among: str = "") -> dict[str, object]:
    return {"usual": of_type({place: rates}, INCOME, among)}


@pytest.mark.parametrize("definition", [OLD, NEW], ids=["2016.1", "2016.2"])
@pytest.mark.parametrize(("times", "told"), [("299", False), ("300", True), ("1000", True), ("3000", True), ("3001", False)])  # fmt: skip
def test_pounds_typed_for_thousands_are_known_by_the_type(definition, times: str, told: bool) -> None:
    about = usual((rate_of() / Decimal(times),) * 8)
    assert ("B-W4" in codes_in(definition, example_of(OLD), **about)) is told


def test_a_units_slip_says_what_is_usual_for_this_trusts_size_and_over_what() -> None:
    rate = 412 / example_of(OLD)["ORG02", "value"].number / 1000
    (old,) = found_in(OLD, changed(OLD, FIN3_pay=412, FIN3_wte=15), **usual((rate, Decimal(0))))
    assert (old.code, old.cell) == ("B-W4", "D9")
    assert "usually report about £0.4k." in old.message
    assert old.expected.startswith("less than 300 times")
    (new,) = found_in(NEW, changed(NEW, FIN3_pay=412, FIN3_wte=15), **usual((rate,) * 8))
    assert "£0.4k is the median of 8 accepted returns of acute trusts." in new.message


def test_fewer_returns_than_the_rule_asks_for_say_nothing_of_a_line() -> None:
    assert codes_in(OLD, example_of(OLD), **usual((rate_of() / 1000,))) == ["B-W4"]
    assert codes_in(NEW, example_of(NEW), **usual((rate_of() / 1000,) * 7)) == []


@pytest.mark.parametrize(("times", "told"), [("1", False), ("2.6", False), ("2.75", True), ("0.38", False), ("0.36", True)])  # fmt: skip
def test_an_amount_far_from_the_type_is_known_by_its_modified_z(times: str, told: bool) -> None:
    """3.5 / 0.6745 × 2 × ln 1.1 = 0.989, and e^0.989 is 2.69 (so down to 1/2.69 = 0.372)."""
    about = usual(spread(rate_of() / Decimal(times), 9))
    assert codes_in(OLD, example_of(OLD), **about) == (["B-W8"] if told else [])


def test_an_unusual_amount_needs_enough_others_that_differ() -> None:
    far, values = rate_of() / 20, example_of(OLD)
    assert codes_in(OLD, values, **usual(spread(far, 7))) == []
    assert codes_in(OLD, values, **usual((*spread(far, 7), Decimal(0), Decimal(-1)))) == []
    assert codes_in(OLD, values, **usual(spread(far, 8))) == ["B-W8"]
    assert codes_in(OLD, values, **usual((far,) * 9)) == [], "all alike: no spread to measure by"


def test_a_units_slip_is_not_said_twice() -> None:
    assert codes_in(OLD, example_of(OLD), **usual(spread(rate_of() / 1000, 9))) == ["B-W4"]


def test_without_income_nothing_is_held_against_the_type() -> None:
    values = {**example_of(OLD), ("ORG02", "value"): Value("blank")}
    assert codes_in(OLD, values, **usual(spread(rate_of() / 1000, 9))) == ["B-H5"]


def test_bought_functions_are_compared_with_bought_ones_only() -> None:
    far = spread(rate_of() / 20, 9)
    bought = changed(NEW, FIN3_delivery="private outsourced")
    inhouse = changed(NEW, FIN3_delivery="in-house")
    about = usual(far, among="delivery=in-house")
    assert codes_in(NEW, bought, **about) == []
    (finding,) = found_in(NEW, inhouse, **about)
    assert (finding.code, finding.line) == ("B-W8", "FIN3")
    assert "is the median of 9 accepted returns of acute trusts." in finding.message


def test_the_usual_rates_of_returns_are_kept_for_all_and_for_each_way_of_delivery() -> None:
    made = [
        changed(NEW, FIN3_delivery=how, FIN3_pay=pay)
        for how, pay in (("in-house", 200), ("in-house", 400), ("mixed", 900))
    ]
    found = usual_rates([cells_of(NEW).operands(values) for values in made], NEW, "{count} returns")
    income = made[0]["ORG02", "value"].number
    assert found[INCOME, "FIN3", "pay", ""].median == Decimal(400) / income
    assert found[INCOME, "FIN3", "pay", "delivery=in-house"].words == "2 returns"
    assert round(found[INCOME, "FIN3", "pay", "delivery=in-house"].median, 12) == round(Decimal(300) / income, 12)
    assert found[INCOME, "FIN3", "pay", "delivery=mixed"].count == 1


def test_nothing_is_usual_of_a_return_without_income_or_of_amounts_that_are_nought() -> None:
    empty = changed(NEW, ORG02=0)
    assert usual_rates([cells_of(NEW).operands(empty)], NEW, "{count}") == {}
    nought = changed(NEW, FIN1_income=0)
    assert (INCOME, "FIN1", "income", "") not in usual_rates([cells_of(NEW).operands(nought)], NEW, "{count}")


def eric(*, costs: tuple[Decimal, ...], line: str = "EST1") -> dict[str, object]:
    """What is published of so many trusts, as pounds for one square metre."""
    rate = next(rate for rate in NEW.published_rates if rate.line == line)
    figures = [{rate.measure: cost, rate.per_measure: Decimal(1)} for cost in costs]
    known = usual_published(rate, figures, ERIC, "acute")
    assert known is not None
    return {"usual_published": {line: known}}


def pounds_for_a_square_metre() -> Decimal:
    values = example_of(NEW)
    cost = values["EST1", "pay"].number + values["EST1", "non_pay"].number
    return cost * 1000 / values["ORG08", "value"].number


@pytest.mark.parametrize(("times", "told"), [("2.6", False), ("2.75", True), ("0.38", False), ("0.36", True)])
def test_with_too_few_returns_facilities_management_is_held_against_what_is_published_of_every_trust(times: str, told: bool) -> None:  # fmt: skip
    found = found_in(NEW, example_of(NEW), **eric(costs=spread(pounds_for_a_square_metre() / Decimal(times), 9)))
    assert [finding.code for finding in found] == (["B-W8"] if told else [])
    if told:
        assert found[0].line == "EST1"
        assert "of pay and non-pay together is far from what is usual" in found[0].message
        assert f"is the median of {ERIC} for 9 acute trusts." in found[0].message


def test_enough_returns_go_before_published_figures_and_too_few_trusts_say_nothing() -> None:
    far = spread(pounds_for_a_square_metre() / 20, 9)
    own = usual(
        spread(rate_of(("EST1", "pay")), 9), ("EST1", "pay"), f"delivery={example_of(NEW)['EST1', 'delivery'].text}"
    )
    assert codes_in(NEW, example_of(NEW), **eric(costs=far)) == ["B-W8"]
    assert codes_in(NEW, example_of(NEW), **eric(costs=far), **own) == []
    assert codes_in(NEW, example_of(NEW), **eric(costs=far[:7])) == []
    assert codes_in(OLD, example_of(OLD), **eric(costs=far)) == []


def test_pounds_typed_for_facilities_management_are_known_by_what_is_published() -> None:
    about = eric(costs=(pounds_for_a_square_metre(),) * 8)
    own = example_of(NEW)["EST1", "non_pay"].number
    found = found_in(NEW, changed(NEW, EST1_non_pay=own * 1000), **about)
    slips = [finding for finding in found if finding.code == "B-W4"]
    assert [(finding.line, finding.column) for finding in slips] == [("EST1", "non_pay")]
    assert f"is the median of {ERIC} for 8 acute trusts." in slips[0].message


def test_published_figures_of_nought_or_missing_are_left_out() -> None:
    rate = NEW.published_rates[0]
    whole = {rate.measure: Decimal(9000), rate.per_measure: Decimal(100)}
    figures = [
        whole,
        {rate.measure: Decimal(5)},
        {**whole, rate.per_measure: Decimal(0)},
        {**whole, rate.measure: Decimal(0)},
    ]
    known = usual_published(rate, figures, ERIC, "mental health")
    assert known is not None
    assert (known.count, known.median) == (1, Decimal("0.09"))
    assert known.words == f"{ERIC} for 1 mental health trusts"
    assert usual_published(rate, [], ERIC, "acute") is None


@pytest.mark.parametrize(("share", "told"), [("0.075", False), ("0.0751", True)])
def test_without_any_reference_one_line_is_less_than_all_functions_together(share: str, told: bool) -> None:
    values = changed(NEW, ORG02=400_000)
    values[PAY] = number(400_000 * Decimal(share))
    slips = [finding for finding in found_in(NEW, values) if finding.code == "B-W4"]
    assert [(finding.line, finding.column) for finding in slips] == ([PAY] if told else [])
    if told:
        assert "£30,000k is the upper decile of all corporate functions together" in slips[0].message
        assert "(HFMA, 2 April 2017)" in slips[0].message


def test_a_line_that_returns_tell_of_is_not_held_against_the_whole() -> None:
    values = changed(NEW, ORG02=400_000)
    values[PAY] = number(30_040)
    known = usual((Decimal(values[PAY].number) / 400_000,) * 8)
    assert "B-W4" not in codes_in(NEW, values, **known)
    assert "B-W4" not in codes_in(NEW, changed(NEW, EST1_pay=values["ORG02", "value"].number))


def cost_per_test(line: str) -> Decimal:
    values = example_of(PATHOLOGY)
    return (values[line, "pay"].number + values[line, "non_pay"].number) / values[line, "tests"].number


@pytest.mark.parametrize(
    ("times", "code"), [("2.6", ""), ("2.75", "P-W5"), ("299", "P-W5"), ("300", "P-W6"), ("3001", "P-W5")]
)
def test_the_cost_of_a_test_is_held_against_the_same_discipline(times: str, code: str) -> None:
    rates = {("PMI", "pay"): spread(cost_per_test("PMI") / Decimal(times), 9)}
    found = found_in(PATHOLOGY, example_of(PATHOLOGY), usual=of_type(rates, COST_PER_TEST))
    assert [(finding.code, finding.line) for finding in found] == ([(code, "PMI")] if code else [])
    if code:
        assert "is the median of 9 accepted returns of acute trusts." in found[0].message


def test_a_cost_per_test_needs_pay_non_pay_and_tests() -> None:
    operands = cells_of(PATHOLOGY).operands(changed(PATHOLOGY, PMI_tests=0))
    known = usual_rates([operands], PATHOLOGY, "{count}")
    lines = {line for _, line, _, _ in known}
    assert "PMI" not in lines
    assert "PBS" not in lines, "nobody filled it"
    assert {"PBC", "PHA", "PCE"} <= lines


def test_two_rules_that_compare_the_same_thing_share_what_is_usual() -> None:
    assert {rate.name for rate in rates_in(PATHOLOGY)} == {COST_PER_TEST}
    assert {rate.name for rate in rates_in(NEW)} == {rate.name for rate in rates_in(OLD)} == {INCOME}


def before(measure: str, value: object, year: str = "2014/15") -> dict[str, object]:
    return {"published_by_year": {(year, measure): Published(Decimal(str(value)), f"ERIC {year}")}}


@pytest.mark.parametrize(("share", "told"), [("0.81", False), ("0.79", True), ("1.33", False), ("1.34", True)])
def test_an_amount_is_held_against_last_years_return(share: str, told: bool) -> None:
    now = example_of(NEW)["GOV1", "pay"].number
    last_year = {("GOV1", "pay"): now * Decimal(share)}
    found = found_in(NEW, example_of(NEW), last_year=last_year)
    assert [finding.code for finding in found] == (["B-W9"] if told else [])
    if told:
        assert "(£000), in your accepted return for 2014/15." in found[0].message


@pytest.mark.parametrize(("earlier", "told"), [(100_000, False), (99_999, True), (300_000, False), (300_001, True)])
def test_without_a_return_of_last_year_a_prefilled_figure_is_held_against_that_years_publication(
    earlier: int, told: bool
) -> None:
    about = before("gross_internal_floor_area", earlier)
    found = found_in(NEW, changed(NEW, ORG08=150_000), **about)
    assert [finding.code for finding in found] == (["B-W9"] if told else [])
    if told:
        assert found[0].line == "ORG08"
        assert f"was {earlier:,} (m²), in ERIC 2014/15." in found[0].message
    assert "B-W9" not in codes_in(OLD, changed(OLD, ORG08=150_000), **about)


def test_a_published_figure_that_was_only_confirmed_is_not_the_returns_change() -> None:
    published = {"gross_internal_floor_area": Decimal("150000.004")}
    about = before("gross_internal_floor_area", 50_000)
    assert codes_in(NEW, changed(NEW, ORG08=150_000), published=published, **about) == []
    assert codes_in(NEW, changed(NEW, ORG08=150_000), last_year={("FIN1", "income"): Decimal(0)}, **about) == []
    assert codes_in(NEW, changed(NEW, ORG08=150_000), **before("gross_internal_floor_area", 50_000, "2016/17")) == []


@pytest.mark.parametrize(("thousands", "told"), [(4_000, False), (3_999, True), (6_666, False), (6_668, True)])
def test_the_cost_of_a_line_with_a_published_rate_is_held_against_the_year_before(thousands: int, told: bool) -> None:
    values = changed(NEW, EST1_wte=30, EST1_pay=1_000, EST1_non_pay=4_000)
    found = found_in(NEW, values, **before("hard_fm_cost", thousands * 1000))
    assert [(finding.code, finding.column) for finding in found] == ([("B-W9", "non_pay")] if told else [])


@settings(max_examples=15, deadline=None)
@given(times=st.integers(min_value=1, max_value=9), moved=st.sampled_from(["0.2", "1", "5"]))
def test_a_trust_of_any_size_is_told_the_same_of_the_same_share_of_its_income(times: int, moved: str) -> None:
    rates = spread(rate_of(), 9)
    values = example_of(OLD)
    own = values[PAY].number * Decimal(moved)
    scaled = values | {
        PAY: number(own * times),
        ("ORG02", "value"): number(values["ORG02", "value"].number * times),
    }
    found = codes_in(OLD, values | {PAY: number(own)}, **usual(rates)), codes_in(OLD, scaled, **usual(rates))
    assert [codes.count("B-W8") for codes in found] == [int(moved != "1")] * 2


@pytest.mark.parametrize(
    "about",
    [
        {"on_trial": {"B-W4": date(2030, 1, 1)}},
        {"waived": {("B-W4", "FIN3"): Waived(1, "Agreed.", date(2030, 1, 1))}},
        {"waived": {("B-W4", ""): Waived(1, "Agreed.", date(2030, 1, 1))}},
    ],
    ids=["on trial", "waived on the line", "waived"],
)
def test_a_units_slip_that_asks_for_nothing_does_not_silence_what_does(about) -> None:
    found = codes_in(OLD, example_of(OLD), **usual(spread(rate_of() / 1000, 9)), **about)
    assert sorted(found) == ["B-W4", "B-W8"]


def notes(definition, values, **about: object) -> list:
    return [finding for finding in all_in(definition, values, **about) if finding.code in ("B-I3", "P-I3")]


def test_how_many_checks_could_not_be_made_is_said_once_a_file_and_why() -> None:
    (note,) = notes(NEW, example_of(NEW))
    assert (note.severity, note.cell, note.label) == ("info", "", "The workbook")
    assert "each compares an amount with other trusts of your type, but fewer than 8 returns" in note.message
    known = usual(spread(rate_of(), 8), among=f"delivery={example_of(NEW)['FIN3', 'delivery'].text.casefold()}")
    (less,) = notes(NEW, example_of(NEW), **known)
    assert int(less.message.split()[0]) == int(note.message.split()[0]) - 1
    (published,) = notes(NEW, example_of(NEW), **eric(costs=(Decimal(1),) * 8))
    assert int(published.message.split()[0]) < int(note.message.split()[0])
    assert notes(OLD, example_of(OLD)) == []


def test_nothing_is_said_where_everything_could_be_compared() -> None:
    values = example_of(PATHOLOGY)
    lines = [line.code for line in PATHOLOGY.lines_of("disciplines")]
    (note,) = notes(PATHOLOGY, values)
    assert "could not be made" in note.message
    known = of_type({(line, "pay"): spread(Decimal("0.002"), 9) for line in lines}, COST_PER_TEST)
    assert notes(PATHOLOGY, values, usual=known) == []


@pytest.mark.parametrize(
    ("line", "pay", "told"), [("PBC", "588", True), ("PBC", "587.999", False), ("PMO", "588", False)]
)
def test_with_too_few_returns_pounds_are_known_by_the_published_mean_in_laboratories(line, pay, told) -> None:
    values = changed(PATHOLOGY, **{f"{line}_tests": 1000, f"{line}_pay": pay, f"{line}_non_pay": 0})
    slips = [finding for finding in found_in(PATHOLOGY, values) if finding.code == "P-W6"]
    assert [(finding.line, finding.column) for finding in slips] == ([(line, "pay")] if told else [])
    if told:
        assert "£2k is the mean of all pathology in England, £1.96 for each test" in slips[0].message
