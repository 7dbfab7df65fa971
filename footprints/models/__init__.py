"""Organisations, people, and the log of what people did."""

from footprints.models.events import Event
from footprints.models.letters import Letter
from footprints.models.organisations import (
    AcuteSize,
    Footprint,
    Membership,
    PublishedFigure,
    PublishedUnit,
    Trust,
    TrustQuerySet,
    TrustType,
)
from footprints.models.people import (
    FIGURE_KINDS,
    FOOTPRINT_KINDS,
    REGION_KINDS,
    TRUST_KINDS,
    Invitation,
    Role,
    RoleKind,
    RoleQuerySet,
    User,
)
from footprints.models.regions import Region

__all__ = [
    "FIGURE_KINDS",
    "FOOTPRINT_KINDS",
    "REGION_KINDS",
    "TRUST_KINDS",
    "AcuteSize",
    "Event",
    "Footprint",
    "Invitation",
    "Letter",
    "Membership",
    "PublishedFigure",
    "PublishedUnit",
    "Region",
    "Role",
    "RoleKind",
    "RoleQuerySet",
    "Trust",
    "TrustQuerySet",
    "TrustType",
    "User",
]
