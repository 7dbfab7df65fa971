"""Regions and footprints against functions: what each costs together, the pounds to the national median, and how many trusts are in the
worst quarter. One query: sums over trusts that share a region and footprints, added up here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.db.models import Count, Q, Sum

from benchmarks.arithmetic.headline import PART_WORDS, Part, part_of
from benchmarks.arithmetic.savings import footprint_value, opportunity_range, total
from benchmarks.defining.registry import title_of
from benchmarks.defining.schema import Metric
from benchmarks.models import RunValue
from benchmarks.queries.national_page.basis import NationalBasis
from benchmarks.queries.national_page.evidence import EvidenceLine, TrustGroup
from benchmarks.words import cell_words, unit_words, worth_words
from footprints.models import Footprint
from ui.formats import number

NO_FOOTPRINT = "In no footprint"

Kind = Literal["whole", "region", "footprint"]
Tone = Literal["best", "good", "poor", "worst"]
_Key = tuple[Literal["whole", "region", "footprint", "alone"], str]
_WHOLE: _Key = ("whole", "")


@dataclass(frozen=True, slots=True)
class Sums:
    """One metric over the counted values of some trusts; money in £000, the gap in pounds a year."""

    numerator: Decimal | None
    denominator: Decimal | None
    gap: Decimal | None
    """To the national median, over those that are worse; None where there is no median or pounds say nothing."""
    placed: int
    """Values that have a quarter."""
    worst: int
    """Values in the worst quarter."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One function in one region or footprint."""

    metric: Metric
    sums: Sums
    shows_quarters: bool

    @property
    def together(self) -> Decimal | None:
        """Σ numerators ÷ Σ denominators; None where there is no value."""
        numerator = self.sums.numerator
        return None if numerator is None else footprint_value([(numerator, self.sums.denominator)], self.metric.scale)

    @property
    def together_words(self) -> str:
        """The same under a head that says the unit."""
        return "not compared" if self.together is None else cell_words(self.metric, self.together)

    @property
    def gap_words(self) -> str:
        """Pounds a year to the national median."""
        return _gap_words(self.sums.gap)

    @property
    def worst_words(self) -> str:
        """ "3 of 12", how many are in the worst quarter; empty where there are too few values in England for a quarter."""
        if not self.shows_quarters or not self.sums.placed:
            return ""
        return f"{number(self.sums.worst)} of {number(self.sums.placed)}"

    @property
    def tone(self) -> Tone:
        """How the share of trusts in the worst quarter is coloured: none, up to a third, up to a half, more."""
        if not self.sums.worst:
            return "best"
        if 3 * self.sums.worst <= self.sums.placed:
            return "good"
        return "poor" if 2 * self.sums.worst <= self.sums.placed else "worst"


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One region, one footprint, or everything together."""

    kind: Kind
    title: str
    evidence: EvidenceLine
    cells: tuple[HeatCell, ...]
    gap: Decimal
    """Pounds a year over the functions that are added up in the first part of the spend."""
    footprint: Footprint | None = None

    @property
    def gap_words(self) -> str:
        """The same in words."""
        return _gap_words(self.gap)


@dataclass(frozen=True, slots=True)
class Heat:
    """The table."""

    columns: tuple[Metric, ...]
    """Those of which any trust has a value."""
    whole: HeatRow
    rows: tuple[HeatRow, ...]
    """Each region with its footprints beneath it; the most pounds first."""
    shared: int
    """How many compared trusts belong to several footprints, and are counted in each."""
    top_down: Decimal | None
    """The other end of the range: pounds of the metric over all functions of the first part; None where there is none."""

    @property
    def first_part(self) -> Part | None:
        """The part of the spend whose functions are added up in the rows."""
        return part_of(self.columns[0]) if self.columns else None

    @property
    def part_words(self) -> str:
        """The same as the head of a column."""
        return PART_WORDS[self.first_part] if self.first_part else ""

    @property
    def largest(self) -> HeatCell | None:
        """The function of the first part with the most pounds to the national median; None where none has any."""
        worth = [cell for cell in self.whole.cells if cell.sums.gap and part_of(cell.metric) == self.first_part]
        return max(worth, key=lambda cell: cell.sums.gap or Decimal(0), default=None)

    @property
    def apart(self) -> tuple[HeatCell, ...]:
        """The functions that are in no sum, where they have pounds."""
        return tuple(cell for cell in self.whole.cells if cell.sums.gap and part_of(cell.metric) != self.first_part)

    @property
    def range_words(self) -> str:
        """ "£1,000,000 to £1,400,000": the range that adding up allows."""
        low, high = opportunity_range(
            top_down=self.whole.gap if self.top_down is None else self.top_down, bottom_up=self.whole.gap
        )
        return worth_words(low) if low == high else f"{worth_words(low)} to {worth_words(high)}"

    def title(self, metric: Metric) -> str:
        """The head of a metric's column."""
        return title_of(metric)

    def unit(self, metric: Metric) -> str:
        """The unit beneath it."""
        return unit_words(metric)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What was found, by the row of the table that it belongs to."""

    basis: NationalBasis
    columns: tuple[Metric, ...]
    sums: Mapping[_Key, Mapping[str, Sequence[Sums]]]
    """By row and metric."""
    groups: Mapping[_Key, Sequence[TrustGroup]]

    def added(self, key: _Key, metric: Metric) -> Sums:
        """One metric over everything that belongs to a row."""
        return _added(self.sums.get(key, {}).get(metric.id, ()))

    def row(self, key: _Key, title: str, footprint: Footprint | None = None) -> HeatRow:
        """One row of the table."""
        cells = tuple(
            HeatCell(metric, self.added(key, metric), self.basis.shows_quarters(metric)) for metric in self.columns
        )
        first = part_of(self.columns[0]) if self.columns else None
        gaps = [cell.sums.gap for cell in cells if part_of(cell.metric) == first and cell.sums.gap is not None]
        return HeatRow(
            kind="footprint" if key[0] == "alone" else key[0],
            title=title,
            evidence=EvidenceLine.of(title, self.groups.get(key, ())),
            cells=cells,
            gap=total(gaps),
            footprint=footprint,
        )


def heat(basis: NationalBasis, groups: Sequence[TrustGroup]) -> Heat:
    """The table of a run for the regions that the person looks after. Two queries."""
    above = basis.top_down
    found = _sorted(basis, [*basis.additive, *([above] if above else [])], groups)
    return Heat(
        columns=found.columns,
        whole=found.row(_WHOLE, basis.place),
        rows=tuple(_rows(found, basis.footprints())),
        shared=sum(group.count for group in groups if group.compared and len(group.footprints) > 1),
        top_down=found.added(_WHOLE, above).gap if above else None,
    )


def _sorted(basis: NationalBasis, listed: Sequence[Metric], groups: Iterable[TrustGroup]) -> _Sorted:
    values = RunValue.objects.counted().filter(
        run=basis.run, run_trust__in=basis.trusts, metric__in=[metric.id for metric in listed]
    )
    rows = values.values_list("metric", "run_trust__region", "run_trust__footprints").annotate(
        numerators=Sum("numerator"),
        denominators=Sum("denominator"),
        gap=Sum("standing__to_median"),
        placed=Count("standing__band"),
        worst=Count("pk", filter=Q(standing__band=4)),
    )
    sums: dict[_Key, dict[str, list[Sums]]] = defaultdict(lambda: defaultdict(list))
    for metric, region, footprints, *found in rows.order_by():
        for key in _keys(region, footprints):
            sums[key][metric].append(Sums(*found))
    by_key: dict[_Key, list[TrustGroup]] = defaultdict(list)
    for group in groups:
        for key in _keys(group.region, group.footprints):
            by_key[key].append(group)
    columns = tuple(metric for metric in basis.additive if metric.id in sums[_WHOLE])
    return _Sorted(basis, columns, sums, by_key)


def _keys(region: str, footprints: Sequence[str]) -> Iterable[_Key]:
    """The rows that a trust belongs to: one for each of its footprints."""
    yield _WHOLE
    yield "region", region
    yield from (("footprint", code) for code in footprints)
    if not footprints:
        yield "alone", region


def _rows(found: _Sorted, footprints: Mapping[str, Footprint]) -> Iterable[HeatRow]:
    """Regions by pounds, under each its own footprints by pounds, and last its trusts that are in none."""
    beneath: dict[str, list[HeatRow]] = defaultdict(list)
    for code, known in footprints.items():
        if ("footprint", code) in found.groups:
            beneath[known.region].append(found.row(("footprint", code), known.name, known))
    regions = [name for kind, name in found.groups if kind == "region"]
    for region in _by_gap(found.row(("region", name), name) for name in regions):
        yield region
        yield from _by_gap(beneath[region.title])
        if ("alone", region.title) in found.groups:
            yield found.row(("alone", region.title), NO_FOOTPRINT)


def _added(parts: Iterable[Sums]) -> Sums:
    """Sums over several groups of trusts; what none of them has stays None."""
    listed = list(parts)
    return Sums(
        numerator=_total(part.numerator for part in listed),
        denominator=_total(part.denominator for part in listed),
        gap=_total(part.gap for part in listed),
        placed=sum(part.placed for part in listed),
        worst=sum(part.worst for part in listed),
    )


def _total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, start=Decimal(0)) if known else None


def _by_gap(rows: Iterable[HeatRow]) -> list[HeatRow]:
    return sorted(rows, key=lambda row: (-row.gap, row.title))


def _gap_words(gap: Decimal | None) -> str:
    if gap is None:
        return "not in pounds"
    return worth_words(gap) if gap else "–"
