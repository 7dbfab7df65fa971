"""One metric of one trust beside the others of its run, as a reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import cast

from django.db import connection
from django.utils import timezone
from markupsafe import Markup

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.mix_index import EXPECTED
from benchmarks.arithmetic.quantiles import (
    Band,
    Distribution,
    Position,
    band_words,
    coverage_words,
    too_few_words,
)
from benchmarks.arithmetic.stretch import stretch_scope
from benchmarks.charts import small_multiple
from benchmarks.defining.schema import Metric
from benchmarks.defining.targets import verdict_words
from benchmarks.models import RunTrust, RunValue, Standing
from benchmarks.queries.runs import Reading, standing_of
from benchmarks.words import (
    direction_words,
    formula_words,
    gap_words,
    inside,
    rank_words,
    standing_words,
    target_words,
    working_words,
)
from ui.formats import number


@dataclass(frozen=True, slots=True)
class Beside:
    """Who the peers are, and how many of them hold a lower and a higher value."""

    words: str = "no peers"
    lower: int = 0
    higher: int = 0
    peers: int = 0


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What the own value is held against: its value, what reaching it is worth, and who stands behind it."""

    name: str
    value: str
    worth: str
    behind: str


@dataclass(frozen=True)
class ComparedMetric:
    """One metric of one trust beside the others. A figure is None where too few values stand behind it."""

    metric: Metric
    trust_type: str
    own: RunValue
    value: Decimal
    placed: Standing | None
    """None where the value is left out of the distribution."""
    national: Distribution
    """As the reader may see it."""
    coverage: str
    """How many returns stand behind the national figures, and how many are left out as disputed."""
    beside: Beside
    stretch: Decimal | None
    stretch_n: int
    stretch_words: str
    """Whose best quarter it is, or that too few stand behind it."""
    chart: Markup

    def words(self, value: Decimal | None) -> str:
        """A national figure for people, or that too few values stand behind it."""
        return too_few_words(self.national.n) if value is None else value_words(self.metric, value)

    @property
    def is_placed(self) -> bool:
        """Whether it stands in the distribution, and enough values do to say where."""
        return self.placed is not None and self.national.median is not None

    @property
    def peer_median(self) -> Decimal | None:
        """The median of its peers, itself left out."""
        return self.placed.peer_median if self.placed else None

    @property
    def peer_words(self) -> str:
        """The peer median for people, or that too few peers stand behind it."""
        if self.peer_median is None:
            return too_few_words(self.beside.peers)
        return value_words(self.metric, self.peer_median)

    @property
    def worth(self) -> Decimal | None:
        """Pounds a year less at the peer median; None where pounds say nothing."""
        return self.placed.to_peer_median if self.placed else None

    @property
    def to_median(self) -> Decimal | None:
        """Pounds a year less at the national median."""
        return self.placed.to_median if self.placed and self.national.median is not None else None

    @property
    def to_stretch(self) -> Decimal | None:
        """Pounds a year less at the best quarter; None too where so few stand behind that quarter that it would give them away."""
        return self.placed.to_stretch if self.placed and self.stretch is not None else None

    @property
    def quarter(self) -> Band | None:
        """The quartile band; None where there are too few for this reader."""
        known = self.placed is not None and self.national.p25 is not None
        return cast("Band | None", self.placed.band) if known and self.placed else None

    @property
    def quarter_words(self) -> str:
        """The quartile band in words; empty where there is none."""
        return "" if self.quarter is None else band_words(self.quarter, self.metric.direction)

    @property
    def rank(self) -> str:
        """ "41st of 55 (1st is the lowest)"; empty while too few are in, or where it is left out."""
        if not self.is_placed or self.placed is None:
            return ""
        at = self.placed
        place = Position(at.rank, at.equal, at.n, at.percentile, self.metric.direction)
        return rank_words(place.words, self.metric.direction)

    @property
    def standing(self) -> str:
        """ "dearer than 9 of 12 peers"; among all trusts where it has too few peers; empty while too few are in."""
        if self.peer_median is not None:
            return standing_words(self.metric, self.beside.lower, self.beside.higher, self.beside.peers, "peer")
        if not self.is_placed or self.placed is None:
            return ""
        before, after = self.placed.rank - 1, self.placed.n - self.placed.rank - self.placed.equal + 1
        lower, higher = (after, before) if self.metric.direction == "higher" else (before, after)
        return standing_words(self.metric, lower, higher, self.placed.n - 1)

    @property
    def direction_words(self) -> str:
        """Which way is better."""
        return direction_words(self.metric)

    @property
    def name_inside(self) -> str:
        """The metric's name as it stands inside a sentence."""
        return inside(self.metric.name)

    @property
    def gap_words(self) -> str:
        """What the peer median is worth, in a table."""
        return self._pounds(self.worth)

    @property
    def has_pounds(self) -> bool:
        """Whether a gap to others is ever said in pounds."""
        return self.metric.opportunity != "none" and self.metric.counted != "target_only"

    @property
    def benchmarks(self) -> tuple[Benchmark, ...]:
        """The three that pounds are said for: peers, all trusts, and the best quarter of its type."""
        rows = [Benchmark("Peer median", self.peer_words, self._pounds(self.worth), self.beside.words)]
        if self.metric.method == "mix_adjusted":
            expected = "what the same tests cost at the national median of each discipline"
            rows.append(Benchmark("As expected", number(EXPECTED), self._pounds(self.to_median), expected))
        else:
            middle = self.words(self.national.median)
            rows.append(Benchmark("National median", middle, self._pounds(self.to_median), self.coverage))
        if self.metric.direction != "neutral":
            value = too_few_words(self.stretch_n) if self.stretch is None else value_words(self.metric, self.stretch)
            rows.append(Benchmark("Stretch", value, self._pounds(self.to_stretch), self.stretch_words))
        return tuple(rows)

    @property
    def targets(self) -> list[tuple[str, str, str]]:
        """Every target that was set for the trust's type: what it is called, its value, and the verdict or why nobody is judged by it."""
        today = timezone.localdate()
        found = []
        for target in self.metric.targets_for(self.trust_type):
            verdict = verdict_words(self.metric, target, self.value, today)
            words = f"{verdict[:1].upper()}{verdict[1:]}. {target_words(target)}" if verdict else target_words(target)
            found.append(("Target" if verdict else "Dropped target", value_words(self.metric, target.value), words))
        return found

    @property
    def working(self) -> str:
        """What is divided by what, and the sum behind the own value in figures."""
        figures = working_words(self.metric, self.own.numerator or Decimal(0), self.own.denominator, self.value)
        return f"{formula_words(self.metric)}: {figures}."

    def _pounds(self, amount: Decimal | None) -> str:
        if not self.has_pounds:
            return "not in pounds"
        return "–" if amount is None else gap_words(amount)


