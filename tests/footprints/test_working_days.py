"""Working days of England: weekends and bank holidays left out, forwards and backwards."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprints.working_days import add_working_days, bank_holiday, is_working_day, working_days_between

DAYS = st.dates(date(2014, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2016, 8, 29), "Late Summer Bank Holiday"),
        (date(2016, 12, 26), "Boxing Day"),
        (date(2016, 12, 27), "Christmas Day (observed)"),
        (date(2020, 5, 8), "May Day"),
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        (date(2016, 9, 30), ""),
        (date(2016, 11, 30), ""),
        (date(2016, 1, 4), ""),
    ],
)
def test_bank_holidays_are_those_of_england(day, name):
    assert name in bank_holiday(day) if name else bank_holiday(day) == ""
    assert is_working_day(day) is not bool(name)


def test_working_days_pass_over_a_bank_holiday_weekend():
    friday = date(2016, 8, 26)
    assert add_working_days(friday, 1) == date(2016, 8, 30)
    assert add_working_days(date(2016, 8, 30), -1) == friday
    assert add_working_days(date(2016, 8, 28), 0) == date(2016, 8, 28)
    assert working_days_between(date(2016, 9, 1), date(2016, 9, 30)) == 21
    assert working_days_between(date(2016, 9, 30), date(2016, 9, 1)) == -21


@given(DAYS, st.integers(1, 30))
def test_adding_and_counting_agree(day, number):
    later = add_working_days(day, number)
    assert is_working_day(later)
    assert working_days_between(day, later) == number
    slowly = sum(is_working_day(day + timedelta(days=n)) for n in range(1, (later - day).days + 1))
    assert slowly == number
    assert working_days_between(add_working_days(day, -number), day) in (number, number - (not is_working_day(day)))
