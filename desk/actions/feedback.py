"""What pilot trusts say of a template, and what is answered to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from desk.models import Feedback, FeedbackAnswer
from desk.queries.definition_page import later_versions
from desk.queries.feedback import Subject, subjects_of
from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.reasons import CannotBeDone, says_too_little
from submissions.models import FEWEST_LETTERS, Return
from templates_app import registry


class CannotTakeFeedback(CannotBeDone):
    """The feedback, or the answer to it, was not taken."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of one line or rule: whether it is clear, whether the figure could be got, and a remark. Nothing at all takes
    back what was said before."""

    clear: str = ""
    obtainable: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.clear or self.obtainable or self.text.strip())


def give_feedback(*, by: User, return_record: Return, given: Mapping[Subject, Given]) -> int:
    """Keep what a pilot trust says, in place of what it said before of the same things; how many changed. What is not among `given`
    stays.

    Raises NotAllowed, CannotTakeFeedback where the return is not of a pilot, its template has no such line or rule, or nothing was said
    of whether it is clear.
    """
    collection = return_record.collection
    check_may(by, "give_feedback", trust=return_record.trust)
    if not collection.is_pilot:
        raise CannotTakeFeedback(whole="Feedback is given on pilots only.")
    if unknown := set(given) - subjects_of(registry.get(collection.template, collection.version)):
        raise CannotTakeFeedback(whole=f"This template has no {' '.join(sorted(unknown)[0])}.")
    for said in given.values():
        if not said.is_empty and said.clear not in Feedback.Answer.values:
            raise CannotTakeFeedback(whole="Say whether it is clear, wherever you say something.")
    with transaction.atomic():
        Return.objects.select_for_update().get(pk=return_record.pk)
        before = {(row.subject, row.code): row for row in Feedback.objects.filter(return_record=return_record)}
        changed = [
            subject for subject, said in given.items() if _keep(by, return_record, subject, said, before.get(subject))
        ]
        if changed:
            detail = {"changed": [" ".join(subject).strip() for subject in changed]}
            record(verb="feedback given", by=by, subject=return_record, trust=return_record.trust, detail=detail)
    return len(changed)


def answer_feedback(
    *, by: User, template: str, version: str, subject: str, code: str, text: str, answered_in: str
) -> FeedbackAnswer:
    """Answer all that pilot trusts said of one line or rule of a version, and name the later version that does something about it
    (empty for none). Answering again replaces the answer.

    Raises NotAllowed, UnknownTemplate, CannotTakeFeedback.
    """
    check_may(by, "manage_collections")
    definition = registry.get(template, version)
    troubles = {}
    if (subject, code) not in subjects_of(definition):
        troubles["whole"] = f"Version {version} has no {subject} {code}."
    if says_too_little(text):
        troubles["text"] = f"Answer in at least {FEWEST_LETTERS} letters."
    if answered_in and answered_in not in later_versions(definition):
        troubles["answered_in"] = f"Choose a version that came after {version}."
    if troubles:
        raise CannotTakeFeedback(**troubles)
    with transaction.atomic():
        answer, _ = FeedbackAnswer.objects.update_or_create(
            template=template,
            version=version,
            subject=subject,
            code=code,
            defaults={"text": text.strip(), "answered_in": answered_in, "by": by, "at": timezone.now()},
        )
        record(
            verb="feedback answered", by=by, subject=answer, detail={"about": f"{template} {version} {subject} {code}"}
        )
    return answer


def _keep(by: User, return_record: Return, subject: Subject, said: Given, before: Feedback | None) -> bool:
    """Keep one answer; whether anything changed by it."""
    now = (said.clear, said.obtainable, said.text.strip())
    if (before is None and said.is_empty) or (before and (before.clear, before.obtainable, before.text) == now):
        return False
    if before is not None:
        before.delete()
    if not said.is_empty:
        clear, obtainable, text = now
        Feedback.objects.create(
            return_record=return_record,
            version=return_record.collection.version,
            subject=subject[0],
            code=subject[1],
            clear=clear,
            obtainable=obtainable,
            text=text,
            by=by,
        )
    return True
