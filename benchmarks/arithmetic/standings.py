"""Where every counted value of a metric stands in a run, and what its gaps are worth. Pure.

The national figures hold every trust, itself included: one figure for everybody. A trust's peers are the others of its peer group.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.opportunity import opportunity
from benchmarks.arithmetic.outliers import Outlier, outliers
from benchmarks.arithmetic.peers import Candidate, Group, PeerGroups, median_without
from benchmarks.arithmetic.quantiles import LEAST_FOR_MEDIAN, Band, Distribution, Position, band, position_in_order
from benchmarks.arithmetic.stretch import Scope, stretch_scope
from benchmarks.defining.schema import Metric


@dataclass(frozen=True, slots=True)
class CountedValue:
    """One value in the distribution, with its trust and what it was made from; money in £000."""

    key: int
    candidate: Candidate
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    relevant_pay: Decimal | None = None
    opportunity_volume: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one value stands. Pounds are a year, None where they say nothing."""

    of: CountedValue
    place: Position
    quarter: Band | None
    group: Group
    peer_median: Decimal | None
    to_median: Decimal | None
    to_peer_median: Decimal | None
    to_stretch: Decimal | None
    stretch_scope: Scope
    outlier: Outlier


def placed(
    metric: Metric, counted: Sequence[CountedValue], scopes: Mapping[Scope, Distribution], peers: PeerGroups
) -> list[Placed]:
    """Every counted value in its place; `scopes` are the distributions by scope, `peers` were counted over the same candidates."""
    national = scopes["national"]
    ordered = sorted(item.value for item in counted)
    by_code = {item.candidate.code: item.value for item in counted}
    n_by_scope: dict[str, int] = {name: distribution.n for name, distribution in scopes.items()}
    in_group: dict[str, list[Decimal]] = {}
    made = []
    for item, outlier in zip(counted, outliers([item.value for item in counted]), strict=True):
        group = peers.group_of(item.candidate.code)
        if group.key not in in_group:
            in_group[group.key] = sorted(by_code[code] for code in group.codes)
        enough = len(group.codes) > LEAST_FOR_MEDIAN
        peer_median = median_without(in_group[group.key], item.value) if enough else None
        scope, _ = stretch_scope(item.candidate.trust_type, n_by_scope)
        stretch = scopes[scope].best_quartile(metric.direction)
        made.append(
            Placed(
                of=item,
                place=position_in_order(item.value, ordered, metric.direction),
                quarter=band(item.value, national, metric.direction),
                group=group,
                peer_median=peer_median,
                to_median=opportunity(metric, item, _median_benchmark(metric, national)),
                to_peer_median=opportunity(metric, item, peer_median),
                to_stretch=opportunity(metric, item, stretch),
                stretch_scope=scope,
                outlier=outlier,
            )
        )
    return made


def _median_benchmark(metric: Metric, national: Distribution) -> Decimal | None:
    """The national median; of the mix-adjusted index 100, since what is expected already stands at the national medians."""
    if metric.method == "mix_adjusted" and national.median is not None:
        return Decimal(100)
    return national.median
