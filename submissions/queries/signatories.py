"""Who may sign for a trust today, to be named where somebody waits for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from footprints.models import Role, RoleKind


def signatories_by_trust(trusts: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of those who may sign for each of these trusts today, in one query; empty for a trust with nobody."""
    wanted = set(trusts)
    if not wanted:
        return {}
    places = Q(trust__in=wanted) | Q(trust__predecessors__in=wanted)
    rows = Role.objects.current().filter(places, kind=RoleKind.SIGNATORY, user__is_active=True)
    named: dict[int, dict[int, str]] = defaultdict(dict)
    for user, name, own, taken_over in rows.order_by("user__name", "user").values_list(
        "user", "user__name", "trust", "trust__predecessors"
    ):
        for trust in {own, taken_over} & wanted:
            named[trust][user] = name
    return {trust: tuple(people.values()) for trust, people in named.items()}
