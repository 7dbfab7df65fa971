"""Timeliness and completeness of a round: who is expected, what has come, what was in time, in groups and day by day."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

from desk.arrivals_chart import arrivals_chart
from desk.forecast import Curve, Forecast, NoForecast, distance, forecast
from desk.queries.round_facts import Counts, Fact, counts, facts_of_rounds
from footprints.models import Membership, TrustType, User
from footprints.working_days import is_working_day
from submissions.models import Collection
from submissions.queries.national import overseen_place
from ui.formats import LONDON

NO_FOOTPRINT = "In no footprint"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a round: what came on it, and how things stood at its end; nothing of this round for a day still to come."""

    day: date
    distance: int
    """Working days after the due date; negative before it."""
    is_past: bool
    received: int
    accepted: int
    signed: int
    in_by: int
    overdue: int
    last_in_by: int | None
    """How many of the last round were in with as many working days to go; none where there was no last round."""


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """Everything that the page and the file show of one round."""

    place: str
    collection: Collection
    collections: tuple[Collection, ...]
    earlier: Collection | None
    whole: Counts
    regions: tuple[Counts, ...]
    footprints: tuple[Counts, ...]
    types: tuple[Counts, ...]
    rounds: tuple[Counts, ...]
    days: tuple[DayRow, ...]
    now: Curve
    last: Curve | None
    forecast: Forecast | None
    no_forecast: str
    chart: Markup


def statistics_page(person: User, collection_key: str, today: date) -> StatisticsPage | None:
    """The page for one round, of those that have opened the one due last when none is named; None when there is no round. Pilots are
    never counted."""
    collections = tuple(Collection.objects.filter(purpose=Collection.Purpose.ROUND).order_by("-due_date", "-pk"))
    if not collections:
        return None
    begun = next((item for item in collections if item.opens_date <= today), collections[0])
    collection = next((item for item in collections if str(item.pk) == collection_key), begun)
    earlier = _earlier(collection, collections, today)
    beside = [item for item in collections if item.year == collection.year or item in (earlier, collection)]
    facts = facts_of_rounds(person, beside, today)
    own = facts[collection.pk]
    now, last = _curve(own, collection), _curve(facts[earlier.pk], earlier) if earlier else None
    # As it stood last night: today is not over, and what comes later today would count for the last round only.
    outlook = forecast(now, last, at=distance(today - timedelta(days=1), collection.due_date))
    shown = outlook if isinstance(outlook, Forecast) else None
    place = overseen_place(person)
    return StatisticsPage(
        place=place,
        collection=collection,
        collections=collections,
        earlier=earlier,
        whole=counts(place, own, today),
        regions=_grouped(own, today, lambda fact: fact.region),
        footprints=_by_footprint(own, today),
        types=_grouped(own, today, lambda fact: TrustType(fact.trust_type).label.capitalize()),
        rounds=tuple(counts(item.name, facts[item.pk], today) for item in beside),
        days=tuple(_days(own, collection, now, last, today)),
        now=now,
        last=last,
        forecast=shown,
        no_forecast=outlook.reason if isinstance(outlook, NoForecast) else "",
        chart=arrivals_chart(now, last, distance(today, collection.due_date), shown),
    )


def _earlier(collection: Collection, collections: Iterable[Collection], today: date) -> Collection | None:
    """The last round of the same template that was due before this one and is past its due date; made-up rounds apart from real ones."""
    return next(
        (
            item
            for item in collections
            if item.template == collection.template
            and item.illustrative == collection.illustrative
            and item.due_date < min(collection.due_date, today)
        ),
        None,
    )


def _curve(facts: Sequence[Fact], collection: Collection) -> Curve:
    """How the returns that are expected came in."""
    expected = [fact for fact in facts if fact.is_expected]
    due = collection.due_date
    came = Counter(_day(fact.in_at) for fact in expected if fact.in_at is not None)
    at = {day: distance(day, due) for day in came}
    return Curve.of(len(expected), (at[day] for day in came.elements()))


def _grouped(facts: Iterable[Fact], today: date, name_of: Callable[[Fact], str]) -> tuple[Counts, ...]:
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        grouped[name_of(fact)].append(fact)
    return tuple(counts(name, members, today) for name, members in sorted(grouped.items()))


def _by_footprint(facts: Iterable[Fact], today: date) -> tuple[Counts, ...]:
    """Every footprint that has a trust among them; a trust that belongs to several counts in each."""
    belongs: dict[int, list[tuple[str, str]]] = defaultdict(list)
    current = Membership.objects.current(today).values_list("trust_id", "footprint__name", "footprint__ons_code")
    for trust, name, code in current:
        belongs[trust].append((name, code))
    grouped: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        for place in belongs.get(fact.trust, [(NO_FOOTPRINT, "")]):
            grouped[place].append(fact)
    ordered = sorted(grouped.items(), key=lambda one: (one[0][1] == "", one[0]))
    return tuple(counts(name, members, today, code) for (name, code), members in ordered)


def _days(
    facts: Iterable[Fact], collection: Collection, now: Curve, last: Curve | None, today: date
) -> Iterator[DayRow]:
    """The working days of a round, and others on which something came, from its opening to its due date and on to the last event."""
    due = collection.due_date
    came = _came(facts)
    eventful = {day for moments in (came.received, came.accepted, came.signed) for day in moments}
    day, final = min([collection.opens_date, *eventful]), max([due, *eventful])
    in_by = overdue = 0
    while day <= final:
        in_by += came.accepted[day]
        overdue += came.overdue[day]
        if day in eventful or is_working_day(day):
            at = distance(day, due)
            yield DayRow(
                day=day,
                distance=at,
                is_past=day <= today,
                received=came.received[day],
                accepted=came.accepted[day],
                signed=came.signed[day],
                in_by=in_by,
                overdue=overdue,
                last_in_by=last.at(at) if last else None,
            )
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Came:
    """How many of each there were on each day."""

    received: Counter[date]
    accepted: Counter[date]
    signed: Counter[date]
    overdue: Counter[date]
    """The change against the day before."""


def _came(facts: Iterable[Fact]) -> _Came:
    expected = [fact for fact in facts if fact.is_expected]
    overdue: Counter[date] = Counter()
    for fact in expected:
        came = None if fact.in_at is None else _day(fact.in_at)
        if came is None or came > fact.due:
            overdue[fact.due + timedelta(days=1)] += 1
        if came is not None and came > fact.due:
            overdue[came] -= 1
    return _Came(
        received=Counter(_day(fact.received_at) for fact in expected if fact.received_at),
        accepted=Counter(_day(fact.in_at) for fact in expected if fact.in_at),
        signed=Counter(_day(fact.signed_at) for fact in expected if fact.signed_at),
        overdue=overdue,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()
