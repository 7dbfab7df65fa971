"""Benchmark runs: who was compared with whom, on what, by which rule. One run a collection is live; frozen ones never change.

The database refuses to change or remove anything of a frozen run (see the migration), so that a signed document never shifts.
"""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from benchmarks.defining.publications import publication_words
from footprints.access import trusts_visible_to
from footprints.models import Trust, TrustType, User
from submissions.models import Collection, Return, Submission

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class BenchmarkRunQuerySet(models.QuerySet["BenchmarkRun"]):
    """Runs, narrowed."""

    def frozen(self) -> "BenchmarkRunQuerySet":
        """Those with a number, the newest first."""
        return self.filter(number__isnull=False).order_by("-number")

    def live(self) -> "BenchmarkRunQuerySet":
        """Those that follow the returns as they come in, and those of published figures."""
        return self.filter(is_live=True)


class BenchmarkRun(models.Model):
    """One comparison of all trusts: live (provisional, and replaced as returns come in) or frozen under a number."""

    template = models.CharField(max_length=30, help_text="The template, or eric or staff for published figures")
    year = models.CharField(max_length=7)
    collection = models.ForeignKey(
        Collection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="benchmark_runs",
        help_text="None for published figures",
    )
    is_live = models.BooleanField(default=False)
    number = models.PositiveIntegerField(null=True, blank=True, unique=True, help_text="Given when it is frozen")
    purpose = models.CharField(max_length=200, blank=True, help_text="What it was frozen for")
    computed_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="When a newer live run took its place")
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    based_on = models.CharField(
        max_length=64, blank=True, help_text="Digest of the files, disputes and definitions it was worked out from"
    )
    quantile_rule = models.CharField(max_length=100)
    code_version = models.CharField(max_length=64, help_text="Digest of the code that worked it out")
    definitions = models.JSONField(default=list, help_text="The metric definitions as they were")
    illustrative = models.BooleanField(default=False)

    objects = BenchmarkRunQuerySet.as_manager()

    if TYPE_CHECKING:
        trusts: RelatedManager["RunTrust"]
        quantiles: RelatedManager["RunQuantiles"]

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["collection"], condition=Q(is_live=True), name="one_live_run_per_collection"
            ),
            models.UniqueConstraint(
                fields=["template", "year"],
                condition=Q(is_live=True, collection=None),
                name="one_live_run_per_published_year",
            ),
            models.CheckConstraint(
                condition=Q(number=None, frozen_by=None, frozen_at=None)
                | Q(number__isnull=False, frozen_by__isnull=False, frozen_at__isnull=False, is_live=False),
                name="run_frozen_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.number}" if self.number else f"Live run of {self.collection or self.template}"

    @property
    def is_published(self) -> bool:
        """Whether it holds figures that others published, not returns."""
        return self.collection_id is None

    @property
    def publication(self) -> str:
        """Whose published figures it holds, and of when; empty for a run of returns."""
        return publication_words(self.template, self.year) if self.is_published else ""


class RunTrustQuerySet(models.QuerySet["RunTrust"]):
    """Trusts of runs, narrowed."""

    def visible_to(self, user: User) -> "RunTrustQuerySet":
        """Those that this person may see by name."""
        return self.filter(trust__in=trusts_visible_to(user, "see_benchmarks"))


class RunTrust(models.Model):
    """One trust as a run found it. Trusts that owe a return and have none are there too, and say why."""

    run = models.ForeignKey(BenchmarkRun, on_delete=models.CASCADE, related_name="trusts")
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    trust_type = models.CharField(max_length=20, choices=TrustType.choices)
    region = models.CharField(max_length=20)
    footprints = models.JSONField(default=list, help_text="ONS codes of the footprints it belonged to")
    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The file on record; none without one, and for published figures",
    )
    is_signed = models.BooleanField(default=False)
    is_clean = models.BooleanField(default=False, help_text="Its file on record has no warning, explained or not")
    absent = models.CharField(
        max_length=100, blank=True, help_text="Why it is not in the population, such as: no return"
    )
    income = models.DecimalField(
        max_digits=20, decimal_places=2, null=True, blank=True, help_text="Patient-care income, pounds"
    )
    descriptors = models.JSONField(
        default=dict, help_text="What makes trusts alike: income, wte, sites, floor_area, london, pfi; never costs"
    )
    nearest = models.JSONField(
        default=list, blank=True, help_text="The nearest ten, each [ODS code, distance]; kept in frozen runs"
    )

    objects = RunTrustQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "trust"], name="trust_once_in_a_run")]

    def __str__(self) -> str:
        return f"{self.trust} in {self.run}"


