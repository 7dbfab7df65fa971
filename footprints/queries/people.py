"""Who is who at a trust, and which trusts have nobody who could prepare a return or sign it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q
from django.db.models.aggregates import Aggregate
from django.utils import timezone

from footprints.models import Invitation, Role, RoleKind, RoleQuerySet, Trust, User

POSTS: Final = (RoleKind.SIGNATORY, RoleKind.PREPARER)
"""The roles without which a trust cannot make its return: one to prepare it and one to sign it."""


class Reach(StrEnum):
    """Whether somebody can be reached through the portal, in the words of the pages."""

    SIGNED_UP = "signed up"
    INVITED = "invited, not yet accepted"
    RAN_OUT = "the invitation ran out"
    NEVER_INVITED = "not invited yet"
    SWITCHED_OFF = "has left"


class Post(StrEnum):
    """Whether somebody holds a role at a trust today, in the words of the pages."""

    HELD = "held"
    INVITED = "invited, not yet accepted"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Posts:
    """Whether a trust has a signatory and a preparer today."""

    signatory: Post
    preparer: Post

    @property
    def missing(self) -> tuple[RoleKind, ...]:
        """The roles that nobody holds: nobody signed up, and nobody whose invitation still waits."""
        return tuple(kind for kind in POSTS if getattr(self, kind.value) is Post.NOBODY)

    @property
    def in_words(self) -> str:
        """For example "No signatory. Preparer: invited, not yet accepted."; empty where both posts are held."""
        said = ((kind, getattr(self, kind.value)) for kind in POSTS)
        sentences = (
            f"No {kind.label}." if post is Post.NOBODY else f"{kind.label.capitalize()}: {post.value}."
            for kind, post in said
            if post is not Post.HELD
        )
        return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role, who holds it, and who stands in for them."""

    role: Role
    reach: Reach
    taken_up: bool
    """Whether the person has signed in since the role was theirs."""
    invitation: Invitation | None
    """The latest invitation to this role, where there was one."""
    cover: tuple[Role, ...]
    """The roles of those who stand in for this person today or later, the next first."""

    @property
    def person(self) -> User:
        """Who holds the role."""
        return self.role.user


class _AnyTrue(Aggregate):
    """Whether it is true of any row of the group."""

    function = "BOOL_OR"
    output_field = BooleanField()


def signed_up(path: str = "user__") -> Q:
    """People who have chosen a password. `path` leads from the rows that are asked about to the person."""
    without = Q(**{f"{path}password": ""}) | Q(**{f"{path}password__startswith": UNUSABLE_PASSWORD_PREFIX})
    return ~without


def without_people(
    trusts: Iterable[Trust], today: date | None = None, *, but_for: Iterable[Role] = ()
) -> dict[int, Posts]:
    """By the trust's key: the trusts that have nobody signed up as signatory, or as preparer, on a day (today when not given).

    Somebody who has been invited and may still accept counts, and is told apart: such a trust is in the answer, with nothing
    missing. The people of a trust that took another over count for both. A trust that has both is not in the answer. The roles
    `but_for` are left out, as if they had ended. One query.
    """
    asked = {trust.pk: trust.successor_id for trust in trusts}
    answering = {*asked, *(successor for successor in asked.values() if successor is not None)}
    held: dict[tuple[int, str], Post] = {}
    rows = (
        reachable(Role.objects.current(today).filter(kind__in=POSTS, trust__in=answering))
        .exclude(pk__in=[role.pk for role in but_for])
        .order_by()
        .values_list("trust_id", "kind")
        .annotate(any_signed_up=_AnyTrue("is_signed_up"))
    )
    for trust, kind, any_signed_up in rows:
        held[trust, kind] = Post.HELD if any_signed_up else Post.INVITED

    def post(trust: int, kind: RoleKind) -> Post:
        found = {held.get((key, kind), Post.NOBODY) for key in (trust, asked[trust]) if key is not None}
        return next(post for post in Post if post in found)

    every = {trust: Posts(*(post(trust, kind) for kind in POSTS)) for trust in asked}
    return {trust: posts for trust, posts in every.items() if posts != Posts(Post.HELD, Post.HELD)}


def left_without(ending: Iterable[Role], day: date) -> tuple[Trust, ...]:
    """The trusts that would lack a signatory or a preparer from a day on if these roles ended, and would not if they stayed; by name."""
    roles = [role for role in ending if role.kind in POSTS]
    places = [role.trust_id for role in roles]
    trusts = list(Trust.objects.filter(Q(pk__in=places) | Q(successor__in=places)))
    before, after = without_people(trusts, day), without_people(trusts, day, but_for=roles)
    nothing = Posts(Post.HELD, Post.HELD)
    return tuple(
        trust for trust in trusts if after.get(trust.pk, nothing).missing != before.get(trust.pk, nothing).missing
    )


def reachable(roles: RoleQuerySet) -> RoleQuerySet:
    """Of these roles, those whose people can be reached: signed up (`is_signed_up`), or with an invitation that still waits."""
    invited = Exists(Invitation.objects.waiting().filter(user=OuterRef("user")))
    annotated = roles.annotate(is_signed_up=ExpressionWrapper(signed_up(), output_field=BooleanField()))
    return annotated.filter(Q(is_signed_up=True) | invited, user__is_active=True)


def who_is_who(trust: Trust, today: date | None = None) -> tuple[RoleHeld, ...]:
    """The people of a trust today and those whose role there is still to begin: signatories first, then by name."""
    day = today or timezone.localdate()
    roles = Role.objects.not_ended(day).filter(trust=trust)
    rows = (role_held(role) for role in with_standing(roles, day))
    order = list(RoleKind)
    first = [RoleKind.SIGNATORY, *(kind for kind in order if kind is not RoleKind.SIGNATORY)]
    return tuple(sorted(rows, key=lambda row: (first.index(RoleKind(row.role.kind)), row.person.name, row.role.pk)))


def with_standing(roles: RoleQuerySet, day: date) -> RoleQuerySet:
    """Roles with what `role_held` reads of them, in three queries however many there are. Deputies whose time was over
    before that day are left out.
    """
    deputies = Role.objects.not_ended(day).select_related("user").order_by("from_date", "pk")
    return roles.select_related("user", "trust", "footprint", "covers__user").prefetch_related(
        Prefetch("covered_by", deputies), Prefetch("user__invitations", Invitation.objects.order_by("-pk"))
    )


def role_held(role: Role) -> RoleHeld:
    """What is known of a role that was read by `with_standing`."""
    every = list(role.user.invitations.all())
    own = next((invitation for invitation in every if invitation.role_id == role.pk), None)
    signed_in_since = role.user.last_login is not None and role.user.last_login >= role.granted_at
    return RoleHeld(
        role=role,
        reach=reach_of(role.user, every),
        taken_up=signed_in_since or (own is not None and own.accepted_at is not None),
        invitation=own,
        cover=tuple(role.covered_by.all()),
    )


def reach_of(person: User, invitations: Iterable[Invitation]) -> Reach:
    """Whether a person can be reached; `invitations` are all of theirs."""
    now = timezone.now()
    every = list(invitations)
    if not person.is_active:
        return Reach.SWITCHED_OFF
    if person.has_usable_password():
        return Reach.SIGNED_UP
    if any(given.accepted_at is None and given.withdrawn_at is None and given.expires_at > now for given in every):
        return Reach.INVITED
    return Reach.RAN_OUT if every else Reach.NEVER_INVITED
