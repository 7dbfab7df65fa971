"""What somebody finds when they come: their trusts' returns with the next step, their footprints, and what they look after."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from footprints.access import roles_of
from footprints.access_table import ALLOWED, Action
from footprints.models import FOOTPRINT_KINDS, TRUST_KINDS, Footprint, Membership, Role, RoleKind, Trust, User
from submissions.models import Collection, Return
from submissions.queries.national import overseen_place, overseen_returns, oversees
from submissions.queries.next_step import WAITS_FOR_SIGNATURE, NextStep, next_step
from submissions.queries.people import signatories_by_trust
from submissions.queries.progress import Progress, ReturnRow, progress, return_rows


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """A return of a trust that the person works for, and what to do about it."""

    row: ReturnRow
    step: NextStep | None


@dataclass(frozen=True, slots=True)
class OwnTrust:
    """A trust that the person works for, with its returns and those of trusts that it took over, the one due first on top."""

    trust: Trust
    capacity: str
    returns: tuple[OwnReturn, ...]
    may_invite: bool
    """Whether they may invite people to prepare its returns."""
    may_give_feedback: bool
    """Whether they may say what they think of a template in a pilot."""


@dataclass(frozen=True, slots=True)
class CollectionRows:
    """The returns of a group of trusts to one collection."""

    collection: Collection
    progress: Progress
    rows: tuple[ReturnRow, ...]


@dataclass(frozen=True, slots=True)
class OwnFootprint:
    """A footprint that the person works for, collection by collection."""

    footprint: Footprint
    capacity: str
    collections: tuple[CollectionRows, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the home page of one person. `place` is what they look after in England; empty for most people."""

    trusts: tuple[OwnTrust, ...]
    footprints: tuple[OwnFootprint, ...]
    place: str
    overseen: tuple[CollectionRows, ...]
    is_administrator: bool

    @property
    def is_empty(self) -> bool:
        """Whether the person has no role that leads anywhere."""
        return not (self.trusts or self.footprints or self.place or self.is_administrator)

    @property
    def illustrative(self) -> bool:
        """Whether any of the returns shown is filled with made-up figures."""
        groups = [*self.overseen, *(group for footprint in self.footprints for group in footprint.collections)]
        own = (item.row.collection for trust in self.trusts for item in trust.returns)
        return any(collection.illustrative for collection in [*own, *(group.collection for group in groups)])


def home(person: User) -> Home:
    """The home page of a person, in a fixed number of queries."""
    roles = roles_of(person)
    near = [role for role in roles if role.kind in TRUST_KINDS | FOOTPRINT_KINDS]
    rows = return_rows(Return.objects.visible_to(person).filter(trust__in=Trust.objects.in_scope_of(near)))
    looks_after = bool(oversees(roles))
    return Home(
        trusts=_own_trusts(near, rows),
        footprints=_own_footprints(near, rows),
        place=overseen_place(person) if looks_after else "",
        overseen=_by_collection(return_rows(overseen_returns(person))) if looks_after else (),
        is_administrator=any(role.kind == RoleKind.ADMINISTRATOR for role in roles),
    )


def _own_trusts(roles: Iterable[Role], rows: Iterable[ReturnRow]) -> tuple[OwnTrust, ...]:
    held: dict[Trust, list[RoleKind]] = defaultdict(list)
    for role in roles:
        if role.trust is not None:
            held[role.trust].append(RoleKind(role.kind))
    listed = list(rows)
    signatories = signatories_by_trust(row.trust.pk for row in listed if row.stage in WAITS_FOR_SIGNATURE)

    def own(trust: Trust, kinds: list[RoleKind]) -> OwnTrust:
        actions: frozenset[Action] = frozenset().union(*(ALLOWED[kind] for kind in kinds))
        mine = sorted(
            (row for row in listed if trust.pk in (row.trust.pk, row.trust.successor_id)),
            key=lambda row: row.collection.due_date,
        )
        steps = tuple(OwnReturn(row, next_step(row, actions, signatories.get(row.trust.pk, ()))) for row in mine)
        return OwnTrust(trust, _in_words(kinds), steps, "invite_preparer" in actions, "give_feedback" in actions)

    return tuple(own(trust, kinds) for trust, kinds in sorted(held.items(), key=lambda item: item[0].name))


def _own_footprints(roles: Iterable[Role], rows: Iterable[ReturnRow]) -> tuple[OwnFootprint, ...]:
    held: dict[Footprint, list[RoleKind]] = defaultdict(list)
    for role in roles:
        if role.footprint is not None:
            held[role.footprint].append(RoleKind(role.kind))
    members: dict[int, set[int]] = defaultdict(set)
    for membership in Membership.objects.current().filter(footprint__in=held):
        members[membership.footprint_id].add(membership.trust_id)
    listed = list(rows)
    return tuple(
        OwnFootprint(
            footprint, _in_words(kinds), _by_collection(row for row in listed if row.trust.pk in members[footprint.pk])
        )
        for footprint, kinds in sorted(held.items(), key=lambda item: item[0].name)
    )


def _by_collection(rows: Iterable[ReturnRow]) -> tuple[CollectionRows, ...]:
    grouped: dict[Collection, list[ReturnRow]] = defaultdict(list)
    for row in rows:
        grouped[row.collection].append(row)
    latest_first = sorted(grouped.items(), key=lambda item: (item[0].due_date, item[0].pk), reverse=True)
    return tuple(CollectionRows(item, progress(item.name, group), tuple(group)) for item, group in latest_first)


def _in_words(kinds: Iterable[RoleKind]) -> str:
    return " and ".join(kind.label for kind in sorted(set(kinds)))
