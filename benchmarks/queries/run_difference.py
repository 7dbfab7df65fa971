"""What differs between two runs, as one person may see it: of trusts the person may not see by name only the national figures."""

from collections.abc import Collection as Some
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from benchmarks.arithmetic.headline import part_of
from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.arithmetic.run_difference import (
    Contents,
    Difference,
    FootprintMoved,
    Held,
    Inside,
    ValueChange,
    difference,
)
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, RunQuantiles, RunTrust, RunValue, Standing
from benchmarks.queries.run_pages import definition_digest
from benchmarks.queries.run_quantiles import NATIONAL, as_distribution
from benchmarks.queries.runs import metrics_of, names_all
from footprints.models import Footprint, User

MOST_SHOWN = 200
"""More changed values than these are counted and not listed."""


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """The difference report between two runs."""

    difference: Difference
    metrics: Mapping[str, Metric]
    names: Mapping[str, str]
    """Of the trusts that the reader may see by name, by ODS code."""
    footprints: Mapping[str, str]
    """Names of the footprints that the reader may see, by ONS code."""
    names_all: bool
    same_code: bool

    @property
    def shown(self) -> tuple[ValueChange, ...]:
        """The changed values that are listed."""
        return self.difference.values[:MOST_SHOWN]

    def named(self, codes: Some[str]) -> list[str]:
        """The names of those of some trusts that the reader may see, in order."""
        return sorted(self.names[code] for code in codes if code in self.names)

    @property
    def footprints_moved(self) -> list[tuple[str, FootprintMoved]]:
        """Footprints the reader may see, with their opportunity in both runs, by name."""
        moved = [item for item in self.difference.footprints if item.ons_code in self.footprints]
        return sorted(((self.footprints[item.ons_code], item) for item in moved), key=lambda pair: pair[0])


def run_difference_page(person: User, old: BenchmarkRun, new: BenchmarkRun) -> DifferencePage:
    """What differs from the old run to the new one, for this person."""
    everybody = names_all(person, old)
    seen = None if everybody else _visible(person, (old, new))
    metrics = {metric.id: metric for run in (old, new) for metric in metrics_of(run)}
    # Estates are divided by floor area, and are never added to what is divided by income.
    summed = [metric for metric in metrics.values() if metric.counted == "additive" and part_of(metric) != "estates"]
    additive = [metric.id for metric in summed]
    names: dict[str, str] = {}
    before, after = (_contents(run, seen, additive, names, named=everybody) for run in (old, new))
    return DifferencePage(
        difference=difference(before, after),
        metrics=metrics,
        names=names,
        footprints=dict(Footprint.objects.visible_to(person).values_list("ons_code", "name")),
        names_all=everybody,
        same_code=old.code_version == new.code_version,
    )


def _visible(person: User, runs: Some[BenchmarkRun]) -> list[int]:
    trusts = RunTrust.objects.visible_to(person).filter(run__in=runs)
    return list(trusts.values_list("pk", flat=True))


def _contents(
    run: BenchmarkRun, seen: list[int] | None, additive: list[str], names: dict[str, str], *, named: bool
) -> Contents:
    """What the run holds; values and names only of the trusts that are seen, all of them when None."""
    sums = Standing.objects.filter(run=run, value__metric__in=additive).values_list("value__run_trust_id")
    opportunity = dict(sums.annotate(total=Sum("to_median")).exclude(total=None))
    trusts: dict[str, Inside] = {}
    for trust in RunTrust.objects.filter(run=run).select_related("trust", "submission").defer("submission__reading"):
        trusts[trust.trust.ods_code] = Inside(
            file=trust.submission.reference if trust.submission else "",
            absent=trust.absent,
            footprints=tuple(trust.footprints),
            opportunity=opportunity.get(trust.pk, Inside().opportunity),
        )
        if seen is None or trust.pk in seen:
            names[trust.trust.ods_code] = trust.trust.name
    return Contents(
        trusts=trusts,
        values=_values(run, seen),
        distributions=_distributions(run, named=named),
        definitions={str(definition["id"]): definition_digest(definition) for definition in run.definitions},
    )


def _values(run: BenchmarkRun, seen: list[int] | None) -> Mapping[tuple[str, str], Held]:
    rows = RunValue.objects.filter(run=run)
    if seen is not None:
        rows = rows.filter(run_trust__in=seen)
    columns = ("run_trust__trust__ods_code", "metric", "value", "counted", "reason", "left_out", "standing__to_median")
    return {
        (code, metric): Held(value, counted, reason or left_out, to_median)
        for code, metric, value, counted, reason, left_out, to_median in rows.values_list(*columns)
    }


def _distributions(run: BenchmarkRun, *, named: bool) -> Mapping[str, Distribution]:
    found = {
        row.metric: as_distribution(row) for row in RunQuantiles.objects.filter(run=run, scope=NATIONAL)
    }  # fmt: skip
    return found if named else {metric: distribution.without_names() for metric, distribution in found.items()}
