"""Rules on trial and waivers in a browser: every page in its states at both widths, and the way through without JavaScript."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from footprints.models import RoleKind, User
from submissions.actions.added_rules import run_rule
from submissions.actions.process import process
from submissions.actions.rejudge import rejudge
from submissions.models import AddedRule, Submission, Waiver
from submissions.states import State
from tests.factories import (
    FindingFactory,
    RejudgementFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
    WaiverFactory,
)
from tests.journeys.story import Person
from tests.submissions.rule_scenes import Stage, added, checked, days, rule_text

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"


def somebody(kind: RoleKind, **scope: object) -> User:
    person = UserFactory(password=PASSWORD)
    RoleFactory(user=person, kind=kind, **{"trust": None, "footprint": None, "region": "", **scope})
    return person


def manager() -> User:
    return somebody(RoleKind.COLLECTION_MANAGER)


def preparer_of(file: Submission) -> User:
    return somebody(RoleKind.PREPARER, trust=file.return_record.trust)


def rules_in_every_stage() -> tuple[User, str]:
    for number, stage in enumerate(Stage.values):
        added(stage, f"N-W{number}", run={"judged": 200, "hit": 12} if number else None)
    file = SubmissionFactory(state=State.ACCEPTED, loaded_at=timezone.now(), template="back_office", version="2016.1")
    FindingFactory(submission=file, code="VPAY1-W1", severity="warning")
    return manager(), "/rules/"


def rule_that_was_run(stage: str = Stage.TRIAL) -> tuple[User, str]:
    rule = added(stage, code="N-W1", holds="line.pay > 999999", at="line.pay")
    AddedRule.objects.filter(pk=rule.pk).update(
        source=rule_text("N-W1", holds="line.pay > 999999", at="line.pay", for_each="costs")
    )
    rule.refresh_from_db()
    for kind in ("acute", "ambulance"):
        checked(ReturnFactory(trust__trust_type=kind))
    person = manager()
    run_rule(by=person, rule=rule)
    return person, f"/rules/{rule.pk}/"


def rule_in(stage: str) -> tuple[User, str]:
    return manager(), f"/rules/{added(stage).pk}/"


def waivers_of_every_kind() -> tuple[User, str]:
    person = manager()
    decided = {
        "decision": "approved",
        "decided_by": person,
        "decided_at": timezone.now(),
        "decision_reason": "We saw the contract",
    }
    WaiverFactory(
        reason="The trust's payroll is run by a shared service that 12 trusts of the North pay by their headcount. " * 3
    )
    WaiverFactory(line="FIN3")
    WaiverFactory(**decided)
    WaiverFactory(**decided | {"expires_date": days(-3)})
    WaiverFactory(**decided | {"decision": "refused"})
    WaiverFactory(withdrawn_at=timezone.now())
    return person, "/waivers/"


def file_with_findings(address: str, findings: int = 3) -> tuple[User, str]:
    file = SubmissionFactory(
        state=State.BLOCKED, checked_at=timezone.now(), reading={}, template="back_office", version="2016.1"
    )
    for number in range(findings):
        FindingFactory(submission=file, position=number, code="B-W2", severity="warning", line=f"FIN{number + 1}")
    return preparer_of(file), f"/submissions/{file.reference}/waivers/ask/{address}"


def file_judged_again() -> tuple[User, str]:
    file = checked(ReturnFactory())
    person = manager()
    rejudge(by=person, submission=file)
    added()
    added("trial", "N-W2")
    for _ in range(2):
        rejudge(by=person, submission=file)
    return person, f"/submissions/{file.reference}/rejudged/"


def file_not_judged_again() -> tuple[User, str]:
    return manager(), f"/submissions/{RejudgementFactory().submission.reference}/rejudged/"


STATES: dict[str, Callable[[], tuple[User, str]]] = {
    "no rules": lambda: (manager(), "/rules/"),
    "rules in every stage": rules_in_every_stage,
    "proposing a rule": lambda: (manager(), "/rules/propose/"),
    "a rule that was never run": lambda: rule_in(Stage.PROPOSED),
    "a rule that fits no version": lambda: (manager(), f"/rules/{added(holds='GATE99 > 1', at='GATE99').pk}/"),
    "a rule that was run": rule_that_was_run,
    "a rule that was withdrawn": lambda: rule_in(Stage.WITHDRAWN),
    "no waivers": lambda: (preparer_of(SubmissionFactory()), "/waivers/"),
    "waivers of every kind": waivers_of_every_kind,
    "the trust's own waiver": lambda: (
        (waiver := WaiverFactory()) and somebody(RoleKind.PREPARER, trust=waiver.trust),
        "/waivers/",
    ),
    "choosing what to ask for": lambda: file_with_findings(""),
    "nothing to ask for": lambda: file_with_findings("", findings=0),
    "asking for a waiver": lambda: file_with_findings("?rule=B-W2&line=FIN2"),
    "a file judged again": file_judged_again,
    "a file not checked yet": file_not_judged_again,
}


@pytest.mark.parametrize("state", STATES)
def test_a_page_in_this_state(browser_page, axe, transactional_db: None, state: str) -> None:
    user, address = STATES[state]()
    person = Person(browser_page, axe)
    person.signs_in(user.email, PASSWORD)
    assert browser_page.goto(address).status == 200
    person.finds_nothing_in_the_way()
    assert browser_page.locator("h1").count() == 1


def test_a_rule_from_proposal_to_trial_without_javascript(scriptless_page, transactional_db: None) -> None:
    page, person = scriptless_page, Person(scriptless_page, None)
    file = checked(ReturnFactory())
    person.signs_in(manager().email, PASSWORD)
    page.goto("/national/")
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("button", name="Propose a rule").click()
    page.get_by_label("Back office").check()
    page.get_by_label("Rule", exact=True).fill(rule_text(at="ORG99"))
    page.get_by_label("Reason").fill("Two trusts typed their staff there")
    page.get_by_role("button", name="Propose the rule").click()
    person.sees("ORG99 is not known here")
    page.get_by_label("Rule", exact=True).fill(rule_text())
    page.get_by_role("button", name="Propose the rule").click()
    person.sees("N-H1 is proposed")
    page.get_by_role("button", name="Run it over all stored returns").click()
    person.sees("it would hit 1 return at 1 place")
    assert page.get_by_role("link", name=file.reference).count() == 1
    page.get_by_role("button", name="Start the trial").click()
    person.sees("Enter last day of the trial")
    for part, number in zip(("Day", "Month", "Year"), days(30).strftime("%d %m %Y").split(), strict=True):
        page.get_by_label(part).fill(number)
    page.get_by_role("button", name="Start the trial").click()
    person.sees("N-H1 is on trial")
    assert AddedRule.objects.get().trial_until == days(30)


def test_a_waiver_from_request_to_decision_without_javascript(scriptless_page, transactional_db: None) -> None:
    page, person = scriptless_page, Person(scriptless_page, None)
    added()
    file = checked(ReturnFactory())
    person.signs_in(preparer_of(file).email, PASSWORD)
    page.goto(f"/submissions/{file.reference}/waivers/ask/")
    page.get_by_role("link", name="N-H1").click()
    page.get_by_role("button", name="Ask for the waiver").click()
    person.sees("Enter reason")
    page.get_by_label("Reason").fill("We hold no income of our own")
    page.get_by_label("At this line only").check()
    for part, number in zip(("Day", "Month", "Year"), days(30).strftime("%d %m %Y").split(), strict=True):
        page.get_by_label(part).fill(number)
    page.get_by_role("button", name="Ask for the waiver").click()
    person.sees("Your request is with NHS Improvement")
    page.get_by_role("button", name="Sign out").click()

    person.signs_in(manager().email, PASSWORD)
    page.goto("/national/")
    page.get_by_role("link", name="Waivers", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    person.sees("Enter reason for your decision")
    page.get_by_label("Reason for your decision").fill("Their host returns it")
    page.get_by_role("button", name="Approve").click()
    person.sees("is approved")
    assert Waiver.objects.get().decision == "approved"
    again = Submission.objects.create(
        return_record=file.return_record, file_key=file.file_key, sha256=file.sha256, size_bytes=file.size_bytes, uploaded_by=file.uploaded_by,
    )  # fmt: skip
    process(submission_id=again.pk)
    assert Submission.objects.get(pk=again.pk).state == State.ACCEPTED
