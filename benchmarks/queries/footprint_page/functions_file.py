"""The table of trusts against functions as a file: what the strips draw and the table shortens, with every digit."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from benchmarks.arithmetic.headline import PART_WORDS
from benchmarks.models import RunTrust
from benchmarks.queries.footprint_page.basis import Basis
from benchmarks.queries.footprint_page.function_table import Cell, Function
from benchmarks.queries.footprint_page.functions import functions
from benchmarks.queries.metric_run import run_words
from benchmarks.words import unit_words
from ui.csv_cells import csv_text
from ui.formats import exact

TITLES: Final = (
    "Run", "Population", "Figures", "Footprint", "Row", "Code", "Trust", "Signed off", "Part", "Function", "Metric", "Metric name",
    "Unit", "Value", "Quarter", "Pounds to the national median", "Pounds to the peer median", "Pounds to the best quarter",
    "Why not compared", "National P10", "National P25", "National median", "National P75", "National P90", "National n",
    "Returns owed", "Disputed",
)  # fmt: skip


def functions_csv(basis: Basis) -> str:
    """Every trust of the footprint on every function, then the footprint together. Each row says which run it is of, and whether that is
    provisional or made up. A figure that the reader may not see, or behind which too few stand, is left empty.
    """
    return csv_text(TITLES, (row for column in functions(basis).columns for row in _rows(basis, column)))


def _rows(basis: Basis, column: Function) -> Iterable[Sequence[str]]:
    run = run_words(column.reading.run)
    words = [word for word, holds in (("illustrative", run.illustrative), ("provisional", run.provisional)) if holds]
    start = [run.title, run.population, "; ".join(words) or "frozen", basis.footprint.name]
    metric = column.metric
    about = [PART_WORDS[column.part], column.title, metric.id, metric.name, unit_words(metric)]
    england = _england(column)
    found = {trust.trust_id: trust for trust in column.reading.trusts}
    for cell in column.cells:
        trust = found.get(cell.trust.pk)
        signed = "" if trust is None or trust.submission_id is None else "yes" if trust.is_signed else "no"
        own = ["trust", cell.trust.ods_code, cell.trust.name, signed]
        yield [*start, *own, *about, *_own(basis, column, cell, trust), *england]
    together = [_exact(column.together), "", exact(column.gap) if column.has_gap else "", "", "", ""]
    yield [*start, "together", "", "", "", *about, *together, *england]


def _own(basis: Basis, column: Function, cell: Cell, trust: RunTrust | None) -> list[str]:
    value = column.reading.value(trust, column.metric) if trust is not None else None
    if value is None or not cell.is_compared:
        return [_exact(cell.value), "", "", "", "", cell.absent]
    gaps = basis.gaps(column.reading, column.metric, value)
    pounds = [_exact(gaps.get("median")), _exact(gaps.get("peer_median")), _exact(gaps.get("stretch"))]
    return [_exact(cell.value), str(cell.quarter or ""), *pounds, ""]


def _england(column: Function) -> list[str]:
    lies = column.national
    bounds = (lies.p10, lies.p25, lies.median, lies.p75, lies.p90)
    counts = (lies.n, column.reading.expected(column.metric), column.reading.disputed(column.metric))
    return [*map(_exact, bounds), *map(str, counts)]


def _exact(amount: Decimal | None) -> str:
    return "" if amount is None else exact(amount)
