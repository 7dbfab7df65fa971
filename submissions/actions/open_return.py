"""Looking at a return's page: remembered for the trust's own people, recorded for everybody else."""

from django.http import HttpRequest
from django.utils import timezone

from footprints.access import may
from footprints.events import record
from footprints.models import User
from submissions.models import Return


def open_return(*, by: User, return_record: Return, request: HttpRequest | None = None) -> None:
    """Note when the trust first looked; write an event when somebody from elsewhere does."""
    if may(by, "upload", trust=return_record.trust) or may(by, "sign_off", trust=return_record.trust):
        Return.objects.filter(pk=return_record.pk, opened_at=None).update(opened_at=timezone.now())
    else:
        record(verb="return seen", by=by, subject=return_record, trust=return_record.trust, request=request)
