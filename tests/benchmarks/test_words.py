"""Sentences about where a trust stands."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.defining.schema import Metric
from benchmarks.words import (
    cell_words,
    direction_words,
    formula_words,
    gap_words,
    inside,
    only_for_words,
    rank_words,
    short_name,
    standing_words,
    target_words,
    unit_words,
    working_words,
    worth_words,
)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Barts Health NHS Trust", "Barts Health"),
        ("East London NHS Foundation Trust", "East London"),
        ("Homerton University Hospital NHS Foundation Trust", "Homerton University Hospital"),
        ("North Tees and Hartlepool Foundation Trust", "North Tees and Hartlepool"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("metric", "lower", "higher", "others", "words"),
    [
        ("M03", 2, 1, 3, "dearer than 2 of 3 other trusts"),
        ("M03", 0, 2, 3, "cheaper than 2 of 3 other trusts"),
        ("M01", 2, 0, 2, "higher than 2 of 2 other trusts"),
        ("M15", 0, 1, 1, "lower than 1 of 1 other trust"),
        ("M17", 1, 0, 1, "higher than 1 of 1 other trust"),
        ("M03", 0, 0, 2, "the same as all 2 other trusts"),
        ("M03", 0, 0, 1, "the same as the 1 other trust"),
        ("M03", 0, 0, 0, ""),
    ],
)
def test_standing(
    metrics: dict[str, Metric], metric: str, lower: int, higher: int, others: int, words: str
) -> None:  # fmt: skip
    assert standing_words(metrics[metric], lower, higher, others) == words


def test_standing_among_peers(metrics: dict[str, Metric]) -> None:
    assert standing_words(metrics["M24"], 9, 2, 12, "peer") == "dearer than 9 of 12 peers"


def test_what_a_benchmark_is_worth() -> None:
    assert [gap_words(amount) for amount in (Decimal(88_000), Decimal(0), None)] == [
        "£88,000 less",
        "no gap",
        "not in pounds",
    ]


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_worth_is_never_far_from_the_amount(amount: Decimal) -> None:
    said = Decimal(worth_words(amount).replace("£", "").replace(",", ""))
    assert abs(said - amount) <= (500 if amount >= 10_000 else Decimal("0.5"))


def test_worth() -> None:
    assert worth_words(Decimal("944176.40")) == "£944,000"
    assert worth_words(Decimal("9999.40")) == "£9,999"


def test_rank_says_what_first_means() -> None:
    assert rank_words("4th of 27", "lower") == "4th of 27 (1st is the lowest)"
    assert rank_words("4th of 27", "higher") == "4th of 27 (1st is the highest)"
    assert rank_words("4th lowest of 27", "neutral") == "4th lowest of 27"


def test_a_target_says_where_it_stands(metrics: dict[str, Metric]) -> None:
    target = metrics["M01"].targets[0]
    assert target_words(target).endswith("Dropped in 2018: shown for the record, nobody is judged by it.")
    in_force = target.model_copy(update={"dropped_in": None})
    assert target_words(in_force) == "Target set in 2016, for April 2018."
    assert "To be confirmed" in target_words(in_force.model_copy(update={"confirmed": False}))


def test_a_metric_in_words(metrics: dict[str, Metric]) -> None:
    finance, share, days = metrics["M03"], metrics["M01"], metrics["M16"]
    assert (unit_words(finance), cell_words(finance, Decimal("952.4"))) == ("£k per £100m", "952")
    assert (unit_words(share), cell_words(share, Decimal("7.25"))) == ("%", "7.3%")
    assert only_for_words(share) == "acute trusts only"
    assert {direction_words(metrics[code]) for code in ("M01", "M13", "M17")} == {
        "lower is better",
        "higher is better",
        "neither way is better",
    }
    assert formula_words(finance) == "Net cost of finance (£000) ÷ patient-care income (£000)"
    assert "÷" not in formula_words(days)
    assert working_words(finance, Decimal("3924.0"), Decimal(412_000), Decimal("952.43")) == (
        "3,924 ÷ 412,000 × 100,000 = £952k per £100m"
    )
    assert working_words(days, Decimal(6), None, Decimal(6)) == "6 days"


def test_a_label_inside_a_sentence() -> None:
    assert (inside("Finance cost"), inside("HR cost")) == ("finance cost", "HR cost")
