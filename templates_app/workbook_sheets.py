"""Writes the sheets of lines: what the trust fills, what we work out, last year, and what to include. Pure."""

from itertools import groupby

from xlsxwriter.worksheet import Worksheet

from templates_app.gates import gate_words, gates_by_line
from templates_app.layout import CODE_COLUMN, HEADER_ROW, LABEL_COLUMN, TOTAL, SheetLayout, letters
from templates_app.schema import NUMBER_UNITS, UNIT_WORDS, Column, Line, Sheet, is_optional, unit_of
from templates_app.workbook_formulas import computed_formula, gate_name, gate_sentences, total_formula
from templates_app.workbook_inputs import validation
from templates_app.workbook_parts import OPTIONAL_WORDS, Parts, lines_needed, protect, set_page, token, year_before
from templates_app.workbook_styles import FRACTION_FORMATS

ASIDE = f"{letters(LABEL_COLUMN + 1)}3"
"""Where the words about how to fill a sheet stand."""
NOTES_WIDTH, LABEL_WIDTH = 66.0, 40.0
_WIDTHS = {
    "thousand_pounds": 13.0, "wte": 11.0, "count": 12.0, "square_metres": 12.0, "days": 10.0, "percent": 10.0,
    "yes_no": 9.0, "choice": 20.0, "date": 12.0, "text": 26.0,
}  # fmt: skip
_PAGE_WIDTH = 128.0
"""Characters across a landscape A4 page at full size."""
_PAGE_HEIGHT = 490.0
"""Points down the same page, between its margins."""
_TOTAL_HEIGHT = 20.0
_SMALLEST_ON_ONE_PAGE = 68
"""A sheet that would print smaller than this percentage on one page across is printed on two."""


def write_sheet(worksheet: Worksheet, layout: SheetLayout, parts: Parts) -> None:
    """Write one sheet of lines."""
    widths = _set_widths(worksheet, layout)
    first_page = _first_page(layout, widths)
    height = _write_head(worksheet, layout, parts, widths, first_page)
    for row, line in enumerate(layout.sheet.lines, layout.first_row):
        _write_line(worksheet, layout, parts, line, row)
        worksheet.set_row(row - 1, _row_height(line, parts))
        height += _row_height(line, parts)
    if layout.total_row is not None:
        _write_totals(worksheet, layout, parts, layout.total_row)
        height += _TOTAL_HEIGHT
    _set_conditions(worksheet, layout, parts)
    worksheet.freeze_panes(layout.first_row - 1, LABEL_COLUMN)
    protect(worksheet)
    _set_print(worksheet, layout, parts, widths, first_page, height)


def _set_widths(worksheet: Worksheet, layout: SheetLayout) -> dict[int, float]:
    sheet = layout.sheet
    widths = {CODE_COLUMN: 8.0, LABEL_COLUMN: LABEL_WIDTH, layout.notes_column: NOTES_WIDTH}
    for column in sheet.columns:
        units = {unit_of(line, column) for line in sheet.lines}
        longest_word = max(len(word) for word in column.title.split()) + 2.0
        width = max(longest_word, *(_WIDTHS[unit] for unit in units))
        widths[layout.columns[column.code]] = 40.0 if column.code == "comment" else width
    widths |= dict.fromkeys(layout.unit_columns.values(), 9.0)
    widths |= dict.fromkeys(layout.last_year_columns.values(), 11.0)
    for number, width in widths.items():
        worksheet.set_column(number - 1, number - 1, width)
    return widths


