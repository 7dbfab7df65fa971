"""Reminders by the clock: what the ladders ask for today is written, once, and in spite of whatever goes wrong with one of them."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from desk.actions.chase import CannotChase, chase, take_together
from desk.chasing import why_not
from desk.ladder import Rung, UnknownLadder, ladder
from desk.ladder_file import CHASEABLE
from desk.queries.live import still_live
from desk.queries.people import people_of
from desk.queries.situations import SituatedReturn, ladder_step, situations, steps_taken
from footprints.locks import held
from footprints.working_days import is_working_day
from submissions.models import Collection, Return

logger = logging.getLogger(__name__)

FROM_HOUR: Final = 8
"""Reminders are written from this hour on, in London, on working days."""
LONGEST_RUN: Final = timedelta(minutes=4)
"""So long one run goes on; the next goes on where it ended."""

AT_A_TIME: Final = 50
"""So many returns are held at once while their reminders are written."""

_LOCK: Final = 0x53545000_43484153
"""So that our advisory lock is told from any other's."""


def send_due_chases(now: datetime | None = None) -> int:
    """Take the steps that are due today in every collection with a ladder, and give how many were taken. Some returns
    at a time in one transaction; where that fails, each of them in its own, so that one that fails holds up no other, and is tried again
    by the next run. One run at a time; a second does nothing. Running it again the same day takes nothing twice.
    """
    moment = now or timezone.now()
    local = timezone.localtime(moment)
    if local.hour < FROM_HOUR or not is_working_day(local.date()):
        return 0
    with held(_LOCK) as mine:
        return _take(due_chases(local.date()), moment) if mine else 0


def due_chases(today: date) -> list[tuple[SituatedReturn, Rung]]:
    """The steps that are due on a day and that nothing stands against, in a few queries however many returns there are."""
    returns = Return.objects.filter(still_live(today))
    returns = returns.filter(collection__in=_with_ladder(returns)).order_by("collection__due_date", "pk")
    taken = steps_taken(returns)
    due: list[tuple[SituatedReturn, Rung]] = []
    for found in situations(returns, today, standing=CHASEABLE):
        rung = ladder_step(found, taken)
        if rung is not None and not why_not(found.situation, by_clock=True):
            due.append((found, rung))
    return list(_with_somebody_to_write_to(due, today))


def _with_ladder(returns: QuerySet[Return]) -> list[Collection]:
    """The collections of these returns that name a ladder. One that names a ladder which is not there is reported and left out."""
    sound = []
    for collection in Collection.objects.exclude(ladder="").filter(pk__in=returns.values("collection")):
        try:
            ladder(collection.ladder)
        except UnknownLadder:
            logger.exception("No reminders go out for %s", collection)
        else:
            sound.append(collection)
    return sound


def _with_somebody_to_write_to(
    due: Iterable[tuple[SituatedReturn, Rung]], today: date
) -> Iterator[tuple[SituatedReturn, Rung]]:
    listed = list(due)
    people = people_of((found.return_record.trust for found, _ in listed), today)
    return ((found, rung) for found, rung in listed if people[found.return_record.trust_id].named(rung.to))


def _take(due: Sequence[tuple[SituatedReturn, Rung]], moment: datetime) -> int:
    end = time.monotonic() + LONGEST_RUN.total_seconds()
    count = 0
    for start in range(0, len(due), AT_A_TIME):
        if time.monotonic() > end:
            break
        batch = due[start : start + AT_A_TIME]
        try:
            count += take_together(steps={found.return_record.pk: rung for found, rung in batch}, at=moment)
        except Exception:  # whatever it is, it must not hold up the reminders beside it
            logger.exception("%s reminders could not be written together, and are written one by one", len(batch))
            count += sum(_take_one(found, rung, moment) for found, rung in batch)
    return count


def _take_one(found: SituatedReturn, rung: Rung, moment: datetime) -> bool:
    try:
        chase(by=None, return_record=found.return_record, rung=rung, at=moment)
    except CannotChase as reason:  # something was done about it since we looked
        logger.info("No reminder for %s: %s", found.return_record, reason)
    except Exception:
        logger.exception("The reminder %s for %s could not be written", rung.code, found.return_record)
    else:
        return True
    return False
