"""What a marked-up copy of a return says: every value as it was read, and every problem at its cell. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

from templates_app.number_text import exact_decimal
from templates_app.reading import Finding, Place, ReadCell, Reading, Value
from templates_app.schema import NUMBER_UNITS, Column, Definition, Line, unit_of
from templates_app.values import Interpreted, as_entered, interpret, percentage_of
from ui.formats import long_date

_LONGEST_NUMBER = 25
"""Digits of a number that is still written as one; of a longer one Excel would keep only a part."""


@dataclass(frozen=True)
class MarkUp:
    """The problems of one file, to be shown in a copy of it."""

    reference: str
    file_name: str
    findings: tuple[Finding, ...]
    """One at a total, which is of no line, has the total's place: its sheet's code and its column."""
    explained: Mapping[int, str] = field(default_factory=dict)
    """What the trust said of a warning, by its number among the findings."""

    @cached_property
    def at_place(self) -> Mapping[Place, tuple[Finding, ...]]:
        """Errors and warnings by place, the worst first; notes and rules on trial ask for nothing and mark no cell."""
        found: dict[Place, list[Finding]] = defaultdict(list)
        for severity in ("error", "warning"):
            for finding in self.findings:
                if finding.line and finding.severity == severity and finding.trial_until is None:
                    found[finding.line, finding.column].append(finding)
        return {place: tuple(findings) for place, findings in found.items()}

    def severity(self, place: Place) -> str:
        """The worst severity at a place: error, warning or, where there is none, empty."""
        findings = self.at_place.get(place)
        return findings[0].severity if findings else ""


class _Judged(Protocol):
    """A finding, as the rules give it or as it is kept."""

    @property
    def severity(self) -> str: ...
    @property
    def trial_until(self) -> date | None: ...


def standing_words(finding: _Judged, *, waived: bool, explained: bool) -> str:
    """What a finding asks for: to be mended, to be explained, or nothing, and why."""
    if finding.trial_until is not None:
        return f"On trial until {long_date(finding.trial_until)}"
    if waived:
        return "Waived"
    if finding.severity == "info":
        return "Note"
    if finding.severity == "error":
        return "Must be mended"
    return "Explained" if explained else "To be explained"


def carried(reading: Reading, definition: Definition) -> tuple[Mapping[Place, Value], Mapping[Place, str]]:
    """What a copy of the file is filled with: the values, and the words that stand in a cell as the person typed them.

    A number finer or larger than the template takes is carried as it was. What nobody can place (a row with another line's
    code) and what the file does not hold (a formula that was never calculated) is left blank.
    """
    values: dict[Place, Value] = {}
    texts: dict[Place, str] = {}
    for _, line, column in definition.cells():
        place = (line.code, column.code)
        cell = reading.cells.get(place)
        if cell is None or place in reading.conflicts or not cell.raw.strip():
            continue
        answer = interpret(cell, line, column, date_1904=reading.date_1904)
        number = _number(cell, line, column)
        if number is not None:
            values[place] = number
        elif isinstance(answer, Interpreted):
            values[place] = answer.value
        else:
            texts[place] = as_entered(cell, date_1904=reading.date_1904)
        if cell.kind == "text" and unit_of(line, column) == "text":
            texts[place] = cell.raw  # with its line breaks, which the value does not keep
    return values, texts


def printable(text: str) -> str:
    """Words of a person, fit for a note in the workbook: no control characters, and nothing that stands for words of ours."""
    return "".join(" " if character.isspace() else character for character in text if _shows(character))


def _shows(character: str) -> bool:
    return character.isprintable() or character.isspace()


def _number(cell: ReadCell, line: Line, column: Column) -> Value | None:
    """The very number of a cell that holds one, where one is asked for; of a percentage what a person sees, for our cells show no
    percent sign. A percentage where none is asked for is none."""
    unit = unit_of(line, column)
    if cell.kind != "number" or cell.is_date or unit not in NUMBER_UNITS or (cell.is_percent and unit != "percent"):
        return None
    number = percentage_of(cell) if cell.is_percent else exact_decimal(cell.raw)
    if number is None or len(f"{number:f}") > _LONGEST_NUMBER:
        return None
    return Value("number", number=number)