def _write_head(
    worksheet: Worksheet, layout: SheetLayout, parts: Parts, widths: dict[int, float], first_page: int
) -> float:
    """Write what stands above the lines; gives its height in points.

    Code and label are printed again on a second page across, so the words begin after them.
    """
    styles, sheet = parts.styles, layout.sheet
    for number in range(1, layout.notes_column + 1):
        worksheet.write_blank(0, number - 1, None, styles["title"])
    worksheet.write_string(0, 0, sheet.title, styles["title"])
    worksheet.write_string(0, LABEL_COLUMN, f"{token('trust')}, {parts.year}", styles["title"])
    across = sum(width for number, width in widths.items() if LABEL_COLUMN < number <= first_page)
    heights = [28.0]
    names, below = gates_on(sheet), aside(sheet, parts.trust_type)
    at_most = " ".join([*(gate_words(parts.definition, name) for name in names), below])
    for row, (words, style) in enumerate(((sheet.purpose, "sheet_lead"), (at_most, "sheet_aside")), 1):
        worksheet.merge_range(row, LABEL_COLUMN, row, first_page - 1, words, styles[style])
        heights.append(4 + 13.0 * lines_needed(words, across * 0.97))
    if names:
        formula = "=" + gate_sentences(names, parts.definition, below)
        worksheet.write_formula(ASIDE, formula, styles["sheet_aside"], below)
    heights += [18.0, _write_titles(worksheet, layout, parts, widths), 15.0 if layout.units_row else 0]
    for row, height in enumerate(heights[:HEADER_ROW]):
        worksheet.set_row(row, height)
    _write_bands(worksheet, layout, parts)
    return sum(heights)


def aside(sheet: Sheet, trust_type: str) -> str:
    """What stands above the lines about how to fill them."""
    words = "Yellow cells are for you to fill. Those with a dashed edge are optional. We work out the grey ones."
    optional = [line.code for line in sheet.lines if is_optional(line, trust_type)]
    return f"{words} {OPTIONAL_WORDS}: {', '.join(optional)}." if optional else words


def gates_on(sheet: Sheet) -> tuple[str, ...]:
    """The gates that lines of the sheet stand behind."""
    return tuple(dict.fromkeys(name for line in sheet.lines if (name := line.gate or sheet.gate)))


def _write_bands(worksheet: Worksheet, layout: SheetLayout, parts: Parts) -> None:
    styles, row = parts.styles, HEADER_ROW - 2
    for number in range(1, layout.notes_column + 1):
        grey = number in layout.last_year_columns.values()
        worksheet.write_blank(row, number - 1, None, styles["band_grey" if grey else "band"])
    first = min(layout.columns.values())
    worksheet.write_string(row, first - 1, f"This year, {parts.year}", styles["band"])
    if layout.last_year_columns:
        words = year_before(parts.year)
        if len(layout.last_year_columns) > 1:
            words = f"Last year, {words}" if parts.has_last_year else f"Last year, {words}: we hold none"
        number = min(layout.last_year_columns.values())
        worksheet.write_string(row, number - 1, words, styles["band_grey"])


def _write_titles(worksheet: Worksheet, layout: SheetLayout, parts: Parts, widths: dict[int, float]) -> float:
    """Write the columns' titles and units; gives the titles' height."""
    styles, sheet, row = parts.styles, layout.sheet, HEADER_ROW - 1
    numeric = {column.code for column in sheet.columns if column.unit in NUMBER_UNITS}
    titles = [(CODE_COLUMN, "Line", "head", ""), (LABEL_COLUMN, "What we ask", "head", "")]
    for column in sheet.columns:
        number = layout.columns[column.code]
        style = "head_number" if column.code in numeric or column.unit is None else "head"
        titles.append((number, column.title, style, UNIT_WORDS[column.unit] if column.unit else ""))
    titles += [(number, "Unit", "head", "") for number in layout.unit_columns.values()]
    for code, number in layout.last_year_columns.items():
        column = sheet.column(code)
        title = column.title if len(layout.last_year_columns) > 1 else "Last year"
        titles.append((number, title, "head_grey", UNIT_WORDS[column.unit] if column.unit else ""))
    titles.append((layout.notes_column, "What to include", "head", ""))
    for number, title, style, unit in titles:
        worksheet.write_string(row, number - 1, title, styles[style])
        if layout.units_row:
            worksheet.write_string(layout.units_row - 1, number - 1, unit, styles[style.replace("head", "unit")])
    return 12 + 13.0 * max(lines_needed(title, (widths[number] - 2) * 0.85) for number, title, _, _ in titles)


