"""Giving the receipt of an accepted return, and writing the letter that holds it."""

import logging
import time
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from footprints.events import record
from submissions.actions.letters import write_receipt_letter
from submissions.models import Receipt, Submission
from submissions.queries.standing import due_date_of

logger = logging.getLogger(__name__)

LATER: Final = timedelta(minutes=10)
"""After so long a letter that could not be written is tried again."""
LONGEST_RUN: Final = timedelta(seconds=30)
"""So long one run goes on writing; the next is a few seconds away."""


def give_receipt(submission: Submission) -> Receipt:
    """Give the receipt of a file that has just been accepted, in the caller's transaction: once, and with the due date as it stands now."""
    due_date = due_date_of(submission.return_record)
    on_time = timezone.localdate(submission.received_at) <= due_date
    receipt = Receipt.objects.create(submission=submission, due_date=due_date, on_time=on_time)
    record(
        verb="receipt given",
        by="the portal",
        subject=receipt,
        trust=submission.return_record.trust,
        detail={"reference": submission.reference, "due_date": receipt.due_date.isoformat(), "on_time": on_time},
    )
    return receipt


def write_receipt_letters() -> None:
    """Write the letter of every receipt that has none yet. Apart from the load, since drawing a PDF takes longer than loading a return;
    each in a transaction of its own, and once, whoever else does the same. One that cannot be written holds up no other."""
    end = time.monotonic() + LONGEST_RUN.total_seconds()
    while time.monotonic() < end and _write_next():
        pass


def _write_next() -> bool:
    """Write the next letter, or put it off where that fails; False when none is left to write now."""
    now = timezone.now()
    with transaction.atomic():
        due = Receipt.objects.filter(letter_at=None, letter_try_at__lte=now)
        waiting = due.select_for_update(skip_locked=True, of=("self",))
        receipt = (
            waiting.select_related(
                "submission__return_record__trust", "submission__return_record__collection", "submission__uploaded_by"
            )
            .order_by("letter_try_at", "pk")
            .first()
        )
        if receipt is None:
            return False
        try:
            with transaction.atomic():
                write_receipt_letter(receipt.submission)
            receipt.letter_at = now
        except Exception:  # whatever it is, it must not hold up the letters behind it
            logger.exception("The letter of %s could not be written. It is tried again in %s", receipt, LATER)
            receipt.letter_try_at = now + LATER
        receipt.save(update_fields=["letter_at", "letter_try_at"])
    return True
