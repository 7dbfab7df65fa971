"""The page of a trust's comparison: who may open it, what it says in each state, and what is written down about the visit."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from benchmarks.actions import freeze, refresh_live
from benchmarks.defining.registry import metrics
from footprints.models import Event, Footprint, RoleKind, Trust, TrustType, User
from submissions.models import Collection, FigureQuery, Return, Submission
from submissions.states import State
from tests.benchmarks.pages import read
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    DisputeFactory,
    FigureQueryFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SignOffFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db


def html_of(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def status(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    return client.get(address).status_code


def page_of(return_record: Return) -> str:
    return reverse("benchmarks:comparison", args=[return_record.pk])


def preparer(trust: Trust) -> User:
    return RoleFactory(kind=RoleKind.PREPARER, trust=trust).user


def manager() -> User:
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user


@pytest.fixture
def collection() -> Collection:
    collection = CollectionFactory()
    for number in range(11):
        on_record(collection, {"M03": 100 * (number + 1)})
    return collection


@pytest.fixture
def dear(collection: Collection) -> Submission:
    file = on_record(collection, {"M03": 1200, "M06": "Not given: pay of payroll."})
    refresh_live(collection, anyway=True)
    return file


@pytest.fixture
def lead(dear: Submission) -> User:
    footprint = MembershipFactory(trust=dear.return_record.trust).footprint
    return RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint, trust=None).user


def test_the_answer_stands_first(dear: Submission) -> None:
    words = read(preparer(dear.return_record.trust), page_of(dear.return_record))
    answer = words.split("How you compare", 1)[1]
    assert answer.lstrip().startswith(
        "Finance cost: £1,200k per £100m, dearer than 11 of 11 peers; at the peer median £1,200,000 less a year."
    )
    assert "Of the 1 measure that has a better way, you are in the best quarter on none and the worst on 1." in words
    assert (
        "Net cost of finance (£000) ÷ patient-care income (£000): 2,400 ÷ 200,000 × 100,000 = £1,200k per £100m."
        in words
    )
    assert "n = 12 of 12" in words
    assert "(lower is better)" in words
    assert "provisional: they change as returns come in." in words
    assert words.count("QUARTILE.INC") == 1
    assert "Payroll cost: not compared. Not given: pay of payroll." in words


def test_what_is_signed_off_is_said(dear: Submission) -> None:
    own = dear.return_record
    assert "Your figures are accepted but not signed off." in read(preparer(own.trust), page_of(own))
    Collection.objects.update(sign_off_rule=Collection.SignOffRule.SIGNATORY)
    SignOffFactory(submission=dear)
    refresh_live(own.collection, anyway=True)
    assert "Your figures are signed off. Those of other trusts" in read(preparer(own.trust), page_of(own))


def test_others_read_of_the_trust_and_not_of_themselves(dear: Submission, lead: User) -> None:
    words = read(lead, page_of(dear.return_record))
    assert "this trust is in the best quarter on none" in words
    assert not {"you", "your"} & set(words.lower().split())


def test_a_target_that_was_dropped_says_so(collection: Collection) -> None:
    own = on_record(collection, {"M01": Decimal("7.9")}, trust=TrustFactory(trust_type=TrustType.ACUTE))
    refresh_live(collection, anyway=True)
    words = read(preparer(own.return_record.trust), page_of(own.return_record))
    assert "Dropped target 7.0% – Target set in 2016, for April 2018. Dropped in 2018: shown for the record" in words
    assert "too few (n = 1)" in words


def test_no_other_trust_is_named_and_no_end_of_the_distribution_shown(dear: Submission) -> None:
    words = read(preparer(dear.return_record.trust), page_of(dear.return_record))
    for name, code in Trust.objects.exclude(pk=dear.return_record.trust_id).values_list("name", "ods_code"):
        assert name not in words
        assert code not in words
    assert "£100k per £100m" not in words


def test_before_a_return_is_accepted_the_page_leads_to_it(collection: Collection) -> None:
    waiting = ReturnFactory(collection=collection)
    SubmissionFactory(return_record=waiting, state=State.BLOCKED)
    person = preparer(waiting.trust)
    assert "There is nothing to compare yet: you have no accepted return." in read(person, page_of(waiting))
    assert reverse("submissions:return", args=[waiting.pk]) in html_of(person, page_of(waiting))


def test_while_it_is_compared_the_page_looks_again(collection: Collection, dear: Submission) -> None:
    fresh = on_record(collection, {"M03": 700})
    address = page_of(fresh.return_record)
    html = html_of(preparer(fresh.return_record.trust), address)
    assert 'data-refresh-seconds="3"' in html
    assert f'<a href="{address}">look again now</a>' in html


def test_made_up_figures_are_labelled(dear: Submission, lead: User) -> None:
    Collection.objects.update(illustrative=True)
    refresh_live(Collection.objects.get(), anyway=True)
    html = html_of(lead, page_of(dear.return_record))
    assert "Figures on this page are made up." in html
    assert "<strong>Illustrative</strong>" in html


def test_strangers_do_not_find_it_and_nobody_is_asked_to_sign_in(client: Client, dear: Submission) -> None:
    address = page_of(dear.return_record)
    elsewhere: Footprint = FootprintFactory()
    other_lead = RoleFactory(kind=RoleKind.STP_LEAD, footprint=elsewhere, trust=None).user
    for person in (preparer(TrustFactory()), other_lead, RoleFactory(kind=RoleKind.ADMINISTRATOR).user):
        assert status(person, address) == 404
    assert client.get(address).status_code == 302
    assert not Event.objects.filter(verb="comparison seen").exists()


def test_looking_at_ones_own_comparison_is_no_event_and_at_anothers_is(dear: Submission, lead: User) -> None:
    read(preparer(dear.return_record.trust), page_of(dear.return_record))
    assert not Event.objects.filter(verb="comparison seen").exists()
    read(lead, page_of(dear.return_record))
    event = Event.objects.get(verb="comparison seen")
    assert (event.user, event.trust) == (lead, dear.return_record.trust)


def test_a_frozen_run_is_asked_for_by_its_number(dear: Submission, collection: Collection) -> None:
    run = freeze(by=manager(), collection=collection, purpose="the board")
    late = on_record(collection, {"M03": 900})
    refresh_live(collection, anyway=True)
    person, address = preparer(dear.return_record.trust), page_of(dear.return_record)
    assert "n = 13 of 13" in read(person, address)
    frozen = read(person, f"{address}?run={run.number}")
    assert "n = 12 of 12" in frozen
    assert f"Run {run.number}, frozen on" in frozen
    assert "provisional: they" not in frozen
    newcomer = preparer(late.return_record.trust)
    assert f"You are not in run {run.number}" in read(newcomer, f"{page_of(late.return_record)}?run={run.number}")
    other = freeze(
        by=manager(), collection=on_record(CollectionFactory(), {"M03": 1}).return_record.collection, purpose="x"
    )
    for asked in (other.number, 999, "live", "9" * 30):
        assert status(person, f"{address}?run={asked}") == 404


def test_a_dispute_stands_beside_the_value_and_leaves_it_out(dear: Submission, collection: Collection) -> None:
    dispute = DisputeFactory(return_record=dear.return_record, metric="M03", reason="A loan is in it.")
    refresh_live(collection, anyway=True)
    words = read(preparer(dear.return_record.trust), page_of(dear.return_record))
    assert "£1,200k per £100m. Left out of the comparison. Disputed: A loan is in it." in words
    assert dispute.marked_by.name in words
    assert "n = 11 of 12, 1 left out as disputed" in words


def test_a_query_and_its_answer_stand_beside_the_measures_that_rest_on_the_figure(dear: Submission, lead: User) -> None:
    FigureQueryFactory(submission=dear, line="FIN3", column="pay", question="Is the shared service in it?")
    html = html_of(lead, page_of(dear.return_record))
    assert "Is the shared service in it?" in html
    assert html.count('class="portal-grid__query"') == 2, "by its chart and in the table"
    assert "(queried)" in html
    assert f"/submissions/{dear.reference}/queries/ask/?line=FIN3&amp;column=pay" in html
    FigureQuery.objects.update(answer="It is.", answered_by=lead, answered_at=timezone.now())
    html = html_of(preparer(dear.return_record.trust), page_of(dear.return_record))
    assert "replies: It is." in html
    assert "queries/ask" not in html
    FigureQuery.objects.update(closed_by=lead, closed_at=timezone.now())
    assert "(queried)" not in html_of(lead, page_of(dear.return_record))


def test_the_page_takes_the_same_questions_however_many_measures_queries_and_trusts(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for trusts in (1, 12):
        collection, listed = CollectionFactory(), metrics("back_office")[:: 10 if trusts == 1 else 1]
        files = [on_record(collection, {metric.id: 9 + n for metric in listed}) for n in range(trusts)]
        for metric in listed[:trusts]:
            FigureQueryFactory(submission=files[0], line="FIN3", column="pay")
            DisputeFactory(return_record=files[0].return_record, metric=metric.id)
        refresh_live(collection, anyway=True)
        client.force_login(preparer(files[0].return_record.trust))
        # twelve of the page; the rest are session, person, roles, what they may do there, the collection, and the frozen runs
        with django_assert_max_num_queries(21) as seen:
            client.get(page_of(files[0].return_record))
        counts.append(len(seen))
    assert counts[0] == counts[1]
