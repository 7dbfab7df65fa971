"""What was found in a file: as JSON and plain lines, the contract of the command line, and as CSV."""

from collections.abc import Iterable
from typing import Any

from submissions.checks import Judgement
from submissions.models import Finding as StoredFinding
from submissions.read_file import Refusal
from templates_app.marking import standing_words
from templates_app.reading import Finding, Reading
from templates_app.schema import SEVERITY_WORDS
from ui.csv_cells import csv_text

Json = dict[str, Any]
FINDING_KEYS = ("code", "severity", "sheet", "cell", "label", "found", "expected", "message", "remedy")
_CSV_TITLES = {
    "severity": "Severity",
    "code": "Rule",
    "sheet": "Sheet",
    "cell": "Cell",
    "label": "Label",
    "found": "You entered",
    "message": "What is wrong",
    "expected": "We expected",
    "remedy": "Do this",
    "standing": "Standing",
    "explained": "Explained",
}


def as_json(file: str, refusal: Refusal | None, reading: Reading | None, judgement: Judgement | None) -> Json:
    """{"file", "refused", "template", "version", "trust", "values", "findings"}; numbers are exact decimals as text."""
    values = judgement.values if judgement else {}
    return {
        "file": file,
        "refused": {"code": refusal.code, "message": refusal.message} if refusal else None,
        "template": reading.template if reading else None,
        "version": reading.version if reading else None,
        "trust": reading.trust if reading else None,
        "values": {
            f"{line}.{column}": value.as_text() for (line, column), value in values.items() if value.kind != "blank"
        },
        "findings": findings_as_json(judgement.findings if judgement else ()),
    }


def findings_as_json(findings: Iterable[Finding | StoredFinding]) -> list[Json]:
    """Each finding with what, where, found, expected and how to mend it; what it asks for now, and what was said of it.

    Stored ones come with their explanations, or each takes a query.
    """
    return [_as_json(finding) for finding in findings]


def findings_as_csv(findings: Iterable[Finding | StoredFinding]) -> str:
    """The list of findings as a spreadsheet opens it."""
    rows = ({**row, "severity": SEVERITY_WORDS[row["severity"]]} for row in findings_as_json(findings))
    return csv_text(tuple(_CSV_TITLES.values()), ([row[key] for key in _CSV_TITLES] for row in rows))


def as_text(report: Json) -> str:
    """The report for a person at a terminal."""
    if report["refused"]:
        return f"{report['file']} was not read. {report['refused']['message']}"
    lines = [f"{report['file']}: {report['template']} {report['version']} for {report['trust']}"]
    for finding in report["findings"]:
        place = f"{finding['sheet']}!{finding['cell']} – {finding['label']}" if finding["cell"] else finding["label"]
        entered = f"{'You entered' if finding['cell'] else 'We found'} {finding['found']}. " if finding["found"] else ""
        lines.append(f"\n{finding['severity'].upper()} {finding['code']}  {place}")
        lines.append(f"  {entered}{finding['message']}\n  We expected {finding['expected']}.\n  {finding['remedy']}")
    counts = [
        _counted(sum(finding["severity"] == severity for finding in report["findings"]), noun)
        for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
    ]
    lines.append(f"\n{_counted(len(report['values']), 'value')}. {', '.join(counts)}.")
    return "\n".join(lines)


def _as_json(finding: Finding | StoredFinding) -> Json:
    if isinstance(finding, StoredFinding):
        waiver, explained = finding.waiver_id, finding.explanation.text if hasattr(finding, "explanation") else ""
    else:
        waiver, explained = finding.waiver, ""
    return {key: getattr(finding, key) for key in FINDING_KEYS} | {
        "standing": standing_words(finding, waived=waiver is not None, explained=bool(explained)),
        "explained": explained,
    }


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
