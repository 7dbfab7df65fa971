"""Checks of figures that others have too: another return of the same trust, and what was published of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from submissions.checks.case import Case, Hit, word_parameter, written
from templates_app import registry
from templates_app.definition_places import UnknownPlace
from templates_app.operands import cells_of
from templates_app.rates import is_sum, named_in, one_cell, typed_cells, worked_out
from templates_app.reading import OtherReturn, Place
from templates_app.rules import place_named
from templates_app.schema import UNIT_WORDS, Definition, Rule, unit_of
from ui.formats import sentence_list, thousand_pounds

_ADDRESS = re.compile(r"(.+!)([A-Z]+)([0-9]+)")
"""Sheet, column and row of a cell such as "Costs!C9"."""


def agrees_with_return(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure fits what the trust returned to another template for the same year; not judged where that is not in."""
    other = case.context.other_returns.get(word_parameter(rule, "template"))
    if other is None or other.template not in case.other_operands or (ours := _ours(rule, case)) is None:
        return
    try:
        theirs = _theirs(rule, other, case)
    except UnknownPlace:
        return  # they returned it on a version that does not ask for this figure
    if theirs is not None and not _within(rule, ours, theirs):
        names = {"shown": _said(theirs), "their_file": other.reference, "their_cells": _their_cells(rule, other)}
        yield _hit(rule, case, ours, names)


def agrees_with_published(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure fits what was published of the trust, for a year that the rule names."""
    known = case.context.published_by_year.get((word_parameter(rule, "year"), word_parameter(rule, "measure")))
    ours = _ours(rule, case)
    if known is not None and known.value > 0 and ours is not None and not _within(rule, ours, known.value):
        yield _hit(rule, case, ours, {"shown": _said(known.value), "publication": known.source})


def _ours(rule: Rule, case: Case) -> Decimal | None:
    """Our figure; None where it cannot be judged: a cell is missing, is in trouble of its own, or is not asked for."""
    source = word_parameter(rule, "ours")
    if _at(rule)[0] in case.shut or _looked_at(rule, case) & case.broken:
        return None
    return worked_out(source, case.definition, case.operands, missing_is_zero=rule.missing == "zero")


def _theirs(rule: Rule, other: OtherReturn, case: Case) -> Decimal | None:
    definition, operands = registry.get(other.template, other.version), case.other_operands[other.template]
    return worked_out(word_parameter(rule, "theirs"), definition, operands, missing_is_zero=rule.missing == "zero")


def _their_cells(rule: Rule, other: OtherReturn) -> str:
    """Where the figure stands in their file."""
    definition = registry.get(other.template, other.version)
    return _cells(word_parameter(rule, "theirs"), definition, lambda place: other.cells.get(place, ""))


def _our_cells(rule: Rule, case: Case) -> str:
    """Where it stands in the file under judgement, as it was read."""

    def where(place: Place) -> str:
        cell = case.read(place)
        return f"{cell.sheet}!{cell.cell}" if cell else ""

    return _cells(word_parameter(rule, "ours"), case.definition, where)


def _cells(source: str, definition: Definition, where: Callable[[Place], str]) -> str:
    """The cells that an expression names: "Organisation!C9", or "Service!C19 and Service!C20", or runs of cells."""
    cells = cells_of(definition)
    found = ([where(place) for place in cells.of(reference)] for reference in named_in(source))
    return sentence_list([run for addresses in found for run in _runs(filter(None, addresses))])


def _runs(addresses: Iterable[str]) -> list[str]:
    """Cells that stand one beneath the other, each such run as "Costs!C9:C12"."""
    runs: list[list[tuple[str, int]]] = []
    for address in addresses:
        if match := _ADDRESS.fullmatch(address):
            above, row = match[1] + match[2], int(match[3])
            if runs and runs[-1][-1] == (above, row - 1):
                runs[-1].append((above, row))
            else:
                runs.append([(above, row)])
    ends = [(run[0], run[-1]) for run in runs]
    return [
        f"{column}{first}" if first == last else f"{column}{first}:{column.rpartition('!')[2]}{last}"
        for (column, first), (_, last) in ends
    ]


def _within(rule: Rule, ours: Decimal, theirs: Decimal) -> bool:
    low, high = rule.parameters.get("low"), rule.parameters.get("high")
    enough = not isinstance(low, Decimal) or ours * 100 >= theirs * low
    return enough and (not isinstance(high, Decimal) or ours * 100 <= theirs * high)


def _hit(rule: Rule, case: Case, ours: Decimal, names: dict[str, str]) -> Hit:
    """The hit. Where our figure is not the cell that the finding names, it says which figure it is and where it comes from."""
    at, source, cells = _at(rule), word_parameter(rule, "ours"), _our_cells(rule, case)
    found = None
    if one_cell(source, case.definition) != at:
        found = f"{_in_unit(ours, at, case)}, {'the sum of' if is_sum(source) else 'worked out from'} {cells}"
    names |= {"ours": _said(ours), "our_cells": cells}
    return Hit(at, found=found, names=names, looked_at=_looked_at(rule, case), held_against=names["shown"])


def _in_unit(ours: Decimal, at: Place, case: Case) -> str:
    """Our figure in the unit of the cell that the finding names."""
    sheet = case.definition.sheet_of(at[0])
    unit = unit_of(sheet.line(at[0]), sheet.column(at[1]))
    if unit == "thousand_pounds":
        return thousand_pounds(round(ours, 3))
    return f"{_said(ours)} {UNIT_WORDS[unit]}" if unit in ("wte", "square_metres") else _said(ours)


def _at(rule: Rule) -> Place:
    return place_named(word_parameter(rule, "at"))


def _looked_at(rule: Rule, case: Case) -> frozenset[Place]:
    return typed_cells(word_parameter(rule, "ours"), case.definition) | {_at(rule)}


def _said(number: Decimal) -> str:
    return written(round(number, 3))
