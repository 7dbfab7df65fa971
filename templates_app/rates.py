"""Amounts that are compared from trust to trust: what is divided by what, and what that usually is. Pure.

The same words serve the return under judgement, the accepted returns it is held against, and figures published of every trust.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import log
from statistics import median

from templates_app.expression_tree import Call, Chain, Expression
from templates_app.expressions import (
    MissingValue,
    Operand,
    Reference,
    ZeroDenominator,
    evaluate,
    parse,
    references,
    substitute,
)
from templates_app.kept import kept
from templates_app.operands import ZERO, Cells, cells_of
from templates_app.reading import Place, RateKey, Usual
from templates_app.rules import place_named
from templates_app.schema import Definition, PublishedRate, Rule, unit_of

INCOME = "ORG02"
"""Patient-care income, £000: what amounts are divided by where a rule does not say `per`. Versions of before 2016.2 did not."""

RATE_CHECKS = ("units_slip", "unusual_for_type")
_LOGARITHM_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Rate:
    """What one rule compares: an amount of each line, or each of its amounts in £000, divided by `per`."""

    per: str
    of: str = ""
    lines: str = ""
    at: str = ""
    alike: str = ""
    """A column: lines are compared only where it says the same."""

    @property
    def name(self) -> str:
        """The same for two rules that compare the same thing, whatever else they ask."""
        return "|".join((self.per, self.of, self.lines, self.at))


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of a return, and what it is divided by, which is above nought."""

    place: Place
    """The cell that a finding names."""
    number: Decimal
    per: Decimal
    alike: str
    """What the line says in the rate's column, such as "delivery=in-house"; empty where it compares with all."""

    @property
    def rate(self) -> Decimal:
        """The one by the other."""
        return self.number / self.per


def rate_of(rule: Rule) -> Rate:
    """What a rule compares from trust to trust."""

    def said(name: str, unsaid: str = "") -> str:
        return str(rule.parameters.get(name, unsaid))

    return Rate(said("per", INCOME), said("of"), said("lines"), said("at"), said("alike"))


@kept
def rates_in(definition: Definition) -> tuple[Rate, ...]:
    """Everything that the rules of a definition compare."""
    return tuple(dict.fromkeys(rate_of(rule) for rule in definition.rules if rule.check in RATE_CHECKS))


def amounts(rate: Rate, definition: Definition, operands: Mapping[Place, Operand]) -> Iterator[Amount]:
    """Every amount of a return that can be divided."""
    if rate.of:
        for line in definition.lines_of(rate.lines):
            number = worked_out(rate.of, definition, operands, line=line.code)
            per = worked_out(rate.per, definition, operands, line=line.code)
            if number is not None and per is not None and per > 0:
                yield Amount(place_named(rate.at, line.code), number, per, _alike(rate, line.code, operands))
        return
    of_all = worked_out(rate.per, definition, operands)
    if of_all is not None and of_all > 0:
        for place in _cost_cells(definition):
            amount = operands.get(place)
            if isinstance(amount, Decimal):
                yield Amount(place, amount, of_all, _alike(rate, place[0], operands))


def _alike(rate: Rate, line: str, operands: Mapping[Place, Operand]) -> str:
    if not rate.alike:
        return ""
    return f"{rate.alike}={str(operands.get((line, rate.alike)) or '').casefold()}"


@kept
def _cost_cells(definition: Definition) -> tuple[Place, ...]:
    """Every cell in £000 that is one of several columns of a line."""
    return tuple(
        (line.code, column.code)
        for sheet, line, column in definition.cells()
        if sum(other.counted for other in sheet.columns) > 1 and unit_of(line, column) == "thousand_pounds"
    )


def usual_rates(
    returns: Iterable[Mapping[Place, Operand]], definition: Definition, words: str
) -> Mapping[RateKey, Usual]:
    """What each rate is over a number of returns, and over those of them that say the same. `words` holds `{count}`."""
    found: dict[RateKey, list[Decimal]] = defaultdict(list)
    rates = rates_in(definition)
    names = {rate.name: rate for rate in rates if not rate.alike} | {rate.name: rate for rate in rates if rate.alike}
    for operands in returns:
        for name, rate in names.items():
            for amount in amounts(rate, definition, operands):
                for among in {"", amount.alike}:
                    found[name, *amount.place, among].append(amount.rate)
    return {key: usual for key, numbers in found.items() if (usual := usual_of(numbers, words)) is not None}


