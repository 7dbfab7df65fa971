"""What files are judged by today: the published rules, and those that were added and are active or on trial."""

import pytest

from submissions.actions.rulesets import keep_ruleset
from submissions.models import Ruleset
from submissions.queries.rulesets import rules_in_force, rules_of, workbook_rules
from templates_app import registry
from templates_app.layout import layout_of
from tests.submissions.rule_scenes import Stage, added, days, rule_text

pytestmark = pytest.mark.usefixtures("db")
VERSION = ("back_office", "2016.2")
"""The newest: nothing is taken from a newer one."""
OLDER = ("back_office", "2016.1")
PUBLISHED = len(registry.get(*VERSION).rules)


def added_codes() -> list[str]:
    return [rule.code for rule in rules_in_force(*VERSION).definition.rules[PUBLISHED:]]


def test_without_added_rules_the_published_definition_is_what_counts():
    rules = rules_in_force(*VERSION)
    assert rules.definition is registry.get(*VERSION)
    assert rules.checksum == rules.published == registry.checksum(*VERSION)
    assert (rules.on_trial, rules.added) == ({}, ())


def test_an_earlier_version_in_a_round_of_its_own_takes_the_checks_of_reading_from_the_newest():
    rules = rules_in_force(*OLDER)
    assert rules.published == registry.checksum(*OLDER) != rules.checksum
    newest = registry.checksum(*VERSION)
    assert {kept["code"] for kept in rules.added} == {"B-W16", "B-I1f", "B-I1g"}
    assert all((kept["version"], kept["definition"]) == ("2016.2", newest) for kept in rules.added)
    assert keep_ruleset(rules) == rules.checksum
    assert Ruleset.objects.get().added == list(rules.added)


def test_a_change_of_the_newest_version_is_another_ruleset(monkeypatch):
    before, known = rules_in_force(*OLDER).checksum, registry.checksum
    monkeypatch.setattr(registry, "checksum", lambda *of: "another" if of == VERSION else known(*of))
    assert rules_in_force(*OLDER).checksum != before


def test_an_unknown_version_is_said():
    with pytest.raises(LookupError):
        rules_in_force("back_office", "1999.1")


def test_active_rules_and_those_on_trial_are_applied_in_the_order_of_their_codes():
    added(Stage.ACTIVE, "N-H2")
    added(Stage.TRIAL, "N-H1")
    added(Stage.PROPOSED, "N-H3")
    added(Stage.WITHDRAWN, "N-H4")
    assert added_codes() == ["N-H1", "N-H2"]
    assert rules_in_force(*VERSION).on_trial == {"N-H1": days(7)}


@pytest.mark.parametrize(("until", "codes"), [(0, ["N-H1"]), (-1, [])])
def test_a_trial_ends_with_its_last_day(until, codes):
    added(Stage.TRIAL, trial_until=days(until))
    assert added_codes() == codes


def test_a_rule_is_left_out_of_versions_that_have_not_every_place_it_names():
    added(holds="GATE99 > 1", at="GATE99")
    assert added_codes() == []
    assert rules_in_force(*VERSION).checksum == registry.checksum(*VERSION)


def test_a_rule_that_a_version_has_taken_up_under_its_code_is_not_applied_twice():
    added(code="VPAY1-W1")
    rules = rules_in_force(*VERSION).definition.rules
    assert [rule.code for rule in rules].count("VPAY1-W1") == 1


def test_a_rule_of_another_template_changes_nothing():
    added(template="pathology")
    assert added_codes() == []


def test_the_checksum_is_of_everything():
    rule = added(Stage.TRIAL)
    seen = {registry.checksum(*VERSION), rules_in_force(*VERSION).checksum}
    for change in ({"trial_until": days(9)}, {"source": rule_text(holds="ORG02 > 1")}, {"stage": Stage.ACTIVE}):
        type(rule).objects.filter(pk=rule.pk).update(**change)
        seen.add(rules_in_force(*VERSION).checksum)
    assert len(seen) == 5
    type(rule).objects.filter(pk=rule.pk).update(stage=Stage.WITHDRAWN)
    assert rules_in_force(*VERSION).checksum == registry.checksum(*VERSION)


def test_the_same_rules_are_the_very_same_object_so_that_what_was_worked_out_of_them_is_kept(
    django_assert_num_queries,
):
    added()
    first = rules_in_force(*VERSION)
    with django_assert_num_queries(1):
        again = rules_in_force(*VERSION)
    assert again.definition is first.definition
    assert again.checksum == first.checksum
    assert layout_of(again.definition) is layout_of(first.definition)


def test_the_ruleset_keeps_what_was_added_word_for_word():
    rule = added(Stage.TRIAL)
    rules = rules_in_force(*VERSION)
    assert keep_ruleset(rules) == keep_ruleset(rules) == rules.checksum
    kept = Ruleset.objects.get()
    assert (kept.checksum, kept.definition) == (rules.checksum, registry.checksum(*VERSION))
    assert kept.added == [{"code": "N-H1", "source": rule.source, "trial_until": days(7).isoformat()}]


def test_workbooks_bear_active_rules_and_none_on_trial():
    added(Stage.TRIAL, "N-H1")
    assert workbook_rules(*VERSION) is registry.get(*VERSION)
    added(Stage.ACTIVE, "N-H2")
    assert [rule.code for rule in workbook_rules(*VERSION).rules[PUBLISHED:]] == ["N-H2"]


def test_all_rules_of_a_template_are_known_by_code():
    added()
    known = rules_of("back_office")
    assert {"N-H1", "VPAY1-W1", "B-W2"} <= set(known)
    assert all(code == rule.code for code, rule in known.items())
