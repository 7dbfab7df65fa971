"""Correcting figures on the page: the file stays as it was sent, and a new submission takes over its reading with the changed cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.locked import check_unlocked
from submissions.models import LONGEST_SHEET_NAME, Correction, Return, Submission
from submissions.queries.own_files import is_own
from submissions.read_file import from_json, to_json
from submissions.states import State
from templates_app import registry
from templates_app.number_text import tidy
from templates_app.reading import Place, ReadCell, Reading
from templates_app.schema import Column, Definition, Line
from templates_app.typed_cell import LONGEST_TYPED, cleaned, standing, typed_cell, typed_into
from ui.formats import number
from ui.plain_text import one_line

TAKES_CORRECTIONS = (State.BLOCKED, State.TO_EXPLAIN, State.ACCEPTED)
_LONGEST_LABEL = 300


class CannotCorrect(Exception):
    """Nothing was taken. The text is for the person."""


class NothingChanged(CannotCorrect):
    """Every cell says what it said before."""


class NotLatest(CannotCorrect):
    """A later file has come for the return, perhaps by a double click or from another tab."""

    def __init__(self, latest: Submission) -> None:
        super().__init__(
            f"A later file of this return has come: {latest.reference}. What you typed was not taken. Correct the figures there."
        )
        self.latest = latest


@dataclass(frozen=True, slots=True)
class Corrected:
    """The new submission, which the caller has processed at once, and how many cells were corrected in it."""

    submission: Submission
    cells: int


def may_be_corrected(submission: Submission) -> bool:
    """Whether figures of this file can be corrected on the page: it was read, is the trust's own, and no later file has come.
    That the return is not locked is another question."""
    return submission.state in TAKES_CORRECTIONS and is_own(submission) and submission.is_latest


def correctable(submission: Submission) -> Mapping[Place, str]:
    """The cells of a file that can be corrected on the page, each with what stands there, to be typed over.

    Left out are cells that are not in the file, those of which nobody can say whose they are, and those that we work out.
    """
    if not may_be_corrected(submission):
        return {}
    reading = from_json(submission.reading or {})
    places = _cells_to_type_in(reading, registry.get(reading.template, reading.version))
    return {place: _in_the_box(reading.cells[place], reading) for place in places}


def correct(*, by: User, submission: Submission, changes: Mapping[Place, str]) -> Corrected:
    """Take what a person typed for cells of the latest file of a return, as a new submission that is yet to be checked.

    Cells that say what they said are passed over. Raises NotAllowed when the person may not correct for the trust, and with nothing
    taken ReturnIsLocked, NothingChanged, NotLatest, or CannotCorrect for a cell that cannot be corrected on the page.
    """
    check_may(by, "correct", trust=submission.return_record.trust)
    with transaction.atomic():
        base = _latest(submission)
        reading = from_json(base.reading or {})
        definition = registry.get(reading.template, reading.version)
        cells = _changed(reading, changes, definition)
        if not cells:
            raise NothingChanged("You have not changed any figure. Type over a figure, then check it.")
        made = _successor(base, by, typed_into(reading, cells, definition))
        Correction.objects.bulk_create(_correction(made, reading, cell) for cell in cells.values())
        _record("figures corrected", by, made, base, cells=len(cells))
    return Corrected(made, len(cells))


def check_again(*, by: User, submission: Submission) -> Submission:
    """The latest file of a return once more, as a new submission that is yet to be checked: by newer rules, or with a waiver that was
    approved since. Raises NotAllowed, ReturnIsLocked, NotLatest and CannotCorrect as `correct` does."""
    check_may(by, "correct", trust=submission.return_record.trust)
    with transaction.atomic():
        base = _latest(submission)
        made = _successor(base, by, from_json(base.reading or {}))
        _record("checked again", by, made, base)
    return made


def _latest(submission: Submission) -> Submission:
    """The file, with its return locked, so that of two attempts the second finds that it comes too late."""
    check_unlocked(Return.objects.select_for_update().get(pk=submission.return_record_id))
    files = Submission.objects.filter(return_record=submission.return_record_id).exclude(state=State.REFUSED)
    latest = files.select_related("return_record__trust", "return_record__collection").first()
    if latest is not None and latest.pk != submission.pk and submission.state != State.REFUSED:
        raise NotLatest(latest)
    if latest is None or latest.pk != submission.pk or latest.state not in TAKES_CORRECTIONS or not is_own(latest):
        raise CannotCorrect("The figures of this file cannot be corrected on the page. Upload a mended workbook.")
    return latest


def _successor(base: Submission, by: User, reading: Reading) -> Submission:
    return Submission.objects.create(
        return_record=base.return_record,
        corrects=base,
        file_name=base.file_name,
        file_key=base.file_key,
        sha256=base.sha256,
        size_bytes=base.size_bytes,
        uploaded_by=by,
        received_at=max(timezone.now(), base.received_at),
        guarded_at=base.guarded_at,
        read_at=base.read_at,
        template=base.template,
        version=base.version,
        reading=to_json(reading),
    )


def _changed(reading: Reading, changes: Mapping[Place, str], definition: Definition) -> Mapping[Place, ReadCell]:
    """The cells that say something else than before, as typed."""
    known = _cells_to_type_in(reading, definition)
    made: dict[Place, ReadCell] = {}
    for place, text in changes.items():
        if place not in known:
            raise CannotCorrect(f"{'.'.join(place)} cannot be corrected on the page. Mend it in the workbook.")
        cell = reading.cells[place]
        if one_line(cleaned(text)) == _in_the_box(cell, reading):
            continue
        typed = typed_cell(text, cell, *known[place])
        if tidy(standing(typed)) == tidy(standing(cell, date_1904=reading.date_1904)):
            continue
        if (length := len(cleaned(text))) > LONGEST_TYPED:
            raise CannotCorrect(
                f"{cell.label}: you typed {number(length)} characters. Type {number(LONGEST_TYPED)} or fewer."
            )
        made[place] = typed
    return made


def _in_the_box(cell: ReadCell, reading: Reading) -> str:
    """What stands in a cell, as its box on the page shows it: on one line, as browsers send it back."""
    return one_line(standing(cell, date_1904=reading.date_1904))


def _cells_to_type_in(reading: Reading, definition: Definition) -> Mapping[Place, tuple[Line, Column]]:
    return {
        place: (line, column)
        for _, line, column in definition.cells()
        if (place := (line.code, column.code)) in reading.cells and place not in reading.conflicts
    }


def _correction(made: Submission, before: Reading, cell: ReadCell) -> Correction:
    old = before.cells[cell.line, cell.column]
    return Correction(
        submission=made,
        line=cell.line,
        column=cell.column,
        sheet=cell.sheet[:LONGEST_SHEET_NAME],
        cell=cell.cell,
        label=cell.label[:_LONGEST_LABEL],
        old=standing(old, date_1904=before.date_1904),
        new=standing(cell),
    )


def _record(verb: str, by: User, made: Submission, base: Submission, **detail: int) -> None:
    record(
        verb=verb,
        by=by,
        subject=made,
        trust=made.return_record.trust,
        detail={"reference": made.reference, "corrects": base.reference, **detail},
    )
