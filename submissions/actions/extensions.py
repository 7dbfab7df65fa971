"""More time for a return: asked for by its trust, granted or refused by NHS Improvement, or granted without being asked for."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from footprints.access import NotAllowed, check_may, may
from footprints.events import record
from footprints.models import RoleKind, User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.actions.return_letters import write_return_letter
from submissions.models import Extension, Return
from submissions.queries.extensions import is_expected, latest_day, why_no_more_time
from submissions.queries.people import people_of
from submissions.queries.standing import due_date_of
from ui.formats import long_date, plural

WRITTEN_TO = (RoleKind.PREPARER, RoleKind.SIGNATORY)
"""Who is told of more time that nobody had asked for."""
LONGEST: Final = timedelta(days=366)
"""Nobody needs more time than that at once: the year was typed wrongly, and no reminder would ever go."""


class CannotExtend(CannotBeDone):
    """More time cannot be asked for or granted so. Troubles are about until, reason, or the whole."""


def ask_extension(*, by: User, return_record: Return, until: date, reason: str) -> Extension:
    """Ask that a return be due on a later day. Raises NotAllowed, CannotExtend with everything that is wrong with what was asked."""
    check_may(by, "ask_extension", trust=return_record.trust)
    with transaction.atomic():
        locked = _locked(return_record)
        if locked.extensions.waiting().exists():
            raise CannotExtend(whole="More time was asked for already, and waits to be decided.")
        _check_wanted(locked)
        if troubles := reason_troubles(reason) | _day_troubles(locked, until):
            raise CannotExtend(**troubles)
        asked = Extension.objects.create(
            return_record=locked, asked_by=by, asked_until_date=until, reason=reason.strip()
        )
        _record("extension asked for", by, asked, until)
    return asked


def decide_extension(
    *, by: User, extension: Extension, grant: bool, reason: str, until: date | None = None
) -> Extension:
    """Grant what somebody asked for, until the day that was asked for or another, or refuse it; the asker is told.

    Raises NotAllowed where the person may not decide or has asked for it, CannotExtend where it waits no longer, the day lies beyond
    what they may grant, or the reason says too little.
    """
    trust = extension.return_record.trust
    check_may(by, "grant_extension", trust=trust)
    with transaction.atomic():
        locked = _locked(extension.return_record)
        current = Extension.objects.get(pk=extension.pk)
        if current.decided_at is not None:
            raise CannotExtend(whole=f"This request has been {'granted' if current.granted else 'refused'} already.")
        if current.asked_by_id == by.pk:
            raise NotAllowed("You asked for this, so somebody else decides on it.")
        day = until or current.asked_until_date
        troubles = reason_troubles(reason)
        if grant and not is_expected(locked, timezone.localdate()):
            troubles["whole"] = "This return is not expected, so it needs no more time. Refuse the request."
        elif grant:
            troubles |= _day_troubles(locked, day, asked=current.asked_until_date) or _limit_troubles(by, locked, day)
        if troubles:
            raise CannotExtend(**troubles)
        _decide(current, by, day if grant else None, reason)
        _tell_the_asker(current, locked)
    return current


def grant_directly(*, by: User, return_record: Return, until: date, reason: str) -> Extension:
    """Grant more time without being asked. A request that waits is answered by it; otherwise the trust's preparers and signatories are told.

    Raises NotAllowed, CannotExtend.
    """
    check_may(by, "grant_extension", trust=return_record.trust)
    with transaction.atomic():
        locked = _locked(return_record)
        waiting = locked.extensions.waiting().first()
        if waiting is not None:
            return decide_extension(by=by, extension=waiting, grant=True, reason=reason, until=until)
        _check_wanted(locked)
        days = _day_troubles(locked, until) or _limit_troubles(by, locked, until)
        if troubles := reason_troubles(reason) | days:
            raise CannotExtend(**troubles)
        given = Extension(return_record=locked, asked_by=by, asked_until_date=until, reason=reason.strip())
        _decide(given, by, until, reason)
        _tell_the_trust(given, locked)
    return given


def _locked(return_record: Return) -> Return:
    """The return, so that of two people who decide at once the second finds what the first did."""
    returns = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
    return returns.get(pk=return_record.pk)


def _check_wanted(return_record: Return) -> None:
    if why := why_no_more_time(return_record, timezone.localdate()):
        raise CannotExtend(whole=why)


def _day_troubles(return_record: Return, until: date, asked: date | None = None) -> dict[str, str]:
    """What is wrong with a day. The very day that was asked for may have passed while the request waited."""
    due, closes = due_date_of(return_record), return_record.collection.closes_date
    if until <= due:
        return {"until": f"The new day must be after {long_date(due)}, when the return is due now."}
    if until > max(due, timezone.localdate()) + LONGEST:
        return {
            "until": f"The new day must be within a year of {long_date(due)}, when the return is due now. Check the year."
        }
    if until < timezone.localdate() and until != asked:
        return {"until": "The new day must be today or still to come."}
    if closes is not None and until > closes:
        return {
            "until": f"The new day must be {long_date(closes)} or before: {return_record.collection.name} closes then."
        }
    return {}


def _limit_troubles(by: User, return_record: Return, until: date) -> dict[str, str]:
    collection = return_record.collection
    last = latest_day(collection, any_day=may(by, "grant_any_extension", trust=return_record.trust))
    if last is None or until <= last:
        return {}
    days = plural(collection.extension_days, "working day")
    return {
        "until": f"You can grant more time until {long_date(last)}, {days} after the due date. "
        "Ask a collection manager to grant a later day."
    }


def _decide(extension: Extension, by: User, until: date | None, reason: str) -> None:
    extension.granted, extension.until_date = until is not None, until
    extension.decided_by, extension.decided_at = by, timezone.now()
    extension.decision_reason = reason.strip()
    extension.save()
    _record("extension granted" if until else "extension refused", by, extension, until)


def _tell_the_asker(extension: Extension, return_record: Return) -> None:
    if extension.until_date:
        subject = f"You have until {long_date(extension.until_date)} for your return"
        first = f"You asked for more time until {long_date(extension.asked_until_date)}. It is granted until {long_date(extension.until_date)}."
    else:
        subject = "You were not given more time for your return"
        first = (
            f"You asked for more time until {long_date(extension.asked_until_date)}. It is refused. "
            f"The return is due by {long_date(due_date_of(return_record))}."
        )
    _write(extension, return_record, [extension.asked_by], subject, first, "you asked for more time")


def _tell_the_trust(extension: Extension, return_record: Return) -> None:
    day = long_date(extension.until_date or extension.asked_until_date)
    people = people_of(return_record.trust, WRITTEN_TO)
    _write(
        extension,
        return_record,
        people,
        f"You have until {day} for your return",
        f"We have given you more time: the return is due by {day}.",
        "you prepare or sign the returns of this trust",
    )


def _write(extension: Extension, return_record: Return, to: list[User], subject: str, first: str, because: str) -> None:
    write_return_letter(
        to=to,
        return_record=return_record,
        kind="extension",
        key=f"extension {extension.pk}",
        subject=f"{subject}: {return_record.collection.name}",
        body=[first, f"The reason: {extension.decision_reason}", "See the return:"],
        because=because,
    )


def _record(verb: str, by: User, extension: Extension, until: date | None) -> None:
    detail = {"until": until.isoformat()} if until else {}
    trust = extension.return_record.trust
    record(verb=verb, by=by, subject=extension, trust=trust, detail={"return": extension.return_record_id, **detail})
