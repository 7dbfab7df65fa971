"""On which days a round takes files of one return. One rule, for actions and pages alike; nothing is looked up."""

from datetime import date

from django.utils import timezone

from submissions.models import Collection
from ui.formats import long_date


def takes_files(collection: Collection, due_date: date, day: date) -> bool:
    """Whether files of a return are taken on a day: while its round is open, and where the return was granted more time, until the
    day by which it is due (`due_date`, an extension included), even when the round has closed."""
    extended = collection.due_date < due_date and collection.opens_date <= day <= due_date
    return collection.is_open_on(day) or extended


def why_no_files(collection: Collection, due_date: date, day: date) -> str:
    """Why no file of a return is taken on a day, in sentences for the people of the trust; empty when one is."""
    if takes_files(collection, due_date, day):
        return ""
    if day < collection.opens_date:
        return (
            f"{collection.name} opens on {long_date(collection.opens_date)}. "
            "Send your workbook then, or ask NHS Improvement's support team if you cannot wait."
        )
    closed = collection.closes_date
    if collection.closed_at is not None:
        by_hand = timezone.localdate(collection.closed_at)
        closed = min(closed, by_hand) if closed else by_hand
    assert closed is not None  # noqa: S101 - a round that opened and takes nothing has closed
    return (
        f"{collection.name} closed on {long_date(closed)} and takes nothing more. "
        "Tell NHS Improvement's support team if your trust still has something to send."
    )
