"""What people are told when they are invited, when they are given another role, and when somebody stands in for them."""

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from footprints.letters import page_address, write_letter
from footprints.models import Invitation, Role, User
from footprints.queries.invitations import fingerprint
from ui.formats import long_date, moment

OPEN_FOR: Final = timedelta(days=14)
"""So long an invitation can be accepted."""
SECRET_BYTES: Final = 32
"""256 bits: nobody finds an invitation by trying."""


def write_invitation(*, by: User | str, role: Role, reason: str = "") -> None:
    """Write to somebody who was given a role: with an address to choose a password, good for one time, where they cannot sign in
    yet, and without one where they can. Earlier invitations to the same role can no longer be accepted."""
    now = timezone.now()
    Invitation.objects.filter(role=role, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    if role.user.has_usable_password():
        write_letter(
            to=role.user,
            kind="role",
            key=f"role:{role.pk}:{now:%Y%m%d%H%M%S%f}",
            trust=role.trust,
            subject="You have a new role in STP returns",
            text=_role_text(by, role, reason),
        )
        return
    token = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation.objects.create(
        user=role.user,
        role=role,
        token_sha256=fingerprint(token),
        invited_by=by if isinstance(by, User) else None,
        invited_at=now,
        expires_at=now + OPEN_FOR,
    )
    write_letter(
        to=role.user,
        kind="invitation",
        key=f"invitation:{invitation.pk}",
        trust=role.trust,
        subject="You are invited to STP returns",
        text=_invitation_text(by, role, reason, token, invitation),
        to_anyone=True,
    )


def write_stand_in(*, role: Role) -> None:
    """Tell the person who is away who stands in for them, by this deputy's role."""
    covered = role.covers
    if covered is None:
        return
    write_letter(
        to=covered.user,
        kind="cover",
        key=f"cover:{role.pk}",
        trust=role.trust,
        subject="Somebody stands in for you in STP returns",
        text=f"""{role.user.name} ({role.user.email}) stands in for you as {covered.in_words()}, {_time(role)}.

You keep your own role all the while. If this is a mistake, tell the person who runs your collection.
""",
    )


def _invitation_text(by: User | str, role: Role, reason: str, token: str, invitation: Invitation) -> str:
    # The name that the inviter typed for this person stands nowhere: it could hold any words, and they would come from us.
    return f"""{_who(by)} invites you to STP returns, where NHS trusts send their business-plan returns.

You are to be {role.in_words()}, {_time(role)}.{_why(role, reason)}

Open this address and choose a password:
{page_address("footprints:invitation", token)}

The address works once, until {moment(invitation.expires_at)}. Keep it to yourself: whoever opens it can choose the password.

If it no longer works, ask {_who(by)} to invite you again. If you do not know why you are invited, you need do nothing.
"""


def _role_text(by: User | str, role: Role, reason: str) -> str:
    return f"""{_who(by)} has made you {role.in_words()}, {_time(role)}.{_why(role, reason)}

Sign in with your e-mail address and your password:
{page_address(settings.LOGIN_URL)}

If this is a mistake, tell {_who(by)}.
"""


def _who(by: User | str) -> str:
    return by.name if isinstance(by, User) else "the STP returns service"


def _time(role: Role) -> str:
    starts = f"from {long_date(role.from_date)}"
    return f"{starts} to {long_date(role.last_date)}" if role.last_date else starts


def _why(role: Role, reason: str) -> str:
    return f"\nYou stand in for {role.covers.user.name}: {reason}" if role.covers is not None else ""
