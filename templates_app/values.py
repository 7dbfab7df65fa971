"""What one read cell means: a number, a key, words or nothing; or why it cannot be taken as any of these. Pure.

Where the meaning is certain (`1,234`, `£1,234.50`, `(500)`, no-break spaces, `95%` where a percentage is asked for) it is read
as the number it is; where it is not (`1.2m`, `1.234,5`, `n/a`, `12%` in any other cell) the answer is an `Unreadable` that says what to type. Never a guess
that changes a figure.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from templates_app.number_text import exact_decimal, number_in_text, percent_in_text, plain, tidy
from templates_app.reading import BLANK, ReadCell, Value
from templates_app.schema import DECIMAL_PLACES, NUMBER_UNITS, Column, Line, choices_of, keys_of, unit_of

LARGEST = Decimal("9999999999999.9999")
"""The largest figure that the database column holds."""

_LONGEST_SHOWN = 25
"""Digits of a percentage that is still written out."""

_IE = re.compile(r"^IE\s*:\s*([A-Z]{2,5}[0-9]{0,3})$")
_DAY_ONE = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years that a date may lie in, as the workbook's own test says: 36 typed for months is no day of the year 1900."""

_ERROR_WORDS = {
    "#REF!": "points at a cell that was deleted",
    "#DIV/0!": "divides by nought",
    "#N/A": "did not find what it looked for",
    "#NAME?": "uses a name that Excel does not know",
    "#VALUE!": "calculates with text",
    "#NUM!": "gives a number that Excel cannot hold",
    "#NULL!": "names two areas that do not meet",
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a cell cannot be taken as what its unit asks for, in words for the person who filled it."""

    message: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A value, and whether it differs from what stands in the file: text or a percentage read as the number it plainly is, or a
    fraction finer than the template takes, rounded. Both are said to the person, never done in silence."""

    value: Value
    changed: Literal["", "tidied", "rounded"] = ""


def as_entered(cell: ReadCell, *, date_1904: bool = False) -> str:
    """What stands in a cell as the person who filled it sees it: TRUE and not 1, a day and not its number, 12% and not 0.12."""
    if cell.kind == "boolean":
        return "TRUE" if cell.raw.casefold() in ("1", "true") else "FALSE"
    if cell.kind == "number" and cell.is_date:
        number = exact_decimal(cell.raw)
        if number is not None and 1 <= number < 200_000:
            day = _DAY_ONE[date_1904] + timedelta(days=int(number))
            return f"{day.day} {day:%B %Y}"
    number = percentage_of(cell)
    if number is not None and len(digits := f"{number:f}") <= _LONGEST_SHOWN:
        return f"{digits}%"
    return cell.raw


def percentage_of(cell: ReadCell) -> Decimal | None:
    """What a person sees before the percent sign of a cell that Excel shows as a percentage; None of any other cell."""
    number = exact_decimal(cell.raw) if cell.kind == "number" and cell.is_percent else None
    return None if number is None else plain(number.scaleb(2))


def interpret(cell: ReadCell, line: Line, column: Column, *, date_1904: bool = False) -> Interpreted | Unreadable:
    """Read one cell as its unit asks."""
    text = tidy(cell.raw)
    if cell.kind == "error":
        return _excel_error(text, expected_in(line, column))
    if cell.formula and not cell.cached:
        return Unreadable(
            "This cell holds a formula that was never calculated, so it has no value in the file.",
            expected_in(line, column),
            "Open the workbook in Excel, press F9, save it, and upload it again; or type the value in place of the formula.",
        )
    if cell.kind == "blank" or text == "":
        return Interpreted(BLANK)
    unit = unit_of(line, column)
    if unit in NUMBER_UNITS:
        return _number_or_key(cell, text, line, column, unit)
    if cell.kind == "boolean" or cell.is_percent:
        text = tidy(as_entered(cell))
    if unit == "date":
        return _day(cell, text, date_1904=date_1904)
    if unit in ("choice", "yes_no"):
        return _choice(text, choices_of(line, column))
    return Interpreted(Value("text", text=_printable(text)))


def _excel_error(text: str, expected: str) -> Unreadable:
    why = _ERROR_WORDS.get(text.upper(), "could not be calculated")
    return Unreadable(
        f"Excel shows an error here: the formula {why}.",
        expected,
        "Type the value in place of the formula, or mend the formula.",
    )


def _number_or_key(cell: ReadCell, text: str, line: Line, column: Column, unit: str) -> Interpreted | Unreadable:
    expected = expected_in(line, column)
    if cell.kind == "boolean":
        return Unreadable("This is TRUE or FALSE, not a number.", expected, "Type the number.")
    if cell.kind == "number" and cell.is_date:
        return Unreadable(
            "Excel has turned this entry into a date, so the number you typed is lost.",
            expected,
            "Format the cell as a number and type the number again.",
        )
    if cell.kind == "number" and cell.is_percent and unit != "percent":
        return Unreadable(
            f"This is a percentage, which Excel keeps as the number {text[:_LONGEST_SHOWN]}, so we cannot tell which figure is meant.",
            expected,
            "Format the cell as a number and type the figure itself, not a percentage.",
        )
    number, tidied = _number(cell, text, unit)
    if number is None:
        return _key(text, line, column) or Unreadable(
            "We cannot read this as a number.", expected, _what_to_type(text, unit, line, column)
        )
    return _bounded(number, unit, expected, tidied=tidied)


def _number(cell: ReadCell, text: str, unit: str) -> tuple[Decimal | None, bool]:
    """The number that a cell holds for its unit, if it certainly does; and whether that is other than what the file holds."""
    if cell.kind == "number":
        percentage = percentage_of(cell)
        return (exact_decimal(text), False) if percentage is None else (percentage, True)
    number = number_in_text(text)
    return (percent_in_text(text) if number is None and unit == "percent" else number), True


def _bounded(number: Decimal, unit: str, expected: str, *, tidied: bool) -> Interpreted | Unreadable:
    if abs(number) > LARGEST:
        return Unreadable("This number is too large to be right.", expected, "Check the number and its unit.")
    rounded = number.quantize(Decimal(1).scaleb(-DECIMAL_PLACES[unit]), rounding=ROUND_HALF_UP)
    if rounded == number:
        return Interpreted(Value("number", number=number), changed="tidied" if tidied else "")
    if DECIMAL_PLACES[unit] == 0:
        return Unreadable("This must be a whole number.", expected, "Check the figure; if it is an estimate, round it.")
    return Interpreted(Value("number", number=plain(rounded)), changed="rounded")


def expected_in(line: Line, column: Column) -> str:
    """What a cell may hold, in words."""
    unit = unit_of(line, column)
    words = {
        "thousand_pounds": "an amount in £000",
        "wte": "whole-time equivalents",
        "count": "a whole number",
        "square_metres": "an area in m²",
        "days": "a whole number of days",
        "percent": "a percentage",
        "yes_no": "Y or N",
        "date": "a date",
        "text": "words",
    }.get(unit) or "one of: " + ", ".join(choices_of(line, column))
    keys = [{"IE": "IE:<line>"}.get(key, key) for key in keys_of(line, column)]
    return f"{words}, or {_or(keys)}" if keys and unit in NUMBER_UNITS else words


def _key(text: str, line: Line, column: Column) -> Interpreted | Unreadable | None:
    keys, upper = keys_of(line, column), text.upper()
    included = _IE.match(upper)
    name = "IE" if included or re.match(r"IE\b", upper) else upper
    if name not in ("NA", "IE", "NC"):
        return None
    if name not in keys:
        return Unreadable(
            f"{name} cannot stand in this cell.",
            expected_in(line, column),
            "Type the figure. If you do not have it, ask the collection team named on the cover.",
        )
    if included:
        return Interpreted(Value("included_elsewhere", text=included.group(1)))
    if name == "IE":
        return Unreadable(
            "This does not say which line the figure is included in.",
            expected_in(line, column),
            "Type IE, a colon and the code of the line that holds the figure.",
        )
    return Interpreted(Value("not_applicable" if name == "NA" else "not_calculable"))


def _what_to_type(text: str, unit: str, line: Line, column: Column) -> str:
    slip = re.fullmatch(r"£?\s*(-?[\d.,]+)\s*(k|m|bn|million|thousand|000|%)", text, re.IGNORECASE)
    if slip and unit == "thousand_pounds" and slip.group(2) != "%":
        return "Type the amount in thousands of pounds as digits only: 412 for £412,000, or 1200 for £1.2m."
    if slip and slip.group(2) == "%" and unit == "percent":
        return "Type the percentage as digits only: 12.5 for 12.5%."
    if slip and slip.group(2) == "%":
        return "Type the figure itself as digits only, not a percentage."
    if slip:
        return "Type the whole figure as digits only, such as 1200000 for 1.2m."
    if text.casefold() in _NO_FIGURE:
        keys = keys_of(line, column)
        other = (
            ", NA if there is no such function here, or NC with a comment if it cannot be stated"
            if "NA" in keys
            else ""
        )
        return f"Type 0 if the figure is truly nought{other}."
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+|-?\d+,\d{1,2}", text):
        return "Type the number with a point for the decimals and no other marks, such as 1234.5."
    return "Type the number as digits only. Put any words in the comment column."


_NO_FIGURE = frozenset(
    (
        "n/a",
        "n.a.",
        "n a",
        "not applicable",
        "none",
        "nil",
        "-",
        "–",
        "—",
        "tbc",
        "tba",
        "unknown",
        "not known",
        "?",
        "x",
    )
)


def _choice(text: str, choices: tuple[str, ...]) -> Interpreted | Unreadable:
    for choice in choices:
        if choice.casefold() == text.casefold() or (choices == ("Y", "N") and text.casefold() in _YES_NO[choice]):
            return Interpreted(Value("text", text=choice))
    return Unreadable(
        "This is not one of the answers that the list offers.",
        _or(list(choices)),
        "Choose an answer from the list in the cell.",
    )


_YES_NO = {"Y": ("y", "yes"), "N": ("n", "no")}


def _day(cell: ReadCell, text: str, *, date_1904: bool) -> Interpreted | Unreadable:
    unreadable = Unreadable(
        "We cannot read this as a date.",
        f"a date from {FIRST_YEAR} to {LAST_YEAR}",
        "Type the date as day/month/year, such as 31/03/2018.",
    )
    if cell.kind == "number":
        number = exact_decimal(text)
        if number is None or not 1 <= number < 200_000:
            return unreadable
        return _within_years(_DAY_ONE[date_1904] + timedelta(days=int(number))) or unreadable
    written = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})(T00:00:00.*)?", text)
    if cell.kind != "text" or not written:
        return unreadable
    day, month, year = (written[1], written[2], written[3]) if written[1] else (written[6], written[5], written[4])
    try:
        return _within_years(date(int(year), int(month), int(day))) or unreadable
    except ValueError:
        return unreadable


def _within_years(day: date) -> Interpreted | None:
    return Interpreted(Value("text", text=day.isoformat())) if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()[:2000]


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