def _write_line(worksheet: Worksheet, layout: SheetLayout, parts: Parts, line: Line, row: int) -> None:
    styles = parts.styles
    worksheet.write_string(row - 1, CODE_COLUMN - 1, line.code, styles["code"])
    worksheet.write_string(row - 1, LABEL_COLUMN - 1, line.label, styles["label"])
    for column in layout.sheet.columns:
        place, number = (line.code, column.code), layout.columns[column.code] - 1
        if column.formula is None:
            _write_input(worksheet, parts, line, column, row, number)
        else:
            formula = "=" + computed_formula(place, parts.cells, parts.layout)
            style = styles.figure("computed", unit_of(line, column), parts.mark(line, column))
            worksheet.write_formula(row - 1, number, formula, style, "")
        if column.code in layout.unit_columns:
            unit = UNIT_WORDS[unit_of(line, column)]
            worksheet.write_string(row - 1, layout.unit_columns[column.code] - 1, unit, styles["unit_beside"])
    for code, number in layout.last_year_columns.items():
        style = styles.figure("last_year", unit_of(line, layout.sheet.column(code)))
        worksheet.write_blank(row - 1, number - 1, None, style)
    worksheet.write_string(row - 1, layout.notes_column - 1, _note(line, parts), styles["note"])


def _write_input(worksheet: Worksheet, parts: Parts, line: Line, column: Column, row: int, number: int) -> None:
    unit, required = unit_of(line, column), parts.required(line, column)
    style = parts.styles.figure("input" if required else "optional", unit, parts.mark(line, column))
    worksheet.write_blank(row - 1, number, None, style)
    optional = is_optional(line, parts.trust_type)
    address = f"{letters(number + 1)}{row}"
    worksheet.data_validation(row - 1, number, row - 1, number, validation(line, column, address, optional=optional))


def _write_totals(worksheet: Worksheet, layout: SheetLayout, parts: Parts, row: int) -> None:
    styles, sheet = parts.styles, layout.sheet
    for number in range(1, layout.notes_column + 1):
        worksheet.write_blank(row - 1, number - 1, None, styles["total_label"])
    worksheet.write_string(row - 1, LABEL_COLUMN - 1, TOTAL, styles["total_label"])
    for code in sheet.totals:
        number = layout.columns[code]
        formula = "=" + total_formula(number, layout.first_row, layout.last_row)
        style = styles.figure("total", unit_of(sheet.lines[0], sheet.column(code)))
        worksheet.write_formula(row - 1, number - 1, formula, style, "")
    worksheet.set_row(row - 1, _TOTAL_HEIGHT)


def _note(line: Line, parts: Parts) -> str:
    optional = f"{OPTIONAL_WORDS}. " if is_optional(line, parts.trust_type) else ""
    return optional + line.note


def _row_height(line: Line, parts: Parts) -> float:
    return max(
        18.0,
        14 * lines_needed(line.label, LABEL_WIDTH * 0.88),
        4 + 11.5 * lines_needed(_note(line, parts), NOTES_WIDTH * 1.12),
    )


def _set_conditions(worksheet: Worksheet, layout: SheetLayout, parts: Parts) -> None:
    """Mark the cells whose checks fail, and those that hold a key; a column at a time."""
    styles = parts.styles
    _set_gates(worksheet, layout, parts)
    for column in layout.sheet.columns:
        number, first = layout.columns[column.code], layout.first_row
        area = (first - 1, number - 1, layout.last_row - 1, number - 1)
        cell = f"{letters(number)}{first}"
        if column.formula is None:
            looked = f'COUNTIFS(check_places,$A{first}&".{column.code}",check_states,"Look",check_severities,'
            for severities, style in (('"Error"', "when_error"), ('"<>Error"', "when_warning")):
                criteria = f"={looked}{severities})>0"
                worksheet.conditional_format(*area, {"type": "formula", "criteria": criteria, "format": styles[style]})
        if column.keys or any(line.keys for line in layout.sheet.lines if column.unit is None):
            criteria = f'=OR({cell}="NA",{cell}="NC",LEFT({cell},3)="IE:")'
            worksheet.conditional_format(*area, {"type": "formula", "criteria": criteria, "format": styles["when_key"]})
    _set_fractions(worksheet, layout, parts)


