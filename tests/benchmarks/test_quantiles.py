"""Quantiles, positions and bands, against the standard library and the slow reference."""

import random
import statistics
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import (
    Direction,
    Position,
    band,
    band_words,
    coverage_words,
    distribution,
    position_in_order,
    quantile,
    too_few_words,
)
from tests.reference import quantiles as reference

figures = st.decimals(min_value=-1000, max_value=100_000, places=3, allow_nan=False, allow_infinity=False)


def position(value: Decimal, values: Sequence[Decimal], direction: Direction) -> Position:
    return position_in_order(value, sorted(values), direction)


# Few different values, so that ties are common.
tied = st.sampled_from([Decimal(number) / 4 for number in range(12)])
directions = st.sampled_from(["lower", "higher", "neutral"])


def test_the_golden_case_of_one_to_fifty() -> None:
    values = [Decimal(number) for number in range(1, 51)]
    assert [quantile(values, Decimal(p)) for p in ("0.25", "0.5", "0.75")] == [
        Decimal("13.25"),
        Decimal("25.5"),
        Decimal("37.75"),
    ]


@given(st.lists(figures, min_size=2, max_size=60))
def test_quartiles_are_those_of_the_standard_library(values: list[Decimal]) -> None:
    fractions = [Fraction(value) for value in values]
    expected = statistics.quantiles(fractions, n=4, method="inclusive")
    ours = [quantile(sorted(values), Decimal(p)) for p in ("0.25", "0.5", "0.75")]
    assert [Fraction(value) for value in ours] == expected


@given(st.lists(figures, min_size=1, max_size=60), st.integers(0, 100))
def test_any_quantile_is_exactly_the_reference(values: list[Decimal], hundredths: int) -> None:
    ours = quantile(sorted(values), Decimal(hundredths) / 100)
    assert Fraction(ours) == reference.type_7(values, Fraction(hundredths, 100))


def test_nothing_is_rounded_between_values_of_28_digits() -> None:
    thirds = [Decimal(1) / 3, Decimal(20_000) / 3]
    assert Fraction(quantile(thirds, Decimal("0.25"))) == reference.type_7(thirds, Fraction(1, 4))


@pytest.mark.parametrize(
    ("values", "p"), [([], "0.5"), (["2", "1"], "0.5"), (["1"], "1.01"), (["1"], "-0.01")], ids=str
)
def test_a_quantile_refuses_what_it_cannot_answer(values: list[str], p: str) -> None:
    with pytest.raises(ValueError, match="quantile"):
        quantile([Decimal(value) for value in values], Decimal(p))


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, set()),
        (4, {"minimum", "maximum"}),
        (5, {"minimum", "maximum", "median"}),
        (7, {"minimum", "maximum", "median"}),
        (8, {"minimum", "maximum", "median", "p25", "p75"}),
        (19, {"minimum", "maximum", "median", "p25", "p75"}),
        (20, {"minimum", "maximum", "median", "p25", "p75", "p10", "p90"}),
    ],
)
def test_a_figure_needs_enough_values_behind_it(n: int, shown: set[str]) -> None:
    found = distribution([Decimal(number) for number in range(n)])
    names = ("minimum", "p10", "p25", "median", "p75", "p90", "maximum")
    assert {name for name in names if getattr(found, name) is not None} == shown


@pytest.mark.parametrize(("n", "quartiles"), [(8, False), (9, False), (10, True)])
def test_who_may_not_see_names_sees_no_extremes_and_quartiles_only_of_ten(n: int, quartiles: bool) -> None:
    found = distribution([Decimal(number) for number in range(n)]).without_names()
    assert (found.minimum, found.maximum) == (None, None)
    assert (found.p25 is not None, found.p75 is not None) == (quartiles, quartiles)
    assert found.median is not None


def test_the_best_quartile_is_on_the_better_side() -> None:
    found = distribution([Decimal(number) for number in range(1, 51)])
    assert found.best_quartile("lower") == Decimal("13.25")
    assert found.best_quartile("higher") == Decimal("37.75")
    assert found.best_quartile("neutral") is None


@given(st.lists(figures, min_size=5, max_size=60))
def test_a_value_equal_to_the_median_leaves_the_median(values: list[Decimal]) -> None:
    median = distribution(values).median
    assert median is not None
    assert distribution([*values, median]).median == median


@given(st.lists(tied, min_size=2, max_size=40), st.data())
def test_the_percentile_is_the_mean_place_of_equal_values(values: list[Decimal], data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(values))
    percentile = position(value, values, "lower").percentile
    assert percentile is not None
    assert abs(Fraction(percentile) - reference.mid_rank_percentile(value, values)) < Fraction(1, 10**20)


@given(st.lists(tied, min_size=8, max_size=40), directions, st.data())
def test_equal_values_share_band_and_words_in_any_order(
    values: list[Decimal], direction: Direction, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(values))
    value = data.draw(st.sampled_from(values))
    other_way_of_writing = value * Decimal("1.000")
    assert position(value, values, direction).words == position(other_way_of_writing, shuffled, direction).words
    ours = band(value, distribution(values), direction)
    assert ours == band(other_way_of_writing, distribution(shuffled), direction)
    assert ours == reference.band(value, values, direction)


@pytest.mark.parametrize(
    ("value", "direction", "words"),
    [
        ("1", "lower", "1st of 6"),
        ("1", "higher", "6th of 6"),
        ("2", "lower", "joint 2nd of 6"),
        ("2", "higher", "joint 3rd of 6"),
        ("2", "neutral", "joint 2nd lowest of 6"),
        ("9", "neutral", "6th lowest of 6"),
    ],
)
def test_positions_in_words(value: str, direction: Direction, words: str) -> None:
    values = [Decimal(number) for number in ("1", "2", "2.0", "2.00", "5", "9")]
    assert position(Decimal(value), values, direction).words == words


def test_a_lone_value_has_no_percentile() -> None:
    alone = position(Decimal(3), [Decimal(3)], "lower")
    assert (alone.words, alone.percentile) == ("1st of 1", None)


def test_a_stranger_has_no_position() -> None:
    with pytest.raises(ValueError, match="leave it out"):
        position(Decimal(3), [Decimal(4)], "lower")


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        ("13.25", "lower", 1),
        ("13.26", "lower", 2),
        ("25.5", "lower", 2),
        ("37.75", "lower", 3),
        ("37.76", "lower", 4),
        ("37.75", "higher", 1),
        ("37.74", "higher", 2),
        ("25.5", "higher", 2),
        ("13.25", "higher", 3),
        ("13.24", "higher", 4),
    ],
)
def test_a_value_equal_to_a_bound_goes_to_the_better_band(value: str, direction: Direction, expected: int) -> None:
    one_to_fifty = distribution([Decimal(number) for number in range(1, 51)])
    assert band(Decimal(value), one_to_fifty, direction) == expected


def test_too_few_values_give_no_band() -> None:
    assert band(Decimal(1), distribution([Decimal(1)] * 7), "lower") is None


def test_a_neutral_band_is_never_best_or_worst() -> None:
    words = [band_words(quarter, "neutral") for quarter in (1, 2, 3, 4)]
    assert not [word for word in words if "best" in word or "worst" in word or "better" in word]
    assert len(set(words)) == 4


def test_how_many_stand_behind_a_figure() -> None:
    assert coverage_words(214, 236) == "n = 214 of 236"
    assert too_few_words(4) == "too few (n = 4)"


def test_the_order_of_values_does_not_matter() -> None:
    values = [Decimal(number) for number in range(30)]
    shuffled = random.Random(4).sample(values, k=len(values))
    assert distribution(values) == distribution(shuffled)
