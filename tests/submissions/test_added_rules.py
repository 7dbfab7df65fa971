"""A rule is proposed, run, put on trial, made active, withdrawn: by whom, in which order, and what is said where it cannot be."""

import pytest

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions.added_rules import (
    CannotGoOn,
    activate_rule,
    propose_rule,
    run_rule,
    start_trial,
    withdraw_rule,
)
from submissions.models import AddedRule
from templates_app.definition_file import DefinitionFaults
from templates_app.registry import UnknownTemplate
from tests.factories import FindingFactory, RoleFactory
from tests.submissions.rule_scenes import Stage, added, days, rule_text
from tests.submissions.scenes import at_once, rows

pytestmark = pytest.mark.usefixtures("db")
REASON = "Payroll teams told us of it"


@pytest.fixture
def manager():
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user


def propose(by, source=None, **more):
    given = {"template": "back_office", "source": source or rule_text(), "reason": REASON}
    return propose_rule(by=by, **(given | more))


def stage_of(rule):
    return AddedRule.objects.get(pk=rule.pk).stage


def test_a_proposed_rule_is_kept_as_written_and_on_record(manager):
    rule = propose(manager)
    assert (rule.code, rule.source, rule.stage, rule.proposed_by) == ("N-H1", rule_text(), "proposed", manager)
    event = Event.objects.get(verb="rule proposed")
    assert (event.user, event.detail) == (manager, {"template": "back_office", "code": "N-H1"})


def test_a_rule_that_is_not_sound_is_not_kept_and_every_fault_is_said(manager):
    with pytest.raises(DefinitionFaults) as found:
        propose(manager, rule_text(holds="ORG99 > 1", at="ORG98"))
    assert len(found.value.faults) == 2
    assert rows(AddedRule) == []


@pytest.mark.parametrize("code", ["N-H1", "VPAY1-W1"])
def test_a_code_that_is_taken_is_refused(manager, code):
    added(Stage.PROPOSED)
    with pytest.raises(DefinitionFaults, match=f"{code} is (taken|the code of two rules)"):
        propose(manager, rule_text(code))


def test_the_code_of_a_withdrawn_rule_is_free_again_unless_stored_findings_bear_it(manager):
    added(Stage.WITHDRAWN)
    assert propose(manager).stage == "proposed"
    FindingFactory(code="N-H2", submission__template="back_office")
    with pytest.raises(DefinitionFaults, match="findings or waivers of a rule that was withdrawn"):
        propose(manager, rule_text("N-H2"))


def test_a_code_of_any_length_is_not_taken(manager):
    with pytest.raises(DefinitionFaults, match="too long"):
        propose(manager, rule_text("N" * 20 + "-H1"))


def test_what_decides_whether_a_cell_can_be_read_is_not_added(manager):
    text = rule_text().replace("holds: ORG02 > 999999999", "check: not_negative").replace("  at: ORG02\n", "")
    with pytest.raises(DefinitionFaults, match="decides what can be read at all"):
        propose(manager, text + "  parameters: {columns: [pay]}\n")


def test_a_reason_that_says_nothing_is_refused(manager):
    with pytest.raises(CannotGoOn, match="at least 10 letters"):
        propose(manager, reason="  because  ")


def test_a_template_that_there_is_none_of_is_said(manager):
    with pytest.raises(UnknownTemplate):
        propose(manager, template="dentistry")


def test_from_proposed_to_active_by_way_of_a_run_and_a_trial(manager):
    rule = propose(manager)
    run = run_rule(by=manager, rule=rule)
    assert (run.judged, run.hit) == (0, 0)
    rule.refresh_from_db()
    assert rule.run == run.as_json | {"by_type": [], "hits": []}
    assert rule.run_at
    start_trial(by=manager, rule=rule, until=days(14))
    rule.refresh_from_db()
    assert (rule.stage, rule.trial_until) == ("trial", days(14))
    activate_rule(by=manager, rule=rule)
    assert stage_of(rule) == "active"
    withdraw_rule(by=manager, rule=rule)
    assert stage_of(rule) == "withdrawn"
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["rule proposed", "rule run", "rule on trial", "rule active", "rule withdrawn"]


@pytest.mark.parametrize("until", [0, -1])
def test_a_trial_ends_on_a_day_to_come(manager, until):
    rule = propose(manager)
    with pytest.raises(CannotGoOn, match="still to come"):
        start_trial(by=manager, rule=rule, until=days(until))
    assert stage_of(rule) == "proposed"


def test_a_rule_that_was_never_run_is_not_made_active(manager):
    with pytest.raises(CannotGoOn, match="Run the rule"):
        activate_rule(by=manager, rule=added(Stage.TRIAL))


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.ACTIVE, Stage.WITHDRAWN])
def test_only_a_rule_on_trial_becomes_active(manager, stage):
    rule = added(stage, run={"judged": 1, "hit": 0})
    with pytest.raises(CannotGoOn, match="cannot become active"):
        activate_rule(by=manager, rule=rule)
    assert stage_of(rule) == stage


@pytest.mark.parametrize("stage", [Stage.TRIAL, Stage.ACTIVE, Stage.WITHDRAWN])
def test_only_a_proposed_rule_goes_on_trial(manager, stage):
    with pytest.raises(CannotGoOn, match="cannot become on trial"):
        start_trial(by=manager, rule=added(stage), until=days(7))


def test_what_is_withdrawn_stays_so(manager):
    with pytest.raises(CannotGoOn):
        withdraw_rule(by=manager, rule=added(Stage.WITHDRAWN))


def test_a_rule_that_was_seen_before_another_changed_it_is_judged_by_how_it_stands(manager):
    rule = added(Stage.TRIAL, run={"judged": 1, "hit": 0})
    AddedRule.objects.filter(pk=rule.pk).update(stage=Stage.WITHDRAWN)
    with pytest.raises(CannotGoOn):
        activate_rule(by=manager, rule=rule)


@pytest.mark.parametrize("kind", [RoleKind.SUPPORT_MANAGER, RoleKind.ANALYST, RoleKind.AUDITOR, RoleKind.PREPARER])
def test_only_collection_managers_have_to_do_with_it(kind):
    person = RoleFactory(kind=kind).user
    rule = added(Stage.TRIAL)
    for act in (
        lambda: propose(person),
        lambda: run_rule(by=person, rule=rule),
        lambda: start_trial(by=person, rule=rule, until=days(-1)),
        lambda: activate_rule(by=person, rule=rule),
        lambda: withdraw_rule(by=person, rule=rule),
    ):
        with pytest.raises(NotAllowed, match="You cannot try rules"):
            act()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_proposes_once(manager):
    def act():
        try:
            return propose(manager)
        except DefinitionFaults as faults:
            return str(faults)

    answers = at_once(act, act)
    assert AddedRule.objects.count() == 1
    assert sum("is taken" in answer for answer in answers if isinstance(answer, str)) == 1
