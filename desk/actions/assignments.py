"""Who of NHS Improvement looks after a trust or a footprint."""

from django.db import transaction
from django.utils import timezone

from desk.models import Assignment
from footprints.access import check_may, may
from footprints.events import record
from footprints.models import Footprint, Trust, User
from submissions.actions.reasons import CannotBeDone


class CannotAssign(CannotBeDone):
    """The person cannot look after it. Troubles are about manager."""


def assign(
    *, by: User, manager: User | None, trust: Trust | None = None, footprint: Footprint | None = None
) -> Assignment | None:
    """From now on this manager looks after one trust, or one footprint, and nobody else does; nobody at all for None.

    Raises NotAllowed; CannotAssign where the manager may not chase returns there; ValueError unless one place is named.
    """
    place = trust or footprint
    if place is None or (trust and footprint):
        raise ValueError("one trust or one footprint is assigned")
    check_may(by, "chase", trust=trust, footprint=footprint)
    with transaction.atomic():
        type(place)._default_manager.select_for_update().get(pk=place.pk)
        if manager is not None and not may(manager, "chase", trust=trust, footprint=footprint):
            raise CannotAssign(manager=f"{manager.name} does not look after returns of {place}. Choose somebody else.")
        current = Assignment.objects.in_force().filter(trust=trust, footprint=footprint).first()
        if current is not None and manager is not None and current.manager_id == manager.pk:
            return current
        if current is not None:
            current.ended_at = timezone.now()
            current.save(update_fields=["ended_at"])
        made = None
        if manager is not None:
            made = Assignment.objects.create(trust=trust, footprint=footprint, manager=manager, by=by)
        if subject := made or current:
            detail = {"manager": manager.pk if manager else None}
            verb = "assigned" if made else "assignment ended"
            record(verb=verb, by=by, subject=subject, trust=trust, footprint=footprint, detail=detail)
    return made
