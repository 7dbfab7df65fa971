"""What the worker does: thin, safe to repeat. The outbox in the database is the record; the scheduler finds what waits in it."""

from celery import shared_task

from footprints import letters


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def send_letters() -> None:
    """Send the letters that are due."""
    letters.send_letters()
