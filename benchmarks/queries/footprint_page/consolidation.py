"""The biggest candidates for consolidation: what each function would cost less at the footprint's own best trust."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.opportunity import opportunity
from benchmarks.arithmetic.quantiles import band
from benchmarks.arithmetic.savings import POUNDS_IN_RETURN_UNIT, internal_best
from benchmarks.arithmetic.stretch import TYPE_WORDS
from benchmarks.defining.schema import Metric
from benchmarks.models import RunValue
from benchmarks.queries.footprint_page.basis import Basis
from benchmarks.queries.footprint_page.function_table import Function, Functions
from benchmarks.shared_work.candidates import ConsolidationCandidate, FunctionSpread, OwnValue, consolidation_candidates


def candidates(basis: Basis, shown: Functions, ends: Mapping[str, int]) -> tuple[ConsolidationCandidate, ...]:
    """From what was read; `ends` says how many agreements end within 24 months, by the title of the function."""
    spreads = (_spread(basis, column, ends.get(column.title, 0)) for column in shown.columns)
    return consolidation_candidates(spread for spread in spreads if spread is not None)


def _spread(basis: Basis, column: Function, ends: int) -> FunctionSpread | None:
    values = dict(_values(column))
    metric = column.metric

    def worth(code: str, benchmark: Decimal) -> Decimal | None:
        return opportunity(metric, values[code], benchmark)

    known = {code: value.value for code, value in values.items() if value.value is not None}
    best = internal_best(known, metric.direction, worth)
    if best is None:
        return None
    ranked = sorted(known, key=lambda code: known[code], reverse=metric.direction == "higher")
    quarter = band(best.value, column.national, metric.direction)
    names = _names(basis, column, known)
    return FunctionSpread(
        function=column.title,
        metric=metric.id,
        direction=metric.direction,
        spend=sum((value.numerator or Decimal(0) for value in values.values()), start=Decimal(0))
        * POUNDS_IN_RETURN_UNIT,
        trusts=len(known),
        contract_ends=ends,
        best=OwnValue(names[ranked[0]], _words(metric, known[ranked[0]])),
        worst=OwnValue(names[ranked[-1]], _words(metric, known[ranked[-1]])),
        to_best=best.total,
        best_in_best_quarter=None if quarter is None else quarter == 1,
    )


def _names(basis: Basis, column: Function, known: Collection[str]) -> Mapping[str, str]:
    """What trusts are called; with their types where these differ, since a trust of another type may do other work."""
    kinds = {trust.trust.ods_code: trust.trust_type for trust in column.reading.trusts}
    if len({kinds[code] for code in known}) == 1:
        return basis.names
    return {code: f"{basis.names[code]} ({TYPE_WORDS[kinds[code]]})" for code in known}


def _words(metric: Metric, value: Decimal) -> str:
    """The value with its unit; an index says that it is one."""
    words = value_words(metric, value)
    return f"an index of {words}" if metric.unit == "index" else words


def _values(column: Function) -> Iterable[tuple[str, RunValue]]:
    for trust in column.reading.trusts:
        value = column.reading.value(trust, column.metric)
        if value is not None and value.counted:
            yield trust.trust.ods_code, value
