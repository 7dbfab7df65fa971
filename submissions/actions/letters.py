"""The letters of this room, written in the transaction of what they tell of: what was found in a file, and the receipt.

They hold figures, so they go only to whoever may see findings of that trust at that moment.
"""

import logging
from collections.abc import Iterator, Mapping
from itertools import islice

from footprints.access import may
from footprints.letters import page_address, write_letter
from footprints.models import User
from submissions.models import Explanation, Finding, Submission
from submissions.queries.difference import difference
from submissions.queries.findings import Filters, FindingsPage, Trouble, findings_page
from submissions.queries.receipts import FullReceipt, receipt_of
from submissions.receipt_pdf import receipt_pdf
from submissions.states import State
from templates_app.schema import SEVERITY_WORDS
from ui.formats import long_date, moment, number, plural
from ui.plain_text import one_line

logger = logging.getLogger(__name__)

MOST_LISTED = 50
"""So many findings are listed in a letter; all of them are on the page."""

_SUBJECTS = {
    State.BLOCKED: "Your file has errors to mend",
    State.TO_EXPLAIN: "Your file has warnings to explain",
    State.REPLACED: "A later file is on record",
}
_WHAT_NEXT = {
    State.BLOCKED: "Nothing was loaded yet. Mend the errors and upload the workbook again. How, and every finding:",
    State.TO_EXPLAIN: "Nothing was loaded yet. Say of each warning why the figure is right, or correct it, here:",
    State.REPLACED: "This file was checked and kept. A file that was received after it is on record instead. What we found in it:",
}


def write_outcome_letter(submission: Submission, state: State) -> None:
    """Tell whoever uploaded a file what came of its check. Who corrected figures on the page sees it there, and is spared a letter.

    The submission comes with its return, trust, collection and uploader.
    """
    if submission.corrects_id is not None or not _may_be_told(submission.uploaded_by, submission):
        return
    found = findings_page(submission, Filters())
    page = page_address("submissions:submission", submission.reference)
    body = [found.headline, *_changed(submission), _WHAT_NEXT[state], page, *_listed(submission, found)]
    _write(submission, kind=state.value, subject=_SUBJECTS[state], body=body)


def write_refusal_letter(submission: Submission, why: str) -> None:
    """Tell whoever uploaded a file why it could not be read."""
    if not _may_be_told(submission.uploaded_by, submission):
        return
    page = page_address("submissions:submission", submission.reference)
    body = [one_line(why), "Nothing from this file was loaded. What to do next:", page]
    _write(submission, kind=State.REFUSED.value, subject="We could not read your file", body=body)


def write_receipt_letter(submission: Submission) -> None:
    """Send the receipt of an accepted file to whoever uploaded it and to whoever gave its last explanation, by which it was accepted,
    with the PDF, and with what we noted."""
    people = [submission.uploaded_by, *_last_to_explain(submission)]
    told = [person for person in dict.fromkeys(people) if _may_be_told(person, submission)]
    receipt = receipt_of(submission) if told else None
    if receipt is None:
        return
    pdf = _pdf(receipt)
    found = findings_page(submission, Filters())
    noted = [_heading("What we noted"), *_listed(submission, found)] if found.total else []
    body = [
        "Your return is accepted. This is your receipt; keep it."
        + (" The same is attached as a PDF, and stands on this page:" if pdf else " The same stands on this page:"),
        page_address("submissions:receipt", submission.reference),
        *_receipt_words(receipt),
        *_changed(submission),
        *noted,
    ]
    for person in told:
        _write(
            submission,
            to=person,
            kind="receipt",
            subject="Your return is accepted: your receipt",
            body=body,
            attachment_name=f"Receipt-{submission.reference}.pdf" if pdf else "",
            attachment=pdf,
        )


def verify_address(submission: Submission) -> str:
    """Where anybody can see that a receipt is genuine."""
    return page_address("submissions:verified", submission.reference, submission.sha256)


def _pdf(receipt: FullReceipt) -> bytes:
    """The receipt as a PDF; nothing where it cannot be drawn, for no return is held up by its paper."""
    try:
        return receipt_pdf(receipt, verify_address(receipt.submission))
    except Exception:
        logger.exception("The receipt of %s could not be drawn", receipt.reference)
        return b""


def _last_to_explain(submission: Submission) -> Iterator[User]:
    """Whoever typed the last explanation of this file on the page: nobody where none was given there."""
    typed = Explanation.objects.filter(
        finding__submission=submission, carried_from=None, source=Explanation.Source.PAGE
    )
    last = typed.select_related("given_by").order_by("-given_at", "-pk").first()
    if last is not None:
        yield last.given_by


def _may_be_told(person: User, submission: Submission) -> bool:
    return may(person, "see_findings", trust=submission.return_record.trust)


def _changed(submission: Submission) -> Iterator[str]:
    """What is mended, new and left since the file before; nothing for the first."""
    since = difference(submission)
    if since is not None and since.in_words:
        yield f"Since the file before, {since.before.reference}: {since.in_words}"


