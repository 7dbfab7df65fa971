"""The mix-adjusted index in a run: worked out from the medians of the same run, and against a second implementation."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from benchmarks.actions import refresh_live
from benchmarks.models import Dispute, RunQuantiles, RunValue
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    MetricValueFactory,
    ReturnFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)
from tests.reference.runs import mix_index, penny

pytestmark = pytest.mark.django_db

DISCIPLINES = ("P02-PBC", "P02-PHA", "P02-PMI", "P02-PCE", "P02-PIM")
Own = dict[str, tuple[Decimal, Decimal]]


def laboratories(number: int, seed: int) -> tuple[object, dict[str, Own]]:
    """Trusts with cost (£000) and volume in most disciplines; immunology at four only, which is too few for a median."""
    draw = random.Random(seed)
    collection = CollectionFactory(template="pathology", version="2016.1")
    own: dict[str, Own] = {}
    for place in range(number):
        trust = TrustFactory(trust_type="acute" if place % 3 else "specialist")
        now = timezone.now()
        file = SubmissionFactory(
            return_record=ReturnFactory(collection=collection, trust=trust), state=State.ACCEPTED, loaded_at=now,
            measured_at=now, template="pathology", version="2016.1",
        )  # fmt: skip
        own[trust.ods_code] = {}
        for metric in DISCIPLINES:
            if draw.random() < 0.15 or (metric == "P02-PIM" and place >= 4):
                MetricValueFactory(
                    submission=file, metric=metric, status="not_applicable", reason="Not applicable at this trust.",
                    numerator=None, denominator=None, value=None, opportunity_volume=None,
                )  # fmt: skip
                continue
            cost, volume = Decimal(draw.randint(200, 4000)), Decimal(draw.randint(100_000, 900_000))
            MetricValueFactory(
                submission=file, metric=metric, numerator=cost, denominator=volume, value=cost * 1000 / volume
            )  # fmt: skip
            if metric == "P02-PBC" and place == 5:
                Dispute.objects.create(
                    return_record=file.return_record, metric=metric, reason="Counts analytes", marked_by=UserFactory()
                )
            else:
                own[trust.ods_code][metric] = (cost, volume)
    return collection, own


@pytest.mark.parametrize("seed", [4, 5])
def test_the_index_of_every_trust(seed: int) -> None:
    collection, own = laboratories(20, seed)
    run = refresh_live(collection, anyway=True)  # type: ignore[arg-type]
    values = RunValue.objects.filter(run=run, metric="P01").select_related("run_trust__trust", "standing")
    assert len(values) == 20
    for row in values:
        mine = own[row.run_trust.trust.ods_code]
        expected = mix_index(mine, list(own.values()))
        if expected is None:
            assert row.value is None
            assert row.reason
            continue
        assert row.value is not None
        assert abs(Fraction(row.value) - expected) < Fraction(1, 10**6), "expected cost is kept to six decimals of £000"
        assert row.numerator is not None
        assert row.denominator is not None
        worth = max(Fraction(0), Fraction(row.numerator) - Fraction(row.denominator)) * 1000
        assert abs(row.standing.to_median - penny(worth)) <= Decimal("0.01"), "at 100, not at the median of the index"
    assert RunQuantiles.objects.get(run=run, metric="P01", scope="national").n == sum(
        mix_index(mine, list(own.values())) is not None for mine in own.values()
    )


def test_too_few_for_a_median_leave_the_discipline_out_of_both_sums() -> None:
    collection, own = laboratories(12, 6)
    run = refresh_live(collection, anyway=True)  # type: ignore[arg-type]
    with_it = [code for code, mine in own.items() if "P02-PIM" in mine]
    assert with_it
    for code in with_it:
        row = RunValue.objects.get(run=run, metric="P01", run_trust__trust__ods_code=code)
        costs = sum((cost for metric, (cost, _) in own[code].items() if metric != "P02-PIM"), start=Decimal(0))
        assert row.numerator == costs
