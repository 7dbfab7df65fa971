"""The page of one metric and its files: who sees whom, what each state says, and what is written down."""

import csv
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.actions import freeze, refresh_live
from benchmarks.actions.published_runs import make_published_runs
from benchmarks.models import Dispute
from benchmarks.run_address import run_key
from footprints.models import Event, Footprint, RoleKind, Trust, User
from submissions.models import Collection
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    PublishedFigureFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LOWEST, HIGHEST = 311, 1783
FIGURES = (LOWEST, *range(500, 1500, 90), 1511, HIGHEST)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(person: User, name: str = "metric", metric: str = "M03", **asked: str) -> HttpResponse:
    args = [] if name == "metrics" else [metric]
    return client_of(person).get(reverse(f"benchmarks:{name}", args=args), asked)


def read(response: HttpResponse) -> str:
    """The page's words, charts' too, spaces made one."""
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def person(kind: RoleKind, **scope: object) -> User:
    return RoleFactory(**{"kind": kind, "trust": None, "footprint": None, "region": "", **scope}).user


@pytest.fixture
def collection() -> Collection:
    """Fifteen acute trusts on the finance cost and one that has sent nothing, measured and compared; the first two in one footprint."""
    collection = CollectionFactory(illustrative=True)
    footprint = FootprintFactory(name="Vale and Moor")
    for number, figure in enumerate(FIGURES):
        trust = TrustFactory(
            name=f"Place {number:02} NHS Trust", trust_type="acute", region="North" if number < 4 else "South"
        )
        on_record(collection, {"M03": figure}, trust=trust, income=Decimal(150_000 + 1000 * number))
        if number in (5, 6):
            MembershipFactory(footprint=footprint, trust=trust)
    ReturnFactory(
        collection=collection, trust=TrustFactory(name="Silent NHS Trust", trust_type="acute", region="North")
    )
    refresh_live(collection, anyway=True)
    return collection


@pytest.fixture
def footprint(collection: Collection) -> Footprint:
    return Footprint.objects.get(name="Vale and Moor")


@pytest.fixture
def lead(footprint: Footprint) -> User:
    return person(RoleKind.STP_LEAD, footprint=footprint)


@pytest.fixture
def analyst(collection: Collection) -> User:
    return person(RoleKind.ANALYST)


