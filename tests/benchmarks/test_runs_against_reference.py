"""Every figure that a run stores, against a second implementation that is slow and obvious."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from benchmarks.actions import refresh_live
from benchmarks.defining.registry import metrics
from benchmarks.models import Dispute, RunQuantiles, RunValue
from footprints.models import TrustType
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, TrustFactory, UserFactory
from tests.reference.runs import Given, Rule, expected_of, in_scope, type_7

pytestmark = pytest.mark.django_db

SHOWN = ("M03", "M11", "M13", "M15", "M24")
"""One of each kind: additive, neutral, output per WTE, a share that should be high, a driver."""


def scene(seed: int) -> tuple[object, list[str]]:
    """Some forty trusts of every type, with ties, gaps, disputes and unknown incomes."""
    draw = random.Random(seed)
    collection = CollectionFactory()
    kinds = draw.choices(TrustType.values, weights=[18, 4, 9, 6, 3], k=40)
    for kind in kinds:
        values: dict[str, Decimal | int | str] = {}
        for metric in SHOWN:
            values[metric] = (
                "Not given: something." if draw.random() < 0.1 else Decimal(draw.randint(1, 40)) * Decimal("7.3")
            )
        income = Decimal(draw.choice([90, 149, 150, 250, 299, 300, 450, 600, 601, 900])) * 1000
        file = on_record(collection, values, trust=TrustFactory(trust_type=kind), income=income)
        if draw.random() < 0.08:
            Dispute.objects.create(
                return_record=file.return_record, metric="M03", reason="Counted twice", marked_by=UserFactory()
            )
    return collection, kinds


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_stored_figure(seed: int) -> None:
    collection, _ = scene(seed)
    run = refresh_live(collection, anyway=True)  # type: ignore[arg-type]
    assert run is not None
    by_id = {metric.id: metric for metric in metrics("back_office")}
    checked = 0
    for metric_id in SHOWN:
        metric = by_id[metric_id]
        rows = list(
            RunValue.objects.counted()
            .filter(run=run, metric=metric_id)
            .select_related("run_trust__trust", "standing__peer_group")
        )
        everyone = [
            Given(
                row.run_trust.trust.ods_code,
                row.run_trust.trust_type,
                row.run_trust.income,
                row.value or Decimal(0),
                row.numerator or Decimal(0),
                row.denominator or Decimal(1),
                row.relevant_pay,
            )
            for row in rows
        ]
        rule = Rule(metric.direction, metric.opportunity, metric.scale)
        for given, row in zip(everyone, rows, strict=True):
            expected, standing = expected_of(given, everyone, rule), row.standing
            assert (standing.rank, standing.equal, standing.n) == (expected.rank, expected.equal, len(everyone))
            assert expected.percentile is not None
            assert abs(Fraction(standing.percentile) - expected.percentile) <= Fraction(1, 2_000_000)
            assert standing.band == expected.band
            assert set(standing.peer_group.codes) - {given.code} == expected.peers
            assert (None if standing.peer_median is None else Fraction(standing.peer_median)) == expected.peer_median
            assert (standing.to_median, standing.to_peer_median, standing.to_stretch, standing.stretch_scope) == (
                expected.to_median,
                expected.to_peer_median,
                expected.to_stretch,
                expected.stretch_scope,
            ), (metric_id, given)
            checked += 1
        for scope in ("national", "non_acute", *metric.population):
            row = RunQuantiles.objects.get(run=run, metric=metric_id, scope=scope)
            values = [one.value for one in in_scope(everyone, scope)]
            assert row.n == len(values)
            if values:
                for name, p in (("p10", 10), ("p25", 25), ("median", 50), ("p75", 75), ("p90", 90)):
                    assert Fraction(getattr(row, name)) == type_7(values, Fraction(p, 100)), (metric_id, scope, name)
    assert checked > 150
