"""Which received files need to be queued (again)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from submissions.models import Submission


def claim_waiting(*, since: datetime, most: int = 500) -> list[int]:
    """The files that were queued before `since` and are still unfinished, oldest first; they count as queued from now on, so
    two sweeps do not take the same.
    """
    with transaction.atomic():
        waiting = (
            Submission.objects.unfinished()
            .filter(queued_at__lt=since)
            .order_by("received_at")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:most]
        )
        ids = list(waiting)
        Submission.objects.filter(pk__in=ids).update(queued_at=timezone.now())
    return ids
