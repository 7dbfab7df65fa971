"""Rules beyond the published definitions: proposed, run over what is stored, put on trial, made active, withdrawn."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.models import AddedRule, Finding, Waiver
from submissions.queries.rulesets import rules_of
from submissions.queries.trying import Run, try_rule
from templates_app import registry
from templates_app.definition_file import DefinitionFaults, Fault, parse_rule
from templates_app.schema import BuiltInCheck, Rule

FEWEST_LETTERS = 10
"""A reason shorter than this says nothing that a reader could act on."""

NOT_TO_ADD: Final[frozenset[BuiltInCheck]] = frozenset({"right_template", "right_trust", "typed_right", "not_negative"})
"""Checks by which a cell counts as unreadable, so that other rules are silent about it: a rule on trial must not do that."""

_LONGEST_CODE = 20

Stage = AddedRule.Stage

_MAY_FOLLOW: Final[dict[str, frozenset[str]]] = {
    Stage.PROPOSED: frozenset({Stage.TRIAL, Stage.WITHDRAWN}),
    Stage.TRIAL: frozenset({Stage.ACTIVE, Stage.WITHDRAWN}),
    Stage.ACTIVE: frozenset({Stage.WITHDRAWN}),
    Stage.WITHDRAWN: frozenset(),
}


class CannotGoOn(Exception):
    """The rule cannot take this step. The text is a sentence for the person."""


def propose_rule(*, by: User, template: str, source: str, reason: str) -> AddedRule:
    """Keep a rule that somebody would like files of a template to be judged by. Nothing is judged by it yet.

    Raises NotAllowed, DefinitionFaults with everything that is wrong with the rule as part of the newest version of the template,
    CannotGoOn where the reason says too little, LookupError when there is no such template.
    """
    check_may(by, "try_rules")
    if len(reason.strip()) < FEWEST_LETTERS:
        raise CannotGoOn(f"Say why the rule is needed in at least {FEWEST_LETTERS} letters.")
    rule = parse_rule(source, registry.get(template))
    if faults := tuple(_faults(rule, template)):
        raise DefinitionFaults(faults)
    try:
        with transaction.atomic():
            added = AddedRule.objects.create(
                template=template, code=rule.code, source=source, reason=reason.strip(), proposed_by=by
            )
            _record(added, "rule proposed", by)
    except IntegrityError:  # a double click: the other was first
        raise DefinitionFaults((_taken(rule.code),)) from None
    return added


def run_rule(*, by: User, rule: AddedRule) -> Run:
    """Judge every stored return of the template by the rule alone, and keep with it whom it would hit. Raises NotAllowed,
    DefinitionFaults where the rule fits the newest version no longer."""
    check_may(by, "try_rules")
    run = try_rule(rule.template, rule.source)
    with transaction.atomic():
        AddedRule.objects.filter(pk=rule.pk).update(run=run.as_json, run_at=timezone.now())
        _record(rule, "rule run", by, {"judged": run.judged, "hit": run.hit})
    return run


def start_trial(*, by: User, rule: AddedRule, until: date) -> None:
    """Show what the rule finds to the trusts from now until the end of a day, without its standing in anybody's way.

    Raises NotAllowed, CannotGoOn where the rule is not proposed or the day is not to come.
    """
    check_may(by, "try_rules")
    if until <= timezone.localdate():
        raise CannotGoOn("A trial ends on a day that is still to come.")
    _go_on(by, rule, Stage.TRIAL, {"until": until.isoformat()}, trial_until=until)


def activate_rule(*, by: User, rule: AddedRule) -> None:
    """Judge files by the rule in earnest, and let it stand in workbooks downloaded from now on.

    Raises NotAllowed, CannotGoOn where the rule was not on trial or was never run over the stored returns.
    """
    check_may(by, "try_rules")
    if rule.run is None:
        raise CannotGoOn("Run the rule over all stored returns first, and look at whom it would hit.")
    _go_on(by, rule, Stage.ACTIVE, {"judged": rule.run["judged"], "hit": rule.run["hit"]})


def withdraw_rule(*, by: User, rule: AddedRule) -> None:
    """Judge no more files by the rule. What was judged by it stays as it is. Raises NotAllowed, CannotGoOn."""
    check_may(by, "try_rules")
    _go_on(by, rule, Stage.WITHDRAWN, {})


def _go_on(by: User, rule: AddedRule, stage: AddedRule.Stage, detail: dict[str, object], **fields: date) -> None:
    with transaction.atomic():
        current = AddedRule.objects.select_for_update().get(pk=rule.pk)
        if stage not in _MAY_FOLLOW[current.stage]:
            raise CannotGoOn(
                f"A rule that is {current.get_stage_display().lower()} cannot become {stage.label.lower()}."
            )
        AddedRule.objects.filter(pk=rule.pk).update(stage=stage, changed_at=timezone.now(), **fields)
        _record(rule, f"rule {stage.label.lower()}", by, detail)


def _was_used(code: str, template: str) -> bool:
    """Whether an earlier rule of this code left something behind that would be taken for the new rule's."""
    found = Finding.objects.filter(submission__template=template, code=code)
    return found.exists() or Waiver.objects.filter(template=template, rule_code=code).exists()


def _faults(rule: Rule, template: str) -> Iterator[Fault]:
    added = AddedRule.objects.filter(template=template, code=rule.code).exclude(stage=Stage.WITHDRAWN)
    if len(rule.code) > _LONGEST_CODE:
        yield Fault("code", f"The code {rule.code} is too long; give it at most {_LONGEST_CODE} characters.")
    if rule.code in rules_of(template) or added.exists():
        yield _taken(rule.code)
    elif _was_used(rule.code, template):
        said = (
            f"The code {rule.code} stands in findings or waivers of a rule that was withdrawn; give this one another."
        )
        yield Fault("code", said)
    if rule.check in NOT_TO_ADD:
        said = f"{rule.check} decides what can be read at all, and cannot be added; write the test with holds."
        yield Fault("check", said)


def _taken(code: str) -> Fault:
    return Fault("code", f"The code {code} is taken by another rule of this template; give it one of its own.")


def _record(rule: AddedRule, verb: str, by: User, detail: dict[str, object] | None = None) -> None:
    record(verb=verb, by=by, subject=rule, detail={"template": rule.template, "code": rule.code, **(detail or {})})
