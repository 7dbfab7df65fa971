"""What is known of a trust from the project's own reference data, for the commands that work without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import cast

from footprints.reference import Reference, read_reference
from templates_app.number_text import plain
from templates_app.reading import Place
from templates_app.schema import DECIMAL_PLACES, Definition, TrustType, unit_of


@dataclass(frozen=True, slots=True)
class TrustReference:
    """A trust as the reference data has it."""

    code: str
    name: str
    trust_type: TrustType
    footprint_names: tuple[str, ...]
    published: Mapping[str, Mapping[str, Decimal]]
    """By year, then by measure; sums to which every site contributed."""


@cache
def _reference() -> Reference:
    return read_reference()


@cache
def _published() -> Mapping[str, Mapping[str, Mapping[str, Decimal]]]:
    """By trust, year and measure."""
    published: dict[str, dict[str, dict[str, Decimal]]] = {}
    for row in _reference().figures.values():
        if not row["is_partial"] and isinstance(row["value"], Decimal):
            years = published.setdefault(str(row["ods_code"]), {})
            years.setdefault(str(row["year"]), {})[str(row["measure"])] = row["value"]
    return published


def trust_reference(code: str) -> TrustReference:
    """The trust with an ODS code. Raises KeyError when the reference data has none."""
    found = _reference()
    trust = found.trusts[(code,)]
    footprints = [
        str(found.footprints[(row["ons_code"],)]["name"])
        for row in found.memberships.values()
        if row["ods_code"] == code and row["to_date"] is None
    ]
    return TrustReference(
        code,
        str(trust["name"]),
        cast(TrustType, trust["trust_type"]),
        tuple(sorted(footprints)),
        _published().get(code, {}),
    )


def prefill(definition: Definition, published: Mapping[str, Decimal]) -> Mapping[Place, Decimal]:
    """The published figures that are written into the workbook to be confirmed."""
    filled: dict[Place, Decimal] = {}
    for _, line, column in definition.cells():
        if line.prefill is not None and line.prefill in published and column.code == "value":
            places = DECIMAL_PLACES[unit_of(line, column)]
            filled[line.code, column.code] = plain(round(published[line.prefill], places))
    return filled
