"""What the national page rests on: one run, and the trusts of it that a person looks after for England or a region."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from benchmarks.arithmetic.headline import part_of
from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.arithmetic.stretch import Scope
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, RunTrust, Standing
from benchmarks.queries.run_pages import frozen_runs_of
from benchmarks.queries.runs import Reading, find_run, live_runs, names_all, read_runs
from footprints.access import roles_of
from footprints.models import Footprint, Trust, User
from submissions.queries.national import overseen_place, oversees
from submissions.stages import NOT_EXPECTED, STAGE_WORDS


class NoSuchRun(LookupError):
    """There is no frozen run of returns with this number."""


@dataclass(frozen=True)
class NationalBasis:
    """One run, what a person may see of it by name, and how its values lie in England."""

    run: BenchmarkRun
    person: User
    place: str
    """What the person looks after: "England", or the regions."""
    named: bool
    """Whether the reader may see every trust of England by name, and with that the ends of distributions."""
    reading: Reading
    """The run's metrics and quantiles; no trust and no value."""
    templates: tuple[BenchmarkRun, ...]
    """The live run of each template: where else the page can be opened."""
    frozen: tuple[BenchmarkRun, ...]
    """The frozen runs of the same round, the newest first."""

    @property
    def is_england(self) -> bool:
        """Whether the person looks after every region."""
        return self.place == "England"

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric of the run, in the order of lists."""
        return self.reading.metrics

    @property
    def additive(self) -> tuple[Metric, ...]:
        """The metrics whose pounds are added up; those of the first part of the spend first."""
        listed = [metric for metric in self.metrics if metric.counted == "additive"]
        return tuple(sorted(listed, key=lambda metric: (part_of(metric) == "estates", metric.order)))

    @property
    def top_down(self) -> Metric | None:
        """The metric whose pounds are the other end of the range."""
        return next((metric for metric in self.metrics if metric.counted == "top_down"), None)

    @property
    def trusts(self) -> QuerySet[RunTrust]:
        """The trusts of the run that the person looks after, those without a return among them."""
        scope = Trust.objects.in_scope_of(oversees(roles_of(self.person)))
        return RunTrust.objects.filter(run=self.run, trust__in=scope)

    def distribution(self, metric: Metric, scope: Scope = "national") -> Distribution:
        """How a metric's values lie, as far as the reader may see it."""
        return self.reading.distribution(metric, scope, named=self.named)

    def shows_quarters(self, metric: Metric) -> bool:
        """Whether the reader may be told the quarter of a value."""
        return self.distribution(metric).p25 is not None

    def to_stretch(self, metric: Metric, standing: Standing) -> Decimal | None:
        """What the best quarter is worth to a trust; None where the reader may not see that quarter."""
        row = self.reading.quantiles.get((metric.id, standing.stretch_scope))
        if row is None:
            return None
        lies = self.distribution(metric, row.scope)  # type: ignore[arg-type]
        return standing.to_stretch if lies.best_quartile(metric.direction) is not None else None

    def footprints(self) -> dict[str, Footprint]:
        """The footprints that the person looks after, by ONS code. One query."""
        found = Footprint.objects.in_scope_of(oversees(roles_of(self.person)))
        return {footprint.ons_code: footprint for footprint in found}


def national_basis(person: User, *, template: str = "", number: int | None = None) -> NationalBasis | None:
    """What the page rests on: the frozen run with this number, or the live run of the newest round of a template (the first there is,
    when it names none). None while no return has been measured; NoSuchRun for a number that no frozen run of returns has.
    """
    live = live_runs()
    run = _frozen(number) if number is not None else _of_template(live, template)
    if run is None:
        return None
    (reading,) = read_runs([run], Trust.objects.none())
    return NationalBasis(
        run=run,
        person=person,
        place=overseen_place(person),
        named=names_all(person, run),
        reading=reading,
        templates=tuple(live),
        frozen=tuple(frozen_runs_of(run.collection)),
    )


def owes(absent: str) -> bool:
    """Whether a return of a trust was still wanted, by why it is absent."""
    return absent not in {STAGE_WORDS[stage] for stage in NOT_EXPECTED}


def _frozen(number: int) -> BenchmarkRun:
    run = find_run(number)
    if run is None or run.is_published:
        raise NoSuchRun(f"There is no run {number}.")
    return run


def _of_template(live: list[BenchmarkRun], template: str) -> BenchmarkRun | None:
    return next((run for run in live if run.template == template), next(iter(live), None))
