"""Giving the receipt of an accepted return."""

from django.utils import timezone

from footprints.events import record
from submissions.models import Receipt, Submission


def give_receipt(submission: Submission) -> Receipt:
    """Give the receipt of a file that has just been accepted, in the caller's transaction: once, and with the due date of today."""
    collection = submission.return_record.collection
    on_time = timezone.localdate(submission.received_at) <= collection.due_date
    receipt = Receipt.objects.create(submission=submission, due_date=collection.due_date, on_time=on_time)
    record(
        verb="receipt given",
        by="the portal",
        subject=receipt,
        trust=submission.return_record.trust,
        detail={"reference": submission.reference, "due_date": receipt.due_date.isoformat(), "on_time": on_time},
    )
    return receipt
