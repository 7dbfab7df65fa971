"""Taking up again a file that was set aside after too many attempts, once the cause has been mended."""

from django.db import transaction
from django.utils import timezone

from footprints.events import record
from footprints.models import User
from submissions.models import Submission
from submissions.states import State, check_may_follow


def try_again(*, by: User | str, submission: Submission) -> None:
    """Put a stuck submission back among the received ones; the caller asks a worker for it. ValueError when it is not stuck."""
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=submission.pk)
        check_may_follow(State(current.state), State.RECEIVED)
        Submission.objects.filter(pk=current.pk).update(state=State.RECEIVED, attempts=0, queued_at=timezone.now())
        record(verb="tried again", by=by, subject=submission, trust=submission.return_record.trust)