def compare(
    reading: Reading, trust: RunTrust, own: RunValue, *, beside: Beside, named: bool, queried: bool
) -> ComparedMetric:  # fmt: skip
    """A metric of a trust beside the others; `named` for a reader who may see every trust of the run by name.

    ValueError for a value that is none.
    """
    if own.value is None:
        raise ValueError(f"{own} has no value to compare")
    metric = reading.by_id[own.metric]
    national = reading.distribution(metric, named=named)
    placed = standing_of(own)
    n_by_scope = {scope: row.n for (of, scope), row in reading.quantiles.items() if of == metric.id}
    scope, stretch_in_words = stretch_scope(trust.trust_type, n_by_scope)
    disputed = reading.disputed(metric)
    left_out = f", {number(disputed)} left out as disputed" if disputed else ""
    return ComparedMetric(
        metric=metric,
        trust_type=trust.trust_type,
        own=own,
        value=own.value,
        placed=placed,
        national=national,
        coverage=coverage_words(national.n, reading.expected(metric)) + left_out,
        beside=beside,
        stretch=reading.distribution(metric, scope, named=named).best_quartile(metric.direction),
        stretch_n=n_by_scope.get(scope, 0),
        stretch_words=stretch_in_words,
        chart=small_multiple(
            name=metric.id.lower(),
            title=metric.name,
            value=own.value,
            distribution=national,
            peer_median=placed.peer_median if placed else None,
            direction=metric.direction,
            words=partial(value_words, metric),
            flagged=queried,
        ),
    )


_BESIDE = """
SELECT own.metric, peers.words, count(other.id) FILTER (WHERE other.value < own.value),
    count(other.id) FILTER (WHERE other.value > own.value), count(other.id)
FROM benchmarks_runvalue own
JOIN benchmarks_standing placed ON placed.value_id = own.id
JOIN benchmarks_peergroup peers ON peers.id = placed.peer_group_id
CROSS JOIN LATERAL jsonb_array_elements_text(peers.codes) AS listed(code)
JOIN footprints_trust trust ON trust.ods_code = listed.code
JOIN benchmarks_runtrust owner ON owner.run_id = own.run_id AND owner.trust_id = trust.id
LEFT JOIN benchmarks_runvalue other
    ON other.run_trust_id = owner.id AND other.metric = own.metric AND other.counted AND other.id <> own.id
WHERE own.run_trust_id = %s
GROUP BY own.metric, peers.words
"""


def beside_peers(trust: RunTrust) -> Mapping[str, Beside]:
    """How each value of a trust stands among its peers' values, by metric; a metric that it has no peers on is left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [trust.pk])
        return {metric: Beside(*found) for metric, *found in cursor.fetchall()}
