"""What the worker does: thin, safe to repeat. The outbox in the database is the record; the scheduler finds what waits in it."""

from celery import shared_task

from footprints import actions, letters


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def send_letters() -> None:
    """Send the letters that are due."""
    letters.send_letters()


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def switch_off_leavers() -> None:
    """Switch off those whose day of leaving has come."""
    actions.switch_off_leavers()
