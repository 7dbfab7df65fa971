"""How an invitation stands, for the page that its address leads to."""

from enum import StrEnum
from hashlib import sha256

from django.utils import timezone

from footprints.models import Invitation


class Standing(StrEnum):
    """Whether an invitation can still be accepted."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class CannotAccept(Exception):
    """The invitation cannot be accepted; `standing` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.value)
        self.standing = standing


def fingerprint(token: str) -> str:
    """What is kept of the secret in an invitation's address."""
    return sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation to which this secret belongs."""
    known = Invitation.objects.select_related("user", "role__trust", "role__footprint", "role__covers", "invited_by")
    return known.filter(token_sha256=fingerprint(token)).first()


def standing_of(invitation: Invitation | None) -> Standing:
    """Whether it can be accepted now. An invitation to a role that has ended was withdrawn with it."""
    if invitation is None:
        return Standing.UNKNOWN
    if invitation.accepted_at is not None or invitation.user.has_usable_password():
        return Standing.USED
    ended = invitation.role.to_date is not None and invitation.role.to_date <= timezone.localdate()
    if invitation.withdrawn_at is not None or ended or not invitation.user.is_active:
        return Standing.WITHDRAWN
    return Standing.EXPIRED if invitation.expires_at <= timezone.now() else Standing.OPEN
