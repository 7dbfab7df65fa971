"""Whether a definition's sheets, lines, columns, groups and headlines mean something, beyond having the right shape. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from templates_app.definition_places import Places, expression_faults
from templates_app.definition_yaml import Path
from templates_app.expressions import ExpressionError, parse, references
from templates_app.schema import NUMBER_UNITS, Column, Definition, Line, Sheet

Found = Iterator[tuple[Path, str]]

_RESERVED = ("line",)


def sheet_faults(definition: Definition) -> Found:
    """Every fault of the sheets and what stands on them."""
    yield from _year_faults(definition)
    yield from _repeated("sheets", "code", [sheet.code for sheet in definition.sheets])
    yield from _repeated("sheets", "title", [sheet.title.casefold() for sheet in definition.sheets])
    seen: set[str] = set()
    for number, sheet in enumerate(definition.sheets):
        path: Path = ("sheets", number)
        if sheet.code in _RESERVED:
            yield (*path, "code"), f"{sheet.code} has a meaning of its own in expressions; choose another name."
        for place, line in enumerate(sheet.lines):
            if line.code in seen:
                yield (*path, "lines", place, "code"), f"{line.code} is used twice; every line needs a code of its own."
            seen.add(line.code)
        for within, sentence in _columns_and_lines(sheet):
            yield (*path, *within), sentence
    yield from _prefill_faults(definition)
    yield from _group_faults(definition)


def computed_faults(definition: Definition) -> Found:
    """Every fault of the expressions that stand outside rules: computed columns, totals and headlines."""
    places = Places(definition)
    for number, sheet in enumerate(definition.sheets):
        for place, column in enumerate(sheet.columns):
            if column.formula is not None:
                path: Path = ("sheets", number, "columns", place, "formula")
                for sentence in _formula_faults(column.formula, sheet, places):
                    yield path, sentence
        for place, total in enumerate(sheet.totals):
            column_units = {column.code: column.unit for column in sheet.columns}
            if column_units.get(total) not in NUMBER_UNITS:
                yield (
                    ("sheets", number, "totals", place),
                    f"{total} is not a column of numbers in one unit; it has no total.",
                )
    for name, source in definition.headlines.items():
        for sentence in expression_faults(source, "number", places, None, {}):
            yield ("headlines", name), sentence
        if name not in definition.headline_titles or name not in definition.headline_units:
            yield ("headlines", name), f"{name} needs a title in headline_titles and a unit in headline_units."
    for field in ("headline_titles", "headline_units"):
        for name in getattr(definition, field):
            if name not in definition.headlines:
                yield (field, name), f"{name} is not one of the headlines."


def _year_faults(definition: Definition) -> Found:
    first, second = definition.year.split("/")
    if (int(first) + 1) % 100 != int(second):
        yield (
            ("year",),
            f"{definition.year} is not a financial year; the one that begins in {first} is {first}/{(int(first) + 1) % 100:02}.",
        )


def _columns_and_lines(sheet: Sheet) -> Found:
    yield from _repeated("columns", "code", [column.code for column in sheet.columns])
    yield from _repeated("columns", "title", [column.title.casefold() for column in sheet.columns])
    yield from _repeated("lines", "label", [line.label.casefold() for line in sheet.lines])
    open_columns = [column for column in sheet.columns if column.unit is None and column.formula is None]
    for number, column in enumerate(sheet.columns):
        for sentence in _column_faults(column, sheet):
            yield ("columns", number), sentence
    for number, line in enumerate(sheet.lines):
        for sentence in _line_faults(line, sheet, open_columns):
            yield ("lines", number), sentence


def _column_faults(column: Column, sheet: Sheet) -> Iterator[str]:
    if column.formula is not None:
        if column.unit not in NUMBER_UNITS:
            yield "A computed column needs a unit of number."
        if column.counted or column.required or column.keys or column.choices:
            yield "A computed column is not filled: say counted: false and required: false, and give no keys or choices."
        return
    if column.unit is not None:
        yield from _answer_faults(column.unit, column.choices, column.keys)
    if "IE" in column.keys and len(sheet.lines) < 2:
        yield "IE has nowhere to point: the sheet has no other line."
    if column.required and not column.counted:
        yield "A column that is not counted cannot be required: say required: false."


def _line_faults(line: Line, sheet: Sheet, open_columns: list[Column]) -> Iterator[str]:
    if not line.note.strip():
        yield f"{line.code} has no note; say what to put in and what to leave out."
    for repeated in _twice(line.optional_for):
        yield f"optional_for names {repeated} twice."
    keyed = [column for column in sheet.columns if column.keys]
    if line.keys is not None and not keyed:
        yield "keys replace the keys of a column, but no column of this sheet takes keys."
    if line.keys and "IE" in line.keys and len(sheet.lines) < 2:
        yield "IE has nowhere to point: the sheet has no other line."
    if not open_columns:
        if line.unit is not None or line.choices:
            yield "The columns of this sheet state the unit; the line states none."
        return
    if line.unit is None:
        yield f"{line.code} has no unit, and neither has the column {open_columns[0].code}."
        return
    keys = line.keys if line.keys is not None else tuple(key for column in open_columns for key in column.keys)
    yield from _answer_faults(line.unit, line.choices, keys)


def _answer_faults(unit: str, choices: tuple[str, ...], keys: tuple[str, ...]) -> Iterator[str]:
    if unit == "choice" and len(choices) < 2:
        yield "A choice needs at least two choices."
    if unit != "choice" and choices:
        yield f"choices are given, but the unit is {unit}."
    for repeated in _twice(choice.casefold() for choice in choices):
        yield f"The choice {repeated} is given twice."
    for repeated in _twice(keys):
        yield f"The key {repeated} is given twice."
    if unit not in NUMBER_UNITS and keys:
        yield f"keys stand in place of a number, but the unit is {unit}: say keys: []."


def _formula_faults(source: str, sheet: Sheet, places: Places) -> Iterator[str]:
    yield from expression_faults(source, "number", places, sheet.code, {})
    try:
        found = references(parse(source))
    except ExpressionError:
        return  # said already
    computed = [column.code for column in sheet.columns if column.formula is not None]
    for reference in found:
        if reference.name != "line" or reference.column in computed:
            yield f"{reference} may not stand in a computed column; use the filled cells of the same line, such as line.pay."


def _prefill_faults(definition: Definition) -> Found:
    seen: set[str] = set()
    for number, sheet in enumerate(definition.sheets):
        values = [column for column in sheet.columns if column.code == "value"]
        for place, line in enumerate(sheet.lines):
            if line.prefill is None:
                continue
            path: Path = ("sheets", number, "lines", place, "prefill")
            if not values or (values[0].unit or line.unit) not in NUMBER_UNITS:
                yield (
                    path,
                    "prefill is written into the line's value cell, but the line has no value cell for a number.",
                )
            if line.prefill in seen:
                yield path, f"The measure {line.prefill} is written into two cells; name it once."
            seen.add(line.prefill)


def _group_faults(definition: Definition) -> Found:
    sheets_of = {line.code: sheet.code for sheet in definition.sheets for line in sheet.lines}
    for name, codes in definition.groups.items():
        path: Path = ("groups", name)
        if name in _RESERVED or name in sheets_of.values():
            yield path, f"{name} is the name of something else already; choose another."
        if name not in definition.group_titles:
            yield path, f"{name} has no title in group_titles."
        if not codes:
            yield path, f"The group {name} is empty."
        for code in codes:
            if code not in sheets_of:
                yield path, f"{code} is not a line of this definition."
        for repeated in _twice(codes):
            yield path, f"{repeated} is in the group twice."
        if len({sheets_of[code] for code in codes if code in sheets_of}) > 1:
            yield path, f"The lines of the group {name} stand on different sheets; a group is of one sheet."
    for name in definition.group_titles:
        if name not in definition.groups:
            yield ("group_titles", name), f"{name} is not one of the groups."


def _repeated(where: str, field: str, values: list[str]) -> Found:
    for place, value in enumerate(values):
        if value in values[:place]:
            yield (where, place, field), f"{value} is used twice among {where}; each needs a {field} of its own."


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]
