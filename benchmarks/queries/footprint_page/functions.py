"""Function by function: the table of trusts against functions, from what was read."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AnySet

from benchmarks.arithmetic.headline import part_of
from benchmarks.arithmetic.quantiles import Distribution, band
from benchmarks.arithmetic.savings import footprint_value, total
from benchmarks.defining.schema import Metric
from benchmarks.models import RunTrust
from benchmarks.queries.footprint_page.basis import Basis, function_title
from benchmarks.queries.footprint_page.function_table import (
    DISPUTED,
    NO_RETURN,
    NOT_OWED,
    Cell,
    Function,
    Functions,
    Row,
)
from benchmarks.queries.runs import Reading
from benchmarks.words import only_for_words
from footprints.models import Trust
from templates_app import registry as templates
from ui.formats import sentence_list

Queried = AnySet[tuple[int, str]]
"""Trusts, by key, with metrics that rest on a figure about which a query stands."""


def functions(basis: Basis, queried: Queried = frozenset()) -> Functions:
    """The table and the strips, from what was read."""
    columns = [
        _function(basis, reading, metric, queried)
        for reading in basis.readings
        for metric in reading.metrics
        if _is_column(metric)
    ]
    order = sorted(columns, key=lambda column: (column.part != "office", column.part == "laboratories", -column.gap))
    rows = [_row(basis, trust, number, order) for number, trust in enumerate(basis.trusts)]
    ranked = sorted(range(len(rows)), key=lambda number: (-rows[number].office, rows[number].trust.name))
    return Functions(
        tuple(_in_order(column, ranked) for column in order), tuple(rows[number] for number in ranked)
    )  # fmt: skip


def _is_column(metric: Metric) -> bool:
    """The functions of the back office one by one; of laboratories the index over all disciplines."""
    if metric.function == "laboratory":
        return metric.counted == "top_down"
    return metric.counted == "additive"


def _in_order(column: Function, ranked: Sequence[int]) -> Function:
    return Function(
        column.reading,
        column.metric,
        column.part,
        column.title,
        column.national,
        tuple(column.cells[number] for number in ranked),
        column.together,
    )


def _row(basis: Basis, trust: Trust, number: int, columns: Iterable[Function]) -> Row:
    cells = tuple(column.cells[number] for column in columns)
    office = total(cell.gap for cell in cells if part_of(cell.metric) == "office" and cell.gap is not None)
    return Row(trust, cells, office, _provisional(basis, trust))


def _provisional(basis: Basis, trust: Trust) -> str:
    found = [
        (reading.run, one)
        for reading in basis.readings
        for one in reading.trusts
        if one.trust_id == trust.pk and one.submission_id
    ]
    open_ones = [run for run, one in found if run.collection and run.collection.needs_sign_off and not one.is_signed]
    if len(open_ones) == len(found):
        return "provisional" if open_ones else ""
    return sentence_list([f"{templates.get(run.template).title.lower()} provisional" for run in open_ones])


def _function(basis: Basis, reading: Reading, metric: Metric, queried: Queried) -> Function:
    found = {trust.trust_id: trust for trust in reading.trusts}
    national = basis.distribution(reading, metric)
    values = [value for trust in reading.trusts if (value := reading.value(trust, metric)) and value.counted]
    return Function(
        reading=reading,
        metric=metric,
        part=part_of(metric) or "office",
        title=function_title(metric),
        national=national,
        cells=tuple(
            _cell(basis, reading, metric, trust, found.get(trust.pk), national, (trust.pk, metric.id) in queried)
            for trust in basis.trusts
        ),
        together=footprint_value(
            [(value.numerator, value.denominator) for value in values if value.numerator is not None], metric.scale
        ),
    )


def _cell(
    basis: Basis,
    reading: Reading,
    metric: Metric,
    trust: Trust,
    found: RunTrust | None,
    national: Distribution,
    queried: bool,
) -> Cell:
    if found is None:
        return Cell(trust, metric, absent=NOT_OWED)
    if found.trust_type not in metric.population:
        return Cell(trust, metric, absent=only_for_words(metric).removesuffix(" trusts only") + " only")
    value = reading.value(found, metric)
    if value is None:
        return Cell(trust, metric, absent=NO_RETURN if found.submission_id is None else "not compared")
    if not value.counted or value.value is None:
        return Cell(trust, metric, value.value, absent=DISPUTED if value.disputed else "not compared", queried=queried)
    return Cell(
        trust,
        metric,
        value.value,
        band(value.value, national, metric.direction),
        basis.gaps(reading, metric, value).get("median"),
        queried=queried,
    )
