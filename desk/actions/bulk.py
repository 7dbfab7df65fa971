"""The same done to many returns: first all of it shown, every message with its words, then done as it was shown. What has changed in
between is left out, and said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from desk.actions.assignments import assign
from desk.actions.chase import CannotChase, chase
from desk.actions.contacts import log_contact
from desk.models import Assignment
from desk.queries.messages import by_hand, preview_by_hand, situated
from footprints.access import NotAllowed, trusts_visible_to
from footprints.models import Letter, User
from submissions.actions.extensions import grant_directly
from submissions.actions.reasons import CannotBeDone
from submissions.models import Return
from submissions.queries.standing import due_date_of
from ui.formats import long_date

MOST_AT_ONCE: Final = 500
"""More than that nobody looks through before it goes."""

CHANGED: Final = "It has changed since you looked. Look at it again."


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter as it would go: to whom, and in what words."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """What happens to one return. `mark` tells later whether it is still what was shown."""

    return_record: Return
    words: str
    mark: str
    letters: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A return to which nothing happens, and why."""

    return_record: Return
    why: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """What would happen, or what has happened, to each of many returns."""

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def letters(self) -> int:
        """How many letters there are."""
        return sum(len(item.letters) for item in self.items)


def returns_for(by: User, keys: Iterable[int]) -> list[Return]:
    """Those of the returns about which the person may do something, by trust; no more than can be looked through."""
    found = Return.objects.filter(pk__in=list(keys), trust__in=trusts_visible_to(by, "chase"))
    return list(found.select_related("trust", "collection").order_by("trust__name", "pk")[:MOST_AT_ONCE])


def preview(*, by: User, what: str, returns: list[Return], given: Mapping[str, Any], today: date) -> Bulk:
    """Everything that would happen, and nothing done. `what` is remind, log, assign or extend."""
    if what == "remind":
        return _reminders(returns, today)
    items, left_out = [], []
    for return_record in returns:
        try:
            items.append(_tried(by, what, return_record, given))
        except (CannotBeDone, NotAllowed) as refusal:
            left_out.append(LeftOut(return_record, str(refusal)))
    return Bulk(tuple(items), tuple(left_out))


def carry_out(
    *, by: User, what: str, returns: list[Return], given: Mapping[str, Any], shown: Mapping[int, str]
) -> Bulk:
    """Do what was shown, return by return: each is looked at again, and is done as it was shown or not at all."""
    items, left_out = [], []
    for return_record in returns:
        try:
            with transaction.atomic():
                items.append(_done(by, what, return_record, given, shown.get(return_record.pk)))
        except (CannotBeDone, CannotChase, NotAllowed) as refusal:
            left_out.append(LeftOut(return_record, str(refusal)))
    return Bulk(tuple(items), tuple(left_out))


def _reminders(returns: list[Return], today: date) -> Bulk:
    found = preview_by_hand(Return.objects.filter(pk__in=[each.pk for each in returns]), today)
    items = (
        Item(
            message.return_record,
            message.rung.title,
            message.digest,
            tuple(Shown(each.in_words, message.subject, message.text_for(each)) for each in message.recipients),
        )
        for message in found.messages
    )
    return Bulk(tuple(items), tuple(LeftOut(each.return_record, each.why_not) for each in found.left_out))


def _tried(by: User, what: str, return_record: Return, given: Mapping[str, Any]) -> Item:
    """Do it, look at what came of it, and undo it: so nothing is shown that would then be refused."""
    with transaction.atomic():
        mark, start = _mark(what, return_record), timezone.now()
        words = _ACTIONS[what](by, return_record, given)
        # Of this kind alone: somebody may be inviting a person to the trust this very moment, and that letter is nobody else's to read.
        own = Letter.objects.filter(kind="extension", trust=return_record.trust, written_at__gte=start)
        written = own.select_related("to")
        letters = tuple(Shown(each.to.name, each.subject, each.text) for each in written.order_by("pk"))
        transaction.set_rollback(True)
    return Item(return_record, words, mark, letters)


def _done(by: User, what: str, return_record: Return, given: Mapping[str, Any], shown: str | None) -> Item:
    if shown is None:
        raise CannotBeDone(whole=CHANGED)
    if what == "remind":
        rung = by_hand(situated(return_record, timezone.localdate()))
        if rung is None:
            raise CannotChase(CHANGED)
        chase(by=by, return_record=return_record, rung=rung, shown=shown)
        return Item(return_record, rung.title, shown)
    Return.objects.select_for_update().get(pk=return_record.pk)
    if _mark(what, return_record) not in (shown, _aim(given)):
        raise CannotBeDone(whole=CHANGED)
    return Item(return_record, _ACTIONS[what](by, return_record, given), shown)


def _mark(what: str, return_record: Return) -> str:
    """What of a return was looked at before it was decided: its due day, or who looks after its trust."""
    if what == "extend":
        return due_date_of(return_record).isoformat()
    if what == "assign":
        held = Assignment.objects.in_force().filter(trust=return_record.trust_id).values_list("manager_id", flat=True)
        return str(held.first() or "")
    return "as-it-is"


def _aim(given: Mapping[str, Any]) -> str:
    """The mark of a trust that has the owner already whom it is to have, as a second return of it finds; for all else, none."""
    manager = given.get("manager")
    return str(manager.pk) if manager else ""


def _log(by: User, return_record: Return, given: Mapping[str, Any]) -> str:
    contact = log_contact(by=by, return_record=return_record, **given)
    day = "" if contact.hour_is_known else f" on {long_date(contact.at)}"
    return f"{contact.get_kind_display()}{day}, {contact.with_whom}: {contact.said or 'nobody was reached'}"


def _assign(by: User, return_record: Return, given: Mapping[str, Any]) -> str:
    manager = given["manager"]
    assign(by=by, trust=return_record.trust, manager=manager)
    return f"Owner: {manager.name if manager else 'nobody'}"


def _extend(by: User, return_record: Return, given: Mapping[str, Any]) -> str:
    extension = grant_directly(by=by, return_record=return_record, **given)
    return f"Due by {long_date(extension.until_date or extension.asked_until_date)}"


_ACTIONS: Final[dict[str, Callable[[User, Return, Mapping[str, Any]], str]]] = {
    "log": _log,
    "assign": _assign,
    "extend": _extend,
}
