"""What happened to a return: its files, newest first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from submissions.models import Correction, Return, Submission
from submissions.queries.difference import differences
from submissions.queries.progress import counted
from submissions.states import JUDGED, State


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One file of a return."""

    submission: Submission
    errors: int
    warnings: int
    notes: int
    on_trial: int
    """What rules on trial found; errors, warnings and notes are without it."""
    corrected: int
    """How many figures were corrected on the page to make it."""
    difference: str
    """How it differs from the file before it, in words; empty for the first."""

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
    files = return_record.submissions.select_related("uploaded_by", "corrects").order_by("-received_at", "-pk")
    changed = differences(return_record)
    corrections = Correction.objects.filter(submission__return_record=return_record)
    corrected = Counter(corrections.values_list("submission_id", flat=True))
    return [
        TimelineRow(
            file,
            file.errors,
            file.warnings,
            file.notes,
            file.on_trial,
            corrected[file.pk],
            changed[file.pk].in_words if file.pk in changed else "",
        )
        for file in counted(files)
    ]
