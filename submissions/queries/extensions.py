"""More time for a return: what was asked and granted, until when a person may grant, and why no more can be asked for."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from footprints.access_table import Action
from footprints.models import User
from footprints.working_days import add_working_days
from submissions.models import Collection, Extension, Return
from submissions.queries.progress import ReturnRow
from submissions.queries.standing import facts_of, with_standing
from submissions.stages import IN, NOT_EXPECTED, Stage, standing_of
from ui.formats import long_date


@dataclass(frozen=True, slots=True)
class ExtensionBox:
    """What a return's page says of more time."""

    waiting: Extension | None
    decided: tuple[Extension, ...]
    """The latest first."""
    may_ask: bool
    may_grant: bool
    may_decide: bool

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say or to do."""
        return self.waiting is not None or bool(self.decided) or self.may_ask or self.may_grant


def extension_box(return_record: Return, actions: Set[Action], person: User, *, is_wanted: bool) -> ExtensionBox:
    """More time for a return as somebody sees it who may do these actions to its trust. `is_wanted` says whether it is still outstanding
    in a collection that is open: for one that is not, nothing more can be asked. One query."""
    extensions = list(return_record.extensions.select_related("asked_by", "decided_by"))
    waiting = next((extension for extension in extensions if extension.decided_at is None), None)
    free = is_wanted and waiting is None
    grants = "grant_extension" in actions
    return ExtensionBox(
        waiting=waiting,
        decided=tuple(extension for extension in extensions if extension.decided_at is not None),
        may_ask=free and "ask_extension" in actions,
        may_grant=free and grants,
        may_decide=waiting is not None and grants and waiting.asked_by_id != person.pk,
    )


def latest_day(collection: Collection, *, any_day: bool) -> date | None:
    """The last day until which more time can be granted: by the working days that the collection allows, or, for a person who may grant
    any day, until it closes; None where it closes on no day that is known yet."""
    if any_day:
        return collection.closes_date
    day = add_working_days(collection.due_date, collection.extension_days)
    return min(day, collection.closes_date) if collection.closes_date else day


def why_no_more_time(return_record: Return, today: date) -> str:
    """Why a return needs no more time, in a sentence; empty where it may be asked for."""
    return why_not_wanted(_standing(return_record, today), return_record.collection, today)


def why_not_wanted(standing: Stage, collection: Collection, today: date) -> str:
    """The same for a return whose standing is known."""
    if standing in IN:
        return "This return has come, so it needs no more time."
    if standing in NOT_EXPECTED:
        return "This return is not expected, so it needs no more time."
    if not collection.is_open_on(today):
        opens = collection.opens_date > today
        return (
            f"{collection.name} opens on {long_date(collection.opens_date)}. Ask for more time from then on."
            if opens
            else f"{collection.name} is closed."
        )
    return ""


def is_outstanding(row: ReturnRow) -> bool:
    """Whether more time may be asked for a return that a page shows."""
    return not why_not_wanted(row.standing, row.collection, row.today)


def is_expected(return_record: Return, today: date) -> bool:
    """Whether a return is neither excused nor of a trust that has gone."""
    return _standing(return_record, today) not in NOT_EXPECTED


def _standing(return_record: Return, today: date) -> Stage:
    return standing_of(facts_of(with_standing(Return.objects.filter(pk=return_record.pk), today).get()))
