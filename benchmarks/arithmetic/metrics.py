"""One metric for one return: its numerator, its denominator and its value, or why there is none. Pure.

Numerator and denominator keep the units of the return (money in £000) and every digit. The value is numerator × scale ÷
denominator in the metric's unit, rounded once, at its 28th digit, so that equal ratios give equal values.

What keeps them from being numbers is said by `benchmarks.arithmetic.obstacles`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from benchmarks.arithmetic.obstacles import Status, asked, meets, obstacle, unanswered
from benchmarks.defining.schema import Condition, Metric
from templates_app.expressions import Expression, Reference, ZeroDenominator, evaluate, parse, references
from templates_app.operands import ZERO, cells_of
from templates_app.reading import Place, Value
from templates_app.schema import Definition, unit_of
from ui.formats import number, percent, pounds, pounds_and_pence

PRECEDENCE: tuple[Status, ...] = ("not_applicable", "missing", "not_calculable", "included_elsewhere", "zero_volume")
"""Which reason is given when there are several."""

_CONTEXT = Context(prec=28)


@dataclass(frozen=True, slots=True)
class Calculated:
    """The result of one metric for one return. `value` is None unless `status` is calculable."""

    status: Status
    numerator: Decimal | None
    """In the return's unit, money in £000."""
    denominator: Decimal | None
    """In the return's unit; None too for a figure taken as given."""
    value: Decimal | None
    """In the metric's unit."""
    reason: str = ""
    """Why there is no value, in words; empty when there is one."""
    relevant_pay: Decimal | None = None
    """£000, for formula B; None where it cannot be said, and then there is no opportunity in pounds."""
    opportunity_volume: Decimal | None = None
    """For formula A, what pounds are counted for: the denominator, or the part of it that the metric names.

    None where it cannot be said, and then there is no opportunity in pounds.
    """


@dataclass(frozen=True, slots=True)
class _Side:
    """A numerator or denominator: a number, or the reason for none."""

    status: Status
    number: Decimal | None = None
    reason: str = ""


def calculate(metric: Metric, values: Mapping[Place, Value], definition: Definition) -> Calculated:
    """Work out one metric from the values of one return. A place that `values` leaves out counts as blank.

    ValueError for a metric that has no numerator yet, or that needs the returns of all trusts.
    """
    if metric.method != "ratio":
        raise ValueError(f"{metric.id} is worked out over all returns of a round, not from one")
    if metric.numerator is None:
        raise ValueError(f"{metric.id} is {metric.status} and cannot be calculated")
    sums = _Sums(metric, values, definition)
    numerator = sums.side(metric.numerator, metric.numerator_where)
    denominator = sums.side(metric.denominator) if metric.denominator else _Side("calculable")
    for status in PRECEDENCE:
        for side in (numerator, denominator):
            if side.status == status:
                return Calculated(status, numerator.number, denominator.number, None, side.reason)
    if denominator.number == 0:
        reason = f"Zero volume: {metric.denominator_words} is 0, so there is nothing to divide by."
        return Calculated("zero_volume", numerator.number, denominator.number, None, reason)
    if denominator.number is not None and denominator.number < 0:
        reason = f"Below 0, so that nothing can be said over it: {metric.denominator_words}."
        return Calculated("not_calculable", numerator.number, denominator.number, None, reason)
    volume = metric.opportunity_volume
    return Calculated(
        status="calculable",
        numerator=numerator.number,
        denominator=denominator.number,
        value=ratio(numerator.number or ZERO, denominator.number, metric.scale),
        relevant_pay=sums.pay(metric.relevant_pay) if metric.relevant_pay else None,
        opportunity_volume=sums.side(volume).number if volume else denominator.number,
    )


def places_behind(metric: Metric, definition: Definition) -> tuple[Place, ...]:
    """The typed cells on which a metric's value rests, in the order of its formula; last those that say which lines count."""
    sources = [source for source in (metric.numerator, metric.denominator) if source is not None]
    places = tuple(dict.fromkeys(place for source in sources for place in input_places(_parsed(source), definition)))
    if metric.numerator is None or metric.numerator_where is None:
        return places
    lines = dict.fromkeys(line for line, _ in input_places(_parsed(metric.numerator), definition))
    return (*places, *((line, metric.numerator_where.column) for line in lines))


