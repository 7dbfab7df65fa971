"""Reads this room's data files into rows that are known to be sound. Every fault is found in one reading."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from footprints.models import AcuteSize, PublishedUnit, Region, TrustType

DATA: Final = Path(__file__).parent / "data"

FOOTPRINT_COLUMNS: Final = ("ons_code", "name", "region", "leader_name", "leader_post", "leader_source")
TRUST_COLUMNS: Final = (
    "ods_code",
    "name",
    "trust_type",
    "acute_size",
    "is_foundation_trust",
    "region",
    "postcode",
    "opened_date",
    "closed_date",
    "later_name",
    "note",
    "taken_over_by",
)
MEMBERSHIP_COLUMNS: Final = ("ods_code", "ons_code", "from_date", "to_date", "source")
FIGURE_COLUMNS: Final = ("ods_code", "year", "measure", "value", "unit", "is_partial", "source")

Value = str | bool | int | date | Decimal | None
Row = dict[str, Value]


@dataclass
class Reference:
    """The rows of the four files, keyed by what makes each one single, and what is wrong with them."""

    footprints: dict[tuple[Value, ...], Row] = field(default_factory=dict)
    trusts: dict[tuple[Value, ...], Row] = field(default_factory=dict)
    memberships: dict[tuple[Value, ...], Row] = field(default_factory=dict)
    figures: dict[tuple[Value, ...], Row] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """One sentence each, beginning with file:line."""


def read_reference(folder: Path = DATA) -> Reference:
    """All four files. Rows with faults are left out of the answer and named in `faults`."""
    found = Reference()
    for line, row in _rows(folder / "footprints.csv", FOOTPRINT_COLUMNS, found.faults):
        _keep(found.footprints, ("ons_code",), row, _footprint, line, found.faults)
    trusts = list(_rows(folder / "trusts.csv", TRUST_COLUMNS, found.faults))
    codes = frozenset(row["ods_code"] for _, row in trusts)
    for line, row in trusts:
        _keep(found.trusts, ("ods_code",), row, partial(_trust, codes), line, found.faults)
    for line, row in _rows(folder / "memberships.csv", MEMBERSHIP_COLUMNS, found.faults):
        _keep(
            found.memberships,
            ("ods_code", "ons_code", "from_date"),
            row,
            partial(_membership, found),
            line,
            found.faults,
        )
    for line, row in _rows(folder / "published_figures.csv", FIGURE_COLUMNS, found.faults):
        _keep(found.figures, ("ods_code", "year", "measure"), row, partial(_figure, found), line, found.faults)
    return found


class _Fault(Exception):
    """One thing wrong with one row."""


def _rows(path: Path, columns: tuple[str, ...], faults: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with its place, file:line. A file with other columns gives none, and a fault."""
    with path.open(encoding="utf-8", newline="") as opened:
        reader = csv.reader(opened, strict=True)
        header = tuple(next(reader, ()))
        if header != columns:
            faults.append(f"{path.name}:1: the columns are {', '.join(header)}; they should be {', '.join(columns)}")
            return
        for cells in reader:
            place = f"{path.name}:{reader.line_num}"
            if len(cells) == len(columns):
                yield place, dict(zip(columns, cells, strict=True))
            else:
                faults.append(f"{place}: there are {len(cells)} cells; there should be {len(columns)}")


def _keep(
    kept: dict[tuple[Value, ...], Row],
    key: tuple[str, ...],
    row: dict[str, str],
    understand: Callable[[dict[str, str]], Row],
    place: str,
    faults: list[str],
) -> None:
    try:
        understood = understand(row)
        single = tuple(understood[name] for name in key)
        _must(single not in kept, f"there is a row for {', '.join(row[name] for name in key)} already")
    except _Fault as fault:
        faults.append(f"{place}: {fault}")
    else:
        kept[single] = understood


