"""The national page as people get it: what it says, for whom, of which run, and what may be taken away."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.actions import freeze
from footprints.models import Event, RoleKind, User
from tests.benchmarks.national_scenes import england, measured, overdue, somebody
from tests.benchmarks.pages import read
from tests.benchmarks.scenes import on_record
from tests.factories import BenchmarkRunFactory, CollectionFactory, TrustFactory
from ui.csv_cells import BYTE_ORDER_MARK

pytestmark = pytest.mark.django_db

TABLES = ("regions", "returns", "metrics", "opportunities", "outliers")


def page(query: str = "") -> str:
    return reverse("benchmarks:national") + query


def status(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    return client.get(address).status_code


def rows_of(person: User, table: str, query: str = "") -> list[dict[str, str]]:
    client = Client()
    client.force_login(person)
    response = client.get(reverse("benchmarks:national_csv", args=[table]) + query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode().removeprefix(BYTE_ORDER_MARK))))


def test_the_answer_stands_first() -> None:
    collection, _ = england(12)
    overdue(collection, "North")
    measured(collection)
    words = read(somebody(RoleKind.ANALYST), page())
    assert "12 of 13 (92%) returns are in the comparison." in words
    assert "The largest gap to the national median is finance, £360,000 a year." in words
    assert "Reaching it everywhere would be worth £360,000 a year in back office without estates." in words
    assert "0 of 12 (0%) are signed off and 12 of 12 (100%) have no warning. No value is disputed." in words
    assert "Live figures" in words
    assert "Illustrative: every figure is made up." in words
    assert "South 3 of 3 £140,000 £140,000 570 1 of 3 in the worst quarter" in words


def test_a_region_is_told_whose_trusts_are_counted() -> None:
    collection, _ = england(12)
    measured(collection)
    words = read(somebody(RoleKind.SUPPORT_MANAGER, "North"), page())
    assert "Benchmarks in North" in words
    assert "Only trusts in North are counted" in words
    assert "Trust 08" in words
    assert "Trust 11" not in words
    assert "Footprint of South" not in words
    assert "Download" not in words


def test_before_the_first_return_there_is_a_sentence() -> None:
    words = read(somebody(RoleKind.AUDITOR), page())
    assert "No return has been accepted yet." in words
    assert "No published figures have been loaded." in words


def test_a_frozen_run_is_shown_as_it_was() -> None:
    collection, _ = england(12)
    measured(collection)
    frozen = freeze(by=somebody(RoleKind.COLLECTION_MANAGER), collection=collection, purpose="The board of January")
    on_record(collection, {"M03": 9000}, trust=TrustFactory(region="South", trust_type="acute"))
    measured(collection)
    analyst = somebody(RoleKind.ANALYST)
    assert "13 of 13 (100%) returns are in the comparison." in read(analyst, page())
    words = read(analyst, page(f"?run={frozen.number}"))
    assert "12 of 12 (100%) returns are in the comparison." in words
    assert f"Run {frozen.number}, frozen on" in words
    named = f"{collection.name}, run {frozen.number} for The board of January"
    assert {row["Run"] for row in rows_of(analyst, "returns", f"?run={frozen.number}")} == {named}
    for number in ("999", "x", "1" * 10, "²"):
        assert status(analyst, page(f"?run={number}")) == 404


def test_each_template_has_the_page_to_itself() -> None:
    collection, _ = england(8)
    measured(collection)
    made = CollectionFactory(template="pathology", version="2016.1", name="Pathology of England")
    BenchmarkRunFactory(collection=made)
    analyst = somebody(RoleKind.ANALYST)
    assert "Pathology of England Benchmarks in England" in read(analyst, page("?template=pathology"))
    assert f"{collection.name} Benchmarks in England" in read(analyst, page())


def test_the_queries_are_as_many_for_sixty_trusts_as_for_ten() -> None:
    person = somebody(RoleKind.ANALYST)
    client = Client()
    client.force_login(person)

    def asked(trusts: int) -> int:
        collection, _ = england(trusts)
        on_record(collection, {"M03": 9000}, trust=TrustFactory(region="South", trust_type="acute"))
        measured(collection)
        with CaptureQueriesContext(connection) as found:
            assert client.get(page()).status_code == 200
        return len(found)

    asked(10)  # definitions are read once for all
    few = asked(10)
    assert few == asked(60)
    assert few <= 25


@pytest.mark.parametrize("table", TABLES)
def test_a_file_says_of_every_row_that_it_is_made_up_and_holds_no_formula(table: str) -> None:
    collection, _ = england(9)
    trust = TrustFactory(name="=1+1 NHS Trust", region="South", trust_type="acute")
    on_record(collection, {"M03": 9000}, trust=trust)
    measured(collection)
    analyst = somebody(RoleKind.ANALYST)
    rows = rows_of(analyst, table)
    assert {row["Figures"] for row in rows} == {"illustrative, provisional"}
    if "Trust" in rows[0]:
        assert rows[0]["Trust"] == "'=1+1 NHS Trust"
    event = Event.objects.get(verb="national benchmarks exported")
    assert event.detail["table"] == table
    assert status(somebody(RoleKind.COLLECTION_MANAGER), reverse("benchmarks:national_csv", args=[table])) == 403


def test_files_hold_what_the_page_shortens() -> None:
    collection, _ = england(60)
    measured(collection)
    analyst = somebody(RoleKind.ANALYST)
    rows = rows_of(analyst, "opportunities")
    assert len(rows) == 30
    assert read(analyst, page()).count("To the national median") == 1
    assert rows[0]["Pounds to the national median"] == "590000"
    whole = next(row for row in rows_of(analyst, "regions") if row["Row"] == "whole" and row["Metric"] == "M03")
    assert whole["Pounds to the national median"] == str(sum(int(row["Pounds to the national median"]) for row in rows))


def test_there_is_no_other_table() -> None:
    collection, _ = england(5)
    analyst = somebody(RoleKind.ANALYST)
    address = reverse("benchmarks:national_csv", args=["returns"])
    assert status(analyst, address) == 404, "before the first return is measured"
    measured(collection)
    assert status(analyst, reverse("benchmarks:national_csv", args=["everything"])) == 404
    assert status(analyst, address) == 200


def test_the_page_stands_in_the_navigation_of_those_who_may_open_it() -> None:
    client = Client()
    client.force_login(somebody(RoleKind.REGIONAL_DIRECTOR, "North"))
    assert f'href="{page()}"' in client.get("/").content.decode()
    client.force_login(somebody(RoleKind.ADMINISTRATOR))
    assert f'href="{page()}"' not in client.get("/").content.decode()
