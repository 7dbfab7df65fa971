"""What a metric's gap to a benchmark is worth to one trust: which formula a metric takes, and when pounds say nothing. Pure."""

from decimal import Decimal
from typing import Protocol

from benchmarks.arithmetic.savings import money_over_volume, output_per_wte
from benchmarks.defining.schema import Metric


class Measured(Protocol):
    """A value with what it was made from; money in £000, as in the return."""

    @property
    def value(self) -> Decimal | None:
        """In the metric's unit."""

    @property
    def numerator(self) -> Decimal | None:
        """In the return's unit."""

    @property
    def denominator(self) -> Decimal | None:
        """In the return's unit."""

    @property
    def relevant_pay(self) -> Decimal | None:
        """For formula B."""

    @property
    def opportunity_volume(self) -> Decimal | None:
        """For formula A."""


def opportunity(metric: Metric, own: Measured, benchmark: Decimal | None) -> Decimal | None:
    """Pounds a year, to the penny, if the trust were at the benchmark: nought or more; None where pounds say nothing.

    A metric that is counted only against its target is never worth anything against other trusts.
    """
    if own.value is None or benchmark is None or metric.counted == "target_only":
        return None
    if metric.opportunity == "A":
        if own.numerator is None or own.denominator is None or own.opportunity_volume is None:
            return None
        return money_over_volume(
            value=own.value,
            benchmark=benchmark,
            numerator=own.numerator,
            denominator=own.denominator,
            scale=metric.scale,
            volume=own.opportunity_volume,
        )
    if metric.opportunity == "B" and own.relevant_pay is not None:
        return output_per_wte(value=own.value, benchmark=benchmark, relevant_pay=own.relevant_pay)
    return None
