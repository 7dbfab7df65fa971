"""The weekly digest to STP leads and the morning summary to support managers: written once a week and once a day."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from desk.digest_words import digest_subject, digest_text, summary_subject, summary_text
from desk.queries.digests import LeadDigest, lead_digests
from desk.queries.summaries import morning_summary, support_managers
from footprints.events import record
from footprints.letters import write_letter
from footprints.locks import held
from footprints.models import Event, User
from footprints.working_days import add_working_days, is_working_day

logger = logging.getLogger(__name__)

ACTOR: Final = "digests"
LEADS_FROM: Final = time(8)
"""From this hour on the first working day of a week, in London."""
MANAGERS_FROM: Final = time(7, 30)
"""From this hour on each working day."""

_LOCK: Final = 0x53545000_44494745
"""So that our advisory lock is told from any other's."""

_Write = Callable[[], object]


def send_digests(now: datetime | None = None) -> None:
    """Write the digests and summaries that are due, each once a period, however often this runs, and nothing to people with nothing
    to do. One that cannot be written holds up no other, and the next run tries again. One run at a time; a second does nothing.
    """
    local = timezone.localtime(now or timezone.now())
    day = local.date()
    if not is_working_day(day):
        return
    with held(_LOCK) as mine:
        if mine and local.time() >= MANAGERS_FROM:
            _once("morning summaries written", f"day:{day.isoformat()}", _summaries(day))
        if mine and local.time() >= LEADS_FROM and _starts_the_week(day):
            year, week, _ = day.isocalendar()
            _once("weekly digests written", f"week:{year}-W{week:02}", _digests(day, f"{year}-W{week:02}"))


def _once(verb: str, period: str, writes: Iterable[_Write]) -> None:
    """Write the letters of a period, unless that was done. That it was done is an event: only once all of them are written."""
    if Event.objects.filter(verb=verb, subject=period).exists():
        return
    whole = True
    for write in writes:
        try:
            with transaction.atomic():
                write()
        except Exception:  # whatever it is, it must not hold up the others
            logger.exception("One of the letters of %s could not be written", period)
            whole = False
    if whole:
        record(verb=verb, by=ACTOR, subject=period)


def _digests(today: date, week: str) -> Iterator[_Write]:
    for digest in lead_digests(today):

        def write(digest: LeadDigest = digest) -> None:
            write_letter(
                to=digest.person,
                kind="digest",
                key=f"digest {week}",
                subject=digest_subject(digest),
                text=digest_text(digest),
                to_anyone=not all(each.collection.illustrative for each in digest.rounds),
            )

        yield write


def _summaries(today: date) -> Iterator[_Write]:
    before = datetime.combine(add_working_days(today, -1), MANAGERS_FROM, timezone.get_default_timezone())
    for person in support_managers(today):

        def write(person: User = person) -> None:
            summary = morning_summary(person, today, before)
            if not summary.is_empty:
                write_letter(
                    to=person,
                    kind="summary",
                    key=f"summary {today.isoformat()}",
                    subject=summary_subject(summary),
                    text=summary_text(summary),
                    to_anyone=not summary.illustrative,
                )

        yield write


def _starts_the_week(day: date) -> bool:
    monday = day - timedelta(days=day.weekday())
    return not any(is_working_day(monday + timedelta(days=number)) for number in range(day.weekday()))
