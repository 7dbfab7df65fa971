"""The table of functions as a file, and the quantiles of the strips in the table."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from benchmarks.actions import freeze
from footprints.models import Event, Footprint, RoleKind, Trust, TrustType, User
from submissions.models import Collection, Submission
from tests.benchmarks.footprint_scenes import address, analyst, own, page_of, run_of, twelve
from tests.benchmarks.pages import lead, read, status
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, DisputeFactory, FootprintFactory, RoleFactory, TrustFactory
from ui.csv_cells import BYTE_ORDER_MARK

pytestmark = pytest.mark.django_db

Scene = tuple[Footprint, Collection, dict[str, Submission]]


@pytest.fixture
def scene() -> Scene:
    made = twelve()
    run_of(made[1])
    return made


def file_of(footprint: Footprint, query: str = "") -> str:
    return reverse("benchmarks:footprint_csv", args=[footprint.ons_code]) + query


def rows_of(person: User, where: str) -> list[dict[str, str]]:
    client = Client()
    client.force_login(person)
    response = client.get(where)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode().removeprefix(BYTE_ORDER_MARK))))


def finance(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["Metric"] == "M03"]


def test_every_trust_stands_on_every_function_with_its_gaps_and_england(scene: Scene) -> None:
    footprint, _, files = scene
    rows = finance(rows_of(lead(footprint), file_of(footprint)))
    dear, cheap, together = rows
    assert (dear["Code"], dear["Value"], dear["Quarter"]) == (files["dear"].return_record.trust.ods_code, "700", "4")
    assert dear["Pounds to the national median"] == dear["Pounds to the peer median"] == "400000"
    assert dear["Pounds to the best quarter"] == "400000"
    assert (cheap["Value"], cheap["Pounds to the national median"]) == ("400", "0")
    assert (together["Row"], together["Value"], together["Pounds to the national median"]) == (
        "together",
        "550",
        "400000",
    )
    assert {row["Footprint"] for row in rows} == {"Vale and Moor"}
    assert {
        (row["National P10"], row["National P25"], row["National median"], row["National P75"]) for row in rows
    } == {("", "500", "500", "500")}
    assert {(row["National n"], row["Returns owed"], row["Figures"]) for row in rows} == {("12", "12", "provisional")}


def test_what_the_reader_may_not_see_is_left_empty() -> None:
    footprint, collection = FootprintFactory(), CollectionFactory()
    for number in range(8):
        on_record(collection, {"M03": 500 + number}, trust=TrustFactory(trust_type=TrustType.COMMUNITY))
    own(footprint, collection, {"M03": 900}, "Own", trust_type=TrustType.COMMUNITY)
    run_of(collection)
    hidden = ("Quarter", "Pounds to the best quarter", "National P25", "National P75")
    seen, unseen = (finance(rows_of(person, file_of(footprint)))[0] for person in (analyst(), lead(footprint)))
    assert all(seen[column] for column in hidden)
    assert not any(unseen[column] for column in hidden)
    assert unseen["National median"] == seen["National median"] == "504"


def test_no_trust_of_another_footprint_is_in_it(scene: Scene) -> None:
    footprint = scene[0]
    codes = {row["Code"] for row in rows_of(lead(footprint), file_of(footprint)) if row["Code"]}
    assert codes == set(Trust.objects.in_footprint(footprint).values_list("ods_code", flat=True))


def test_why_a_figure_is_not_compared_and_that_all_is_made_up(scene: Scene) -> None:
    footprint, collection, files = scene
    DisputeFactory(return_record=files["dear"].return_record, metric="M03")
    Collection.objects.update(illustrative=True)
    run_of(Collection.objects.get(pk=collection.pk))
    rows = finance(rows_of(lead(footprint), file_of(footprint)))
    dear = next(row for row in rows if row["Code"] == files["dear"].return_record.trust.ods_code)
    assert (dear["Why not compared"], dear["Quarter"], dear["Pounds to the national median"]) == ("disputed", "", "")
    assert (dear["Disputed"], dear["Figures"]) == ("1", "illustrative; provisional")


def test_a_name_is_no_formula(scene: Scene) -> None:
    footprint, _, files = scene
    Trust.objects.filter(pk=files["dear"].return_record.trust_id).update(name="=1+1 NHS Trust")
    assert finance(rows_of(lead(footprint), file_of(footprint)))[0]["Trust"] == "'=1+1 NHS Trust"


def test_a_file_of_a_frozen_run_says_so_and_every_file_is_written_down(scene: Scene) -> None:
    footprint, collection, files = scene
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=manager, collection=collection, purpose="the board")
    DisputeFactory(return_record=files["dear"].return_record, metric="M03")
    run_of(collection)
    person = lead(footprint)
    rows = finance(rows_of(person, file_of(footprint, f"?run={run.number}")))
    assert rows[0]["Run"].startswith(f"Run {run.number}, frozen on")
    assert (rows[0]["Figures"], rows[0]["Value"], rows[0]["Why not compared"]) == ("frozen", "700", "")
    event = Event.objects.get(verb="footprint exported")
    assert (event.user, event.footprint, event.detail) == (person, footprint, {"runs": [str(run.number)]})
    assert [status(person, file_of(footprint, query)) for query in ("?run=99", "?run=x")] == [404, 404]


def test_the_table_holds_what_the_strips_draw(scene: Scene) -> None:
    footprint, collection, _ = scene
    column = page_of(footprint).functions.columns[0]
    assert [column.quantile_words(bound) for bound in ("p10", "p25", "p75", "p90")] == [
        "too few",
        "500",
        "500",
        "too few",
    ]
    for number in range(10):
        on_record(collection, {"M03": 600 + number}, trust=TrustFactory(trust_type="acute"))
    run_of(collection)
    column = page_of(footprint).functions.columns[0]
    assert [column.quantile_words(bound) for bound in ("p10", "p90")] == ["500", "608"]
    words = read(lead(footprint), address(footprint))
    assert "National lower quartile (P25) 500" in words
    assert "Download every trust on every function (CSV)" in words
