"""The pages of waivers: asking from a finding, the list with its decisions, and who sees what."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import RoleKind
from submissions.models import Waiver
from submissions.queries.waiver_pages import waivers_page
from submissions.states import State
from tests.factories import FindingFactory, RoleFactory, SubmissionFactory, WaiverFactory
from tests.submissions.rule_scenes import days

pytestmark = pytest.mark.django_db
WAIVERS = "/waivers/"
REASON = "Our host holds the payroll of all staff"


@pytest.fixture
def file():
    made = SubmissionFactory(
        state=State.BLOCKED, checked_at=timezone.now(), template="back_office", version="2016.1", reading={},
        return_record__trust__name="Barts Health", return_record__trust__region="London",
    )  # fmt: skip
    for number, (code, severity, line) in enumerate(
        [
            ("B-W2", "warning", "FIN3"),
            ("B-W2", "warning", "FIN3"),
            ("B-W2", "warning", "FIN4"),
            ("B-I1a", "info", "FIN3"),
            ("B-H1", "error", ""),
        ]
    ):
        FindingFactory(submission=made, position=number, code=code, severity=severity, line=line)
    return made


@pytest.fixture
def preparer(file, client):
    return enter(client, RoleKind.PREPARER, trust=file.return_record.trust)


def enter(client, kind, **scope):
    person = RoleFactory(kind=kind, **scope).user
    client.force_login(person)
    return person


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def ask_address(file, query="?rule=B-W2&line=FIN3"):
    return reverse("submissions:ask_waiver", args=[file.reference]) + query


def answers(**more):
    until = days(30)
    date = {"expires_date_day": until.day, "expires_date_month": until.month, "expires_date_year": until.year}
    return {"scope": "line", "reason": REASON, **date, **more}


def decided(waiver, by, **more):
    return WaiverFactory(
        trust=waiver.trust, decided_by=by, decided_at=timezone.now(), **({"decision": "approved"} | more)
    )


# Asking


@pytest.mark.usefixtures("preparer")
def test_without_a_rule_one_chooses_among_those_that_found_something(client, file):
    answer = client.get(ask_address(file, ""))
    links = re.findall(r'href="[^"]*\?([^"]*)"', answer.content.decode())
    assert links == ["rule=B-W2&amp;line=FIN3", "rule=B-W2&amp;line=FIN4"]


@pytest.mark.usefixtures("preparer")
def test_where_nothing_was_found_there_is_nothing_to_ask_for(client, file):
    file.findings.all().delete()
    assert "Nothing was found in this file that a waiver could be asked for." in text_of(
        client.get(ask_address(file, ""))
    )


@pytest.mark.usefixtures("preparer")
@pytest.mark.parametrize(
    "query", ["?rule=B-W2&line=FIN99", "?rule=B-W2", "?rule=B-H1", "?rule=B-I1a&line=FIN3", "?rule="]
)
def test_a_rule_that_found_nothing_there_or_is_never_waived_is_not_asked_for(query, client, file):
    assert client.get(ask_address(file, query)).status_code == 404


def test_a_trial_is_nothing_to_be_let_off(client, file, preparer):
    file.findings.update(trial_until=days(9))
    assert client.get(ask_address(file)).status_code == 404


@pytest.mark.parametrize(("scope", "line"), [("line", "FIN3"), ("all", "")])
def test_a_waiver_is_asked_for_from_a_finding(scope, line, client, file, preparer):
    said = text_of(client.get(ask_address(file)))
    assert "Pay for each WTE is usual (B-W2)" in said
    assert "Accounts payable, pay (FIN3)" in said
    answer = client.post(ask_address(file), answers(scope=scope), follow=True)
    assert "Your request is with NHS Improvement." in text_of(answer)
    waiver = Waiver.objects.get()
    assert (waiver.rule_code, waiver.line, waiver.reason, waiver.asked_by) == ("B-W2", line, REASON, preparer)
    assert (waiver.trust, waiver.template) == (file.return_record.trust, "back_office")
    assert waiver.expires_date == days(30)


def test_a_finding_about_the_whole_file_has_no_line_to_choose(client, file, preparer):
    FindingFactory(submission=file, position=9, code="B-H6a", severity="error", line="", sheet="", cell="")
    assert "At this line only" not in text_of(client.get(ask_address(file, "?rule=B-H6a&line=")))
    given = answers()
    del given["scope"]
    assert client.post(ask_address(file, "?rule=B-H6a&line="), given).status_code == 302
    assert Waiver.objects.get().line == ""


@pytest.mark.usefixtures("preparer")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": ""}, "Enter reason"),
        ({"reason": "no"}, "Say why in at least 10 letters."),
        ({"expires_date_year": "2016"}, "The last day must be still to come."),
        ({"expires_date_year": "2090"}, "a waiver holds for a year at most"),
        ({"expires_date_day": "40"}, "must be a real date"),
        ({"scope": "everywhere"}, "from the list"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(more, said, client, file):
    answer = client.post(ask_address(file), answers(**more))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Waiver.objects.exists()


@pytest.mark.usefixtures("preparer")
def test_asking_twice_is_said(client, file):
    client.post(ask_address(file), answers())
    answer = client.post(ask_address(file), answers())
    assert answer.status_code == 422
    assert "asked for already" in text_of(answer)


# The list


def test_a_trust_sees_its_own_and_may_take_its_request_back(client, file, preparer):
    own, other = WaiverFactory(trust=file.return_record.trust), WaiverFactory()
    html = client.get(WAIVERS).content.decode()
    assert "Barts Health" in html
    assert other.trust.name not in html
    assert "Approve" not in html
    said = text_of(client.post(reverse("submissions:withdraw_waiver", args=[own.pk]), follow=True))
    assert "B-W2 holds for Barts Health from now on." in said
    assert re.search(r"Taken back .* None", said)
    again = client.post(reverse("submissions:withdraw_waiver", args=[own.pk]), follow=True)
    assert "there is nothing to take back" in text_of(again)


def test_the_waiver_of_another_trust_is_not_there(client, file, preparer):
    waiver = WaiverFactory()
    for name in ("decide_waiver", "withdraw_waiver"):
        assert client.post(reverse(f"submissions:{name}", args=[waiver.pk])).status_code == 404


def test_without_waivers_the_page_says_how_one_comes_about(client, file, preparer):
    assert "No waiver has been asked for." in text_of(client.get(WAIVERS))


def test_those_who_see_no_findings_see_no_waivers(client):
    enter(client, RoleKind.ANALYST)
    assert client.get(WAIVERS).status_code == 403


def test_waiting_ones_come_first_then_those_in_force_then_the_rest(client, file):
    person = enter(client, RoleKind.COLLECTION_MANAGER)
    waiting = WaiverFactory(trust=file.return_record.trust)
    in_force = decided(waiting, person)
    past = [
        decided(waiting, person, expires_date=days(-1)),
        decided(waiting, person, decision="refused"),
        WaiverFactory(trust=waiting.trust, withdrawn_at=timezone.now()),
    ]
    page = waivers_page(person)
    assert [row.waiver for row in page.waiting] == [waiting]
    assert [row.waiver for row in page.in_force] == [in_force]
    assert {row.waiver.pk: row.standing for row in page.past} == dict(
        zip([waiver.pk for waiver in past], ["expired", "refused", "withdrawn"], strict=True)
    )
    said = text_of(client.get(WAIVERS))
    assert said.index("Waiting for a decision") < said.index("In force") < said.index("Refused, taken back or expired")


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_a_decision_is_made_on_the_page(decision, client, file):
    person = enter(client, RoleKind.COLLECTION_MANAGER)
    waiver = WaiverFactory(trust=file.return_record.trust)
    address = reverse("submissions:decide_waiver", args=[waiver.pk])
    given = {f"waiver-{waiver.pk}-reason": "We saw the contract", "decision": decision}
    assert decision in text_of(client.post(address, given, follow=True))
    waiver.refresh_from_db()
    assert (waiver.decision[:6], waiver.decided_by) == (decision[:6], person)
    assert client.get(address)["Location"] == WAIVERS


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"decision": "approve"}, "Enter reason for your decision"),
        ({"reason": "fine", "decision": "approve"}, "at least 10 letters"),
        ({"reason": "We saw the contract"}, "Choose Approve or Refuse."),
    ],
)
def test_a_decision_wants_a_reason(given, said, client, file):
    enter(client, RoleKind.COLLECTION_MANAGER)
    waiver = WaiverFactory(trust=file.return_record.trust)
    given = {name if name == "decision" else f"waiver-{waiver.pk}-{name}": value for name, value in given.items()}
    answer = client.post(reverse("submissions:decide_waiver", args=[waiver.pk]), given)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Waiver.objects.get().is_waiting


def test_whoever_asked_is_offered_no_decision(client, file):
    person = enter(client, RoleKind.COLLECTION_MANAGER)
    waiver = WaiverFactory(trust=file.return_record.trust, asked_by=person)
    assert "Approve" not in text_of(client.get(WAIVERS))
    given = {f"waiver-{waiver.pk}-reason": "I am sure of it", "decision": "approve"}
    assert client.post(reverse("submissions:decide_waiver", args=[waiver.pk]), given).status_code == 403


def test_a_waiver_of_a_rule_that_is_gone_still_shows(client, file):
    enter(client, RoleKind.COLLECTION_MANAGER)
    WaiverFactory(trust=file.return_record.trust, rule_code="N-W9")
    assert "N-W9" in text_of(client.get(WAIVERS))


def test_many_waivers_take_no_more_queries(client, file, django_assert_max_num_queries):
    enter(client, RoleKind.COLLECTION_MANAGER)
    for _ in range(20):
        WaiverFactory()
    with django_assert_max_num_queries(15):
        client.get(WAIVERS)
