"""What is done to people: they are created, and roles are granted and withdrawn."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from footprints.access import NotAllowed, check_may
from footprints.events import record
from footprints.models import Footprint, Role, RoleKind, Trust, User


@transaction.atomic
def create_person(*, by: User | str, email: str, name: str, password: str | None = None) -> User:
    """Make somebody who can sign in, without any role.

    Without a password nobody can sign in as that person yet. Raises NotAllowed unless `by` may manage people (a part
    of the portal, named by text, may), ValidationError when the address, the name or the password will not do.
    """
    _check_may_manage(by)
    person = User(email=email.strip().lower(), name=name.strip())
    if password is None:
        person.set_unusable_password()
    else:
        validate_password(password, person)
        person.set_password(password)
    person.full_clean()
    person.save()
    record(verb="person_created", by=by, subject=person)
    return person


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
    Raises NotAllowed when these or the right to manage people are missing, ValidationError when the kind does not go
    with that organisation or when the person already holds it.
    """
    _check_may_manage(by)
    if by == to:
        raise NotAllowed("You cannot grant a role to yourself. Another administrator can do it.")
    if kind == RoleKind.ADMINISTRATOR and isinstance(by, User):
        _check_seconded(by, to, seconded_by)
    granted_by = by if isinstance(by, User) else None
    role = Role(user=to, kind=kind, trust=trust, footprint=footprint, region=region, granted_by=granted_by)
    role.full_clean()
    role.save()
    _forget_roles_of(to)
    record(
        verb="role_granted",
        by=by,
        subject=to,
        trust=trust,
        footprint=footprint,
        detail={
            "role": role.pk,
            "kind": role.kind,
            "region": region,
            "seconded_by": seconded_by.pk if seconded_by else None,
        },
    )
    return role


@transaction.atomic
def withdraw_role(*, by: User | str, role: Role) -> Role:
    """End a role; it no longer counts at the person's next request. A role that has ended stays as it is.

    Raises NotAllowed unless `by` may manage people.
    """
    _check_may_manage(by)
    today = timezone.localdate()
    role = Role.objects.select_for_update(of=("self",)).select_related("user", "trust", "footprint").get(pk=role.pk)
    if role.to_date is not None and role.to_date <= today:
        return role
    role.to_date = max(today, role.from_date)
    role.save(update_fields=["to_date"])
    _forget_roles_of(role.user)
    record(
        verb="role_withdrawn",
        by=by,
        subject=role.user,
        trust=role.trust,
        footprint=role.footprint,
        detail={"role": role.pk, "kind": role.kind, "region": role.region},
    )
    return role


def _check_may_manage(by: User | str) -> None:
    if isinstance(by, User):
        check_may(by, "manage_people")


def _check_seconded(by: User, to: User, seconded_by: User | None) -> None:
    if seconded_by is None or seconded_by in {by, to}:
        raise NotAllowed("You cannot make somebody an administrator alone. A second administrator must agree.")
    check_may(seconded_by, "manage_people")


def _forget_roles_of(user: User) -> None:
    """Let the next question about this person in the same request be answered from the database."""
    user.__dict__.pop("current_roles", None)