def usual_of(rates: Iterable[Decimal], words: str) -> Usual | None:
    """The middle and the spread of the rates above nought; None where there are none. `words` holds `{count}`."""
    above = [rate for rate in rates if rate > 0]
    if not above:
        return None
    logs = [logarithm(rate) for rate in above]
    middle = median(logs)
    spread = median(abs(other - middle) for other in logs)
    return Usual(len(above), median(above), middle, spread, words.replace("{count}", str(len(above))))


def logarithm(number: Decimal) -> Decimal:
    """The natural logarithm, to more digits than a comparison needs. No figure is ever worked out from it."""
    return round(Decimal(log(number)), _LOGARITHM_DIGITS)


def usual_published(
    rate: PublishedRate, figures: Iterable[Mapping[str, Decimal]], source: str, trusts: str
) -> Usual | None:
    """What a published rate is over trusts, whose figures by measure are given; £000 for each unit. `trusts` says their type."""
    both = ((by_measure.get(rate.measure), by_measure.get(rate.per_measure)) for by_measure in figures)
    costs = [cost / per / 1000 for cost, per in both if cost is not None and per]
    return usual_of(costs, f"{source} for {{count}} {trusts} trusts")


def worked_out(
    source: str,
    definition: Definition,
    operands: Mapping[Place, Operand],
    *,
    line: str = "",
    missing_is_zero: bool = False,
) -> Decimal | None:
    """The number that an expression gives; None where a cell that it needs holds none, or where it divides by nought.

    Where a missing number counts as nought, it does so in the sum of a sheet or group: a cell that is named by itself must hold one, and
    so must at least one of all.
    """
    expression, cells = _parsed(source, line), cells_of(definition)
    if missing_is_zero and not any(isinstance(operands.get(place), Decimal) for place in _places(expression, cells)):
        return None

    def look_up(reference: Reference) -> list[Operand]:
        places = cells.of(reference)
        counts_as_zero = missing_is_zero and places[0][0] != reference.name
        found = [operands.get(place) for place in places]
        return [ZERO if number is None else number for number in found] if counts_as_zero else found

    try:
        result = evaluate(expression, look_up)
    except (MissingValue, ZeroDenominator):
        return None
    return result if isinstance(result, Decimal) else None


def typed_cells(source: str, definition: Definition, line: str = "") -> frozenset[Place]:
    """The cells that a person fills and that an expression looks at. Raises UnknownPlace."""
    known = _typed_cells(definition)
    if (source, line) not in known:
        cells = cells_of(definition)
        places = _places(_parsed(source, line), cells)
        known[source, line] = frozenset(cell for place in places for cell in cells.behind(place))
    return known[source, line]


@kept
def _typed_cells(definition: Definition) -> dict[tuple[str, str], frozenset[Place]]:
    """What `typed_cells` has found so far, by expression and line."""
    return {}


def named_in(source: str) -> tuple[Reference, ...]:
    """What an expression names, in order of appearance."""
    return references(_parsed(source, ""))


def is_sum(source: str) -> bool:
    """Whether an expression only adds up cells: "SUM(costs.pay) + ORG12", and not "ORG03 - ORG04"."""
    expression = _parsed(source, "")
    parts: tuple[Expression, ...] = (expression,)
    if isinstance(expression, Chain):
        if any(operator != "+" for operator, _ in expression.steps):
            return False
        parts = (expression.first, *(part for _, part in expression.steps))
    return all(isinstance(part, Reference) or (isinstance(part, Call) and part.function == "SUM") for part in parts)


def one_cell(source: str, definition: Definition) -> Place | None:
    """The cell that an expression is, where it is nothing but one. Raises UnknownPlace."""
    expression = _parsed(source, "")
    return cells_of(definition).of(expression)[0] if isinstance(expression, Reference) else None


@lru_cache(maxsize=512)
def _parsed(source: str, line: str) -> Expression:
    return substitute(parse(source), {"line": line} if line else {})


def _places(expression: Expression, cells: Cells) -> Iterator[Place]:
    for reference in references(expression):
        yield from cells.of(reference)
