"""What the desk knows of trusts that may need help: counted for all of them at once, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from desk.models import Chase, Contact
from desk.queries.desk_tables import open_collections
from desk.support_need import Observation
from footprints.models import RoleKind, Trust
from footprints.queries.people import without_people
from footprints.working_days import working_days_between
from submissions.models import Collection, Extension, FigureQuery, Finding, Return, Submission
from submissions.queries.standing import with_standing
from submissions.stages import OUTSTANDING
from submissions.states import State
from ui.formats import LONDON

_MISSING = {RoleKind.SIGNATORY: "no_signatory", RoleKind.PREPARER: "no_preparer"}


class _Row(NamedTuple):
    """One return that is not complete."""

    key: int
    trust: int
    collection: int
    collection_name: str
    due: date
    in_at: datetime | None
    latest: str | None
    """The state of the file that came last."""
    latest_key: int | None
    latest_at: datetime | None


@dataclass(slots=True)
class _Talks:
    """What was said about one return, and how often nobody was there."""

    promised: list[date]
    unreached: int
    """Attempts since somebody was last reached."""


def observations(trusts: Sequence[Trust], today: date) -> dict[int, list[Observation]]:
    """What was counted of each trust, by its key; nothing for one of which all is well. Pilots are left out."""
    found: dict[int, list[Observation]] = defaultdict(list)
    records = _outstanding(trusts, today)
    facts = _Facts(records)
    first_return: dict[int, int] = {}
    days_late = cache(lambda due: max(working_days_between(due, today), 1) if today > due else 0)
    for record in records:
        first_return.setdefault(record.trust, record.key)
        for signal, count in _counted(record, facts, today, days_late(record.due)):
            if count:
                found[record.trust].append(Observation(signal, count, record.collection_name, record.key))
    for trust, posts in without_people(trusts, today).items():
        for kind in posts.missing:
            found[trust].append(Observation(_MISSING[kind], 1, return_key=first_return.get(trust)))
    return found


def _outstanding(trusts: Sequence[Trust], today: date) -> list[_Row]:
    """The returns to open rounds that are not complete."""
    rounds = open_collections(today).exclude(purpose=Collection.Purpose.PILOT)
    returns = Return.objects.filter(collection__in=rounds, trust__in=[trust.pk for trust in trusts])
    files = Submission.objects.filter(return_record=OuterRef("pk")).order_by("-received_at", "-pk")
    annotated = with_standing(returns, today).annotate(
        latest_key=Subquery(files.values("pk")[:1]), latest_at=Subquery(files.values("received_at")[:1])
    )
    outstanding = annotated.filter(standing__in=[stage.value for stage in OUTSTANDING])
    columns = (
        "pk",
        "trust_id",
        "collection_id",
        "collection__name",
        "due",
        "in_at",
        "latest",
        "latest_key",
        "latest_at",
    )
    return [_Row(*row) for row in outstanding.order_by("trust", "collection__due_date", "pk").values_list(*columns)]


class _Facts:
    """What else is known of these returns, by their keys, or by those of their latest files."""

    def __init__(self, records: Sequence[_Row]) -> None:
        # Asked by round: a list of thousands of keys takes longer than the rows of returns that are complete.
        about = Q(return_record__collection__in={record.collection for record in records})
        waiting = [record.latest_key for record in records if record.latest in (State.BLOCKED, State.TO_EXPLAIN)]
        counted = Finding.objects.filter(submission__in=waiting, trial_until=None).order_by().values("submission")
        rows = counted.annotate(
            errors=Count("pk", filter=Q(severity="error")),
            warnings=Count("pk", filter=Q(severity="warning", explanation=None)),
        )
        self.findings = {row["submission"]: (row["errors"], row["warnings"]) for row in rows}
        self.queries = _per_return(FigureQuery.objects.open().filter(about))
        self.extensions = _per_return(Extension.objects.filter(about))
        self.talks = _talks(about)
        self.chased: dict[int, list[datetime]] = defaultdict(list)
        chases = Chase.objects.filter(about).order_by()
        for key, at in chases.values_list("return_record_id", "at"):
            self.chased[key].append(at)
        self.refused = _refused_in_a_row([record.key for record in records if record.latest == State.REFUSED])


def _per_return(rows: QuerySet[FigureQuery] | QuerySet[Extension]) -> Counter[int]:
    return Counter(rows.order_by().values_list("return_record_id", flat=True))


def _talks(about: Q) -> dict[int, _Talks]:
    found: dict[int, _Talks] = defaultdict(lambda: _Talks([], 0))
    contacts = Contact.objects.filter(about).order_by("at", "pk")
    for key, promised, reached in contacts.values_list("return_record_id", "promised_date", "reached"):
        talk = found[key]
        talk.unreached = 0 if reached else talk.unreached + 1
        if promised is not None:
            talk.promised.append(promised)
    return found


def _refused_in_a_row(keys: Sequence[int]) -> Counter[int]:
    """How many of the files that came last could not be read, for returns whose last file could not."""
    found: Counter[int] = Counter()
    ended: set[int] = set()
    files = Submission.objects.filter(return_record__in=keys).order_by("-received_at", "-pk")
    for key, state in files.values_list("return_record_id", "state"):
        if state != State.REFUSED:
            ended.add(key)
        elif key not in ended:
            found[key] += 1
    return found


def _counted(record: _Row, facts: _Facts, today: date, days_late: int) -> Iterator[tuple[str, int]]:
    errors, warnings = facts.findings.get(record.latest_key or 0, (0, 0))
    came = record.in_at.astimezone(LONDON).date() if record.in_at else None
    talk = facts.talks.get(record.key, _Talks([], 0))
    if came is None:
        yield "late", days_late
        since = record.latest_at
        yield "reminders", sum(since is None or at > since for at in facts.chased.get(record.key, ()))
        yield "unreached", talk.unreached
    if record.latest == State.BLOCKED:
        yield "errors", errors
    if record.latest == State.TO_EXPLAIN:
        yield "warnings", warnings
    yield "refused", facts.refused[record.key]
    yield "queries", facts.queries[record.key]
    yield "promises", len({day for day in talk.promised if day < (came or today)})
    yield "extensions", facts.extensions[record.key]
