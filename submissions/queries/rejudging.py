"""Whether a file would be judged by something else today than it was, and what newer rules say of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from submissions.checks import judge
from submissions.models import Finding as StoredFinding
from submissions.models import Submission, Waiver
from submissions.queries.rulesets import RulesInForce, rules_in_force
from submissions.read_file import from_json
from submissions.report import findings_as_json
from templates_app.reading import Context, Finding

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ByNewerRules:
    """What the rules in force say of a file, against what was found in it: findings no longer given, and new ones."""

    gone: tuple[Json, ...]
    new: tuple[Json, ...]


def has_other_rules_now(submission: Submission) -> bool:
    """Whether a file that was checked would be judged today by other rules, or with other waivers of its trust."""
    if submission.checked_at is None or not submission.ruleset:
        return False
    return_record, now = submission.return_record, timezone.now()
    rules = rules_in_force(submission.template, submission.version, return_record.collection.version)
    if submission.ruleset != rules.checksum:
        return True
    waivers = Waiver.objects.filter(trust=return_record.trust_id, template=return_record.collection.template)
    return any(waiver.held_at(submission.checked_at) != waiver.held_at(now) for waiver in waivers)


def by_newer_rules(submission: Submission, rules: RulesInForce, context: Context) -> ByNewerRules:
    """Judge what was read from a file by these rules, and compare. A finding is the same where its rule, cell and weight are."""
    now = judge(from_json(submission.reading or {}), rules.definition, context).findings
    before = tuple(submission.findings.select_related("explanation"))
    return ByNewerRules(gone=_without(before, now), new=_without(now, before))


def _without(
    findings: Iterable[Finding | StoredFinding], others: Iterable[Finding | StoredFinding]
) -> tuple[Json, ...]:
    """The findings that are not among the others, however often each is there."""
    left = Counter(_key(other) for other in others)
    only = []
    for finding in findings:
        if left[_key(finding)]:
            left[_key(finding)] -= 1
        else:
            only.append(_as_json(finding))
    return tuple(only)


def _key(finding: Finding | StoredFinding) -> tuple[str, str, str, str, bool]:
    where = (finding.line, finding.column) if finding.line else ("", finding.label)
    return finding.code, *where, finding.severity, finding.trial_until is not None


def _as_json(finding: Finding | StoredFinding) -> Json:
    (said,) = findings_as_json([finding])
    return {**said, "line": finding.line, "column": finding.column, "on_trial": finding.trial_until is not None}
