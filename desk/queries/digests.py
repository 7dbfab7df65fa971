"""What an STP lead is told once a week: for each footprint and open round, who is in, who is late, and which queries are open."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from desk.queries.desk_tables import open_collections
from footprints.models import Footprint, Membership, Role, RoleKind, Trust, User
from submissions.models import Collection, FigureQuery, Return
from submissions.queries.standing import facts_of, with_standing
from submissions.stages import COMPLETE, IN, NOT_EXPECTED, Stage, standing_of

if TYPE_CHECKING:
    from submissions.queries.standing import StandingReturn


@dataclass(frozen=True, slots=True)
class DigestReturn:
    """One return that is expected, and the queries about it that are not closed."""

    trust: Trust
    collection: Collection
    standing: Stage
    due: date
    today: date
    to_answer: int
    """Queries that wait for the trust."""
    to_close: int
    """Queries that the trust has answered, and whoever asked has not closed."""

    @property
    def is_in(self) -> bool:
        """Whether it has come."""
        return self.standing in IN

    @property
    def is_late(self) -> bool:
        """Whether its due date has passed and it has not come."""
        return not self.is_in and self.due < self.today

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.standing in COMPLETE and not self.to_answer and not self.to_close


@dataclass(frozen=True, slots=True)
class FootprintRound:
    """How one open round goes in one footprint; returns that are no longer expected are left out."""

    footprint: Footprint
    collection: Collection
    returns: tuple[DigestReturn, ...]

    @property
    def come(self) -> list[DigestReturn]:
        """Those that are in."""
        return [each for each in self.returns if each.is_in]

    @property
    def late(self) -> list[DigestReturn]:
        """Those that are late, the latest first."""
        return sorted((each for each in self.returns if each.is_late), key=lambda each: (each.due, each.trust.name))

    @property
    def to_come(self) -> list[DigestReturn]:
        """Those that are neither in nor late."""
        return [each for each in self.returns if not each.is_in and not each.is_late]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do in it."""
        return all(each.is_settled for each in self.returns)


@dataclass(frozen=True, slots=True)
class LeadDigest:
    """What one STP lead is told: the rounds in which something is left to do."""

    person: User
    rounds: tuple[FootprintRound, ...]

    @property
    def footprints(self) -> tuple[Footprint, ...]:
        """The footprints that it is about, by name."""
        return tuple(dict.fromkeys(each.footprint for each in self.rounds))


def lead_digests(today: date) -> list[LeadDigest]:
    """The digest of every STP lead for whom something is left to do, in four queries. Pilots are no part of it."""
    leads = Role.objects.current(today).filter(kind=RoleKind.STP_LEAD, user__is_active=True)
    footprints: dict[User, list[Footprint]] = defaultdict(list)
    for role in leads.select_related("user", "footprint").order_by("user__name", "user", "footprint__name"):
        if role.footprint is not None and role.footprint not in footprints[role.user]:
            footprints[role.user].append(role.footprint)
    rounds = _rounds({footprint for led in footprints.values() for footprint in led}, today)
    digests = (
        LeadDigest(person, tuple(each for footprint in led for each in rounds.get(footprint.pk, ())))
        for person, led in footprints.items()
    )
    return [digest for digest in digests if digest.rounds]


def _rounds(footprints: Iterable[Footprint], today: date) -> Mapping[int, list[FootprintRound]]:
    """The rounds in which something is left to do, by the footprint's key, what is due first coming first."""
    by_key = {footprint.pk: footprint for footprint in footprints}
    members: dict[int, list[int]] = defaultdict(list)
    for membership in Membership.objects.current(today).filter(footprint__in=list(by_key)):
        members[membership.trust_id].append(membership.footprint_id)
    grouped: dict[tuple[int, Collection], list[DigestReturn]] = defaultdict(list)
    for each in _returns(members, today):
        for footprint in members[each.trust.pk]:
            grouped[footprint, each.collection].append(each)
    found: dict[int, list[FootprintRound]] = defaultdict(list)
    for (footprint, collection), listed in sorted(
        grouped.items(), key=lambda item: (item[0][1].due_date, item[0][1].pk)
    ):
        together = FootprintRound(by_key[footprint], collection, tuple(listed))
        if not together.is_settled:
            found[footprint].append(together)
    return found


def _returns(trusts: Iterable[int], today: date) -> list[DigestReturn]:
    collections = open_collections(today).exclude(purpose=Collection.Purpose.PILOT)
    owed = Return.objects.filter(trust__in=list(trusts), collection__in=collections)
    records = list(with_standing(owed.select_related("trust", "collection").order_by("trust__name", "pk"), today))
    waiting: Counter[tuple[int, bool]] = Counter()
    unsettled = FigureQuery.objects.unsettled().filter(return_record__in=records).order_by()
    for return_id, answered_at in unsettled.values_list("return_record_id", "answered_at"):
        waiting[return_id, answered_at is None] += 1
    found = (_digest_return(record, waiting, today) for record in records)
    return [each for each in found if each.standing not in NOT_EXPECTED]


def _digest_return(record: "StandingReturn", waiting: Mapping[tuple[int, bool], int], today: date) -> DigestReturn:
    return DigestReturn(
        trust=record.trust,
        collection=record.collection,
        standing=standing_of(facts_of(record)),
        due=record.due,
        today=today,
        to_answer=waiting.get((record.pk, True), 0),
        to_close=waiting.get((record.pk, False), 0),
    )
