"""Checks of figures that others have too: another return of the same trust, and what was published of it."""

from collections.abc import Iterator
from decimal import Decimal

from submissions.checks.case import Case, Hit, word_parameter, written
from templates_app import registry
from templates_app.definition_places import UnknownPlace
from templates_app.operands import cells_of
from templates_app.rates import named_in, typed_cells, worked_out
from templates_app.reading import OtherReturn, Place
from templates_app.rules import place_named
from templates_app.schema import Rule


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
        names = {"ours": _said(ours), "shown": _said(theirs), "their_file": other.reference}
        names["their_cells"] = _their_cells(rule, other)
        yield _hit(rule, case, names)


def agrees_with_published(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure fits what was published of the trust, for a year that the rule names."""
    known = case.context.published_by_year.get((word_parameter(rule, "year"), word_parameter(rule, "measure")))
    ours = _ours(rule, case)
    if known is not None and known.value > 0 and ours is not None and not _within(rule, ours, known.value):
        yield _hit(rule, case, {"ours": _said(ours), "shown": _said(known.value), "publication": known.source})


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
    """Where the figure stands in their file: "Organisation!C9", or "Service!C19 and Service!C20", or a run of cells."""
    cells = cells_of(registry.get(other.template, other.version))
    runs = []
    for reference in named_in(word_parameter(rule, "theirs")):
        found = [other.cells[place] for place in cells.of(reference) if place in other.cells]
        runs += [found[0] if len(found) == 1 else f"{found[0]}:{found[-1].partition('!')[2]}"] if found else []
    return " and ".join((*filter(None, [", ".join(runs[:-1])]), *runs[-1:]))


def _within(rule: Rule, ours: Decimal, theirs: Decimal) -> bool:
    low, high = rule.parameters.get("low"), rule.parameters.get("high")
    enough = not isinstance(low, Decimal) or ours * 100 >= theirs * low
    return enough and (not isinstance(high, Decimal) or ours * 100 <= theirs * high)


def _hit(rule: Rule, case: Case, names: dict[str, str]) -> Hit:
    return Hit(_at(rule), names=names, looked_at=_looked_at(rule, case), held_against=names["shown"])


def _at(rule: Rule) -> Place:
    return place_named(word_parameter(rule, "at"))


def _looked_at(rule: Rule, case: Case) -> frozenset[Place]:
    return typed_cells(word_parameter(rule, "ours"), case.definition) | {_at(rule)}


def _said(number: Decimal) -> str:
    return written(round(number, 3))
