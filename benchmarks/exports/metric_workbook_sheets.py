"""The sheets of a metric's workbook that calculate: values, quantiles, and the position and pounds of own trusts. Pure."""

from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from benchmarks.exports.metric_table import (
    POSITION_RULE,
    QUANTILE_RULE,
    QUANTILE_WORDS,
    SHARES,
    Gap,
    OwnTrust,
    QuantileLine,
    TrustRow,
)
from benchmarks.exports.metric_workbook_parts import (
    CODE,
    DENOMINATOR,
    FIRST,
    MARKS,
    NAME,
    NUMERATOR,
    PART,
    PORTAL,
    POSITION,
    QUANTILES,
    REASON,
    TYPE,
    VALUE,
    VALUES,
    Book,
)
from benchmarks.words import unit_words

_PART_WORDS = {"A": "Volume that pounds are counted for", "B": "Relevant pay (£000)", "none": ""}
_FORMULA_WORDS = {
    "A": "(value − benchmark) × volume, never less than nought or more than the numerator",
    "B": "relevant pay × (1 − value ÷ benchmark), never less than nought",
}
_POUNDS = {
    "A": "=ROUND(1000*IF({value}<={q},0,MAX(0,MIN({num},{num}*{part}/{den}-{q}*{part}/{scale}))),2)",
    "B": "=ROUND(1000*IF(OR({value}>={q},{q}<=0),0,MAX(0,MIN({part},{part}*({q}-{value})/{q}))),2)",
}
"""The formulae of `benchmarks.arithmetic.savings`, bounded as there; figures of returns are in £000."""


def write_values(book: Book) -> None:
    """A row for each trust that the reader may see by name, and a column of marks for each group of a reader who sees all."""
    table, metric = book.table, book.table.metric
    who = "1 marks a value that is counted." if table.named is None else "Only trusts that you may see by name."
    sheet = book.begin(VALUES, f"Value = numerator × scale ÷ denominator. {who}")
    sheet.write_string(2, 0, "Scale")
    sheet.write_number(2, 1, metric.scale)
    groups = table.groups if table.named is None else ()
    titles = ["Code", "Trust", "Type", metric.numerator_words, metric.denominator_words or "", unit_words(metric)]
    titles += ["The portal shows", "Difference", "So they are", _PART_WORDS[metric.opportunity], "Why not counted"]
    book.heads(sheet, FIRST - 1, [*titles, *(group.title for group in groups)])
    for at, row in enumerate(table.rows, start=FIRST):
        _value_row(book, sheet, at, row)
        for column, group in enumerate(groups, start=MARKS):
            if row.counted and row.code in group.codes:
                sheet.write_number(at, column, 1, book.formats["whole"])
    if not table.rows:
        sheet.write_string(FIRST, 0, "There is no trust here that you may see by name.")
    sheet.set_column(NAME, NAME, 44)
    sheet.set_column(TYPE, PART, 16)
    sheet.set_column(REASON, REASON, 44)
    sheet.freeze_panes(FIRST, TYPE)


def _value_row(book: Book, sheet: Worksheet, at: int, row: TrustRow) -> None:
    why = row.reason or row.obstacle
    for column, words in ((CODE, row.code), (NAME, row.name), (TYPE, row.trust_type), (REASON, why)):
        book.words(sheet, at, column, words)
    part = {"A": row.volume, "B": row.relevant_pay, "none": None}[book.table.metric.opportunity]
    for column, figure in ((NUMERATOR, row.numerator), (DENOMINATOR, row.denominator), (PART, part)):
        if figure is not None:
            sheet.write_number(at, column, figure, book.formats["exact"])
    if row.value is not None:
        over = f"/{xl_rowcol_to_cell(at, DENOMINATOR)}" if row.denominator is not None else ""
        formula = f"={xl_rowcol_to_cell(at, NUMERATOR)}*{book.scale}{over}"
        sheet.write_formula(at, VALUE, formula, book.formats["value"], float(row.value))
        book.compare(sheet, at, PORTAL, row.value)


