"""Whether a value meets a target: only a target in force, and only one of the metric's own. Pure.

Carter's 7% and 6% are targets for corporate and administration pay. They say nothing of any other cost, so no other metric can be
held against them.
"""

from datetime import date
from decimal import Decimal

from benchmarks.arithmetic.metrics import value_words
from benchmarks.defining.schema import Metric, Target


def is_met(metric: Metric, target: Target, value: Decimal) -> bool:
    """Whether a value is at the target or better; equal is met, and nothing is rounded first.

    ValueError for a target of another metric, or a metric without a better way.
    """
    if target not in metric.targets:
        raise ValueError(f"{metric.id} has no target of {target.value} set in {target.set_in}")
    match metric.direction:
        case "lower":
            return value <= target.value
        case "higher":
            return value >= target.value
        case _:
            raise ValueError(f"{metric.id} is neutral and meets no target")


def verdict_words(metric: Metric, target: Target, value: Decimal, on: date) -> str:
    """ "meets the target of 95.0% or more"; empty where the target is not in force, for then nobody is judged by it."""
    if not is_in_force(target, on):
        return ""
    verb = "meets" if is_met(metric, target, value) else "does not meet"
    side = "less" if metric.direction == "lower" else "more"
    doubt = "" if target.confirmed else ", which is still to be confirmed"
    return f"{verb} the target of {value_words(metric, target.value)} or {side}{doubt}"


def is_in_force(target: Target, on: date) -> bool:
    """Whether a target was set by a day and not dropped by then. Where its month is not known, the year counts from its first day."""
    dropped = target.dropped_in is not None and _first_day(target.dropped_in) <= on
    return _first_day(target.set_in) <= on and not dropped


def _first_day(year_or_month: str) -> date:
    year, _, month = year_or_month.partition("-")
    return date(int(year), int(month or 1), 1)
