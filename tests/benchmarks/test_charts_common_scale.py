"""The one scale for every metric: quantiles at their places, better always greater, and never beyond the ends."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import Direction, Distribution, distribution
from benchmarks.charts import place_on_scale

ONE_TO_FIFTY = distribution([Decimal(number) for number in range(1, 51)])
values = st.decimals(min_value=-1000, max_value=100_000, places=2) | st.sampled_from([Decimal(0), Decimal(7)])
populations = st.lists(values, min_size=8, max_size=40).map(distribution)


@pytest.mark.parametrize(
    ("value", "higher"),
    [("5.9", 10), ("13.25", 25), ("25.5", 50), ("37.75", 75), ("45.1", 90), ("31.625", 62.5), ("9.575", 17.5)],
)
def test_quantiles_stand_at_their_places_and_others_between(value: str, higher: float) -> None:
    assert place_on_scale(Decimal(value), ONE_TO_FIFTY, "higher") == pytest.approx(higher)
    assert place_on_scale(Decimal(value), ONE_TO_FIFTY, "neutral") == pytest.approx(higher)
    assert place_on_scale(Decimal(value), ONE_TO_FIFTY, "lower") == pytest.approx(100 - higher)


def test_beyond_the_tenths_it_goes_on_as_steeply_and_stops_at_the_ends() -> None:
    # From P10 to P25 fifteen places are 7.35 wide, so ten places are 4.9: nought is reached at 1.
    assert place_on_scale(Decimal(1), ONE_TO_FIFTY, "higher") == pytest.approx(0)
    assert place_on_scale(Decimal("3.45"), ONE_TO_FIFTY, "higher") == pytest.approx(5)
    assert place_on_scale(Decimal(-10_000), ONE_TO_FIFTY, "higher") == 0
    assert place_on_scale(Decimal(10**12), ONE_TO_FIFTY, "higher") == 100


def test_without_tenths_the_quartiles_are_enough_and_without_those_there_is_no_scale() -> None:
    nine = distribution([Decimal(number) for number in range(9)])
    assert [place_on_scale(Decimal(number), nine, "higher") for number in (0, 2, 4, 6, 8)] == [0, 25, 50, 75, 100]
    assert place_on_scale(Decimal(3), distribution([Decimal(number) for number in range(7)]), "higher") is None


def test_a_value_that_several_quantiles_share_stands_in_their_middle() -> None:
    mostly_nought = distribution([Decimal(0)] * 16 + [Decimal(number) for number in range(1, 9)])
    assert (mostly_nought.p25, mostly_nought.median) == (0, 0)
    assert place_on_scale(Decimal(0), mostly_nought, "higher") == pytest.approx((10 + 25 + 50) / 3)
    assert place_on_scale(Decimal(-1), mostly_nought, "higher") == 0
    alike = distribution([Decimal(7)] * 20)
    assert [place_on_scale(Decimal(number), alike, "lower") for number in (6, 7, 8)] == [100, 50, 0]


@given(populations, values, values, st.sampled_from(["lower", "higher", "neutral"]))
def test_better_is_never_to_the_left(found: Distribution, one: Decimal, two: Decimal, direction: Direction) -> None:
    places = [place_on_scale(value, found, direction) for value in sorted((one, two), reverse=direction == "lower")]
    worse, better = (place if place is not None else -1.0 for place in places)
    assert 0 <= worse <= better + 1e-9
    assert better <= 100
