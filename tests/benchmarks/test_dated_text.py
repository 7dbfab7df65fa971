"""Dates that people write into a text: read where they are certain, left alone where they are not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.shared_work.dated_text import NamedDay, day_in
from ui.formats import long_date

DAY = date(2019, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "Roche, 31 March 2019",
        "Roche 31st March 2019",
        "31st of Mar. 2019 (Roche)",
        "31-Mar-2019",
        "March 31, 2019",
        "Abbott - contract ends 31/03/2019",
        "Abbott 31.03.2019",
        "Abbott 31/3/19",
        "WinPath Enterprise, 2019-03-31",
        "Roche, 1 April 2014 to 31 March 2019",
        "From 01/04/2014 until 31/03/2019",
        "31 March 2019 (that is, 31/03/2019)",
        "The contract with Roche ends on 31 March 2019.",
        "Roche (31/03/2019).",
        "Telepath 2000, ends 31 March 2019",
    ],
)
def test_a_day_is_read(text: str) -> None:
    assert day_in(text) == NamedDay(DAY, "day")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Sysmex, March 2019", NamedDay(DAY, "month")),
        ("Sysmex, ends Sept 2018", NamedDay(date(2018, 9, 30), "month")),
        ("Sysmex 02/2020", NamedDay(date(2020, 2, 29), "month")),
        ("Sysmex, 2019", NamedDay(date(2019, 12, 31), "year")),
        ("2019", NamedDay(date(2019, 12, 31), "year")),
        ("contract expires 2019", NamedDay(date(2019, 12, 31), "year")),
    ],
)
def test_a_month_or_a_year_is_read_as_its_last_day(text: str, named: NamedDay) -> None:
    assert day_in(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "WinPath",
        "Telepath 2000",
        "iLab 10.2.2019.4",
        "31 February 2019",
        "31/13/2019",
        "Roche 31 March 2019, Abbott 30 June 2020",
        "5 years, rolling",
        "31 March",
        "12 March 1066",
    ],
)
def test_what_is_not_certain_is_no_date(text: str) -> None:
    assert day_in(text) is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(["Roche, ", "Managed service until ", ""]))
def test_every_day_is_read_back_as_it_was_written(day: date, before: str) -> None:
    named = NamedDay(day, "day")
    assert day_in(before + long_date(day)) == named
    assert day_in(f"{before}{day:%d/%m/%Y}") == named
    assert day_in(before + day.isoformat()) == named


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    named = day_in(text)
    assert named is None or 1990 <= named.day.year <= 2099
