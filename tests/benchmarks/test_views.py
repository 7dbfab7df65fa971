"""The two pages: who may open them, what they say in each state, and what is written down about the visit."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from benchmarks.registry import metrics
from footprints.models import Event, Footprint, RoleKind, Trust, TrustType, User
from submissions.models import Collection, Return, Submission
from submissions.states import State
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SignOffFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db


def read(person: User, address: str) -> str:
    """The page's words, spaces made one."""
    client = Client()
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", words))


def status(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    return client.get(address).status_code


def comparison_of(return_record: Return) -> str:
    return reverse("benchmarks:comparison", args=[return_record.pk])


def page_of(footprint: Footprint) -> str:
    return reverse("benchmarks:footprint", args=[footprint.ons_code])


def preparer(trust: Trust) -> User:
    return RoleFactory(kind=RoleKind.PREPARER, trust=trust).user


def lead(footprint: Footprint) -> User:
    return RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint).user


@pytest.fixture
def collection() -> Collection:
    for number in range(11):
        file = on_record(collection := Collection.objects.first() or CollectionFactory(), {"M03": 100 * (number + 1)})
    assert file.return_record.collection == collection
    return collection


@pytest.fixture
def dear(collection: Collection) -> Submission:
    return on_record(collection, {"M03": 1200, "M06": "Not given: pay of payroll."})


@pytest.fixture
def footprint(dear: Submission) -> Footprint:
    footprint = FootprintFactory(name="Vale and Moor")
    MembershipFactory(footprint=footprint, trust=dear.return_record.trust)
    return footprint


def test_the_answer_stands_first(dear: Submission) -> None:
    words = read(preparer(dear.return_record.trust), comparison_of(dear.return_record))
    assert "Of the 1 measure we can compare, you are in the best quarter on none and the worst on 1." in words
    assert "At your peers’ median you would spend, each year, £1,200,000 less on finance cost." in words
    assert "£1,200k per £100m, dearer than 11 of 11 other trusts; at the peer median £1,200,000 less a year." in words
    assert (
        "Net cost of finance (£000) ÷ patient-care income (£000): 2,400 ÷ 200,000 × 100,000 = £1,200k per £100m."
        in words
    )
    assert "n = 12 of 12" in words
    assert "(lower is better)" in words
    assert "Provisional: figures are accepted but not signed off." in words
    assert words.count("QUARTILE.INC") == 1
    assert "Payroll cost: not compared. Not given: pay of payroll." in words


def test_what_is_signed_off_is_not_called_provisional(dear: Submission, footprint: Footprint) -> None:
    own, collection = dear.return_record, dear.return_record.collection
    Collection.objects.update(sign_off_rule=Collection.SignOffRule.SIGNATORY)
    other = on_record(collection, {"M03": 900}, trust=MembershipFactory(footprint=footprint).trust).return_record.trust
    assert "Provisional: figures are accepted but not signed off." in read(lead(footprint), page_of(footprint))
    SignOffFactory(submission=dear)
    words = read(preparer(own.trust), comparison_of(own))
    assert (
        "Your figures are signed off. Those of other trusts are accepted, signed off or not. They stand as on" in words
    )
    assert "Provisional" not in words
    words = read(lead(footprint), page_of(footprint))
    assert "Provisional in part: the figures of 1 of 2 trusts are signed off, the others are accepted." in words
    assert f"{other.ods_code}, provisional" in words
    assert f"{own.trust.ods_code}, provisional" not in words


def test_others_read_of_the_trust_and_not_of_themselves(dear: Submission, footprint: Footprint) -> None:
    words = read(lead(footprint), comparison_of(dear.return_record))
    assert "this trust is in the best quarter on none" in words
    assert " you " not in words.replace("before you", "")


def test_a_target_that_was_dropped_says_so(collection: Collection) -> None:
    own = on_record(collection, {"M01": Decimal("7.9")}, trust=TrustFactory(trust_type=TrustType.ACUTE))
    words = read(preparer(own.return_record.trust), comparison_of(own.return_record))
    assert "Dropped target 7.0% Target set in 2016, for April 2018. Dropped in 2018: shown for the record" in words
    assert "too few (n = 1)" in words


def test_no_other_trust_is_named(dear: Submission, collection: Collection) -> None:
    words = read(preparer(dear.return_record.trust), comparison_of(dear.return_record))
    for name, code in Trust.objects.exclude(pk=dear.return_record.trust_id).values_list("name", "ods_code"):
        assert name not in words
        assert code not in words


