"""Outliers: who is asked about a figure, why, and that nobody is taken out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.outliers import outliers
from tests.reference import outliers as reference


def decimals(*numbers: float | str) -> list[Decimal]:
    return [Decimal(str(number)) for number in numbers]


def test_a_value_typed_in_pounds_instead_of_thousands_is_flagged() -> None:
    *others, slip = outliers(decimals(4, 4.5, 5, 5.5, 6, 6.5, 7, 5200))
    assert not any(other.flagged for other in others)
    assert slip.flagged
    assert slip.score is not None
    assert slip.words == f"far above the others: modified z {slip.score}, and the limit is 3.5"
    assert outliers(decimals(4, 4.5, 5, 5.5, 6, 6.5, 7, "0.005"))[-1].words.startswith("far below the others")


def test_the_score_by_hand() -> None:
    """Powers of two: the logarithms are 0 to 8 times ln 2, the median 4, the MAD 2; (8 − 4) ÷ 2 × 0.6745 = 1.349."""
    found = outliers([Decimal(2) ** power for power in range(9)])
    assert [found[place].score for place in (0, 4, 8)] == decimals("-1.35", "0.00", "1.35")


@pytest.mark.parametrize(("times", "flagged"), [(10, False), (11, True)])
def test_the_limit_is_three_and_a_half(times: int, flagged: bool) -> None:
    """A MAD of 2 lets a logarithm be 3.5 ÷ 0.6745 × 2 = 10.38 from the middle."""
    values = [*(Decimal(2) ** power for power in (-2, -2, -2, -1, 0, 0, 1, 2, 2, 2)), Decimal(2) ** times]
    assert outliers(values)[-1].flagged == flagged


@pytest.mark.parametrize("value", ["0", "-3"])
def test_nought_and_less_is_flagged_and_not_logged(value: str) -> None:
    *others, last = outliers([*decimals(4, 5, 5.5, 6, 7), Decimal(value)])
    assert (last.score, last.flagged) == (None, True)
    assert "not logged" in last.words
    assert others == outliers(decimals(4, 5, 5.5, 6, 7))  # it is not the middle of anything


def test_where_most_are_alike_the_fences_stand_in_from_eight_values_on() -> None:
    alike = decimals(5, 5, 5, 5, 5)
    *_, near, far = outliers([*alike, *decimals("5.1", "5.2"), Decimal(9)])
    assert not near.flagged
    assert (far.score, far.flagged) == (None, True)
    assert far.words == "far above the others, of which more than half are alike: beyond 1.5 × the interquartile range"
    assert outliers([*alike, *decimals("5.1", "5.2"), Decimal(1)])[-1].words.startswith("far below")
    assert not any(other.flagged for other in outliers([*alike, Decimal(90)]))


def test_without_a_median_nothing_is_far_from_it() -> None:
    assert [found.flagged for found in outliers(decimals(1, 1.1, 900, 0))] == [False, False, False, True]
    assert outliers([]) == []


@given(st.lists(st.decimals(min_value=-5, max_value=10_000, places=2), max_size=40))
def test_the_scores_are_those_of_the_reference_and_nothing_is_removed(values: list[Decimal]) -> None:
    found = outliers(values)
    assert len(found) == len(values)
    for value, ours in zip(values, found, strict=True):
        expected = reference.score(value, values)
        assert (ours.score is None) == (expected is None)
        if ours.score is not None and expected is not None:
            assert float(ours.score) == pytest.approx(expected, abs=0.006)
        assert bool(ours.words) == ours.flagged


def test_a_score_without_bound_is_shown_as_a_million() -> None:
    """All but a few alike to their last digits: the score would not fit the database, and one value would stop the run of all."""
    values = [Decimal(900) + Decimal(number) / 10**9 for number in range(5)]
    low, *_, high = outliers([Decimal(1), *values, Decimal(5000)])
    assert (low.score, high.score) == (-1_000_000, 1_000_000)
    assert low.flagged
    assert high.flagged
