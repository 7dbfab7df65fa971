"""The contact log: who spoke with a trust about a return, and what was said."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from desk.models import Contact
from desk.models.contacts import NOON
from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.reasons import CannotBeDone
from submissions.models import Return
from ui.formats import long_date

LATEST_PROMISE: Final = timedelta(days=366)
"""Nobody promises a return for later than a year from now: the year was typed wrongly."""

EARLIEST: Final = timedelta(days=366)
"""Nobody writes down a contact of more than a year ago: the year was typed wrongly."""

SAME: Final = timedelta(minutes=2)
"""The very same contact logged again within this time is a double click."""


class CannotLog(CannotBeDone):
    """The contact says too little, or what cannot be. Troubles are about with_whom, said, on, promised_date."""


def log_contact(
    *,
    by: User,
    return_record: Return,
    kind: str,
    with_whom: str,
    said: str,
    reached: bool = True,
    promised_date: date | None = None,
    on: date | None = None,
) -> Contact:
    """Write down one call, e-mail or meeting about a return; an attempt at which nobody answered is one too. It was just now, or where
    `on` names an earlier day, at noon of that day.

    Raises NotAllowed, CannotLog with everything that is wrong with what was said.
    """
    check_may(by, "chase", trust=return_record.trust)
    given = {"kind": kind, "with_whom": with_whom.strip(), "said": said.strip(), "reached": reached}
    with transaction.atomic():
        Return.objects.select_for_update().get(pk=return_record.pk)  # so that a double click logs once
        if troubles := _troubles(with_whom, said, reached, promised_date, on or timezone.localdate()):
            raise CannotLog(**troubles)
        at = _moment(on)
        same = Contact.objects.filter(
            return_record=return_record, by=by, at__gt=at - SAME, at__lte=at, promised_date=promised_date, **given
        ).first()
        if same is not None:
            return same
        contact = Contact.objects.create(
            return_record=return_record, by=by, at=at, promised_date=promised_date, **given
        )
        detail = {"return": return_record.pk, "kind": kind, "reached": reached}
        if on:
            detail["on"] = on.isoformat()
        if promised_date:
            detail["promised_date"] = promised_date.isoformat()
        record(verb="contact logged", by=by, subject=contact, trust=return_record.trust, detail=detail)
    return contact


def _moment(on: date | None) -> datetime:
    """When it was: now where it was today."""
    earlier = on is not None and on < timezone.localdate()
    return timezone.make_aware(datetime.combine(on, NOON)) if on and earlier else timezone.now()


def _troubles(with_whom: str, said: str, reached: bool, promised_date: date | None, on: date) -> dict[str, str]:
    troubles, today = {}, timezone.localdate()
    if on > today:
        troubles["on"] = f"The day you spoke must be {long_date(today)} or earlier"
    elif on < today - EARLIEST:
        troubles["on"] = "The day you spoke must be within the last year. Check the year."
    if not with_whom.strip():
        troubles["with_whom"] = "Enter whom you spoke with, or whom you tried to reach"
    if reached and not said.strip():
        troubles["said"] = "Enter what was said"
    if promised_date and not reached:
        troubles["promised_date"] = "Nobody was reached, so nobody promised a day. Leave it empty."
    elif promised_date and promised_date < min(on, today):
        troubles["promised_date"] = f"The day they promised must be {long_date(min(on, today))} or later"
    elif promised_date and promised_date > today + LATEST_PROMISE:
        troubles["promised_date"] = "The day they promised must be within a year. Check the year."
    return troubles
