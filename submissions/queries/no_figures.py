"""Returns that come without figures: why a nil return cannot be declared, or a return not be excused; and what their page says of it."""

from collections.abc import Set
from dataclasses import dataclass

from footprints.access_table import Action
from submissions.models import Excuse, NilReturn, Return, Submission
from submissions.queries.figure_queries import definition_of
from submissions.queries.locks import why_locked
from submissions.queries.progress import ReturnRow
from submissions.stages import IN, NOT_EXPECTED
from submissions.states import State

IN_HAND = (State.RECEIVED, State.STUCK)
"""Files of which nobody knows yet what will become."""


@dataclass(frozen=True, slots=True)
class NoFiguresBox:
    """What a return's page says of a nil return and of an excuse."""

    nil: NilReturn | None
    excuse: Excuse | None
    allowed: str
    """In which case a nil return may be declared; empty where the reader cannot declare one here."""
    may_take_back: bool
    may_excuse: bool
    may_end_excuse: bool


def no_figures_box(row: ReturnRow, actions: Set[Action]) -> NoFiguresBox:
    """The box of a return that a page shows, for somebody who may do these actions to its trust. No query where it is neither nil nor
    excused."""
    facts, return_record = row.facts, row.return_record
    nil = return_record.nil_returns.in_force().select_related("declared_by", "signed_by").first() if facts.nil else None
    excuse = return_record.excuses.in_force().select_related("approved_by").first() if facts.excused else None
    outstanding = row.standing not in IN | NOT_EXPECTED
    free = outstanding and facts.latest not in IN_HAND
    takes_it_back: Action = "declare_nil" if nil is None or nil.signed_at is None else "reopen"
    return NoFiguresBox(
        nil=nil,
        excuse=excuse,
        allowed=nil_return_words(return_record) if free and "declare_nil" in actions else "",
        may_take_back=nil is not None and takes_it_back in actions,
        may_excuse=free and "excuse" in actions,
        may_end_excuse=excuse is not None and "excuse" in actions,
    )


def nil_return_words(return_record: Return) -> str:
    """In which case a trust may declare that it has nothing to report; empty where the template has no nil return."""
    return definition_of(return_record).nil_return or ""


def why_no_nil_return(return_record: Return) -> str:
    """Why a nil return cannot be declared now, in a sentence; empty where it can."""
    if not nil_return_words(return_record):
        return f"{return_record.collection.name} has no nil return: every trust has figures to report."
    return why_locked(return_record) or _why_a_file_is_in_the_way(return_record)


def why_no_excuse(return_record: Return) -> str:
    """Why a return cannot be excused, in a sentence; empty where it can."""
    if return_record.excuses.in_force().exists():
        return "This return is excused already."
    if return_record.nil_returns.in_force().exists():
        return "A nil return is declared, so there is nothing to excuse."
    return _why_a_file_is_in_the_way(return_record)


def _why_a_file_is_in_the_way(return_record: Return) -> str:
    files = Submission.objects.filter(return_record=return_record)
    held = dict(files.filter(state__in=(State.ACCEPTED, *IN_HAND)).values_list("state", "reference"))
    if State.ACCEPTED in held:
        return f"{held[State.ACCEPTED]} is on record for this return, so there are figures."
    if held:
        return f"{next(iter(held.values()))} is with us to be checked. See first what comes of it."
    return ""
