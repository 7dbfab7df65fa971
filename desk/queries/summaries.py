"""What a support manager is told each morning: whom to call, what waits for a decision, and what changed since the last morning."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from desk.next_action import ACTION_WORDS, Action
from desk.queries.desk_filters import MINE, NOBODY, DeskFilters
from desk.queries.desk_tables import open_collections
from desk.queries.people import people_of
from desk.queries.queue import Listed, queue
from footprints.access import trusts_visible_to
from footprints.models import Role, RoleKind, Trust, User
from footprints.queries.people import without_people
from submissions.models import Collection, Extension, NilReturn, Reopening, Return, SignOff, Submission
from submissions.states import State

CALLS = frozenset({Action.CALL, Action.CALL_SIGNATORY})


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One return, and what there is to say of it."""

    return_record: Return
    said: str


@dataclass(frozen=True, slots=True)
class MorningSummary:
    """What one support manager is told: of the trusts assigned to them, and of those in their region that nobody is assigned to."""

    person: User
    since: datetime
    calls: tuple[SummaryLine, ...]
    promises: tuple[SummaryLine, ...]
    """Returns that were promised for a day that has passed."""
    extensions: tuple[Extension, ...]
    reopenings: tuple[Reopening, ...]
    without_people: tuple[tuple[Trust, str], ...]
    """Trusts that lack somebody, with what they lack: "signatory and no preparer"."""
    changes: tuple[SummaryLine, ...]
    illustrative: bool
    """Whether all of its rounds are made up."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do; what changed is no work."""
        return not (self.calls or self.promises or self.extensions or self.reopenings or self.without_people)


def support_managers(today: date) -> list[User]:
    """Everybody who is support manager of a region, or of England, on a day."""
    held = Role.objects.current(today).filter(kind=RoleKind.SUPPORT_MANAGER, user__is_active=True)
    return list(User.objects.filter(roles__in=held).distinct())


def morning_summary(person: User, today: date, since: datetime) -> MorningSummary:
    """What one support manager is told on a morning; the last one was told at `since`. Pilots are no part of it."""
    trusts = _own_trusts(person, today)
    owed = (
        Return.objects.filter(trust__in=trusts, collection__in=_rounds(today))
        .select_related("trust", "collection")
        .order_by("trust__name", "pk")
    )
    returns = {each.pk: each for each in owed}
    listed = [each for each in _queued(person, today) if each.pk in returns]
    waiting = {"return_record__in": list(returns)}
    return MorningSummary(
        person=person,
        since=since,
        calls=tuple(_said(returns, listed, CALLS)),
        promises=tuple(_said(returns, listed, {Action.CALL_PROMISE})),
        extensions=tuple(
            Extension.objects.waiting()
            .filter(**waiting)
            .select_related("return_record__trust", "return_record__collection")
            .order_by("asked_at")
        ),
        reopenings=tuple(
            Reopening.objects.waiting()
            .filter(sign_off__return_record__in=list(returns))
            .select_related("sign_off__return_record__trust", "sign_off__return_record__collection")
            .order_by("asked_at")
        ),
        without_people=tuple(_without_people(returns.values(), today)),
        changes=tuple(_changes(returns, since)),
        illustrative=all(each.collection.illustrative for each in returns.values()),
    )


def _own_trusts(person: User, today: date) -> list[Trust]:
    visible = list(trusts_visible_to(person, "see_desk"))
    around = people_of(visible, today)
    return [trust for trust in visible if around[trust.pk].manager in (None, person)]


def _rounds(today: date) -> list[Collection]:
    return list(open_collections(today).exclude(purpose=Collection.Purpose.PILOT))


def _queued(person: User, today: date) -> Iterable[Listed]:
    for owner in (MINE, NOBODY):
        yield from queue(person, DeskFilters(owner=owner), today).listed


def _said(returns: dict[int, Return], listed: Iterable[Listed], actions: Iterable[Action]) -> Iterable[SummaryLine]:
    wanted = frozenset(actions)
    for each in sorted((each for each in listed if each.action in wanted), key=lambda each: (each.due, each.pk)):
        yield SummaryLine(returns[each.pk], ACTION_WORDS[each.action])


def _without_people(returns: Iterable[Return], today: date) -> Iterable[tuple[Trust, str]]:
    trusts = {each.trust.pk: each.trust for each in returns}
    lacking = without_people(trusts.values(), today)
    for trust in sorted(trusts.values(), key=lambda trust: trust.name):
        if trust.pk in lacking and (missing := lacking[trust.pk].missing):
            yield trust, " and no ".join(kind.label for kind in missing)


def _changes(returns: dict[int, Return], since: datetime) -> Iterable[SummaryLine]:
    """What came of the returns since a moment: files that came through or came back, nil returns and signatures, in that order."""
    own = {"return_record__in": list(returns)}
    files = Submission.objects.filter(**own)
    came = files.filter(loaded_at__gte=since)
    back = files.filter(
        Q(checked_at__gte=since, state__in=(State.BLOCKED, State.TO_EXPLAIN))
        | Q(received_at__gte=since, state=State.REFUSED)
    ).exclude(return_record__in=came.values("return_record"))
    happened = (
        (came, "a file was accepted"),
        (back, "a file came back to the trust"),
        (NilReturn.objects.in_force().filter(**own, declared_at__gte=since), "a nil return was declared"),
        (SignOff.objects.in_force().filter(**own, signed_at__gte=since), "it was signed off"),
    )
    for records, said in happened:
        keys = set(records.values_list("return_record", flat=True))
        yield from (SummaryLine(returns[key], said) for key in returns if key in keys)
