"""What happens in a simulated month: for every trust that owes a return, what its people and ours do, on which day, at what time.

Nothing but data: the test does these things through the real code, and `tests/reference/desk_reference.py` works out from them alone how the
month must end. What a trust does follows from its place in the list of codes, so that it is the same on every machine.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

OPENS, DUE, CLOSES, LAST_DAY = date(2016, 5, 25), date(2016, 6, 10), date(2016, 7, 15), date(2016, 7, 1)
"""The spring bank holiday of 30 May lies before the due date, and one trust of the register closes on 30 June, the day before the last."""
BANK_HOLIDAYS = frozenset({date(2016, 5, 30)})
MANAGED = ("London",)
"""The regions that have a support manager, who gets summaries; for the others the collection manager does what one would."""
MORNING, LEAD_TIME, OFFICE = time(7, 30), time(8), time(10)
"""When the portal writes to support managers; when it writes to STP leads and takes the steps of the ladder; when people do things."""


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something about one return. `until` is a day that is asked for, granted, promised, or the last one of a pause."""

    day: date
    verb: str
    at: time = OFFICE
    until: date | None = None


def working_day(number: int, start: date = DUE) -> date:
    """The day so many working days after another, or before it when negative."""
    day = start
    while number:
        day += timedelta(days=1 if number > 0 else -1)
        if is_working(day):
            number += -1 if number > 0 else 1
    return day


def is_working(day: date) -> bool:
    """Neither a weekend nor the bank holiday of the month."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def act(number: int, verb: str, at: time = OFFICE, until: int | None = None) -> Act:
    """An act so many working days after the due date."""
    return Act(working_day(number), verb, at, None if until is None else working_day(until))


def sent(number: int, verb: str = "send clean") -> list[Act]:
    """A file that comes and is checked at once."""
    return [act(number, verb), act(number, "check", time(10, 30))]


FATES: Mapping[str, list[Act]] = {
    "early": [act(-9, "download"), *sent(-8), act(-7, "sign")],
    "mended": [*sent(-6, "send errors"), *sent(-4), act(-1, "sign")],
    "on the due date": [*sent(0), act(2, "sign")],
    "late": [act(-3, "download"), *sent(4), act(6, "sign")],
    "in its longer time": [act(-3, "ask", until=5), act(-2, "grant", until=5), *sent(4), act(5, "sign")],
    "later than its longer time": [act(-1, "ask", until=3), act(-1, "grant", time(15), until=3), *sent(5)],
    "refused more time": [act(-2, "ask", until=5), act(-1, "refuse"), *sent(1), act(2, "sign")],
    "longer time not needed": [act(-4, "ask", until=5), act(-3, "grant", until=4), *sent(-1), act(1, "sign")],
    "checked two days later": [act(0, "send clean", time(16)), act(2, "check"), act(3, "sign")],
    "as promised": [act(1, "talk", until=2), *sent(2), act(2, "sign", time(15))],
    "signed and reopened": [*sent(-1), act(0, "sign"), act(1, "ask to reopen"), act(2, "reopen")],
    "explained": [*sent(-5, "send odd"), act(-2, "explain"), act(-1, "sign")],
    "warnings to the end": [*sent(-3, "send odd")],
    "asked about a figure": [*sent(-6), act(-5, "sign"), act(1, "query")],
    "said why the figure is right": [*sent(-6), act(-5, "sign"), act(-3, "query"), act(-2, "answer"), act(3, "close")],
    "errors to the end": [*sent(-1, "send errors")],
    "cannot be read": [act(-2, "open"), *sent(-2, "send words")],
    "asked and never answered": [act(-1, "ask", until=9)],
    "nothing at all": [],
    "downloaded only": [act(-10, "download")],
    "looked only": [act(-7, "open")],
    "promise not kept": [act(2, "talk", until=6)],
    "left in peace": [act(-2, "pause", until=4)],
    "excused": [act(-4, "excuse")],
    "called before the reminder": [act(3, "talk", time(7, 45))],
    "nil and late": [act(2, "declare nil")],
    "nil taken back": [act(-6, "declare nil"), act(-3, "take nil back")],
    "nil signed late": [act(-1, "declare nil"), act(3, "sign nil")],
    "nil": [act(-11, "declare nil"), act(-11, "sign nil", time(11))],
    "nil signed the next day": [act(-11, "declare nil"), act(-10, "sign nil")],
    "nil signed after a week": [act(-11, "declare nil"), act(-4, "sign nil")],
}
NIL = ("nil", "nil signed the next day", "nil", "nil signed after a week", "nil", "nil signed the next day")
CYCLE = (*(name for name in FATES if name not in NIL), *NIL * 15)
"""Most trusts declare a nil return: a workbook that is made, sent, read, checked, loaded and signed, with its receipt, takes half a second,
and the month is to take seconds. Each of the other fates is that of two trusts."""


def script(codes: Sequence[str], closing: str) -> dict[str, list[Act]]:
    """What happens to the return of each trust, in the order of time; nothing to that of the trust which closes."""
    fates = {code: CYCLE[place % len(CYCLE)] for place, code in enumerate(sorted(codes))}
    fates[closing] = "nothing at all"
    return {code: sorted(FATES[fate], key=lambda one: (one.day, one.at)) for code, fate in fates.items()}


def clock(acts: Mapping[str, Sequence[Act]], morning: Callable[[date, time], None]) -> Iterator[tuple[str, Act]]:
    """Every act with its trust, day by day and in the order of time; between them, what the portal does by itself each working morning."""
    day = OPENS
    while day <= LAST_DAY:
        today = sorted(
            ((one.at, code, one) for code, listed in acts.items() for one in listed if one.day == day),
            key=lambda entry: entry[:2],
        )
        for moment in (MORNING, LEAD_TIME):
            while today and today[0][0] < moment:
                _, code, one = today.pop(0)
                yield code, one
            if is_working(day):
                morning(day, moment)
        yield from ((code, one) for _, code, one in today)
        day += timedelta(days=1)
