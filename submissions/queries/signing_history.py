"""What has been signed, sent back, asked and decided about a return: for its page, and for those who decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from footprints.access import trusts_visible_to
from footprints.models import Event, User
from submissions.models import NilReturn, Reopening, Return, SignOff
from submissions.queries.signing import SENT_BACK


@dataclass(frozen=True, slots=True)
class SigningEntry:
    """One thing that somebody did about the signature."""

    at: datetime
    title: str
    who: str
    words: str = ""
    """What they said, such as the reason; empty where nothing was asked of them."""


@dataclass(frozen=True, slots=True)
class SigningHistory:
    """The signature of a return, and all that was done about it."""

    signed: SignOff | None
    """In force."""
    waiting: Reopening | None
    """Asked for and not decided."""
    sent_back: SigningEntry | None
    """The last time that the file on record was sent back, unless it has been signed."""
    entries: tuple[SigningEntry, ...]
    """The newest first."""


def signing_history(return_record: Return) -> SigningHistory:
    """The history of one return, in a fixed number of queries."""
    sign_offs = list(
        SignOff.objects.filter(return_record=return_record)
        .select_related("signed_by", "submission", "permit__given_by")
        .defer("submission__reading")
    )
    reopenings = list(
        Reopening.objects.filter(sign_off__return_record=return_record).select_related(
            "asked_by", "decided_by", "sign_off"
        )
    )
    signed = next((sign_off for sign_off in sign_offs if sign_off.ended_at is None), None)
    files = list(return_record.submissions.order_by("-received_at", "-pk").values_list("pk", "reference", "state"))
    sent_back = _sent_back(files)
    on_record = next((pk for pk, _, state in files if state == "accepted"), None)
    entries = [
        *_of_sign_offs(sign_offs),
        *_of_reopenings(reopenings),
        *(entry for found in sent_back.values() for entry in found),
        *_of_nil_returns(return_record),
    ]
    return SigningHistory(
        signed=signed,
        waiting=next((reopening for reopening in reopenings if reopening.granted is None), None),
        sent_back=next(iter(sent_back.get(on_record or 0, ())), None) if signed is None else None,
        entries=tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)),
    )


def waiting_reopenings(person: User) -> list[Reopening]:
    """The reopenings that this person may decide on, the oldest first."""
    waiting = Reopening.objects.visible_to(person).waiting()
    mine = waiting.filter(sign_off__return_record__trust__in=trusts_visible_to(person, "reopen"))
    related = (
        "asked_by",
        "sign_off__signed_by",
        "sign_off__return_record__trust",
        "sign_off__return_record__collection",
    )
    return list(mine.select_related(*related).order_by("asked_at", "pk"))


def _sent_back(files: list[tuple[int, str, str]]) -> dict[int, list[SigningEntry]]:
    """By file, the newest first."""
    names = {f"submission:{pk}": (pk, reference) for pk, reference, _ in files}
    found: dict[int, list[SigningEntry]] = {}
    for event in Event.objects.filter(verb=SENT_BACK, subject__in=names).select_related("user"):
        pk, reference = names[event.subject]
        who = event.user.name if event.user is not None else event.system
        found.setdefault(pk, []).append(
            SigningEntry(event.at, f"{reference} sent back, not signed", who, event.detail.get("note", ""))
        )
    return found


def _of_sign_offs(sign_offs: list[SignOff]) -> Iterator[SigningEntry]:
    for sign_off in sign_offs:
        by_permit = ""
        if sign_off.permit is not None:
            given = sign_off.permit
            by_permit = f"Signed by somebody who had sent the file, as {given.given_by.name} allowed: {given.reason}"
        yield SigningEntry(
            sign_off.signed_at, f"{sign_off.submission.reference} signed", sign_off.signed_by.name, by_permit
        )


def _of_reopenings(reopenings: list[Reopening]) -> Iterator[SigningEntry]:
    for reopening in reopenings:
        yield SigningEntry(reopening.asked_at, "Reopening asked for", reopening.asked_by.name, reopening.reason)
        if reopening.decided_at is not None and reopening.decided_by is not None:
            title = "Reopening granted" if reopening.granted else "Reopening refused"
            yield SigningEntry(reopening.decided_at, title, reopening.decided_by.name, reopening.decision_reason)


def _of_nil_returns(return_record: Return) -> Iterator[SigningEntry]:
    signed = NilReturn.objects.filter(return_record=return_record, signed_at__isnull=False)
    for nil in signed.select_related("signed_by"):
        if nil.signed_at is not None and nil.signed_by is not None:
            yield SigningEntry(nil.signed_at, "Nil return signed", nil.signed_by.name)
