"""Reopening a signed return: asked for by a signatory of the trust, granted or refused by NHS Improvement, each with a reason."""

from django.db import transaction
from django.utils import timezone

from footprints.access import NotAllowed, check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.actions.sign_off_letters import write_reopening_asked_letters, write_reopening_decided_letters
from submissions.models import Reopening, Return, SignOff
from submissions.queries.signing import signature_in_force
from ui.formats import moment


def ask_reopening(*, by: User, return_record: Return, reason: str) -> Reopening:
    """Ask that a signed return be opened again. It stays signed until that is granted.

    Raises NotAllowed, CannotBeDone when it is not signed, when that was asked already, or when the reason says too little.
    """
    check_may(by, "ask_reopening", trust=return_record.trust)
    with transaction.atomic():
        locked = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
        signed = signature_in_force(locked.get(pk=return_record.pk))
        if signed is None:
            raise CannotBeDone(whole="This return is not signed, so it is open already.")
        if (
            waiting := Reopening.objects.waiting().filter(sign_off=signed).select_related("asked_by").first()
        ) is not None:
            asked = f"{waiting.asked_by.name} asked for this on {moment(waiting.asked_at)}."
            raise CannotBeDone(whole=f"{asked} NHS Improvement decides on it.")
        _check_reason(reason)
        made = Reopening.objects.create(sign_off=signed, reason=reason.strip(), asked_by=by)
        _record(made, "reopening asked for", by)
        write_reopening_asked_letters(made)
    return made


def decide_reopening(*, by: User, reopening: Reopening, grant: bool, reason: str) -> None:
    """Grant or refuse a reopening that somebody else asked for. Granting ends the signature, which stays on record: the return takes
    files, corrections and explanations again, and waits for another signature.

    Raises NotAllowed where the person may not decide or has asked for it, CannotBeDone where it waits no longer or the reason says too
    little.
    """
    trust = reopening.sign_off.return_record.trust
    check_may(by, "reopen", trust=trust)
    with transaction.atomic():
        Return.objects.select_for_update().get(pk=reopening.sign_off.return_record_id)
        current = Reopening.objects.select_related(
            "sign_off__return_record__trust", "sign_off__return_record__collection", "sign_off__submission", "asked_by"
        ).get(pk=reopening.pk)
        if current.asked_by_id == by.pk:
            raise NotAllowed("You asked for this return to be reopened, so somebody else decides on it.")
        if current.granted is not None:
            raise CannotBeDone(whole="This has been decided already.")
        _check_reason(reason)
        current.granted, current.decided_by, current.decided_at = grant, by, timezone.now()
        current.decision_reason = reason.strip()
        current.save(update_fields=["granted", "decided_by", "decided_at", "decision_reason"])
        if grant:
            SignOff.objects.filter(pk=current.sign_off_id, ended_at=None).update(ended_at=current.decided_at)
        _record(current, "return reopened" if grant else "reopening refused", by)
        write_reopening_decided_letters(current)


def _check_reason(reason: str) -> None:
    if troubles := reason_troubles(reason):
        raise CannotBeDone(**troubles)


def _record(reopening: Reopening, verb: str, by: User) -> None:
    sign_off = reopening.sign_off
    detail = {"reference": sign_off.submission.reference, "sign_off": sign_off.pk, "reopening": reopening.pk}
    record(verb=verb, by=by, subject=sign_off.return_record, trust=sign_off.return_record.trust, detail=detail)