def _set_gates(worksheet: Worksheet, layout: SheetLayout, parts: Parts) -> None:
    """Grey the lines behind shut gates, before anything else is said of their cells."""
    behind, numbers = gates_by_line(parts.definition), layout.columns.values()
    rows = enumerate((behind.get(line.code) for line in layout.sheet.lines), layout.first_row - 1)
    for name, run in groupby(rows, key=lambda row: row[1]):
        if name:
            first, *_, last = 2 * [row for row, _ in run]
            options = {"type": "formula", "criteria": f"={gate_name(name)}=0", "format": parts.styles["when_shut"]}
            area = (first, min(numbers) - 1, last, max(numbers) - 1)
            worksheet.conditional_format(*area, {**options, "stop_if_true": True})


def _set_fractions(worksheet: Worksheet, layout: SheetLayout, parts: Parts) -> None:
    """Show decimals where a figure has them, so that whole figures stay easy to read."""
    shown = {**layout.columns, **{f"{code} last year": number for code, number in layout.last_year_columns.items()}}
    for name, number in shown.items():
        column = layout.sheet.column(name.removesuffix(" last year"))
        rows = {
            row: FRACTION_FORMATS[unit_of(line, column)]
            for row, line in enumerate(layout.sheet.lines, layout.first_row)
            if unit_of(line, column) in FRACTION_FORMATS
        }
        for written in dict.fromkeys(rows.values()):
            areas = [f"{letters(number)}{row}" for row, its_format in rows.items() if its_format == written]
            criteria = f"=IF(ISNUMBER({areas[0]}),{areas[0]}<>ROUND({areas[0]},0),FALSE)"
            options = {"type": "formula", "criteria": criteria, "format": parts.styles.changed(written)}
            last = layout.total_row if name in layout.sheet.totals and layout.total_row else None
            if column.unit is not None:
                options["multi_range"] = f"{areas[0]}:{letters(number)}{last or layout.last_row}"
            else:
                options["multi_range"] = " ".join(areas)
            worksheet.conditional_format(areas[0], options)


def _first_page(layout: SheetLayout, widths: dict[int, float]) -> int:
    """The last column of the first page across: the last of all, unless the sheet would then print too small."""
    if 100 * _PAGE_WIDTH / sum(widths.values()) >= _SMALLEST_ON_ONE_PAGE:
        return layout.notes_column
    return min(range(LABEL_COLUMN + 1, layout.notes_column), key=lambda last: max(_halves(widths, last)))


def _halves(widths: dict[int, float], last: int) -> tuple[float, float]:
    """The widths of two pages across, the first ending with column `last`; both begin with code and label."""
    left = widths[CODE_COLUMN] + widths[LABEL_COLUMN]
    first = sum(width for number, width in widths.items() if number <= last)
    return first, left + sum(width for number, width in widths.items() if number > last)


def _set_print(
    worksheet: Worksheet, layout: SheetLayout, parts: Parts, widths: dict[int, float], first_page: int, height: float
) -> None:
    set_page(worksheet, parts)
    worksheet.print_area(0, 0, (layout.total_row or layout.last_row) - 1, layout.notes_column - 1)
    worksheet.repeat_rows(HEADER_ROW - 2, layout.first_row - 2)
    if first_page == layout.notes_column:
        share = _PAGE_WIDTH / sum(widths.values())
        almost_one = height * share <= 1.15 * _PAGE_HEIGHT
        worksheet.fit_to_pages(1, 1 if almost_one else 0)
        return
    worksheet.repeat_columns(0, LABEL_COLUMN - 1)
    worksheet.set_v_pagebreaks([first_page])
    share = min(_PAGE_WIDTH / max(_halves(widths, first_page)), 1.0)
    if _PAGE_HEIGHT < height * share <= 1.15 * _PAGE_HEIGHT:
        share = _PAGE_HEIGHT / height
    worksheet.set_print_scale(int(100 * share))
