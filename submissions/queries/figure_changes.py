"""How the figures of two files differ, and those of a file and of last year's return: each in words, with its unit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Place, ReadCell, Reading, Value
from templates_app.schema import NUMBER_UNITS, Column, Line, unit_of
from templates_app.typed_cell import standing
from templates_app.values import Unreadable, interpret
from ui import formats

MANY_TIMES = 10
"""From so many times the old figure on, a change is said in times and no longer in percent: a slip of units is seen at once."""

_BLANK, _NOT_THERE = "blank", "not in the file"
_NO_FIGURE = "no figure"
_UNITS: Mapping[str, Callable[[Decimal], str]] = {
    "thousand_pounds": lambda number: formats.thousand_pounds(number) if number else "£0",
    "wte": lambda number: f"{formats.number(number)} WTE",
    "count": formats.number,
    "square_metres": lambda number: f"{formats.number(number)} m²",
    "days": lambda number: f"{formats.number(number)} {'day' if number == 1 else 'days'}",
    "percent": formats.percent,
}


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One cell that says something else than before. `change` is empty where a share of the old figure would say nothing."""

    place: Place
    sheet: str
    cell: str
    label: str
    is_figure: bool
    """A number is asked for in the cell, not a choice, a date or words."""
    old: str
    new: str
    change: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What one cell says, in words, and the number it holds if it holds one."""

    words: str
    number: Decimal | None = None


def changes_between(before: Reading, after: Reading) -> list[FigureChange]:
    """Every cell that says something else in the later file, in the order of the template. Values are compared, not how they were typed:
    `412.0` and the text `412` say the same."""
    changes = []
    alike_throughout = (before.date_1904, before.conflicts) == (after.date_1904, after.conflicts)
    places = _places(after)
    places |= {place: there for place, there in _places(before).items() if place not in places}
    for place, (line, column) in places.items():
        old_cell, new_cell = before.cells.get(place), after.cells.get(place)
        if _is_same(old_cell, new_cell) and alike_throughout:
            continue
        old, new = _said(before, place, line, column), _said(after, place, line, column)
        if old.words != new.words and not {old.words, new.words} <= {_BLANK, _NOT_THERE}:
            changes.append(_change(place, line, column, after, old, new))
    return changes


def changes_since_last_year(last_year: Mapping[Place, Decimal], reading: Reading) -> list[FigureChange]:
    """Every figure that differs from last year's return, in the order of the template."""
    changes = []
    for place, (line, column) in _places(reading).items():
        figure = last_year.get(place)
        new = _said(reading, place, line, column)
        if unit_of(line, column) not in NUMBER_UNITS or figure == new.number:
            continue
        words = _NO_FIGURE if figure is None else _in_unit(figure, line, column)
        changes.append(_change(place, line, column, reading, _Said(words, figure), new))
    return changes


def share_of_change(old: Decimal | None, new: Decimal | None) -> str:
    """How much more or less, in percent of the old figure: "+12.5%", "−3%", "1,000 times". Empty where one of the two is no number, the
    old one is nought, or either is negative."""
    if old is None or new is None or old <= 0 or new < 0 or old == new:
        return ""
    if new >= MANY_TIMES * old:
        return f"{formats.number((new / old).quantize(Decimal(1), ROUND_HALF_UP))} times"
    percent = ((new - old) * 100 / old).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not percent:
        return "under 0.1%"
    return ("+" if percent > 0 else "") + formats.percent(percent)


def _places(reading: Reading) -> dict[Place, tuple[Line, Column]]:
    definition = registry.get(reading.template, reading.version)
    return {(line.code, column.code): (line, column) for _, line, column in definition.cells()}


def _is_same(old: ReadCell | None, new: ReadCell | None) -> bool:
    if old is None or new is None:
        return old is new
    what = attrgetter("kind", "raw", "formula", "cached", "is_date", "is_percent")
    return bool(what(old) == what(new))


def _said(reading: Reading, place: Place, line: Line, column: Column) -> _Said:
    cell = reading.cells.get(place)
    if cell is None:
        return _Said(_NOT_THERE)
    if place in reading.conflicts:
        return _Said(f"cannot be placed: beside it stands {reading.conflicts[place]}")
    answer = interpret(cell, line, column, date_1904=reading.date_1904)
    if isinstance(answer, Unreadable):
        words = standing(cell, date_1904=reading.date_1904)
        return _Said(f"“{words}”" if words else "a formula without a value")
    return _Said(in_words(answer.value, line, column), answer.value.number)


def in_words(value: Value, line: Line, column: Column) -> str:
    """What a cell means, as people say it: "£412k", "not applicable (NA)", "blank"."""
    if value.number is not None:
        return _in_unit(value.number, line, column)
    if unit_of(line, column) == "date" and value.kind == "text":
        year, month, day = value.text.split("-")
        return f"{int(day)}/{int(month)}/{year}"
    return {
        "blank": _BLANK,
        "not_applicable": "not applicable (NA)",
        "included_elsewhere": f"included in {value.text}",
        "not_calculable": "cannot be stated (NC)",
    }.get(value.kind, value.text)


def _in_unit(number: Decimal, line: Line, column: Column) -> str:
    return _UNITS[unit_of(line, column)](number)


def _change(place: Place, line: Line, column: Column, reading: Reading, old: _Said, new: _Said) -> FigureChange:
    cell = reading.cells.get(place)
    spot = layout_of(registry.get(reading.template, reading.version)).cells.get(place)
    is_percent = unit_of(line, column) == "percent"
    return FigureChange(
        place=place,
        sheet=cell.sheet if cell else (spot.sheet if spot else ""),
        cell=cell.cell if cell else "",
        label=cell.label if cell else (spot.label if spot else line.label),
        is_figure=unit_of(line, column) in NUMBER_UNITS,
        old=old.words,
        new=new.words,
        change="" if is_percent else share_of_change(old.number, new.number),
    )
