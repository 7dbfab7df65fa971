"""The one thing that somebody of a trust does next about a return."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from footprints.access import Action
from submissions.queries.progress import ReturnRow
from submissions.stages import Stage
from ui.formats import plural

Page = Literal["workbook", "upload", "submission", "comparison"]
"""Where the step is done: the workbook of the return, its box for a file, or a page of its latest file."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, as words for a button, and where."""

    text: str
    page: Page


def next_step(row: ReturnRow, actions: Set[Action]) -> NextStep | None:
    """The next step of a return for somebody who may do these actions to its trust; None when there is nothing for them.

    The comparison is for a return without anything left to look at.
    """
    step = _step(row, may_mend="upload" in actions)
    return step if step is not None and _NEEDS[step.page] in actions else None


_NEEDS: dict[Page, Action] = {
    "workbook": "download_template",
    "upload": "upload",
    "submission": "see_findings",
    "comparison": "see_benchmarks",
}


def _step(row: ReturnRow, *, may_mend: bool) -> NextStep | None:
    match row.stage:
        case Stage.NOT_STARTED | Stage.OPENED:
            return NextStep("Download your workbook", "workbook")
        case Stage.DOWNLOADED:
            return NextStep("Upload your workbook", "upload")
        case Stage.CHECKING:
            return NextStep("See how far the check is", "submission")
        case Stage.STUCK:
            return NextStep("See what has happened", "submission")
        case Stage.REFUSED:
            return NextStep("See why we could not read your file", "submission")
        case Stage.BLOCKED:
            return NextStep(f"{'Mend' if may_mend else 'See'} {plural(row.errors, 'error')}", "submission")
        case Stage.TO_EXPLAIN:
            return NextStep(f"{'Explain' if may_mend else 'See'} {plural(row.to_explain, 'warning')}", "submission")
        case Stage.EXCUSED | Stage.GONE | Stage.NIL | Stage.NIL_TO_SIGN:
            return None
        case Stage.QUERIED | Stage.TO_SIGN | Stage.SIGNED | Stage.ACCEPTED:
            return NextStep("See how you compare", "comparison")
