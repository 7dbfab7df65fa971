"""All metrics that have figures, by what they are about: the way to the page of each."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.quantiles import coverage_words, too_few_words
from benchmarks.defining.publications import PUBLICATIONS
from benchmarks.defining.registry import metrics, title_of
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun
from benchmarks.queries.runs import Reading, live_runs, read_runs
from benchmarks.run_address import run_key
from benchmarks.words import direction_words
from footprints.models import Trust
from templates_app import registry as templates


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One metric in the list."""

    metric: Metric
    reading: Reading | None
    """None while there are no figures."""

    @property
    def direction(self) -> str:
        """Which way is better."""
        return direction_words(self.metric)

    @property
    def median(self) -> str:
        """The national median, or why there is none."""
        if self.reading is None:
            return "no figures yet"
        lies = self.reading.distribution(self.metric)
        return too_few_words(lies.n) if lies.median is None else value_words(self.metric, lies.median)

    @property
    def coverage(self) -> str:
        """ "n = 40 of 47"; empty while there are no figures."""
        if self.reading is None:
            return ""
        return coverage_words(self.reading.distribution(self.metric).n, self.reading.expected(self.metric))


@dataclass(frozen=True, slots=True)
class MetricGroup:
    """The metrics about one function, or one set of published figures."""

    title: str
    lines: tuple[MetricLine, ...]


@dataclass(frozen=True, slots=True)
class MetricSource:
    """The metrics over one template's returns, or over one year of a publication."""

    key: str
    title: str
    run: BenchmarkRun | None
    groups: tuple[MetricGroup, ...]

    @property
    def asked(self) -> str:
        """What an address needs besides the metric to lead to these figures."""
        return f"?run={self.key}" if self.run is not None and self.run.is_published else ""


def metric_list() -> tuple[MetricSource, ...]:
    """Every metric in force, with where it stands in the live figures. A fixed number of queries."""
    published = BenchmarkRun.objects.live().filter(collection=None).defer("definitions").order_by("template", "-year")
    readings = read_runs([*live_runs(), *published], Trust.objects.none())
    come = {reading.run.template for reading in readings}
    waiting = [name for name in dict.fromkeys(name for name, _ in templates.definitions()) if name not in come]
    sources = [*map(_source, readings), *map(_without_figures, waiting)]
    return tuple(source for source in sources if source.groups)


def _source(reading: Reading) -> MetricSource:
    run = reading.run
    known = [metric for metric in reading.metrics if (metric.id, "national") in reading.quantiles]
    title = run.collection.name if run.collection else run.publication
    return MetricSource(run_key(run), title, run, _groups(known, reading))


def _without_figures(template: str) -> MetricSource:
    return MetricSource(template, templates.get(template).title, None, _groups(metrics(template), None))


def _groups(listed: Iterable[Metric], reading: Reading | None) -> tuple[MetricGroup, ...]:
    groups: dict[str, list[MetricLine]] = {}
    for metric in listed:
        groups.setdefault(_group(metric), []).append(MetricLine(metric, reading))
    return tuple(MetricGroup(title, tuple(lines)) for title, lines in groups.items())


def _group(metric: Metric) -> str:
    if metric.template in PUBLICATIONS:
        return "Published figures"
    return templates.get(metric.template).group_titles.get(metric.function) or title_of(metric)
