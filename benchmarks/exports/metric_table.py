"""The figures of one metric in one run, as a reader may take them away. Pure; written out by `metric_workbook` and as CSV here.

There are two kinds of reader. Who may see every trust by name gets every row, and the quantiles can be worked out from them.
Everybody else gets the rows of the trusts that they may see by name, and of the others only what a quantile is made of: the
two values beside it (order statistics), without names, so that the sum lower + share × (upper − lower) can be done again.

What these two values give away, and what is done about it:

- They are exact values of two trusts, where the quantile alone is a mixture. So the floors for readers without names hold
  (median 5, quartiles 10, deciles 20 values), and by them neither is ever the lowest or the highest of the group.
- A reader subtracts the trusts that they know. In a group of ten of which four are their own, the third value may be the lowest
  of the trusts they do not know. So a pair is withheld too where one of the two is the lowest or the highest of those; the
  quantile then stands there as the number that the portal shows.
- Where the position falls on one value, that value is the quantile itself; the one above it is not given.
- Ranks are given, names are not. But an exact ratio is a fingerprint: with a published denominator (income, floor area) one can
  try for which trust the numerator comes out whole. Rounding would prevent that, and with it that anybody reproduces our
  figure to the penny, which is what the file is for. The same holds of each exact quantile that falls on one value.
- Files taken before and after a return came in differ by that return. Frozen runs do not change, live ones do.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from benchmarks.arithmetic.quantiles import (
    LEAST_FOR_DECILES,
    LEAST_FOR_MEDIAN,
    LEAST_FOR_QUARTILES,
    Distribution,
    Position,
)
from benchmarks.defining.schema import Metric
from ui.csv_cells import csv_text
from ui.formats import exact

Quantile = Literal["p10", "p25", "median", "p75", "p90"]

SHARES: Final[dict[Quantile, Decimal]] = {
    "p10": Decimal("0.1"),
    "p25": Decimal("0.25"),
    "median": Decimal("0.5"),
    "p75": Decimal("0.75"),
    "p90": Decimal("0.9"),
}
QUANTILE_WORDS: Final[dict[Quantile, str]] = {
    "p10": "10th percentile",
    "p25": "lower quartile",
    "median": "median",
    "p75": "upper quartile",
    "p90": "90th percentile",
}
_LEAST: Final[dict[Quantile, int]] = {
    "p10": LEAST_FOR_DECILES,
    "p25": LEAST_FOR_QUARTILES,
    "median": LEAST_FOR_MEDIAN,
    "p75": LEAST_FOR_QUARTILES,
    "p90": LEAST_FOR_DECILES,
}

QUANTILE_RULE: Final = (
    "A quantile lies on the straight line between the two values around position (n − 1) × p, counted from 0 (Hyndman and Fan's"
    " type 7). Excel's QUARTILE.INC, PERCENTILE.INC and MEDIAN give the same number."
)
POSITION_RULE: Final = "Position is by mid-rank: (values below + (equal values − 1) ÷ 2) ÷ (n − 1), where the equal values count the trust itself."
ILLUSTRATIVE: Final = "ILLUSTRATIVE: these figures are made up. They show how the service works and describe no trust."

CSV_TITLES: Final = (
    "Metric", "Population", "Run", "Figures", "Row", "Group", "Code", "Name", "Type", "Numerator", "Denominator", "Value",
    "n", "Of", "In the distribution", "Why not",
)  # fmt: skip
"""The columns of the CSV. A row is a trust, or one quantile of one group: of n values, of so many returns that are owed."""


@dataclass(frozen=True, slots=True)
class RunWords:
    """Which run the figures come from, in words."""

    title: str
    """ "Run 3, frozen on 30 September 2016", "Live figures of 30 September 2016 at 4:50pm"."""
    population: str
    """ "Back office 2015/16"."""
    source: str
    code_version: str
    provisional: bool
    illustrative: bool


@dataclass(frozen=True, slots=True)
class TrustRow:
    """One trust of the run; numerator, denominator, pay and volume in the units of the return."""

    code: str
    name: str
    trust_type: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    counted: bool = False
    """Whether the value is in the distribution."""
    obstacle: str = ""
    """Why it is not, in words that say nothing of the trust and can be counted: "no return", "disputed"."""
    reason: str = ""
    """The same in a sentence, for who may see the trust by name."""
    relevant_pay: Decimal | None = None
    volume: Decimal | None = None
    """What pounds are counted for; the denominator where it is None."""


@dataclass(frozen=True, slots=True)
class Group:
    """Trusts whose counted values make up one distribution."""

    title: str
    codes: frozenset[str]
    """Only trusts with a counted value."""
    portal: Distribution
    """What the portal works out, as a reader sees it who may see every trust by name."""
    words: str = ""
    expected: int | None = None
    """How many returns its trusts owe; None for peers, which are only trusts that have a value."""


@dataclass(frozen=True, slots=True)
class GroupQuantile:
    """One quantile of one group."""

    group: Group
    quantile: Quantile


@dataclass(frozen=True, slots=True)
class Gap:
    """What it would be worth to a trust to reach one benchmark."""

    benchmark: str
    """ "national median"."""
    at: GroupQuantile | Decimal
    """One quantile of a group; or a level that is the same for everybody, such as an index of 100."""
    portal: Decimal
    """Pounds, to the penny."""


@dataclass(frozen=True, slots=True)
class OwnTrust:
    """A trust whose position and pounds are worked out in the file."""

    code: str
    position: Position
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class QuantileLine:
    """One quantile of one group, and what a reader without names needs to work it out."""

    group: Group
    quantile: Quantile
    portal: Decimal
    rank: int
    """The lower value's place among the n, counted from 1 at the lowest."""
    lower: Decimal | None = None
    """None where the two values are withheld."""
    upper: Decimal | None = None
    """None too where the position falls on the lower value."""


