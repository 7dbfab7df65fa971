"""On time, on time with an extension, and late are three different outcomes."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.timeliness import HAS_COME, Timeliness, timeliness
from ui.formats import LONDON

DUE, EXTENDED = date(2016, 9, 30), date(2016, 10, 7)


def came(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("in_at", "due", "expected"),
    [
        (came(DUE), DUE, "on time"),
        (came(DUE, 23, 59), DUE, "on time"),
        (came(DUE + timedelta(1), 0, 0), DUE, "late"),
        (came(DUE), EXTENDED, "on time"),
        (came(DUE + timedelta(1)), EXTENDED, "on time with an extension"),
        (came(EXTENDED, 23, 59), EXTENDED, "on time with an extension"),
        (came(EXTENDED + timedelta(1)), EXTENDED, "late"),
    ],
)
def test_a_return_that_has_come(in_at, due, expected):
    assert timeliness(in_at, due, DUE, date(2017, 1, 1)) == expected


def test_the_day_in_london_counts():
    late_in_utc = datetime.fromisoformat("2016-09-30T23:30:00+00:00")
    assert timeliness(late_in_utc, DUE, DUE, DUE) == Timeliness.LATE


@pytest.mark.parametrize(
    ("today", "due", "expected"),
    [
        (DUE, DUE, "not in yet"),
        (DUE + timedelta(1), DUE, "overdue"),
        (DUE + timedelta(1), EXTENDED, "not in yet"),
        (EXTENDED + timedelta(1), EXTENDED, "overdue"),
    ],
)
def test_a_return_that_has_not_come(today, due, expected):
    assert timeliness(None, due, DUE, today) == expected


days = st.dates(date(2016, 9, 1), date(2016, 11, 30))


@given(st.none() | days, st.integers(0, 23), days, days, days)
def test_more_time_never_makes_it_worse(day, hour, due, today, collection_due):
    """An order from good to bad; and once a return is in, the day on which one asks changes nothing."""
    moment = day and came(day, hour)
    due = max(due, collection_due)
    order = [Timeliness.ON_TIME, Timeliness.EXTENDED, Timeliness.NOT_IN_YET, Timeliness.OVERDUE, Timeliness.LATE]
    now, later = (timeliness(moment, until, collection_due, today) for until in (due, due + timedelta(7)))
    assert order.index(later) <= order.index(now)
    assert (now in HAS_COME) == (moment is not None)
    if moment is not None:
        assert timeliness(moment, due, collection_due, today + timedelta(400)) == now
