"""Which metrics' money may be added up: functions that stand inside one whole. Pure."""

from functools import lru_cache

from benchmarks.arithmetic.metrics import input_places
from benchmarks.defining.schema import Metric
from templates_app import registry as templates
from templates_app.expressions import parse


@lru_cache(maxsize=1000)
def is_part(part: Metric, whole: Metric) -> bool:
    """Whether an additive metric counts money that all stands in the whole.

    Of an index that is worked out from a family, the members of that family are the parts.
    """
    if part.counted != "additive":
        return False
    if whole.method == "mix_adjusted":
        return part.family == whole.of
    if part.numerator is None or whole.numerator is None:
        return False
    definition = templates.get(whole.template)
    inside, outside = (set(input_places(parse(source), definition)) for source in (part.numerator, whole.numerator))
    return inside <= outside
