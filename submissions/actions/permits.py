"""Permits by which a trust's signatory may sign what they uploaded themselves: given by NHS Improvement, for a time, on record."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import Trust, User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.models import SelfSignOffPermit
from ui.formats import long_date

LONGEST_DAYS: Final = 366
"""A permit holds for a year at most; then somebody looks again."""


def give_permit(*, by: User, trust: Trust, reason: str, until_date: date) -> SelfSignOffPermit:
    """Allow people of a trust to sign, until a day, what they uploaded themselves.

    Raises NotAllowed, CannotBeDone with everything that is wrong with it, among that a permit that holds already.
    """
    check_may(by, "allow_self_sign_off", trust=trust)
    with transaction.atomic():
        Trust.objects.select_for_update().get(pk=trust.pk)  # so that a double click gives one
        if troubles := dict(_troubles(trust, reason, until_date)):
            raise CannotBeDone(**troubles)
        made = SelfSignOffPermit.objects.create(trust=trust, reason=reason.strip(), given_by=by, until_date=until_date)
        _record(made, "self sign-off allowed", by)
    return made


def withdraw_permit(*, by: User, permit: SelfSignOffPermit) -> None:
    """End a permit. What was signed by it stays signed. Raises NotAllowed, CannotBeDone where it does not hold."""
    check_may(by, "allow_self_sign_off", trust=permit.trust)
    with transaction.atomic():
        in_force = SelfSignOffPermit.objects.select_for_update().in_force(timezone.localdate()).filter(pk=permit.pk)
        if not in_force.update(withdrawn_at=timezone.now()):
            raise CannotBeDone(whole="This permit does not hold, so there is nothing to withdraw.")
        _record(permit, "self sign-off permit withdrawn", by)


def _troubles(trust: Trust, reason: str, until_date: date) -> Iterator[tuple[str, str]]:
    today = timezone.localdate()
    latest = today + timedelta(days=LONGEST_DAYS)
    if SelfSignOffPermit.objects.in_force(today).filter(trust=trust).exists():
        yield "trust", f"{trust.name} has a permit already. Withdraw that one first."
    if until_date < today:
        yield "until_date", "The last day must be today or later."
    elif until_date > latest:
        yield "until_date", f"The last day must be {long_date(latest)} or before: a permit holds for a year at most."
    yield from reason_troubles(reason).items()


def _record(permit: SelfSignOffPermit, verb: str, by: User) -> None:
    detail = {"permit": permit.pk, "until": permit.until_date.isoformat()}
    record(verb=verb, by=by, subject=permit, trust=permit.trust, detail=detail)
