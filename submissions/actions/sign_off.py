"""Signing a return off: one exact file, or a nil return, exactly as it was on the screen; and sending it back instead.

The return's row is locked while it is decided. Every way in (a file, a correction, an explanation) locks the same row, so that of a
signature and a change the later finds the earlier.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import Event, User
from submissions.actions.reasons import says_too_little
from submissions.actions.sign_off_letters import write_sent_back_letters, write_signed_letters, write_signed_nil_letters
from submissions.declarations import declaration, nil_declaration
from submissions.models import FEWEST_LETTERS, NilReturn, Return, SelfSignOffPermit, SignOff, Submission
from submissions.queries.signed_content import digest_of, digest_of_nil
from submissions.queries.signing import (
    SENT_BACK,
    file_on_record,
    nil_in_force,
    nil_reference,
    reasons_not_to_sign,
    self_sign_off_permit,
    sent_by,
    signature_in_force,
)
from ui.formats import moment

DOUBLE_CLICK: Final = timedelta(minutes=2)
"""The very same note sent again within this time is one note."""


class CannotSign(Exception):
    """Nothing was signed. The text is for the person."""


class NotDeclared(CannotSign):
    """The declaration was not ticked."""


class OtherThanShown(CannotSign):
    """What stands there now is not what was on the screen."""


class SaysTooLittle(CannotSign):
    """A note that nobody could act on."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed now. `again` when the same person had signed the very same before: a second click, a second tab."""

    what: SignOff | NilReturn
    again: bool


def sign_off(*, by: User, return_record: Return, reference: str, digest: str, declared: bool) -> Signed:
    """Sign the file on record of a return, which was on the screen with this reference and digest. It locks the return.

    Raises NotAllowed when the person may not sign for the trust, and with nothing signed NotDeclared, OtherThanShown where another
    file is on record now or anything in it has changed, CannotSign when somebody else has signed or it cannot be signed.
    """
    check_may(by, "sign_off", trust=return_record.trust)
    _check_declared(declared)
    with transaction.atomic():
        locked = _locked(return_record)
        signed = signature_in_force(locked)
        if signed is not None and signed.signed_by_id == by.pk and signed.submission.reference == reference:
            return Signed(signed, again=True)
        if signed is not None:
            who = "You" if signed.signed_by_id == by.pk else signed.signed_by.name
            raise CannotSign(f"{who} signed this return on {moment(signed.signed_at)}. Nothing was signed now.")
        file = None if nil_in_force(locked) is not None else file_on_record(locked)
        permit = _check_can_be_signed(locked, file, by)
        if file is None or file.reference != reference:
            raise OtherThanShown(
                "Another file is on record now than the one you were looking at, so nothing was signed. "
                "Look at what stands here now."
            )
        if digest_of(file) != digest:
            raise OtherThanShown(
                "Something in this return has changed since you looked at it, so nothing was signed. Look at it again."
            )
        made = SignOff.objects.create(
            return_record=locked,
            submission=file,
            digest=digest,
            declaration=_declaration(locked, file),
            signed_by=by,
            permit=permit,
        )
        _record("return signed", by, locked, file, digest, permit)
        write_signed_letters(made)
    return Signed(made, again=False)


def sign_nil(*, by: User, return_record: Return, reference: str, digest: str, declared: bool) -> Signed:
    """Sign a nil return that somebody else declared, as it was on the screen. Signed by the same person already, it stays as it is.

    Raises as `sign_off` does.
    """
    check_may(by, "sign_off", trust=return_record.trust)
    _check_declared(declared)
    with transaction.atomic():
        locked = _locked(return_record)
        nil = nil_in_force(locked)
        if nil is None or nil_reference(nil) != reference or digest_of_nil(nil) != digest:
            raise OtherThanShown(
                "The nil return you were looking at stands here no longer, so nothing was signed. "
                "Look at what stands here now."
            )
        if nil.signed_by_id == by.pk:
            return Signed(nil, again=True)
        if nil.signed_by is not None and nil.signed_at is not None:
            raise CannotSign(f"{nil.signed_by.name} signed this nil return on {moment(nil.signed_at)}.")
        permit = _check_can_be_signed(locked, nil, by)
        nil.signed_by, nil.signed_at = by, timezone.now()
        nil.save(update_fields=["signed_by", "signed_at"])
        _record("nil return signed", by, locked, nil, digest, permit)
        write_signed_nil_letters(
            nil, nil_declaration(locked.trust.name, locked.collection.name, locked.collection.year), digest
        )
    return Signed(nil, again=False)


def send_back(*, by: User, return_record: Return, reference: str, note: str) -> None:
    """Tell those who prepare a return why it is not signed: the file with this reference is to be looked at again. Nothing else changes.
    The very same said twice within two minutes is said once.

    The note stands in the log and on the return's page. Raises NotAllowed, and with nothing sent CannotSign when the note says too
    little, the return is signed, or another file is on record.
    """
    check_may(by, "sign_off", trust=return_record.trust)
    if says_too_little(note):
        raise SaysTooLittle(f"Say what is to be looked at in at least {FEWEST_LETTERS} letters.")
    with transaction.atomic():
        locked = _locked(return_record)
        if (signed := signature_in_force(locked)) is not None:
            raise CannotSign(f"{signed.signed_by.name} signed this return on {moment(signed.signed_at)}.")
        file = file_on_record(locked)
        if file is None or file.reference != reference:
            raise OtherThanShown("Another file is on record now. Look at it before you send it back.")
        if _just_sent_back(file, by, note.strip()):
            return
        kept = record(
            verb=SENT_BACK,
            by=by,
            subject=file,
            trust=locked.trust,
            detail={"reference": file.reference, "note": note.strip()},
        )
        write_sent_back_letters(file, by, note.strip(), key=f"sent back {kept.pk}")


def _just_sent_back(file: Submission, by: User, note: str) -> bool:
    """Whether the same person said the very same a moment ago."""
    sent = Event.objects.filter(verb=SENT_BACK, user=by, at__gt=timezone.now() - DOUBLE_CLICK)
    return sent.filter(detail__reference=file.reference, detail__note=note).exists()


def _locked(return_record: Return) -> Return:
    rows = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
    return rows.get(pk=return_record.pk)


def _check_declared(declared: bool) -> None:
    if not declared:
        raise NotDeclared("Tick the box to make the declaration. Without it nothing is signed.")


def _check_can_be_signed(
    return_record: Return, what: NilReturn | Submission | None, by: User
) -> SelfSignOffPermit | None:
    """The permit that the signature rests on, where it needs one."""
    permit = self_sign_off_permit(return_record, timezone.localdate())
    is_own = by.pk in sent_by(what)
    if reasons := list(reasons_not_to_sign(return_record, what, is_own, permit)):
        raise CannotSign(" ".join(reasons))
    return permit if is_own else None


def _declaration(return_record: Return, file: Submission) -> str:
    collection = return_record.collection
    return declaration(return_record.trust.name, collection.name, collection.year, file.reference)


def _record(
    verb: str,
    by: User,
    return_record: Return,
    what: NilReturn | Submission,
    digest: str,
    permit: SelfSignOffPermit | None,
) -> None:
    reference = what.reference if isinstance(what, Submission) else nil_reference(what)
    detail = {"reference": reference, "digest": digest, "permit": permit.pk if permit is not None else None}
    record(verb=verb, by=by, subject=what, trust=return_record.trust, detail=detail)
