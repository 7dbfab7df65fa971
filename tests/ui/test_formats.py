import calendar
import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import formats

amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=3)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.pounds(Decimal(412000)), "£412,000"),
        (formats.pounds(Decimal("-88000.4")), "−£88,000"),
        (formats.pounds(Decimal("2.5")), "£3"),
        (formats.pounds(Decimal("-0.4")), "£0"),
        (formats.pounds_and_pence(Decimal(5)), "£5.00"),
        (formats.pounds_and_pence(Decimal("-1234.565")), "−£1,234.57"),
        (formats.thousand_pounds(Decimal("412.000")), "£412k"),
        (formats.thousand_pounds(Decimal("-1412.5")), "−£1,412.5k"),
        (formats.number(Decimal("12345.50")), "12,345.5"),
        (formats.number(Decimal("-0.04"), 1), "0.0"),
        (formats.number(Decimal("1234.56"), 1), "1,234.6"),
        (formats.number(-7), "−7"),
        (formats.percent(Decimal("12.50")), "12.5%"),
        (formats.percent(Decimal("12.345"), 1), "12.3%"),
        (formats.exact(Decimal("1E+3")), "1000"),
        (formats.exact(Decimal("-0.00")), "0"),
        (formats.plural(1, "error"), "1 error"),
        (formats.plural(7, "error"), "7 errors"),
        (formats.plural(0, "day"), "0 days"),
        (formats.plural(1200, "person", "people"), "1,200 people"),
        (formats.ordinal(1), "1st"),
        (formats.ordinal(12), "12th"),
        (formats.ordinal(22), "22nd"),
        (formats.ordinal(113), "113th"),
        (formats.sentence_list([]), ""),
        (formats.sentence_list(["day"]), "day"),
        (formats.sentence_list(["day", "month", "year"]), "day, month and year"),
    ],
)
def test_figures_and_counts(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime.time(16, 50), "4:50pm"),
        (datetime.time(9, 0), "9am"),
        (datetime.time(0, 5), "12:05am"),
        (datetime.time(12, 0), "midday"),
        (datetime.time(0, 0), "midnight"),
        (datetime.datetime(2016, 9, 30, 15, 50, tzinfo=datetime.UTC), "4:50pm"),
    ],
)
def test_times(value: datetime.time | datetime.datetime, expected: str) -> None:
    assert formats.clock_time(value) == expected


def test_a_moment_belongs_to_its_day_in_london() -> None:
    late = datetime.datetime(2016, 9, 30, 23, 30, tzinfo=datetime.UTC)
    assert formats.long_date(late) == "1 October 2016"
    assert formats.moment(late) == "1 October 2016 at 12:30am"


def test_a_day_has_no_leading_zero() -> None:
    assert formats.long_date(datetime.date(2016, 9, 3)) == "3 September 2016"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_exact_text_reads_back_as_the_same_number(value: Decimal) -> None:
    text = formats.exact(value)
    assert Decimal(text) == value
    assert "E" not in text


@given(amounts)
def test_number_is_exact_text_with_separators(value: Decimal) -> None:
    assert formats.number(value).replace(",", "").replace("−", "-") == formats.exact(value)


@given(amounts)
def test_pounds_are_within_half_a_pound(value: Decimal) -> None:
    read = Decimal(formats.pounds(value).replace("£", "").replace(",", "").replace("−", "-"))
    assert abs(read - value) <= Decimal("0.5")


@given(st.dates(min_value=datetime.date(1900, 1, 1)))
def test_a_date_reads_back_as_the_same_day(value: datetime.date) -> None:
    day, month, year = formats.long_date(value).split(" ")
    assert (int(day), list(calendar.month_name).index(month), int(year)) == (value.day, value.month, value.year)


@given(st.times())
def test_a_time_says_its_hour(value: datetime.time) -> None:
    text = formats.clock_time(value)
    assert text in {"midday", "midnight"} or (text[-2:] == "pm") == (value.hour >= 12)
