"""Rows as CSV that Excel opens safely: words stay words, numbers stay numbers, nothing becomes a formula. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""By this Excel knows that a file is UTF-8."""

_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?", re.ASCII)
_STARTS_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what could begin one is given a leading apostrophe, unless it is a number.

    After OWASP, "CSV injection": = + - @, tab and return, also behind spaces and as full-width characters.
    """
    return f"'{text}" if _STARTS_FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Titles and rows as one CSV, byte order mark first, every cell neutral."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()
