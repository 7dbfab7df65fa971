"""What is known of a trust from the project's own reference data, for the commands that work without a database."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import cast

from footprints.reference import Reference, read_reference
from templates_app.number_text import plain
from templates_app.rates import usual_published
from templates_app.reading import Place, Published, Usual
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
    published_by_year: Mapping[tuple[str, str], Published]
    """The same by year and measure, each with the publication it stands in."""


@cache
def _reference() -> Reference:
    return read_reference()


@cache
def _published() -> Mapping[str, Mapping[tuple[str, str], Published]]:
    """By trust, then by year and measure."""
    published: dict[str, dict[tuple[str, str], Published]] = defaultdict(dict)
    for row in _reference().figures.values():
        if not row["is_partial"] and isinstance(row["value"], Decimal):
            known = Published(row["value"], str(row["source"]))
            published[str(row["ods_code"])][str(row["year"]), str(row["measure"])] = known
    return dict(published)


def usual_among(trust_type: TrustType, definition: Definition) -> Mapping[str, Usual]:
    """What each published rate of a definition is over the trusts of a type, by line."""
    of_type = {str(row["ods_code"]) for row in _reference().trusts.values() if row["trust_type"] == trust_type}
    figures: dict[str, dict[str, Decimal]] = defaultdict(dict)
    sources: dict[str, str] = {}
    for code in of_type & _published().keys():
        for (year, measure), known in _published()[code].items():
            if year == definition.year:
                figures[code][measure], sources[measure] = known.value, known.source
    usual = {
        rate.line: usual_published(rate, figures.values(), sources.get(rate.measure, ""), trust_type.replace("_", " "))
        for rate in definition.published_rates
    }
    return {line: known for line, known in usual.items() if known is not None}


def trust_reference(code: str) -> TrustReference:
    """The trust with an ODS code. Raises KeyError when the reference data has none."""
    found, figures = _reference(), _published().get(code, {})
    by_measure: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (year, measure), known in figures.items():
        by_measure[year][measure] = known.value
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
        dict(by_measure),
        figures,
    )


def prefill(definition: Definition, published: Mapping[str, Decimal]) -> Mapping[Place, Decimal]:
    """The published figures that are written into the workbook to be confirmed."""
    filled: dict[Place, Decimal] = {}
    for _, line, column in definition.cells():
        if line.prefill is not None and line.prefill in published and column.code == "value":
            places = DECIMAL_PLACES[unit_of(line, column)]
            filled[line.code, column.code] = plain(round(published[line.prefill], places))
    return filled
