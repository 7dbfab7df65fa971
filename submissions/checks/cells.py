"""Checks of single cells: is it what was asked for, is it there, may it say so."""

from collections.abc import Iterator

from submissions.checks.case import Case, Hit, shown, word_parameter, words_parameter, written
from templates_app.gates import gate_words
from templates_app.reading import Place, Value
from templates_app.schema import DECIMAL_PLACES, Column, Line, Rule, is_counted, unit_of
from templates_app.values import Interpreted, Unreadable, as_entered, expected_in
from ui.formats import plural

MOST_FOUND = 120
"""Characters of a cell that a finding quotes."""


def right_template(rule: Rule, case: Case) -> Iterator[Hit]:
    """Every line and column of the template is still there, once, under its own code: one finding a line or column."""
    for sheet in case.definition.sheets:
        counted = [column for column in sheet.columns if column.counted and column.formula is None]
        lost = frozenset(case.reading.not_found)
        kept = {line.code for line in sheet.lines for column in counted if (line.code, column.code) not in lost}
        for line in sheet.lines:
            if line.code not in kept:
                yield Hit(None, names={"label": line.label}, found=f"no line {line.code} on sheet {sheet.title}")
            astray = [place for place in case.reading.conflicts if place[0] == line.code]
            if astray:
                yield Hit(astray[0], found=case.reading.conflicts[astray[0]])
        for column in counted:
            if any((code, column.code) in lost for code in kept):
                yield Hit(None, names={"label": column.title}, found=f"no column {column.title} on sheet {sheet.title}")


def right_trust(rule: Rule, case: Case) -> Iterator[Hit]:
    """The workbook was made for the trust that uploads it."""
    if case.reading.trust != case.context.trust_code:
        yield Hit(
            None,
            found=case.reading.trust or "no trust code",
            names={"shown": f"{case.context.trust_name} ({case.context.trust_code})"},
        )


def typed_right(rule: Rule, case: Case) -> Iterator[Hit]:
    """The cell holds what its unit asks for, or a key that may stand there."""
    for _, line, column, cell in case.found_cells:
        answer = case.interpreted[line.code, column.code]
        if isinstance(answer, Unreadable):
            yield Hit(
                (line.code, column.code),
                found=_cut(as_entered(cell, date_1904=case.reading.date_1904)) or "a formula without a value",
                message=answer.message,
                expected=answer.expected,
                remedy=answer.remedy,
            )


def not_negative(rule: Rule, case: Case) -> Iterator[Hit]:
    """No amount below nought in the columns that the rule names."""
    columns = words_parameter(rule, "columns")
    for _, line, column, _ in case.found_cells:
        number = case.number((line.code, column.code))
        if column.code in columns and number is not None and number < 0:
            yield Hit((line.code, column.code))


def required_given(rule: Rule, case: Case) -> Iterator[Hit]:
    """No blank where the line is required for this type of trust; or, where nothing at all is filled in, that the workbook is empty."""
    if _is_empty(case):
        yield _empty(case)
        return
    for _, line, column, _ in case.found_cells:
        if _is_blank(line, column, case) and case.required(line, column):
            yield Hit((line.code, column.code), found="nothing", names={"shown": expected_in(line, column)})


def _is_blank(line: Line, column: Column, case: Case) -> bool:
    answer = case.interpreted[line.code, column.code]
    return isinstance(answer, Interpreted) and answer.value.kind == "blank"


def _is_empty(case: Case) -> bool:
    """Whether every cell is blank but those that we fill in ourselves, whatever stands in these."""
    theirs = [(line, column) for _, line, column, _ in case.found_cells if not _is_prefilled(line, column)]
    return bool(theirs) and all(_is_blank(line, column, case) for line, column in theirs)


def _is_prefilled(line: Line, column: Column) -> bool:
    return line.prefill is not None and column.code == "value"


def _empty(case: Case) -> Hit:
    cells = [(line, column) for _, line, column in case.definition.cells() if is_counted(line, column)]
    count = sum(not _is_prefilled(line, column) for line, column in cells)
    ours = "" if count == len(cells) else " Only what we filled in for you is there."
    return Hit(
        None,
        found="nothing filled in",
        message=f"This workbook is empty: none of its {plural(count, 'figure')} is filled in.{ours}",
        expected="the workbook with your figures",
        remedy=(
            "Check whether you uploaded the workbook as you downloaded it, and your figures are in another file. If this is the right "
            "one, open it in Excel, fill it in, save it, and upload it again."
        ),
    )


def required_not_applicable(rule: Rule, case: Case) -> Iterator[Hit]:
    """A required line that does not apply here: allowed, and to be explained. One finding a line, not one a cell."""
    for sheet in case.definition.sheets:
        for line in sheet.lines:
            places = [(line.code, column.code) for column in sheet.columns if case.required(line, column)]
            given_up = [place for place in places if case.value(place).kind == "not_applicable"]
            if given_up:
                yield Hit(given_up[0], looked_at=frozenset(given_up))


