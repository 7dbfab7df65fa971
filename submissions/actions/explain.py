"""Explaining warnings: why a figure is unusual, and right all the same. One sentence of its own for each."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.load import load
from submissions.actions.locked import check_unlocked
from submissions.actions.reasons import says_too_little
from submissions.checks.case import interpreted_values
from submissions.models import FEWEST_LETTERS, Explanation, Finding, Return, Submission, Waiver
from submissions.queries.locks import why_locked
from submissions.read_file import from_json
from submissions.states import State
from templates_app import registry
from templates_app.reading import Place, Value
from templates_app.schema import COMMENT
from templates_app.typed_cell import LONGEST_TYPED, cleaned
from ui.formats import number

_SAME_WORDS = "You gave the same words for several warnings. Say what is true of this one, or tick that you mean the same for all."


class CannotExplain(Exception):
    """This file takes no explanations: it is loaded, or a later file has taken its place. The text is for the person."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What came of a person's answers."""

    taken: int = 0
    left: int = 0
    """Warnings that still want an explanation."""
    troubles: Mapping[int, str] = field(default_factory=dict)
    """Why an answer was not taken, by finding."""
    alike: bool = False
    """Whether some were not taken because the same words were given for several warnings."""


def take_explanations(
    *, by: User, submission: Submission, answers: Mapping[int, str], same_is_meant: bool = False
) -> Explained:
    """Keep a person's answers to the warnings of a file, by finding.

    Answers that are blank, or say what was said before, are passed over; those that are too short, or the same for several warnings
    without saying that this is meant, are not taken and the rest are. Raises NotAllowed when the person may not explain for the
    trust, ReturnIsLocked when the return takes nothing now, CannotExplain when this file takes no explanations.
    """
    check_may(by, "explain", trust=submission.return_record.trust)
    with transaction.atomic():
        current = _to_be_explained(submission)
        warnings = {finding.pk: finding for finding in Finding.objects.filter(submission=current).warnings()}
        said = dict(Explanation.objects.filter(finding__in=warnings).values_list("finding_id", "text"))
        answered = {pk: cleaned(text) for pk, text in answers.items() if pk in warnings}
        given = {pk: text for pk, text in answered.items() if text and text != said.get(pk)}
        words_in_use = Counter(_plain(text) for text in {**said, **given}.values())
        troubles = {
            pk: trouble
            for pk, text in given.items()
            if (trouble := _trouble(text, words_in_use, same_is_meant=same_is_meant))
        }
        taken = {pk: text for pk, text in given.items() if pk not in troubles}
        for pk, text in taken.items():
            _keep(warnings[pk], text, by)
        if taken:
            alike = [pk for pk, text in {**said, **taken}.items() if words_in_use[_plain(text)] > 1]
            Explanation.objects.filter(finding__in=warnings).update(shared=Q(finding__in=alike))
            record(
                verb="warnings explained",
                by=by,
                subject=current,
                trust=submission.return_record.trust,
                detail={"reference": current.reference, "explained": len(taken)},
            )
    want_a_tick = any(trouble == _SAME_WORDS for trouble in troubles.values())
    return Explained(len(taken), _left(submission), troubles, want_a_tick)


def accept_if_explained(*, submission: Submission) -> bool:
    """Accept the return when this file waited for explanations and none is left to give; whether it was accepted. Not while an
    error of it was let pass by a waiver that no longer holds: it is to be checked again."""
    with transaction.atomic():
        locked = Return.objects.select_for_update().get(pk=submission.return_record_id)
        current = Submission.objects.select_related("return_record").get(pk=submission.pk)
        if current.state != State.TO_EXPLAIN or _left(current) or _leans_on_ended_waiver(current):
            return False
        if why_locked(locked):
            return False
        reading = from_json(current.reading or {})
        definition = registry.get(reading.template, reading.version)
        load(submission=current, values=interpreted_values(definition, reading), cells=reading.cells)
    return True


def may_be_explained(submission: Submission) -> bool:
    """Whether this file still takes explanations: it waits for them or has errors, and no later file has come. That the return is
    not locked is another question."""
    return submission.state in (State.BLOCKED, State.TO_EXPLAIN) and submission.is_latest