def write_quantiles(book: Book) -> None:
    """A row for each quantile that the reader may see."""
    table = book.table
    sheet = book.begin(QUANTILES, QUANTILE_RULE)
    sees_all = table.named is None
    titles = ["Group", "Quantile", "p", "n", *([] if sees_all else ["Position", "Value at or below", "Value above"])]
    book.heads(sheet, 3, [*titles, "Worked out here", "The portal shows", "Difference", "So they are", "Who they are"])
    for row, line in enumerate(table.quantiles, start=4):
        book.words(sheet, row, 0, line.group.title)
        book.words(sheet, row, 1, QUANTILE_WORDS[line.quantile])
        sheet.write_number(row, 2, SHARES[line.quantile], book.formats["value"])
        result = _over_values(book, sheet, row, line) if sees_all else _between_two(book, sheet, row, line)
        address = xl_rowcol_to_cell(row, result, row_abs=True, col_abs=True)
        book.cell_of[line.group.title, line.quantile] = book.address(QUANTILES, address)
        book.compare(sheet, row, result + 1, line.portal)
        book.words(sheet, row, result + 4, line.group.words)
    if not table.quantiles:
        sheet.write_string(4, 0, "Too few values stand behind every quantile.")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 10, 16)
    sheet.set_column(11, 11, 44)
    sheet.freeze_panes(4, 2)


def _over_values(book: Book, sheet: Worksheet, row: int, line: QuantileLine) -> int:
    """Excel's own function over the sheet of values; gives the column of the result."""
    counted = book.counted(book.table.groups.index(line.group))
    sheet.write_formula(row, 3, f"=SUMPRODUCT({counted})", book.formats["whole"], line.group.portal.n)
    chosen = f'IF({counted},{book.column(VALUE)},"")'
    function = {
        "p25": f"_xlfn.QUARTILE.INC({chosen},1)",
        "median": f"MEDIAN({chosen})",
        "p75": f"_xlfn.QUARTILE.INC({chosen},3)",
    }.get(line.quantile, f"_xlfn.PERCENTILE.INC({chosen},{SHARES[line.quantile]})")
    sheet.write_array_formula(row, 4, row, 4, f"{{={function}}}", book.formats["value"], float(line.portal))
    return 4


def _between_two(book: Book, sheet: Worksheet, row: int, line: QuantileLine) -> int:
    """The two values beside the position, for a reader who may not see the others; gives the column of the result."""
    n, share = line.group.portal.n, SHARES[line.quantile]
    cells = [xl_rowcol_to_cell(row, column) for column in range(7)]
    sheet.write_number(row, 3, n, book.formats["whole"])
    position = f"=ROUND(({cells[3]}-1)*{cells[2]}+1,9)"
    sheet.write_formula(row, 4, position, book.formats["value"], float((n - 1) * share + 1))
    if line.lower is None:
        book.words(sheet, row, 5, "not given")
        book.words(sheet, row, 6, "not given")
        sheet.write_number(row, 7, line.portal, book.formats["value"])
        return 7
    sheet.write_number(row, 5, line.lower, book.formats["value"])
    formula = f"={cells[5]}"
    if line.upper is None:
        book.words(sheet, row, 6, "not needed")
    else:
        sheet.write_number(row, 6, line.upper, book.formats["value"])
        formula += f"+({cells[4]}-INT({cells[4]}))*({cells[6]}-{cells[5]})"
    sheet.write_formula(row, 7, formula, book.formats["value"], float(line.portal))
    return 7


