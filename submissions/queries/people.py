"""Who has to be written to, or waited for, about a trust."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F, Q

from footprints.models import Role, RoleKind, Trust, User


def people_of(trust: Trust, kinds: Iterable[RoleKind]) -> list[User]:
    """Whoever holds one of these roles at the trust today, or at the trust that took it over: each once, by name."""
    return people_of_each([trust.pk], kinds).get(trust.pk, [])


def people_of_each(trusts: Iterable[int], kinds: Iterable[RoleKind]) -> Mapping[int, list[User]]:
    """The same for many trusts, by the key of the trust; the trusts that have nobody are left out. One query, or none for no trust."""
    wanted = set(trusts)
    if not wanted:
        return {}
    places = Q(trust__in=wanted) | Q(trust__predecessors__in=wanted)
    roles = Role.objects.current().filter(places, kind__in=list(kinds), user__is_active=True)
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for role in (
        roles.annotate(taken_over=F("trust__predecessors")).select_related("user").order_by("user__name", "user__pk")
    ):
        for trust in {role.trust_id, vars(role)["taken_over"]} & wanted:
            found[trust][role.user_id] = role.user
    return {trust: list(people.values()) for trust, people in found.items()}


def signatories_by_trust(trusts: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of those who may sign for each of these trusts today, to be named where somebody waits for them."""
    people = people_of_each(trusts, [RoleKind.SIGNATORY])
    return {trust: tuple(person.name for person in named) for trust, named in people.items()}
