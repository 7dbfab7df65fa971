"""Queries about figures, beside the measures that rest on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks.metrics import input_places
from benchmarks.registry import metrics
from benchmarks.schema import Metric
from submissions.models import Return
from submissions.queries.figure_queries import QueryRow, label_of, queries_of, unsettled_by_return
from templates_app import registry as templates
from templates_app.expressions import parse
from templates_app.reading import Place


@dataclass(frozen=True, slots=True)
class FigureBehind:
    """One typed figure of a return on which a measure rests."""

    line: str
    column: str
    label: str


def figures_behind(metric: Metric) -> tuple[FigureBehind, ...]:
    """The figures on which a measure rests, in the order of its formula."""
    definition = templates.get(metric.template)
    return tuple(FigureBehind(*place, label_of(definition, place)) for place in _places(metric.template, metric.id))


def queries_by_metric(return_record: Return, shown: Iterable[Metric]) -> Mapping[str, tuple[QueryRow, ...]]:
    """The queries about a return that are not settled, by each measure that rests on their figure."""
    rows = [row for row in queries_of(return_record) if not row.is_settled]
    found = {
        metric.id: tuple(row for row in rows if row.place in _places(metric.template, metric.id)) for metric in shown
    }
    return {metric: listed for metric, listed in found.items() if listed}


def queried_metrics(return_keys: Iterable[int], shown: Sequence[Metric]) -> Mapping[int, frozenset[str]]:
    """The measures that rest on a figure about which a query is not settled, by return; returns without any are left out. One query."""
    found = {
        key: frozenset(metric.id for metric in shown if not places.isdisjoint(_places(metric.template, metric.id)))
        for key, places in unsettled_by_return(return_keys).items()
    }
    return {key: listed for key, listed in found.items() if listed}


@cache
def _places(template: str, metric_id: str) -> tuple[Place, ...]:
    metric = next(metric for metric in metrics(template) if metric.id == metric_id)
    definition = templates.get(template)
    sources = [source for source in (metric.numerator, metric.denominator) if source is not None]
    return tuple(dict.fromkeys(place for source in sources for place in input_places(parse(source), definition)))
