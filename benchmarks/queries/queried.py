"""Queries about figures, beside the measures that rest on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.arithmetic.metrics import places_behind
from benchmarks.defining.registry import family
from benchmarks.defining.schema import Metric
from submissions.models import Return
from submissions.queries.figure_queries import QueryRow, label_of, queries_of, unsettled_by_return
from templates_app import registry as templates
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
    return tuple(FigureBehind(*place, label_of(definition, place)) for place in _places(metric))


def queries_by_metric(return_record: Return, shown: Iterable[Metric]) -> Mapping[str, tuple[QueryRow, ...]]:
    """The queries about a return that are not settled, by each measure that rests on their figure."""
    rows = [row for row in queries_of(return_record) if not row.is_settled]
    found = {metric.id: tuple(row for row in rows if row.place in _places(metric)) for metric in shown}
    return {metric: listed for metric, listed in found.items() if listed}


def queried_metrics(return_keys: Iterable[int], shown: Sequence[Metric]) -> Mapping[int, frozenset[str]]:
    """The measures that rest on a figure about which a query is not settled, by return; returns without any are left out. One query."""
    found = {
        key: frozenset(metric.id for metric in shown if not places.isdisjoint(_places(metric)))
        for key, places in unsettled_by_return(return_keys).items()
    }
    return {key: listed for key, listed in found.items() if listed}


@lru_cache(maxsize=1000)
def _places(metric: Metric) -> tuple[Place, ...]:
    """The typed figures that a measure rests on: for an index, those of every measure that it is worked out from."""
    definition = templates.get(metric.template)
    parts = family(metric.template, metric.of) if metric.of else (metric,)
    return tuple(dict.fromkeys(place for part in parts for place in places_behind(part, definition)))
