"""Giving a trust what was found in its file: as a copy of its workbook with the problems marked, and as a list."""

from typing import cast

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.download import trust_details
from submissions.models import LONGEST_SHEET_NAME, Submission
from submissions.models import Finding as StoredFinding
from submissions.queries.judging import last_year_figures
from submissions.queries.own_files import is_own
from submissions.queries.rulesets import workbook_rules
from submissions.read_file import from_json
from submissions.report import findings_as_csv
from templates_app import registry
from templates_app.layout import layout_of
from templates_app.marking import MarkUp, carried
from templates_app.reading import Finding, Place, Reading
from templates_app.schema import Definition, Severity
from templates_app.versions import may_stand_for
from templates_app.workbook_write import write_workbook


class NotCopied(Exception):
    """There can be no copy: nothing was read, or what was read is not this trust's own return."""


def may_be_copied(submission: Submission) -> bool:
    """Whether a copy can be made. Never of another trust's workbook, which a copy would make out to this one."""
    kept, collection = submission.reading, submission.return_record.collection
    if kept is None or not is_own(submission):
        return False
    known = registry.definitions()
    filled, asked = (known.get((collection.template, version)) for version in (kept["version"], collection.version))
    return filled is not None and asked is not None and may_stand_for(filled, asked)


def download_marked_up(*, by: User, submission: Submission) -> tuple[str, bytes]:
    """File name and bytes of a copy with every problem marked at its cell.

    Raises NotAllowed when the person may not have it, NotCopied when there can be none.
    """
    return_record = submission.return_record
    check_may(by, "download_template", trust=return_record.trust)
    check_may(by, "see_findings", trust=return_record.trust)
    if not may_be_copied(submission):
        raise NotCopied(f"There can be no copy of {submission.reference}.")
    reading = from_json(submission.reading or {})
    collection = return_record.collection
    definition = workbook_rules(collection.template, collection.version)  # which may be newer than the file's
    values, texts = carried(reading, definition)
    data = write_workbook(
        definition,
        trust_details(return_record),
        last_year=last_year_figures(return_record),
        values=values,
        texts=texts,
        mark_up=_mark_up(submission, reading, definition),
        checksum=registry.checksum(definition.template, definition.version),
    )
    record(verb="marked-up copy downloaded", by=by, subject=submission, trust=return_record.trust)
    year = return_record.collection.year.replace("/", "-")
    name = f"{definition.title} {year} {return_record.trust.ods_code} mended copy {submission.reference}.xlsx"
    return name.replace(" ", "-"), data


def export_findings(*, by: User, submission: Submission) -> tuple[str, str]:
    """File name and CSV of every finding in a file. Raises NotAllowed when the person may not see them."""
    trust = submission.return_record.trust
    check_may(by, "see_findings", trust=trust)
    text = findings_as_csv(submission.findings.select_related("explanation"))
    record(verb="findings exported", by=by, subject=submission, trust=trust)
    return f"Findings-{trust.ods_code}-{submission.reference}.csv", text


def _mark_up(submission: Submission, reading: Reading, definition: Definition) -> MarkUp:
    """The findings of a file with what was said of them; those at a total by its place in the copy."""
    layout = layout_of(definition)
    totals = {
        (cell.sheet[:LONGEST_SHEET_NAME], cell.cell): place
        for place, cell in reading.computed.items()
        if place in layout.totals
    }
    stored = list(submission.findings.select_related("explanation"))
    return MarkUp(
        submission.reference,
        submission.file_name,
        tuple(
            _finding(each, (each.line, each.column) if each.line else totals.get((each.sheet, each.cell), ("", "")))
            for each in stored
        ),
        {number: each.explanation.text for number, each in enumerate(stored) if hasattr(each, "explanation")},
    )


def _finding(stored: StoredFinding, place: Place) -> Finding:
    return Finding(
        code=stored.code,
        severity=cast(Severity, stored.severity),
        sheet=stored.sheet,
        cell=stored.cell,
        label=stored.label,
        found=stored.found,
        expected=stored.expected,
        message=stored.message,
        remedy=stored.remedy,
        line=place[0],
        column=place[1],
        trial_until=stored.trial_until,
        waiver=stored.waiver_id,
    )
