"""Waivers: who asks, who decides, how long they hold, and what becomes of a finding meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions.process import process
from submissions.actions.waivers import (
    CannotWaive,
    ask_waiver,
    decide_waiver,
    may_be_waived,
    never_waived,
    withdraw_waiver,
)
from submissions.models import Waiver
from submissions.queries.rejudging import has_other_rules_now
from submissions.queries.rulesets import rules_of
from submissions.states import State
from templates_app import registry
from tests.factories import ReturnFactory, RoleFactory, WaiverFactory
from tests.submissions.rule_scenes import added, checked, days
from tests.submissions.scenes import at_once, preparer_of, received, rows, workbook

pytestmark = pytest.mark.usefixtures("db")
REASON = "Our host holds the payroll of all staff"


@pytest.fixture
def return_record():
    return ReturnFactory(trust__region="North")


@pytest.fixture
def preparer(return_record):
    return preparer_of(return_record)


@pytest.fixture
def manager():
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user


def ask(by, return_record, **more):
    given = {"template": "back_office", "rule_code": "B-W2", "reason": REASON, "expires_date": days(90)}
    return ask_waiver(by=by, trust=return_record.trust, **(given | more))


def troubles(by, return_record, **more):
    with pytest.raises(CannotWaive) as found:
        ask(by, return_record, **more)
    assert rows(Waiver) == []
    return found.value.troubles


def approved(return_record, manager, **more):
    """A waiver of the rule N-H1 that was asked for and approved."""
    waiver = ask(preparer_of(return_record), return_record, **({"rule_code": "N-H1"} | more))
    decide_waiver(by=manager, waiver=waiver, approve=True, reason="True of this trust")
    return waiver


# Asking


def test_a_waiver_is_asked_for(return_record, preparer):
    waiver = ask(preparer, return_record, line="FIN3", reason=f"  {REASON} ")
    kept = Waiver.objects.get()
    assert (kept.pk, kept.trust, kept.line, kept.reason, kept.asked_by) == (
        waiver.pk, return_record.trust, "FIN3", REASON, preparer,
    )  # fmt: skip
    assert kept.is_waiting
    event = Event.objects.get(verb="waiver asked for")
    assert (event.user, event.trust, event.detail["rule"]) == (preparer, return_record.trust, "B-W2")


def test_the_support_manager_of_the_region_may_ask_too(return_record):
    assert ask(RoleFactory(kind=RoleKind.SUPPORT_MANAGER, region="North").user, return_record)


@pytest.mark.parametrize("kind", [RoleKind.SIGNATORY, RoleKind.COLLECTION_MANAGER, RoleKind.ANALYST])
def test_others_may_not_ask(kind, return_record):
    scope = {"trust": return_record.trust} if kind == RoleKind.SIGNATORY else {}
    with pytest.raises(NotAllowed, match="You cannot ask for a waiver"):
        ask(RoleFactory(kind=kind, **scope).user, return_record)


def test_a_preparer_asks_for_no_other_trust(return_record):
    with pytest.raises(NotAllowed):
        ask(preparer_of(ReturnFactory()), return_record)


@pytest.mark.parametrize(
    ("more", "about", "said"),
    [
        ({"rule_code": "B-W99"}, "rule", "There is no rule B-W99"),
        ({"rule_code": "B-I1a"}, "rule", "cannot be waived"),
        ({"line": "FIN99"}, "line", "FIN99 is no line"),
        ({"reason": " too few  "}, "reason", "at least 10 letters"),
        ({"expires_date": days(0)}, "expires_date", "still to come"),
        ({"expires_date": days(-1)}, "expires_date", "still to come"),
        ({"expires_date": days(367)}, "expires_date", "a year at most"),
    ],
)
def test_what_cannot_be_asked_for(more, about, said, return_record, preparer):
    found = troubles(preparer, return_record, **more)
    assert list(found) == [about]
    assert said in found[about]


@pytest.mark.parametrize("number", [1, 366])
def test_a_waiver_is_for_a_day_to_a_year(number, return_record, preparer):
    assert ask(preparer, return_record, expires_date=days(number)).expires_date == days(number)


def test_the_checks_that_guard_the_reading_are_never_waived(return_record, preparer):
    guards = {
        rule.code
        for rule in rules_of("back_office").values()
        if rule.check in ("right_template", "right_trust", "typed_right")
    }
    assert len(guards) == 3
    for code in guards:
        assert "cannot be waived" in troubles(preparer, return_record, rule_code=code)["rule"]


def test_everything_wrong_is_said_at_once(return_record, preparer):
    found = troubles(preparer, return_record, rule_code="X-W1", line="X1", reason="", expires_date=days(0))
    assert list(found) == ["rule", "line", "expires_date", "reason"]


def test_the_same_is_not_asked_for_twice(return_record, preparer, manager):
    waiver = ask(preparer, return_record)
    with pytest.raises(CannotWaive, match="asked for already"):
        ask(preparer, return_record)
    assert ask(preparer, return_record, line="FIN3")
    decide_waiver(by=manager, waiver=waiver, approve=True, reason="True of this trust")
    with pytest.raises(CannotWaive, match="has this waiver already"):
        ask(preparer, return_record)
    withdraw_waiver(by=preparer, waiver=waiver)
    assert ask(preparer, return_record)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_asks_once(return_record, preparer):
    def act():
        try:
            return ask(preparer, return_record)
        except CannotWaive as refusal:
            return str(refusal)

    answers = at_once(act, act)
    assert Waiver.objects.count() == 1
    assert sum(isinstance(answer, str) for answer in answers) == 1


# Deciding and taking back


@pytest.mark.parametrize(("approve", "decision"), [(True, "approved"), (False, "refused")])
def test_another_decides(approve, decision, return_record, preparer, manager):
    waiver = ask(preparer, return_record)
    decide_waiver(by=manager, waiver=waiver, approve=approve, reason="  We looked at the contract ")
    waiver.refresh_from_db()
    assert (waiver.decision, waiver.decided_by, waiver.decision_reason) == (
        decision,
        manager,
        "We looked at the contract",
    )
    assert Waiver.objects.in_force(days(0)).exists() is approve
    assert Event.objects.get(verb=f"waiver {decision}").user == manager
    with pytest.raises(CannotWaive, match="decided or taken back already"):
        decide_waiver(by=manager, waiver=waiver, approve=not approve, reason="On second thoughts")


def test_nobody_decides_on_what_they_asked_for(return_record, manager):
    RoleFactory(user=manager, kind=RoleKind.PREPARER, trust=return_record.trust)
    waiver = ask(manager, return_record)
    with pytest.raises(NotAllowed, match="somebody else decides"):
        decide_waiver(by=manager, waiver=waiver, approve=True, reason="I am sure of it")


def test_only_those_who_may_decide_do(return_record, preparer):
    waiver = ask(preparer, return_record)
    for person in (preparer_of(return_record), RoleFactory(kind=RoleKind.SUPPORT_MANAGER, region="North").user):
        with pytest.raises(NotAllowed, match="You cannot decide on a waiver"):
            decide_waiver(by=person, waiver=waiver, approve=True, reason="True of this trust")


def test_a_decision_says_why(return_record, preparer, manager):
    waiver = ask(preparer, return_record)
    with pytest.raises(CannotWaive, match="at least 10 letters"):
        decide_waiver(by=manager, waiver=waiver, approve=True, reason="fine")


def test_what_ran_out_while_it_waited_is_only_refused(return_record, manager):
    waiver = WaiverFactory(trust=return_record.trust, expires_date=days(-1))
    with pytest.raises(CannotWaive, match="has passed"):
        decide_waiver(by=manager, waiver=waiver, approve=True, reason="True of this trust")
    decide_waiver(by=manager, waiver=waiver, approve=False, reason="It came too late")


def test_a_request_or_a_waiver_is_taken_back_once(return_record, preparer, manager):
    for waiver, by in (
        (ask(preparer, return_record), preparer),
        (approved(return_record, manager, rule_code="VPAY1-W1"), manager),
    ):
        withdraw_waiver(by=by, waiver=waiver)
        waiver.refresh_from_db()
        assert waiver.withdrawn_at
        with pytest.raises(CannotWaive, match="nothing to take back"):
            withdraw_waiver(by=by, waiver=waiver)
    assert not Waiver.objects.waiting().exists()
    assert not Waiver.objects.in_force(days(0)).exists()


def test_a_stranger_takes_nothing_back(return_record, preparer):
    with pytest.raises(NotAllowed):
        withdraw_waiver(by=preparer_of(ReturnFactory()), waiver=ask(preparer, return_record))


# What becomes of a finding


def test_a_waived_error_becomes_a_note_with_reason_and_day(return_record, manager):
    added()
    waiver = approved(return_record, manager)
    file = checked(return_record)
    finding = file.findings.get(code="N-H1")
    assert (file.state, finding.severity, finding.waiver) == (State.ACCEPTED, "info", waiver)
    until = f"{waiver.expires_date.day} {waiver.expires_date:%B %Y}"
    assert (
        finding.remedy == f"You have nothing to do: this rule is waived for your trust until {until}. Reason: {REASON}"
    )


def test_a_waived_warning_wants_no_explanation(return_record, manager):
    added(code="N-W1")
    approved(return_record, manager, rule_code="N-W1")
    assert checked(return_record).state == State.ACCEPTED


@pytest.mark.parametrize(("line", "state"), [("", State.ACCEPTED), ("ORG02", State.ACCEPTED), ("ORG01", State.BLOCKED)])
def test_a_waiver_for_a_line_is_for_that_line_only(line, state, return_record, manager):
    added()
    approved(return_record, manager, line=line)
    assert checked(return_record).state == state


def test_a_waiver_is_for_one_trust(return_record, manager):
    added()
    approved(ReturnFactory(collection=return_record.collection), manager)
    assert checked(return_record).state == State.BLOCKED


@pytest.mark.parametrize(
    "change",
    [
        {"expires_date": days(-1)},
        {"withdrawn_at": timezone.now()},
        {"decision": "refused"},
        {"decision": "", "decided_by": None, "decided_at": None},
        {"template": "pathology"},
    ],
)
def test_a_waiver_that_does_not_hold_counts_for_nothing(change, return_record, manager):
    added()
    waiver = approved(return_record, manager)
    Waiver.objects.filter(pk=waiver.pk).update(**change)
    assert checked(return_record).state == State.BLOCKED


def test_a_waiver_holds_on_its_last_day(return_record, manager):
    added()
    waiver = approved(return_record, manager)
    Waiver.objects.filter(pk=waiver.pk).update(expires_date=days(0))
    assert checked(return_record).state == State.ACCEPTED


# The same file again


def again(return_record):
    """Whether the very same file is taken for the one that came last."""
    latest = return_record.submissions.first()
    return received(return_record, workbook(return_record)) == latest


def test_after_an_approved_waiver_the_same_file_is_judged_again(return_record, manager):
    added()
    assert checked(return_record).state == State.BLOCKED
    assert again(return_record)
    approved(return_record, manager)
    taken = received(return_record)
    process(submission_id=taken.pk)
    taken.refresh_from_db()
    assert taken.state == State.ACCEPTED
    assert again(return_record)


def test_a_waiver_that_was_taken_back_or_ran_out_makes_a_difference_too(return_record, manager):
    added()
    waiver = approved(return_record, manager)
    file = checked(return_record)
    assert not has_other_rules_now(file)
    Waiver.objects.filter(pk=waiver.pk).update(expires_date=days(-1))
    file.checked_at -= timedelta(days=2)
    Waiver.objects.filter(pk=waiver.pk).update(decided_at=file.checked_at - timedelta(days=1))
    assert has_other_rules_now(file)
    Waiver.objects.filter(pk=waiver.pk).update(expires_date=days(9))
    assert not has_other_rules_now(file)
    withdraw_waiver(by=manager, waiver=waiver)
    assert has_other_rules_now(file)


def test_what_changes_nothing_takes_no_file_anew(return_record, manager, preparer):
    checked(return_record)
    decide_waiver(by=manager, waiver=ask(preparer, return_record), approve=False, reason="Not true of them")
    ask(preparer, return_record, rule_code="VPAY1-W1")
    approved(ReturnFactory(), manager, rule_code="VPAY1-W1")
    added("proposed")
    assert again(return_record)


@pytest.mark.parametrize("stage", ["trial", "active"])
def test_after_new_rules_the_same_file_is_judged_again(stage, return_record):
    checked(return_record)
    added(stage)
    assert not again(return_record)


def test_a_file_that_is_still_being_checked_is_not_taken_twice(return_record):
    received(return_record)
    added()
    assert again(return_record)


def test_the_rules_that_nobody_is_let_off_are_known_by_code() -> None:
    for template in ("back_office", "pathology"):
        never = never_waived(template)
        rules = {rule.code: rule for rule in registry.get(template).rules}
        assert never >= {code for code, rule in rules.items() if not may_be_waived(rule)}
        assert {code for code, rule in rules.items() if may_be_waived(rule)}.isdisjoint(never)
