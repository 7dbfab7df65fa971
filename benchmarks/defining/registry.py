"""The metrics that are in force, read once.

A metric over returns belongs to their template. Whoever adds metrics over other figures adds their name to `_READERS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from benchmarks.defining.definition_file import read_metrics
from benchmarks.defining.publications import PUBLICATIONS
from benchmarks.defining.published_file import published_metrics
from benchmarks.defining.schema import Metric
from templates_app import registry as templates


def _published(publication: str) -> tuple[Metric, ...]:
    return tuple(known.metric for known in published_metrics(publication))


_READERS: Mapping[str, Callable[[], tuple[Metric, ...]]] = {
    publication: partial(_published, publication) for publication in PUBLICATIONS
}
"""Metrics that are not over a template's returns, by what they say in place of one, such as eric."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is collected and shown, but not compared."""

    line: str
    label: str
    because: str
    """Part of a sentence: "it is counted in bodies received, not in tests"."""


@cache
def metrics(template: str) -> tuple[Metric, ...]:
    """The metrics of a template that are calculated and shown, in the order of lists; none for a template without metrics."""
    reader = _READERS.get(template)
    listed = reader() if reader else read_metrics(templates.get(template))
    return tuple(metric for metric in listed if metric.calculated)


@cache
def measured(template: str) -> tuple[Metric, ...]:
    """Those of them that one return is enough for; the others are worked out in a run."""
    return tuple(metric for metric in metrics(template) if metric.method == "ratio")


@cache
def metric(metric_id: str) -> Metric:
    """The metric of that id, whichever template it is of. LookupError where there is none that is calculated."""
    for template in dict.fromkeys([*(name for name, _ in templates.definitions()), *_READERS]):
        for known in metrics(template):
            if known.id == metric_id:
                return known
    raise LookupError(f"There is no metric {metric_id}.")


@cache
def family(template: str, name: str) -> tuple[Metric, ...]:
    """The metrics of one family, in the order of their lines: all P02-… for P02, or the one metric of that id."""
    return tuple(known for known in metrics(template) if known.family == name)


@cache
def not_benchmarked(template: str) -> tuple[LeftOut, ...]:
    """The lines of a template that are shown but not compared, each once, in the order in which the definitions name them."""
    if template in _READERS:
        return ()
    definition = templates.get(template)
    because = {
        line: left.because for known in metrics(template) for left in known.not_benchmarked for line in left.lines
    }
    return tuple(
        LeftOut(line, definition.sheet_of(line).line(line).label, reason) for line, reason in because.items()
    )  # fmt: skip


def title_of(known: Metric) -> str:
    """What a metric's pounds are about, as the head of a column: its line, or the group of lines that it belongs to."""
    if known.line_label or known.template in _READERS:
        return known.line_label or known.name
    return templates.get(known.template).group_titles[known.function]
