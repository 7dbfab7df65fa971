"""The contract calendar: which agreements for the same function end near each other. Pure."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from benchmarks.charts.labels import LANE, MARGIN
from ui.formats import long_date, sentence_list
from ui.svg import BLACK, BLUE, GREY, PALE, WIDTH, diamond, fitted, line, svg, text, width_of

HORIZON = 24
"""Months within which the end of a contract is a chance to join up."""

_HEAD = 34
_LONGEST = 72
"""So many months at most; what ends later stands at the edge."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One contract of one trust for one function line, and the day it ends."""

    line: str
    code: str
    ends: datetime.date


@dataclass(frozen=True, slots=True)
class _Mark:
    """The contracts for one line that end in one month."""

    x: float
    label: str
    near: bool


def calendar(*, name: str, title: str, endings: Sequence[Ending], today: datetime.date) -> Markup:
    """A row for each line, a mark for each month in which contracts end, labelled by trust codes, and a line 24 months from now.

    Marks within the 24 months are filled, later ones hollow. What has ended stands at the left edge, what ends beyond six years at the
    right. ValueError for no contracts.
    """
    if not endings:
        raise ValueError("a calendar needs at least one contract")
    last = min(max(max(_months(today, ending.ends) for ending in endings), HORIZON) + 3, _LONGEST)
    rows: dict[str, list[Ending]] = defaultdict(list)
    for ending in sorted(endings, key=lambda ending: (ending.ends, ending.code)):
        rows[ending.line].append(ending)
    parts: list[Markup] = []
    top = float(_HEAD)
    for line_name in dict.fromkeys(ending.line for ending in endings):
        drawn, height = _row(line_name, rows[line_name], today, last, top)
        parts += drawn
        top += height
    return svg(name, title, _words(rows, today), top, [*_axis(today, last, top), *parts])


def _row(
    line_name: str, endings: Sequence[Ending], today: datetime.date, last: int, top: float
) -> tuple[list[Markup], float]:
    lanes = _lanes(_marks(endings, today, last))
    track = top + 21 + LANE * len(lanes)
    parts = [text(fitted(line_name, WIDTH), 0, top + 12, "start"), line(0, track, WIDTH, track, PALE, 1)]
    for number, lane in enumerate(reversed(lanes)):
        y = top + 12 + LANE * (number + 1)
        for mark in lane:
            parts.append(line(mark.x, track, mark.x, y + 2, GREY, 1))
            half = width_of(mark.label) / 2
            parts.append(text(mark.label, min(max(mark.x, half), WIDTH - half), y))
    parts += [
        diamond(mark.x, track, 5, BLACK, "near" if mark.near else "later", hollow=not mark.near)
        for lane in lanes
        for mark in lane
    ]
    return parts, track - top + 12


def _marks(endings: Iterable[Ending], today: datetime.date, last: int) -> list[_Mark]:
    by_month: dict[int, list[Ending]] = defaultdict(list)
    for ending in endings:
        by_month[min(max(_months(today, ending.ends), -1), last)].append(ending)
    return [
        _Mark(
            x=_x(month, last),
            label=" ".join(dict.fromkeys(ending.code for ending in group)),
            near=_is_near(group[0].ends, today),
        )
        for month, group in sorted(by_month.items())
    ]


def _lanes(marks: Sequence[_Mark]) -> list[list[_Mark]]:
    """Marks by lane, the first nearest to the track, so that no label covers another."""
    lanes: list[list[_Mark]] = []
    ends: list[float] = []
    for mark in marks:
        half = min(width_of(mark.label), WIDTH) / 2
        centre = min(max(mark.x, half), WIDTH - half)
        free = next((number for number, end in enumerate(ends) if end + 4 < centre - half), len(lanes))
        if free == len(lanes):
            lanes.append([])
            ends.append(0)
        lanes[free].append(mark)
        ends[free] = centre + half
    return lanes


def _axis(today: datetime.date, last: int, bottom: float) -> Iterable[Markup]:
    """Each January, by its year, and the 24 months."""
    for year in range(today.year + 1, today.year + last // 12 + 2):
        month = _months(today, datetime.date(year, 1, 1))
        if month <= last:
            x = _x(month, last)
            yield line(x, 16, x, bottom, PALE, 1)
            yield text(str(year), x, 12) if x < WIDTH - 20 else text(str(year), WIDTH, 12, "end")
    x = _x(HORIZON, last)
    yield line(x, 16, x, bottom, BLUE, 2, dashed=True)
    yield text("24 months", x + 4, 28, "start") if x < WIDTH / 2 else text("24 months", x - 4, 28, "end")


def _months(today: datetime.date, day: datetime.date) -> int:
    """Whole months on the calendar from the month of today; below nought for months gone by."""
    return (day.year - today.year) * 12 + day.month - today.month


def _is_near(day: datetime.date, today: datetime.date) -> bool:
    return today <= day and _months(today, day) <= HORIZON


def _x(month: int, last: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * (month + 1) / (last + 1)


def _words(rows: Mapping[str, Sequence[Ending]], today: datetime.date) -> str:
    near = sum(_is_near(ending.ends, today) for endings in rows.values() for ending in endings)
    ends = "contract ends" if near == 1 else "contracts end"
    sentences = [f"{near or 'No'} {ends} within 24 months of {long_date(today)}."]
    for name, endings in rows.items():
        sentences.append(f"{name}: {sentence_list([f'{ending.code} {long_date(ending.ends)}' for ending in endings])}.")
    return " ".join(sentences)
