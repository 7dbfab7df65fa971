"""What statistics need of each return, read in one query, and the counts of any group of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models import Collection, NilReturn, Return, SignOff, Submission
from submissions.queries.standing import with_standing
from submissions.stages import NOT_EXPECTED, Stage
from submissions.timeliness import Timeliness, timeliness


class Fact(NamedTuple):
    """What the statistics need of one return."""

    collection: int
    trust: int
    region: str
    trust_type: str
    standing: str
    collection_due: date
    due: date
    received_at: datetime | None
    """When the first file came, or the nil return was declared, whatever became of it."""
    in_at: datetime | None
    signed_at: datetime | None

    @property
    def is_expected(self) -> bool:
        """Whether it is still wanted."""
        return self.standing not in NOT_EXPECTED

    def timeliness(self, today: date) -> Timeliness:
        """How it stands to its due day."""
        return timeliness(self.in_at, self.due, self.collection_due, today)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a group of returns. All but the last two are of those that are expected."""

    name: str
    expected: int
    received: int
    accepted: int
    signed: int
    on_time: int
    extended: int
    late: int
    overdue: int
    not_in_yet: int
    excused: int
    closed: int
    code: str = ""
    """Of a footprint, by which its page is found."""

    @property
    def in_time(self) -> int:
        """Those that came in time, with an extension or without."""
        return self.on_time + self.extended

    @property
    def due(self) -> int:
        """Those that came, or whose day has passed: of them it can be said whether they were in time."""
        return self.expected - self.not_in_yet

    def rate(self, number: int, of: int) -> str:
        """A share in whole percent with its n of N: "76% (180 of 238)"; in words where there is nothing to share."""
        return f"{100 * number / of:.0f}% ({number:,} of {of:,})" if of else "none yet"


def counts(name: str, facts: Iterable[Fact], today: date, code: str = "") -> Counts:
    """The counts of a group of returns on a day."""
    listed = list(facts)
    expected = [fact for fact in listed if fact.is_expected]
    when = Counter(fact.timeliness(today) for fact in expected)
    return Counts(
        name=name,
        expected=len(expected),
        received=sum(fact.received_at is not None for fact in expected),
        accepted=sum(fact.in_at is not None for fact in expected),
        signed=sum(fact.signed_at is not None for fact in expected),
        on_time=when[Timeliness.ON_TIME],
        extended=when[Timeliness.EXTENDED],
        late=when[Timeliness.LATE],
        overdue=when[Timeliness.OVERDUE],
        not_in_yet=when[Timeliness.NOT_IN_YET],
        excused=sum(fact.standing == Stage.EXCUSED for fact in listed),
        closed=sum(fact.standing == Stage.GONE for fact in listed),
        code=code,
    )


def facts_of_rounds(person: User, rounds: Sequence[Collection], today: date) -> dict[int, list[Fact]]:
    """The returns of each round whose desk the person may see, by the round's key."""
    returns = Return.objects.filter(collection__in=rounds, trust__in=trusts_visible_to(person, "see_desk"))
    files = Submission.objects.filter(return_record=OuterRef("pk")).order_by().values("return_record")
    nil = NilReturn.objects.in_force().filter(return_record=OuterRef("pk")).order_by()
    signed = SignOff.objects.in_force().filter(return_record=OuterRef("pk")).order_by()
    annotated = with_standing(returns, today).annotate(
        came_at=Coalesce(
            Subquery(files.annotate(first=Min("received_at")).values("first")), Subquery(nil.values("declared_at")[:1])
        ),
        put_name_at=Coalesce(Subquery(signed.values("signed_at")[:1]), Subquery(nil.values("signed_at")[:1])),
    )
    found: dict[int, list[Fact]] = defaultdict(list)
    for row in annotated.values_list(
        "collection_id", "trust_id", "trust__region", "trust__trust_type", "standing", "collection__due_date", "due",
        "came_at", "in_at", "put_name_at",
    ):  # fmt: skip
        found[row[0]].append(Fact(*row))
    return found
