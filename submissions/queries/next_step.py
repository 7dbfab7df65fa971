"""The one thing that somebody of a trust does next about a return."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final, Literal

from footprints.access_table import Action
from submissions.queries.progress import ReturnRow
from submissions.stages import Stage
from ui.formats import plural

Page = Literal["workbook", "upload", "submission", "sign", "queries", "comparison"]
"""Where the step is done: the workbook of the return, its box for a file, a page of its latest file, the page on which it is signed, or
that of the queries about its figures."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, as words for a button, and where."""

    text: str
    page: Page


WAITS_FOR_SIGNATURE: Final = frozenset({Stage.TO_SIGN, Stage.NIL_TO_SIGN})


def next_step(row: ReturnRow, actions: Set[Action], signatories: Sequence[str] = ()) -> NextStep | None:
    """The next step of a return for somebody who may do these actions to its trust; None when there is nothing for them.

    `signatories` are the names of those who may sign for the trust. The comparison is for a return without anything left to look at.
    """
    if row.stage in WAITS_FOR_SIGNATURE:
        text = _to_sign(may_sign="sign_off" in actions, signatories=signatories)
        return NextStep(text, "sign") if _NEEDS["sign"] in actions else None
    if row.stage == Stage.QUERIED and _NEEDS["queries"] in actions:
        return NextStep(f"Answer {plural(row.open_queries, 'query', 'queries')}", "queries")
    step = _step(row, may_mend="upload" in actions and not row.no_files)
    if step is not None and step.page in ("workbook", "upload") and row.no_files:
        return None
    return step if step is not None and _NEEDS[step.page] in actions else None


_NEEDS: dict[Page, Action] = {
    "workbook": "upload",
    "upload": "upload",
    "submission": "see_findings",
    "sign": "see_findings",
    "queries": "answer_query",
    "comparison": "see_benchmarks",
}


def _to_sign(*, may_sign: bool, signatories: Sequence[str]) -> str:
    if may_sign:
        return "Check and sign the return"
    return f"Ask {' or '.join(signatories)} to sign" if signatories else "See why nobody can sign it yet"


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