@dataclass(frozen=True)
class MetricTable:
    """One metric in one run for one reader. Everything that leaves it goes through the properties, which know the reader."""

    metric: Metric
    run: RunWords
    all_rows: tuple[TrustRow, ...]
    groups: tuple[Group, ...]
    """The first is all trusts that the metric is for."""
    own: tuple[OwnTrust, ...]
    """Trusts that the reader may see by name."""
    expected: int
    named: frozenset[str] | None
    """Codes of the trusts that the reader may see by name; None for all of them."""

    @cached_property
    def rows(self) -> tuple[TrustRow, ...]:
        """The trusts that the reader may see by name."""
        return self.all_rows if self.named is None else tuple(row for row in self.all_rows if row.code in self.named)

    @property
    def obstacles(self) -> list[tuple[str, int]]:
        """Why trusts are not in the distribution, and how many, the commonest first; it names nobody."""
        counts = Counter(row.obstacle for row in self.all_rows if not row.counted)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    @property
    def n(self) -> int:
        """How many values stand in the distribution of all trusts."""
        return self.groups[0].portal.n

    def shown(self, group: Group) -> Distribution:
        """A group's distribution as the reader may see it."""
        return group.portal if self.named is None else group.portal.without_names()

    @cached_property
    def quantiles(self) -> list[QuantileLine]:
        """Every quantile that the reader may see, group by group."""
        return [line for group in self.groups for line in self._lines(group)]

    def gaps(self, own: OwnTrust) -> list[Gap]:
        """What may be said in pounds of one trust: nothing against a benchmark that the reader may not see."""
        return [gap for gap in own.gaps if isinstance(gap.at, Decimal) or self._is_seen(gap.at)]

    def _is_seen(self, at: GroupQuantile) -> bool:
        return (at.group.title, at.quantile) in self._seen

    @cached_property
    def _seen(self) -> frozenset[tuple[str, Quantile]]:
        return frozenset((line.group.title, line.quantile) for line in self.quantiles)

    def _lines(self, group: Group) -> Iterator[QuantileLine]:
        members = [row for row in self.all_rows if row.counted and row.code in group.codes]
        ordered = sorted(row.value for row in members if row.value is not None)
        unknown = sorted(
            row.value for row in members if row.value is not None and row.code not in (self.named or frozenset())
        )
        shown = self.shown(group)
        for quantile, share in SHARES.items():
            portal: Decimal | None = getattr(shown, quantile)
            if portal is None or len(ordered) < _LEAST[quantile]:
                continue
            position = (len(ordered) - 1) * share
            rank = int(position) + 1
            pair = ordered[rank - 1 : rank if position == rank - 1 else rank + 1]
            if self.named is not None and len(pair) == 2 and not _may_be_given(pair, ordered, unknown):
                pair = []
            yield QuantileLine(group, quantile, portal, rank, *pair)


def _may_be_given(pair: list[Decimal], ordered: list[Decimal], unknown: list[Decimal]) -> bool:
    """Whether neither value is an extreme of all, or of the trusts that the reader does not know by name."""
    inside_all = ordered[0] < pair[0] and pair[1] < ordered[-1]
    return inside_all and not {unknown[0], unknown[-1]} & set(pair) if unknown else inside_all


def table_csv(table: MetricTable) -> str:
    """The table as CSV: the trusts that the reader may see by name, then the quantiles."""
    return csv_text(CSV_TITLES, _csv_rows(table))


_Said = dict[str, str | Decimal | None]


def _csv_rows(table: MetricTable) -> Iterator[list[str]]:
    start: _Said = {
        "Metric": table.metric.id,
        "Population": table.run.population,
        "Run": table.run.title,
        "Figures": "; ".join(
            word
            for word, holds in (("illustrative", table.run.illustrative), ("provisional", table.run.provisional))
            if holds
        ),
    }
    for row in table.rows:
        who: _Said = {"Row": "trust", "Code": row.code, "Name": row.name, "Type": row.trust_type}
        what: _Said = {"Numerator": row.numerator, "Denominator": row.denominator, "Value": row.value}
        counted: _Said = {
            "In the distribution": "yes" if row.counted else "no",
            "Why not": row.reason or row.obstacle,
        }
        yield _cells(start | who | what | counted)
    for line in table.quantiles:
        words: _Said = {"Row": QUANTILE_WORDS[line.quantile], "Group": line.group.title}
        of = "" if line.group.expected is None else str(line.group.expected)
        figures: _Said = {"Value": line.portal, "n": str(line.group.portal.n), "Of": of}
        yield _cells(start | words | figures)


def _cells(said: _Said) -> list[str]:
    cells = [said.get(title) for title in CSV_TITLES]
    return ["" if cell is None else exact(cell) if isinstance(cell, Decimal) else cell for cell in cells]