def _footprint(row: dict[str, str]) -> Row:
    return {
        "ons_code": _matching(row, "ons_code", r"E54\d{6}", "E54 and six digits"),
        "name": _filled(row, "name"),
        "region": _one_of(row, "region", Region.values),
        "leader_name": row["leader_name"],
        "leader_post": row["leader_post"],
        "leader_source": row["leader_source"],
    }


def _trust(codes: frozenset[str], row: dict[str, str]) -> Row:
    if successor := row["taken_over_by"]:
        _must(successor in codes, f'taken_over_by is "{successor}", which is no trust of trusts.csv')
        _must(row["closed_date"] != "", "taken_over_by is filled, and closed_date is not")
    return {
        "ods_code": _matching(row, "ods_code", r"[A-Z0-9]{3}", "three capitals or digits"),
        "name": _filled(row, "name"),
        "trust_type": _one_of(row, "trust_type", TrustType.values),
        "acute_size": _one_of(row, "acute_size", AcuteSize.values) if row["acute_size"] else "",
        "is_foundation_trust": _truth(row, "is_foundation_trust"),
        "region": _one_of(row, "region", Region.values),
        "postcode": row["postcode"],
        "opened_date": _day(row, "opened_date"),
        "closed_date": _day(row, "closed_date"),
        "later_name": row["later_name"],
        "note": row["note"],
        "taken_over_by": row["taken_over_by"],
    }


def _membership(found: Reference, row: dict[str, str]) -> Row:
    _must((row["ons_code"],) in found.footprints, f'"{row["ons_code"]}" is no footprint of footprints.csv')
    return {
        "ods_code": _known_trust(found, row),
        "ons_code": row["ons_code"],
        "from_date": _needed(_day(row, "from_date"), "from_date"),
        "to_date": _day(row, "to_date"),
        "source": _filled(row, "source"),
    }


def _figure(found: Reference, row: dict[str, str]) -> Row:
    return {
        "ods_code": _known_trust(found, row),
        "year": _matching(row, "year", r"20\d\d/\d\d", "a financial year such as 2015/16"),
        "measure": _matching(row, "measure", r"[a-z][a-z0-9_]{0,59}", "a name in small letters"),
        "value": _decimal(row, "value"),
        "unit": _one_of(row, "unit", PublishedUnit.values),
        "is_partial": _truth(row, "is_partial"),
        "source": _filled(row, "source"),
    }


def _must(true: bool, sentence: str) -> None:
    if not true:
        raise _Fault(sentence)


def _known_trust(found: Reference, row: dict[str, str]) -> str:
    _must((row["ods_code"],) in found.trusts, f'"{row["ods_code"]}" is no trust of trusts.csv')
    return row["ods_code"]


def _filled(row: dict[str, str], name: str) -> str:
    _must(row[name].strip() != "", f"{name} is empty")
    return row[name]


def _matching(row: dict[str, str], name: str, pattern: str, meaning: str) -> str:
    _must(re.fullmatch(pattern, row[name]) is not None, f'{name} is "{row[name]}"; it should be {meaning}')
    return row[name]


def _one_of(row: dict[str, str], name: str, values: list[str]) -> str:
    _must(row[name] in values, f'{name} is "{row[name]}"; it should be one of {", ".join(values)}')
    return row[name]


def _truth(row: dict[str, str], name: str) -> bool:
    return _one_of(row, name, ["true", "false"]) == "true"


def _day(row: dict[str, str], name: str) -> date | None:
    if not row[name]:
        return None
    try:
        return date.fromisoformat(row[name])
    except ValueError:
        raise _Fault(f'{name} is "{row[name]}"; it should be a day such as 2016-03-15') from None


def _needed(value: date | None, name: str) -> date:
    if value is None:
        raise _Fault(f"{name} is empty")
    return value


def _decimal(row: dict[str, str], name: str) -> Decimal:
    return Decimal(_matching(row, name, r"-?\d{1,14}(\.\d{1,4})?", "a number with at most 4 decimals"))
