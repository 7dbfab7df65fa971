"""The findings of one file for its page: counted, filtered, and grouped by sheet in the order of the workbook."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import QueryDict

from submissions.models import Finding, Submission
from ui.formats import plural

SEVERITIES = ("error", "warning", "info")

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
        return cls(sheet=query.get("sheet", ""), severity=severity if severity in SEVERITIES else "")

    def let_pass(self, finding: Finding) -> bool:
        """Whether a finding is to be shown."""
        return self.sheet in ("", finding.sheet) and self.severity in ("", finding.severity)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One finding, or several cells of a sheet that have the same trouble."""

    findings: tuple[Finding, ...]

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
    """The findings on one sheet; the title is empty for those about the file."""

    sheet: str
    troubles: tuple[Trouble, ...]

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(len(trouble.findings) for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Everything the findings page shows. Counts are of all findings, whatever the filter."""

    errors: int
    warnings: int
    notes: int
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
        return tuple(finding for group in self.groups for trouble in group.troubles for finding in trouble.findings)

    @property
    def listed(self) -> int:
        """How many of those that pass the filter stand on the page."""
        return sum(group.count for group in self.groups)

    @property
    def total(self) -> int:
        """How many findings there are."""
        return self.errors + self.warnings + self.notes

    @property
    def headline(self) -> str:
        """What was found, in a sentence or two: "7 errors in 3 sheets. 2 warnings."."""
        if not self.errors and not self.warnings:
            return "No errors and no warnings."
        where = f" in {plural(self.error_sheets, 'sheet')}" if self.error_sheets else ""
        errors = f"{plural(self.errors, 'error')}{where}." if self.errors else "No errors."
        if self.to_explain:
            wants = "wants" if self.to_explain == 1 else "want"
            return f"{errors} {plural(self.to_explain, 'warning')} {wants} a sentence."
        return f"{errors} {plural(self.warnings, 'warning')}." if self.warnings else errors


def findings_page(file: Submission, filters: Filters) -> FindingsPage:
    """The findings of a file."""
    findings = list(file.findings.all())
    to_explain = Finding.objects.filter(submission=file).to_explain().count()
    counts = Counter(finding.severity for finding in findings)
    shown = [finding for finding in findings if filters.let_pass(finding)]
    return FindingsPage(
        errors=counts["error"],
        warnings=counts["warning"],
        notes=counts["info"],
        error_sheets=len({finding.sheet for finding in findings if finding.severity == "error" and finding.sheet}),
        all_sheets=tuple(dict.fromkeys(finding.sheet for finding in findings if finding.sheet)),
        to_explain=to_explain,
        filters=filters,
        shown=len(shown),
        groups=tuple(
            SheetFindings(sheet, _troubles(group))
            for sheet, group in groupby(shown[:MOST_LISTED], key=lambda finding: finding.sheet)
        ),
    )


def anchor(sheet: str, cell: str) -> str:
    """The name of a cell's place on a page: "Costs-D9". A sheet may have been renamed to anything, so only letters and digits stay."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{sheet}-{cell}")


def _troubles(findings: Iterable[Finding]) -> tuple[Trouble, ...]:
    alike: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        alike[finding.code, finding.message, finding.expected, finding.remedy].append(finding)
    troubles = []
    for group in alike.values():
        if len(group) >= SAID_ONCE_FROM:
            troubles.append(Trouble(tuple(group)))
        else:
            troubles.extend(Trouble((finding,)) for finding in group)
    return tuple(sorted(troubles, key=lambda trouble: trouble.finding.position))
