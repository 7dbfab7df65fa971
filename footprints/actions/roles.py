"""Roles are given, held for somebody else for a while, and withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from footprints.access import NotAllowed, check_may, may
from footprints.actions.people_letters import write_invitation, write_stand_in
from footprints.actions.persons import find_or_create
from footprints.events import record
from footprints.models import Footprint, Invitation, Role, RoleKind, Trust, User
from ui.formats import long_date

FEWEST_LETTERS = 10
"""A reason shorter than this says nothing that a reader could act on."""


class CannotChangePeople(Exception):
    """What was asked cannot be done now. `troubles` are sentences for the person, by what they are about: email, name, kind, place,
    from_date, to_date, reason, second_email, or role."""

    def __init__(self, troubles: Mapping[str, str]) -> None:
        super().__init__(" ".join(troubles.values()))
        self.troubles = troubles


@dataclass(frozen=True, slots=True)
class Given:
    """A role as it is to be: what, where, and from when up to, but not on, which day."""

    kind: RoleKind
    trust: Trust | None = None
    footprint: Footprint | None = None
    region: str = ""
    from_date: date | None = None
    to_date: date | None = None
    covers: Role | None = None


@transaction.atomic
def grant_role(
    *,
    by: User | str,
    to: User,
    kind: RoleKind,
    trust: Trust | None = None,
    footprint: Footprint | None = None,
    region: str = "",
    seconded_by: User | None = None,
) -> Role:
    """Give a role from today on.

    Nobody grants a role to themselves, and it takes two administrators, `by` and `seconded_by`, to make a third.
    Raises NotAllowed when these or the right to give this role are missing, ValidationError when the kind does not go
    with that organisation, CannotChangePeople when the person already holds it.
    """
    check_may_change(by, kind, trust)
    person = User.objects.select_for_update(no_key=True).get(pk=to.pk)
    role = give(by=by, to=person, given=Given(kind, trust, footprint, region), seconded_by=seconded_by)
    forget_roles_of(to)
    return role


@transaction.atomic
def cover(*, by: User | str, role: Role, email: str, name: str, from_date: date, to_date: date, reason: str) -> Role:
    """Let somebody stand in for the holder of a role, from a day up to, but not on, another; they need not be known here yet.

    A trust's signatory may do it for those who prepare its returns; for every other role it takes an administrator. Both
    people are written to. Raises NotAllowed, CannotChangePeople, ValidationError as `grant_role` does.
    """
    check_may_change(by, RoleKind(role.kind), role.trust)
    current = Role.objects.select_for_update(of=("self",), no_key=True).select_related("user", "trust", "footprint")
    covered = current.get(pk=role.pk)
    troubles = _cover_troubles(covered, email, from_date, reason)
    if troubles:
        raise CannotChangePeople(troubles)
    deputy = find_or_create(by=by, email=email, name=name)
    given = Given(
        RoleKind(covered.kind), covered.trust, covered.footprint, covered.region, from_date, to_date, covers=covered
    )
    made = give(by=by, to=deputy, given=given, detail={"reason": reason.strip()})
    write_invitation(by=by, role=made, reason=reason.strip())
    write_stand_in(role=made)
    return made


@transaction.atomic
def withdraw_role(*, by: User | str, role: Role) -> Role:
    """End a role, and the invitation to it that still waits; it no longer counts at the person's next request. A role that has
    ended stays as it is, and so does the time of a deputy.

    Raises NotAllowed unless `by` may give this role, CannotChangePeople where nobody would be left who can manage people.
    """
    check_may_change(by, RoleKind(role.kind), role.trust)
    if role.kind == RoleKind.ADMINISTRATOR:
        check_administrator_left(role.user)
    today = timezone.localdate()
    role = Role.objects.select_for_update(of=("self",)).select_related("user", "trust", "footprint").get(pk=role.pk)
    if role.to_date is not None and (role.to_date <= today or role.to_date == role.from_date):
        return role
    end_role(by=by, role=role, on=today)
    return role


def check_may_change(by: User | str, kind: RoleKind, trust: Trust | None) -> None:
    """Raise NotAllowed unless `by` may give and end this role: an administrator any; who may invite preparers of a trust, that one."""
    if isinstance(by, User) and not (kind == RoleKind.PREPARER and trust and may(by, "invite_preparer", trust=trust)):
        check_may(by, "manage_people")


def give(
    *,
    by: User | str,
    to: User,
    given: Given,
    seconded_by: User | None = None,
    detail: Mapping[str, str] | None = None,
) -> Role:
    """Make the role, with its event, for a person whose row the caller has locked. Raises as `grant_role` does, but does not ask
    whether `by` may give roles."""
    if by == to:
        raise NotAllowed("You cannot grant a role to yourself. Another administrator can do it.")
    if given.kind == RoleKind.ADMINISTRATOR and isinstance(by, User):
        _check_seconded(by, to, seconded_by)
    starts = given.from_date or timezone.localdate()
    role = Role(
        user=to,
        kind=given.kind,
        trust=given.trust,
        footprint=given.footprint,
        region=given.region,
        from_date=starts,
        to_date=given.to_date,
        covers=given.covers,
        granted_by=by if isinstance(by, User) else None,
    )
    _check_time(role)
    role.full_clean()
    role.save()
    forget_roles_of(to)
    said = {"seconded_by": seconded_by.pk if seconded_by else None, **(detail or {})}
    _record_role("role_granted", by, role, said)
    return role


def end_role(*, by: User | str, role: Role, on: date) -> None:
    """End a role on a day, with the invitations to it that wait, on record. The caller holds its row."""
    role.to_date = max(on, role.from_date)
    role.save(update_fields=["to_date"])
    Invitation.objects.filter(role=role, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    forget_roles_of(role.user)
    _record_role("role_withdrawn", by, role, {})


def check_administrator_left(leaver: User) -> None:
    """Raise CannotChangePeople where an administrator goes, and nobody would be left who can manage people. Call it before locking
    anything else: it locks the roles of all administrators."""
    locked = Role.objects.select_for_update(of=("self",)).order_by("pk")
    administrators = locked.current().filter(kind=RoleKind.ADMINISTRATOR).select_related("user")
    people = {role.user for role in administrators if role.user.is_active and role.user.has_usable_password()}
    if leaver in people and people == {leaver}:
        raise CannotChangePeople(
            {"role": "Nobody else could manage people then. Make somebody else an administrator first."}
        )


def forget_roles_of(user: User) -> None:
    """Let the next question about this person in the same request be answered from the database."""
    user.__dict__.pop("current_roles", None)


def _check_seconded(by: User, to: User, seconded_by: User | None) -> None:
    if seconded_by is None or seconded_by in {by, to}:
        raise NotAllowed("You cannot make somebody an administrator alone. A second administrator must agree.")
    check_may(seconded_by, "manage_people")


def _check_time(role: Role) -> None:
    """Nothing is given in the past, for no time at all, or twice at once."""
    if role.from_date < timezone.localdate():
        raise CannotChangePeople({"from_date": "The first day must be today or later."})
    if role.to_date is not None and role.to_date <= role.from_date:
        raise CannotChangePeople({"to_date": "The last day must be the first day or later."})
    same = Role.objects.filter(
        user=role.user, kind=role.kind, trust=role.trust, footprint=role.footprint, region=role.region
    )
    later = Q() if role.to_date is None else Q(from_date__lt=role.to_date)
    held = same.not_ended(role.from_date).filter(later).first()
    if held is not None:
        until = f" until {long_date(held.last_date)}" if held.last_date else ""
        raise CannotChangePeople({"email": f"{role.user.email} is {held.in_words()} already{until}."})


def _cover_troubles(covered: Role, email: str, from_date: date, reason: str) -> dict[str, str]:
    troubles = {}
    if email.strip().lower() == covered.user.email:
        troubles["email"] = "Nobody can stand in for themselves. Enter somebody else's address."
    if covered.covers_id is not None:
        troubles["role"] = "This person stands in for somebody else. Name a deputy for the person who is away."
    elif covered.kind == RoleKind.ADMINISTRATOR:
        troubles["role"] = "An administrator has no deputy. Two administrators can make a third."
    elif covered.to_date is not None and covered.to_date <= max(from_date, timezone.localdate()):
        troubles["from_date"] = f"{covered.user.name} does not hold this role then, so nobody can stand in."
    if len(reason.strip()) < FEWEST_LETTERS:
        troubles["reason"] = f"Say why in at least {FEWEST_LETTERS} letters."
    return troubles


def _record_role(verb: str, by: User | str, role: Role, said: Mapping[str, object]) -> None:
    detail = {
        "role": role.pk,
        "kind": role.kind,
        "region": role.region,
        "from": role.from_date,
        "to": role.to_date,
        "covers": role.covers_id,
        **said,
    }
    record(verb=verb, by=by, subject=role.user, trust=role.trust, footprint=role.footprint, detail=detail)