class PeerGroup(models.Model):
    """Trusts that are compared with one another on a metric. A trust's peers are the others of its group."""

    run = models.ForeignKey(BenchmarkRun, on_delete=models.CASCADE, related_name="peer_groups")
    metric = models.CharField(max_length=12)
    key = models.CharField(max_length=60)
    words = models.CharField(max_length=200, help_text="Who they are, for one of them")
    codes = models.JSONField(help_text="ODS codes, in order")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "metric", "key"], name="peer_group_once")]

    def __str__(self) -> str:
        return f"{self.metric}: {self.words}"


class RunValueQuerySet(models.QuerySet["RunValue"]):
    """Values of runs, narrowed."""

    def visible_to(self, user: User) -> "RunValueQuerySet":
        """Those of the trusts that this person may see by name."""
        return self.filter(run_trust__trust__in=trusts_visible_to(user, "see_benchmarks"))

    def counted(self) -> "RunValueQuerySet":
        """Those in the distribution."""
        return self.filter(counted=True)


class RunValue(models.Model):
    """One metric of one trust in a run: its value and what it was made from, or why there is none."""

    run = models.ForeignKey(BenchmarkRun, on_delete=models.CASCADE, related_name="values")
    run_trust = models.ForeignKey(RunTrust, on_delete=models.CASCADE, related_name="values")
    metric = models.CharField(max_length=12)
    status = models.CharField(max_length=20)
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    value = models.DecimalField(max_digits=40, decimal_places=20, null=True)
    relevant_pay = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    opportunity_volume = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    reason = models.TextField(blank=True, help_text="Why there is no value")
    counted = models.BooleanField(help_text="Whether it is in the distribution")
    disputed = models.BooleanField(default=False, help_text="It would be, were it not disputed")
    left_out = models.TextField(blank=True, help_text="Why a value is not in the distribution, such as a dispute")

    objects = RunValueQuerySet.as_manager()

    if TYPE_CHECKING:
        standing: "Standing"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run_trust", "metric"], name="run_value_once"),
            models.CheckConstraint(
                condition=Q(status="calculable", value__isnull=False)
                | (~Q(status="calculable") & Q(value__isnull=True)),
                name="run_value_where_calculable",
            ),
            models.CheckConstraint(
                condition=Q(counted=False) | Q(value__isnull=False, left_out=""), name="run_value_counted_or_left_out"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "metric"], name="run_value_by_metric")]

    def __str__(self) -> str:
        return f"{self.metric} of {self.run_trust}"


class RunQuantiles(models.Model):
    """How the counted values of one metric lie, in one scope: nation, one type of trust, or all that are not acute.

    Every figure is kept where there is a value at all; who may be shown which is asked when it is shown.
    """

    run = models.ForeignKey(BenchmarkRun, on_delete=models.CASCADE, related_name="quantiles")
    metric = models.CharField(max_length=12)
    scope = models.CharField(max_length=20)
    n = models.PositiveIntegerField()
    disputed = models.PositiveIntegerField(default=0, help_text="Values left out because somebody disputes them")
    expected = models.PositiveIntegerField(help_text="Returns that are owed by trusts the metric is for")
    minimum = models.DecimalField(max_digits=40, decimal_places=24, null=True)
    p10 = models.DecimalField(max_digits=40, decimal_places=24, null=True)
    p25 = models.DecimalField(max_digits=40, decimal_places=24, null=True)
    median = models.DecimalField(max_digits=40, decimal_places=24, null=True)
    p75 = models.DecimalField(max_digits=40, decimal_places=24, null=True)
    p90 = models.DecimalField(max_digits=40, decimal_places=24, null=True)
    maximum = models.DecimalField(max_digits=40, decimal_places=24, null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "metric", "scope"], name="run_quantiles_once")]

    def __str__(self) -> str:
        return f"{self.metric}, {self.scope}, {self.run}"


class Standing(models.Model):
    """Where a counted value stands in its run, and what the gap is worth, pounds a year; None where pounds say nothing."""

    value = models.OneToOneField(RunValue, on_delete=models.CASCADE, related_name="standing", primary_key=True)
    run = models.ForeignKey(BenchmarkRun, on_delete=models.CASCADE, related_name="standings")
    rank = models.PositiveIntegerField(help_text="1 is best; for a neutral metric, lowest")
    equal = models.PositiveIntegerField(help_text="How many hold this value, itself counted")
    n = models.PositiveIntegerField()
    percentile = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="Mid-rank, 0 to 100, by size")
    band = models.PositiveSmallIntegerField(null=True, help_text="Quartile band from the national bounds, 1 best")
    peer_group = models.ForeignKey(PeerGroup, on_delete=models.CASCADE, null=True, related_name="+")
    peer_median = models.DecimalField(max_digits=40, decimal_places=24, null=True, help_text="Of the others")
    to_median = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    to_peer_median = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    to_stretch = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    stretch_scope = models.CharField(max_length=20, blank=True, help_text="Whose best quarter the stretch is")
    outlier_score = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    is_outlier = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["run"], condition=Q(is_outlier=True), name="standing_outlier")]

    def __str__(self) -> str:
        return f"{self.value}: {self.rank} of {self.n}"
