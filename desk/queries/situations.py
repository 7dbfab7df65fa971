"""What is known about returns before anybody is reminded: for one or for thousands, in one query."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import BooleanField, Case, Exists, Max, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from desk.chasing import Situation
from desk.ladder import Rung, due_rung, ladder
from desk.models import Chase, Contact, Pause
from desk.queries.live import still_live
from submissions.models import Extension, Return, Waiver
from submissions.queries.standing import facts_of, with_standing
from submissions.stages import Stage

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from submissions.queries.standing import StandingReturn

    class _Desk(TypedDict):
        more_time_asked: bool
        waiver_asked: bool
        promised: date | None
        contacted_at: datetime | None
        spoken_at: datetime | None
        live: bool
        paused_until: date | None


@dataclass(frozen=True, slots=True)
class SituatedReturn:
    """One return, with its trust and collection, and what is known about it."""

    return_record: Return
    situation: Situation


def with_desk_facts(returns: QuerySet[Return], today: date) -> "QuerySet[StandingReturn]":
    """Returns with all of `with_standing`, and what the desk knows: `more_time_asked`, `waiver_asked`, `promised` (the day by which it
    was last promised), `contacted_at` (the last contact or reminder about any return of the trust), `spoken_at` (the last that the clock
    heeds), `paused_until` (the last day of a pause that holds today) and `live` (something can still be done about it)."""
    about = {"return_record": OuterRef("pk")}
    contact = _last(Contact.objects.filter(return_record__trust=OuterRef("trust")))
    chases = Chase.objects.filter(return_record__trust=OuterRef("trust"))
    promises = Contact.objects.filter(**about, promised_date__isnull=False).order_by("-at", "-pk")
    annotated = with_standing(returns.select_related("trust", "collection"), today).annotate(
        more_time_asked=Exists(Extension.objects.waiting().filter(**about)),
        waiver_asked=Exists(
            Waiver.objects.waiting().filter(trust=OuterRef("trust"), template=OuterRef("collection__template"))
        ),
        promised=Subquery(promises.values("promised_date")[:1]),
        contacted_at=Greatest(contact, _last(chases)),
        spoken_at=Greatest(contact, _last(chases.exclude(by=None)), _last(Chase.objects.filter(**about))),
        live=Case(When(still_live(today), then=Value(True)), default=Value(False), output_field=BooleanField()),
        paused_until=Subquery(
            Pause.objects.in_force(today)
            .filter(trust=OuterRef("trust"))
            .order_by()
            .values("trust")
            .annotate(last=Max("until_date"))
            .values("last")
        ),
    )
    return cast("QuerySet[StandingReturn]", annotated)


def _last(rows: QuerySet[Contact] | QuerySet[Chase]) -> Subquery:
    """When the last of these was; they are all of one trust or return."""
    return Subquery(rows.order_by().values(one=Value(1)).annotate(last=Max("at")).values("last"))


def situations(
    returns: QuerySet[Return], today: date, *, standing: Collection[Stage] | None = None
) -> Iterator[SituatedReturn]:
    """Each return with what is known about it; only those at the stages of `standing`, where it is given."""
    annotated = with_desk_facts(returns, today)
    if standing is not None:
        annotated = annotated.filter(standing__in=standing)
    for record in annotated:
        yield SituatedReturn(record, situation_of(record, today))


def situation_of(annotated: "StandingReturn", today: date) -> Situation:
    """What is known about a return that came from `with_desk_facts`."""
    known = cast("WithAnnotations[Return, _Desk]", annotated)
    return Situation(
        facts=facts_of(annotated),
        due=annotated.due,
        today=today,
        live=known.live,
        more_time_asked=known.more_time_asked,
        waiver_asked=known.waiver_asked,
        promised=known.promised,
        contacted=timezone.localdate(known.contacted_at) if known.contacted_at else None,
        paused_until=known.paused_until,
        spoken=timezone.localdate(known.spoken_at) if known.spoken_at else None,
    )


@dataclass(frozen=True, slots=True)
class StepsTaken:
    """Which steps of the ladder were taken for returns."""

    by_due: Mapping[int, Mapping[date, frozenset[str]]]
    """Their codes, by the key of the return and the due date for which they were."""

    def of(self, found: SituatedReturn) -> frozenset[str]:
        """The codes of those that are not taken again: the steps for the due date as it stands now, and that the round has opened."""
        record = found.return_record
        mine = self.by_due.get(record.pk, {})
        opening = {rung.code for rung in ladder(record.collection.ladder).rungs if rung.at_opening}
        return mine.get(found.situation.due, frozenset()).union(*(codes & opening for codes in mine.values()))


def steps_taken(returns: QuerySet[Return]) -> StepsTaken:
    """The steps that were taken for these returns."""
    taken: dict[int, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    chases = Chase.objects.filter(return_record__in=returns).order_by()
    for return_id, due, rung in chases.values_list("return_record_id", "due_date", "rung"):
        taken[return_id][due].add(rung)
    return StepsTaken({pk: {due: frozenset(codes) for due, codes in mine.items()} for pk, mine in taken.items()})


def ladder_step(found: SituatedReturn, taken: StepsTaken) -> Rung | None:
    """The step that the ladder of its round has for a return today, if any."""
    situation, collection = found.situation, found.return_record.collection
    return due_rung(
        ladder(collection.ladder),
        situation.standing,
        due=situation.due,
        opens=collection.opens_date,
        today=situation.today,
        taken=taken.of(found),
    )
