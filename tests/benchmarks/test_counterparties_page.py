"""Both sides of shared services, as each reader may see them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from benchmarks.queries.counterparties import footprint_counterparties, visible_counterparties
from footprints.models import Footprint, Region, RoleKind, User
from submissions.models import Collection
from tests.benchmarks.pages import lead, read
from tests.benchmarks.shared_work_scenes import back_office, filed, member, pathology
from tests.factories import FootprintFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def footprint() -> Footprint:
    return FootprintFactory(name="Vale and Moor", region=Region.LONDON)


@pytest.fixture
def collection(footprint: Footprint) -> Collection:
    """Vale does payroll for Moor and for Far Hill, which lies elsewhere, and occupational health for Moor; Far Hill recruits for Moor."""
    made, elsewhere = back_office(), FootprintFactory(name="Hills")
    vale, moor = member(footprint, "RVA", "Vale NHS Trust"), member(footprint, "RMO", "Moor NHS Trust")
    far = member(elsewhere, "RFH", "Far Hill NHS Trust")
    filed(made, vale, {"PAY1.income": 571, "PAY1.non_pay": 99, "HR4.income": 100, "EST2.income": 55, "LEG1.income": 0})
    filed(
        made,
        moor,
        {
            "PAY1.provider": "Vale NHS Trust",
            "PAY1.non_pay": 294.2,
            "HR4.provider": "RVA",
            "HR4.non_pay": 182.8,
            "HR1.provider": "Far Hill NHS Trust",
            "HR1.non_pay": 70,
            "FIN3.provider": "NHS SBS",
            "FIN3.non_pay": 80,
            "PRO1.provider": "Vale NHS Trust and Far Hill NHS Trust",
            "PRO1.non_pay": "NC",
            "FIN4.provider": "none",
        },
    )
    filed(made, far, {"PAY1.provider": "Vale", "PAY1.non_pay": 283.3, "HR1.income": 70, "EST2.income": 44})
    return made


def page_of(footprint: Footprint) -> str:
    return reverse("benchmarks:counterparties", args=[footprint.ons_code])


def analyst() -> User:
    return RoleFactory(kind=RoleKind.ANALYST).user


def test_who_may_see_every_trust_sees_both_sides(collection: Collection, footprint: Footprint) -> None:
    words = read(analyst(), page_of(footprint))
    assert (
        "3 shared services are named in returns. On 1 the two sides do not say the same. The largest: Occupational health at Vale."
        in words
    )
    assert "Vale RVA £571,000 Moor RMO: £294,200 Far Hill RFH: £283,300 £577,500 −£6,500 Agrees" in words
    assert "Vale RVA £100,000 Moor RMO: £182,800 £182,800 −£82,800 Clients say more" in words
    assert "Far Hill RFH £70,000 Moor RMO: £70,000 £70,000 £0 Agrees" in words


def test_a_lead_reads_neither_name_nor_amount_of_a_trust_elsewhere(
    collection: Collection, footprint: Footprint
) -> None:
    words = read(lead(footprint), page_of(footprint))
    assert (
        "Moor RMO: £294,200 Ask Moor about what it pays for Payroll and pensions administration 1 trust outside this footprint: not shown not shown – Agrees"
        in words
    )
    assert "a trust outside this footprint not shown Moor RMO: £70,000" in words
    assert "Not compared here" in words
    assert "On 1 the two sides do not say the same; 1 cannot be compared yet." in words
    assert "RFH" not in words
    assert "283" not in words
    assert "577" not in words
    # Its name stands only where the client itself wrote it.
    assert len(re.findall("Far Hill", words)) == words.count("Vale NHS Trust and Far Hill NHS Trust") == 1


def test_what_nobody_accounts_for_stands_by_itself(collection: Collection, footprint: Footprint) -> None:
    words = read(lead(footprint), page_of(footprint))
    assert "Soft facilities management Vale RVA £55,000" in words
    assert "£44,000" not in words
    assert "Legal services" not in words


def test_providers_that_are_not_one_trust_say_why(collection: Collection, footprint: Footprint) -> None:
    words = read(analyst(), page_of(footprint))
    assert "Accounts payable Moor RMO NHS SBS £80,000 is not a trust that we recognise" in words
    assert (
        "Moor RMO Vale NHS Trust and Far Hill NHS Trust not stated names 2 trusts, so we cannot tell what is paid to which"
        in words
    )


def test_whoever_may_query_is_led_to_ask(collection: Collection, footprint: Footprint) -> None:
    client = Client()
    client.force_login(lead(footprint))
    page = client.get(page_of(footprint)).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*queries/ask/[^"]*)"', page)]
    assert any(link.endswith("?line=PAY1&column=income") for link in links)
    assert any(link.endswith("?line=HR4&column=non_pay") for link in links)
    assert {client.get(link).status_code for link in links} == {200}
    client.force_login(analyst())
    assert "queries/ask/" not in client.get(page_of(footprint)).content.decode()


def test_a_service_with_one_amount_is_reconciled_as_well(footprint: Footprint) -> None:
    labs = pathology()
    filed(labs, member(footprint, "RVA", "Vale NHS Trust"), {"PSV15": 968, "PSV2": "none", "PSV3": 0})
    filed(labs, member(footprint, "RMO", "Moor NHS Trust"), {"PSV2": "Vale NHS Trust", "PSV3": 445.5})
    words = read(analyst(), page_of(footprint))
    assert (
        "Tests done for others Pathology Vale RVA £968,000 Moor RMO: £445,500 £445,500 £522,500 Host says more" in words
    )


def test_nhs_improvement_sees_every_trust_at_once(collection: Collection) -> None:
    everything = visible_counterparties(analyst())
    found = [(line.made.host, line.made.line) for line in everything.lines]
    assert found == [("RVA", "HR4"), ("RVA", "PAY1"), ("RFH", "HR1")]
    assert {line.made.host for line in everything.unnamed} == {"RVA", "RFH"}
    words = read(analyst(), reverse("benchmarks:all_counterparties"))
    assert "Every trust that you see by name Do both sides say the same?" in words
    assert "Far Hill RFH £70,000 Moor RMO: £70,000 £70,000 £0 Agrees" in words
    assert "NHS SBS" not in words


def test_before_anything_is_returned_the_page_says_so(footprint: Footprint) -> None:
    assert "No trust that has returned names another trust as provider." in read(lead(footprint), page_of(footprint))


def test_more_trusts_ask_no_more_queries(
    collection: Collection, footprint: Footprint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filed(pathology(), member(footprint, "RPA", "Lab NHS Trust"), {"PSV2": "none"})
    person = User.objects.get(pk=lead(footprint).pk)
    assert person.current_roles
    with django_assert_num_queries(12):
        footprint_counterparties(person, footprint)
    for number in range(4):
        trust = member(footprint, f"RX{number}", f"Far {number} NHS Trust")
        filed(collection, trust, {"HR2.provider": "RVA", "HR2.non_pay": 5})
    with django_assert_num_queries(12):
        assert len(footprint_counterparties(person, footprint).lines) == 4
