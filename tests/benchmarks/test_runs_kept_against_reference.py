"""What else a run stores, against the slow second way: counts, ends, disputes, far values, and the nearest ten with their distances."""

from decimal import Decimal

import pytest

from benchmarks.actions import freeze
from benchmarks.defining.registry import metrics
from benchmarks.models import BenchmarkRun, Dispute, RunQuantiles, RunTrust, RunValue
from benchmarks.queries.run_sources import described
from footprints.models import RoleKind
from submissions.models import Collection
from tests.benchmarks.test_runs_against_reference import SHOWN, scene
from tests.factories import RoleFactory
from tests.reference import outliers, peers

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> BenchmarkRun:
    """Some forty trusts of every type, frozen."""
    collection, _ = scene(4)
    assert isinstance(collection, Collection)
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    return freeze(by=manager, collection=collection, purpose="the boards")


def scope_of(scope: str, kind: str) -> bool:
    return scope == "national" or scope == kind or (scope == "non_acute" and kind != "acute")


def test_counts_and_ends_are_those_of_the_rows(run: BenchmarkRun) -> None:
    disputed = set(Dispute.objects.values_list("return_record__trust__ods_code", "metric"))
    assert disputed
    by_id = {metric.id: metric for metric in metrics("back_office")}
    owed = [trust.trust_type for trust in RunTrust.objects.filter(run=run)]
    for metric in SHOWN:
        rows = RunValue.objects.filter(run=run, metric=metric).select_related("run_trust__trust")
        for stored in RunQuantiles.objects.filter(run=run, metric=metric):
            of = [row for row in rows if scope_of(stored.scope, row.run_trust.trust_type) and row.value is not None]
            out = [row for row in of if (row.run_trust.trust.ods_code, metric) in disputed]
            counted = [row.value for row in of if row not in out]
            assert (stored.n, stored.disputed) == (len(counted), len(out))
            assert (stored.minimum, stored.maximum) == (min(counted, default=None), max(counted, default=None))
            population = [kind for kind in owed if kind in by_id[metric].population]
            assert stored.expected == sum(scope_of(stored.scope, kind) for kind in population)


def test_far_values_are_those_of_the_reference(run: BenchmarkRun) -> None:
    for metric in SHOWN:
        rows = list(RunValue.objects.counted().filter(run=run, metric=metric).select_related("standing"))
        values = [row.value or Decimal(0) for row in rows]
        for row, value in zip(rows, values, strict=True):
            expected = outliers.score(value, values)
            assert expected is not None
            assert float(row.standing.outlier_score or 0) == pytest.approx(expected, abs=0.006)
            assert row.standing.is_outlier == (abs(expected) > 3.5)


def test_the_nearest_ten_are_kept_with_their_distances(run: BenchmarkRun) -> None:
    trusts = list(RunTrust.objects.filter(run=run).exclude(income=None).select_related("trust"))
    known = [described(trust) for trust in trusts]
    assert len(trusts) > 10
    for trust, own in zip(trusts, known, strict=True):
        expected = peers.nearest(own, known)
        assert [distance for _, distance in trust.nearest] == pytest.approx([share for _, share in expected], abs=2e-6)
        assert len({code for code, _ in trust.nearest} - {own.code}) == 10
