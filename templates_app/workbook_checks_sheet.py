"""Writes the Checks sheet: every rule, with its live state and a link to its cell. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from templates_app.definition_rules import CHECK_SHOWS
from templates_app.expressions import Operand, Reference
from templates_app.gates import shut_lines
from templates_app.kept import kept
from templates_app.layout import CHECKS_SHEET, Cell, SheetLayout, layout_of, letters, on_sheet
from templates_app.operands import cells_of
from templates_app.reading import Place
from templates_app.rules import ExpandedRule, expanded, judge, place_named
from templates_app.schema import SEVERITY_WORDS, Definition, Rule
from templates_app.words import placeholders, static_words
from templates_app.workbook_formulas import (
    LOOK,
    NOT_YET,
    OK,
    ON_UPLOAD,
    negative_formula,
    ranges,
    required_formulas,
    state_formula,
    typed_formula,
)
from templates_app.workbook_parts import Parts, lines_needed, protect, required_places, set_page, token

FIRST_ROW = 6
"""The first rule's row, counted from 1; the titles stand above it."""
_COLUMNS = (
    ("State", 10.0),
    ("Severity", 10.0),
    ("Code", 11.0),
    ("Where", 18.0),
    ("Figure", 30.0),
    ("What we check", 36.0),
    ("What we expect", 42.0),
    ("What to do", 56.0),
)
_PLACES_COLUMN = len(_COLUMNS)
"""A hidden column that names each row's cell by line and column, for the sheets' conditional formats."""

_WHOLE = "Whole workbook"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row of the Checks sheet. `formula` is empty where only the portal can tell."""

    rule: Rule
    definition: Definition = field(repr=False)
    expanded: ExpandedRule | None
    place: Place | None
    where: str
    """The cell or sheet, and the place that the words link to."""
    link: str
    label: str
    title: str
    expected: str
    remedy: str
    formula: str = ""
    sheet: str = ""
    """The sheet that a built-in check's row is about, by code."""
    cells: tuple[Place, ...] = ()
    """The cells of that sheet that it looks at."""


@kept
def check_rows(definition: Definition) -> tuple[CheckRow, ...]:
    """The rows that are the same for every trust: all but the counts of required cells."""
    return tuple(_rows(definition))


def _rows(definition: Definition) -> Iterator[CheckRow]:
    layout = layout_of(definition)
    for rule in expanded(definition):
        if rule.holds is None:
            yield from _built_in_rows(rule.rule, definition)
            continue
        cell = layout.cells[rule.at] if rule.at else None
        names = _names(rule.rule, rule.line, cell, definition)
        yield CheckRow(
            rule=rule.rule,
            definition=definition,
            expanded=rule,
            place=rule.at,
            where=f"{cell.sheet}!{cell.address}" if cell else _WHOLE,
            label=cell.label if cell else "",
            link=on_sheet(cell.sheet, cell.address).replace("$", "") if cell else "",
            title=rule.rule.title,
            expected=static_words(rule.rule.expected, names),
            remedy=static_words(rule.rule.remedy, names),
            formula=state_formula(rule, layout),
        )


def _built_in_rows(rule: Rule, definition: Definition) -> Iterator[CheckRow]:
    """One row a sheet for the checks that a formula can tell; one row in all for those that wait for the upload."""
    names = _names(rule, None, None, definition)
    words: dict[str, Any] = {
        "title": rule.title,
        "remedy": static_words(rule.remedy, names),
        "expected": static_words(rule.expected, names),
    }
    if rule.check not in ("required_given", "not_negative", "typed_right"):
        yield CheckRow(
            rule=rule, definition=definition, expanded=None, place=None, where=_WHOLE, link="", label="", **words
        )
        return
    if rule.check != "not_negative":
        words["expected"] = "What each cell asks for" if rule.check == "typed_right" else "Every yellow cell filled"
    for code, sheet in layout_of(definition).sheets.items():
        typed = _number_inputs(rule, sheet, definition)
        if not typed:
            continue
        formula = {"not_negative": negative_formula, "typed_right": typed_formula}.get(rule.check)
        yield CheckRow(
            rule=rule,
            definition=definition,
            expanded=None,
            place=None,
            cells=tuple(cell.place for cell in typed),
            where=sheet.sheet.title,
            label="All cells of the sheet",
            link=f"{on_sheet(sheet.sheet.title, typed[0].address).replace('$', '')}",
            formula=formula(typed) if formula else "",
            sheet=code,
            **words,
        )


