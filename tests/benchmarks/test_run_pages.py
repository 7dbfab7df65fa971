"""Pages of runs: all of them, one, and freezing one; and that a frozen one never shows anything else."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory

from benchmarks.actions import freeze, refresh_live
from benchmarks.actions.published_runs import make_published_runs
from benchmarks.models import BenchmarkRun
from footprints.models import RoleKind, User
from submissions.models import Collection, Submission
from tests.benchmarks.scenes import on_record
from tests.factories import (
    BenchmarkRunFactory,
    CollectionFactory,
    DisputeFactory,
    FigureQueryFactory,
    PeerGroupFactory,
    PublishedFigureFactory,
    ReturnFactory,
    RoleFactory,
    RunQuantilesFactory,
    RunTrustFactory,
    SignOffFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None, user__name="Mo Manager").user


@pytest.fixture
def files() -> list[Submission]:
    """Six files of one round; a seventh trust has sent none."""
    collection = CollectionFactory(name="Back office 2015/16", illustrative=True)
    made = [
        on_record(
            collection, {"M03": 900 + 10 * number}, trust=TrustFactory(trust_type="acute", name=f"Trust {number}")
        )
        for number in range(6)
    ]
    ReturnFactory(collection=collection, trust=TrustFactory(trust_type="community", name="Latecomer"))
    refresh_live(collection, anyway=True)
    return made


def round_of(files: list[Submission]) -> Collection:
    return files[0].return_record.collection


def read(person: User, address: str, status: int = 200) -> str:
    client = Client()
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def analyst() -> User:
    return RoleFactory(kind=RoleKind.ANALYST, trust=None).user


def preparer(file: Submission) -> User:
    return RoleFactory(kind=RoleKind.PREPARER, trust=file.return_record.trust).user


def test_the_list_says_of_each_run_what_it_is_for_by_whom_and_who_is_in(files: list[Submission], manager: User) -> None:
    nothing_yet = read(preparer(files[0]), "/runs/")
    assert "No run has been frozen yet." in nothing_yet
    assert "Freeze a run" not in nothing_yet
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    text = read(manager, "/runs/")
    assert "the boards of January" in text
    assert "by Mo Manager, NHS Improvement" in text
    assert "6 of 7" in text
    assert run.code_version[:12] in text
    assert "live and provisional" in text
    assert "Example data" in text
    assert "Freeze a run" in text


def test_runs_of_pilots_stand_apart_from_those_of_rounds(manager: User) -> None:
    pilot = CollectionFactory(purpose="pilot", name="A pilot")
    on_record(pilot, {"M03": 900})
    refresh_live(pilot, anyway=True)
    assert "A pilot" not in read(manager, "/runs/")
    assert "There is nothing to freeze yet" in read(manager, "/runs/freeze/")


def test_the_page_of_a_run_holds_population_definitions_rules_and_code(files: list[Submission], manager: User) -> None:
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    text = read(analyst(), f"/runs/{run.number}/")
    assert f"Run {run.number}</a></strong>, frozen on" in text
    assert "<strong>6 of 7 trusts</strong>" in text
    assert "1 trust: Latecomer" in text
    assert run.code_version[:12] in text
    assert "Hyndman and Fan type 7" in text
    assert "n = 6 of 7" in text
    assert "Other trusts of the same type" in text
    assert "M03 Finance" in text
    assert "£925k per £100m" in text


def test_who_may_not_see_all_trusts_reads_no_other_name(files: list[Submission], manager: User) -> None:
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    text = read(preparer(files[0]), f"/runs/{run.number}/")
    assert "Latecomer" not in text
    assert "Only trusts whose figures you may see are named." in text


def test_the_manager_sees_what_would_be_frozen_says_for_what_and_freezes_it(
    files: list[Submission], manager: User
) -> None:
    SignOffFactory(submission=files[0])
    DisputeFactory(return_record=files[1].return_record, metric="M03")
    FigureQueryFactory(submission=files[2], return_record=files[2].return_record)
    refresh_live(round_of(files), anyway=True)
    text = read(manager, "/runs/freeze/")
    assert "<strong>6 of 7 trusts</strong> have an accepted return." in text
    assert "<strong>1 value</strong> is disputed" in text
    assert "<strong>1 query</strong> waits" in text
    assert "<strong>5</strong> of them are not signed off." in text
    client = Client()
    client.force_login(manager)
    without = client.post("/runs/freeze/", {"collection": round_of(files).pk, "purpose": ""})
    assert (without.status_code, BenchmarkRun.objects.frozen().exists()) == (422, False)
    assert "Enter purpose" in without.content.decode()
    sent = client.post("/runs/freeze/", {"collection": round_of(files).pk, "purpose": "the boards of January"})
    run = BenchmarkRun.objects.frozen().get()
    assert sent["Location"] == f"/runs/{run.number}/"
    assert (run.purpose, run.frozen_by) == ("the boards of January", manager)
    assert "The last run of this round is" in read(manager, "/runs/freeze/")


def test_a_round_that_lost_its_returns_meanwhile_is_not_frozen_and_says_so(
    files: list[Submission], manager: User
) -> None:
    Submission.objects.all().update(state="replaced")
    client = Client()
    client.force_login(manager)
    response = client.post("/runs/freeze/", {"collection": round_of(files).pk, "purpose": "the boards"})
    assert response.status_code == 422
    assert "No return to Back office 2015/16 is accepted and measured yet." in response.content.decode()


def test_only_a_collection_manager_comes_to_the_page_that_freezes(files: list[Submission]) -> None:
    read(analyst(), "/runs/freeze/", status=403)


@pytest.mark.parametrize("address", ["/runs/7/", "/runs/7/against/live/", "/runs/published/eric/2015-16/"])
def test_a_run_that_there_is_not(address: str, manager: User) -> None:
    read(manager, address, status=404)


def test_published_figures_have_a_page_that_names_everybody_and_says_whose_they_are(files: list[Submission]) -> None:
    trust = TrustFactory(trust_type="acute", name="Named to all")
    for measure, value, unit in (
        ("energy_cost", 900_000, "pounds"),
        ("gross_internal_floor_area", 30_000, "square_metres"),
    ):
        PublishedFigureFactory(trust=trust, year="2015/16", measure=measure, value=value, unit=unit)
    make_published_runs()
    assert "NHS Digital, Estates Return Information Collection (ERIC) 2015/16" in read(preparer(files[0]), "/runs/")
    text = read(preparer(files[0]), "/runs/published/eric/2015-16/")
    assert "Open Government Licence v3.0" in text
    assert "They are not figures of a return to us." in text
    assert "E01 Energy cost" in text
    assert "n = 1 of 1" in text
    assert "E10 Estates" not in text  # not published for that year
    assert "Example data" not in text


CHILDREN = ("runtrust", "runvalue", "runquantiles", "standing", "peergroup")


@pytest.mark.parametrize("table", CHILDREN)
def test_the_database_itself_refuses_to_change_or_remove_what_is_frozen(
    table: str, files: list[Submission], manager: User
) -> None:
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    for statement in ("UPDATE benchmarks_{} SET run_id = run_id", "DELETE FROM benchmarks_{}"):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement.format(table)} WHERE run_id = %s", [run.pk])


@pytest.mark.parametrize("table", CHILDREN)
def test_nothing_is_moved_out_of_a_frozen_run(table: str, files: list[Submission], manager: User) -> None:
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    elsewhere = BenchmarkRunFactory(is_live=False)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE benchmarks_{table} SET run_id = %s WHERE run_id = %s", [elsewhere.pk, run.pk])


@pytest.mark.parametrize("made", [RunTrustFactory, RunQuantilesFactory, PeerGroupFactory])
def test_nothing_is_added_to_a_frozen_run(
    made: type[DjangoModelFactory], files: list[Submission], manager: User
) -> None:
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        made(run=run, **({} if made is RunTrustFactory else {"metric": "M99"}))


def test_a_file_accepted_after_the_freeze_changes_nothing_of_its_page(files: list[Submission], manager: User) -> None:
    run = freeze(by=manager, collection=round_of(files), purpose="the boards of January")
    before = _stable(read(manager, f"/runs/{run.number}/"))
    on_record(round_of(files), {"M03": 1}, trust=TrustFactory(trust_type="acute"))
    Submission.objects.filter(pk=files[0].pk).update(state="replaced", measured_at=timezone.now())
    refresh_live(round_of(files), anyway=True)
    assert _stable(read(manager, f"/runs/{run.number}/")) == before
    assert "6 of 7" in read(manager, "/runs/")


def _stable(page: str) -> str:
    """The page's own content, without the tokens of its forms."""
    return page[page.index("<main") : page.index("</main>")]
