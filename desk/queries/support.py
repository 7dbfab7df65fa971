"""Who needs help: every trust and footprint that a person looks after, with its level, the reasons, and who looks after it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk.models import Assignment, SupportOverride
from desk.queries.support_facts import observations
from desk.support_need import Level, Need, measure, need_of_footprint, need_of_trust
from footprints.access import roles_of, trusts_visible_to
from footprints.access_table import ALLOWED
from footprints.models import Footprint, Membership, Region, RoleKind, Trust, User
from submissions.models import Collection

PAGE_ROWS = 50
"""So many trusts stand on one page."""


@dataclass(frozen=True, slots=True)
class SupportRow:
    """One trust or footprint: what the facts say, what a person decided, and who looks after it."""

    place: Trust | Footprint
    need: Need
    override: SupportOverride | None
    manager: User | None

    @property
    def level(self) -> Level:
        """The level that counts: what a person decided, or what follows from the facts."""
        return Level(self.override.level) if self.override else self.need.level

    @property
    def code(self) -> str:
        """By which its page is found."""
        return self.place.ods_code if isinstance(self.place, Trust) else self.place.ons_code

    @property
    def is_trust(self) -> bool:
        """Whether it is a trust, not a footprint."""
        return isinstance(self.place, Trust)


@dataclass(frozen=True, slots=True)
class SupportPage:
    """The rows of a page, and how many there are of each level."""

    trusts: tuple[SupportRow, ...]
    """All of them; `shown` is what stands on this page."""
    footprints: tuple[SupportRow, ...]
    region: str
    regions: tuple[str, ...]
    number: int

    @property
    def pages(self) -> int:
        """How many pages of trusts there are."""
        return max(1, -(-len(self.trusts) // PAGE_ROWS))

    @property
    def shown(self) -> tuple[SupportRow, ...]:
        """The trusts on this page."""
        return self.trusts[(self.number - 1) * PAGE_ROWS : self.number * PAGE_ROWS]

    def number_at(self, level: str) -> int:
        """How many trusts need this much help."""
        return sum(row.level == level for row in self.trusts)


def support_page(person: User, region: str, number: int, today: date) -> SupportPage:
    """Every trust and footprint that the person looks after, in one region or in all, the one that needs most help first."""
    trusts, footprints = list(trusts_visible_to(person, "see_desk").open_on(today)), footprints_of_desk(person)
    regions = tuple(value for value in Region.values if any(trust.region == value for trust in trusts))
    chosen = region if region in regions else ""
    if chosen:
        trusts = [trust for trust in trusts if trust.region == chosen]
        footprints = [footprint for footprint in footprints if footprint.region == chosen]
    of_trusts, of_footprints = support_rows(trusts, footprints, today)
    pages = max(1, -(-len(of_trusts) // PAGE_ROWS))
    return SupportPage(of_trusts, of_footprints, chosen, regions, min(max(number, 1), pages))


def footprints_of_desk(person: User) -> list[Footprint]:
    """The footprints of the regions whose desk the person may see."""
    roles = [role for role in roles_of(person) if "see_desk" in ALLOWED[RoleKind(role.kind)]]
    return list(Footprint.objects.in_scope_of(roles))


def support_rows(
    trusts: Sequence[Trust], footprints: Sequence[Footprint], today: date
) -> tuple[tuple[SupportRow, ...], tuple[SupportRow, ...]]:
    """The rows of trusts and of footprints, each with the one that needs most help first. A footprint is judged by all its trusts, those
    of another region too; only the trusts asked for are named."""
    members = _members(footprints, today)
    asked = {trust.pk for trust in trusts}
    beyond = {trust.pk: trust for found in members.values() for trust in found if trust.pk not in asked}
    every = [*trusts, *beyond.values()]
    counted = observations(every, today)
    overrides, managers = _Overrides(), _Managers(members, today)
    of_trust = {
        trust.pk: SupportRow(
            trust,
            need_of_trust(counted.get(trust.pk, ()), measure()),
            overrides.of_trust.get(trust.pk),
            managers.of_trust.get(trust.pk),
        )
        for trust in every
    }
    of_footprint = [
        SupportRow(
            footprint,
            _footprint_need([of_trust[trust.pk] for trust in members[footprint.pk]], asked),
            overrides.of_footprint.get(footprint.pk),
            managers.of_footprint.get(footprint.pk),
        )
        for footprint in footprints
    ]
    return _ordered(of_trust[trust.pk] for trust in trusts), _ordered(of_footprint)


def any_illustrative(today: date) -> bool:
    """Whether a round of made-up figures is open: what the facts say then rests on it."""
    return Collection.objects.filter(illustrative=True, opens_date__lte=today, closed_at=None).exists()


def _footprint_need(rows: Sequence[SupportRow], named: Iterable[int]) -> Need:
    known = set(named)
    levels = {str(row.place): row.level for row in rows if row.place.pk in known}
    unnamed = [row.level for row in rows if row.place.pk not in known]
    return need_of_footprint(levels, [row.need.score for row in rows], measure(), unnamed=unnamed)


def _members(footprints: Sequence[Footprint], today: date) -> Mapping[int, list[Trust]]:
    found: dict[int, list[Trust]] = defaultdict(list)
    held = Membership.objects.current(today).filter(footprint__in=footprints, trust__in=Trust.objects.open_on(today))
    for membership in held.select_related("trust").order_by("trust__name"):
        found[membership.footprint_id].append(membership.trust)
    return found


class _Overrides:
    """What people decided, by the key of the trust or footprint."""

    def __init__(self) -> None:
        in_force = list(SupportOverride.objects.in_force().select_related("by"))
        self.of_trust = {one.trust_id: one for one in in_force if one.trust_id is not None}
        self.of_footprint = {one.footprint_id: one for one in in_force if one.footprint_id is not None}


class _Managers:
    """Who looks after what, by the key of the trust or footprint; whoever has a footprint has its trusts, where nobody else does."""

    def __init__(self, members: Mapping[int, Sequence[Trust]], today: date) -> None:
        in_force = list(Assignment.objects.held_on(today).select_related("manager"))
        self.of_footprint = {one.footprint_id: one.manager for one in in_force if one.footprint_id is not None}
        shared = {
            trust.pk: self.of_footprint[footprint]
            for footprint, trusts in members.items()
            if footprint in self.of_footprint
            for trust in trusts
        }
        self.of_trust = shared | {one.trust_id: one.manager for one in in_force if one.trust_id is not None}


def _ordered(rows: Iterable[SupportRow]) -> tuple[SupportRow, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.level.rank, -row.need.score, str(row.place))))
