"""Rules beyond the published ones, for the tests: as text, and in each stage."""

from datetime import date, timedelta

from django.utils import timezone

from submissions.actions.process import process
from submissions.models import AddedRule, Return, Submission
from tests.factories import AddedRuleFactory
from tests.submissions.scenes import received

Stage = AddedRule.Stage


def rule_text(code: str = "N-H1", *, holds: str = "ORG02 > 999999999", at: str = "ORG02", **more: str) -> str:
    """A rule that no example return satisfies, unless `holds` says otherwise."""
    severity = {"H": "error", "W": "warning", "I": "info"}[code.split("-")[1][0]]
    lines = [
        f"- code: {code}",
        f"severity: {severity}",
        "title: Income is beyond measure",
        f"holds: {holds}",
        f"at: {at}",
    ]
    lines += ["message: The income is too small.", "expected: income beyond measure", "remedy: Enter more income."]
    return "\n  ".join([*lines, *(f"{name}: {value}" for name, value in more.items())]) + "\n"


def added(stage: str = Stage.ACTIVE, code: str = "N-H1", **more: object) -> AddedRule:
    """A rule in a stage; on trial for a week more unless `trial_until` says otherwise."""
    trial = {"trial_until": days(7)} if stage == Stage.TRIAL else {}
    text = rule_text(code, **{name: str(more.pop(name)) for name in ("holds", "at") if name in more})
    return AddedRuleFactory(code=code, source=text, stage=stage, **(trial | more))


def days(number: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=number)


def checked(return_record: Return, data: bytes | None = None) -> Submission:
    """A file of the return that went through the whole pipeline."""
    submission = received(return_record, data)
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    return submission
