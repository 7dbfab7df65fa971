"""What is done to people: they are created, invited, given roles, covered for, and they leave. One theme a module."""

from footprints.actions.invitations import accept_invitation, invite, invite_again
from footprints.actions.leaving import leave, switch_off_leavers
from footprints.actions.persons import create_person
from footprints.actions.roles import CannotChangePeople, cover, grant_role, withdraw_role

__all__ = [
    "CannotChangePeople",
    "accept_invitation",
    "cover",
    "create_person",
    "grant_role",
    "invite",
    "invite_again",
    "leave",
    "switch_off_leavers",
    "withdraw_role",
]
