"""From the bytes of a file to a flat reading, or a refusal that names the file's real trouble.

The guard and the reader see bytes that nobody has vouched for, so they run in a bounded child process that can reach neither
database nor network; what comes back is JSON, never objects.
"""

import codecs
from dataclasses import dataclass, fields
from typing import Any

from submissions.bounded import ChildDied, run_bounded
from submissions.intake import Refused, guard
from templates_app import registry
from templates_app.reading import ReadCell, Reading
from templates_app.sheet_reader import ReadError, read_workbook
from templates_app.workbook_read import NotOurs, identify, read, unread

Json = dict[str, Any]

_UNSAFE = (
    "We could not read this file safely: {why}. Nothing in it was loaded. Copy your figures into a newly downloaded "
    "workbook, save it as .xlsx, and upload that."
)
_WHY = {
    "time": "it took too long",
    "cpu": "it took too much work",
    "memory": "it needed too much memory",
    "too_much_output": "it holds far more than the template",
    "crashed": "reading it failed",
}


for _encoding in ("cp437", "cp1252", "utf-16-le"):
    codecs.lookup(_encoding)  # what the guard reads with: the child can open no file, so it could not load them

_CELL = tuple(field.name for field in fields(ReadCell))
"""A cell is kept as a row of these, in this order: a third of the size and time of keys repeated for every cell."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not read: a stable code, and a sentence that says what it is and what to do."""

    code: str
    message: str
    template: str = ""
    """What the file says that it was made from, where it got so far; so too the version. It may be one that we do not know."""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reading, and the same as it is kept in the database."""

    reading: Reading
    as_json: Json


def read_file(data: bytes, file_name: str, template: str | None = None, version: str | None = None) -> Json:
    """Guard and read in this process: {"reading": …} or {"refused": the fields of a Refusal}. Call it through `read_in_child`."""
    try:
        guard(data, file_name=file_name)
        workbook = read_workbook(data, unread=unread)
        definition = identify(workbook, expected_template=template, expected_version=version)
        return {"reading": to_json(read(workbook, definition))}
    except NotOurs as other:
        named = {"template": other.template, "version": other.version}
        return {"refused": {"code": other.code, "message": other.message, **named}}
    except (Refused, ReadError) as refused:
        return {"refused": {"code": refused.code, "message": refused.message}}


def read_in_child(
    data: bytes, *, file_name: str, template: str | None = None, version: str | None = None
) -> Answer | Refusal:
    """Guard and read in a bounded child. `template` and `version` are what is expected, None for any."""
    registry.definitions()  # read before the fork, so that no child reads them again
    try:
        answer = run_bounded(read_file, data, file_name, template, version)
    except ChildDied as died:
        return Refusal(f"unsafe_{died.reason}", _UNSAFE.format(why=_WHY[died.reason]))
    try:
        if "refused" in answer:
            return Refusal(**answer["refused"])
        return Answer(from_json(answer["reading"]), answer["reading"])
    except (KeyError, TypeError, ValueError):  # not what `read_file` gives: a child that a file has taken over
        return Refusal("unsafe_crashed", _UNSAFE.format(why=_WHY["crashed"]))


def to_json(reading: Reading) -> Json:
    """A reading as JSON."""
    return {
        "template": reading.template,
        "version": reading.version,
        "trust": reading.trust,
        "cells": [[getattr(cell, name) for name in _CELL] for cell in reading.cells.values()],
        "not_found": [list(place) for place in reading.not_found],
        "conflicts": [[line, column, other] for (line, column), other in reading.conflicts.items()],
        "date_1904": reading.date_1904,
        "altered": list(reading.altered),
        "computed": [[getattr(cell, name) for name in _CELL] for cell in reading.computed.values()],
    }


def from_json(stored: Json) -> Reading:
    """The reading that `to_json` wrote."""
    cells = (ReadCell(*cell) for cell in stored["cells"])
    computed = (ReadCell(*cell) for cell in stored.get("computed", ()))  # what was read before the totals were has none
    return Reading(
        template=stored["template"],
        version=stored["version"],
        trust=stored["trust"],
        cells={cell.place: cell for cell in cells},
        not_found=tuple((line, column) for line, column in stored["not_found"]),
        conflicts={(line, column): other for line, column, other in stored["conflicts"]},
        date_1904=stored["date_1904"],
        altered=tuple(stored.get("altered", ())),
        computed={cell.place: cell for cell in computed},
    )
