"""What would change the answer: the headline again, as the reader changed it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.arithmetic.headline import Counted, Headline, Part, headlines, part_of
from benchmarks.arithmetic.nearest import NearestPeers
from benchmarks.arithmetic.whatif import Changes, Known, MovedPart, Neighbours, gaps, moved, with_disputed_indices
from benchmarks.models import RunTrust, RunValue
from benchmarks.queries.footprint_page.basis import Basis
from benchmarks.queries.run_sources import described


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the reader changed, and how the headline moves."""

    changes: Changes
    sentences: tuple[str, ...]
    parts: Mapping[Part, MovedPart]


def what_if(basis: Basis, changes: Changes, before: Sequence[Headline]) -> WhatIf | None:
    """The headline before and after; None while nothing is changed. One query where it takes the values of other trusts, else none."""
    own = Changes(changes.without & basis.names.keys(), changes.nearest, changes.with_disputed)
    if not own:
        return None
    counted = list(_anew(basis, own)) if own.of_values else basis.counted()
    after = headlines(counted, own.without)
    return WhatIf(own, tuple(own.sentences(basis.names.__getitem__)), moved(before, after))


def _anew(basis: Basis, changes: Changes) -> Iterable[Counted]:
    everyone = _everyone(basis, changes)
    for reading in basis.readings:
        trusts = {trust.trust.ods_code: trust for trust in reading.trusts}
        neighbours = _neighbours(everyone[reading.run.pk].trusts, trusts) if changes.nearest else None
        values = everyone[reading.run.pk].values
        for metric in reading.metrics:
            if not part_of(metric):
                continue
            known = values.get(metric.id, [])
            if metric.method == "mix_adjusted" and changes.with_disputed:
                family = [other for other in reading.metrics if other.family == metric.of]
                known = with_disputed_indices(metric, [(other, values.get(other.id, [])) for other in family])
            found = gaps(metric, known, trusts, neighbours, named=basis.named)
            numerators = {item.code: item.numerator for item in known}
            for code, worth in found.items():
                trust = trusts[code]
                yield Counted(code, metric, numerators[code], worth, trust.is_clean, trust.is_signed)


@dataclass(frozen=True, slots=True)
class _OfRun:
    values: Mapping[str, list[Known]]
    trusts: Mapping[str, RunTrust]


def _everyone(basis: Basis, changes: Changes) -> Mapping[int, _OfRun]:
    """The values of all trusts of England in the runs, by run; with the disputed ones where they are wanted."""
    wanted = [metric.id for reading in basis.readings for metric in reading.metrics if part_of(metric)]
    rows = RunValue.objects.filter(run__in=basis.runs, metric__in=wanted, value__isnull=False)
    rows = rows.exclude(counted=False, disputed=False) if changes.with_disputed else rows.counted()
    values: dict[int, dict[str, list[Known]]] = defaultdict(lambda: defaultdict(list))
    trusts: dict[int, dict[str, RunTrust]] = defaultdict(dict)
    for row in rows.select_related("run_trust__trust"):
        if row.value is None:
            continue
        trust = row.run_trust
        trusts[row.run_id][trust.trust.ods_code] = trust
        values[row.run_id][row.metric].append(
            Known(
                code=trust.trust.ods_code,
                trust_type=trust.trust_type,
                income=trust.income,
                value=row.value,
                numerator=row.numerator,
                denominator=row.denominator,
                relevant_pay=row.relevant_pay,
                opportunity_volume=row.opportunity_volume,
                disputed=row.disputed,
            )
        )
    return {run.pk: _OfRun(values[run.pk], trusts[run.pk]) for run in basis.runs}


def _neighbours(everyone: Mapping[str, RunTrust], own: Mapping[str, RunTrust]) -> Neighbours:
    """The nearest ten as a frozen run keeps them; of a live one, of those that have a value and of which we know the income: of the
    others nothing says what they are like."""
    kept: dict[str, list[str]] = {
        code: [near for near, _ in trust.nearest] for code, trust in own.items() if trust.nearest
    }
    like = {code: trust for code, trust in {**everyone, **own}.items() if trust.income is not None}
    peers = NearestPeers(described(trust) for trust in like.values())
    found = {code: [near.code for near in peers.of(code).neighbours] for code in own if code in like} | kept

    def of(code: str) -> Collection[str]:
        return found.get(code, ())

    return of
