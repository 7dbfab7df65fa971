"""The number that a text plainly is, and nothing where more than one could be meant. Pure."""

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Context, Decimal

EXCEL_DIGITS = 15
"""Excel keeps 15 significant digits; what stands behind them in a file is the noise of a binary double."""

_GROUPED = re.compile(r"^£?-?£?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$|^£?-?£?\d+(\.\d+)?$", re.ASCII)
_PERCENT = re.compile(r"-?[0-9,.]+ ?%")
_WIDE = re.compile("[\uff01-\uff5e\uffe0-\uffe6]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def exact_decimal(raw: str) -> Decimal | None:
    """The decimal that the number text in a cell stands for, at Excel's 15 digits; None when it is not a finite number.

    Excel shows at most 15 significant digits but writes 17 to the file: 0.1 + 0.2 is stored as 0.30000000000000004. What stands
    behind the fifteenth is the noise of the binary number and nothing that a person typed or saw, so it is rounded away.
    """
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", raw, re.ASCII):
        return None
    number = Decimal(raw)
    if len(number.as_tuple().digits) > EXCEL_DIGITS:
        number = Context(prec=EXCEL_DIGITS, rounding=ROUND_HALF_EVEN).plus(number)
    return plain(number)


def number_in_text(text: str) -> Decimal | None:
    """The number that a tidied text stands for: `1,234`, `£1,234.50`, `(500)`, `1 234`; None where it is not certain."""
    inner = text.replace(" ", "")
    negative = inner.startswith("(") and inner.endswith(")")
    if negative:
        inner = inner[1:-1]
        if "-" in inner:
            return None
    if (
        not _GROUPED.match(inner)
        or inner.count("-") > 1
        or inner.count("£") > 1
        or (" " in text and not _spaces_fit(text))
    ):
        return None
    number = exact_decimal(inner.replace(",", "").replace("£", ""))
    return -number if negative and number is not None else number


def percent_in_text(text: str) -> Decimal | None:
    """The percentage that a tidied text stands for: 95 for `95%` and `95 %`; None where it is none, or not certain."""
    return number_in_text(text[:-1].rstrip()) if _PERCENT.fullmatch(text) else None


def _spaces_fit(text: str) -> bool:
    """Whether spaces inside only part thousands, or follow a sign: `1 234` and `£ 5` yes, `12 34` no."""
    return bool(re.fullmatch(r"\(?\s*-?\s*£?\s*-?\s*[1-9]\d{0,2}(([ ,])\d{3}(\2\d{3})*)?(\.\d+)?\s*\)?|\(?-?\s*£?\s*-?\s*\d+(\.\d+)?\s*\)?", text))  # fmt: skip


def tidy(raw: str) -> str:
    """The text without what the eye does not see: full-width forms made plain, odd spaces and soft hyphens gone.

    No other character is exchanged: in Unicode's compatible forms a footnote's mark would become a digit, and 412¹ be 4,121.
    """
    text = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), raw)
    text = _UNSEEN.sub("", text).replace("−", "-")
    return re.sub(r"\s+", " ", text).strip()


def plain(number: Decimal) -> Decimal:
    """Without zeros behind it, and with one nought only: Excel and a rounded fraction can give a negative one."""
    return number.normalize() if number else Decimal(0)
