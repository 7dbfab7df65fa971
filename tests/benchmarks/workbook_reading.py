"""Reads the workbook of a metric back, and holds it against the table that it was written from."""

from collections.abc import Iterator
from decimal import Decimal

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks.exports.metric_table import QUANTILE_WORDS, MetricTable
from benchmarks.exports.metric_workbook import ALL_AGREE
from benchmarks.exports.metric_workbook_parts import ABOUT, DIFFERS, POSITION, QUANTILES, SHEETS, VALUES

RELATIVE = Decimal("1e-12")


def below(sheet: Worksheet, head: str) -> Iterator[dict[str, object]]:
    """The rows under the line of titles in which `head` stands, by title, up to the first that is empty."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if head in row)
    for row in rows[start + 1 :]:
        if row[0] is None:
            return
        yield {str(title): cell for title, cell in zip(rows[start], row, strict=True) if title}


def near(theirs: object, ours: Decimal) -> bool:
    return isinstance(theirs, int | float) and abs(Decimal(theirs) - ours) <= abs(ours) * RELATIVE


def sheets_of(workbook: Workbook, table: MetricTable) -> dict[str, Worksheet]:
    return {name: workbook[f"{table.metric.id} {name}"] for name in SHEETS}


def wrong_in(workbook: dict[str, Worksheet], table: MetricTable) -> Iterator[str]:
    """Every figure that LibreOffice calculated and that is not the portal's."""
    unit = [cell.value for cell in workbook[VALUES][5]][5]
    for row, said in zip(table.rows, below(workbook[VALUES], "Code"), strict=True):
        if row.value is not None and not near(said[str(unit)], row.value):
            yield f"{table.metric.id} {row.code}: {said[str(unit)]} for {row.value}"
    lines = list(below(workbook[QUANTILES], "Quantile"))
    for line, said in zip(table.quantiles, lines, strict=True):
        if said["n"] != line.group.portal.n or not near(said["Worked out here"], line.portal):
            yield f"{table.metric.id} {line.group.title} {QUANTILE_WORDS[line.quantile]}: {said} for {line.portal}"
    for own, said in zip(table.own, below(workbook[POSITION], "Percentile"), strict=True):
        if said["Rank"] != own.position.rank or not near(said["Percentile"], own.position.percentile or Decimal(0)):
            yield f"{table.metric.id} {own.code}: {said} for {own.position}"
    gaps = [gap for own in table.own for gap in table.gaps(own)]
    for gap, said in zip(gaps, below(workbook[POSITION], "Pounds a year") if gaps else (), strict=True):
        pounds = said["Pounds a year"]
        if not isinstance(pounds, int | float) or Decimal(pounds).quantize(Decimal("0.01")) != gap.portal:
            yield f"{table.metric.id} {gap.benchmark}: {said} for {gap.portal}"
    for sheet in (VALUES, QUANTILES, POSITION):
        if any(DIFFERS in row for row in workbook[sheet].iter_rows(values_only=True)):
            yield f"{table.metric.id}: {sheet} says that something differs"
    if ALL_AGREE not in [cell.value for cell in workbook[ABOUT]["B"]]:
        yield f"{table.metric.id}: About does not say that all agree"
