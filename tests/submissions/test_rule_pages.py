"""The pages of rules: what they say in each state, what a step does, and how many queries they take."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from footprints.models import RoleKind
from submissions.models import AddedRule, Rejudgement
from submissions.queries.rule_pages import rule_in_words, rule_use
from submissions.states import State
from tests.factories import (
    ExplanationFactory,
    FindingFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    WaiverFactory,
)
from tests.submissions.rule_scenes import Stage, added, checked, days, rule_text

pytestmark = pytest.mark.django_db
RULES = "/rules/"
REASON = "Two trusts typed their staff there"


@pytest.fixture
def manager(client):
    person = RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user
    client.force_login(person)
    return person


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return text_of(answer)


def on_record(**more):
    moments = {"state": State.ACCEPTED, "loaded_at": timezone.now(), "checked_at": timezone.now()}
    return SubmissionFactory(template="back_office", version="2016.1", **(moments | more))


def propose(client, **more):
    given = {"template": "back_office", "source": rule_text(), "reason": REASON} | more
    return client.post(f"{RULES}propose/", given)


def step(client, rule, name, **more):
    return client.post(reverse("submissions:rule", args=[rule.pk]), {"step": name, **more}, follow=True)


# All rules


@pytest.mark.usefixtures("manager")
def test_without_rules_and_returns_the_page_says_so(client):
    said = page(client, RULES)
    assert "No rule has been added" in said
    assert said.count("No return of this template is on record yet.") == 2


@pytest.mark.usefixtures("manager")
def test_every_added_rule_stands_there_with_its_stage_and_its_run(client):
    added(Stage.PROPOSED, "N-W1")
    rule = added(Stage.TRIAL, "N-W2", run={"judged": 200, "hit": 12})
    said = page(client, RULES)
    assert "2 rules" in said
    assert "Not run yet" in said
    assert re.search(r"N-W2 Back office On trial \d+ \w+ \d+ 200 12", said)
    assert f'href="/rules/{rule.pk}/"' in client.get(RULES).content.decode()


def test_how_often_each_rule_fires_is_explained_mended_and_waived():
    first = on_record()
    FindingFactory(submission=first, code="B-W2", severity="warning", position=0)
    ExplanationFactory(finding=FindingFactory(submission=first, code="B-W2", severity="warning", position=1))
    FindingFactory(submission=first, code="B-W1a", severity="info", position=2, waiver=WaiverFactory())
    mended = on_record()
    earlier = SubmissionFactory(
        return_record=mended.return_record, state=State.BLOCKED, template="back_office", version="2016.1"
    )
    FindingFactory(submission=earlier, code="B-W2", severity="warning")
    FindingFactory(submission=SubmissionFactory(state=State.BLOCKED, template="back_office"), code="B-H4")
    back_office = next(use for use in rule_use() if use.title == "Back office")
    found = {item.rule.code: (item.returns, item.mended, item.explained, item.waived) for item in back_office.rules}
    assert back_office.on_record == 2
    assert [item.rule.code for item in back_office.rules[:2]] == ["B-W2", "B-W1a"]
    assert found["B-W2"] == (2, 1, 1, 0)
    assert found["B-W1a"] == (1, 0, 0, 1)
    assert found["B-H4"] == (0, 0, 0, 0)  # no file of that return is on record


@pytest.mark.usefixtures("manager")
def test_rules_that_were_never_found_are_listed_apart(client):
    FindingFactory(submission=on_record(), code="B-W2", severity="warning")
    said = page(client, RULES)
    assert re.search(r"B-W2 Pay for each WTE is usual Warning 1 0 0 0", said)
    assert re.search(r"Never found in Back office: \d+ rules", said)


@pytest.mark.usefixtures("manager")
def test_many_findings_take_no_more_queries(client, django_assert_max_num_queries):
    file = on_record()
    for number in range(30):
        FindingFactory(submission=file, position=number, code=f"B-W{number % 9}", severity="warning")
        added(Stage.PROPOSED, f"N-W{number}")
    with django_assert_max_num_queries(15):
        client.get(RULES)


# Proposing


@pytest.mark.usefixtures("manager")
def test_a_sound_rule_is_proposed_and_shown(client):
    answer = propose(client, source=rule_text().replace("\n", "\r\n"))
    rule = AddedRule.objects.get()
    assert answer["Location"] == f"/rules/{rule.pk}/"
    assert rule.source == rule_text()
    assert "N-H1 is proposed." in page(client, answer["Location"])


@pytest.mark.usefixtures("manager")
def test_every_fault_is_said_and_what_was_typed_is_kept(client):
    answer = propose(client, source=rule_text(holds="ORG98 > 1", at="ORG99"))
    said = text_of(answer)
    assert answer.status_code == 422
    assert "line 4: holds: ORG98 is not known here" in said
    assert "line 5: at: ORG99 is not known here" in said
    assert "Income is beyond measure" in said
    assert not AddedRule.objects.exists()


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"source": ""}, "Enter rule"),
        ({"reason": ""}, "Enter reason"),
        ({"reason": "because"}, "at least 10 letters"),
        ({"template": "dentistry"}, "Choose template from the list"),
        ({"source": "[" * 4000}, "nested too deeply"),
        ({"source": "x" * 5001}, "must be 5000 characters or fewer"),
    ],
)
def test_what_is_missing_is_said(client, more, said):
    answer = propose(client, **more)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_the_worked_example_of_the_page_is_sound(client, manager):
    html = client.get(f"{RULES}propose/").content.decode()
    example = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.DOTALL)
    assert example
    answer = propose(client, source=example[1].replace("&gt;", ">"))
    assert answer.status_code == 302
    assert AddedRule.objects.get().code == "N-W1"


# One rule


@pytest.mark.usefixtures("manager")
def test_a_rule_stands_in_words(client):
    rule = added(Stage.PROPOSED)
    said = page(client, f"/rules/{rule.pk}/")
    for words in (
        "Income is beyond measure",
        "No file is judged by it yet.",
        "Error: it stops a return until it is mended",
        "ORG02 &gt; 999999999",
        "Income beyond measure",
        "Organisation!C7 – Patient-care income",
        "2016.1 and 2016.2",
        "It has not been run over the stored returns yet.",
    ):
        assert words in said


@pytest.mark.usefixtures("manager")
def test_a_rule_for_some_versions_says_for_which_it_is_not(client):
    rule = added(Stage.PROPOSED, holds="IMT1.pay > 1", at="IMT1.pay")
    assert "2016.2. Not for 2016.1, which has other places" in page(client, f"/rules/{rule.pk}/")


def test_a_rule_that_fits_no_version_has_no_words():
    assert rule_in_words(added(holds="GATE99 > 1", at="GATE99")) is None


@pytest.mark.usefixtures("manager")
def test_a_run_shows_whom_it_would_hit(client):
    file = checked(ReturnFactory(trust__name="Barts Health"))
    rule = added(Stage.PROPOSED)
    said = text_of(step(client, rule, "run"))
    assert "N-H1 was run over 1 stored return, and would hit 1." in said
    assert "1 stored return: it would hit 1 return at 1 place." in said
    assert re.search(r"Acute 1 1", said)
    assert re.search(rf"Barts Health {file.reference} , Back office \d+ Organisation!C7 – ", said)


@pytest.mark.usefixtures("manager")
def test_the_stages_follow_one_another(client):
    rule = added(Stage.PROPOSED)
    assert "Make it active" not in page(client, f"/rules/{rule.pk}/")
    until = days(30)
    date = {"until_day": until.day, "until_month": until.month, "until_year": until.year}
    assert "N-H1 is on trial" in text_of(step(client, rule, "trial", **date))
    assert "Run the rule over all stored returns first" in text_of(step(client, rule, "activate"))
    step(client, rule, "run")
    assert "N-H1 is active" in text_of(step(client, rule, "activate"))
    said = text_of(step(client, rule, "withdraw"))
    assert "N-H1 is withdrawn" in said
    assert "Next step" not in said


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("date", "said"),
    [
        ({}, "Enter last day of the trial"),
        ({"until_day": "1", "until_month": "1", "until_year": "2016"}, "still to come"),
        ({"until_day": "31", "until_month": "2", "until_year": "2050"}, "must be a real date"),
    ],
)
def test_a_trial_wants_a_day_to_come(client, date, said):
    rule = added(Stage.PROPOSED)
    answer = step(client, rule, "trial", **date)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert AddedRule.objects.get().stage == Stage.PROPOSED


@pytest.mark.usefixtures("manager")
def test_a_step_that_there_is_none_of_changes_nothing(client):
    rule = added(Stage.PROPOSED)
    assert "Choose one of the steps" in text_of(step(client, rule, "jump"))
    assert AddedRule.objects.get().stage == Stage.PROPOSED


@pytest.mark.usefixtures("manager")
def test_there_is_no_such_rule(client):
    assert client.get("/rules/999999/").status_code == 404


# A file by newer rules


@pytest.mark.usefixtures("manager")
def test_a_file_judged_again_shows_the_difference_and_stays_as_it_is(client):
    file = checked(ReturnFactory())
    address = reverse("submissions:rejudged", args=[file.reference])
    assert "It has not been judged again yet." in page(client, address)
    cache.clear()
    assert client.post(address)["Location"] == address
    assert "The findings are the same." in page(client, address)
    added()
    client.post(address)
    said = page(client, address)
    assert re.search(r"2nd time, .* The rules are others .* Only by the rules of that day 1 finding", said)
    assert "The income is too small." in said
    assert not file.findings.filter(code="N-H1").exists()
    assert Rejudgement.objects.count() == 2


@pytest.mark.usefixtures("manager")
def test_a_file_that_was_not_checked_is_not_judged_again(client):
    address = reverse("submissions:rejudged", args=[SubmissionFactory().reference])
    assert "there is nothing to compare" in page(client, address)
    assert "has not been checked" in text_of(client.post(address, follow=True))
    assert not Rejudgement.objects.exists()


# The way there


@pytest.mark.parametrize(
    ("kind", "rules", "waivers"),
    [
        (RoleKind.COLLECTION_MANAGER, True, True),
        (RoleKind.SUPPORT_MANAGER, False, True),
        (RoleKind.AUDITOR, False, True),
        (RoleKind.ANALYST, False, False),
    ],
)
def test_the_national_page_leads_to_them_who_may_go_there(client, kind, rules, waivers):
    ReturnFactory(trust__region="North")
    scope = {"region": "North"} if kind == RoleKind.SUPPORT_MANAGER else {}
    client.force_login(RoleFactory(kind=kind, **scope).user)
    html = client.get("/national/").content.decode()
    assert ('href="/rules/"' in html, 'href="/waivers/"' in html) == (rules, waivers)
