"""What happened to a return: its files, newest first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from submissions.models import Return, Submission
from submissions.queries.progress import counted
from submissions.states import State

JUDGED = frozenset({State.BLOCKED, State.ACCEPTED, State.REPLACED})


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One file of a return."""

    submission: Submission
    errors: int
    warnings: int
    notes: int
    errors_before: int | None
    """Errors of the file before it; None where that was not checked, or there was none."""

    @property
    def when(self) -> datetime:
        """When it was received."""
        return self.submission.received_at

    @property
    def is_judged(self) -> bool:
        """Whether its findings are known."""
        return State(self.submission.state) in JUDGED


def timeline(return_record: Return) -> list[TimelineRow]:
    """Every file of a return, newest first."""
    files = counted(return_record.submissions.select_related("uploaded_by").order_by("-received_at", "-pk"))
    before = [older.errors if State(older.state) in JUDGED else None for _, older in pairwise(files)]
    return [
        TimelineRow(file, file.errors, file.warnings, file.notes, errors_before)
        for file, errors_before in zip(files, [*before, None], strict=False)
    ]
