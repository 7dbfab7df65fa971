"""Everything that happened to one return, as its story tells it: said, asked, sent, decided, and signed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from desk.models import Assignment, Contact, Pause
from desk.queries.story_letters import SentLetter, letters_about
from footprints.models import Membership
from submissions.models import FigureQuery, Reopening, Return
from ui.formats import long_date


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, the latest on top."""

    at: datetime
    title: str
    by: str
    """Whose doing it was; empty where that is not on record."""
    text: str = ""
    letters: tuple[SentLetter, ...] = ()
    hour_is_known: bool = True
    link: tuple[str, str] | None = None
    """The name of a page and its key, for more about it."""


def entries(return_record: Return, today: date, *, with_figures: bool) -> tuple[Entry, ...]:
    """All of it, the latest first; the text of letters that tell figures only `with_figures`."""
    happened = [*_happened(return_record, today), *_written(return_record, with_figures=with_figures)]
    return tuple(sorted(happened, key=lambda entry: entry.at, reverse=True))


def _happened(return_record: Return, today: date) -> Iterator[Entry]:
    yield from _spoken(return_record)
    yield from _sent(return_record)
    yield from _asked(return_record)
    yield from _looked_after(return_record, today)
    for file in return_record.submissions.select_related("uploaded_by").defer("reading"):
        link = ("submissions:submission", file.reference)
        yield Entry(
            file.received_at, f"File {file.reference}: {file.get_state_display()}", file.uploaded_by.name, link=link
        )
    for signed in return_record.sign_offs.select_related("signed_by"):
        yield Entry(signed.signed_at, "Signed off", signed.signed_by.name)
    yield from _without_figures(return_record)


def _without_figures(return_record: Return) -> Iterator[Entry]:
    for excuse in return_record.excuses.select_related("approved_by", "ended_by"):
        yield Entry(excuse.approved_at, "Excused", excuse.approved_by.name, excuse.reason)
        if excuse.ended_at:
            yield Entry(
                excuse.ended_at, "Expected again: no longer excused", excuse.ended_by.name if excuse.ended_by else ""
            )
    for nil in return_record.nil_returns.select_related("declared_by", "signed_by", "withdrawn_by"):
        yield Entry(nil.declared_at, "Nil return declared", nil.declared_by.name, nil.reason)
        if nil.signed_at and nil.signed_by:
            yield Entry(nil.signed_at, "Nil return signed", nil.signed_by.name)
        if nil.withdrawn_at:
            yield Entry(nil.withdrawn_at, "Nil return taken back", nil.withdrawn_by.name if nil.withdrawn_by else "")


def _spoken(return_record: Return) -> Iterator[Entry]:
    for contact in Contact.objects.filter(return_record=return_record).select_related("by"):
        reached = "with" if contact.reached else "to"
        tried = "" if contact.reached else "; nobody was reached"
        promise = f" They promised it for {long_date(contact.promised_date)}." if contact.promised_date else ""
        title = f"{contact.get_kind_display()} {reached} {contact.with_whom}{tried}"
        said = f"{contact.said}{promise}"
        yield Entry(contact.at, title, contact.by.name, said, hour_is_known=contact.hour_is_known)


def _sent(return_record: Return) -> Iterator[Entry]:
    for chase in return_record.chases.select_related("by").prefetch_related("letters__to"):
        letters = tuple(SentLetter(letter) for letter in chase.letters.all())
        by = chase.by.name if chase.by else "The ladder"
        yield Entry(chase.at, f"Reminder ({chase.rung})", by, letters=letters)


def _written(return_record: Return, *, with_figures: bool) -> Iterator[Entry]:
    for copies in letters_about(return_record, with_figures=with_figures):
        first = copies[0].letter
        yield Entry(first.written_at, f"Letter: {first.subject}", "the portal", letters=copies)


def _asked(return_record: Return) -> Iterator[Entry]:
    for one in return_record.extensions.select_related("asked_by", "decided_by"):
        yield Entry(
            one.asked_at, f"More time asked for, until {long_date(one.asked_until_date)}", one.asked_by.name, one.reason
        )
        if one.decided_at and one.decided_by:
            said = f"More time given, until {long_date(one.until_date)}" if one.until_date else "More time refused"
            yield Entry(one.decided_at, said, one.decided_by.name, one.decision_reason)
    for query in FigureQuery.objects.filter(return_record=return_record).select_related("asked_by", "answered_by"):
        yield Entry(query.asked_at, f"Query about {query.line}", query.asked_by.name, query.question)
        if query.answered_at and query.answered_by:
            yield Entry(query.answered_at, f"Query about {query.line} answered", query.answered_by.name, query.answer)
    reopened = Reopening.objects.filter(sign_off__return_record=return_record)
    for reopening in reopened.select_related("asked_by", "decided_by"):
        yield Entry(reopening.asked_at, "Reopening asked for", reopening.asked_by.name, reopening.reason)
        if reopening.decided_at and reopening.decided_by:
            said = "Reopened" if reopening.granted else "Reopening refused"
            yield Entry(reopening.decided_at, said, reopening.decided_by.name, reopening.decision_reason)


def _looked_after(return_record: Return, today: date) -> Iterator[Entry]:
    trust = return_record.trust
    shared = Membership.objects.current(today).filter(trust=trust).values("footprint")
    assignments = Assignment.objects.filter(Q(trust=trust) | Q(footprint__in=shared))
    for one in assignments.select_related("manager", "by", "footprint"):
        of = f" of {one.footprint.name}" if one.footprint else ""
        yield Entry(one.at, f"Owner{of}: {one.manager.name}", one.by.name)
        if one.ended_at:
            yield Entry(one.ended_at, f"No longer owner{of}: {one.manager.name}", "")
    yield from _pauses(Pause.objects.filter(trust=trust).select_related("by", "ended_by"))


def _pauses(pauses: Iterable[Pause]) -> Iterator[Entry]:
    for pause in pauses:
        yield Entry(pause.at, f"Reminders paused until {long_date(pause.until_date)}", pause.by.name, pause.reason)
        if pause.ended_at and pause.ended_by:
            yield Entry(pause.ended_at, "Reminders go again", pause.ended_by.name)
