"""Opportunities in pounds: the worked case, the invariants of the method, and the slow reference."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import distribution
from benchmarks.arithmetic.savings import (
    footprint_value,
    internal_best,
    money_over_volume,
    opportunity_range,
    output_per_wte,
    total,
)
from tests.reference import savings as reference

thousands = st.decimals(min_value=0, max_value=900_000, places=3)
volumes = st.integers(1, 2_000_000).map(Decimal)
rates = st.decimals(min_value=0, max_value=10_000, places=2)
scales = st.sampled_from([Decimal(100), Decimal(1000), Decimal(100_000)])


def of_accounts_payable(benchmark: str, *, numerator: str = "400", volume: Decimal | None = None) -> Decimal:
    """Gross £412k less income £12k over 80,000 invoices."""
    invoices = Decimal(80_000)
    return money_over_volume(
        value=Decimal(numerator) * 1000 / invoices,
        benchmark=Decimal(benchmark),
        numerator=Decimal(numerator),
        denominator=invoices,
        scale=Decimal(1000),
        volume=volume,
    )


def test_the_worked_case() -> None:
    assert of_accounts_payable("3.90") == Decimal("88000.00")
    assert of_accounts_payable("3.10") == Decimal("152000.00")
    assert of_accounts_payable("3.90", numerator="248") == 0  # a trust at £3.10
    assert of_accounts_payable("5.00") == 0


def test_a_part_of_the_volume_gives_that_part_of_the_pounds() -> None:
    assert of_accounts_payable("3.90", volume=Decimal(20_000)) == Decimal("22000.00")


@given(thousands, volumes, scales, rates)
def test_money_over_volume_is_the_reference(n: Decimal, d: Decimal, scale: Decimal, benchmark: Decimal) -> None:
    value = n * scale / d
    ours = money_over_volume(value=value, benchmark=benchmark, numerator=n, denominator=d, scale=scale)
    assert ours == reference.money_over_volume(n, d, scale, benchmark)


@given(volumes, st.decimals(min_value="0.01", max_value=500, places=2), rates, thousands)
def test_output_per_wte_is_the_reference(output: Decimal, wte: Decimal, benchmark: Decimal, pay: Decimal) -> None:
    assume(benchmark > 0)
    ours = output_per_wte(value=output / wte, benchmark=benchmark, relevant_pay=pay)
    # The value has 28 digits, so a half penny may fall to either side.
    assert abs(ours - reference.output_per_wte(output, wte, benchmark, pay)) <= Decimal("0.01")


def test_output_per_wte_by_hand() -> None:
    # 8,000 invoices each instead of 10,000: a fifth of £250k.
    assert output_per_wte(value=Decimal(8000), benchmark=Decimal(10_000), relevant_pay=Decimal(250)) == 50_000


@given(thousands, volumes, scales, st.decimals(min_value=-100, max_value=10_000, places=2))
def test_it_is_nought_at_or_better_than_the_benchmark_and_never_more_than_is_spent(
    n: Decimal, d: Decimal, scale: Decimal, benchmark: Decimal
) -> None:
    value = n * scale / d
    ours = money_over_volume(value=value, benchmark=benchmark, numerator=n, denominator=d, scale=scale)
    assert 0 <= ours <= max(Decimal(0), n * 1000)
    if value <= benchmark:
        assert ours == 0
    assert money_over_volume(value=value, benchmark=value, numerator=n, denominator=d, scale=scale) == 0


@given(st.decimals(min_value=-900, max_value=0, places=3), volumes)
def test_a_trust_that_earns_more_than_it_spends_has_nothing_to_save(n: Decimal, d: Decimal) -> None:
    ours = money_over_volume(
        value=n * 1000 / d, benchmark=Decimal(-5000), numerator=n, denominator=d, scale=Decimal(1000)
    )
    assert ours == 0


@given(rates, st.decimals(min_value=-10, max_value=10_000, places=2), thousands)
def test_output_per_wte_keeps_the_same_bounds(value: Decimal, benchmark: Decimal, pay: Decimal) -> None:
    ours = output_per_wte(value=value, benchmark=benchmark, relevant_pay=pay)
    assert 0 <= ours <= pay * 1000
    if value >= benchmark:
        assert ours == 0


@given(st.lists(rates, min_size=8, max_size=40), thousands, volumes)
def test_to_the_best_quartile_is_never_less_than_to_the_median(values: list[Decimal], n: Decimal, d: Decimal) -> None:
    found = distribution(values)
    median, stretch = found.median, found.best_quartile("lower")
    assert median is not None
    assert stretch is not None
    value = n * 1000 / d
    to_median, to_stretch = (
        money_over_volume(value=value, benchmark=bound, numerator=n, denominator=d, scale=Decimal(1000))
        for bound in (median, stretch)
    )
    assert to_stretch >= to_median


@given(thousands, volumes, rates, st.integers(1, 50))
def test_a_trust_k_times_as_large_has_k_times_the_opportunity(n: Decimal, d: Decimal, rate: Decimal, k: int) -> None:
    scale = Decimal(1000)
    value, larger = n * scale / d, (n * k) * scale / (d * k)
    assert value == larger
    once = money_over_volume(value=value, benchmark=rate, numerator=n, denominator=d, scale=scale)
    times_k = money_over_volume(value=larger, benchmark=rate, numerator=n * k, denominator=d * k, scale=scale)
    assert abs(times_k - once * k) <= Decimal("0.005") * (k + 1)  # each is rounded to the penny once


@given(st.lists(st.decimals(min_value=0, max_value=10**8, places=2), max_size=40), st.data())
def test_a_total_is_the_sum_to_the_penny_in_any_order(parts: list[Decimal], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(parts))
    pennies = sum(int(part * 100) for part in parts)
    assert total(parts) == total(shuffled) == Decimal(pennies) / 100


@given(thousands, volumes, rates)
def test_results_are_whole_pennies(n: Decimal, d: Decimal, rate: Decimal) -> None:
    ours = money_over_volume(value=n * 1000 / d, benchmark=rate, numerator=n, denominator=d, scale=Decimal(1000))
    assert ours.is_finite()
    assert ours == ours.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@pytest.mark.parametrize(("top_down", "bottom_up"), [("3", "5"), ("5", "3"), ("4", "4")])
def test_the_range_begins_with_the_smaller(top_down: str, bottom_up: str) -> None:
    low, high = opportunity_range(top_down=Decimal(top_down), bottom_up=Decimal(bottom_up))
    assert (low, high) == tuple(sorted((Decimal(top_down), Decimal(bottom_up))))


def test_a_footprint_is_the_ratio_of_sums_over_trusts_with_both() -> None:
    parts = [(Decimal(400), Decimal(80_000)), (Decimal(90), Decimal(30_000)), (Decimal(7), None)]
    assert footprint_value(parts, Decimal(1000)) == Decimal(490) * 1000 / 110_000
    assert footprint_value([(Decimal(7), None)], Decimal(1000)) is None
    assert footprint_value([(Decimal(7), Decimal(0))], Decimal(1000)) is None


SPENT = {"RA1": Decimal(400), "RB2": Decimal(248), "RC3": Decimal(248), "RD4": Decimal(312)}
"""£000 on 80,000 invoices each."""


def to_reach(code: str, benchmark: Decimal) -> Decimal | None:
    return None if code == "RD4" else of_accounts_payable(str(benchmark), numerator=str(SPENT[code]))


def test_the_best_trust_of_a_footprint_is_a_benchmark_for_its_others() -> None:
    best = internal_best({code: spent * 1000 / 80_000 for code, spent in SPENT.items()}, "lower", to_reach)
    assert best is not None
    assert (best.codes, best.value) == (("RB2", "RC3"), Decimal("3.1"))
    assert best.gaps == {"RA1": Decimal("152000.00"), "RB2": 0, "RC3": 0}  # of RD4 pounds cannot be said
    assert best.total == Decimal("152000.00")


def test_the_best_of_output_per_wte_is_the_highest() -> None:
    def to_reach_output(code: str, benchmark: Decimal) -> Decimal:
        return output_per_wte(value=outputs[code], benchmark=benchmark, relevant_pay=Decimal(250))

    outputs = {"RA1": Decimal(8000), "RB2": Decimal(10_000)}
    best = internal_best(outputs, "higher", to_reach_output)
    assert best is not None
    assert (best.codes, best.gaps) == (("RB2",), {"RA1": 50_000, "RB2": 0})


def test_one_trust_alone_or_a_neutral_metric_has_no_internal_best() -> None:
    assert internal_best({"RA1": Decimal(5)}, "lower", to_reach) is None
    assert internal_best({"RA1": Decimal(5), "RB2": Decimal(3)}, "neutral", to_reach) is None
