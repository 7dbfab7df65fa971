"""What a person types for a cell on a page, as the cell that Excel would have made of it. Pure.

A plain number becomes one, with every digit that was typed; so does `1,234` or `£412`, where the number is certain. All else stays
text and is judged as text in a workbook is: nothing is guessed.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import replace

from templates_app.number_text import exact_decimal, number_in_text, tidy
from templates_app.operands import cells_of
from templates_app.reading import Place, ReadCell, Reading
from templates_app.schema import NUMBER_UNITS, Column, Definition, Line, unit_of
from templates_app.values import as_entered

LONGEST_TYPED = 2000
"""Characters that a cell takes on the page, as many as a comment in the workbook keeps."""

_LONGEST_NUMBER = 25
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_LONG_DAY = re.compile(r"(\d{1,2}) ([A-Za-z]+) (\d{4})", re.ASCII)
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}


def cleaned(text: str) -> str:
    """What was typed without control characters; lines end as they do in a workbook."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(character for character in lines if character == "\n" or character.isprintable()).strip()


def typed_cell(text: str, cell: ReadCell, line: Line, column: Column) -> ReadCell:
    """The cell with what was typed in place of what stood there, at the same spot of the file; blank clears it."""
    plain = tidy(cleaned(text))
    there = replace(cell, kind="blank", raw="", formula=False, cached=True, is_date=False, is_percent=False)
    if not plain:
        return there
    unit = unit_of(line, column)
    number = _number(plain) if unit in NUMBER_UNITS else ""
    if number:
        return replace(there, kind="number", raw=number)
    return replace(there, kind="text", raw=_short_day(plain) if unit == "date" else cleaned(text))


def standing(cell: ReadCell, *, date_1904: bool = False) -> str:
    """What stands in a cell, as a page shows it to be typed over: a number without the noise that Excel writes behind it."""
    plainly = cell.kind == "number" and not cell.is_date and not cell.is_percent
    number = exact_decimal(cell.raw) if plainly else None
    if number is not None and len(digits := f"{number:f}") <= _LONGEST_NUMBER:
        return digits
    return cleaned(as_entered(cell, date_1904=date_1904))


def typed_into(reading: Reading, typed: Mapping[Place, ReadCell], definition: Definition) -> Reading:
    """The reading with these cells in place of what stood there. What the workbook's own formulas made of the old ones is forgotten:
    they would have been worked out anew."""
    kept = {
        place: cell
        for place, cell in reading.computed.items()
        if not cell.formula or not typed.keys() & set(cells_of(definition).behind(place))
    }
    return replace(reading, cells={**reading.cells, **typed}, computed=kept)


def _number(plain: str) -> str:
    """The digits of a text that is certainly a number; empty where it is not."""
    if _PLAIN.fullmatch(plain):
        return plain
    number = number_in_text(plain)
    return "" if number is None else f"{number:f}"


def _short_day(plain: str) -> str:
    """A day as pages write it, 1 April 2018, as workbooks take it, 1/4/2018; any other text as it is."""
    match = _LONG_DAY.fullmatch(plain)
    month = _MONTHS.get(match[2].casefold()) if match else None
    return f"{match[1]}/{month}/{match[3]}" if match and month else plain
