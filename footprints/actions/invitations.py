"""People are asked to take up a role, and say yes by choosing a password."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from footprints.actions.people_letters import write_invitation
from footprints.actions.persons import find_or_create
from footprints.actions.roles import CannotChangePeople, Given, check_may_change, give
from footprints.events import record
from footprints.models import Footprint, Invitation, Role, RoleKind, Trust, User
from footprints.queries.invitations import CannotAccept, Standing, fingerprint, standing_of


@transaction.atomic
def invite(
    *,
    by: User | str,
    email: str,
    name: str,
    kind: RoleKind,
    trust: Trust | None = None,
    footprint: Footprint | None = None,
    region: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
    seconded_by: User | None = None,
) -> Role:
    """Give a role to whoever has this address, from a day (today when not given) up to, but not on, another, and write to them.

    Somebody new is made known under this name and gets an address to choose a password; so does somebody who has none yet.
    Somebody who can sign in is told of the role. `by` learns nothing of which it was. An administrator may invite anybody,
    which for another administrator takes a second one; a trust's signatory may invite those who prepare its returns.
    Raises NotAllowed, CannotChangePeople where the person has the role already or the time will not do, ValidationError
    where the address, the name or the place will not.
    """
    check_may_change(by, kind, trust)
    person = find_or_create(by=by, email=email, name=name)
    given = Given(kind, trust, footprint, region, from_date, to_date)
    role = give(by=by, to=person, given=given, seconded_by=seconded_by)
    write_invitation(by=by, role=role)
    return role


@transaction.atomic
def invite_again(*, by: User | str, role: Role) -> None:
    """Write once more to somebody who has not taken up a role: a new address where they have no password yet, and the one before no
    longer works. Raises NotAllowed unless `by` may give the role, CannotChangePeople where it has ended or they have left.
    """
    check_may_change(by, RoleKind(role.kind), role.trust)
    current = Role.objects.select_related("user", "trust", "footprint", "covers__user")
    person = User.objects.select_for_update(no_key=True).get(pk=role.user_id)
    found = (
        current.select_for_update(of=("self",), no_key=True).not_ended(timezone.localdate()).filter(pk=role.pk).first()
    )
    if found is None or not person.is_active:
        raise CannotChangePeople({"role": "This role has ended. Invite the person anew."})
    found.user = person
    write_invitation(by=by, role=found)
    record(
        verb="invited_again",
        by=by,
        subject=person,
        trust=found.trust,
        footprint=found.footprint,
        detail={"role": found.pk},
    )


@transaction.atomic
def accept_invitation(*, token: str, password: str, request: HttpRequest | None = None) -> User:
    """Choose a password by the secret of an invitation: the person can sign in from now on. It works once, and ends every other
    invitation of that person, so that none of them can change the password later.

    Raises CannotAccept where there is no such invitation or it can no longer be accepted, ValidationError where the
    password will not do; the invitation is as good as before then.
    """
    invitation = Invitation.objects.filter(token_sha256=fingerprint(token)).first()
    if invitation is None:
        raise CannotAccept(Standing.UNKNOWN)
    person = User.objects.select_for_update(no_key=True).get(
        pk=invitation.user_id
    )  # two who accept at once stand in a queue
    invitation = Invitation.objects.select_related("user", "role__trust", "role__footprint").get(pk=invitation.pk)
    standing = standing_of(invitation)
    if standing is not Standing.OPEN:
        raise CannotAccept(standing)
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    Invitation.objects.filter(user=person).waiting().update(accepted_at=timezone.now())
    role = invitation.role
    record(
        verb="invitation_accepted",
        by=person,
        subject=invitation,
        trust=role.trust,
        footprint=role.footprint,
        detail={"role": role.pk},
        request=request,
    )
    return person
