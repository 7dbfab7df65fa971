"""A trust closes. Where another takes it over, that one's people answer for both from then on."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import Trust, User
from submissions.actions.register import CannotChangeRound
from ui.formats import long_date


def take_over(*, by: User, trust: Trust, successor: Trust | None, closed_date: date) -> None:
    """Record that a trust closed at the end of a day, and which other took it over, if one did. What it took over before goes to the
    other as well. What a trust that nobody took over had not sent is no longer expected.

    Raises NotAllowed, CannotChangeRound with everything that is wrong with what was asked.
    """
    check_may(by, "manage_collections")
    with transaction.atomic():
        # In one order, so that two who enter the same merger from both sides wait for each other.
        keys = {trust.pk, successor.pk} if successor is not None else {trust.pk}
        both = {one.pk: one for one in Trust.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        if troubles := _troubles(both[trust.pk], both[successor.pk] if successor else None, closed_date):
            raise CannotChangeRound(**troubles)
        Trust.objects.filter(pk=trust.pk).update(successor=successor, closed_date=closed_date)
        if successor is not None:
            Trust.objects.filter(successor=trust).update(successor=successor)
        detail = {"successor": successor.ods_code if successor else "", "closed": closed_date.isoformat()}
        record(
            verb="trust taken over" if successor else "trust closed", by=by, subject=trust, trust=trust, detail=detail
        )


def _troubles(trust: Trust, successor: Trust | None, closed_date: date) -> dict[str, str]:
    troubles = {}
    if trust.successor is not None:
        troubles["trust"] = f"{trust} was taken over by {trust.successor} already."
    if successor is None:
        if trust.predecessors.exists():
            troubles["successor"] = f"{trust} has taken another trust over. Choose the trust that answers for both now."
    elif successor.pk == trust.pk:
        troubles["successor"] = "Choose another trust: a trust cannot take itself over."
    elif successor.successor is not None:
        troubles["successor"] = f"{successor} was taken over itself, by {successor.successor}. Choose that trust."
    elif not successor.is_open_on(timezone.localdate()):
        troubles["successor"] = f"{successor} has closed. Choose a trust that is open."
    if closed_date > timezone.localdate():
        troubles["closed_date"] = "Its last day must be today or before. Enter it once the trust has closed."
    elif trust.opened_date and closed_date < trust.opened_date:
        troubles["closed_date"] = f"Its last day must be {long_date(trust.opened_date)} or after: it opened then."
    return troubles
