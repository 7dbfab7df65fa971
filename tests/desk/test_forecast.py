"""Where a round will be on its due date: against a slow reference, and at its edges."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.forecast import Curve, Forecast, NoForecast, distance, forecast, wilson
from footprints.working_days import is_working_day
from tests.reference import forecast as reference

DUE = date(2016, 9, 30)
LAST_DUE = date(2015, 9, 30)
days = st.integers(-60, 60).map(lambda number: DUE + timedelta(days=number))


def arrivals(due: date) -> st.SearchStrategy[list[date | None]]:
    one = st.none() | st.integers(-30, 20).map(lambda number: due + timedelta(days=number))
    return st.lists(one, min_size=10, max_size=60)


@given(days, st.sampled_from([DUE, date(2016, 10, 1), date(2016, 12, 27), date(2016, 8, 28)]))
def test_the_distance_is_what_walking_gives(day: date, due: date) -> None:
    assert distance(day, due) == reference.distance(day, due)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2016, 9, 30), 0),
        (date(2016, 9, 29), -1),
        (date(2016, 9, 23), -5),
        (date(2016, 9, 24), -5),  # a Saturday counts with its Friday
        (date(2016, 10, 1), 1),  # but not after the due date, when it is late
        (date(2016, 10, 3), 1),
        (date(2016, 8, 26), -24),  # a bank holiday lies between
    ],
)
def test_distances(day: date, expected: int) -> None:
    assert distance(day, DUE) == expected


@given(st.integers(1, 300).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
@example((0, 7))
@example((7, 7))
def test_the_interval_is_what_trying_shares_gives(seen: tuple[int, int]) -> None:
    low, high = wilson(*seen)
    slow_low, slow_high = reference.shares(*seen)
    assert low == pytest.approx(float(slow_low), abs=1e-9)
    assert high == pytest.approx(float(slow_high), abs=1e-9)
    assert low <= seen[0] / seen[1] <= high


@given(arrivals(DUE), arrivals(LAST_DUE), st.integers(-25, -1))
def test_the_forecast_is_what_the_slow_one_gives(now: list[date | None], last: list[date | None], before: int) -> None:
    yesterday = DUE + timedelta(days=before)
    now = [day if day is not None and day <= yesterday + timedelta(days=1) else None for day in now]
    if not is_working_day(yesterday):  # what comes on the rest of a weekend would count with it
        now = [day if day != yesterday + timedelta(days=1) else None for day in now]
    outlook = forecast(_curve(now, DUE), _curve(last, LAST_DUE), at=distance(yesterday, DUE))
    if isinstance(outlook, NoForecast):
        point = distance(yesterday, DUE)
        assert point >= 0 or sum(day is None or distance(day, LAST_DUE) > point for day in last) < 10
        return
    low, likely, high = reference.forecast(now, DUE, last, LAST_DUE, yesterday)
    assert (outlook.low, outlook.likely, outlook.high) == (low, likely, high)
    assert outlook.low <= outlook.likely <= outlook.high <= len(now)


def test_the_words_have_their_numbers() -> None:
    """40 of 50 were outstanding five days before; 30 of those came in time. Of 80 outstanding now, three quarters are 60."""
    last = Curve.of(50, [-9] * 10 + [-2] * 30 + [3] * 5)
    now = Curve.of(100, [-8] * 20)
    outlook = forecast(now, last, at=-5)
    assert isinstance(outlook, Forecast)
    assert (outlook.outstanding, outlook.days_to_go) == (80, 5)
    assert (outlook.last_outstanding, outlook.last_came) == (40, 30)
    assert outlook.likely == 80
    # Wilson for 30 of 40: 0.5981 to 0.8581, of 80: 47.8 to 68.6.
    assert (outlook.low, outlook.high) == (20 + 47, 20 + 69)


def test_what_has_come_since_is_never_taken_back() -> None:
    last = Curve.of(50, [-9] * 10 + [3] * 40)
    now = Curve.of(50, [-8] * 10 + [-4] * 30)
    outlook = forecast(now, last, at=-5)
    assert isinstance(outlook, Forecast)
    assert (outlook.low, outlook.likely) == (40, 40)


@pytest.mark.parametrize(
    ("last", "at", "reason"),
    [
        (None, -5, "no earlier round"),
        (Curve.of(50, [-9] * 41), -5, "only 9 returns"),
        (Curve.of(50, [-1] * 20), 0, "has come"),
        (None, 3, "has come"),
    ],
)
def test_there_is_none_and_it_is_said_why(last: Curve | None, at: int, reason: str) -> None:
    outlook = forecast(Curve.of(10, []), last, at=at)
    assert isinstance(outlook, NoForecast)
    assert reason in outlook.reason


def test_a_curve_stays_where_it_is_between_arrivals() -> None:
    curve = Curve.of(4, [2, -3, -3])
    assert [curve.at(day) for day in (-4, -3, 0, 1, 2, 9)] == [0, 2, 2, 2, 3, 3]
    assert curve.share_at(2) == 0.75
    assert Curve.of(0, []).share_at(0) == 0


def _curve(came: list[date | None], due: date) -> Curve:
    return Curve.of(len(came), [distance(day, due) for day in came if day is not None])
