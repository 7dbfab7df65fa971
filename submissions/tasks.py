"""What the worker does: thin, safe to repeat, ids in. The database is the record; a lost message is found by the sweep."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from submissions.actions import receipts
from submissions.actions.process import process
from submissions.actions.queue import claim_waiting

logger = logging.getLogger(__name__)

WAITED = timedelta(seconds=30)
"""A file that was queued so long ago and is not finished has lost its message, or its worker."""


@shared_task(soft_time_limit=120, time_limit=150)
def process_submission(submission_id: int) -> None:
    """Check one received file and load it."""
    process(submission_id=submission_id)


@shared_task(ignore_result=True)
def sweep_unfinished() -> None:
    """Queue again whatever was received and never finished."""
    for submission_id in claim_waiting(since=timezone.now() - WAITED):
        process_submission.delay(submission_id)


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def write_receipt_letters() -> None:
    """Write the letters of the receipts that were given."""
    receipts.write_receipt_letters()


def enqueue(submission_id: int) -> None:
    """Ask a worker to check a file now. With the broker down the file waits for the sweep; the person is not troubled."""
    try:
        process_submission.apply_async((submission_id,), retry=False)
    except OperationalError:
        logger.warning("The broker is away: submission %s waits for the sweep", submission_id)
