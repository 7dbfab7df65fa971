"""Agreements by which other bodies do a trust's work: when each ends, by when notice must be given, and which could be tendered
together. Pure.

Agreements for the same function whose ends lie near each other are the real occasion for consolidating: nobody has to be bought
out of a contract. How near, and how far ahead, stands here as data.
"""

import calendar
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from benchmarks.shared_work.dated_text import Exactness

NEAR_MONTHS: Final = 12
"""Agreements whose ends lie within so many months of each other could be tendered together."""
AHEAD_MONTHS: Final = 24
"""Ends within so many months of the day of the page are near enough to plan for."""
STALE_AFTER_MONTHS: Final = 24
"""A calendar looks from today while the year of its figures ended at most so long ago, else from the end of that year."""

Standing = Literal["no_end", "ended", "notice_passed", "near", "later"]

STANDING_WORDS: Final[dict[Standing, str]] = {
    "no_end": "No end date given",
    "ended": "Ended already",
    "notice_passed": "Notice date has passed",
    "near": f"Ends within {AHEAD_MONTHS} months",
    "later": f"Ends in more than {AHEAD_MONTHS} months",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One line of one trust's return on which somebody else does the work."""

    trust: str
    """ODS code."""
    trust_name: str
    line: str
    line_label: str
    function: str
    """The title of the group of lines, such as "Payroll"."""
    provider: str = ""
    """As the trust gave it; empty where it gave none."""
    delivery: str = ""
    end: date | None = None
    end_exactness: Exactness = "day"
    end_given: str = ""
    """What stands in the cell, where that is a text with or without a date in it."""
    notice_months: int | None = None
    cost: Decimal | None = None
    """What the trust pays beside its own staff in the year, in pounds."""
    exit_cost: Decimal | None = None
    """What it would cost to leave early, in pounds, where the template asks for it."""
    signed: bool = False
    """Whether the return it stands in has been signed off."""
    reference: str = ""
    """Of the file it stands in."""

    @property
    def notice_day(self) -> date | None:
        """The last day on which notice can be given for the end; None where end or months of notice are not given."""
        return months_after(self.end, -self.notice_months) if self.end and self.notice_months is not None else None

    def standing(self, on: date) -> Standing:
        """How the agreement stands on a day. The day of the end, and the day of notice, still count as time that is left."""
        return standing_of(self.end, on, self.notice_day)

    def standing_words(self, on: date) -> str:
        """The same for people."""
        return STANDING_WORDS[self.standing(on)]

    def is_near(self, on: date) -> bool:
        """Whether it ends within the months ahead, its notice date passed or not."""
        return self.end is not None and on <= self.end <= months_after(on, AHEAD_MONTHS)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Agreements of several trusts that could be tendered together."""

    name: str
    """The line, or the function where their lines differ."""
    agreements: tuple[Agreement, ...]
    """By end, then by trust."""

    @property
    def first_end(self) -> date:
        """The earliest end."""
        return min(_ends(self.agreements))

    @property
    def last_end(self) -> date:
        """The latest end."""
        return max(_ends(self.agreements))

    @property
    def trusts(self) -> int:
        """How many trusts."""
        return len({agreement.trust for agreement in self.agreements})

    @property
    def cost(self) -> Decimal | None:
        """What the agreements cost in the year, as far as that is given, in pounds; None where it is given of none."""
        given = [agreement.cost for agreement in self.agreements if agreement.cost is not None]
        return sum(given, start=Decimal(0)) if given else None

    @property
    def act_by(self) -> date | None:
        """The first day on which one of them must be given notice; None where no notice is given."""
        return min((day for agreement in self.agreements if (day := agreement.notice_day)), default=None)


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last of a month that is too short: six months before 31 August is 28 or
    29 February. The end of a month stays one: six months before 30 September is 31 March."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def standing_of(end: date | None, on: date, notice_day: date | None = None) -> Standing:
    """How an agreement with this end, and this last day of notice, stands on a day."""
    if end is None:
        return "no_end"
    if end < on:
        return "ended"
    if notice_day is not None and notice_day < on:
        return "notice_passed"
    return "near" if end <= months_after(on, AHEAD_MONTHS) else "later"


def calendar_day(year: str, today: date) -> date:
    """The day from which a calendar over figures of a financial year (written 2015/16) looks when nobody names another: today, or the
    last day of that year where the figures have grown too old to look ahead from today."""
    end_of_year = date(int(year[:4]) + 1, 3, 31)
    return today if today <= months_after(end_of_year, STALE_AFTER_MONTHS) else end_of_year


def clusters(agreements: Iterable[Agreement], on: date) -> tuple[Cluster, ...]:
    """What could be tendered together, the costliest first: agreements for one line, and then, of what is left, for one function.

    Each agreement stands in one cluster at most, each cluster holds two trusts or more, and no two ends in it lie more than
    `NEAR_MONTHS` apart. Agreements that have ended, or whose end nobody gave, are in none.
    """
    running = [agreement for agreement in agreements if agreement.end is not None and agreement.end >= on]
    same_line = _clusters_by(running, lambda agreement: (agreement.line, agreement.line_label))
    taken = {agreement for cluster in same_line for agreement in cluster.agreements}
    left = [agreement for agreement in running if agreement not in taken]
    same_function = _clusters_by(left, lambda agreement: (agreement.function, agreement.function))
    return tuple(sorted([*same_line, *same_function], key=_costliest_first))


def in_order(agreements: Iterable[Agreement]) -> list[Agreement]:
    """By function and line as they stand in the template, the earliest end first and those without one last."""
    listed = list(agreements)
    lines = list(dict.fromkeys(agreement.line for agreement in listed))
    return sorted(
        listed, key=lambda item: (lines.index(item.line), item.end is None, item.end or date.max, item.trust_name)
    )


def near_by_function(agreements: Iterable[Agreement], on: date) -> Mapping[str, int]:
    """How many agreements end within the months ahead, by the function's title."""
    return Counter(agreement.function for agreement in agreements if agreement.is_near(on))


def _clusters_by(agreements: Sequence[Agreement], key: Callable[[Agreement], tuple[str, str]]) -> list[Cluster]:
    together: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
    for agreement in agreements:
        together[key(agreement)].append(agreement)
    return [cluster for (_, name), members in together.items() for cluster in _windows(name, members)]


def _windows(name: str, agreements: Sequence[Agreement]) -> list[Cluster]:
    """The costliest window of ends that lie near each other, then the costliest of what is left, and so on."""
    left, found = sorted(agreements, key=_by_end), list[Cluster]()
    while left:
        windows = [Cluster(name, _near(left, first)) for first in range(len(left))]
        whole = [cluster for cluster in windows if cluster.trusts > 1]
        if not whole:
            break
        best = min(whole, key=_costliest_first)
        found.append(best)
        left = [agreement for agreement in left if agreement not in best.agreements]
    return found


def _near(by_end: Sequence[Agreement], first: int) -> tuple[Agreement, ...]:
    """The agreement in this place and those after it whose ends lie near its own."""
    start = by_end[first].end
    last = months_after(start, NEAR_MONTHS) if start else None
    return tuple(item for item in by_end[first:] if item.end is not None and last is not None and item.end <= last)


def _costliest_first(cluster: Cluster) -> tuple[Decimal, int, date, str]:
    return -(cluster.cost or Decimal(0)), -cluster.trusts, cluster.first_end, cluster.name


def _by_end(agreement: Agreement) -> tuple[date, str, str]:
    return agreement.end or date.max, agreement.trust_name, agreement.line


def _ends(agreements: Iterable[Agreement]) -> list[date]:
    return [agreement.end for agreement in agreements if agreement.end is not None]
