"""What the pages of people show: everybody, one person, one role, the people of a trust. Nothing here holds figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, Q
from django.http import Http404
from django.utils import timezone

from footprints.access import Somebody, get_visible_trust, may
from footprints.models import Footprint, Invitation, Region, Role, Trust, User
from footprints.queries.people import Reach, RoleHeld, left_without, reach_of, role_held, with_standing

MOST_SHOWN: Final = 100
"""So many people stand on the page; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the list of everybody."""

    person: User
    reach: Reach
    roles: tuple[Role, ...]
    """Those of today and those still to begin."""


@dataclass(frozen=True, slots=True)
class Everybody:
    """The people found by a search; `found` counts those who are not shown as well."""

    search: str
    people: tuple[Person, ...]
    found: int


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: the roles of today and later, those that ended, and the trusts that would be left without them."""

    person: User
    reach: Reach
    roles: tuple[RoleHeld, ...]
    past: tuple[Role, ...]
    left_without: tuple[Trust, ...]


def everybody(search: str = "") -> Everybody:
    """People by name; with a search, those in whose name, address, trust or footprint it stands. In a fixed number of queries."""
    people = User.objects.all()
    words = search.replace("\0", "").strip()
    if words:
        held = Role.objects.not_ended(timezone.localdate()).filter(
            Q(trust__name__icontains=words) | Q(trust__ods_code__iexact=words) | Q(footprint__name__icontains=words)
        )
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(pk__in=held.values("user_id")))
    roles = Role.objects.not_ended(timezone.localdate()).select_related("trust", "footprint").order_by("kind", "pk")
    shown = people.order_by("name", "pk").prefetch_related(
        Prefetch("roles", roles), Prefetch("invitations", Invitation.objects.order_by("-pk"))
    )[:MOST_SHOWN]
    rows = [Person(person, reach_of(person, person.invitations.all()), tuple(person.roles.all())) for person in shown]
    return Everybody(words, tuple(rows), people.count() if len(rows) == MOST_SHOWN else len(rows))


def person_page(key: int) -> PersonPage:
    """The page of one person. Raises Http404 when there is none."""
    person = User.objects.filter(pk=key).first()
    if person is None:
        raise Http404("There is no such person.")
    today = timezone.localdate()
    roles = [role_held(role) for role in with_standing(Role.objects.not_ended(today).filter(user=person), today)]
    past = Role.objects.filter(user=person).exclude(pk__in=[held.role.pk for held in roles])
    return PersonPage(
        person=person,
        reach=reach_of(person, person.invitations.all()),
        roles=tuple(roles),
        past=tuple(past.select_related("trust", "footprint").order_by("-to_date", "pk")),
        left_without=left_without((held.role for held in roles), today),
    )


def role_of_somebody(user: Somebody, key: int) -> RoleHeld:
    """A role that has not ended, for somebody who may manage people, or invite preparers at the role's trust. Raises Http404."""
    today = timezone.localdate()
    role = with_standing(Role.objects.not_ended(today).filter(pk=key), today).first()
    if role is None or not (
        may(user, "manage_people") or (role.trust is not None and may(user, "invite_preparer", trust=role.trust))
    ):
        raise Http404("There is no such role.")
    return role_held(role)


def trust_with_people(user: Somebody, ods_code: str) -> Trust:
    """The trust, for those who may see it and for those who manage people. Raises Http404."""
    if not may(user, "manage_people"):
        return get_visible_trust(user, ods_code)
    trust = Trust.objects.filter(ods_code=ods_code.upper()).first()
    if trust is None:
        raise Http404("There is no such trust.")
    return trust


def places() -> list[tuple[str, str]]:
    """Where a role can be held, for a select box: England, the regions, the footprints and the trusts that are open."""
    footprints = Footprint.objects.values_list("ons_code", "name")
    trusts = Trust.objects.open_on(timezone.localdate()).values_list("ods_code", "name")
    return [
        ("england", "England"),
        *((f"region:{region.value}", f"Region: {region.label}") for region in Region),
        *_listed("footprint", "Footprint", footprints),
        *_listed("trust", "Trust", trusts),
    ]


def place(value: str) -> dict[str, Trust | Footprint | str]:
    """What a choice of `places` stands for, as the actions take it."""
    kind, _, code = value.partition(":")
    if kind == "trust":
        return {"trust": Trust.objects.get(ods_code=code)}
    if kind == "footprint":
        return {"footprint": Footprint.objects.get(ons_code=code)}
    return {"region": code}


def _listed(kind: str, word: str, rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"{kind}:{code}", f"{word}: {name}") for code, name in rows]
