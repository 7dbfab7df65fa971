"""The one place that answers "may this person do this to this organisation".

Whether something is allowed *now* (a signed return, a deadline) is another question, answered where the states live.
Roles are read from the database once per request, so a withdrawn role is gone at the next one.
"""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from footprints.access_table import (
    ALLOWED,
    IN_WORDS,
    NATIONAL_ACTIONS,
    ORGANISATION_ACTIONS,
    Action,
    OrganisationAction,
)
from footprints.models import Footprint, Role, RoleKind, Trust, TrustQuerySet, User
from ui.formats import sentence_list

Somebody: TypeAlias = User | AnonymousUser


class NotAllowed(PermissionDenied):
    """The person may not do this. The text is a sentence for that person."""


def roles_of(user: Somebody) -> tuple[Role, ...]:
    """The roles the person holds today; none for somebody who is not signed in."""
    return user.current_roles if isinstance(user, User) else ()


def may(user: Somebody, action: Action, *, trust: Trust | None = None, footprint: Footprint | None = None) -> bool:
    """Whether the person may do this to this organisation.

    Raises ValueError when the action is unknown, or is asked with the wrong number of organisations: exactly one for
    an organisation's action, none for a national one. That is a mistake in the code which asks.
    """
    roles = _roles_for(user, action)
    if action in NATIONAL_ACTIONS:
        if trust is not None or footprint is not None:
            raise ValueError(f"{action} is national: it takes no trust and no footprint")
        return bool(roles)
    if action not in ORGANISATION_ACTIONS:
        raise ValueError(f"there is no action {action}")
    if trust is not None and footprint is None:
        return Trust.objects.in_scope_of(roles).filter(pk=trust.pk).exists()
    if footprint is not None and trust is None:
        return Footprint.objects.in_scope_of(roles).filter(pk=footprint.pk).exists()
    raise ValueError(f"{action} needs one trust or one footprint")


def actions_at(user: Somebody, trust: Trust) -> frozenset[Action]:
    """Everything that the person may do to this trust: the same answers as `may`, for a page that needs many of them."""
    every = frozenset[Action]().union(*(ALLOWED[RoleKind(role.kind)] for role in _roles_at(user, trust)))
    return every & ORGANISATION_ACTIONS


def check_may(
    user: Somebody, action: Action, *, trust: Trust | None = None, footprint: Footprint | None = None
) -> None:
    """Raise NotAllowed, with a sentence for the person, unless `may` says yes."""
    if may(user, action, trust=trust, footprint=footprint):
        return
    place = trust or footprint
    where = f" for {place}" if place is not None else ""
    raise NotAllowed(f"You cannot {IN_WORDS[action]}{where}. {signed_in_as(user)}")


def may_somewhere(user: Somebody, action: Action) -> bool:
    """Whether the person may do this to some organisation, whichever: whether a page about it is theirs to open."""
    return bool(_roles_for(user, action))


def trusts_visible_to(user: Somebody, action: OrganisationAction = "see_returns") -> TrustQuerySet:
    """The trusts to which the person may do this; every list of trusts' records starts here.

    Ask with the action that the list is about: whoever may see a trust's returns need not be allowed its files.
    """
    return Trust.objects.in_scope_of(_roles_for(user, action))


def get_visible_trust(user: Somebody, ods_code: str) -> Trust:
    """The trust with this code. Raises Http404 when there is none, or when it is none of this person's business."""
    trust = Trust.objects.visible_to(user).filter(ods_code=ods_code.upper()).first()
    if trust is None:
        raise Http404("There is no such trust.")
    return trust


def get_visible_footprint(user: Somebody, ons_code: str) -> Footprint:
    """The footprint with this code. Raises Http404 when there is none, or when it is none of this person's business."""
    footprint = Footprint.objects.visible_to(user).filter(ons_code=ons_code.upper()).first()
    if footprint is None:
        raise Http404("There is no such footprint.")
    return footprint


def signed_in_as(user: Somebody) -> str:
    """In which capacity a page is shown: "You are signed in as preparer for Barts Health NHS Trust."."""
    if not isinstance(user, User):
        return "You are not signed in."
    capacities = [role.in_words() for role in roles_of(user)]
    if not capacities:
        return "You are signed in, but hold no role today."
    return f"You are signed in as {sentence_list(capacities)}."


def capacity_at(user: Somebody, trust: Trust) -> str:
    """In which capacity a page about one trust is shown: "You see this as STP lead for North East London and signatory for Barts
    Health NHS Trust.". Roles that do not reach the trust are left out; with one role or none it is `signed_in_as`, without a query.
    """
    roles = roles_of(user)
    reaching = _roles_at(user, trust) if len(roles) > 1 else ()
    return (
        f"You see this as {sentence_list([role.in_words() for role in reaching])}." if reaching else signed_in_as(user)
    )


def _roles_at(user: Somebody, trust: Trust) -> list[Role]:
    """The roles that reach a trust; that of its own people needs no asking."""
    return [
        role
        for role in roles_of(user)
        if role.trust_id == trust.pk or Trust.objects.in_scope_of((role,)).filter(pk=trust.pk).exists()
    ]


def _roles_for(user: Somebody, action: Action) -> tuple[Role, ...]:
    return tuple(role for role in roles_of(user) if action in ALLOWED[RoleKind(role.kind)])
