"""A trust is left in peace for a time: no reminders go to it."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from desk.models import Pause
from footprints.access import check_may
from footprints.events import record
from footprints.models import Trust, User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from ui.formats import long_date

LONGEST: Final = timedelta(days=92)
"""Three months at most; then somebody looks again."""


class CannotPause(CannotBeDone):
    """Reminders cannot be paused, or go on, so. Troubles are about reason, until_date, or the whole."""


def pause(*, by: User, trust: Trust, reason: str, until_date: date) -> Pause:
    """Send a trust no reminders until a day, that day included. A pause that holds already ends where this one begins.

    Raises NotAllowed, CannotPause with everything that is wrong with it.
    """
    check_may(by, "chase", trust=trust)
    today = timezone.localdate()
    with transaction.atomic():
        Trust.objects.select_for_update().get(pk=trust.pk)
        if troubles := reason_troubles(reason) | _day_troubles(until_date, today):
            raise CannotPause(**troubles)
        in_force = Pause.objects.in_force(today).filter(trust=trust)
        same = in_force.filter(reason=reason.strip(), until_date=until_date).first()
        if same is not None:
            return same
        in_force.update(ended_by=by, ended_at=timezone.now())
        made = Pause.objects.create(trust=trust, reason=reason.strip(), until_date=until_date, by=by)
        record(verb="reminders paused", by=by, subject=made, trust=trust, detail={"until": until_date.isoformat()})
    return made


def resume(*, by: User, trust: Trust) -> None:
    """Let reminders go again. Raises NotAllowed; CannotPause where they are not paused."""
    check_may(by, "chase", trust=trust)
    with transaction.atomic():
        Trust.objects.select_for_update().get(pk=trust.pk)
        held = Pause.objects.in_force(timezone.localdate()).filter(trust=trust).first()
        if held is None:
            raise CannotPause(whole="Reminders to this trust are not paused.")
        Pause.objects.in_force(timezone.localdate()).filter(trust=trust).update(ended_by=by, ended_at=timezone.now())
        record(verb="reminders resumed", by=by, subject=held, trust=trust)


def _day_troubles(until_date: date, today: date) -> dict[str, str]:
    if until_date < today:
        return {"until_date": "The last day without reminders must be today or still to come"}
    if until_date > today + LONGEST:
        last = long_date(today + LONGEST)
        return {"until_date": f"The last day without reminders must be {last} or before: somebody looks again then"}
    return {}