def write_position(book: Book) -> None:
    """Where each own trust stands, and what it would be worth to reach each benchmark."""
    table, formula = book.table, book.table.metric.opportunity
    sheet = book.begin(POSITION, POSITION_RULE)
    titles = ("Code", "Trust", "Value", "Values below", "Equal values", "n", "Rank", "Percentile")
    book.heads(sheet, 3, (*titles, "The portal shows", "Difference", "So they are"))
    for row, own in enumerate(table.own, start=4):
        _position_row(book, sheet, row, own)
    if not table.own:
        sheet.write_string(4, 0, "No trust was chosen, or none of them has a value that is counted.")
    gaps = [(own, gap) for own in table.own for gap in table.gaps(own)]
    if gaps:
        row = 4 + len(table.own) + 1
        sheet.write_string(row, 0, f"Pounds a year = {_FORMULA_WORDS[formula]}.")
        titles = ("Code", "Trust", "Value", "To reach", "Benchmark", "Of", "", "Pounds a year")
        book.heads(sheet, row + 1, (*titles, "The portal shows", "Difference", "So they are"))
        for at, (own, gap) in enumerate(gaps, start=row + 2):
            _gap_row(book, sheet, at, own, gap)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 10, 18)


def _own_trust(book: Book, sheet: Worksheet, row: int, code: str) -> None:
    found = book.row(code)
    book.words(sheet, row, 0, found.code)
    book.words(sheet, row, 1, found.name)
    sheet.write_formula(row, 2, f"={book.figure(code, VALUE)}", book.formats["value"], float(found.value or 0))


def _position_row(book: Book, sheet: Worksheet, row: int, own: OwnTrust) -> None:
    _own_trust(book, sheet, row, own.code)
    found, higher = own.position, book.table.metric.direction == "higher"
    mine, below, equal, n = (xl_rowcol_to_cell(row, column) for column in (2, 3, 4, 5))
    counts = (found.n - found.rank - found.equal + 1 if higher else found.rank - 1, found.equal, found.n)
    values, counted = book.column(VALUE), book.counted(0)
    formulae = (
        f"=SUMPRODUCT({counted}*({mine}-{values}>ABS({mine})*1E-12))",
        f"=SUMPRODUCT({counted}*(ABS({mine}-{values})<=ABS({mine})*1E-12))",
        f"=SUMPRODUCT({counted})",
    )
    for column, (count, formula) in enumerate(zip(counts, formulae, strict=True), start=3):
        if book.table.named is None:
            sheet.write_formula(row, column, formula, book.formats["whole"], count)
        else:
            sheet.write_number(row, column, count, book.formats["whole"])
    rank = f"={n}-{below}-{equal}+1" if higher else f"={below}+1"
    sheet.write_formula(row, 6, rank, book.formats["whole"], found.rank)
    if found.percentile is not None:
        percentile = f"=100*({below}+({equal}-1)/2)/({n}-1)"
        sheet.write_formula(row, 7, percentile, book.formats["value"], float(found.percentile))
        book.compare(sheet, row, 8, found.percentile)


def _gap_row(book: Book, sheet: Worksheet, row: int, own: OwnTrust, gap: Gap) -> None:
    _own_trust(book, sheet, row, own.code)
    book.words(sheet, row, 3, gap.benchmark)
    if isinstance(gap.at, Decimal):
        sheet.write_number(row, 4, gap.at, book.formats["value"])
    else:
        title, quantile = gap.at.group.title, gap.at.quantile
        reached = getattr(book.table.shown(gap.at.group), quantile)
        sheet.write_formula(row, 4, f"={book.cell_of[title, quantile]}", book.formats["value"], float(reached))
        book.words(sheet, row, 5, title)
    formula = book.table.metric.opportunity
    whole = formula == "A" and book.row(own.code).volume is None
    worth = _POUNDS[formula].format(
        value=xl_rowcol_to_cell(row, 2),
        q=xl_rowcol_to_cell(row, 4),
        num=book.figure(own.code, NUMERATOR),
        den=book.figure(own.code, DENOMINATOR),
        part=book.figure(own.code, DENOMINATOR if whole else PART),
        scale=book.scale,
    )
    sheet.write_formula(row, 7, worth, book.formats["pounds"], float(gap.portal))
    book.compare(sheet, row, 8, gap.portal, to_the_penny=True)
