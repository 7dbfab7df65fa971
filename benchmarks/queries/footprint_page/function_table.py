"""Trusts against functions, as a table and as strips: what they hold and how they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final, Literal

from markupsafe import Markup

from benchmarks.arithmetic.headline import Part, part_of
from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.quantiles import Band, Distribution, coverage_words, too_few_words
from benchmarks.arithmetic.savings import total
from benchmarks.charts import Dot, StripRow, footprint_strips
from benchmarks.defining.schema import Metric
from benchmarks.queries.runs import Reading
from benchmarks.words import cell_words, direction_words, unit_words, worth_words
from footprints.models import Trust
from ui.formats import sentence_list

IN_A_CHART = 3
"""So many strips stand beneath one another: three charts side by side fill the width of a page."""

Quantile = Literal["p10", "p25", "p75", "p90"]
QUANTILES: Final[Mapping[Quantile, str]] = {
    "p10": "National lowest tenth (P10)",
    "p25": "National lower quartile (P25)",
    "p75": "National upper quartile (P75)",
    "p90": "National highest tenth (P90)",
}
"""What the strips draw beside the median: by the name of the bound, the head of its row in the table."""

NO_RETURN = "no return"
DISPUTED = "disputed"
NOT_OWED = "none owed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One trust on one function."""

    trust: Trust
    metric: Metric
    value: Decimal | None = None
    quarter: Band | None = None
    gap: Decimal | None = None
    """Pounds a year to the national median; None where too few are compared."""
    absent: str = ""
    """In two or three words why it is not in the comparison."""
    queried: bool = False

    @property
    def is_compared(self) -> bool:
        """Whether it is in the comparison."""
        return self.value is not None and not self.absent

    @property
    def words(self) -> str:
        """The value under a head that says the unit."""
        return "" if self.value is None else cell_words(self.metric, self.value)

    @property
    def gap_words(self) -> str:
        """What the gap is worth; a dash for a trust at or better than the median."""
        if self.gap is None:
            return "too few"
        return worth_words(self.gap) if self.gap else "–"


@dataclass(frozen=True, slots=True)
class Function:
    """One function over the footprint's trusts: a column of the table and a row of the strips."""

    reading: Reading
    metric: Metric
    part: Part
    title: str
    national: Distribution
    cells: tuple[Cell, ...]
    """In the order of the table's rows."""
    together: Decimal | None
    """Sum of numerators over sum of denominators, of the trusts that are compared."""

    @property
    def head_words(self) -> str:
        """The unit as it stands at the head of a column; of an index, that it is one."""
        return "index" if self.metric.unit == "index" else unit_words(self.metric)

    @property
    def unit_words(self) -> str:
        """The unit, and which way is better."""
        return f"{unit_words(self.metric)}, {direction_words(self.metric)}"

    @property
    def gap(self) -> Decimal:
        """The sum of its column, in pounds a year."""
        return total(cell.gap for cell in self.cells if cell.gap is not None)

    @property
    def gap_words(self) -> str:
        """The same for people."""
        return worth_words(self.gap) if self.has_gap else "too few"

    @property
    def has_gap(self) -> bool:
        """Whether any own trust has a gap that can be said."""
        return any(cell.gap is not None for cell in self.cells)

    @property
    def compared(self) -> int:
        """How many own trusts are compared."""
        return sum(cell.is_compared for cell in self.cells)

    @property
    def together_words(self) -> str:
        """The footprint's own value under a head that says the unit."""
        return "–" if self.together is None else cell_words(self.metric, self.together)

    @property
    def median_words(self) -> str:
        """The national median under a head that says the unit."""
        median = self.national.median
        return too_few_words(self.national.n) if median is None else cell_words(self.metric, median)

    def quantile_words(self, quantile: Quantile) -> str:
        """Another national quantile under a head that says the unit."""
        value: Decimal | None = getattr(self.national, quantile)
        return "too few" if value is None else cell_words(self.metric, value)

    @property
    def coverage(self) -> str:
        """How many returns stand behind the national figures."""
        disputed = self.reading.disputed(self.metric)
        words = coverage_words(self.national.n, self.reading.expected(self.metric))
        return f"{words}, {disputed} disputed" if disputed else words


@dataclass(frozen=True, slots=True)
class Row:
    """One trust over all functions."""

    trust: Trust
    cells: tuple[Cell, ...]
    office: Decimal
    """Its gaps on office functions, in pounds a year."""
    provisional: str = ""
    """ "provisional" where nothing of it is signed off, or of which template it is; empty where all of it is."""

    @property
    def office_words(self) -> str:
        """The same for people."""
        return (
            worth_words(self.office)
            if any(part_of(cell.metric) == "office" and cell.gap is not None for cell in self.cells)
            else "–"
        )


@dataclass(frozen=True, slots=True)
class Functions:
    """Trusts against functions. Functions of the office first, the most pounds first; then estates, then laboratories."""

    columns: tuple[Function, ...]
    rows: tuple[Row, ...]
    """The most pounds on office functions first."""

    @property
    def office(self) -> tuple[Function, ...]:
        """The columns that are added up."""
        return tuple(column for column in self.columns if column.part == "office")

    @property
    def others(self) -> tuple[Function, ...]:
        """The columns that stand for themselves."""
        return tuple(column for column in self.columns if column.part != "office")

    @property
    def office_gap_words(self) -> str:
        """The sum of all office functions over all trusts: what the headline calls by function."""
        return worth_words(total(row.office for row in self.rows))

    @property
    def has_values(self) -> bool:
        """Whether any trust is compared on anything."""
        return any(column.compared for column in self.columns)

    @property
    def direction_words(self) -> str:
        """Which way is better, where it is the same way for every function; else empty."""
        said = {direction_words(column.metric) for column in self.columns}
        return said.pop() if len(said) == 1 else ""

    @property
    def quantiles(self) -> Mapping[Quantile, str]:
        """The bounds that the strips draw beside the median, with the heads of their rows."""
        return QUANTILES

    @property
    def absent(self) -> tuple[str, ...]:
        """ODS codes of trusts that stand in no strip because they have no return."""
        return tuple(
            row.trust.ods_code for row in self.rows if all(cell.absent in (NO_RETURN, NOT_OWED) for cell in row.cells)
        )

    @property
    def charts(self) -> list[Markup]:
        """The strips of every function, a few to a chart."""
        return [
            footprint_strips(
                name=f"functions-{start}",
                title=sentence_list([column.title for column in self.columns[start : start + IN_A_CHART]]),
                rows=[_strip(column) for column in self.columns[start : start + IN_A_CHART]],
            )
            for start in range(0, len(self.columns), IN_A_CHART)
        ]


def _strip(column: Function) -> StripRow:
    return StripRow(
        name=column.title,
        distribution=column.national,
        dots=[Dot(cell.trust.ods_code, cell.value, cell.queried) for cell in column.cells if cell.is_compared and cell.value is not None],
        direction=column.metric.direction,
        words=partial(value_words, column.metric),
    )  # fmt: skip
