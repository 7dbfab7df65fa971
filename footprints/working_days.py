"""Working days of the NHS in England: Monday to Friday without the bank holidays, which the `holidays` library keeps."""

from datetime import date, timedelta
from functools import cache

import holidays


def is_working_day(day: date) -> bool:
    """Whether offices are open: neither a weekend nor a bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def bank_holiday(day: date) -> str:
    """The name of the bank holiday on a day; empty where there is none."""
    return _bank_holidays(day.year).get(day, "")


def add_working_days(day: date, number: int) -> date:
    """The day that lies so many working days after a day, or before it when negative; the day itself when 0, working or not."""
    step = timedelta(days=1 if number > 0 else -1)
    for _ in range(abs(number)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days come after `start` up to and with `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    span = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in span)


@cache
def _bank_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))
