"""What the number format of a cell makes of its number: a day, a percentage, or neither. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from templates_app.container import MEND, ReadError
from templates_app.xlsx_parts import each_element, main_name

ShownAs = Literal["", "date", "percent"]

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)})
"""The numbers of Excel's built-in formats that show a date or a time, East Asian and Thai ones among them."""
_PERCENT_FORMATS = frozenset({9, 10})
_BUILT_IN: Mapping[str, ShownAs] = {
    **{str(number): "date" for number in _DATE_FORMATS},
    **{str(number): "percent" for number in _PERCENT_FORMATS},
}
_NOT_SHOWN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]|General|[AaPp]/[AaPp]|E[+-]', re.IGNORECASE)


def read_styles(chunks: Iterator[bytes], *, max_styles: int) -> dict[str, ShownAs]:
    """The cell styles (by their number, as cells write it) that show a number as a day, a time or a percentage."""
    formats: dict[str, ShownAs] = {}
    styles: list[str] = []
    section = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal section
        local = main_name(name)
        if local in ("numFmts", "cellXfs"):
            section = local
        elif local == "numFmt" and section == "numFmts":
            formats[attributes.get("numFmtId", "")] = shown_as(attributes.get("formatCode", ""))
        elif local == "xf" and section == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))
            if len(styles) > max_styles:
                raise ReadError("too_many_styles", f"This workbook holds more than {max_styles:,} cell styles. {MEND}")

    def end(name: str) -> None:
        nonlocal section
        if section and main_name(name) == section:
            section = ""

    each_element(chunks, start, end)
    known = {**_BUILT_IN, **formats}
    return {str(index): shown for index, number in enumerate(styles) if (shown := known.get(number, ""))}


def shown_as(number_format: str) -> ShownAs:
    """What a number format shows: a date or time where any day, month, year, hour or second is in it, such as `dd/mm/yyyy`; a
    percentage where a percent sign is, such as `0.0%`. A sign in quotes or behind a backslash is a mere letter."""
    letters = _NOT_SHOWN.sub("", number_format)
    if any(letter in "dmyhsDMYHS" for letter in letters):
        return "date"
    return "percent" if "%" in letters else ""
