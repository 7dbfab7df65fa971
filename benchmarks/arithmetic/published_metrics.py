"""One metric over the published figures of one trust: its value, or why there is none. Pure.

Published pounds are whole pounds. Here they are counted in £000, as returns are, so that a numerator means the same in every run
and the formulas of `benchmarks.arithmetic.opportunity` hold for all. Nothing is imputed: a sum to which some site gave no figure is not taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.metrics import Calculated, ratio
from benchmarks.arithmetic.obstacles import Status
from benchmarks.defining.published_file import PublishedMetric
from templates_app.expressions import Reference, ZeroDenominator, evaluate, parse
from ui.formats import sentence_list

_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure of one trust."""

    value: Decimal
    unit: str
    is_partial: bool = False
    """Some of the trust's sites gave no figure, so that the sum may be too small."""

    @property
    def in_unit_of_returns(self) -> Decimal:
        """The figure as a return would hold it: pounds in £000."""
        return self.value / _THOUSAND if self.unit == "pounds" else self.value


def calculate_published(known: PublishedMetric, figures: Mapping[str, Published]) -> Calculated:
    """Work out one metric from the figures that were published of one trust for one year, by measure."""
    top, bottom = known.measures("numerator"), known.measures("denominator")
    absent = [measure for measure in dict.fromkeys([*top, *bottom]) if measure not in figures]
    if absent:
        return _none("missing", f"Not published of this trust: {_words(absent)}.")
    partial = [measure for measure in dict.fromkeys([*top, *bottom]) if figures[measure].is_partial]
    if partial:
        reason = f"Some of the trust’s sites gave no figure, so the sum may be too small: {_words(partial)}."
        return _none("not_calculable", reason)
    try:
        numerator = _worked_out(known.metric.numerator, figures)
        denominator = _worked_out(known.metric.denominator, figures)
    except ZeroDenominator:
        return _none("zero_volume", "Zero volume: there is nothing to divide by.")
    if denominator == 0:
        reason = f"Zero volume: {known.metric.denominator_words} is 0, so there is nothing to divide by."
        return Calculated("zero_volume", numerator, denominator, None, reason)
    if numerator == 0 and not known.zero_counts:
        reason = f"Published as 0, which can mean not applicable: {_words(top)}."
        return Calculated("not_calculable", numerator, denominator, None, reason)
    return Calculated(
        status="calculable",
        numerator=numerator,
        denominator=denominator,
        value=ratio(numerator, denominator, known.metric.scale),
        opportunity_volume=denominator,
    )


def _none(status: Status, reason: str) -> Calculated:
    return Calculated(status, None, None, None, reason)


def _worked_out(source: str | None, figures: Mapping[str, Published]) -> Decimal:
    def look_up(reference: Reference) -> Sequence[Decimal]:
        return [figures[reference.name].in_unit_of_returns]

    result = evaluate(parse(source or ""), look_up)
    if not isinstance(result, Decimal):
        raise TypeError("a numerator or denominator is a number")
    return result


def _words(measures: Sequence[str]) -> str:
    return sentence_list([measure.replace("_", " ").replace("fte", "FTE") for measure in measures])