def cells(response: HttpResponse) -> list[object]:
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    return [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_an_analyst_sees_every_trust_by_name_and_both_ends(analyst: User) -> None:
    words = read(get(analyst))
    assert "Place 00 NHS Trust" in words
    assert "Place 14 NHS Trust" in words
    assert "Silent NHS Trust" in words
    assert str(LOWEST) in words
    assert "1,783" in words
    assert "n = 15 of 16" in words


def test_a_lead_sees_the_footprints_trusts_and_no_other_name_nor_either_end(lead: User) -> None:
    words = read(get(lead))
    assert "Place 05 NHS Trust" in words
    assert "Place 06 NHS Trust" in words
    assert "Place 04" not in words
    assert "Silent" not in words
    assert str(LOWEST) not in words
    assert "1,783" not in words
    assert "No accepted return: not opened yet: 1 trust." in words


def test_a_strangers_lead_sees_no_name_and_no_minimum_anywhere(collection: Collection) -> None:
    stranger = person(RoleKind.STP_LEAD, footprint=FootprintFactory())
    pages = [get(stranger), get(stranger, "metrics")]
    said = " ".join(page.content.decode() for page in pages) + get(stranger, "metric_csv").content.decode()
    written = {str(cell) for cell in cells(get(stranger, "metric_xlsx"))}
    names = {trust.name for trust in Trust.objects.all()} | {f">{trust.ods_code}<" for trust in Trust.objects.all()}
    assert not [name for name in names if name in said]
    assert not written & (
        {trust.name for trust in Trust.objects.all()} | {trust.ods_code for trust in Trust.objects.all()}
    )
    # what is said beside the reader's own name, which is numbered in tests
    beside = " ".join(read(page) for page in pages) + get(stranger, "metric_csv").content.decode()
    for end in (LOWEST, HIGHEST):
        assert str(end) not in beside
        assert str(end) not in written
        assert f"{end:,}" not in beside


def test_a_trusts_own_people_see_it_among_the_others(collection: Collection) -> None:
    words = read(get(person(RoleKind.PREPARER, trust=Trust.objects.get(name="Place 07 NHS Trust"))))
    assert "Place 07 NHS Trust has £1,040k per £100m" in words
    assert "Place 06" not in words


def test_a_support_manager_sees_the_region_by_name(collection: Collection) -> None:
    words = read(get(person(RoleKind.SUPPORT_MANAGER, region="North")))
    assert "Place 00 NHS Trust" in words
    assert "Place 03 NHS Trust" in words
    assert "Silent NHS Trust" in words
    assert "Place 04" not in words
    assert "1,783" not in words


def test_a_footprint_stands_out_for_who_may_see_it(analyst: User, lead: User, footprint: Footprint) -> None:
    words = read(get(analyst, footprint=footprint.ons_code))
    assert "The 2 trusts of Vale and Moor lie from £860k per £100m (Place 05 NHS Trust)" in words
    assert get(lead, footprint=FootprintFactory().ons_code).status_code == 404


def test_the_page_says_how_the_metric_is_defined_and_the_rule(lead: User) -> None:
    words = read(get(lead))
    assert "SUM(finance.net)" in words
    assert "Net cost of finance (£000) ÷ patient-care income (£000)" in words
    assert "QUARTILE.INC" in words
    assert "nobody yet; to be looked at again by 31 March 2017" in words
    assert "with fewer than 10 no quartile" in words


def test_targets_stand_with_their_date_and_source(collection: Collection, lead: User) -> None:
    on_record(collection, {"M29": 40})
    refresh_live(collection, anyway=True)
    words = read(get(lead, metric="M29"))
    assert "Targets" in words
    assert "35.0%" in words or "35%" in words
    assert "Carter" in words


def test_a_disputed_value_is_left_out_with_both_counts(collection: Collection, analyst: User, lead: User) -> None:
    of = Trust.objects.get(name="Place 02 NHS Trust").returns.get()
    Dispute.objects.create(
        return_record=of, metric="M03", reason="Counts the shared service twice", marked_by=UserFactory()
    )
    refresh_live(collection, anyway=True)
    words = read(get(analyst))
    assert "1 value is disputed and left out: n = 14 without, n = 15 with." in words
    assert "Place 02 NHS Trust: Disputed: Counts the shared service twice" in words
    unnamed = read(get(lead))
    assert "Disputed: 1 trust" in unnamed
    assert "shared service twice" not in unnamed


def test_without_figures_the_definition_still_stands(db: None) -> None:
    words = read(get(person(RoleKind.ANALYST), metric="M12"))
    assert "There are no figures yet" in words
    assert "FIN3" in words
    assert get(person(RoleKind.ANALYST), "metric_csv", metric="M12").status_code == 404


def test_a_neutral_metric_has_no_best_and_no_better_side_on_its_page(analyst: User) -> None:
    for number in range(12):
        on_record(Collection.objects.get(), {"M11": 50 + number}, trust=TrustFactory(trust_type="community"))
    refresh_live(Collection.objects.get(), anyway=True)
    words = read(get(analyst, metric="M11")).replace("neither way is better", "")
    assert "The highest stand at the right" in words
    assert not re.findall(r"\bbest\b|\bworse\b|\bworst\b|better side|better one", words)
    assert "The best stand at the right" in read(get(analyst))


def test_too_few_values_are_said_so(db: None) -> None:
    collection = CollectionFactory()
    trust = TrustFactory(trust_type="acute")
    on_record(collection, {"M03": 500}, trust=trust)
    refresh_live(collection, anyway=True)
    words = read(get(person(RoleKind.PREPARER, trust=trust)))
    assert "Too few trusts can be compared yet to give a median (n = 1)." in words


def test_a_frozen_run_is_asked_for_by_its_number(collection: Collection, analyst: User) -> None:
    run = freeze(by=person(RoleKind.COLLECTION_MANAGER), collection=collection, purpose="October papers")
    on_record(collection, {"M03": 700}, trust=TrustFactory(trust_type="acute"))
    refresh_live(collection, anyway=True)
    assert "n = 16 of 17" in read(get(analyst))
    words = read(get(analyst, run=str(run.number)))
    assert "n = 15 of 16" in words
    assert "These figures never change" in words
    workbook = cells(get(analyst, "metric_xlsx", run=str(run.number)))
    assert any(str(cell).startswith(f"Run {run.number}, frozen on ") for cell in workbook)
    for wrong in ("9999", "none", "live-back_office-0", "eric-2015-16"):
        assert get(analyst, run=wrong).status_code == 404


def test_files_of_a_frozen_run_say_its_number_and_what_it_is_for(collection: Collection, analyst: User) -> None:
    run = freeze(by=person(RoleKind.COLLECTION_MANAGER), collection=collection, purpose="October papers")
    asked = {"run": str(run.number)}
    rows = list(csv.DictReader(io.StringIO(get(analyst, "metric_csv", **asked).content.decode("utf-8-sig"))))
    assert {row["Figures"] for row in rows} == {"illustrative"}
    (named,) = {row["Run"] for row in rows}
    assert named.startswith(f"Run {run.number}, frozen on ")
    assert named.endswith(" for October papers")
    about = openpyxl.load_workbook(io.BytesIO(get(analyst, "metric_xlsx", **asked).content))["M03 About"]
    assert named in [cell.value for cell in about["B"]]


def test_an_unknown_metric_and_a_pilots_run_are_not_found(collection: Collection, analyst: User) -> None:
    assert get(analyst, metric="M99").status_code == 404
    pilot = CollectionFactory(purpose=Collection.Purpose.PILOT)
    on_record(pilot, {"M03": 500})
    run = refresh_live(pilot, anyway=True)
    assert run is not None
    assert get(analyst, run=run_key(run)).status_code == 404


def test_the_csv_holds_the_own_trusts_and_the_quantiles(lead: User, footprint: Footprint) -> None:
    response = get(lead, "metric_csv")
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    assert "illustrative" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["Name"] for row in rows if row["Row"] == "trust"] == ["Place 05 NHS Trust", "Place 06 NHS Trust"]
    assert {row["Figures"] for row in rows} == {"illustrative; provisional"}
    assert {row["Row"] for row in rows} == {"trust", "lower quartile", "median", "upper quartile"}
    assert {row["Population"] for row in rows} == {Collection.objects.get().name}
    everyone = next(row for row in rows if (row["Row"], row["Group"]) == ("median", "All trusts"))
    assert (everyone["n"], everyone["Of"]) == ("15", "16")


