"""The tables of the national page as files. Whatever the page shortens is whole here, and amounts have every digit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from benchmarks.arithmetic.headline import PART_WORDS, part_of
from benchmarks.queries.national_page.basis import NationalBasis
from benchmarks.queries.national_page.evidence import EvidenceLine, evidence
from benchmarks.queries.national_page.gaps import largest_opportunities, outliers_to_query
from benchmarks.queries.national_page.heat import HeatRow, heat
from benchmarks.words import unit_words
from ui.csv_cells import csv_text
from ui.formats import exact

_ABOUT = ("Run", "Figures")
_Rows = Iterable[Sequence[str]]


def table_csv(basis: NationalBasis, table: str) -> str:
    """One table as CSV; every row says which run it is of, and whether that is provisional or made up. KeyError for no such table."""
    titles, rows = TABLES[table]
    run = basis.run
    words = [word for word, holds in (("illustrative", run.illustrative), ("provisional", run.number is None)) if holds]
    of = run.collection.name if run.collection else run.template
    name = f"{of}, run {run.number} for {run.purpose}" if run.number else f"{of}, live"
    about = (name, ", ".join(words) or "frozen")
    return csv_text([*_ABOUT, *titles], ([*about, *row] for row in rows(basis)))


def _regions(basis: NationalBasis) -> _Rows:
    shown = heat(basis, evidence(basis).groups)
    above = ""
    for row in (shown.whole, *shown.rows):
        above = "" if row.kind == "whole" else row.title if row.kind == "region" else above
        yield from _heat_rows(row, above)


def _heat_rows(row: HeatRow, region: str) -> _Rows:
    for cell in row.cells:
        sums = cell.sums
        yield [
            row.kind, row.title, region, cell.metric.id, cell.metric.name, unit_words(cell.metric),
            str(row.evidence.owed), str(row.evidence.compared), _exact(sums.numerator), _exact(sums.denominator),
            _exact(cell.together), _exact(sums.gap),
            *((str(sums.worst), str(sums.placed)) if cell.shows_quarters else ("", "")),
        ]  # fmt: skip


def _returns(basis: NationalBasis) -> _Rows:
    found = evidence(basis)
    groups: tuple[tuple[str, Iterable[EvidenceLine]], ...] = (
        ("All", (found.whole,)),
        ("Type", found.types),
        ("Region", found.regions),
    )
    for grouped_by, lines in groups:
        for line in lines:
            counts = (line.owed, line.compared, line.signed, line.clean)
            yield [grouped_by, line.title, *map(str, counts)]


def _metrics(basis: NationalBasis) -> _Rows:
    for line in evidence(basis).measures:
        counts = (
            line.owed, line.compared, line.not_applicable, line.included_elsewhere, line.not_calculable, line.missing,
            line.zero_volume, line.disputed, line.no_return,
        )  # fmt: skip
        yield [line.metric.id, line.metric.name, *map(str, counts)]


def _opportunities(basis: NationalBasis) -> _Rows:
    for part in dict.fromkeys(part_of(metric) for metric in basis.additive):
        for row in largest_opportunities(basis, part, most=None):
            yield [
                PART_WORDS[part] if part else "", row.of.trust.ods_code, row.of.trust.name, row.of.region, row.metric.id,
                row.metric.name, unit_words(row.metric), exact(row.value), exact(row.to_median), _exact(row.to_peer_median),
                _exact(row.to_stretch),
            ]  # fmt: skip


def _outliers(basis: NationalBasis) -> _Rows:
    for row in outliers_to_query(basis, most=None).rows:
        yield [
            row.of.trust.ods_code, row.of.trust.name, row.of.region, row.metric.id, row.metric.name, unit_words(row.metric),
            exact(row.value), _exact(row.median), row.why, _exact(row.effect), "yes" if row.queried else "no",
        ]  # fmt: skip


def _exact(amount: Decimal | None) -> str:
    return "" if amount is None else exact(amount)


TABLES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[NationalBasis], _Rows]]]] = {
    "regions": (
        (
            "Row", "Name", "Region", "Metric", "Metric name", "Unit", "Returns owed", "Trusts compared", "Sum of numerators",
            "Sum of denominators", "Together", "Pounds to the national median", "Trusts in the worst quarter", "Trusts with a quarter",
        ),
        _regions,
    ),
    "returns": (
        ("Grouped by", "Group", "Returns owed", "Compared", "Signed off", "Without a warning"),
        _returns,
    ),
    "metrics": (
        (
            "Metric", "Metric name", "Returns owed", "Compared", "Not applicable", "Included elsewhere", "Cannot be stated",
            "Not given", "Zero volume", "Disputed", "No return",
        ),
        _metrics,
    ),
    "opportunities": (
        (
            "Part", "Code", "Trust", "Region", "Metric", "Metric name", "Unit", "Value", "Pounds to the national median",
            "Pounds to the peer median", "Pounds to the best quarter",
        ),
        _opportunities,
    ),
    "outliers": (
        (
            "Code", "Trust", "Region", "Metric", "Metric name", "Unit", "Value", "National median", "Why it is unusual",
            "Pounds away from the median", "Queried",
        ),
        _outliers,
    ),
}  # fmt: skip
"""By the name in the address: the columns, and what fills them."""
