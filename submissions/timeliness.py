"""Whether a return came in time. One place says it, for pages, receipts and counts alike. Pure."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from ui.formats import LONDON


class Timeliness(StrEnum):
    """How a return stands to the day by which it is due. Only the first three are of a return that has come."""

    ON_TIME = "on time"
    EXTENDED = "on time with an extension"
    LATE = "late"
    NOT_IN_YET = "not in yet"
    OVERDUE = "overdue"


HAS_COME: Final = frozenset({Timeliness.ON_TIME, Timeliness.EXTENDED, Timeliness.LATE})
"""Of these nothing will change any more, whatever becomes of the due date."""


def timeliness(in_at: datetime | None, due: date, collection_due: date, today: date) -> Timeliness:
    """How a return that came at a moment (None for one that has not come) stands to the day by which it is due, an extension included.

    The day in London counts, and the whole of the due day is in time. It took an extension to be in time when it came after the
    collection's own due day: one that was granted and not needed makes no difference.
    """
    if in_at is None:
        return Timeliness.OVERDUE if today > due else Timeliness.NOT_IN_YET
    came = in_at.astimezone(LONDON).date()
    if came > due:
        return Timeliness.LATE
    return Timeliness.EXTENDED if came > collection_due else Timeliness.ON_TIME