def _number_inputs(rule: Rule, sheet: SheetLayout, definition: Definition) -> list[Cell]:
    """The cells of a sheet where a number is typed; for not_negative, those of the columns it names."""
    cells, numbers = layout_of(definition).cells, cells_of(definition).numbers
    columns = rule.parameters.get("columns")
    return [
        cells[line.code, column.code]
        for line in sheet.sheet.lines
        for column in sheet.sheet.columns
        if column.formula is None and (line.code, column.code) in numbers
        if not isinstance(columns, tuple) or column.code in columns
    ]


def _names(rule: Rule, line: str | None, at: Cell | None, definition: Definition) -> Mapping[str, str]:
    """What the placeholders of a rule's words stand for before any figure is known."""
    layout, cells = layout_of(definition), cells_of(definition)
    names = {"places": "the allowed number of"}
    if rule.check in CHECK_SHOWS:
        names["shown"] = token("trust") if rule.check == "right_trust" else CHECK_SHOWS[rule.check]
    names |= {
        name: f"{value:,f}" if isinstance(value, Decimal) else str(value) for name, value in rule.parameters.items()
    }
    if at:
        names |= {"label": at.label, "cell": f"{at.sheet}!{at.address}"}
    for placeholder in placeholders(rule.expected + rule.remedy):
        what, _, text = placeholder.partition(":")
        if text:
            name, column = place_named(text, line)
            found = [layout.cells[place] for place in cells.of(Reference(name, column))]
            names[f"cell:{text}"] = _areas([cell.place for cell in found], definition)
            if what == "label":
                names[placeholder] = found[0].label
    return names


def _areas(places: Iterable[Place], definition: Definition) -> str:
    """Cells as people name them: `Costs!D9`, `Costs!D7:D26`."""
    cells = layout_of(definition).cells
    return ", ".join(ranges(cells[place] for place in places)).replace("$", "")


def write_checks(worksheet: Worksheet, parts: Parts) -> None:
    """Write the sheet, and the names by which the other sheets ask it about their cells."""
    styles, rows = parts.styles, check_rows(parts.definition)
    for number, (title, width) in enumerate(_COLUMNS):
        worksheet.set_column(number, number, width)
        worksheet.write_string(FIRST_ROW - 2, number, title, styles["head"])
        worksheet.write_blank(0, number, None, styles["title"])
    worksheet.set_column(_PLACES_COLUMN, _PLACES_COLUMN, 12, None, {"hidden": True})
    worksheet.write_string(0, 0, f"Checks – {token('trust')}, {parts.year}", styles["title"])
    worksheet.set_row(0, 28)
    words = (
        f"Every rule that your return is checked by. The state follows what you type: {OK}; {LOOK} where something is not as "
        f"expected; {NOT_YET} while a figure that the rule needs is missing; {ON_UPLOAD} where only the portal can tell."
    )
    worksheet.merge_range(1, 0, 1, len(_COLUMNS) - 1, words, styles["lead"])
    worksheet.merge_range(
        2, 0, 2, len(_COLUMNS) - 1, "An error stops the return. A warning needs a figure mended or a sentence that explains it. A note asks for nothing.", styles["aside"]
    )  # fmt: skip
    worksheet.set_row(1, 18)
    worksheet.set_row(FIRST_ROW - 2, 20)
    for row, check in enumerate(rows, FIRST_ROW):
        _write_row(worksheet, parts, check, row)
    _finish(worksheet, parts, FIRST_ROW + len(rows) - 1)


