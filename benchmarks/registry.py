"""The metrics that are in force, read once."""

from functools import cache

from benchmarks.definition_file import read_metrics
from benchmarks.schema import Metric
from templates_app import registry as templates


@cache
def metrics(template: str) -> tuple[Metric, ...]:
    """The metrics of a template that are calculated and shown, in the order of lists; none for a template without metrics."""
    others = {name for name, _ in templates.definitions()} - {template}
    listed = read_metrics(templates.get(template), others=others)
    return tuple(metric for metric in listed if metric.status in ("preview", "published"))
