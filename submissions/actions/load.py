"""Loading the figures of a clean submission: one transaction, exactly once, the earlier file superseded but kept."""

import logging
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from footprints.events import record
from submissions.actions.copying import copy_rows
from submissions.actions.figure_queries import answer_by_file
from submissions.actions.letters import write_outcome_letter
from submissions.actions.receipts import give_receipt
from submissions.actions.sign_off_letters import write_ready_to_sign_letters
from submissions.models import LONGEST_SHEET_NAME, Return, SignOff, Submission
from submissions.states import State, check_may_follow
from templates_app.reading import Place, ReadCell, Value

logger = logging.getLogger(__name__)

_COLUMNS = ("submission_id", "line", "column", "kind", "number", "text", "sheet", "cell")


def load(*, submission: Submission, values: Mapping[Place, Value], cells: Mapping[Place, ReadCell]) -> None:
    """Load every value of a submission that has no errors and nothing left to explain, or do nothing when that has been done.

    The return is locked, so two workers with the same or two files of one return go one after the other. A file that was
    received before the one on record never takes its place: it is loaded as replaced.
    """
    with transaction.atomic():
        return_record = Return.objects.select_for_update().select_related("trust").get(pk=submission.return_record_id)
        current = Submission.objects.select_for_update().defer("reading").get(pk=submission.pk)
        if current.state not in (State.RECEIVED, State.TO_EXPLAIN):
            return
        if SignOff.objects.in_force().filter(return_record=return_record).exists():
            _hold_back(current, return_record)
            return
        on_record = Submission.objects.accepted().filter(return_record=return_record).defer("reading").first()
        later_on_record = on_record is not None and (on_record.received_at, on_record.pk) > (
            current.received_at,
            current.pk,
        )
        new_state = State.REPLACED if later_on_record else State.ACCEPTED
        check_may_follow(State(current.state), new_state)
        if on_record is not None and not later_on_record:
            check_may_follow(State(on_record.state), State.REPLACED)
            Submission.objects.filter(pk=on_record.pk).update(state=State.REPLACED)
        copy_figures(_rows(submission.pk, values, cells))
        Submission.objects.filter(pk=current.pk).update(state=new_state, loaded_at=timezone.now())
        record(
            verb=new_state.value,
            by="the portal",
            subject=submission,
            trust=return_record.trust,
            detail={"reference": submission.reference, "figures": len(values)},
        )
        whole = _tell(submission.pk, new_state)
        if new_state == State.ACCEPTED:
            answer_by_file(submission=whole, values=values, return_record=whole.return_record)


def _hold_back(submission: Submission, return_record: Return) -> None:
    """Never load over a signature. No file should come so far: signing waits for files in hand, and a signed return takes none. Should
    one, it is set aside for people, with nothing lost: once the return is reopened it can be checked again."""
    logger.error("%s was not loaded: its return has been signed", submission.reference)
    if submission.state == State.RECEIVED:
        check_may_follow(State.RECEIVED, State.STUCK)
        Submission.objects.filter(pk=submission.pk).update(state=State.STUCK)
    record(
        verb="held back",
        by="the portal",
        subject=submission,
        trust=return_record.trust,
        detail={"reference": submission.reference, "why": "the return is signed"},
    )


def _tell(submission_id: int, state: State) -> Submission:
    """Give the receipt where there is one to give, whose letter follows by itself; else write to whoever sent the file. Gives the file
    with its return, trust, collection and uploader."""
    whole = Submission.objects.select_related("return_record__trust", "return_record__collection", "uploaded_by")
    loaded = whole.defer("reading").get(pk=submission_id)
    if state == State.ACCEPTED:
        give_receipt(loaded)
        write_ready_to_sign_letters(loaded)
    else:
        write_outcome_letter(loaded, state)
    return loaded


Row = tuple[int, str, str, str, str | None, str, str, str]


def _rows(submission_id: int, values: Mapping[Place, Value], cells: Mapping[Place, ReadCell]) -> Iterable[Row]:
    for (line, column), value in values.items():
        number = None if value.number is None else format(value.number, "f")
        cell = cells[line, column]
        yield (submission_id, line, column, value.kind, number, value.text, cell.sheet[:LONGEST_SHEET_NAME], cell.cell)


def copy_figures(rows: Iterable[Row]) -> None:
    """Write figure rows."""
    copy_rows("submissions_figure", _COLUMNS, rows, words=("text", "sheet", "cell"))
