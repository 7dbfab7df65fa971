"""Reading runs: the one way by which pages and exports come to values, quantiles and standings.

Find the run (`live_runs`, `find_run`), then read of it what a page is about (`read_runs`): three queries, whatever the number of runs
and the size of England. Who may be shown which quantiles is asked of `Reading.distribution`, and who may be named of `names_all`.
"""

import json
from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.arithmetic.stretch import Scope
from benchmarks.defining.registry import metrics
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, RunQuantiles, RunTrust, RunValue, Standing
from benchmarks.queries.run_quantiles import as_distribution
from footprints.access import may
from footprints.models import TrustQuerySet, User
from submissions.models import Collection

_OfRun = TypeVar("_OfRun", RunTrust, RunValue, RunQuantiles)


@dataclass(frozen=True)
class Reading:
    """What was read of one run: some or all of its trusts, and some or all of its metrics."""

    run: BenchmarkRun
    metrics: tuple[Metric, ...]
    """In the order of lists; as they were when the run was frozen, or as they are."""
    trusts: tuple[RunTrust, ...]
    """By name; those without a return among them."""
    values: Mapping[tuple[int, str], RunValue]
    """By the key of the run's trust and the metric's id."""
    quantiles: Mapping[tuple[str, str], RunQuantiles]
    """By the metric's id and the scope."""

    @cached_property
    def by_id(self) -> Mapping[str, Metric]:
        """The metrics by their id."""
        return {metric.id: metric for metric in self.metrics}

    def value(self, trust: RunTrust, metric: Metric) -> RunValue | None:
        """What the metric comes to at a trust; None where the trust has no return, or was measured before there was the metric."""
        return self.values.get((trust.pk, metric.id))

    def standing(self, trust: RunTrust, metric: Metric) -> Standing | None:
        """Where the trust stands; None where its value is not in the distribution."""
        value = self.value(trust, metric)
        return standing_of(value) if value is not None else None

    def distribution(self, metric: Metric, scope: Scope = "national", *, named: bool = False) -> Distribution:
        """How the values of a metric lie in a scope; without `named` for a reader who may not see every trust by name."""
        row = self.quantiles.get((metric.id, scope))
        if row is None:
            return Distribution(0)
        found = as_distribution(row)
        return found if named else found.without_names()

    def expected(self, metric: Metric, scope: Scope = "national") -> int:
        """How many returns are owed by trusts that the metric is for."""
        row = self.quantiles.get((metric.id, scope))
        return row.expected if row else 0

    def disputed(self, metric: Metric, scope: Scope = "national") -> int:
        """How many values are left out because somebody disputes them."""
        row = self.quantiles.get((metric.id, scope))
        return row.disputed if row else 0


def standing_of(value: RunValue) -> Standing | None:
    """Where a value stands that was read with its standing; None where it is not in the distribution."""
    return getattr(value, "standing", None)


def names_all(person: User, run: BenchmarkRun) -> bool:
    """Whether the person may see every trust of a run by name, and with that its lowest and highest values.

    Published figures are public. Of returns only NHS Improvement's national roles see all.
    """
    return run.is_published or may(person, "see_national")


def live_runs(templates: Some[str] = ()) -> list[BenchmarkRun]:
    """The live run of the newest round of each template that has one, or only of some templates; pilots are left out. One query."""
    newest = Collection.objects.rounds().filter(benchmark_runs__is_live=True).order_by("template", "-opens_date", "-pk")
    if templates:
        newest = newest.filter(template__in=templates)
    runs = BenchmarkRun.objects.live().filter(collection__in=newest.distinct("template").values("pk"))
    return list(runs.select_related("collection").defer("definitions").order_by("template"))


def live_run_of(collection: Collection) -> BenchmarkRun | None:
    """The live run of one collection, a pilot's too; None until its first return has been measured."""
    return BenchmarkRun.objects.live().filter(collection=collection).defer("definitions").first()


def find_run(number: int) -> BenchmarkRun | None:
    """A frozen run by its number."""
    return BenchmarkRun.objects.frozen().select_related("collection").filter(number=number).first()


def metrics_of(run: BenchmarkRun) -> tuple[Metric, ...]:
    """The metrics of a run: as they were when it was frozen, or as they are. Of published figures some have one year only."""
    if run.number is None and not run.is_published:
        return metrics(run.template)
    return _kept_definitions(json.dumps(run.definitions))


def read_runs(
    runs: Sequence[BenchmarkRun],
    trusts: TrustQuerySet | None = None,
    metric_ids: Some[str] = (),
) -> list[Reading]:
    """What pages show of some runs: these trusts (all when None) and these metrics (all when none are named). Three queries."""
    of = RunTrust.objects.filter(run__in=runs).select_related("trust")
    if trusts is not None:
        of = of.filter(trust__in=trusts)
    values = RunValue.objects.filter(run__in=runs).select_related("standing")
    quantiles = RunQuantiles.objects.filter(run__in=runs)
    if metric_ids:
        values, quantiles = values.filter(metric__in=metric_ids), quantiles.filter(metric__in=metric_ids)
    listed = _by_run(of.order_by("trust__name"))
    if trusts is not None:
        values = values.filter(run_trust__in=[trust.pk for each in listed.values() for trust in each])
    found, bounds = _by_run(values), _by_run(quantiles)
    return [
        Reading(
            run=run,
            metrics=tuple(metric for metric in metrics_of(run) if not metric_ids or metric.id in metric_ids),
            trusts=tuple(listed[run.pk]),
            values={(value.run_trust_id, value.metric): value for value in found[run.pk]},
            quantiles={(row.metric, row.scope): row for row in bounds[run.pk]},
        )
        for run in runs
    ]


def _by_run(rows: "Iterable[_OfRun]") -> "Mapping[int, list[_OfRun]]":
    found: dict[int, list[_OfRun]] = defaultdict(list)
    for row in rows:
        found[row.run_id].append(row)
    return found


@lru_cache(maxsize=20)
def _kept_definitions(definitions: str) -> tuple[Metric, ...]:
    return tuple(Metric.model_validate_json(json.dumps(definition)) for definition in json.loads(definitions))
