"""The day that a sentence names, such as the end of a contract in "Roche, 31 March 2019". Pure.

Read the way people write dates in England: 31 March 2019, 31st of Mar 2019, March 31, 2019, 31/03/2019, 31/03/19, 2019-03-31,
March 2019, 2019. A month without a day, or a year alone, is read as its last day, and says so. Where several days stand in the
text, the one after a word such as "to" or "ends" is meant; where that does not settle it, none is: better no date than a wrong one.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years that the end of a contract may lie in."""

_MONTHS: Final = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT_MONTHS: Final = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {
    "sept": 9
}
_MONTH_NUMBERS: Final = _MONTHS | _SHORT_MONTHS

_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d|[./-]\d)"
_GAP: Final = r"[\s,.-]*"

Exactness = Literal["day", "month", "year"]

_PATTERNS: Final[tuple[tuple[Exactness, str], ...]] = (
    ("day", rf"(?<!\d){_DAY}{_GAP}(?:of\s+)?{_MONTH}{_GAP}{_YEAR}"),
    ("day", rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}"),
    ("day", r"(?<![\d./-])(?P<year>(?:19|20)\d\d)-(?P<month>\d{2})-(?P<day>\d{2})(?!\d|[./-]\d)"),
    ("day", r"(?<![\d./-])(?P<day>\d{1,2})(?P<mark>[./-])(?P<month>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d)(?!\d|[./-]\d)"),
    ("day", r"(?<![\d./-])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d\d)(?!\d|[./-]\d)"),
    ("month", rf"\b{_MONTH}{_GAP}{_YEAR}"),
    ("month", r"(?<![\d./-])(?P<month>\d{1,2})/(?P<year>(?:19|20)\d\d)(?!\d|[./-]\d)"),
    ("year", rf"(?:^|[,;:(–—-]|\b(?:to|until|till|ends?|ending|expires?|expiring|expiry|in|by))\s*{_YEAR}"),
)  # fmt: skip
_FORMS: Final = tuple((exactness, re.compile(pattern, re.IGNORECASE)) for exactness, pattern in _PATTERNS)
_BEFORE_AN_END: Final = re.compile(
    r"(?:\b(?:to|until|till|ends?|ending|expires?|expiring|expiry|on)|[–—-])\s*:?\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a text names, and how exactly."""

    day: date
    """The day itself; of a month or a year the last."""
    exactness: Exactness


def day_in(text: str) -> NamedDay | None:
    """The one day that a text names; None where it names none, or several and does not say which is the end."""
    found = list(_found_in(text))
    if len({named for _, named in found}) > 1:
        found = [(start, named) for start, named in found if _BEFORE_AN_END.search(text[:start])]
    days = {named for _, named in found}
    return days.pop() if len(days) == 1 else None


def _found_in(text: str) -> list[tuple[int, NamedDay]]:
    """Every day in the text with where it begins; what one form has read, no later form reads again."""
    found, left = [], text
    for exactness, form in _FORMS:
        for match in form.finditer(left):
            named = _named(match.groupdict(), exactness)
            if named is not None:
                found.append((match.start("year") if exactness == "year" else match.start(), named))
        left = form.sub(lambda match: " " * len(match.group()), left)
    return found


def _named(parts: dict[str, str | None], exactness: Exactness) -> NamedDay | None:
    """A day of these parts; None where the calendar has no such day."""
    year = int(parts.get("year") or 0)
    year += 2000 if year < 100 else 0
    written = (parts.get("month") or "12").casefold()
    month = _MONTH_NUMBERS.get(written) or (int(written) if written.isdigit() else 0)
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(parts.get("day") or last)
    return NamedDay(date(year, month, day), exactness) if 1 <= day <= last else None
