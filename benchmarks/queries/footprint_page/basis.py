"""Which runs a footprint's page rests on, and what was read of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from benchmarks.arithmetic.headline import Aim, Counted, part_of
from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, RunTrust, RunValue
from benchmarks.queries.runs import Reading, find_run, metrics_of, names_all, read_runs, standing_of
from benchmarks.words import short_name
from footprints.access import trusts_visible_to
from footprints.models import Footprint, Trust, TrustQuerySet, User
from submissions.models import Collection
from templates_app import registry as templates


class NoSuchRun(LookupError):
    """There is no frozen run of a round with this number."""


@dataclass(frozen=True)
class Basis:
    """The runs of a page, at most one a template, as far as they are about the footprint's trusts and the metrics of its page."""

    footprint: Footprint
    readings: tuple[Reading, ...]
    named: bool
    """Whether the reader may see every trust of England by name, and with that the ends of distributions."""
    frozen: tuple[BenchmarkRun, ...] = ()
    """The frozen runs that the page could be about, the newest first; without their definitions."""

    @property
    def runs(self) -> list[BenchmarkRun]:
        """In the order of their templates."""
        return [reading.run for reading in self.readings]

    @property
    def is_frozen(self) -> bool:
        """Whether the page is about frozen runs."""
        return any(run.number is not None for run in self.runs)

    @cached_property
    def trusts(self) -> tuple[Trust, ...]:
        """The footprint's trusts in any of the runs, by name."""
        found = {trust.trust.pk: trust.trust for reading in self.readings for trust in reading.trusts}
        return tuple(sorted(found.values(), key=lambda trust: trust.name))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Short names by ODS code."""
        return {trust.ods_code: short_name(trust.name) for trust in self.trusts}

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The short names of trusts that belong to other footprints too; they are counted in each."""
        several = {
            trust.trust.ods_code for reading in self.readings for trust in reading.trusts if len(trust.footprints) > 1
        }
        return tuple(name for code, name in self.names.items() if code in several)

    def distribution(self, reading: Reading, metric: Metric) -> Distribution:
        """How a metric's values lie in England, as far as the reader may see it."""
        return reading.distribution(metric, named=self.named)

    def metric(self, metric_id: str) -> tuple[Reading, Metric] | None:
        """A metric by its id with the reading that holds it; None where no run has it."""
        return next(
            ((reading, reading.by_id[metric_id]) for reading in self.readings if metric_id in reading.by_id), None
        )

    def counted(self) -> list[Counted]:
        """Every counted value of the footprint's trusts on the metrics of the headline, as the runs hold them."""
        return [
            Counted(trust.trust.ods_code, metric, value.numerator, self.gaps(reading, metric, value), trust.is_clean, trust.is_signed)
            for reading, trust, metric, value in self.values()
            if value.counted and part_of(metric)
        ]  # fmt: skip

    def values(self) -> Iterable[tuple[Reading, RunTrust, Metric, RunValue]]:
        """Every value of the footprint's trusts, counted or not."""
        for reading in self.readings:
            for trust in reading.trusts:
                for metric in reading.metrics:
                    if (value := reading.value(trust, metric)) is not None:
                        yield reading, trust, metric, value

    def gaps(self, reading: Reading, metric: Metric, value: RunValue) -> Mapping[Aim, Decimal | None]:
        """What the gaps of a value are worth by benchmark; the best quarter only where the reader may see that quarter."""
        standing = standing_of(value)
        if standing is None:
            return {}
        scope = reading.quantiles.get((metric.id, standing.stretch_scope))
        quarter = reading.distribution(metric, scope.scope, named=self.named) if scope else Distribution(0)  # type: ignore[arg-type]
        seen = quarter.best_quartile(metric.direction) is not None
        return {
            "median": standing.to_median,
            "peer_median": standing.to_peer_median,
            "stretch": standing.to_stretch if seen else None,
        }


def function_title(metric: Metric) -> str:
    """What a metric's function is called in the template: "Payroll"; the template's own name where the function is all of it."""
    definition = templates.get(metric.template)
    if metric.method == "mix_adjusted":
        return definition.title
    return definition.group_titles.get(metric.function, metric.name)


def basis_of(footprint: Footprint, person: User, numbers: Sequence[int] = ()) -> Basis:
    """The live runs, or the frozen ones with these numbers, the last of each template. NoSuchRun for any that is not there, and for a
    pilot's: the few trusts of a pilot are no England.

    Four queries when live. Of a frozen run the trusts are those that belonged to the footprint then, as far as the person may see them.
    """
    listed = _runs_of_rounds()
    frozen = tuple(run for run in listed if run.number is not None)
    runs = _chosen(frozen, numbers) if numbers else _newest_live(listed)
    trusts = _trusts_then(footprint, person, runs) if numbers else Trust.objects.in_footprint(footprint)
    wanted = [metric.id for run in runs for metric in metrics_of(run) if is_shown(metric)]
    readings = read_runs(runs, trusts, wanted) if wanted else []
    return Basis(footprint, tuple(readings), all(names_all(person, run) for run in runs), frozen)


def is_shown(metric: Metric) -> bool:
    """Whether a metric stands on the page: what is added up, what it is held against, and Carter's line."""
    return metric.counted in ("additive", "top_down", "target_only")


def _runs_of_rounds() -> list[BenchmarkRun]:
    """The live and the frozen runs of all rounds, the newest frozen first; one query for what to show and what there is to choose from."""
    runs = BenchmarkRun.objects.filter(collection__purpose=Collection.Purpose.ROUND)
    runs = runs.live() | runs.filter(number__isnull=False)
    return list(runs.select_related("collection").defer("definitions").order_by("-number"))


def _newest_live(listed: Sequence[BenchmarkRun]) -> list[BenchmarkRun]:
    """The live run of the newest round of each template, in the order of templates."""
    newest: dict[str, tuple[date, int, BenchmarkRun]] = {}
    for run in listed:
        if run.number is None and run.collection is not None:
            found = (run.collection.opens_date, run.collection.pk, run)
            newest[run.template] = max(newest.get(run.template, found), found, key=lambda item: item[:2])
    return [newest[template][2] for template in sorted(newest)]


def _chosen(frozen: Sequence[BenchmarkRun], numbers: Sequence[int]) -> list[BenchmarkRun]:
    known = {run.number for run in frozen}
    found: dict[str, BenchmarkRun] = {}
    for number in numbers:
        run = find_run(number) if number in known else None
        if run is None:
            raise NoSuchRun(f"There is no run {number}.")
        found[run.template] = run
    return [found[template] for template in sorted(found)]


def _trusts_then(footprint: Footprint, person: User, runs: Sequence[BenchmarkRun]) -> TrustQuerySet:
    members = RunTrust.objects.filter(run__in=runs, footprints__contains=[footprint.ons_code])
    return trusts_visible_to(person, "see_benchmarks").filter(pk__in=members.values("trust"))
