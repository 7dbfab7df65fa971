"""A metric as an Excel workbook whose formulae work out again what the portal shows. Pure.

Four sheets: About; Values (numerator × scale ÷ denominator, live); Quantiles (live, beside the portal's figure and the
difference); Position and pounds (live, of the reader's own trusts). What each kind of reader gets is decided in
`metric_table`; a reader who may see every trust by name can change a mark or a figure and see what follows from it.

Excel and LibreOffice calculate in binary doubles, the portal in decimals. So figures are written to 16 digits, values count as
equal where they agree to 12, and "the same" means that; pounds are rounded to the penny on both sides.
"""

from io import BytesIO

from xlsxwriter import Workbook

from benchmarks.arithmetic.quantiles import coverage_words
from benchmarks.exports.metric_table import ILLUSTRATIVE, POSITION_RULE, QUANTILE_RULE, MetricTable
from benchmarks.exports.metric_workbook_parts import ABOUT, DIFFERS, POSITION, QUANTILES, VALUES, Book
from benchmarks.exports.metric_workbook_sheets import write_position, write_quantiles, write_values
from benchmarks.words import direction_words, formula_words, unit_words
from ui.csv_cells import neutral
from ui.formats import plural

ALL_AGREE = "Yes: every formula gives the portal's figure."
_UNNAMED = (
    "Of trusts that you may not see by name, the sheet Quantiles gives the two values beside each quantile, without names, so"
    " that you can work it out again. They are not given where one of them is the lowest or the highest of those trusts."
    " Quantiles that too few values stand behind are left out."
)


def metric_workbook(table: MetricTable) -> bytes:
    """The workbook of one metric for one reader."""
    stream = BytesIO()
    options = {"in_memory": True, "default_format_properties": {"font_name": "Arial", "font_size": 10}}
    with Workbook(stream, options) as workbook:
        write_metric(workbook, table)
    return stream.getvalue()


def write_metric(workbook: Workbook, table: MetricTable) -> None:
    """Four sheets of one metric, at the end of a workbook."""
    book = Book(table, workbook)
    write_values(book)
    write_quantiles(book)
    write_position(book)
    _write_about(book)


def _write_about(book: Book) -> None:
    sheet, row = book.sheets[ABOUT], 0
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    if book.table.run.illustrative:
        sheet.merge_range(0, 0, 0, 1, ILLUSTRATIVE, book.styles["when_error"])
        row = 1
    for title, words in about_rows(book.table):
        sheet.write_string(row, 0, neutral(title), book.styles["strong"])
        sheet.write_string(row, 1, neutral(words), book.styles["plain"])
        row += 1
    differing = "+".join(f'COUNTIF({book.used(name)},"{DIFFERS}")' for name in (VALUES, QUANTILES, POSITION))
    no = f"No: look for the word {DIFFERS} in the other sheets."
    sheet.write_string(row, 0, "Do the formulae agree with the portal?", book.styles["strong"])
    sheet.write_formula(row, 1, f'=IF({differing}=0,"{ALL_AGREE}","{no}")', book.styles["plain"], ALL_AGREE)


def about_rows(table: MetricTable) -> list[tuple[str, str]]:
    """What has to be known about the figures: title and words."""
    metric, run = table.metric, table.run
    rows = [
        ("Metric", f"{metric.id} {metric.name}"),
        ("Question", metric.question),
        ("Definition", formula_words(metric)),
        ("Unit", f"{unit_words(metric)}; {direction_words(metric)}"),
        ("Figures", run.population),
        ("Run", f"{run.title}{', provisional' if run.provisional else ''}"),
        ("Source", run.source),
        ("Values", coverage_words(table.n, table.expected)),
        *((f"Not counted: {why}", plural(count, "trust")) for why, count in table.obstacles),
        ("Quantile rule", QUANTILE_RULE),
        ("Position rule", POSITION_RULE),
        ("Note", metric.note or "none"),
        ("Worked out by", f"code version {run.code_version}"),
    ]
    return rows if table.named is None else [*rows, ("What you see of others", _UNNAMED)]
