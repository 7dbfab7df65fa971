"""The metrics that are in force, read once."""

from functools import cache

from benchmarks.definition_file import read_metrics
from benchmarks.schema import Metric
from templates_app import registry as templates


@cache
def metrics(template: str) -> tuple[Metric, ...]:
    """The metrics of a template that are calculated and shown, in the order of lists."""
    return tuple(
        metric for metric in read_metrics(templates.get(template)) if metric.status in ("preview", "published")
    )
