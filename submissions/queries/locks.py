"""Whether a return takes anything now: another file, a correction, an explanation, a nil return."""

from datetime import date

from django.utils import timezone

from submissions.models import NilReturn, Return, SignOff
from submissions.queries.open_days import why_no_files
from submissions.queries.standing import with_standing
from ui.formats import long_date


def why_locked(return_record: Return, today: date | None = None) -> str:
    """Why a return takes nothing now, in sentences for the people of the trust; empty when it does, which takes one query.

    Whoever decides something on the answer has locked the return.
    """
    day = today or timezone.localdate()
    asked = with_standing(Return.objects.filter(pk=return_record.pk), day)
    facts = asked.values("signed", "nil", "excused", "due").get()
    if facts["signed"]:
        return _signed(return_record)
    if facts["nil"]:
        return _nil(return_record)
    if facts["excused"]:
        return (
            "NHS Improvement no longer expects this return. "
            "Ask your support manager if you want to send it all the same."
        )
    return _not_open(return_record, facts["due"], day)


def _signed(return_record: Return) -> str:
    held = SignOff.objects.in_force().select_related("signed_by").get(return_record=return_record.pk)
    return (
        f"{held.signed_by.name} signed this return on {long_date(held.signed_at)}. "
        "Ask for it to be reopened if a figure is wrong."
    )


def _nil(return_record: Return) -> str:
    held = NilReturn.objects.in_force().select_related("declared_by").get(return_record=return_record.pk)
    said = f"{held.declared_by.name} declared on {long_date(held.declared_at)} that there is nothing to report."
    if held.signed_at is not None:
        return f"{said} The nil return is signed. Ask NHS Improvement if there are figures to report after all."
    return f"{said} Take the nil return back if there are figures to report after all."


def _not_open(return_record: Return, due: date, today: date) -> str:
    """A return that was reopened takes what is to be changed in it until it is signed again, whether its round has closed or not: that
    is what the reopening was granted for."""
    words = why_no_files(return_record.collection, due, today)
    return "" if words and SignOff.objects.filter(return_record=return_record.pk).exists() else words
