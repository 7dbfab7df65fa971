"""The quantiles that a number is held against, each with where it lies in the order, and the pounds to each benchmark as sums."""

from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.mix_index import EXPECTED
from benchmarks.arithmetic.quantiles import coverage_words, too_few_words
from benchmarks.arithmetic.stretch import TYPE_WORDS, Scope
from benchmarks.defining.schema import Metric
from benchmarks.explained_words import QUANTILES, Sum, gap_working, in_order_words
from benchmarks.models import RunValue, Standing
from benchmarks.queries.runs import Reading

_EXTREME = "shown to readers who may see every trust by name"
_NO_SUM = "It cannot be said in pounds: what the sum would be counted over was not given as a number."


@dataclass(frozen=True, slots=True)
class QuantileLine:
    """One quantile."""

    name: str
    words: str
    how: str
    """Where it lies among the values in order."""


@dataclass(frozen=True, slots=True)
class ScopeLines:
    """The quantiles of one scope as a reader may see them."""

    title: str
    coverage: str
    disputed: int
    lines: tuple[QuantileLine, ...]


def scope_lines(reading: Reading, metric: Metric, scope: Scope, *, named: bool) -> ScopeLines:
    """The quantiles of a scope; lowest and highest only for a reader who may see every trust by name."""
    found = reading.distribution(metric, scope, named=named)
    lines = [
        QuantileLine(name, value_words(metric, value), in_order_words(found.n, share))
        for field, name, share in QUANTILES
        if (value := getattr(found, field)) is not None
    ]
    if found.minimum is not None and found.maximum is not None:
        lines.insert(0, QuantileLine("Lowest", value_words(metric, found.minimum), _EXTREME))
        lines.append(QuantileLine("Highest", value_words(metric, found.maximum), _EXTREME))
    return ScopeLines(
        title=_title(scope),
        coverage=coverage_words(found.n, reading.expected(metric, scope)),
        disputed=reading.disputed(metric, scope),
        lines=tuple(lines),
    )


def gap_sums(
    reading: Reading, metric: Metric, own: RunValue, standing: Standing, stretch: tuple[Scope, str], *, named: bool
) -> tuple[Sum, ...]:
    """What the gap to the national median, the peer median and the best quarter is worth. A reader who may not see a bound is not shown
    the pounds to it either, from which it could be worked out."""
    national = reading.distribution(metric, named=named)
    best = reading.distribution(metric, stretch[0], named=named)
    expected = metric.method == "mix_adjusted" and national.median is not None
    peers = len(standing.peer_group.codes) - 1 if standing.peer_group is not None else 0
    return (
        _sum(
            metric,
            own,
            "What is expected" if expected else "National median",
            EXPECTED if expected else national.median,
            standing.to_median,
            national.n,
        ),
        _sum(metric, own, "Peer median", standing.peer_median, standing.to_peer_median, peers),
        _sum(metric, own, f"Stretch: {stretch[1]}", best.best_quartile(metric.direction), standing.to_stretch, best.n),
    )


def _sum(
    metric: Metric, own: RunValue, title: str, benchmark: Decimal | None, worth: Decimal | None, of: int
) -> Sum:  # fmt: skip
    if benchmark is None:
        return Sum(title, too_few_words(of), "", None)
    if worth is None:
        return Sum(title, value_words(metric, benchmark), _NO_SUM, None)
    return Sum(title, value_words(metric, benchmark), gap_working(metric, own, benchmark, worth), worth)


def _title(scope: Scope) -> str:
    if scope == "national":
        return "All trusts in England"
    return "Trusts that are not acute" if scope == "non_acute" else f"{TYPE_WORDS[scope].capitalize()} trusts"
