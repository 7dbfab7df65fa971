"""Excuses: NHS Improvement no longer expects a return, for a reason and with a name under it, or expects it again."""

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import RoleKind, User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.actions.return_letters import write_return_letter
from submissions.models import Excuse, Return
from submissions.queries.no_figures import why_no_excuse
from submissions.queries.people import people_of
from ui.plain_text import one_line

WRITTEN_TO = (RoleKind.PREPARER, RoleKind.SIGNATORY)


class CannotExcuse(CannotBeDone):
    """The return cannot be excused, or not expected again. Troubles are about reason, or the whole."""


def excuse_return(*, by: User, return_record: Return, reason: str) -> Excuse:
    """Excuse a return: it is not expected, and counts as neither in nor late. The trust's preparers and signatories are told.

    Raises NotAllowed, CannotExcuse where it has come or is being checked, is excused already, or the reason says too little.
    """
    check_may(by, "excuse", trust=return_record.trust)
    with transaction.atomic():
        locked = _locked(return_record)
        if why := why_no_excuse(locked):
            raise CannotExcuse(whole=why)
        if troubles := reason_troubles(reason):
            raise CannotExcuse(**troubles)
        excuse = Excuse.objects.create(return_record=locked, reason=reason.strip(), approved_by=by)
        _record("return excused", by, excuse)
        first = f"NHS Improvement does not expect this return. You have nothing to send. The reason: {one_line(reason)}"
        _tell(excuse, locked, "excused", f"You need not send this return: {locked.collection.name}", first)
    return excuse


def end_excuse(*, by: User, return_record: Return) -> Excuse:
    """Expect an excused return again; the trust is told. Raises NotAllowed, CannotExcuse where it is not excused."""
    check_may(by, "excuse", trust=return_record.trust)
    with transaction.atomic():
        locked = _locked(return_record)
        excuse = locked.excuses.in_force().first()
        if excuse is None:
            raise CannotExcuse(whole="This return is not excused.")
        excuse.ended_by, excuse.ended_at = by, timezone.now()
        excuse.save(update_fields=["ended_by", "ended_at"])
        _record("excuse ended", by, excuse)
        first = "NHS Improvement expects this return after all. Go to it to see by when it is due:"
        _tell(
            excuse, locked, "excuse ended", f"You are asked for this return after all: {locked.collection.name}", first
        )
    return excuse


def _locked(return_record: Return) -> Return:
    """The return, so that no file comes while it is being excused."""
    returns = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
    return returns.get(pk=return_record.pk)


def _tell(excuse: Excuse, return_record: Return, what: str, subject: str, first: str) -> None:
    write_return_letter(
        to=people_of(return_record.trust, WRITTEN_TO),
        return_record=return_record,
        kind="excuse",
        key=f"{what} {excuse.pk}",
        subject=subject,
        body=[first],
        because="you prepare or sign the returns of this trust",
    )


def _record(verb: str, by: User, excuse: Excuse) -> None:
    trust = excuse.return_record.trust
    record(verb=verb, by=by, subject=excuse, trust=trust, detail={"return": excuse.return_record_id})
