"""The one place that answers "may this person do this to this organisation".

Whether something is allowed *now* (a signed return, a deadline) is another question, answered where the states live.
Roles are read from the database once per request, so a withdrawn role is gone at the next one.
"""

from typing import Final, Literal, TypeAlias, get_args

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from footprints.models import Footprint, Role, RoleKind, Trust, TrustQuerySet, User

Somebody: TypeAlias = User | AnonymousUser

OrganisationAction: TypeAlias = Literal[
    "see_returns",
    "download_template",
    "upload",
    "correct",
    "explain",
    "sign_off",
    "see_findings",
    "see_explanations",
    "see_files",
    "see_benchmarks",
    "see_footprint",
    "ask_waiver",
    "decide_waiver",
    "declare_nil",
    "ask_reopening",
    "reopen",
    "allow_self_sign_off",
    "ask_extension",
    "grant_extension",
    "grant_any_extension",
    "excuse",
    "query_figure",
    "answer_query",
    "see_desk",
    "chase",
    "give_feedback",
    "invite_preparer",
]
"""Done to one trust or one footprint, which must be named."""
NationalAction: TypeAlias = Literal[
    "see_national", "export", "see_events", "manage_people", "try_rules", "manage_collections"
]
"""Done to all of England at once."""
Action: TypeAlias = OrganisationAction | NationalAction

ORGANISATION_ACTIONS: Final[frozenset[str]] = frozenset(get_args(OrganisationAction))
NATIONAL_ACTIONS: Final[frozenset[str]] = frozenset(get_args(NationalAction))

ALLOWED: Final[dict[RoleKind, frozenset[Action]]] = {
    RoleKind.PREPARER: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_files",
            "see_benchmarks",
            "download_template",
            "upload",
            "correct",
            "explain",
            "see_explanations",
            "ask_waiver",
            "declare_nil",
            "ask_extension",
            "answer_query",
            "give_feedback",
        }
    ),
    RoleKind.SIGNATORY: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_files",
            "see_benchmarks",
            "sign_off",
            "ask_reopening",
            "ask_extension",
            "answer_query",
            "give_feedback",
            "invite_preparer",
        }
    ),
    RoleKind.CHIEF_EXECUTIVE: frozenset({"see_returns", "see_findings", "see_explanations", "see_benchmarks"}),
    RoleKind.STP_LEAD: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "query_figure"}
    ),
    RoleKind.STP_MEMBER: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "query_figure"}
    ),
    RoleKind.SUPPORT_MANAGER: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_benchmarks",
            "see_footprint",
            "ask_waiver",
            "query_figure",
            "see_desk",
            "chase",
            "grant_extension",
        }
    ),
    RoleKind.REGIONAL_DIRECTOR: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "see_desk"}
    ),
    RoleKind.COLLECTION_MANAGER: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_files",
            "see_benchmarks",
            "see_footprint",
            "see_national",
            "see_events",
            "download_template",
            "decide_waiver",
            "try_rules",
            "manage_collections",
            "query_figure",
            "see_desk",
            "chase",
            "grant_extension",
            "grant_any_extension",
            "reopen",
            "allow_self_sign_off",
            "excuse",
        }
    ),
    RoleKind.ANALYST: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "see_national", "export"}
    ),
    RoleKind.AUDITOR: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_files",
            "see_benchmarks",
            "see_footprint",
            "see_national",
            "see_events",
            "see_desk",
        }
    ),
    RoleKind.ADMINISTRATOR: frozenset({"manage_people"}),
}
"""What each role may do, inside what it reaches. Whatever is not written here is refused."""

IN_WORDS: Final[dict[Action, str]] = {
    "see_returns": "see the returns",
    "download_template": "download the template",
    "upload": "upload a workbook",
    "correct": "correct figures",
    "explain": "explain warnings",
    "sign_off": "sign off a return",
    "see_findings": "see the findings",
    "see_explanations": "see the explanations",
    "see_files": "open the uploaded files",
    "see_benchmarks": "see the comparison",
    "see_footprint": "see the footprint",
    "ask_waiver": "ask for a waiver",
    "decide_waiver": "decide on a waiver",
    "declare_nil": "declare a nil return",
    "ask_reopening": "ask for a return to be reopened",
    "reopen": "reopen a signed return",
    "allow_self_sign_off": "allow people to sign what they uploaded themselves",
    "ask_extension": "ask for more time",
    "grant_extension": "grant more time",
    "grant_any_extension": "grant more time than the round allows",
    "excuse": "excuse a return",
    "query_figure": "query a figure",
    "answer_query": "answer queries about figures",
    "see_desk": "see the returns desk",
    "chase": "chase returns",
    "give_feedback": "say what you think of the template",
    "invite_preparer": "invite people to prepare returns",
    "see_national": "see the national picture",
    "export": "export figures",
    "see_events": "see the event log",
    "manage_people": "manage people and their roles",
    "try_rules": "try rules",
    "manage_collections": "open and close collections",
}
"""Each action as it stands after "You cannot"."""


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
    reaching = (role for role in roles_of(user) if Trust.objects.in_scope_of((role,)).filter(pk=trust.pk).exists())
    every = frozenset[Action]().union(*(ALLOWED[RoleKind(role.kind)] for role in reaching))
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
    *first, last = capacities
    return f"You are signed in as {', '.join(first) + ' and ' if first else ''}{last}."


def _roles_for(user: Somebody, action: Action) -> tuple[Role, ...]:
    return tuple(role for role in roles_of(user) if action in ALLOWED[RoleKind(role.kind)])
