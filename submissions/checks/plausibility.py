"""Checks of whether figures are likely: against what the trust published, against last year's, and against each other."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from submissions.checks.case import Case, Hit, is_table, parameter, word_parameter, words_parameter, written
from templates_app.schema import Rule

FEWEST_ROUNDED = 5
"""So many round amounts before we say that they look like estimates."""


def differs_from_published(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure differs from what the trust itself published by more than so many per cent."""
    measure, percent = word_parameter(rule, "measure"), parameter(rule, "percent")
    published = case.context.published.get(measure)
    for sheet, line, column, _ in case.found_cells:
        place = (line.code, column.code)
        number = case.number(place) if line.prefill == measure and column is sheet.columns[0] else None
        if published and number is not None and abs(number - published) * 100 > percent * published:
            names = {"shown": written(published), "publication": publication(measure, case)}
            yield Hit(place, names=names, held_against=names["shown"])


def cost_differs_from_published(rule: Rule, case: Case) -> Iterator[Hit]:
    """The cost of a line, £000, differs from what the trust itself published, pounds, by more than so many per cent."""
    measure = word_parameter(rule, "measure")
    published = case.context.published.get(measure)
    places = [(word_parameter(rule, "line"), column) for column in words_parameter(rule, "columns")]
    amounts = [case.number(place) for place in places]
    if not published or None in amounts:
        return
    thousands = published / 1000
    cost = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if abs(cost - thousands) * 100 > parameter(rule, "percent") * thousands:
        names = {"shown": written(thousands.quantize(Decimal(1))), "publication": publication(measure, case)}
        yield Hit(places[-1], names=names, looked_at=frozenset(places), held_against=written(published))


def publication(measure: str, case: Case) -> str:
    """Where the trust's figure for the year of the return was published."""
    year = case.definition.year
    known = case.context.published_by_year.get((year, measure))
    return known.source if known is not None else f"published figures of {year}"


def same_as_last_year(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure is exactly last year's: a note, since it may have been left standing."""
    for place, before in case.context.last_year.items():
        if before != 0 and case.number(place) == before:
            yield Hit(place)


def same_value_repeated(rule: Rule, case: Case) -> Iterator[Hit]:
    """The same amount, not nought, in so many lines one after another: an apportioned guess."""
    least = int(parameter(rule, "lines"))
    for sheet in filter(is_table, case.definition.sheets):
        for column in (column for column in sheet.columns if column.counted and column.formula is None):
            places = [(line.code, column.code) for line in sheet.lines]
            for number, run in groupby(places, key=case.number):
                alike = list(run)
                if number and len(alike) >= least:
                    yield Hit(alike[0], names={"shown": f"{len(alike)}"}, looked_at=frozenset(alike))


def all_rounded(rule: Rule, case: Case) -> Iterator[Hit]:
    """Every amount of a sheet is a multiple of a round number: an estimate."""
    multiple = parameter(rule, "multiple")
    amounts = [(place, number) for place, number in case.amounts.items() if number != 0]
    if len(amounts) >= FEWEST_ROUNDED and all(number % multiple == 0 for _, number in amounts):
        looked_at = frozenset(place for place, _ in amounts)
        yield Hit(amounts[0][0], names={"shown": str(len(amounts))}, looked_at=looked_at)
