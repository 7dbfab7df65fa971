"""How one number came about, in words: held against sums that anybody can do on paper."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.opportunity import opportunity
from benchmarks.arithmetic.quantiles import Distribution, band, distribution, quantile
from benchmarks.defining.registry import metric
from benchmarks.explained_words import gap_working, in_order_words, percentile_words, quarter_reason, told_apart
from benchmarks.run_address import RunConverter, run_key
from ui.formats import pounds


@dataclass(frozen=True)
class Own:
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    relevant_pay: Decimal | None = None
    opportunity_volume: Decimal | None = None


INVOICES = Own(Decimal(5), Decimal(400), Decimal(80_000), opportunity_volume=Decimal(80_000))


@pytest.mark.parametrize(
    ("n", "share", "words"),
    [
        (215, "0.5", "the 108th of 215 values in order, the smallest first"),
        (216, "0.5", "half way from the 108th to the 109th of 216 values in order, the smallest first"),
        (50, "0.25", "a quarter of the way from the 13th to the 14th of 50 values in order, the smallest first"),
        (50, "0.75", "three quarters of the way from the 37th to the 38th of 50 values in order, the smallest first"),
        (25, "0.1", "0.4 of the way from the 3rd to the 4th of 25 values in order, the smallest first"),
        (1, "0.5", "the 1st of 1 value in order, the smallest first"),
    ],
)
def test_where_a_quantile_lies_in_the_order(n: int, share: str, words: str) -> None:
    assert in_order_words(n, share) == words


@given(st.integers(1, 400), st.sampled_from(["0.1", "0.25", "0.5", "0.75", "0.9"]))
def test_whoever_follows_the_words_finds_the_quantile(n: int, share: str) -> None:
    """Over the values 1 to n a value is its own place, so the place that the words say is the quantile."""
    words = in_order_words(n, share).split(" of ")[0] if " way " not in in_order_words(n, share) else ""
    found = quantile([Decimal(place) for place in range(1, n + 1)], Decimal(share))
    if words:
        assert int("".join(filter(str.isdigit, words))) == found
    else:
        assert found != int(found)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("5", "£5.00 is above the upper quartile £4.61, so it is in the worst quarter."),
        ("4.61", "£4.61 is above the median £3.90 and at or below the upper quartile £4.61, so it is in the third quarter."),
        ("3.9", "£3.90 is above the lower quartile £3.10 and at or below the median £3.90, so it is in the second best quarter."),
        ("3.1", "£3.10 is at or below the lower quartile £3.10, so it is in the best quarter."),
    ],
)  # fmt: skip
def test_why_a_value_is_in_its_quarter(value: str, words: str) -> None:
    bounds = Distribution(20, p25=Decimal("3.1"), median=Decimal("3.9"), p75=Decimal("4.61"))
    quarter = band(Decimal(value), bounds, "lower")
    assert quarter is not None
    assert quarter_reason(metric("M12"), Decimal(value), bounds, quarter) == words


def test_the_reason_is_true_of_every_value_and_direction() -> None:
    bounds = distribution([Decimal(number) for number in range(1, 21)])
    for name, value in product(("M12", "M13", "M11"), range(1, 21)):
        known = metric(name)
        quarter = band(Decimal(value), bounds, known.direction)
        assert quarter is not None
        words = quarter_reason(known, Decimal(value), bounds, quarter)
        quartiles = {"lower quartile": bounds.p25, "median": bounds.median, "upper quartile": bounds.p75}
        for bound, at in quartiles.items():
            assert at is not None
            true_of = {
                f"at or above the {bound}": value >= at,
                f"at or below the {bound}": value <= at,
                f"is above the {bound}": value > at,
                f"is below the {bound}": value < at,
            }
            assert all(holds for said, holds in true_of.items() if said in words)
        assert known.direction != "neutral" or not {"best", "worst"} & set(words.replace(".", "").split())


def test_values_that_round_to_the_same_are_told_apart() -> None:
    known = metric("M12")
    assert told_apart(known, Decimal("4.612"), Decimal("4.611")) == (
        "£4.61 (unrounded 4.612)",
        "£4.61 (unrounded 4.611)",
    )
    assert told_apart(known, Decimal("4.61"), Decimal("4.61")) == ("£4.61", "£4.61")


def test_the_worked_accounts_payable_case() -> None:
    known = metric("M12")
    assert gap_working(known, INVOICES, Decimal("3.9"), Decimal(88_000)) == (
        "(own value − benchmark) × volume: (5 − 3.9) × 80,000 = £88,000."
    )
    words = gap_working(known, INVOICES, Decimal("5.2"), Decimal(0))
    assert words == "£5.00 is at or better than £5.20, so there is no gap: £0."


def test_a_rate_over_income_is_worked_in_thousands() -> None:
    own = Own(Decimal(950), Decimal(1900), Decimal(200_000), opportunity_volume=Decimal(200_000))
    assert gap_working(metric("M03"), own, Decimal(650), Decimal(600_000)) == (
        "(own value − benchmark) × volume ÷ 100,000, in £000: (950 − 650) × 200,000 ÷ 100,000 = 600, which is £600,000."
    )


@pytest.mark.parametrize(("value", "worth"), [(200, 400_000), (-100, 0)])
def test_no_more_than_the_cost_itself_is_said_so_and_not_as_a_sum(value: int, worth: int) -> None:
    own, below = Own(Decimal(value), Decimal(value * 2), Decimal(200_000), None, Decimal(200_000)), Decimal(-500)
    assert opportunity(metric("M03"), own, below) == worth
    words = " is above ".join(told_apart(metric("M03"), Decimal(value), below))
    assert gap_working(metric("M03"), own, below, Decimal(worth)) == (
        f"{words}, but never more is counted than the cost itself holds: {pounds(worth)}."
    )


def test_output_per_wte_is_worked_over_pay() -> None:
    own = Own(Decimal(8000), Decimal(80_000), Decimal(10), relevant_pay=Decimal(412))
    assert gap_working(metric("M13"), own, Decimal(10_000), Decimal(82_400)) == (
        "Relevant pay × (1 − own value ÷ benchmark): £412k × (1 − 8,000 ÷ 10,000) = £82,400."
    )
    assert "at or better than" in gap_working(metric("M13"), own, Decimal(8000), Decimal(0))


def test_the_share_below() -> None:
    assert (
        percentile_words(Decimal("74.358974"), 40)
        == "74.4% of the other 39 values are lower; those equal to it count half."
    )
    assert percentile_words(None, 1) == ""


@dataclass(frozen=True)
class Run:
    number: int | None = None
    collection_id: int | None = None
    template: str = "back_office"
    year: str = "2015/16"


@pytest.mark.parametrize(
    ("run", "key"),
    [
        (Run(number=7, collection_id=3), "7"),
        (Run(collection_id=3), "live-back_office-3"),
        (Run(template="eric", year="2016/17"), "eric-2016-17"),
    ],
)
def test_a_run_in_an_address(run: Run, key: str) -> None:
    assert (
        run_key(run) == RunConverter().to_url(run) == RunConverter().to_url(key) == RunConverter().to_python(key) == key
    )
