"""What opening a round would do, worked out before anybody confirms it: who owes a return, which days, which messages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Self

from desk.ladder import Rung, calendar, ladders, opening_day
from footprints.models import Region, Trust, TrustType
from footprints.working_days import add_working_days, bank_holiday, is_working_day, working_days_between
from submissions.models import Collection
from submissions.queries.register import Owing, OwingRule, owing
from submissions.stages import Stage
from templates_app import registry
from templates_app.schema import Definition
from ui.formats import long_date, plural

PILOT_DAYS = 14
"""A pilot runs for two weeks, as the first one did."""
ROUND_WORKING_DAYS = 20
"""So long a round is proposed to run: the trusts had about a month."""

_DATES = ("opens_date", "due_date", "closes_date")


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round as somebody wants to open it."""

    template: str
    version: str
    name: str
    purpose: str
    owed_by: str
    opens_date: date
    due_date: date
    closes_date: date | None = None
    trust_types: tuple[str, ...] = ()
    trusts: tuple[str, ...] = ()
    """ODS codes, where it is owed by a list."""
    ladder: str = ""
    sign_off_rule: str = Collection.SignOffRule.SIGNATORY
    extension_days: int = 10

    @property
    def definition(self) -> Definition:
        """The version of the template. Raises UnknownTemplate."""
        return registry.get(self.template, self.version)

    @property
    def is_pilot(self) -> bool:
        """Whether it tries the template out with some trusts."""
        return self.purpose == Collection.Purpose.PILOT

    @property
    def owing_rule(self) -> OwingRule:
        """Who owes a return."""
        return OwingRule(self.definition.year, self.opens_date, self.owed_by, self.trust_types, frozenset(self.trusts))

    @property
    def as_json(self) -> dict[str, Any]:
        """The plan as it goes through the page that shows its effect, signed."""
        return {**asdict(self), **{name: day.isoformat() for name in _DATES if (day := getattr(self, name))}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The plan that `as_json` wrote down."""
        days = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in _DATES}
        lists = {name: tuple(kept[name]) for name in ("trust_types", "trusts")}
        return cls(**{**kept, **days, **lists})


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One of the days of a round, and what is to be said of it."""

    what: str
    day: date
    warning: str

    @property
    def words(self) -> str:
        """The day with its weekday: "Friday 30 September 2016"."""
        return weekday_date(self.day)


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One step of the ladder with the day on which it goes out for whoever has not sent a return by then."""

    day: date
    rung: Rung
    planned: RoundPlan | Collection

    @property
    def subject(self) -> str:
        """The line above it, as far as it is the same for every trust."""
        return self._filled(self.rung.subject)

    @property
    def paragraphs(self) -> list[str]:
        """Its text, as far as it is the same for every trust."""
        return [text for line in self._filled(self.rung.text).split("\n") if (text := line.strip())]

    def _filled(self, text: str) -> str:
        away = plural(abs(working_days_between(self.planned.due_date, self.day)), "working day")
        return text.format_map(
            {
                "collection": self.planned.name,
                "due_date": long_date(self.planned.due_date),
                "days_left": away,
                "days_late": away,
                "trust": "[the trust]",
                "stage": "[where the return stands]",
                "link": "[link to the return]",
                "support": "[the support manager]",
            }
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything that opening a round does."""

    plan: RoundPlan
    owing: Owing
    days: tuple[PlannedDay, ...]
    working_days: int
    """Between the day it opens and the day it is due."""
    messages: tuple[PlannedMessage, ...]

    @property
    def table(self) -> list[tuple[str, list[int], int]]:
        """Returns by type, then by region, with the sum; types that owe none are left out."""
        counts = Counter((trust.trust_type, trust.region) for trust in self.owing.owes)
        rows = []
        for kind in TrustType:
            by_region = [counts[kind, region] for region in Region.values]
            if any(by_region):
                rows.append((f"{kind.label[0].upper()}{kind.label[1:]}", by_region, sum(by_region)))
        return rows

    @property
    def regions(self) -> list[str]:
        """The columns of the table."""
        return [region.label for region in Region]

    @property
    def totals(self) -> list[int]:
        """The sum of each column."""
        return [sum(by_region[number] for _, by_region, _ in self.table) for number in range(len(Region))]

    @property
    def closed_since(self) -> list[Trust]:
        """Trusts that owe a return and have closed: another that took them over answers for them."""
        return [trust for trust in self.owing.owes if not trust.is_open_on(self.plan.opens_date)]

    @property
    def digest(self) -> str:
        """Short, and the same while the same trusts owe a return."""
        return sha256(" ".join(sorted(trust.ods_code for trust in self.owing.owes)).encode()).hexdigest()[:16]


def effect_of(plan: RoundPlan) -> Effect:
    """What opening a round by this plan does, as things stand now. One query."""
    days = [PlannedDay("Opens", plan.opens_date, ""), PlannedDay("Due", plan.due_date, off_day_words(plan.due_date))]
    if plan.closes_date is not None:
        days.append(PlannedDay("Closes", plan.closes_date, off_day_words(plan.closes_date)))
    return Effect(
        plan=plan,
        owing=owing(plan.owing_rule),
        days=tuple(days),
        working_days=working_days_between(plan.opens_date, plan.due_date),
        messages=tuple(planned_messages(plan)),
    )


def off_day_words(day: date) -> str:
    """That a day is no working day and which ones are near it; empty for a working day."""
    if is_working_day(day):
        return ""
    what = bank_holiday(day) or "a weekend"
    before, after = add_working_days(day, -1), add_working_days(day, 1)
    return (
        f"{weekday_date(day)} is no working day ({what}). "
        f"The working day before is {weekday_date(before)}, and after is {weekday_date(after)}."
    )


def weekday_date(day: date) -> str:
    """A day with its weekday: "Friday 30 September 2016"."""
    return f"{day:%A} {long_date(day)}"


def proposed_dates(purpose: str, today: date) -> dict[str, date]:
    """Days that may suit: opening on the next working day, and due after a month, or after two weeks for a pilot, which then closes."""
    opens = add_working_days(today, 1)
    if purpose == Collection.Purpose.PILOT:
        due = opens + timedelta(days=PILOT_DAYS)
        due = due if is_working_day(due) else add_working_days(due, 1)
        return {"opens_date": opens, "due_date": due, "closes_date": due}
    return {"opens_date": opens, "due_date": add_working_days(opens, ROUND_WORKING_DAYS)}


def planned_messages(planned: RoundPlan | Collection) -> Iterator[PlannedMessage]:
    """The steps of the ladder of a round, each with its day, for returns that have not been given more time. Steps about a signature are
    left out where nobody signs; of those whose day comes before the round opens, the last goes out on the first working day after."""
    if not planned.ladder:
        return
    steps = ladders()[planned.ladder]
    rungs = [rung for rung in steps.rungs if _applies(rung, planned)]
    first = opening_day(planned.opens_date)
    days: dict[str, date] = {}
    for stage in {min(rung.stages) for rung in rungs if rung.stages}:
        listed = calendar(steps, stage, due=planned.due_date, opens=planned.opens_date)
        come = [rung for day, rung in listed if day <= first and (rung.days >= 0 or first < planned.due_date)]
        days |= {rung.code: first for rung in come[-1:]}
        days |= {rung.code: day for day, rung in listed if day > first}
    for rung in rungs:
        if rung.code in days:
            yield PlannedMessage(days[rung.code], rung, planned)


def _applies(rung: Rung, planned: RoundPlan | Collection) -> bool:
    signed = planned.sign_off_rule == Collection.SignOffRule.SIGNATORY
    return signed or not rung.stages <= {Stage.TO_SIGN, Stage.NIL_TO_SIGN}
