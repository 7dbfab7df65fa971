"""Who is to be written to about a trust, and who of NHS Improvement looks after it: for one trust or for all, in the same few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from desk.models import Assignment
from footprints.models import FOOTPRINT_KINDS, TRUST_KINDS, Membership, Role, RoleKind, Trust, User

ADDRESSED = (
    RoleKind.PREPARER,
    RoleKind.SIGNATORY,
    RoleKind.CHIEF_EXECUTIVE,
    RoleKind.STP_LEAD,
    RoleKind.REGIONAL_DIRECTOR,
)


@dataclass(slots=True)
class TrustPeople:
    """The active people around one trust, by what they are there; a person who is two things stands in both."""

    by_role: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    manager: User | None = None
    """The support manager assigned to the trust; where nobody is, the one of its footprint."""

    def named(self, kinds: Iterable[str]) -> list[tuple[User, RoleKind]]:
        """Everybody of these kinds, once, as the first of the kinds that they are."""
        found: dict[int, tuple[User, RoleKind]] = {}
        for kind in kinds:
            for person in self.by_role.get(kind, ()):
                found.setdefault(person.pk, (person, RoleKind(kind)))
        return list(found.values())


def people_of(trusts: Iterable[Trust], today: date) -> Mapping[int, TrustPeople]:
    """The people around each trust, by its key, on a day. People of a trust that took another over count for both."""
    listed = {trust.pk: trust for trust in trusts}
    people: dict[int, TrustPeople] = {pk: TrustPeople() for pk in listed}
    footprints = _footprints_of(listed, today)
    places = _Places(listed, footprints)
    for role in _roles(places, today):
        for pk in places.trusts_of(role):
            if role.user not in people[pk].by_role[role.kind]:
                people[pk].by_role[role.kind].append(role.user)
    _assign(people, footprints, today)
    return people


class _Places:
    """Which of the listed trusts a role is about."""

    def __init__(self, listed: Mapping[int, Trust], footprints: Mapping[int, list[int]]) -> None:
        self.of_trust: dict[int, list[int]] = defaultdict(list)
        self.of_footprint: dict[int, list[int]] = defaultdict(list)
        self.of_region: dict[str, list[int]] = defaultdict(list)
        for pk, trust in listed.items():
            self.of_trust[pk].append(pk)
            if trust.successor_id is not None:
                self.of_trust[trust.successor_id].append(pk)
            for footprint in footprints[pk]:
                self.of_footprint[footprint].append(pk)
            self.of_region[trust.region].append(pk)
        self.all = list(listed)

    def trusts_of(self, role: Role) -> list[int]:
        """The keys of the listed trusts that the role is about."""
        if role.kind in TRUST_KINDS:
            return self.of_trust.get(role.trust_id or 0, [])
        if role.kind in FOOTPRINT_KINDS:
            return self.of_footprint.get(role.footprint_id or 0, [])
        return self.of_region.get(role.region, []) if role.region else self.all


def _roles(places: _Places, today: date) -> Iterable[Role]:
    near = (
        Q(trust__in=list(places.of_trust))
        | Q(footprint__in=list(places.of_footprint))
        | Q(kind=RoleKind.REGIONAL_DIRECTOR, region__in=["", *places.of_region])
    )
    held = Role.objects.current(today).filter(near, kind__in=ADDRESSED, user__is_active=True)
    return held.select_related("user").order_by("user__name", "user__pk", "pk")


def _footprints_of(listed: Mapping[int, Trust], today: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    members = Membership.objects.current(today).filter(trust__in=list(listed)).order_by("footprint__name", "pk")
    for trust, footprint in members.values_list("trust_id", "footprint_id"):
        found[trust].append(footprint)
    return found


def _assign(people: Mapping[int, TrustPeople], footprints: Mapping[int, list[int]], today: date) -> None:
    every = {footprint for listed in footprints.values() for footprint in listed}
    of_trust: dict[int, User] = {}
    of_footprint: dict[int, User] = {}
    of_these = Q(trust__in=list(people)) | Q(footprint__in=every)
    for assignment in Assignment.objects.held_on(today).filter(of_these).select_related("manager"):
        if assignment.trust_id is not None:
            of_trust[assignment.trust_id] = assignment.manager
        elif assignment.footprint_id is not None:
            of_footprint[assignment.footprint_id] = assignment.manager
    for pk, around in people.items():
        by_footprint = (of_footprint[footprint] for footprint in footprints.get(pk, ()) if footprint in of_footprint)
        around.manager = of_trust.get(pk) or next(by_footprint, None)