def _write_row(worksheet: Worksheet, parts: Parts, check: CheckRow, row: int) -> None:
    styles = parts.styles
    plain, at = styles["row"], row - 1
    formula, title = check.formula, check.title
    if check.rule.check == "required_given":
        required = required_places(parts.definition, parts.trust_type, check.sheet)
        filled, asked = required_formulas(required, parts.definition)
        formula = f'IF({filled}={asked},"{OK}","{NOT_YET}")'
        least = "at most " if not asked.isdecimal() else ""
        title = f"{check.title}: {least}{len(required)} to fill"
    if formula:
        worksheet.write_formula(at, 0, "=" + formula, styles["state"], NOT_YET)
    else:
        worksheet.write_string(at, 0, ON_UPLOAD, styles["state"])
    worksheet.write_string(at, 1, SEVERITY_WORDS[check.rule.severity], plain)
    worksheet.write_string(at, 2, check.rule.code, plain)
    if check.link:
        worksheet.write_url(at, 3, f"internal:{check.link}", styles["row_link"], check.where)
    else:
        worksheet.write_string(at, 3, check.where, plain)
    texts = (check.label, title, check.expected, check.remedy)
    for column, text in enumerate(texts, 4):
        worksheet.write_string(at, column, text, plain)
    if check.place:
        worksheet.write_string(at, _PLACES_COLUMN, ".".join(check.place))
    heights = [lines_needed(text, width * 1.04) for text, (_, width) in zip(texts, _COLUMNS[4:], strict=True)]
    worksheet.set_row(at, 6 + 12 * max(heights))


def state_now(check: CheckRow, operands: Mapping[Place, Operand], trust_type: str, given: Container[Place]) -> str:
    """What the row's formula gives for these values; `given` holds the cells that are not blank."""
    if check.expanded is not None:
        return {True: OK, False: LOOK, None: NOT_YET}[judge(check.expanded, operands)]
    if check.rule.check == "required_given":
        required = required_places(check.definition, trust_type, check.sheet)
        shut = shut_lines(check.definition, operands)
        return OK if all(place in given for place in required if place[0] not in shut) else NOT_YET
    if check.rule.check == "not_negative":
        figures = [operands[place] for place in check.cells]
        return LOOK if any(isinstance(figure, Decimal) and figure < 0 for figure in figures) else OK
    return OK if check.formula else ON_UPLOAD


def _finish(worksheet: Worksheet, parts: Parts, last_row: int) -> None:
    styles = parts.styles
    for name, letter in (
        ("check_states", "A"),
        ("check_severities", "B"),
        ("check_places", letters(_PLACES_COLUMN + 1)),
    ):
        parts.workbook.define_name(name, f"={CHECKS_SHEET}!${letter}${FIRST_ROW}:${letter}${last_row}")
    area = f"A{FIRST_ROW}:A{last_row}"
    for criteria, style in (
        (f'=AND($A{FIRST_ROW}="{LOOK}",$B{FIRST_ROW}="Error")', "when_error"),
        (f'=$A{FIRST_ROW}="{LOOK}"', "when_warning"),
        (f'=$A{FIRST_ROW}="{OK}"', "when_ok"),
        (f'=OR($A{FIRST_ROW}="{NOT_YET}",$A{FIRST_ROW}="{ON_UPLOAD}")', "when_not_yet"),
    ):
        options = {"type": "formula", "criteria": criteria, "format": styles[style], "stop_if_true": True}
        worksheet.conditional_format(area, options)
    worksheet.autofilter(FIRST_ROW - 2, 0, last_row - 1, len(_COLUMNS) - 1)
    worksheet.freeze_panes(FIRST_ROW - 1, 0)
    protect(worksheet, autofilter=True)
    set_page(worksheet, parts)
    worksheet.print_area(0, 0, last_row - 1, len(_COLUMNS) - 1)
    worksheet.repeat_rows(FIRST_ROW - 2)
    worksheet.fit_to_pages(1, 0)