def _write(
    submission: Submission,
    *,
    to: User | None = None,
    kind: str,
    subject: str,
    body: list[str],
    attachment_name: str = "",
    attachment: bytes = b"",
) -> None:
    """Write to this person, or to whoever uploaded the file."""
    trust, collection = submission.return_record.trust, submission.return_record.collection
    own = to in (None, submission.uploaded_by)
    head = [
        f"{collection.name}, {trust.name}",
        f"{'Your' if own else 'The'} file {one_line(submission.file_name)}, received on {moment(submission.received_at)}.\nReference {submission.reference}",
    ]
    if collection.illustrative:
        head.append("EXAMPLE DATA. The figures in this letter are made up and describe no trust.")
    why = "uploaded the file" if own else "gave the last explanation of the file"
    foot = f"You get this letter because you {why}. Nobody reads answers to this address."
    write_letter(
        to=to or submission.uploaded_by,
        kind=kind,
        key=f"{kind} {submission.reference}",
        subject=f"{subject} ({submission.reference})",
        text="\n\n".join([*head, *body, f"--\n{foot}"]) + "\n",
        trust=trust,
        attachment_name=attachment_name,
        attachment=attachment,
    )


def _heading(words: str) -> str:
    return f"{words}\n{'-' * len(words)}"


def _listed(submission: Submission, page: FindingsPage) -> Iterator[str]:
    """The findings sheet by sheet, up to the most that a letter lists, and how many there are when that is not all."""
    if page.total > MOST_LISTED:
        yield f"Listed here: the first {MOST_LISTED} of {number(page.total)}. All are on the page."
    said = dict(
        Explanation.objects.filter(finding__submission=submission).values_list("finding_id", "text"),
    )
    left = MOST_LISTED
    for group in page.groups:
        if not left:
            break
        yield _heading(f"{one_line(group.sheet) or 'The whole workbook'}: {plural(group.count, 'finding')}")
        for trouble in group.troubles:
            shown = list(islice(trouble.findings, left))
            left -= len(shown)
            if shown:
                yield _one(shown[0], said) if not trouble.is_shared else _shared(trouble, shown)


def _one(finding: Finding, said: Mapping[int, str]) -> str:
    entered = ""
    if finding.found:
        blank = finding.found == "nothing"
        entered = "You entered nothing. The cell is blank." if blank else f"You entered {one_line(finding.found)}."
    lines = [
        _place(finding),
        " ".join(filter(None, [f"{SEVERITY_WORDS[finding.severity]}.", entered, finding.message])),
        f"We expected: {one_line(finding.expected)}",
        f"Do this: {finding.remedy}",
        *_aside(finding),
    ]
    if finding.pk in said:
        lines.append(f"Explained already: {one_line(said[finding.pk])}")
    return "\n".join(lines)


def _shared(trouble: Trouble, shown: list[Finding]) -> str:
    first, every = trouble.finding, len(trouble.findings)
    more = f", of which {len(shown)} are listed" if len(shown) < every else ""
    what = {"error": "error", "warning": "warning"}.get(first.severity, "note")
    cells = [_place(finding) + _found_in(finding) for finding in shown]
    return "\n".join(
        [
            f"{plural(every, 'cell')} with the same {what}{more}",
            f"{SEVERITY_WORDS[first.severity]}. {first.message}",
            f"We expected: {one_line(first.expected)}",
            f"Do this: {first.remedy}",
            *_aside(first),
            *(f"* {cell}" for cell in cells),
        ]
    )


def _found_in(finding: Finding) -> str:
    return f": you entered {one_line(finding.found)}" if finding.found not in ("", "nothing") else ""


def _aside(finding: Finding) -> list[str]:
    if finding.trial_until is None:
        return []
    return [f"This rule is on trial until {long_date(finding.trial_until)}: it does not hold up your return."]


def _place(finding: Finding) -> str:
    where = f" ({one_line(finding.sheet)}!{finding.cell})" if finding.cell else ""
    return f"{one_line(finding.label)}{where}"


def _receipt_words(receipt: FullReceipt) -> Iterator[str]:
    submission = receipt.submission
    yield "\n".join(f"{title}: {one_line(words)}" for title, words in receipt.facts)
    yield _heading("Headline totals")
    yield "\n".join(
        f"{line.title}: {line.in_words}" + ("" if line.figure is None else f" ({line.unit})")
        for line in receipt.headlines
    )
    if receipt.explanations:
        yield _heading("Explanations given")
    for explanation in receipt.explanations:
        finding = explanation.finding
        given = f"{explanation.given_by.name}, {moment(explanation.given_at)}"
        yield f"{_place(finding)}, rule {finding.code}\n{one_line(explanation.text)}\n{given}"
    if receipt.corrections:
        yield _heading("Corrected on the page")
        yield "\n".join(
            f"{one_line(changed.label)} ({changed.sheet}!{changed.cell}): {one_line(changed.old) or 'blank'} became "
            f"{one_line(changed.new) or 'blank'}. {changed.submission.uploaded_by.name}, {moment(changed.submission.received_at)}"
            for changed in receipt.corrections
        )
    yield "Anybody who holds this receipt can see that it is genuine, without signing in and without seeing figures:"
    yield verify_address(submission)
