"""Nil returns: a trust declares that it has nothing to report, and may take that back until it is signed."""

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.actions.return_letters import write_return_letter
from submissions.actions.sign_off_letters import write_nil_ready_to_sign_letters
from submissions.models import NilReturn, Return
from submissions.queries.no_figures import why_no_nil_return
from ui.plain_text import one_line


class CannotDeclareNil(CannotBeDone):
    """The nil return cannot be declared or taken back. Troubles are about reason, or the whole."""


def declare_nil(*, by: User, return_record: Return, reason: str) -> NilReturn:
    """Declare that the trust has nothing to report. Its signatories are told, where somebody has to sign it.

    Raises NotAllowed, CannotDeclareNil where the template has no nil return, a file is on record or in hand, the return is signed or
    closed, or the reason says too little.
    """
    check_may(by, "declare_nil", trust=return_record.trust)
    with transaction.atomic():
        locked = _locked(return_record)
        if why := why_no_nil_return(locked):
            raise CannotDeclareNil(whole=why)
        if troubles := reason_troubles(reason):
            raise CannotDeclareNil(**troubles)
        nil = NilReturn.objects.create(return_record=locked, reason=reason.strip(), declared_by=by)
        _record("nil return declared", by, nil)
        write_nil_ready_to_sign_letters(nil)
    return nil


def take_back_nil(*, by: User, return_record: Return, reason: str) -> NilReturn:
    """Take a nil return back: there are figures to report after all. Once it is signed, only whoever may reopen a return can; then
    those who declared and signed it are told.

    Raises NotAllowed, CannotDeclareNil where none is declared, or the reason says too little.
    """
    with transaction.atomic():
        locked = _locked(return_record)
        nil = locked.nil_returns.in_force().select_related("declared_by", "signed_by").first()
        signed = nil is not None and nil.signed_at is not None
        check_may(by, "reopen" if signed else "declare_nil", trust=locked.trust)
        if nil is None:
            raise CannotDeclareNil(whole="No nil return is declared for this return.")
        if troubles := reason_troubles(reason):
            raise CannotDeclareNil(**troubles)
        nil.withdrawn_by, nil.withdrawn_at = by, timezone.now()
        nil.save(update_fields=["withdrawn_by", "withdrawn_at"])
        _record("nil return taken back", by, nil, why=reason.strip())
        if signed:
            _tell(nil, locked, by, reason)
    return nil


def _locked(return_record: Return) -> Return:
    """The return, so that a file and a nil return cannot come at the same time."""
    returns = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
    return returns.get(pk=return_record.pk)


def _tell(nil: NilReturn, return_record: Return, by: User, reason: str) -> None:
    write_return_letter(
        to=[person for person in (nil.declared_by, nil.signed_by) if person is not None],
        return_record=return_record,
        kind="nil_taken_back",
        key=f"nil taken back {nil.pk}",
        subject=f"The nil return stands no longer: {return_record.collection.name}",
        body=[f"{by.name} took the signed nil return back. The reason: {one_line(reason)}", "See the return:"],
        because="you declared or signed it",
    )


def _record(verb: str, by: User, nil: NilReturn, **detail: str) -> None:
    trust = nil.return_record.trust
    record(verb=verb, by=by, subject=nil, trust=trust, detail={"return": nil.return_record_id, **detail})