def test_the_workbook_of_the_page_holds_its_pounds_and_peers(analyst: User, footprint: Footprint) -> None:
    response = get(analyst, "metric_xlsx", footprint=footprint.ons_code)
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = [[cell.value for cell in row] for row in workbook["M03 Position"].iter_rows()]
    reached = {row[3] for row in rows if row[0] and row[3] and isinstance(row[3], str)}
    assert {"national median", "peer median", "best quartile (stretch)"} <= reached
    assert workbook["M03 About"]["A1"].value.startswith("ILLUSTRATIVE")


def test_seeing_and_exporting_are_written_down(lead: User, collection: Collection) -> None:
    get(lead)
    get(lead, "metric_xlsx")
    get(lead, "metric_csv")
    events = Event.objects.filter(user=lead, verb__startswith="metric").order_by("pk")
    assert [event.verb for event in events] == ["metric seen", "metric exported", "metric exported"]
    assert events[1].detail == {"metric": "M03", "run": f"live-back_office-{collection.pk}", "format": "xlsx"}
    own = person(RoleKind.PREPARER, trust=Trust.objects.first())
    get(own)
    assert not Event.objects.filter(user=own, verb="metric seen").exists()


def test_all_measures_are_listed_with_their_medians(lead: User) -> None:
    words = read(get(lead, "metrics"))
    assert "Finance cost M03 lower is better" in words
    assert "n = 15 of 16" in words
    assert "Cost per invoice" in words


def test_published_figures_are_public_to_everybody_signed_in() -> None:
    for number in range(6):
        trust = TrustFactory(name=f"Published {number}", trust_type="acute")
        for measure, unit, value in (
            ("energy_cost", "pounds", 900_000 + number),
            ("gross_internal_floor_area", "square_metres", 40_000),
        ):
            for year in ("2015/16", "2016/17"):
                PublishedFigureFactory(trust=trust, year=year, measure=measure, value=value, unit=unit)
    make_published_runs()
    reader = person(RoleKind.PREPARER, trust=Trust.objects.get(name="Published 3"))
    words = read(get(reader, metric="E01"))
    assert "Published figures: NHS Digital, Estates Return Information Collection (ERIC) 2016/17" in words
    assert all(f"Published {number}" in words for number in range(6))
    assert "Patient-care income" not in words
    assert "ERIC) 2015/16" in read(get(reader, metric="E01", run="eric-2015-16"))
    rows = list(csv.DictReader(io.StringIO(get(reader, "metric_csv", metric="E01").content.decode("utf-8-sig"))))
    assert len([row for row in rows if row["Row"] == "trust"]) == 6
    assert {row["Figures"] for row in rows} == {""}
    assert {row["Population"] for row in rows} == {"NHS Digital, Estates Return Information Collection (ERIC) 2016/17"}
    assert read(get(reader, "metrics")).count("(ERIC) 2015/16") == 2
    assert not Event.objects.filter(user=reader, verb="metric seen").exists()


@pytest.mark.parametrize("reader", ["analyst", "lead"])
def test_the_page_takes_as_many_queries_for_few_trusts_as_for_many(
    reader: str, collection: Collection, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(reader))

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert client.get(reverse("benchmarks:metric", args=["M03"])).status_code == 200
        return len(taken)

    queries()  # the first visit renews the session
    before = queries()
    footprint = Footprint.objects.get(name="Vale and Moor")
    for number in range(8):
        trust = TrustFactory(trust_type="acute")
        MembershipFactory(footprint=footprint, trust=trust)
        on_record(collection, {"M03": 650 + number}, trust=trust)
    refresh_live(collection, anyway=True)
    assert queries() == before
    assert before <= 16
