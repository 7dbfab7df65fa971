"""Where returns stand: one row a return, in the same two queries for one trust or for all of England."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from footprints.models import Membership, Trust
from submissions.models import Collection, FigureQuery, Return, ReturnQuerySet, Submission
from submissions.queries.open_days import why_no_files
from submissions.queries.standing import facts_of, with_standing
from submissions.stages import IN, NOT_EXPECTED, STAGE_HELD_BY, STAGE_WORDS, Facts, Holder, Stage, stage_of, standing_of
from submissions.states import State
from submissions.timeliness import Timeliness, timeliness
from ui.formats import plural

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Counts(TypedDict):
        errors: int
        warnings: int
        notes: int
        on_trial: int
        to_explain: int

    CountedFile = WithAnnotations[Submission, _Counts]


def counted(files: QuerySet[Submission]) -> "list[CountedFile]":
    """The files, each with how many errors, warnings and notes were found in it, what rules on trial found apart, and how many
    warnings wait for an explanation; without their readings, which are large."""
    counts = Q(findings__trial_until=None)
    annotated = files.defer("reading").annotate(
        errors=Count("findings", filter=counts & Q(findings__severity="error")),
        warnings=Count("findings", filter=counts & Q(findings__severity="warning")),
        notes=Count("findings", filter=counts & Q(findings__severity="info")),
        on_trial=Count("findings", filter=Q(findings__trial_until__isnull=False)),
        to_explain=Count("findings", filter=counts & Q(findings__severity="warning", findings__explanation=None)),
    )
    return cast("list[CountedFile]", list(annotated))


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One return, its latest file, the file on record, and how it stands."""

    return_record: Return
    latest: Submission | None
    on_record: Submission | None
    errors: int
    warnings: int
    notes: int
    on_trial: int
    to_explain: int
    facts: Facts
    due_date: date
    in_at: datetime | None
    today: date
    open_queries: int = 0
    """Queries about its figures that wait for the trust."""

    @property
    def trust(self) -> Trust:
        """Who owes it."""
        return self.return_record.trust

    @property
    def collection(self) -> Collection:
        """What it is owed to."""
        return self.return_record.collection

    @property
    def stage(self) -> Stage:
        """How far it has come, as the people of the trust have it before them: a later file with trouble comes first."""
        return stage_of(self.facts)

    @property
    def stage_words(self) -> str:
        """The stage for people; a later file with trouble does not take the accepted one away, and the words say so."""
        words = STAGE_WORDS[self.stage]
        return f"{words} (an earlier file is accepted)" if self.on_record and self.stage != self.standing else words

    @property
    def standing(self) -> Stage:
        """The stage that counts for the collection: as the file on record has it, whatever came later."""
        return standing_of(self.facts)

    @property
    def held_by(self) -> Holder:
        """Who has to do something next."""
        return STAGE_HELD_BY[self.stage]

    @property
    def days_left(self) -> int:
        """Days until the day it is due, an extension included; negative once that has passed."""
        return (self.due_date - self.today).days

    @property
    def is_in(self) -> bool:
        """Whether the return has come: an accepted file, or a nil return."""
        return self.standing in IN

    @property
    def is_expected(self) -> bool:
        """Whether it is still wanted: neither excused nor of a trust that has closed."""
        return self.standing not in NOT_EXPECTED

    @property
    def is_extended(self) -> bool:
        """Whether it is due later than the others."""
        return self.due_date > self.collection.due_date

    @property
    def has_receipt(self) -> bool:
        """Whether a receipt was given for the accepted file: one that was loaded directly, as an example is, has none."""
        return hasattr(self.on_record, "receipt")

    @property
    def no_files(self) -> str:
        """Why the round takes no file of it today, in sentences for the people of the trust; empty when it does."""
        return why_no_files(self.collection, self.due_date, self.today)

    @property
    def is_overdue(self) -> bool:
        """Whether the due day has passed and nothing has come yet."""
        return not self.is_in and self.is_expected and self.days_left < 0

    @property
    def deadline_words(self) -> str:
        """How long there is, or how late it is: "12 days left", "Due today", "3 days late", "In on time"."""
        if not self.is_expected:
            return "Not expected"
        match self.timeliness:
            case Timeliness.ON_TIME:
                return "In on time"
            case Timeliness.EXTENDED:
                return "In on time, with an extension"
            case Timeliness.LATE if self.in_at is not None:
                return f"In, {plural((timezone.localdate(self.in_at) - self.due_date).days, 'day')} late"
        if self.days_left == 0:
            return "Due today"
        return (
            f"{plural(self.days_left, 'day')} left" if self.days_left > 0 else f"{plural(-self.days_left, 'day')} late"
        )

    @property
    def timeliness(self) -> Timeliness:
        """Whether it came in time; says nothing of a return that is not expected."""
        in_at = self.in_at if self.is_in else None
        return timeliness(in_at, self.due_date, self.collection.due_date, self.today)


