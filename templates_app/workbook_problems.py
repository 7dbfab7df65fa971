"""Writes what a marked-up copy has and the trust's own workbook has not: the Problems sheet, and a note at each cell. Pure."""

from collections import Counter

from xlsxwriter.worksheet import Worksheet

from templates_app.layout import PROBLEMS_SHEET, Cell, Layout, SheetLayout, on_sheet
from templates_app.marking import MarkUp, printable, standing_words
from templates_app.reading import Finding, Place
from templates_app.schema import SEVERITY_WORDS
from templates_app.workbook_parts import Parts, counted, lines_needed, protect, set_page, token

_COLUMNS = (
    ("Severity", 11.0),
    ("Standing", 17.0),
    ("Where", 20.0),
    ("Figure", 32.0),
    ("You entered", 20.0),
    ("What is wrong", 42.0),
    ("We expected", 30.0),
    ("Do this", 46.0),
    ("Explained", 34.0),
)
_WIDTH = sum(width for _, width in _COLUMNS)
_WHOLE = "Whole workbook"
_WHAT_IS_CARRIED = (
    "It holds every value that we could read and place, and your own words where we could not read a value. What you added "
    "outside the template, such as notes, colours and sheets of your own, is not carried. Where you had a formula, its value "
    "stands. Your own file stays with us as you sent it."
)
_WHAT_TO_DO = (
    "Mend the marked cells, save the workbook, and upload it again on your return's page. A marked cell keeps its colour and "
    "its note when you have mended it; the upload checks it afresh."
)
_NOTE_WIDTH, _NOTE_LINE = 320, 15
"""Pixels: how wide a note is, and how high a line of it. About 52 characters stand on a line."""


def write_problems(worksheet: Worksheet, parts: Parts, mark_up: MarkUp) -> None:
    """Write the first sheet of a marked-up copy: what it is, and every problem with a link to its cell."""
    styles = parts.styles
    for number, (_, width) in enumerate(_COLUMNS):
        worksheet.set_column(number, number, width)
        worksheet.write_blank(0, number, None, styles["title"])
    worksheet.write_string(0, 0, PROBLEMS_SHEET, styles["title"])
    worksheet.write_string(0, 3, f"{token('trust')}, {parts.year}", styles["title"])
    worksheet.set_row(0, 28)
    row = _write_head(worksheet, parts, mark_up)
    for number, (title, _) in enumerate(_COLUMNS):
        worksheet.write_string(row, number, title, styles["head"])
    worksheet.set_row(row, 20)
    worksheet.freeze_panes(row + 1, 0)
    worksheet.repeat_rows(row)
    for number, finding in enumerate(mark_up.findings):
        row += 1
        _write_row(worksheet, row, finding, mark_up.explained.get(number, ""), parts)
    protect(worksheet)
    set_page(worksheet, parts)
    worksheet.print_area(0, 0, row, len(_COLUMNS) - 1)
    worksheet.fit_to_pages(1, 0)


def write_notes(worksheet: Worksheet, layout: SheetLayout, parts: Parts, mark_up: MarkUp) -> None:
    """Write a note at each cell of a sheet that has an error or a warning."""
    for place, findings in mark_up.at_place.items():
        cell = _cell(parts.layout, place)
        if cell is None or cell.sheet != layout.sheet.title:
            continue
        text = "\n\n".join(_note(finding) for finding in findings)
        lines = sum(max(1, -(-len(line) // 52)) for line in text.split("\n")) + 1
        worksheet.write_comment(
            cell.row - 1,
            cell.column_number - 1,
            text,
            {
                "author": "Portal",
                "width": _NOTE_WIDTH,
                "height": _NOTE_LINE * lines,
                "font_name": "Arial",
                "font_size": 9,
            },
        )


def _write_head(worksheet: Worksheet, parts: Parts, mark_up: MarkUp) -> int:
    """Write what the copy is and how many problems it has; gives the row of the titles, counted from 0."""
    made_from = (
        f"This is a copy made by the portal from the file with the reference {mark_up.reference}, "
        f"{printable(mark_up.file_name)}."
    )
    words = (made_from, _WHAT_IS_CARRIED, _WHAT_TO_DO)
    last = len(_COLUMNS) - 1
    for row, text in enumerate(words, 1):
        worksheet.merge_range(row, 0, row, last, "", parts.styles["sheet_lead"])
        worksheet.write_string(row, 0, text, parts.styles["sheet_lead"])
        worksheet.set_row(row, 6 + 13 * lines_needed(text, _WIDTH))
    counts = Counter[str](finding.severity for finding in mark_up.findings if finding.trial_until is None)
    on_trial = sum(finding.trial_until is not None for finding in mark_up.findings)
    summary = ", ".join(
        counted(counts[severity], noun)
        for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
    ) + (f", {counted(on_trial, 'finding')} on trial" if on_trial else "")
    row = 1 + len(words)
    worksheet.merge_range(row, 0, row, last, summary, parts.styles["count_here"])
    worksheet.set_row(row, 22)
    return row + 1


def _write_row(worksheet: Worksheet, row: int, finding: Finding, explained: str, parts: Parts) -> None:
    styles = parts.styles
    cell = _cell(parts.layout, (finding.line, finding.column))
    look = "info" if finding.trial_until else finding.severity
    worksheet.write_string(row, 0, SEVERITY_WORDS[finding.severity], styles[f"problem_{look}"])
    standing = standing_words(finding, waived=finding.waiver is not None, explained=bool(explained))
    worksheet.write_string(row, 1, standing, styles["row"])
    if cell is None:
        where = f"{finding.sheet}!{finding.cell} in your file" if finding.cell else _WHOLE
        worksheet.write_string(row, 2, printable(where), styles["row"])
    else:
        link = on_sheet(cell.sheet, cell.address).replace("$", "")
        worksheet.write_url(row, 2, f"internal:{link}", styles["row_link"], f"{cell.sheet}!{cell.address}")
    words = [
        printable(text)
        for text in (finding.label, _entered(finding), finding.message, finding.expected, finding.remedy, explained)
    ]
    for number, text in enumerate(words, 3):
        worksheet.write_string(row, number, text, styles["row"])
    widths = [width for _, width in _COLUMNS[3:]]
    lines = max(lines_needed(text, width * 1.05) for text, width in zip(words, widths, strict=True))
    worksheet.set_row(row, 6 + 12 * lines)


def _cell(layout: Layout, place: Place) -> Cell | None:
    """Where a finding's place stands in the copy: a cell of a line, or a total beneath the lines."""
    return layout.cells.get(place) or layout.totals.get(place)


def _entered(finding: Finding) -> str:
    return "Nothing. The cell is blank" if finding.found == "nothing" else finding.found


def _note(finding: Finding) -> str:
    parts = (
        SEVERITY_WORDS[finding.severity].upper(),
        finding.message,
        f"You entered: {_entered(finding)}" if finding.found else "",
        f"We expected: {finding.expected}",
        f"Do this: {finding.remedy}",
    )
    return "\n".join(printable(part) for part in parts if part)
