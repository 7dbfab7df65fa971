"""Sentences about where a trust stands, and the short forms that tables and charts need. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.quantiles import Direction
from benchmarks.defining.schema import MONEY_UNITS, Metric, MetricUnit, Target
from ui.formats import number, percent, plural, pounds, sentence_list

_UNIT_WORDS: dict[MetricUnit, str] = {
    "percent": "%",
    "thousand_pounds_per_100m": "£k per £100m",
    "pounds_per_square_metre": "£ per m²",
    "pounds": "£",
    "ratio": "ratio",
    "count": "number",
    "per_thousand": "per 1,000",
    "days": "days",
    "index": "index, 100 is what is expected",
}

_DIRECTION_WORDS: dict[Direction, str] = {
    "lower": "lower is better",
    "higher": "higher is better",
    "neutral": "neither way is better",
}

_THOUSAND = Decimal("1E3")
_FINE_BELOW = Decimal(10_000)

_LEGAL_FORM = re.compile(r"\s+(NHS\s+)?(Foundation\s+)?Trust$", re.IGNORECASE)


def short_name(trust_name: str) -> str:
    """A trust's name without its legal form: "Barts Health" for "Barts Health NHS Trust"."""
    return _LEGAL_FORM.sub("", trust_name)


def inside(label: str) -> str:
    """A label as it stands inside a sentence: "Finance cost" loses its capital, "HR cost" does not."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def unit_words(metric: Metric) -> str:
    """The unit as it stands at the head of a column."""
    return _UNIT_WORDS[metric.unit]


def cell_words(metric: Metric, value: Decimal) -> str:
    """A value under a head that says the unit: "952", "7.3%"."""
    return percent(value, metric.decimals) if metric.unit == "percent" else number(value, metric.decimals)


def direction_words(metric: Metric) -> str:
    """Which way is better: "lower is better"."""
    return _DIRECTION_WORDS[metric.direction]


def standing_words(metric: Metric, lower: int, higher: int, others: int, who: str = "other trust") -> str:
    """Where a value stands among others, of which so many are lower and so many higher: "dearer than 41 of 54 other trusts". Empty
    without others.

    The larger side is the one that is said. Only money of which less is better is called dear or cheap. `who` is one of them.
    """
    if not others:
        return ""
    if not lower and not higher:
        return f"the same as {'the' if others == 1 else 'all'} {plural(others, who)}"
    is_cost = metric.direction == "lower" and metric.unit in MONEY_UNITS
    over, under = ("dearer", "cheaper") if is_cost else ("higher", "lower")
    word, count = (over, lower) if lower >= higher else (under, higher)
    return f"{word} than {number(count)} of {plural(others, who)}"


def worth_words(amount: Decimal) -> str:
    """Pounds that a comparison is worth: to the nearest £1,000 from £10,000 on, since the figures behind it are no finer."""
    return pounds(amount.quantize(_THOUSAND, rounding=ROUND_HALF_UP) if amount >= _FINE_BELOW else amount)


def rank_words(position_words: str, direction: Direction) -> str:
    """A position with what its first place means: "41st of 55 (1st is the lowest)"."""
    if direction == "neutral":
        return position_words
    return f"{position_words} (1st is the {'lowest' if direction == 'lower' else 'highest'})"


def target_words(target: Target) -> str:
    """What has to be known about a target beside its value."""
    known = f"Target set in {target.set_in[:4]}, for {target.by}."
    if target.retired:
        dropped = f"Dropped in {(target.dropped_in or '')[:4]}: shown for the record, nobody is judged by it."
        return f"{known} {dropped}"
    return known if target.confirmed else f"{known} To be confirmed: we have not seen the source itself."


def formula_words(metric: Metric) -> str:
    """What is divided by what: "Net cost of finance (£000) ÷ patient-care income (£000)"."""
    top = metric.numerator_words[:1].upper() + metric.numerator_words[1:]
    return f"{top} ÷ {metric.denominator_words}" if metric.denominator_words else top


def gap_words(amount: Decimal | None) -> str:
    """What stands in a table for what a benchmark is worth: "£88,000 less", "no gap", or "not in pounds" where pounds say nothing."""
    if amount is None:
        return "not in pounds"
    return f"{worth_words(amount)} less" if amount else "no gap"


def working_words(metric: Metric, numerator: Decimal, denominator: Decimal | None, value: Decimal) -> str:
    """The sum in figures: "3,924 ÷ 412,000 × 100,000 = £952k per £100m"; only the value where it is taken as given."""
    if denominator is None:
        return value_words(metric, value)
    factor = f" × {number(metric.scale)}" if metric.scale != 1 else ""
    return f"{number(numerator)} ÷ {number(denominator)}{factor} = {value_words(metric, value)}"


def only_for_words(metric: Metric) -> str:
    """Why a trust of another type has no place in the metric: "acute trusts only"."""
    kinds = sentence_list([kind.replace("_", " ") for kind in metric.population])
    return f"{kinds} trusts only"
