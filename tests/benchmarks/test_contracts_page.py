"""The calendar of a footprint: what ends when, seen from which day, and what could be tendered together."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from benchmarks.queries.contracts import contract_calendar
from footprints.models import Event, Footprint
from submissions.models import Collection
from tests.benchmarks.pages import lead, read, status
from tests.benchmarks.shared_work_scenes import back_office, filed, member, pathology
from tests.factories import FootprintFactory, SignOffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def footprint() -> Footprint:
    return FootprintFactory(name="Vale and Moor")


@pytest.fixture
def collection(footprint: Footprint) -> Collection:
    made = back_office()
    vale, moor = member(footprint, "RVA", "Vale NHS Trust"), member(footprint, "RMO", "Moor NHS Trust")
    member(footprint, "RLA", "Late NHS Trust")
    SignOffFactory(
        submission=filed(
            made,
            vale,
            {
                "PAY1.delivery": "shared business service",
                "PAY1.provider": "County Shared Services",
                "PAY1.contract_end": "2018-03-31",
                "PAY1.notice_months": 6,
                "PAY1.non_pay": 457.5,
                "FIN3.delivery": "in-house",
                "FIN4.delivery": "private outsourced",
                "FIN4.contract_end": "2016-03-30",
                "FIN4.non_pay": 90,
            },
        )
    )
    filed(
        made,
        moor,
        {
            "PAY1.delivery": "shared NHS",
            "PAY1.contract_end": "2017-09-30",
            "PAY1.non_pay": 294.2,
            "HR4.delivery": "shared NHS",
            "HR4.provider": "Somebody",
            "LEG1.provider": "none",
        },
    )
    return made


def page_of(footprint: Footprint, query: str = "") -> str:
    return reverse("benchmarks:contracts", args=[footprint.ons_code]) + query


def test_the_answer_stands_first(collection: Collection, footprint: Footprint) -> None:
    words = read(lead(footprint), page_of(footprint))
    assert "2 of 4 agreements end within 24 months of 31 March 2016." in words
    assert (
        "In 1 group the ends lie near enough to tender together, the costliest of them Payroll and pensions administration at £751,700 a year."
        in words
    )
    assert "This page looks ahead from 31 March 2016, not from today: the figures are of 2015/16" in words
    assert "Moor: 30 September 2017 Vale: 31 March 2018 30 September 2017 £751,700" in words
    assert "the returns on record of 2 of 3 trusts. No accepted return from Late." in words


def test_each_agreement_says_how_it_stands(collection: Collection, footprint: Footprint) -> None:
    words = read(lead(footprint), page_of(footprint))
    assert (
        "Vale RVA County Shared Services shared business service 31 March 2018 30 September 2017 6 months £457,500 Ends within 24 months"
        in words
    )
    assert "Moor RMO, provisional not given shared NHS 30 September 2017 not given £294,200" in words
    assert "30 March 2016 not given £90,000 Ended already" in words
    assert "1 agreement of 4. The trust named no day" in words
    assert "Moor RMO, provisional Somebody shared NHS no end date given not given not given No end date given" in words
    assert "Accounts payable" not in words
    assert "Legal services" not in words


def test_another_day_may_be_looked_from(collection: Collection, footprint: Footprint) -> None:
    words = read(lead(footprint), page_of(footprint, "?on_day=1&on_month=12&on_year=2017"))
    assert "1 of 4 agreements ends within 24 months of 1 December 2017. No two trusts" in words
    assert "Notice date has passed" in words
    assert "Ended already" in words
    assert "seen from today" not in words


def test_a_day_that_is_none_is_asked_for_again(collection: Collection, footprint: Footprint) -> None:
    person = lead(footprint)
    assert status(person, page_of(footprint, "?on_day=31&on_month=2&on_year=2017")) == 422
    client = Client()
    client.force_login(person)
    answer = client.get(page_of(footprint, "?on_day=31&on_month=2&on_year=2017")).content.decode()
    assert "Look ahead from must be a real date" in answer


def test_a_text_with_a_date_in_it_is_an_agreement_too(footprint: Footprint) -> None:
    labs = pathology()
    trust = member(footprint, "RVA", "Vale NHS Trust")
    filed(labs, trust, {"PSV7": "WinPath, March 2018", "PSV8": "Roche, rolling", "PSV9": 412, "PSV10": 164.5})
    filed(labs, member(footprint, "RMO", "Moor NHS Trust"), {"PSV7": "APEX, 31/01/2018", "PSV8": "none"})
    words = read(lead(footprint), page_of(footprint))
    assert (
        "Laboratory information system 2 trusts Moor: 31 January 2018 Vale: 31 March 2018 (only the month is given)"
        in words
    )
    assert (
        "Managed equipment Vale RVA, provisional Roche, rolling no end date given not given £412,000 £164,500" in words
    )
    assert "2 of 3 agreements end" in words


def test_made_up_figures_are_labelled(collection: Collection, footprint: Footprint) -> None:
    client = Client()
    client.force_login(lead(footprint))
    Collection.objects.update(illustrative=True)
    assert "The figures shown here are illustrative example data." in client.get(page_of(footprint)).content.decode()


def test_before_anything_is_returned_the_page_says_so(footprint: Footprint) -> None:
    assert "No trust of this footprint has returned an agreement" in read(lead(footprint), page_of(footprint))


def test_a_visit_is_written_down_and_other_footprints_are_closed(collection: Collection, footprint: Footprint) -> None:
    read(lead(footprint), page_of(footprint))
    assert Event.objects.filter(verb="contracts seen", footprint=footprint).count() == 1
    assert status(lead(FootprintFactory()), page_of(footprint)) == 404


def test_more_trusts_ask_no_more_queries(
    collection: Collection, footprint: Footprint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filed(pathology(), member(footprint, "RPA", "Lab NHS Trust"), {"PSV7": "none"})
    with django_assert_num_queries(7):
        contract_calendar(footprint)
    for number in range(4):
        filed(collection, member(footprint, f"RX{number}", f"Far {number} NHS Trust"), {"HR4.delivery": "shared NHS"})
    with django_assert_num_queries(7):
        assert len(contract_calendar(footprint).agreements) == 8