def return_rows(returns: ReturnQuerySet) -> list[ReturnRow]:
    """A row for every return, by trust and collection."""
    today = timezone.localdate()
    owed = returns.select_related("trust", "collection").order_by("trust__name", "collection__due_date", "pk")
    records = list(with_standing(owed, today))
    newest = Submission.objects.filter(return_record__in=records).order_by("return_record", "-received_at", "-pk")
    files = Submission.objects.filter(
        Q(pk__in=newest.distinct("return_record").values("pk")) | Q(return_record__in=records, state=State.ACCEPTED)
    )
    latest: dict[int, Submission] = {}
    on_record: dict[int, Submission] = {}
    counts: dict[int, tuple[int, int, int, int, int]] = {}
    for file in counted(files.select_related("receipt").order_by("received_at", "pk")):
        latest[file.return_record_id] = file
        counts[file.return_record_id] = (file.errors, file.warnings, file.notes, file.on_trial, file.to_explain)
        if file.state == State.ACCEPTED:
            on_record[file.return_record_id] = file
    waiting = _open_queries(record.pk for record in records if record.queried)
    return [
        ReturnRow(
            record,
            latest.get(record.pk),
            on_record.get(record.pk),
            *counts.get(record.pk, (0, 0, 0, 0, 0)),
            facts=facts_of(record),
            due_date=record.due,
            in_at=record.in_at,
            today=today,
            open_queries=waiting[record.pk],
        )
        for record in records
    ]


def _open_queries(returns: Iterable[int]) -> Counter[int]:
    """How many queries wait for the trust, by return; asked of the database only where there are some."""
    keys = list(returns)
    return (
        Counter(FigureQuery.objects.open().filter(return_record__in=keys).values_list("return_record_id", flat=True))
        if keys
        else Counter()
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a group of returns are in; those that are no longer expected are not counted among them. `late` counts those whose
    due day has passed with nothing in."""

    name: str
    expected: int
    late: int
    standing: Mapping[Stage, int]

    @property
    def accepted(self) -> int:
        """Returns that are in: with an accepted file, signed or not, or a nil return."""
        return sum(self.standing[stage] for stage in IN)

    @property
    def to_sign(self) -> int:
        """Returns that wait for a signature."""
        return self.standing[Stage.TO_SIGN] + self.standing[Stage.NIL_TO_SIGN]

    @property
    def to_mend(self) -> int:
        """Returns that came back to the trust: with errors, warnings to explain, or in a file that could not be read."""
        return self.standing[Stage.BLOCKED] + self.standing[Stage.TO_EXPLAIN] + self.standing[Stage.REFUSED]

    @property
    def with_us(self) -> int:
        """Returns that wait for us."""
        return self.standing[Stage.CHECKING] + self.standing[Stage.STUCK]

    @property
    def downloaded(self) -> int:
        """Returns whose workbook has been downloaded, and nothing more."""
        return self.standing[Stage.DOWNLOADED]

    @property
    def not_started(self) -> int:
        """Returns that nobody has begun, whether somebody has looked or not."""
        return self.standing[Stage.NOT_STARTED] + self.standing[Stage.OPENED]

    @property
    def outstanding(self) -> int:
        """Returns that are expected and not in."""
        return self.expected - self.accepted


def progress(name: str, rows: Iterable[ReturnRow]) -> Progress:
    """The counts of a group of returns."""
    listed = list(rows)
    return Progress(
        name=name,
        expected=sum(row.is_expected for row in listed),
        late=sum(row.is_overdue for row in listed),
        standing=Counter(row.standing for row in listed),
    )


def by_region(rows: Iterable[ReturnRow]) -> list[Progress]:
    """The progress of every region that owes a return, by name."""
    grouped: dict[str, list[ReturnRow]] = defaultdict(list)
    for row in rows:
        grouped[row.trust.get_region_display()].append(row)
    return [progress(name, members) for name, members in sorted(grouped.items())]


def by_footprint(rows: Iterable[ReturnRow]) -> list[tuple[str, str, Progress]]:
    """ONS code, region and progress of every footprint, by name; a trust that belongs to several counts in each."""
    memberships = Membership.objects.current().select_related("footprint").order_by("footprint__name")
    footprints_of: dict[int, list[Membership]] = defaultdict(list)
    for membership in memberships:
        footprints_of[membership.trust_id].append(membership)
    grouped: dict[tuple[str, str, str], list[ReturnRow]] = defaultdict(list)
    for row in rows:
        for membership in footprints_of[row.trust.pk]:
            footprint = membership.footprint
            grouped[footprint.name, footprint.ons_code, footprint.get_region_display()].append(row)
    return [(code, region, progress(name, members)) for (name, code, region), members in sorted(grouped.items())]
