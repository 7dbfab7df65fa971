"""Judging what was stored by the rules in force today. It gives a difference, and changes nothing."""

from collections.abc import Iterator

from django.db import transaction

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.rulesets import keep_ruleset
from submissions.models import Collection, Rejudgement, Submission, SubmissionQuerySet
from submissions.queries.judging import context_for
from submissions.queries.judging_many import Contexts, latest_judged
from submissions.queries.rejudging import by_newer_rules
from submissions.queries.rulesets import RulesInForce, rules_in_force
from submissions.states import JUDGED, State
from templates_app.reading import Context


class NotJudged(Exception):
    """The file has no findings yet that newer rules could be compared with."""


def rejudge(*, by: User, submission: Submission) -> Rejudgement:
    """Judge a file by the rules in force today and keep what is gone and what is new. The file, its findings and its figures stay.

    Raises NotAllowed, NotJudged where the file was not read or is still being checked.
    """
    check_may(by, "try_rules")
    check_may(by, "see_findings", trust=submission.return_record.trust)
    if State(submission.state) not in JUDGED or submission.reading is None:
        raise NotJudged(f"{submission.reference} has not been checked, so there is nothing to compare.")
    rules = rules_in_force(submission.template, submission.version, submission.return_record.collection.version)
    return _keep(submission, rules, context_for(submission.return_record, rules), by)


def rejudge_many(*, by: str, files: SubmissionQuerySet) -> Iterator[Rejudgement]:
    """The same for the latest file of each return among these, one after the other. `by` names the part of the portal that asks."""
    contexts = Contexts(Collection.objects.filter(returns__submissions__in=files).distinct())
    known: dict[tuple[str, str, str], RulesInForce] = {}
    for submission in latest_judged(files):
        version = submission.template, submission.version, submission.return_record.collection.version
        rules = known.get(version) or known.setdefault(version, rules_in_force(*version))
        yield _keep(submission, rules, contexts.of(submission.return_record, rules.definition, rules.on_trial), by)


def _keep(submission: Submission, rules: RulesInForce, context: Context, by: User | str) -> Rejudgement:
    found = by_newer_rules(submission, rules, context)
    with transaction.atomic():
        kept = Rejudgement.objects.create(
            submission=submission, ruleset_id=keep_ruleset(rules), gone=list(found.gone), new=list(found.new)
        )
        record(
            verb="rejudged",
            by=by,
            subject=submission,
            trust=submission.return_record.trust,
            detail={"reference": submission.reference, "gone": len(found.gone), "new": len(found.new)},
        )
    return kept
