"""The service map of a footprint, from the returns on record of its trusts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q
from django.utils import timezone

from benchmarks.queries.shared_work import OnRecord, on_record, text_at
from benchmarks.shared_work.arrangements import MapColumn, ServiceMap, service_map
from benchmarks.shared_work.contracts import calendar_day, standing_of
from benchmarks.shared_work.dated_text import day_in
from benchmarks.shared_work.service_map import MapCell, MapRow, MapTable, in_order
from benchmarks.words import short_name
from footprints.models import Footprint, Trust
from footprints.planned_hubs import planned_hubs
from submissions.models import Collection
from submissions.queries.figure_queries import words_of
from templates_app.expressions import Operand
from templates_app.operands import cells_of
from templates_app.rates import worked_out
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import DECIMAL_PLACES, NUMBER_UNITS, Definition, choices_of, unit_of
from ui.formats import number

NO_RETURN = "No accepted return"


@dataclass(frozen=True, slots=True)
class ServicePage:
    """How a service is provided in a footprint."""

    footprint: Footprint
    collection: Collection
    known: ServiceMap
    title: str
    """The name of the service."""
    on: date
    """The day from which ends of contracts are seen."""
    table: MapTable
    numeric: frozenset[str]
    """The titles of the columns that hold numbers."""


def service_page(footprint: Footprint, template: str, on: date | None = None) -> ServicePage | None:
    """The map of one template's service; None for a template without one, or before its first round. A fixed number of queries."""
    known = service_map(template)
    found = on_record(template, Trust.objects.in_footprint(footprint)) if known else None
    if known is None or found is None:
        return None
    return service_of(footprint, known, found, Trust.objects.in_footprint(footprint), on)


def service_of(
    footprint: Footprint, known: ServiceMap, found: OnRecord, trusts: Iterable[Trust], on: date | None = None
) -> ServicePage:
    """The map from returns that are at hand, one row for each of these trusts. One query, of the figures."""
    definition, today = found.definition, timezone.localdate()
    day = on or calendar_day(found.collection.year, today)
    figures = found.figures(Q())
    files = {file.return_record.trust_id: file for file in found.files}
    plan = planned_hubs(known.plan) if known.plan else {}
    rows = []
    for trust in trusts:
        file = files.get(trust.pk)
        name, hub = short_name(trust.name), plan.get(trust.ods_code)
        if file is None:
            rows.append(MapRow(trust.ods_code, name, absent=NO_RETURN, plan=hub))
        else:
            values = figures.get(file.pk, {})
            cells = _cells(definition, known, values, day)
            position = text_at(values, known.position)
            rows.append(MapRow(trust.ods_code, name, position, cells, "", file.is_signed, hub, file.reference))
    sheet = definition.sheet_of(known.position)
    positions = choices_of(sheet.line(known.position), sheet.column("value"))
    return ServicePage(
        footprint=footprint,
        collection=found.collection,
        known=known,
        title=definition.title,
        on=day,
        table=MapTable(known.columns, in_order(rows, positions)),
        numeric=frozenset(column.title for column in known.columns if _is_numeric(definition, column)),
    )


def _cells(definition: Definition, known: ServiceMap, values: Mapping[Place, Value], on: date) -> tuple[MapCell, ...]:
    operands = cells_of(definition).operands(values)
    return tuple(_cell(definition, column, values, operands, on) for column in known.columns)


def _cell(
    definition: Definition,
    column: MapColumn,
    values: Mapping[Place, Value],
    operands: Mapping[Place, Operand],
    on: date,
) -> MapCell:
    if column.headline:
        total = worked_out(definition.headlines[column.headline], definition, operands, missing_is_zero=True)
        places = DECIMAL_PLACES[definition.headline_units[column.headline]]
        return MapCell("" if total is None else number(_rounded(total, places)))
    place = (column.at or "", "value")
    value = values.get(place, BLANK)
    words = "" if value.kind == "blank" else words_of(definition, place, value)
    if not (column.ends and words):
        return MapCell(words)
    named = day_in(words)
    end = named.day if named else None
    return MapCell(words, end, standing_of(end, on))


def _rounded(total: Decimal, places: int) -> Decimal:
    return total.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _is_numeric(definition: Definition, column: MapColumn) -> bool:
    if column.headline or column.at is None:
        return True
    sheet = definition.sheet_of(column.at)
    return unit_of(sheet.line(column.at), sheet.column("value")) in NUMBER_UNITS
