"""The nearest ten of one trust in a run with their distances, as a reader may see them: others without their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.nearest import NearestPeers
from benchmarks.arithmetic.stretch import TYPE_WORDS
from benchmarks.models import BenchmarkRun, RunTrust
from benchmarks.queries.run_sources import described
from footprints.models import Trust, User
from ui.formats import number

_PLACES = 2


@dataclass(frozen=True, slots=True)
class NearTrust:
    """One of the nearest ten."""

    name: str
    """Empty where the reader may not see it by name."""
    kind: str
    """Its type, inside a sentence."""
    distance: str
    """0 is alike in everything; 1 is as far as the farthest trust of all."""


@dataclass(frozen=True, slots=True)
class NearestTrusts:
    """Who would be the peers by likeness, the nearest first; none where nothing is known of what the trust is like."""

    trusts: tuple[NearTrust, ...]
    of_other_types: int
    """How many stand in because the trust's own type has too few."""


def nearest_trusts(person: User, run: BenchmarkRun, trust: Trust, *, named: bool) -> NearestTrusts:
    """Of a frozen run as they were kept with it, of a live one worked out. `named` for a reader who may see every trust by name."""
    rows = RunTrust.objects.filter(run=run).exclude(income=None).select_related("trust")
    known = {other.trust.ods_code: other for other in rows}
    seen = rows if named else rows.visible_to(person)
    names = dict(seen.values_list("trust__ods_code", "trust__name"))
    own = known.get(trust.ods_code)
    if own is None:
        return NearestTrusts((), 0)
    pairs = own.nearest if run.number is not None else _worked_out(trust.ods_code, known)
    return NearestTrusts(
        tuple(
            NearTrust(
                name=names.get(code, ""),
                kind=TYPE_WORDS[known[code].trust_type],
                distance=number(Decimal(str(distance)), _PLACES),
            )
            for code, distance in pairs
        ),
        sum(known[code].trust_type != own.trust_type for code, _ in pairs),
    )


def _worked_out(code: str, known: Mapping[str, RunTrust]) -> list[tuple[str, float]]:
    nearest = NearestPeers(described(other) for other in known.values()).of(code)
    return [(near.code, near.distance) for near in nearest.neighbours]