def input_places(expression: Expression, definition: Definition) -> tuple[Place, ...]:
    """The typed cells behind an expression, in order; a computed column gives the cells of its formula.

    ValueError for a reference to nothing in the definition.
    """
    cells = cells_of(definition)
    typed: dict[Place, None] = {}
    waiting = [place for reference in references(expression) for place in cells.of(reference)][::-1]
    while waiting:
        place = waiting.pop()
        if place in cells.computed:
            waiting.extend(reversed(cells.parts[place]))
        else:
            typed[place] = None
    return tuple(typed)


def value_words(metric: Metric, value: Decimal) -> str:
    """A value of the metric for people, rounded half up to its decimals: "£5.00", "7.3%", "£3,900k per £100m"."""
    match metric.unit:
        case "percent":
            return percent(value, metric.decimals)
        case "thousand_pounds_per_100m":
            return f"{pounds(value)}k per £100m"
        case "pounds_per_square_metre":
            return f"{pounds_and_pence(value) if metric.decimals else pounds(value)} per m²"
        case "pounds":
            return pounds_and_pence(value) if metric.decimals else pounds(value)
        case "per_thousand":
            return f"{number(value, metric.decimals)} per 1,000"
        case "days":
            return f"{number(value, metric.decimals)} {'day' if value == 1 else 'days'}"
        case "ratio" | "count" | "index":
            return number(value, metric.decimals)


def ratio(numerator: Decimal, denominator: Decimal | None, scale: Decimal) -> Decimal:
    """A value in the metric's unit, rounded once, at its 28th digit; a figure as given where there is no denominator."""
    if denominator is None:
        return numerator * scale
    return _CONTEXT.divide(Context(prec=60).multiply(numerator, scale), denominator)


class _Sums:
    """The sums of one metric over one return."""

    def __init__(self, metric: Metric, values: Mapping[Place, Value], definition: Definition) -> None:
        self._values, self._definition, self._cells = values, definition, cells_of(definition)
        sources = [source for source in (metric.numerator, metric.denominator) if source]
        self._beside = frozenset(place for source in sources for place in self._places(source))
        self._given = asked(
            tuple(self._beside), values, definition, leave_out_blank=metric.blank_lines == "left_out"
        )  # fmt: skip

    def side(self, source: str, condition: Condition | None = None) -> _Side:
        """A numerator or denominator."""
        places = self._places(source)
        beside = self._beside.union(places)
        given = self._asked(places)
        status, reason = obstacle(given, beside, self._values, self._definition)
        if status == "calculable" and condition is not None:
            reason = unanswered(condition, given, self._values, self._definition)
            status = "missing" if reason else status
        if status != "calculable":
            return _Side(status, reason=reason)
        try:
            return _Side("calculable", self._worked_out(_parsed(source), given, condition))
        except ZeroDenominator:
            return _Side("zero_volume", reason="Zero volume: there is nothing to divide by.")

    def pay(self, source: str) -> Decimal | None:
        """Relevant pay, £000; None where it cannot be said, as where none of its money applies."""
        given = self._asked(self._places(source))
        if not any(value.kind == "number" and self._is_money(place) for place, value in given.items()):
            return None
        return self.side(source).number

    def _places(self, source: str) -> tuple[Place, ...]:
        return input_places(_parsed(source), self._definition)

    def _asked(self, places: Sequence[Place]) -> dict[Place, Value]:
        others = asked([place for place in places if place not in self._given], self._values, self._definition)
        return {place: self._given[place] if place in self._given else others[place] for place in places}

    def _is_money(self, place: Place) -> bool:
        sheet = self._definition.sheet_of(place[0])
        return unit_of(sheet.line(place[0]), sheet.column(place[1])) == "thousand_pounds"

    def _worked_out(
        self, expression: Expression, given: Mapping[Place, Value], condition: Condition | None
    ) -> Decimal:  # fmt: skip
        def look_up(reference: Reference) -> Sequence[Decimal]:
            return [amount(place) for place in self._cells.of(reference)]

        def amount(place: Place) -> Decimal:
            if condition is not None and not meets(condition, place[0], self._values):
                return ZERO
            if place in self._cells.computed:
                return _number(evaluate(self._cells.computed[place], look_up))
            return given[place].number or ZERO

        return _number(evaluate(expression, look_up))


def _number(result: Decimal | bool | str) -> Decimal:
    if not isinstance(result, Decimal):
        raise TypeError("a numerator or denominator is a number")
    return result


@lru_cache(maxsize=1000)
def _parsed(source: str) -> Expression:
    return parse(source)
