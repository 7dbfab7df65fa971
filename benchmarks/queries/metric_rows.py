"""The rows of one metric's page: a trust, a group of trusts, and those that could not be compared."""

from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.quantiles import Band, Distribution, Position, band_words, coverage_words, too_few_words
from benchmarks.arithmetic.stretch import TYPE_WORDS
from benchmarks.defining.schema import Metric
from benchmarks.models import RunTrust, RunValue, Standing
from benchmarks.queries.runs import standing_of
from benchmarks.words import cell_words, gap_words
from ui.formats import pounds

_MILLION = 1_000_000


@dataclass(frozen=True)
class MetricRow:
    """One trust that the reader may see by name, with its value."""

    metric: Metric
    trust: RunTrust
    found: RunValue
    value: Decimal
    own: bool
    quarter: Band | None
    """None too where the reader may not see the quartiles."""
    may_rank: bool
    """Enough values stand behind the distribution to say where this one stands."""
    may_see_stretch: bool
    queried: bool

    @property
    def standing(self) -> Standing | None:
        """None for a value that is not counted."""
        return standing_of(self.found)

    @property
    def name(self) -> str:
        """The trust's name."""
        return self.trust.trust.name

    @property
    def kind(self) -> str:
        """Its type, in words."""
        return TYPE_WORDS[self.trust.trust_type]

    @property
    def cell(self) -> str:
        """The value under a head that says the unit."""
        return cell_words(self.metric, self.value)

    @property
    def rank(self) -> str:
        """ "joint 4th of 27"; why not, for a value that is not counted."""
        at = self.standing
        if at is None:
            return self.found.left_out
        if not self.may_rank:
            return too_few_words(at.n)
        return Position(at.rank, at.equal, at.n, at.percentile, self.metric.direction).words

    @property
    def quarter_words(self) -> str:
        """The quartile band in words; empty where there is none."""
        return "" if self.quarter is None else band_words(self.quarter, self.metric.direction)

    @property
    def gaps(self) -> tuple[str, str, str]:
        """What the national median, the peer median and the stretch are worth."""
        at = self.standing
        if at is None:
            return ("–", "–", "–")
        stretch = gap_words(at.to_stretch) if self.may_see_stretch or at.to_stretch is None else "–"
        return gap_words(at.to_median), gap_words(at.to_peer_median), stretch

    @property
    def size(self) -> str:
        """Patient-care income to the nearest £1m, for the table beside the scatter."""
        return "not known" if self.trust.income is None else f"{pounds(self.trust.income / _MILLION)}m"


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """How the values of one group lie, as the reader may see it."""

    metric: Metric
    title: str
    lies: Distribution
    expected: int
    disputed: int

    @property
    def coverage(self) -> str:
        """ "n = 40 of 47"."""
        return coverage_words(self.lies.n, self.expected)

    @property
    def cells(self) -> list[str]:
        """The five quantiles, each under a head that says the unit."""
        known = (self.lies.p10, self.lies.p25, self.lies.median, self.lies.p75, self.lies.p90)
        return [self._cell(value) for value in known]

    @property
    def ends(self) -> list[str]:
        """The lowest and the highest value, for readers who may see every trust by name."""
        return [self._cell(value) for value in (self.lies.minimum, self.lies.maximum)]

    def _cell(self, value: Decimal | None) -> str:
        return "too few" if value is None else cell_words(self.metric, value)


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Trusts that are not in the distribution for one reason."""

    because: str
    count: int
    named: tuple[tuple[str, str], ...]
    """Name and reason, only of trusts that the reader may see by name."""
