"""What the worker does for the desk: thin, safe to repeat."""

from celery import shared_task

from desk.actions import digests, send_chases


@shared_task(ignore_result=True, soft_time_limit=280, time_limit=295)
def send_due_chases() -> None:
    """Write the reminders that are due today."""
    send_chases.send_due_chases()


@shared_task(ignore_result=True, soft_time_limit=280, time_limit=295)
def send_digests() -> None:
    """Write the digests and morning summaries that are due."""
    digests.send_digests()
