"""What pilot trusts say of a template: kept line by line, shown beside the definition, answered, and answered by a later version."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.actions.feedback import CannotTakeFeedback, Given, answer_feedback, give_feedback
from desk.models import Feedback, FeedbackAnswer
from desk.queries.feedback import parts_of, rule_words
from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from templates_app import registry
from tests.factories import (
    CollectionFactory,
    FeedbackFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db
LINE, RULE = ("line", "FIN3"), ("rule", "B-W2")
DEFINITION = "/templates/back_office/2016.1/"


@pytest.fixture
def pilot():
    """A pilot's return of a trust in the North."""
    return ReturnFactory(
        collection=CollectionFactory(name="Pilot", purpose="pilot", owed_by="list"),
        trust=TrustFactory(name="Barts Health", region="North"),
    )


def somebody(kind, **scope):
    return RoleFactory(kind=kind, **{"trust": None, "footprint": None, "region": "", **scope}).user


def text_of(answer):
    assert answer.status_code in (200, 422)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def said():
    return {(row.subject, row.code): (row.clear, row.obtainable, row.text) for row in Feedback.objects.all()}


# Giving it


def test_only_what_is_said_is_kept_and_said_again_it_replaces(pilot):
    by = somebody(RoleKind.PREPARER, trust=pilot.trust)
    given = {LINE: Given("no", "partly", " Which contracts count? "), RULE: Given("yes"), ("line", "FIN4"): Given()}
    assert give_feedback(by=by, return_record=pilot, given=given) == 2
    assert said() == {LINE: ("no", "partly", "Which contracts count?"), RULE: ("yes", "", "")}
    assert Feedback.objects.first().version == "2016.1"
    again = {LINE: Given("yes", "yes"), RULE: Given()}
    assert give_feedback(by=by, return_record=pilot, given=again) == 2
    assert said() == {LINE: ("yes", "yes", "")}
    assert give_feedback(by=by, return_record=pilot, given=again) == 0
    assert Event.objects.filter(verb="feedback given").count() == 2


