"""How a service is provided: the table, its brief form, and the page."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from benchmarks.queries.service_map import service_page
from benchmarks.shared_work.arrangements import MapColumn
from benchmarks.shared_work.service_map import MapCell, MapRow, MapTable, in_order
from footprints.models import Footprint
from footprints.planned_hubs import planned_hubs
from tests.benchmarks.pages import lead, read, status
from tests.benchmarks.shared_work_scenes import filed, member, pathology
from tests.factories import FootprintFactory

COLUMNS = (MapColumn(title="Sites", at="PSV4", brief=True), MapColumn(title="Rule", at="PSV6"))
HUB = planned_hubs("planned_hubs_2017.csv")["R1H"]


def row(code: str, position: str = "", **more: object) -> MapRow:
    return MapRow(code, f"Trust {code}", position, (MapCell("3"), MapCell("request")), **more)


def test_rows_stand_in_the_order_of_the_parts_they_play() -> None:
    rows = [
        row("RAA", absent="No accepted return"),
        row("RBB", "none"),
        row("RCC", "hub for others"),
        row("RDD", "new"),
    ]
    ordered = in_order(rows, ["own laboratory", "hub for others", "none"])
    assert [trust.code for trust in ordered] == ["RCC", "RBB", "RDD", "RAA"]


def test_the_brief_form_keeps_what_is_marked_brief() -> None:
    table = MapTable(COLUMNS, (row("RAA", "none"), MapRow("RBB", "Trust RBB", absent="No accepted return")))
    brief = table.brief()
    assert [column.title for column in brief.columns] == ["Sites"]
    assert [trust.cells for trust in brief.rows] == [(MapCell("3"),), ()]
    assert (brief.returned, len(brief.rows)) == (1, 2)


def test_parts_are_counted_and_planned_hubs_named() -> None:
    table = MapTable(COLUMNS, (row("RAA", "none"), row("R1H", "hub for others", plan=HUB), row("RCC", "none")))
    assert table.positions == "none (2) and hub for others (1)"
    assert [trust.code for trust in table.planned] == ["R1H"]


@pytest.fixture
def footprint(db: None) -> Footprint:
    footprint = FootprintFactory(name="Vale and Moor")
    hub, labs = member(footprint, "R1H", "Vale NHS Trust"), pathology()
    member(footprint, "RLA", "Late NHS Trust")
    filed(
        labs,
        hub,
        {
            "PSV1": "hub for others",
            "PSV2": "none",
            "PSV4": 3,
            "PSV6": "request",
            "PSV7": "WinPath, 31 March 2018",
            "PSV8": "Roche, 30/06/2021",
            "PSV10": 164.5,
            "PSV16": "CPA",
            "PSV17": 2977300,
            "PBC.tests": 1000000,
            "PHA.tests": 500000,
        },
    )
    filed(
        labs,
        member(footprint, "RMO", "Moor NHS Trust"),
        {"PSV1": "fully bought", "PSV2": "Vale NHS Trust", "PSV3": 445.5},
    )
    return footprint


def page_of(footprint: Footprint, service: str = "pathology") -> str:
    return reverse("benchmarks:service", args=[footprint.ons_code, service])


def test_the_page_says_who_plays_which_part(footprint: Footprint) -> None:
    words = read(lead(footprint), page_of(footprint))
    assert "2 of 3 trusts have an accepted return: hub for others (1) and fully bought (1)." in words
    assert (
        "Vale R1H, provisional hub for others none – 2,977,300 1,500,000 request 3 – WinPath, 31 March 2018 (ends within 24 months) Roche, 30/06/2021 £164.5k CPA"
        in words
    )
    assert "Moor RMO, provisional fully bought Vale NHS Trust £445.5k – – – – – – – – –" in words
    assert "Late RLA No accepted return" in words


def test_what_was_published_is_labelled_as_published(footprint: Footprint) -> None:
    words = read(lead(footprint), page_of(footprint))
    assert "Planned as a hub in 2017: Vale, £5,300,000 a year by 2020/21." in words
    assert (
        "Published: HSJ, “Savings targets set for new pathology hubs”, September 2017. The published list that we have is not whole"
        in words
    )


@pytest.mark.django_db
def test_a_service_without_a_map_is_no_page_and_one_without_a_round_says_so() -> None:
    footprint = FootprintFactory()
    person = lead(footprint)
    assert status(person, page_of(footprint, "crockery")) == 404
    assert "There is no collection yet." in read(person, page_of(footprint))


def test_more_trusts_ask_no_more_queries(
    footprint: Footprint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        service_page(footprint, "pathology")
    for number in range(3):
        member(footprint, f"RX{number}", f"Far {number} NHS Trust")
    with django_assert_num_queries(4):
        assert service_page(footprint, "pathology")