def test_before_a_return_is_accepted_the_page_leads_to_it(collection: Collection) -> None:
    waiting = ReturnFactory(collection=collection)
    SubmissionFactory(return_record=waiting, state=State.BLOCKED)
    person = preparer(waiting.trust)
    assert "There is nothing to compare yet: you have no accepted return." in read(person, comparison_of(waiting))
    client = Client()
    client.force_login(person)
    assert reverse("submissions:return", args=[waiting.pk]) in client.get(comparison_of(waiting)).content.decode()


def test_while_it_is_measured_the_page_looks_again(dear: Submission) -> None:
    Submission.objects.filter(pk=dear.pk).update(measured_at=None)
    client = Client()
    client.force_login(preparer(dear.return_record.trust))
    html = client.get(comparison_of(dear.return_record)).content.decode()
    assert 'data-refresh-seconds="3"' in html
    assert f'<a href="{comparison_of(dear.return_record)}">look again now</a>' in html


def test_made_up_figures_are_labelled(dear: Submission, footprint: Footprint) -> None:
    Collection.objects.update(illustrative=True)
    client = Client()
    client.force_login(lead(footprint))
    for address in (comparison_of(dear.return_record), page_of(footprint)):
        assert "Figures on this page are made up." in client.get(address).content.decode()


def test_strangers_find_neither_page(dear: Submission, footprint: Footprint) -> None:
    for person in (preparer(TrustFactory()), lead(FootprintFactory()), RoleFactory(kind=RoleKind.ADMINISTRATOR).user):
        assert status(person, comparison_of(dear.return_record)) == 404
        assert status(person, page_of(footprint)) == 404
    assert not Event.objects.filter(verb__endswith="seen").exists()


def test_nobody_signed_in_is_asked_to_sign_in(client: Client, dear: Submission, footprint: Footprint) -> None:
    for address in (comparison_of(dear.return_record), page_of(footprint)):
        assert client.get(address).status_code == 302


def test_people_of_a_trust_do_not_find_its_footprint(dear: Submission, footprint: Footprint) -> None:
    assert status(preparer(dear.return_record.trust), page_of(footprint)) == 404


def test_looking_at_ones_own_comparison_is_no_event_and_at_anothers_is(dear: Submission, footprint: Footprint) -> None:
    read(preparer(dear.return_record.trust), comparison_of(dear.return_record))
    assert not Event.objects.filter(verb="comparison seen").exists()
    person = lead(footprint)
    read(person, comparison_of(dear.return_record))
    event = Event.objects.get(verb="comparison seen")
    assert (event.user, event.trust) == (person, dear.return_record.trust)


def test_the_footprint_says_who_is_in(dear: Submission, footprint: Footprint, collection: Collection) -> None:
    long_name = "The Vale, Moor and Upper Dale Integrated Care NHS Foundation Trust"
    late = ReturnFactory(collection=collection, trust=TrustFactory(name=long_name))
    MembershipFactory(footprint=footprint, trust=late.trust)
    person = lead(footprint)
    words = read(person, page_of(footprint))
    assert "1 of 2 trusts has an accepted return. Of the other: 1 not started." in words
    assert "no return: not opened yet" in words
    assert "1,200 Q4" in words
    assert "All together £1,200k per £100m; national median £650k per £100m (n = 12 of 13)." in words
    assert "not comparable Not given: pay of payroll." in words
    event = Event.objects.get(verb="footprint seen")
    assert (event.user, event.footprint) == (person, footprint)


def test_a_footprint_with_nothing_in_says_so() -> None:
    footprint = FootprintFactory()
    person = lead(footprint)
    assert "There is no collection yet." in read(person, page_of(footprint))
    owed = ReturnFactory()
    assert f"No trust of this footprint owes a return to {owed.collection.name}." in read(person, page_of(footprint))
    MembershipFactory(footprint=footprint, trust=owed.trust)
    words = read(person, page_of(footprint))
    assert "0 of 1 trust have an accepted return." in words
    assert "There is nothing to compare yet." in words


def test_a_footprint_page_takes_the_same_queries_for_one_trust_and_for_twenty(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for trusts in (1, 20):
        collection, footprint = CollectionFactory(), FootprintFactory()
        for number in range(trusts):
            file = on_record(collection, {metric.id: 100 + number for metric in metrics("back_office")[:10]})
            MembershipFactory(footprint=footprint, trust=file.return_record.trust)
        client.force_login(lead(footprint))
        # six of the page; the rest are session, person, roles, the footprint itself and the event
        with django_assert_max_num_queries(16) as seen:
            client.get(page_of(footprint))
        counts.append(len(seen))
    assert counts[0] == counts[1]
