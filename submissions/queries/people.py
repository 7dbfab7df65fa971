"""Who has to be written to about a trust."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from footprints.models import Role, RoleKind, Trust, User


def people_of(trust: Trust, kinds: Iterable[RoleKind]) -> list[User]:
    """Whoever holds one of these roles at the trust today, or at the trust that took it over: each once, by name."""
    places = Q(trust=trust) | Q(trust__predecessors=trust)
    roles = Role.objects.current().filter(places, kind__in=list(kinds), user__is_active=True)
    return list(User.objects.filter(pk__in=roles.values("user_id")).order_by("name", "pk"))


def people_of_each(trusts: Collection[Trust], kinds: Iterable[RoleKind]) -> Mapping[int, list[User]]:
    """The same for many trusts, by the key of the trust; the trusts that have nobody are left out. One query."""
    wanted = list(kinds)
    places = Q(trust__in=trusts) | Q(trust__predecessors__in=trusts)
    roles = Role.objects.current().filter(places, kind__in=wanted, user__is_active=True).distinct()
    at: dict[int, dict[int, User]] = defaultdict(dict)
    for role in roles.select_related("user").order_by("user__name", "user__pk"):
        at[role.trust_id or 0][role.user_id] = role.user
    found = {}
    for trust in trusts:
        people = at.get(trust.pk, {}) | at.get(trust.successor_id or 0, {})
        if people:
            found[trust.pk] = list(people.values())
    return found
