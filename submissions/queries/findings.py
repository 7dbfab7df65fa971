"""The findings of one file for its page: counted, filtered, and grouped by sheet in the order of the workbook."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from submissions.models import Finding, Submission
from ui.formats import plural

SEVERITIES = ("error", "warning", "info")

ON_TRIAL = "trial"
"""What a rule on trial finds is neither an error nor a warning to anybody: it is counted, shown and filtered apart."""

MOST_LISTED = 1000
"""So many findings stand on the page; the list for a spreadsheet has all, and the counts are always of all."""

SAID_ONCE_FROM = 3
"""From so many cells of a sheet on that need the very same words, the words are said once, above the list of the cells."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see; empty means all."""

    sheet: str = ""
    severity: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "Filters":
        """The filters of an address; a severity that there is none of counts as all."""
        severity = query.get("severity", "")
        return cls(sheet=query.get("sheet", ""), severity=severity if severity in (*SEVERITIES, ON_TRIAL) else "")

    def let_pass(self, finding: Finding) -> bool:
        """Whether a finding is to be shown."""
        return self.sheet in ("", finding.sheet) and self.severity in ("", kind_of(finding))


@dataclass(frozen=True, slots=True)
class Trouble:
    """One finding, or several cells of a sheet that have the same trouble."""

    findings: tuple[Finding, ...]
    listed: tuple[Finding, ...]
    """Those that stand on the page."""

    @property
    def finding(self) -> Finding:
        """The first, whose words are those of all."""
        return self.findings[0]

    @property
    def is_shared(self) -> bool:
        """Whether several cells have it."""
        return len(self.findings) > 1


@dataclass(frozen=True, slots=True)
class SheetFindings:
    """All findings on one sheet that pass the filter; the title is empty for those about the file."""

    sheet: str
    troubles: tuple[Trouble, ...]

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(len(trouble.findings) for trouble in self.troubles)

    @property
    def listed(self) -> int:
        """How many of them stand on the page."""
        return sum(len(trouble.listed) for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Everything the findings page shows. Counts are of all findings, whatever the filter."""

    errors: int
    warnings: int
    notes: int
    on_trial: int
    """What rules on trial found, whatever their severity; errors, warnings and notes are without it."""
    error_sheets: int
    all_sheets: tuple[str, ...]
    to_explain: int
    """Warnings that stop the return until somebody explains them."""
    filters: Filters
    shown: int
    """How many findings pass the filter, listed or not."""
    groups: tuple[SheetFindings, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that are listed, in the order of the workbook."""
        return tuple(finding for group in self.groups for trouble in group.troubles for finding in trouble.listed)

    @property
    def listed(self) -> int:
        """How many of those that pass the filter stand on the page."""
        return sum(group.listed for group in self.groups)

    @property
    def total(self) -> int:
        """How many findings there are."""
        return self.errors + self.warnings + self.notes + self.on_trial

    @property
    def headline(self) -> str:
        """What was found, in a sentence or more: "7 errors in 3 sheets. 2 warnings. 1 finding on trial."."""
        on_trial = f" {plural(self.on_trial, 'finding')} on trial." if self.on_trial else ""
        return self._of_errors_and_warnings + on_trial

    @property
    def _of_errors_and_warnings(self) -> str:
        if not self.errors and not self.warnings:
            return "No errors and no warnings."
        where = f" in {plural(self.error_sheets, 'sheet')}" if self.error_sheets else ""
        errors = f"{plural(self.errors, 'error')}{where}." if self.errors else "No errors."
        if self.to_explain:
            wants = "wants" if self.to_explain == 1 else "want"
            return f"{errors} {plural(self.to_explain, 'warning')} {wants} a sentence."
        return f"{errors} {plural(self.warnings, 'warning')}." if self.warnings else errors


def findings_page(file: Submission, filters: Filters) -> FindingsPage:
    """The findings of a file. One query."""
    findings = list(file.findings.select_related("explanation"))
    counts = Counter(kind_of(finding) for finding in findings)
    shown = [finding for finding in findings if filters.let_pass(finding)]
    return FindingsPage(
        errors=counts["error"],
        warnings=counts["warning"],
        notes=counts["info"],
        on_trial=counts[ON_TRIAL],
        error_sheets=len({finding.sheet for finding in findings if kind_of(finding) == "error" and finding.sheet}),
        all_sheets=tuple(dict.fromkeys(finding.sheet for finding in findings if finding.sheet)),
        to_explain=sum(kind_of(finding) == "warning" and not hasattr(finding, "explanation") for finding in findings),
        filters=filters,
        shown=len(shown),
        groups=_groups(shown),
    )


def kind_of(finding: Finding) -> str:
    """What a finding counts as: its severity, or on trial, where it asks for nothing."""
    return ON_TRIAL if finding.trial_until else finding.severity


def anchor(sheet: str, cell: str) -> str:
    """The name of a cell's place on a page: "Costs-D9". A sheet may have been renamed to anything, so only letters and digits stay."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{sheet}-{cell}")


def _groups(findings: Iterable[Finding]) -> tuple[SheetFindings, ...]:
    """All findings by sheet and trouble, in the order of the workbook; the first so many of them are listed."""
    by_sheet: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_sheet[finding.sheet].append(finding)
    left = MOST_LISTED
    groups = []
    for sheet, members in by_sheet.items():
        troubles = []
        for alike in _alike(members):
            troubles.append(Trouble(alike, alike[:left]))
            left -= len(troubles[-1].listed)
        groups.append(SheetFindings(sheet, tuple(troubles)))
    return tuple(groups)


def _alike(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """The findings of a sheet, those with the same words together where they are many."""
    same_words: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        words = (finding.code, kind_of(finding), finding.message, finding.expected, finding.remedy)
        same_words[words].append(finding)
    groups: list[tuple[Finding, ...]] = []
    for group in same_words.values():
        groups.extend([tuple(group)] if len(group) >= SAID_ONCE_FROM else [(finding,) for finding in group])
    return sorted(groups, key=lambda group: group[0].position)
