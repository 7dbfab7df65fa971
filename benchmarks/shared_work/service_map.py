"""How a service is provided across a footprint, as a table with one row a trust: what part each plays, with what, bound until when. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from benchmarks.shared_work.arrangements import MapColumn
from benchmarks.shared_work.contracts import Standing
from footprints.planned_hubs import PlannedHub
from ui.formats import sentence_list


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell, as people read it."""

    words: str
    """Empty where the return leaves it blank."""
    end: date | None = None
    """The end of the contract that the text names."""
    standing: Standing | None = None
    """How that contract stands on the day of the page; None where the column names no contract."""


@dataclass(frozen=True, slots=True)
class MapRow:
    """One trust."""

    code: str
    name: str
    position: str = ""
    """The part it plays, in the template's words."""
    cells: tuple[MapCell, ...] = ()
    """One for each column; none where there is no return on record."""
    absent: str = ""
    """Why there is none."""
    signed: bool = False
    plan: PlannedHub | None = None
    """What was published of it as a hub."""
    reference: str = ""
    """Of the file it stands in."""


@dataclass(frozen=True, slots=True)
class MapTable:
    """The whole table."""

    columns: tuple[MapColumn, ...]
    rows: tuple[MapRow, ...]

    @property
    def returned(self) -> int:
        """How many trusts have a return on record."""
        return sum(not row.absent for row in self.rows)

    @property
    def planned(self) -> tuple[MapRow, ...]:
        """The trusts that were planned as hubs."""
        return tuple(row for row in self.rows if row.plan is not None)

    @property
    def positions(self) -> str:
        """How many trusts play which part: "own laboratory (2) and fully bought (1)"."""
        counted = Counter(row.position for row in self.rows if row.position)
        return sentence_list([f"{position} ({count})" for position, count in counted.most_common()])

    def brief(self) -> "MapTable":
        """Only the columns that are shown where there is little room."""
        kept = [number for number, column in enumerate(self.columns) if column.brief]
        rows = tuple(replace(row, cells=tuple(row.cells[number] for number in kept if row.cells)) for row in self.rows)
        return MapTable(tuple(self.columns[number] for number in kept), rows)


def in_order(rows: Sequence[MapRow], positions: Sequence[str]) -> tuple[MapRow, ...]:
    """By the part they play, as the template lists the parts, then by name; trusts without a return last."""
    return tuple(sorted(rows, key=lambda row: (bool(row.absent), _place(row.position, positions), row.name)))


def _place(position: str, positions: Sequence[str]) -> int:
    return list(positions).index(position) if position in positions else len(positions)
