"""The corpus: every awkward and hostile file that the portal must meet, with what it must answer.

Each case is made by code and has one expected outcome: accepted with exactly these values, findings in exactly these cells,
or refused for this reason. `trouble` compares it with a report in the shape of `check_workbook --json`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Place, Value
from templates_app.schema import Definition
from tests.submissions.example_returns import BACK_OFFICE
from tests.workbooks.variants import values

Marks = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Accept:
    """No error. `values` are those that differ from the good workbook's, "" where there is none; `notes` every finding."""

    values: Mapping[str, str] = field(default_factory=dict)
    notes: Marks = frozenset()

    def __str__(self) -> str:
        return f"accept{f', {len(self.notes)} noted' if self.notes else ''}"


@dataclass(frozen=True)
class Findings:
    """Errors. `marks` is every finding, as (code, place); figures not of the lines in `lost` are the good workbook's still."""

    marks: Marks
    lost: frozenset[str] = frozenset()

    def __str__(self) -> str:
        code, place = min(self.marks)
        return f"{code} {place}" + (f" and {len(self.marks) - 1} more" if len(self.marks) > 1 else "")


@dataclass(frozen=True)
class Refuse:
    code: str

    def __str__(self) -> str:
        return f"refuse: {self.code}"


@dataclass(frozen=True)
class Book:
    """A template, and what its good workbook holds."""

    definition: Definition
    values: Callable[[], Mapping[Place, Value]]


BACK_OFFICE_BOOK = Book(BACK_OFFICE, values)


@dataclass(frozen=True)
class Case:
    make: Callable[[], bytes]
    expected: Accept | Findings | Refuse
    file_name: str = "return.xlsx"
    book: Book = BACK_OFFICE_BOOK


def same(book: Book = BACK_OFFICE_BOOK) -> dict[str, str]:
    """The values of the good workbook, as a report names and writes them."""
    held = book.values().items()
    return {f"{line}.{column}": value.as_text() for (line, column), value in held if value.kind != "blank"}


NOT_OF_THE_FILE = {
    rule.code for each in registry.definitions().values() for rule in each.rules if rule.check == "not_compared"
}
"""Notes of how much the portal knows to compare a file with, which say nothing about the file."""


def got(report: Mapping[str, Any]) -> Accept | Findings | Refuse:
    """The outcome that a report tells, without its values."""
    if report["refused"]:
        return Refuse(report["refused"]["code"])
    marks = frozenset(
        (each["code"], f"{each['sheet']}!{each['cell']}" if each["cell"] else "")
        for each in report["findings"]
        if each["code"] not in NOT_OF_THE_FILE
    )
    errors = any(each["severity"] == "error" for each in report["findings"])
    return Findings(marks) if errors else Accept(notes=marks)


def trouble(case: Case, report: Mapping[str, Any]) -> str:
    """Where a report is not what the case expects; empty when all is as expected."""
    expected, found = case.expected, got(report)
    if type(found) is not type(expected):
        return f"expected {expected}, got {found}"
    if isinstance(expected, Refuse):
        return "" if found == expected else f"expected {expected}, got {found}"
    wanted = expected.notes if isinstance(expected, Accept) else expected.marks
    marks = found.notes if isinstance(found, Accept) else found.marks if isinstance(found, Findings) else frozenset()
    if wanted != marks:
        return f"missing {sorted(wanted - marks)}, unexpected {sorted(marks - wanted)}"
    return _wrong_values(expected, report["values"], case.book)


def _wrong_values(expected: Accept | Findings, found: Mapping[str, str], book: Book) -> str:
    wanted = same(book) | dict(expected.values if isinstance(expected, Accept) else {})
    places = wanted.keys() | found.keys()
    if isinstance(expected, Findings):
        marked = {place for _, place in expected.marks}
        places = {
            place for place in places
            if place.split(".")[0] not in expected.lost and _address(place, book) not in marked
        }  # fmt: skip
    return wrong_values(wanted, found, places)


def wrong_values(wanted: Mapping[str, str], found: Mapping[str, str], places: Iterable[str]) -> str:
    """The first few of these places where what was found is not, as an exact decimal or text, what was wanted."""
    wrong = [place for place in sorted(places) if not _equal(wanted.get(place, ""), found.get(place, ""))]
    return ", ".join(f"{place} is {found.get(place)!r} and not {wanted.get(place)!r}" for place in wrong[:5])


def _address(place: str, book: Book) -> str:
    line, column = place.split(".")
    cell = layout_of(book.definition).cells[line, column]
    return f"{cell.sheet}!{cell.address}"


def _equal(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other
