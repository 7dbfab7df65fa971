"""Taking a received file from guard to load, from wherever an earlier attempt left it. Safe to repeat, and to run twice at once."""

import logging
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import cast

from django.db import transaction
from django.db.models import CharField, F
from django.utils import timezone

from footprints.events import record
from footprints.locks import held
from submissions import storage
from submissions.actions.explain import keep_explanations
from submissions.actions.letters import write_outcome_letter, write_refusal_letter
from submissions.actions.load import load
from submissions.actions.rulesets import keep_ruleset
from submissions.checks import Judgement, judge
from submissions.models import LONGEST_SHEET_NAME, Finding, Submission
from submissions.queries.judging import context_for
from submissions.queries.rulesets import rules_in_force
from submissions.read_file import Refusal, from_json, read_in_child
from submissions.states import State, check_may_follow
from templates_app.reading import Reading
from ui.plain_text import one_line

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""After so many attempts that ended without a result, people look at the file; it is never dropped."""

_LOCK_SPACE = 0x53545000_00000000
"""So that our advisory locks are told from any other's: "STP" and the submission's number."""

_TRUST_SPACE = 0x53545100_00000000
"""The same for the trusts whose returns are being judged."""


def process(*, submission_id: int) -> None:
    """Guard, read, check and load one submission. Does nothing when another worker has it or it is done."""
    with _held(submission_id) as mine:
        if not mine:
            return
        submission = Submission.objects.select_related("return_record__trust", "return_record__collection").get(
            pk=submission_id
        )
        if submission.state != State.RECEIVED:
            return
        if submission.attempts >= MOST_ATTEMPTS:
            _set_aside(submission)
            return
        Submission.objects.filter(pk=submission_id).update(attempts=F("attempts") + 1)
        reading = guard_and_read(submission)
        if isinstance(reading, Refusal):
            refuse(submission, reading)
            return
        with _alone_with(submission.return_record.trust_id):
            judgement, state = check(submission, reading)
            if state == State.RECEIVED:
                load(submission=submission, values=judgement.values, cells=reading.cells)


def guard_and_read(submission: Submission) -> Reading | Refusal:
    """The reading of the file, from the bounded child or from an earlier attempt; or why there is none."""
    if submission.reading is not None:
        return from_json(submission.reading)
    data = storage.bytes_of(submission.file_key, submission.sha256)
    collection = submission.return_record.collection
    answer = read_in_child(
        data, file_name=submission.file_name, template=collection.template, version=collection.version
    )
    now = timezone.now()
    if isinstance(answer, Refusal):
        return answer
    submission.reading, submission.guarded_at, submission.read_at = answer.as_json, now, now
    submission.template, submission.version = answer.reading.template, answer.reading.version
    submission.save(update_fields=["reading", "guarded_at", "read_at", "template", "version"])
    return answer.reading


def refuse(submission: Submission, refusal: Refusal) -> None:
    """Record that a file cannot be read, and why."""
    with transaction.atomic():
        check_may_follow(State(submission.state), State.REFUSED)
        Submission.objects.filter(pk=submission.pk, state=State.RECEIVED).update(
            state=State.REFUSED,
            refusal_code=refusal.code,
            refusal=refusal.message,
            template=_as_column(refusal.template, "template"),
            version=_as_column(refusal.version, "version"),
            guarded_at=timezone.now(),
        )
        _record(submission, State.REFUSED, {"code": refusal.code})
        write_refusal_letter(submission, refusal.message)


def _as_column(text: str, name: str) -> str:
    """What a file that we could not read says of itself, cut to what the column holds."""
    column = cast("CharField[str, str]", Submission._meta.get_field(name))
    return one_line(text)[: column.max_length]


def check(submission: Submission, reading: Reading) -> tuple[Judgement, State]:
    """Judge the reading and keep every finding, with the explanations that still hold. A submission that has errors, or warnings
    that nobody has explained, stops here; one that may go on stays received."""
    now = timezone.now()  # a waiver that is decided from here on is news to this check
    rules = rules_in_force(reading.template, reading.version, submission.return_record.collection.version)
    judgement = judge(reading, rules.definition, context_for(submission.return_record, rules))
    with transaction.atomic():
        if submission.checked_at is not None:  # they are kept in one transaction with this moment
            submission.findings.all().delete()
        kept = Finding.objects.bulk_create(_rows(submission, judgement))
        explained = keep_explanations(submission=submission, findings=kept, values=judgement.values)
        state = _state(judgement, explained, kept)
        Submission.objects.filter(pk=submission.pk, state=State.RECEIVED).update(
            checked_at=now, ruleset=keep_ruleset(rules), state=state
        )
        if state != State.RECEIVED:
            check_may_follow(State.RECEIVED, state)
            counts = Counter(finding.severity for finding in judgement.findings if finding.trial_until is None)
            _record(submission, state, {"errors": counts["error"], "warnings": counts["warning"]})
            write_outcome_letter(submission, state)
    return judgement, state


def _state(judgement: Judgement, explained: Container[int], kept: Iterable[Finding]) -> State:
    if judgement.has_errors:
        return State.BLOCKED
    open_warnings = (
        wanted.wants_explanation and row.pk not in explained
        for row, wanted in zip(kept, judgement.findings, strict=True)
    )
    return State.TO_EXPLAIN if any(open_warnings) else State.RECEIVED


def _rows(submission: Submission, judgement: Judgement) -> Iterator[Finding]:
    for position, finding in enumerate(judgement.findings):
        yield Finding(
            submission=submission,
            position=position,
            code=finding.code,
            severity=finding.severity,
            sheet=finding.sheet[:LONGEST_SHEET_NAME],
            cell=finding.cell,
            line=finding.line,
            column=finding.column,
            label=finding.label[:300],
            found=finding.found[:300],
            expected=finding.expected,
            message=finding.message,
            remedy=finding.remedy,
            basis=finding.basis,
            trial_until=finding.trial_until,
            waiver_id=finding.waiver,
        )


def _set_aside(submission: Submission) -> None:
    logger.error("Submission %s ended %s attempts without a result", submission.reference, submission.attempts)
    with transaction.atomic():
        check_may_follow(State(submission.state), State.STUCK)
        Submission.objects.filter(pk=submission.pk, state=State.RECEIVED).update(state=State.STUCK)
        _record(submission, State.STUCK, {"attempts": submission.attempts})


def _record(submission: Submission, state: State, detail: dict[str, object]) -> None:
    record(
        verb=state.value,
        by="the portal",
        subject=submission,
        trust=submission.return_record.trust,
        detail={"reference": submission.reference, **detail},
    )


def _alone_with(trust_id: int) -> AbstractContextManager[bool]:
    """Judge and load one return of a trust at a time: of two that come at once, the later must find the earlier, for each is held
    against the other."""
    return held(_TRUST_SPACE | trust_id, wait=True)


def _held(submission_id: int) -> AbstractContextManager[bool]:
    """Whether this worker alone has the submission."""
    return held(_LOCK_SPACE | submission_id)
