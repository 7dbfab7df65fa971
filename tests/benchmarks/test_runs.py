"""Live and frozen runs: what they hold, when they are made anew, and that a frozen one never changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from benchmarks.actions import NothingToFreeze, freeze, refresh_live
from benchmarks.arithmetic.quantiles import quantile
from benchmarks.models import BenchmarkRun, Dispute, RunQuantiles, RunTrust, RunValue, Standing
from benchmarks.queries.runs import live_run_of, read_runs
from footprints.access import NotAllowed
from footprints.models import RoleKind
from submissions.models import Collection
from templates_app.reading import Place, Value
from tests.benchmarks.scenes import loaded, on_record
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory, TrustFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_of_twelve() -> Collection:
    collection = CollectionFactory()
    for number in range(12):
        on_record(collection, {"M03": 900 + 10 * number, "M11": 80 - number}, trust=TrustFactory(trust_type="acute"))
    return collection


def the_run(collection: Collection) -> BenchmarkRun:
    run = refresh_live(collection, anyway=True)
    assert run is not None
    return run


def test_a_live_run_holds_every_trust_and_every_measured_value(round_of_twelve: Collection) -> None:
    run = the_run(round_of_twelve)
    assert run.is_live
    assert RunTrust.objects.filter(run=run).count() == 12
    assert RunValue.objects.counted().filter(run=run).count() == 24
    assert Standing.objects.filter(run=run).count() == 24


def test_quantiles_from_the_database_equal_the_rule(round_of_twelve: Collection) -> None:
    run = the_run(round_of_twelve)
    ordered = [Decimal(900 + 10 * number) for number in range(12)]
    row = RunQuantiles.objects.get(run=run, metric="M03", scope="national")
    shares = {"p10": "0.1", "p25": "0.25", "median": "0.5", "p75": "0.75", "p90": "0.9"}
    assert {name: getattr(row, name) for name in shares} == {
        name: quantile(ordered, Decimal(p)) for name, p in shares.items()
    }
    assert (row.minimum, row.maximum, row.n, row.expected) == (900, 1010, 12, 12)


def test_nothing_is_made_anew_while_nothing_has_changed(round_of_twelve: Collection) -> None:
    the_run(round_of_twelve)
    assert refresh_live(round_of_twelve) is None
    on_record(round_of_twelve, {"M03": 700}, trust=TrustFactory(trust_type="acute"))
    run = refresh_live(round_of_twelve)
    assert run is not None
    assert RunQuantiles.objects.get(run=run, metric="M03", scope="national").n == 13
    assert live_run_of(round_of_twelve) == run


def test_a_disputed_value_is_out_with_its_reason_and_both_counts(round_of_twelve: Collection) -> None:
    run = the_run(round_of_twelve)
    of = RunTrust.objects.filter(run=run).first()
    assert of is not None
    assert of.return_record is not None
    marker = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    Dispute.objects.create(
        return_record=of.return_record, metric="M03", reason="Counts the shared service twice", marked_by=marker
    )
    run = the_run(round_of_twelve)
    row = RunQuantiles.objects.get(run=run, metric="M03", scope="national")
    assert (row.n, row.disputed) == (11, 1)
    value = RunValue.objects.get(run=run, metric="M03", run_trust__trust=of.trust)
    assert (value.counted, value.disputed) == (False, True)
    assert value.left_out == "Disputed: Counts the shared service twice"


def test_a_frozen_run_has_a_number_and_never_changes(round_of_twelve: Collection) -> None:
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    first = freeze(by=manager, collection=round_of_twelve, purpose="October board papers")
    second = freeze(by=manager, collection=round_of_twelve, purpose="November")
    assert (first.number, second.number) == (1, 2)
    tables = ("benchmarkrun", "runtrust", "runvalue", "runquantiles", "standing", "peergroup")
    for table in tables:
        column = "id" if table == "benchmarkrun" else "run_id"
        for statement in (
            f"UPDATE benchmarks_{table} SET {column} = {column} WHERE {column} = %s",
            f"DELETE FROM benchmarks_{table} WHERE {column} = %s",
        ):
            with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [first.pk])
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        RunQuantiles.objects.create(run=first, metric="M99", scope="national", n=0, expected=0)
    before = read_runs([first])[0]
    on_record(round_of_twelve, {"M03": 1}, trust=TrustFactory(trust_type="acute"))
    the_run(round_of_twelve)
    after = read_runs([first])[0]
    assert before.values == after.values
    assert {key: (row.n, row.median) for key, row in before.quantiles.items()} == {
        key: (row.n, row.median) for key, row in after.quantiles.items()
    }


def test_only_a_collection_manager_freezes_and_only_where_there_is_something(round_of_twelve: Collection) -> None:
    with pytest.raises(NotAllowed):
        freeze(by=RoleFactory(kind=RoleKind.ANALYST, trust=None).user, collection=round_of_twelve, purpose="x")
    empty = CollectionFactory()
    with pytest.raises(NothingToFreeze):
        freeze(by=RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user, collection=empty, purpose="x")
    assert not BenchmarkRun.objects.exists()


def test_a_run_that_was_live_goes_after_a_minute(round_of_twelve: Collection) -> None:
    old = the_run(round_of_twelve)
    new = the_run(round_of_twelve)
    assert BenchmarkRun.objects.filter(pk=old.pk).exists(), "a page may still be reading it"
    BenchmarkRun.objects.filter(pk=old.pk).update(replaced_at=timezone.now() - timedelta(minutes=2))
    the_run(round_of_twelve)
    assert not BenchmarkRun.objects.filter(pk=old.pk).exists()
    assert BenchmarkRun.objects.filter(pk=new.pk).exists()


def test_there_is_no_live_run_before_the_first_return_is_measured() -> None:
    collection = CollectionFactory()
    ReturnFactory(collection=collection)
    assert refresh_live(collection) is None
    assert live_run_of(collection) is None
    on_record(collection, {"M03": 500})
    assert refresh_live(collection) is not None


def test_what_was_accepted_a_moment_ago_is_measured_and_in_a_frozen_run(
    round_of_twelve: Collection, whole_return: dict[Place, Value]
) -> None:
    file = loaded(round_of_twelve, whole_return)
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=manager, collection=round_of_twelve, purpose="At once")
    assert RunTrust.objects.get(run=run, trust=file.return_record.trust).absent == ""


def test_a_pilot_is_not_frozen() -> None:
    pilot = CollectionFactory(purpose=Collection.Purpose.PILOT)
    on_record(pilot, {"M03": 500})
    with pytest.raises(NothingToFreeze, match="is a pilot"):
        freeze(by=RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user, collection=pilot, purpose="x")
