"""Judging stored files by today's rules: a difference that is kept, and nothing else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions.rejudge import NotJudged, rejudge
from submissions.models import Explanation, Figure, Finding, Rejudgement, Submission
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory, WaiverFactory
from tests.submissions.rule_scenes import added, checked
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, received, rows, workbook

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def manager():
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user


def codes(findings):
    return [(finding["code"], finding["severity"], finding["line"]) for finding in findings]


def test_by_the_same_rules_nothing_differs(manager):
    file = checked(ReturnFactory())
    kept = rejudge(by=manager, submission=file)
    assert (kept.gone, kept.new, kept.ruleset_id) == ([], [], file.ruleset)
    event = Event.objects.get(verb="rejudged")
    assert (event.user, event.detail) == (manager, {"reference": file.reference, "gone": 0, "new": 0})


def test_a_newer_rule_gives_what_is_new_and_changes_nothing(manager):
    file = checked(ReturnFactory())
    stored = [rows(model) for model in (Submission, Finding, Figure, Explanation)]
    added()
    kept = rejudge(by=manager, submission=file)
    assert codes(kept.new) == [("N-H1", "error", "ORG02")]
    assert kept.gone == []
    assert kept.new[0]["message"] == "The income is too small."
    assert kept.new[0]["on_trial"] is False
    assert kept.ruleset_id != file.ruleset
    assert [rows(model) for model in (Submission, Finding, Figure, Explanation)] == stored


def test_a_rule_that_was_withdrawn_gives_what_is_gone(manager):
    rule = added()
    file = checked(ReturnFactory())
    type(rule).objects.update(stage="withdrawn")
    kept = rejudge(by=manager, submission=file)
    assert (codes(kept.gone), kept.new) == ([("N-H1", "error", "ORG02")], [])


def test_a_trial_that_became_active_differs_though_rule_and_cell_are_the_same(manager):
    rule = added("trial")
    file = checked(ReturnFactory())
    type(rule).objects.update(stage="active")
    kept = rejudge(by=manager, submission=file)
    assert [finding["on_trial"] for finding in (*kept.gone, *kept.new)] == [True, False]


def test_a_waiver_makes_an_error_a_note(manager):
    added()
    file = checked(ReturnFactory())
    WaiverFactory(
        trust=file.return_record.trust,
        rule_code="N-H1",
        decision="approved",
        decided_by=manager,
        decided_at=file.checked_at,
    )
    kept = rejudge(by=manager, submission=file)
    assert (codes(kept.gone), codes(kept.new)) == ([("N-H1", "error", "ORG02")], [("N-H1", "info", "ORG02")])


def test_what_was_not_checked_cannot_be_compared(manager):
    for file in (received(ReturnFactory()), checked(ReturnFactory(), b"no workbook")):
        with pytest.raises(NotJudged):
            rejudge(by=manager, submission=file)


@pytest.mark.parametrize("kind", [RoleKind.SUPPORT_MANAGER, RoleKind.AUDITOR, RoleKind.PREPARER])
def test_only_collection_managers_judge_again(kind):
    with pytest.raises(NotAllowed):
        rejudge(by=RoleFactory(kind=kind).user, submission=checked(ReturnFactory()))


def run(*options):
    said = StringIO()
    call_command("rejudge", *options, stdout=said)
    return said.getvalue().splitlines()


def test_the_command_prints_the_difference_by_trust():
    collection = CollectionFactory(name="Back office 2015/16")
    barts = checked(ReturnFactory(collection=collection, trust__name="Barts Health"))
    return_record = ReturnFactory(collection=collection, trust__name="Airedale")
    checked(return_record, workbook(return_record, WORDS_FOR_A_NUMBER))
    latest = checked(return_record)
    checked(ReturnFactory())
    assert run("--collection", "Back office 2015/16") == [
        "2 files judged again: 0 would come out otherwise. Nothing was changed."
    ]
    added()
    said = run("--collection", "Back office 2015/16")
    assert said[0] == f"Airedale, {latest.reference}"
    assert said[1].startswith("  + error N-H1 Organisation!")
    assert said[2] == f"Barts Health, {barts.reference}"
    assert said[-1] == "2 files judged again: 2 would come out otherwise. Nothing was changed."
    assert Rejudgement.objects.count() == 4
    assert Event.objects.filter(verb="rejudged", system="rejudge").count() == 4


def test_the_command_takes_one_file():
    file = checked(ReturnFactory())
    added("trial")
    said = run("--reference", file.reference.lower())
    assert said[0] == f"{file.return_record.trust}, {file.reference}"
    assert "N-H1 (on trial)" in said[1]


@pytest.mark.parametrize("options", [("--collection", "None such"), ("--reference", "STP-0000-0000")])
def test_the_command_says_when_there_is_no_such_file(options):
    with pytest.raises(CommandError, match="no checked file"):
        run(*options)