def gate_leaves_blank(rule: Rule, case: Case) -> Iterator[Hit]:
    """Something is entered on a line that an answer has switched off: other than nought or NA. One finding a line."""
    for sheet, line, name in case.definition.gated():
        if line.code in case.shut - case.undecided:
            places = [(line.code, column.code) for column in sheet.columns if column.counted and not column.formula]
            given = [place for place in places if case.number(place) or _says_something(case.value(place))]
            if given:
                yield Hit(given[0], names={"shown": gate_words(case.definition, name)})


def _says_something(value: Value) -> bool:
    return value.kind in ("text", "included_elsewhere", "not_calculable")


def words_given(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure above nought that needs words beside it has none. One finding a line."""
    columns, words = words_parameter(rule, "columns"), words_parameter(rule, "words")
    for sheet in case.definition.sheets:
        here = {column.code for column in sheet.columns}
        for line in sheet.lines if here.issuperset((*columns, *words)) else ():
            figures = [case.number((line.code, column)) for column in columns]
            above = [figure for figure in figures if figure is not None and figure > 0]
            said = any(case.value((line.code, column)).text.strip() for column in words)
            if above and not said and line.code not in case.shut | case.undecided:
                yield Hit((line.code, words[0]), names={"shown": written(above[0])})


def choice_explained(rule: Rule, case: Case) -> Iterator[Hit]:
    """An answer that needs words beside it has none."""
    line, words = word_parameter(rule, "line"), words_parameter(rule, "words")
    chosen = case.value((line, "value")).text.casefold() == word_parameter(rule, "choice").casefold()
    said = any(case.value((line, column)).text.strip() for column in words)
    if chosen and not said and line not in case.shut | case.undecided:
        yield Hit((line, words[0]))


def not_calculable_explained(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure that exists but cannot be stated has a comment on its line. One finding a line, not one a cell."""
    named: set[str] = set()
    for _, line, column, _ in case.found_cells:
        unstated = case.value((line.code, column.code)).kind == "not_calculable" and line.code not in named
        if unstated and not case.value((line.code, "comment")).text.strip():
            named.add(line.code)
            yield Hit((line.code, column.code))


def included_elsewhere_holds(rule: Rule, case: Case) -> Iterator[Hit]:
    """The line that is said to hold the amount is one of this sheet and holds a number; so not this line, nor one that points on."""
    for sheet, line, column, _ in case.found_cells:
        value = case.value((line.code, column.code))
        if value.kind != "included_elsewhere":
            continue
        target = (value.text, column.code)
        known = any(other.code == value.text for other in sheet.lines)
        if not known or (case.value(target).kind != "number" and target not in case.broken):
            yield Hit((line.code, column.code), names={"shown": value.text})


def formula_in_input(rule: Rule, case: Case) -> Iterator[Hit]:
    """A formula stands where a value was asked for: its last result was read."""
    for _, line, column, cell in case.found_cells:
        if cell.formula:
            gives = _cut(as_entered(cell, date_1904=case.reading.date_1904)) or "nothing"
            yield Hit((line.code, column.code), found=f"a formula that gives {gives}")


def text_read_as_number(rule: Rule, case: Case) -> Iterator[Hit]:
    """Text that is plainly a number, or a percentage where one is asked for, was read as one."""
    yield from _changed(case, "tidied")


def rounded(rule: Rule, case: Case) -> Iterator[Hit]:
    """A fraction finer than the template takes was rounded."""
    yield from _changed(case, "rounded")


def _changed(case: Case, how: str) -> Iterator[Hit]:
    for _, line, column, cell in case.found_cells:
        answer = case.interpreted[line.code, column.code]
        if isinstance(answer, Interpreted) and answer.changed == how:
            names = {"shown": shown(answer.value), "places": str(DECIMAL_PLACES.get(unit_of(line, column), 0))}
            seen = _cut(as_entered(cell, date_1904=case.reading.date_1904))
            percentage = how == "tidied" and cell.is_percent and cell.kind == "number"
            words = f"Excel keeps this percentage as the number {_cut(cell.raw)}. We read it as {names['shown']}."
            yield Hit((line.code, column.code), found=seen, names=names, message=words if percentage else "")


def _cut(text: str) -> str:
    """As much of what was typed as a person needs to find it again."""
    return text if len(text) <= MOST_FOUND else f"{text[: MOST_FOUND - 1]}…"


def _sent_out_at(place: Place, case: Case) -> str:
    spot = case.layout.cells[place]
    return f"{spot.sheet}!{spot.address}"


def altered(rule: Rule, case: Case) -> Iterator[Hit]:
    """Our sheets were renamed, hidden, put in another order or unprotected: one note a file, since what was read is the same."""
    if case.reading.altered:
        changes = plural(len(case.reading.altered), "change")
        yield Hit(None, found=f"{changes} to the sheets", names={"shown": " ".join(case.reading.altered)})


def moved(rule: Rule, case: Case) -> Iterator[Hit]:
    """Cells were found elsewhere than where we put them: one note a sheet."""
    for sheet in case.definition.sheets:
        there = [
            (line.code, column.code)
            for line in sheet.lines
            for column in sheet.columns
            if (cell := case.reading.cells.get((line.code, column.code))) is not None and cell.moved
        ]
        if there:
            yield Hit(there[0], names={"shown": _sent_out_at(there[0], case)})