def keep_explanations(
    *, submission: Submission, findings: Iterable[Finding], values: Mapping[Place, Value]
) -> Set[int]:
    """Keep for the warnings of a file what was said of them before, while the figures are the same, and what the workbook says in
    the comment of their line. Gives the findings that are explained.

    A comment explains the warnings of its line. Where the same words stand on several lines, a person is asked on the page whether that
    is meant.
    """
    warnings = [finding for finding in findings if finding.wants_explanation]
    before = _given_before(submission) if warnings else {}
    known = {finding.pk: before.get(_key(finding)) for finding in warnings}
    here = Counter(finding.line for finding in warnings)
    comments = {line: values[line, COMMENT].text.strip() for line in here if (line, COMMENT) in values}
    texts = {(line, _plain(text)) for line, text in comments.items()}
    texts |= {(finding.line, _plain(old.text)) for finding in warnings if (old := known[finding.pk])}
    uses = Counter(text for _, text in texts)
    rows = []
    for finding in warnings:
        old, comment = known[finding.pk], comments.get(finding.line, "")
        fresh = not says_too_little(comment) and uses[_plain(comment)] == 1
        if fresh and (old is None or (old.source == Explanation.Source.WORKBOOK and old.text != comment)):
            source, shared = Explanation.Source.WORKBOOK, here[finding.line] > 1
            by = _file_sent(submission).uploaded_by
            rows.append(Explanation(finding=finding, text=comment, given_by=by, source=source, shared=shared))
        elif old is not None:
            rows.append(_carried(old, finding))
    Explanation.objects.bulk_create(rows)
    return {row.finding_id for row in rows}


def _to_be_explained(submission: Submission) -> Submission:
    """The file, with its return locked."""
    check_unlocked(Return.objects.select_for_update().get(pk=submission.return_record_id))
    current = Submission.objects.select_related("return_record").get(pk=submission.pk)
    if not may_be_explained(current):
        raise CannotExplain("This file takes no more explanations. Go to the return to see its latest file.")
    return current


def _leans_on_ended_waiver(submission: Submission) -> bool:
    waived = Finding.objects.filter(submission=submission, waiver__isnull=False)
    return waived.exclude(waiver__in=Waiver.objects.in_force(timezone.localdate())).exists()


def _left(submission: Submission) -> int:
    return Finding.objects.filter(submission=submission).to_explain().count()


def _file_sent(submission: Submission) -> Submission:
    """The file that somebody uploaded, of which this may be a correction."""
    return submission if submission.corrects is None else _file_sent(submission.corrects)


def _keep(finding: Finding, text: str, by: User) -> None:
    fresh = {
        "text": text,
        "given_by": by,
        "given_at": timezone.now(),
        "source": Explanation.Source.PAGE,
        "carried_from": None,
    }
    Explanation.objects.update_or_create(finding=finding, defaults=fresh)


def _trouble(text: str, words_in_use: Mapping[str, int], *, same_is_meant: bool) -> str:
    if says_too_little(text):
        return f"Say why the figure is right in at least {FEWEST_LETTERS} letters."
    if len(text) > LONGEST_TYPED:
        return f"Say it in at most {number(LONGEST_TYPED)} characters."
    return _SAME_WORDS if words_in_use[_plain(text)] > 1 and not same_is_meant else ""


def _plain(text: str) -> str:
    """The words without what makes no difference: capitals, spaces and stops."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.line, finding.column, finding.basis


def _given_before(submission: Submission) -> dict[tuple[str, str, str, str], Explanation]:
    """The latest explanation of each warning of the return's earlier files."""
    earlier = Explanation.objects.filter(
        finding__submission__return_record=submission.return_record_id, finding__submission__pk__lt=submission.pk
    )
    latest = earlier.select_related("finding").order_by("finding__submission__pk", "pk")
    return {_key(old.finding): old for old in latest}


def _carried(old: Explanation, finding: Finding) -> Explanation:
    return Explanation(
        finding=finding,
        text=old.text,
        given_by_id=old.given_by_id,
        given_at=old.given_at,
        source=old.source,
        shared=old.shared,
        carried_from_id=old.carried_from_id or old.finding.submission_id,
    )
