"""Benchmark runs and what they hold. Rows are added while a run has no number: of a frozen run nothing can change."""

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from benchmarks.models import BenchmarkRun, Dispute, PeerGroup, RunQuantiles, RunTrust, RunValue, Standing
from tests.factories.organisations import TrustFactory, UserFactory
from tests.factories.returns import CollectionFactory, ReturnFactory


class BenchmarkRunFactory(DjangoModelFactory):
    """The live run of a back-office round. `frozen=True` gives it a number, and then nothing can be added to it."""

    class Meta:
        model = BenchmarkRun

    class Params:
        frozen = factory.Trait(
            is_live=False,
            number=factory.Sequence(lambda n: n + 1),
            purpose="The STP board of January 2017",
            frozen_by=factory.SubFactory(UserFactory),
            frozen_at=factory.LazyFunction(timezone.now),
        )
        published = factory.Trait(collection=None, template="eric", year="2015/16")

    collection = factory.SubFactory(CollectionFactory)
    template = factory.LazyAttribute(lambda made: made.collection.template)
    year = factory.LazyAttribute(lambda made: made.collection.year)
    is_live = True
    quantile_rule = "Hyndman and Fan type 7, as QUARTILE.INC in Excel"
    code_version = "c" * 64
    illustrative = factory.LazyAttribute(lambda made: bool(made.collection and made.collection.illustrative))


class RunTrustFactory(DjangoModelFactory):
    """A trust in the population of a run, of £200m income."""

    class Meta:
        model = RunTrust

    run = factory.SubFactory(BenchmarkRunFactory)
    trust = factory.SubFactory(TrustFactory)
    trust_type = factory.LazyAttribute(lambda made: made.trust.trust_type)
    region = factory.LazyAttribute(lambda made: made.trust.region)
    income = Decimal(200_000_000)


class PeerGroupFactory(DjangoModelFactory):
    """Acute trusts of £150m to £300m."""

    class Meta:
        model = PeerGroup

    run = factory.SubFactory(BenchmarkRunFactory)
    metric = "M03"
    key = factory.Sequence(lambda n: f"acute-{n}")
    words = "acute trusts with an income of £150m to £300m"
    codes = factory.LazyFunction(list)


class RunValueFactory(DjangoModelFactory):
    """Finance cost of £1,000k over £200m income: £500k per £100m, counted. `value=None` needs a status, a reason and `counted=False`."""

    class Meta:
        model = RunValue

    run_trust = factory.SubFactory(RunTrustFactory)
    run = factory.SelfAttribute("run_trust.run")
    metric = "M03"
    status = "calculable"
    numerator = Decimal(1000)
    denominator = Decimal(200_000)
    value = factory.LazyAttribute(lambda made: made.numerator * 100_000 / made.denominator)
    opportunity_volume = factory.LazyAttribute(lambda made: made.denominator)
    counted = True


class RunQuantilesFactory(DjangoModelFactory):
    """How forty values of the finance cost lie in England."""

    class Meta:
        model = RunQuantiles

    run = factory.SubFactory(BenchmarkRunFactory)
    metric = "M03"
    scope = "national"
    n = 40
    expected = 44
    minimum = Decimal(100)
    p10 = Decimal(200)
    p25 = Decimal(300)
    median = Decimal(400)
    p75 = Decimal(500)
    p90 = Decimal(600)
    maximum = Decimal(700)


class StandingFactory(DjangoModelFactory):
    """The 30th of 40, in the third quarter, £200,000 above the median."""

    class Meta:
        model = Standing

    value = factory.SubFactory(RunValueFactory)
    run = factory.SelfAttribute("value.run")
    rank = 30
    equal = 1
    n = 40
    percentile = Decimal("74.358974")
    band = 3
    peer_group = factory.SubFactory(PeerGroupFactory, run=factory.SelfAttribute("..run"))
    peer_median = Decimal(420)
    to_median = Decimal(200_000)
    to_peer_median = Decimal(160_000)
    to_stretch = Decimal(400_000)
    stretch_scope = "acute"


class DisputeFactory(DjangoModelFactory):
    """A value that somebody marked, and nobody has lifted."""

    class Meta:
        model = Dispute

    return_record = factory.SubFactory(ReturnFactory)
    metric = "M03"
    reason = "The pay of a shared service is counted twice."
    marked_by = factory.SubFactory(UserFactory)
