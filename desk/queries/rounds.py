"""The rounds there are, and one of them: its days, its register by region and stage, and what may be done to it."""

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone

from desk.queries.opening import PlannedMessage, off_day_words, planned_messages
from footprints.access import may, trusts_visible_to
from footprints.models import Region, Trust, User
from submissions.models import Collection, Return, ReturnQuerySet
from submissions.queries.progress import ReturnRow, return_rows
from submissions.queries.register import missing_from_register
from submissions.queries.standing import with_standing
from submissions.stages import NOT_EXPECTED, OUTSTANDING, STAGE_WORDS, Stage
from templates_app import registry

ROWS_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in the list."""

    collection: Collection
    title: str
    """The title of its template."""
    owed: int
    """Returns that the person may see."""
    today: date

    @property
    def state(self) -> str:
        """Whether it takes files today: announced, open or closed."""
        return round_state(self.collection, self.today)


def rounds_seen_by(person: User) -> list[RoundLine]:
    """Every round, the one due last first, with the returns of the trusts whose desk the person may see. Two queries."""
    today = timezone.localdate()
    seen = Return.objects.filter(trust__in=trusts_visible_to(person, "see_desk"))
    owed = dict(seen.values_list("collection").annotate(count=Count("pk")).order_by())
    return [
        RoundLine(
            collection, registry.get(collection.template, collection.version).title, owed.get(collection.pk, 0), today
        )
        for collection in Collection.objects.order_by("-due_date", "-pk")
    ]


def round_state(collection: Collection, today: date) -> str:
    """Whether a round takes files on a day: announced, open or closed."""
    if collection.is_open_on(today):
        return "open"
    return "announced" if today < collection.opens_date and collection.closed_at is None else "closed"


def find_round(key: int) -> Collection | None:
    """The round; None where there is none. Whoever sees the desk of any trust may see that a round is there."""
    return Collection.objects.select_related("opened_by", "closed_by").filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class RegisterFilters:
    """Which returns of the register to list; empty means all."""

    region: str = ""
    stage: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "RegisterFilters":
        """The filters of an address; a region or stage that there is none of counts as all."""
        region, stage = query.get("region", ""), query.get("stage", "")
        return cls(region if region in Region.values else "", stage if stage in STAGE_WORDS else "")


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Everything that the page of one round shows."""

    collection: Collection
    title: str
    state: str
    counts: Mapping[tuple[str, str], int]
    """Returns by region and stage."""
    filters: RegisterFilters
    page: Page[Any]
    rows: tuple[ReturnRow, ...]
    messages: tuple[PlannedMessage, ...]
    """The steps of the ladder that are still to come."""
    may_manage: bool
    missing: int
    """Trusts that owe a return by its rule and have none; 0 for whoever may not add them."""

    @property
    def is_over(self) -> bool:
        """Whether somebody closed it, so that nothing can be changed any more."""
        return self.collection.closed_at is not None

    @property
    def regions(self) -> list[str]:
        """The regions that owe a return."""
        return [region for region in Region.values if any(key[0] == region for key in self.counts)]

    @property
    def table(self) -> list[tuple[Stage, str, list[int], int]]:
        """Returns by stage, then by region, with the sum; stages that no return is at are left out."""
        lines = []
        for stage, words in STAGE_WORDS.items():
            numbers = [self.counts.get((region, stage.value), 0) for region in self.regions]
            if any(numbers):
                lines.append((stage, words, numbers, sum(numbers)))
        return lines

    @property
    def totals(self) -> list[int]:
        """The sum of each column."""
        return [sum(numbers[number] for _, _, numbers, _ in self.table) for number in range(len(self.regions))]

    @property
    def owed(self) -> int:
        """Returns in the register."""
        return sum(self.counts.values())

    @property
    def expected(self) -> int:
        """Those that are still wanted."""
        return self.owed - self._at(NOT_EXPECTED)

    @property
    def outstanding(self) -> int:
        """Those that something is still to be done about."""
        return self._at(OUTSTANDING)

    @property
    def warnings(self) -> list[str]:
        """What is to be said of its days."""
        days = (self.collection.due_date, self.collection.closes_date)
        return [words for day in days if day and (words := off_day_words(day))]

    def _at(self, stages: Several[Stage]) -> int:
        return sum(count for (_, stage), count in self.counts.items() if stage in stages)


def round_page(person: User, collection: Collection, filters: RegisterFilters, number: str) -> RoundPage:
    """The page of a round, in a fixed number of queries: the returns of the trusts whose desk the person may see."""
    today = timezone.localdate()
    may_manage = may(person, "manage_collections")
    returns = _seen(person, collection)
    standing = with_standing(returns, today)
    counted = standing.values_list("trust__region", "standing").annotate(count=Count("pk")).order_by()
    listed = standing.order_by("trust__name", "pk")
    if filters.region:
        listed = listed.filter(trust__region=filters.region)
    if filters.stage:
        listed = listed.filter(standing=filters.stage)
    page = Paginator(listed, ROWS_A_PAGE).get_page(number)
    shown = Return.objects.filter(pk__in=[item.pk for item in page.object_list]).select_related("trust__successor")
    over = collection.closed_at is not None
    return RoundPage(
        collection=collection,
        title=registry.get(collection.template, collection.version).title,
        state=round_state(collection, today),
        counts=Counter({(region, stage): count for region, stage, count in counted}),
        filters=filters,
        page=page,
        rows=tuple(return_rows(shown)),
        messages=() if over else tuple(item for item in planned_messages(collection) if item.day >= today),
        may_manage=may_manage,
        missing=len(list(missing_from_register(collection))) if may_manage and not over else 0,
    )


def not_registered(collection: Collection) -> list[Trust]:
    """Trusts that have no return in the round and are there to answer one, by name."""
    today = timezone.localdate()
    others = Trust.objects.exclude(returns__collection=collection).order_by("name")
    return [trust for trust in others if trust.is_open_on(today) or trust.successor_id]


def may_be_taken_over(collection: Collection) -> tuple[list[Trust], list[Trust]]:
    """Trusts of the register that no other took over, and those that are open and might have; both by name."""
    today = timezone.localdate()
    known = list(Trust.objects.filter(successor=None).order_by("name"))
    registered = frozenset(collection.returns.values_list("trust_id", flat=True))
    return [trust for trust in known if trust.pk in registered], [trust for trust in known if trust.is_open_on(today)]


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a round does."""

    outstanding: int
    """Returns that nothing more is taken of, unless they have more time."""
    extended: tuple[ReturnRow, ...]
    """Those that have: they stay open until the day that was granted."""


def closing(collection: Collection) -> Closing:
    """What closing a round today does."""
    rows = [
        row for row in return_rows(Return.objects.filter(collection=collection)) if row.is_expected and not row.is_in
    ]
    extended = tuple(row for row in rows if row.is_extended and row.days_left >= 0)
    return Closing(len(rows) - len(extended), extended)


def _seen(person: User, collection: Collection) -> ReturnQuerySet:
    return Return.objects.filter(collection=collection, trust__in=trusts_visible_to(person, "see_desk"))
