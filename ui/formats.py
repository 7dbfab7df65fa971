"""Figures, dates and counts as the NHS writes them. Pure: text out, nothing looked up.

Amounts are `Decimal`. A minus is written − (U+2212), which lines up in tables and is read aloud as "minus"; only `exact`
writes the hyphen, because its text goes into inputs and files. Rounding is half away from zero, as people round by hand.
"""

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUS = "−"


def exact(value: Decimal | int) -> str:
    """Every digit and no more, without thousands separators or exponent: "412.5". Reads back as the same number."""
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "-"} else text


def number(value: Decimal | int, places: int | None = None) -> str:
    """With thousands separators: "12,345.5". `places` fixes the decimals; without it, all that matter are shown."""
    if places is None:
        whole, point, part = exact(value).lstrip("-").partition(".")
        return _sign(value) + f"{int(whole):,}" + point + part
    rounded = _rounded(Decimal(value), places)
    return _sign(rounded) + f"{abs(rounded):,f}"


def pounds(value: Decimal | int) -> str:
    """An amount in pounds, to the whole pound: "£412,000", "−£88,000"."""
    return _money(Decimal(value), 0)


def pounds_and_pence(value: Decimal | int) -> str:
    """An amount in pounds, to the penny, for unit costs: "£5.00"."""
    return _money(Decimal(value), 2)


def thousand_pounds(value: Decimal | int) -> str:
    """An amount that is held in thousands of pounds, every digit kept: "£412k", "−£1,412.5k"."""
    return _sign(value) + "£" + number(-value if value < 0 else value) + "k"


def percent(value: Decimal | int, places: int | None = None) -> str:
    """A share that is held in percent (12.5 for an eighth): "12.5%"."""
    return number(value, places) + "%"


def plural(count: int, singular: str, several: str | None = None) -> str:
    """A count with its noun: "1 error", "7 errors", "0 days"; `several` where an added s is wrong."""
    return f"{number(count)} {singular if count == 1 else several or singular + 's'}"


def ordinal(value: int) -> str:
    """A place in an order: "1st", "22nd", "113th"."""
    ending = "th" if value % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{number(value)}{ending}"


def sentence_list(words: Sequence[str]) -> str:
    """Words as a sentence lists them: "day", "day and month", "day, month and year"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def long_date(value: datetime.date) -> str:
    """A day: "30 September 2016". A moment with a time zone is given the day it falls on in London."""
    day = _in_london(value) if isinstance(value, datetime.datetime) else value
    return f"{day.day} {day:%B} {day.year}"


def clock_time(value: datetime.datetime | datetime.time) -> str:
    """A time of day: "4:50pm", "9am", "midday", "midnight". A moment with a time zone is read in London."""
    time = _in_london(value).time() if isinstance(value, datetime.datetime) else value
    if time.minute == 0 and time.hour in {0, 12}:
        return "midday" if time.hour else "midnight"
    minutes = f":{time.minute:02}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{'pm' if time.hour >= 12 else 'am'}"


def moment(value: datetime.datetime) -> str:
    """A day and a time: "30 September 2016 at 4:50pm", in London."""
    return f"{long_date(value)} at {clock_time(value)}"


def _in_london(value: datetime.datetime) -> datetime.datetime:
    return value.astimezone(LONDON) if value.tzinfo else value


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _sign(value: Decimal | int) -> str:
    return MINUS if value < 0 else ""


def _money(value: Decimal, places: int) -> str:
    rounded = _rounded(value, places)
    return f"{_sign(rounded)}£{abs(rounded):,f}"
