"""What the sheets of a metric's workbook share: formats, heads, where things stand, and the comparison with the portal. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from benchmarks.exports.metric_table import ILLUSTRATIVE, MetricTable, TrustRow
from templates_app.workbook_styles import Styles
from ui.csv_cells import neutral

SAME, DIFFERS = "the same", "differs"
"""What stands beside a difference."""

ABOUT, VALUES, QUANTILES, POSITION = "About", "Values", "Quantiles", "Position"
SHEETS = (ABOUT, VALUES, QUANTILES, POSITION)
"""Each metric has these four; the metric's id stands before the name, so that sheets of several metrics go into one workbook."""

FIRST = 5
"""The row of the sheet of values, from 0, at which trusts begin; the scale and the titles stand above."""
CODE, NAME, TYPE, NUMERATOR, DENOMINATOR, VALUE, PORTAL, DIFFERENCE, SAYS, PART, REASON, MARKS = range(12)
"""The columns of the sheet of values; from MARKS on there is one for each group, for a reader who sees every trust."""

_BODY = {"border": 1, "border_color": "#AEB7BD", "valign": "vcenter"}
_FORMATS = {
    "exact": "#,##0.######",
    "whole": "#,##0",
    "pounds": "£#,##0.00",
    "difference": "0.0E+00;-0.0E+00;0",
}


class Book:
    """One workbook being written. It knows where each figure stands, for the formulae that need it."""

    def __init__(self, table: MetricTable, workbook: Workbook) -> None:
        self.table, self.styles = table, Styles(workbook)
        self.scale = self.address(VALUES, "$B$3")
        self.sheets: dict[str, Worksheet] = {
            name: workbook.add_worksheet(f"{table.metric.id} {name}") for name in SHEETS
        }
        formats = {**_FORMATS, "value": f"#,##0.{'0' * max(table.metric.decimals, 2)}"}
        self.formats: dict[str, Format] = {
            purpose: workbook.add_format({**_BODY, "num_format": written}) for purpose, written in formats.items()
        }
        self.formats["plain"] = workbook.add_format({**_BODY, "text_wrap": True})
        self.row_of = {row.code: FIRST + index for index, row in enumerate(table.rows)}
        self.cell_of: dict[tuple[str, str], str] = {}
        """Where the result of a quantile stands, by the group's title and the quantile."""

    def address(self, sheet: str, cells: str) -> str:
        """Cells of one of the four sheets, as a formula names them."""
        return f"'{self.table.metric.id} {sheet}'!{cells}"

    def used(self, sheet: str) -> str:
        """The rows of a sheet that were written; whole columns take programs a second each."""
        return self.address(sheet, f"$A$1:$K${self.sheets[sheet].dim_rowmax + 1}")

    def begin(self, name: str, sentence: str) -> Worksheet:
        """A sheet with what it is about in its first two rows."""
        sheet = self.sheets[name]
        label = f"{ILLUSTRATIVE} " if self.table.run.illustrative else ""
        sheet.write_string(
            0, 0, neutral(f"{label}{self.table.metric.id} {self.table.metric.name}"), self.styles["strong"]
        )
        sheet.set_row(0, 30)
        sheet.write_string(1, 0, sentence)
        return sheet

    def heads(self, sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
        """A row of titles."""
        for column, title in enumerate(titles):
            sheet.write_string(row, column, neutral(title), self.styles["head"])

    def words(self, sheet: Worksheet, row: int, column: int, words: str) -> None:
        """A text, which no program takes for a formula; nothing where there is none."""
        if words:
            sheet.write_string(row, column, neutral(words), self.formats["plain"])

    def compare(self, sheet: Worksheet, row: int, column: int, portal: Decimal, *, to_the_penny: bool = False) -> None:
        """The portal's figure beside the formula that stands left of it, the difference, and whether they are the same."""
        formula, figure = xl_rowcol_to_cell(row, column - 1), xl_rowcol_to_cell(row, column)
        sheet.write_number(row, column, portal, self.formats["pounds" if to_the_penny else "value"])
        sheet.write_formula(row, column + 1, f"={formula}-{figure}", self.formats["difference"], 0)
        near = f"ROUND({formula}-{figure},2)=0" if to_the_penny else f"ABS({formula}-{figure})<=ABS({figure})*1E-12"
        sheet.write_formula(row, column + 2, f'=IF({near},"{SAME}","{DIFFERS}")', self.formats["plain"], SAME)

    def row(self, code: str) -> TrustRow:
        """The figures of a trust that stands on the sheet of values."""
        return self.table.rows[self.row_of[code] - FIRST]

    def figure(self, code: str, column: int) -> str:
        """The address of a figure on the sheet of values."""
        return self.address(VALUES, xl_rowcol_to_cell(self.row_of[code], column))

    def column(self, column: int) -> str:
        """The address of a whole column of the sheet of values."""
        last = FIRST + max(len(self.table.rows), 1) - 1
        top, bottom = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (FIRST, last))
        return self.address(VALUES, f"{top}:{bottom}")

    def counted(self, group: int) -> str:
        """An array of 1 and 0: which values count in a group, by its mark, where there is a value at all."""
        return f"({self.column(MARKS + group)}=1)*ISNUMBER({self.column(VALUE)})"