def test_it_is_kept_with_the_trust_whoever_of_it_said_it(pilot):
    for kind in (RoleKind.PREPARER, RoleKind.SIGNATORY):
        by = somebody(kind, trust=pilot.trust)
        give_feedback(by=by, return_record=pilot, given={LINE: Given("yes" if kind == "preparer" else "no")})
    assert said() == {LINE: ("no", "", "")}
    assert Feedback.objects.get().by == by


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({("line", "XX9"): Given("yes")}, "no line XX9"),
        ({LINE: Given(text="Unclear")}, "Say whether it is clear"),
        ({LINE: Given("perhaps")}, "Say whether it is clear"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(pilot, given, words):
    with pytest.raises(CannotTakeFeedback, match=words):
        give_feedback(by=somebody(RoleKind.PREPARER, trust=pilot.trust), return_record=pilot, given=given)
    assert not Feedback.objects.exists()


def test_a_round_takes_no_feedback(client):
    return_record = ReturnFactory()
    person = somebody(RoleKind.PREPARER, trust=return_record.trust)
    with pytest.raises(CannotTakeFeedback, match="pilots only"):
        give_feedback(by=person, return_record=return_record, given={LINE: Given("yes")})
    client.force_login(person)
    assert client.get(reverse("desk:feedback", args=[return_record.pk])).status_code == 404


def test_only_the_pilot_trust_gives_it(pilot):
    for person in (somebody(RoleKind.COLLECTION_MANAGER), somebody(RoleKind.PREPARER, trust=TrustFactory())):
        with pytest.raises(NotAllowed):
            give_feedback(by=person, return_record=pilot, given={LINE: Given("yes")})


def test_the_form_goes_part_by_part(pilot, client, django_assert_max_num_queries):
    client.force_login(somebody(RoleKind.PREPARER, trust=pilot.trust))
    address = reverse("desk:feedback", args=[pilot.pk])
    with django_assert_max_num_queries(10):
        page = text_of(client.get(f"{address}?part=costs"))
    assert "FIN3" in page
    assert "ORG02" not in page
    assert "Costs : 0 of 20 answered" in page
    sent = {"clear_line_FIN3": "partly", "obtainable_line_FIN3": "no", "text_line_FIN3": "Which year?"}
    answer = client.post(f"{address}?part=costs", sent)
    assert answer["Location"] == f"{address}?part=volumes"
    assert said() == {LINE: ("partly", "no", "Which year?")}
    page = client.get(f"{address}?part=costs")
    assert "Costs : 1 of 20 answered" in text_of(page)
    assert "Which year?" in text_of(page)
    answer = client.post(f"{address}?part=whole", {"clear_whole": "yes", "text_whole": "A good start"})
    assert answer["Location"] == f"{address}?part=whole"
    assert said()["whole", ""] == ("yes", "", "A good start")


def test_a_remark_alone_is_asked_whether_it_is_clear_and_keeps_what_was_typed(pilot, client):
    client.force_login(somebody(RoleKind.PREPARER, trust=pilot.trust))
    answer = client.post(f"{reverse('desk:feedback', args=[pilot.pk])}?part=rules", {"text_rule_B-W2": "Too strict"})
    assert answer.status_code == 422
    assert "B-W2 Pay for each WTE is usual: say whether it is clear" in text_of(answer)
    assert "Too strict" in text_of(answer)
    assert not Feedback.objects.exists()


def test_the_return_of_a_pilot_leads_there_and_that_of_a_round_does_not(pilot, client):
    client.force_login(somebody(RoleKind.PREPARER, trust=pilot.trust))
    link = reverse("desk:feedback", args=[pilot.pk])
    assert link in client.get(reverse("submissions:return", args=[pilot.pk])).content.decode()
    assert link in client.get("/").content.decode()
    other = ReturnFactory(trust=pilot.trust)
    assert "/feedback/" not in client.get(reverse("submissions:return", args=[other.pk])).content.decode()


def test_every_line_and_rule_can_be_spoken_of():
    for definition in registry.definitions().values():
        codes = {item.subject for part in parts_of(definition) for item in part.items}
        lines = {("line", line.code) for sheet in definition.sheets for line in sheet.lines}
        assert codes == lines | {("rule", rule.code) for rule in definition.rules} | {("whole", "")}


def test_the_words_of_every_rule_can_be_read_without_a_figure():
    for definition in registry.definitions().values():
        for rule in definition.rules:
            assert not re.search(r"[{}]", rule_words(rule.message)), rule.code


# Beside the definition


@pytest.fixture
def spoken(pilot):
    FeedbackFactory(
        return_record=pilot,
        version="2016.1",
        subject="line",
        code="FIN3",
        clear="no",
        obtainable="yes",
        text="Which year?",
    )
    other = ReturnFactory(collection=pilot.collection, trust=TrustFactory(name="Leeds Teaching", region="South"))
    FeedbackFactory(
        return_record=other, version="2016.1", subject="line", code="FIN3", clear="yes", obtainable="", text="Good"
    )
    return pilot


def test_the_counts_are_everybodys_and_remarks_are_for_those_who_may_read_them(spoken, client):
    footprint = FootprintFactory()
    MembershipFactory(trust=spoken.trust, footprint=footprint)
    readers = {
        somebody(RoleKind.COLLECTION_MANAGER): {"Which year?", "Good"},
        somebody(RoleKind.AUDITOR): {"Which year?", "Good"},
        somebody(RoleKind.SUPPORT_MANAGER, region="North"): {"Which year?"},
        somebody(RoleKind.PREPARER, trust=spoken.trust): {"Which year?"},
        somebody(RoleKind.STP_LEAD, footprint=footprint): set(),
        somebody(RoleKind.ANALYST): set(),
        somebody(RoleKind.PREPARER, trust=TrustFactory()): set(),
    }
    for person, seen in readers.items():
        client.force_login(person)
        page = text_of(client.get(DEFINITION))
        assert "Clear: 1 yes, 1 no Could get the figure: 1 yes" in page
        assert {remark for remark in ("Which year?", "Good") if f": {remark}" in page} == seen
        assert ("Barts Health:" in page) == ("Which year?" in seen)


def test_the_page_takes_a_fixed_number_of_queries(spoken, client, django_assert_max_num_queries):
    for number in range(20):
        FeedbackFactory(return_record=spoken, version="2016.1", subject="line", code=f"ORG{number:02}", clear="yes")
    client.force_login(somebody(RoleKind.COLLECTION_MANAGER))
    with django_assert_max_num_queries(14):
        client.get(DEFINITION)


def test_an_answer_stands_beside_the_line_and_the_later_version_says_what_it_answers(spoken, client):
    manager = somebody(RoleKind.COLLECTION_MANAGER)
    client.force_login(manager)
    address = f"{DEFINITION}answer/?subject=line&code=FIN3"
    assert "Which year?" in text_of(client.get(address))
    answer = client.post(address, {"text": "Contracts of 2015/16 count.", "answered_in": "2016.2"})
    assert answer["Location"] == f"{DEFINITION}#line_FIN3"
    client.post(address, {"text": "Contracts that ran in 2015/16 count.", "answered_in": "2016.2"})
    assert FeedbackAnswer.objects.get().text == "Contracts that ran in 2015/16 count."
    client.force_login(somebody(RoleKind.PREPARER, trust=TrustFactory()))
    page = text_of(client.get(DEFINITION))
    assert "Answer, in version 2016.2: Contracts that ran in 2015/16 count." in page
    assert "Version 2016.2 answers 2 remarks on version 2016.1" in text_of(client.get("/templates/back_office/2016.2/"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "Yes"}, "text"),
        ({"answered_in": "2016.1"}, "answered_in"),
        ({"answered_in": "2099.1"}, "answered_in"),
        ({"code": "XX9"}, "whole"),
    ],
)
def test_an_answer_that_says_nothing_or_names_what_is_not_there_is_refused(changes, field):
    given = {"template": "back_office", "version": "2016.1", "subject": "line", "code": "FIN3"}
    given |= {"text": "Contracts of 2015/16 count.", "answered_in": "2016.2"} | changes
    with pytest.raises(CannotTakeFeedback) as refusal:
        answer_feedback(by=somebody(RoleKind.COLLECTION_MANAGER), **given)
    assert set(refusal.value.troubles) == {field}
    assert not FeedbackAnswer.objects.exists()


def test_what_is_not_there_is_not_found(client):
    client.force_login(somebody(RoleKind.COLLECTION_MANAGER))
    for address in (
        "/templates/catering/2016.1/",
        "/templates/back_office/1999.1/",
        f"{DEFINITION}answer/?subject=line&code=XX9",
    ):
        assert client.get(address).status_code == 404


def test_feedback_may_be_given_after_the_pilot_has_closed(pilot):
    yesterday = timezone.localdate() - timedelta(days=1)
    type(pilot.collection).objects.update(due_date=yesterday, closes_date=yesterday)
    give_feedback(by=somebody(RoleKind.PREPARER, trust=pilot.trust), return_record=pilot, given={LINE: Given("yes")})
    assert said() == {LINE: ("yes", "", "")}
