"""Changing a round that was opened: other dates, and the end by hand."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.reasons import reason_troubles
from submissions.actions.register import CannotChangeRound, locked_round
from submissions.actions.round_letters import due_dates, write_changed_dates_letters
from submissions.models import Collection
from ui.formats import long_date


def change_dates(
    *, by: User, collection: Collection, due_date: date, closes_date: date | None, reason: str
) -> Collection:
    """Have the round be due, or close, on another day that is still to come; None for open until it is closed by hand. Days that
    have passed stay. Whoever prepares or signs a return that is outstanding gets a letter with the new day and the reason. Raises NotAllowed, CannotChangeRound with everything that is wrong with what was asked.
    """
    check_may(by, "manage_collections")
    with transaction.atomic():
        held = locked_round(collection)
        troubles = {**_date_troubles(held, due_date, closes_date), **reason_troubles(reason)}
        if troubles:
            raise CannotChangeRound(**troubles)
        due_before, closed_before = due_dates(held), held.closes_date
        before = {"due": _written(held.due_date), "closes": _written(held.closes_date)}
        held.due_date, held.closes_date = due_date, closes_date
        held.save(update_fields=["due_date", "closes_date"])
        now = {"due": _written(due_date), "closes": _written(closes_date)}
        detail = {"before": before, "now": now, "reason": reason.strip()}
        change = record(verb="dates changed", by=by, subject=held, detail=detail)
        write_changed_dates_letters(change, held, due_before, closed_before, reason)
    return held


def close_round(*, by: User, collection: Collection) -> Collection:
    """Close a round for good: it takes no more files, save from trusts that were granted more time, as long as that lasts.

    Raises NotAllowed, CannotChangeRound when it has not opened or was closed before.
    """
    check_may(by, "manage_collections")
    with transaction.atomic():
        held = locked_round(collection)
        if held.opens_date > timezone.localdate():
            raise CannotChangeRound(whole=f"{held} opens on {long_date(held.opens_date)}. Close it after that.")
        held.closed_at, held.closed_by = timezone.now(), by
        held.save(update_fields=["closed_at", "closed_by"])
        record(verb="collection closed", by=by, subject=held)
    return held


def _date_troubles(collection: Collection, due_date: date, closes_date: date | None) -> dict[str, str]:
    today = timezone.localdate()
    troubles = {}
    if (due_date, closes_date) == (collection.due_date, collection.closes_date):
        return {"due_date": "These are the dates that the round has. Change one of them."}
    if due_date != collection.due_date and due_date <= today:
        troubles["due_date"] = "The day it is due must be still to come."
    elif due_date < collection.opens_date:
        troubles["due_date"] = f"The day it is due must be {long_date(collection.opens_date)} or after: it opens then."
    if closes_date is not None and closes_date != collection.closes_date and closes_date <= today:
        troubles["closes_date"] = "The day it closes must be still to come. To close it now, use “Close the round”."
    elif closes_date is not None and closes_date < due_date:
        troubles["closes_date"] = f"The day it closes must be {long_date(due_date)} or after: it is due then."
    return troubles


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
