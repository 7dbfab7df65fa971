"""One metric for one return: its numerator, its denominator and its value, or why there is none. Pure.

Numerator and denominator keep the units of the return (money in £000) and every digit. The value is numerator × scale ÷
denominator in the metric's unit, rounded once, at its 28th digit, so that equal ratios give equal values.

A missing figure is never taken for nought. NA counts as nought inside a sum of which some other part applies. IE counts as
nought where the line that holds the figure is in the same sum; anywhere else neither line can be compared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Literal

from benchmarks.schema import Metric
from templates_app.expressions import Expression, Reference, evaluate, parse, references
from templates_app.operands import cells_of
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import Definition
from ui.formats import number, percent, pounds, pounds_and_pence, sentence_list

Status = Literal["calculable", "not_applicable", "included_elsewhere", "not_calculable", "missing", "zero_volume"]

_PRECEDENCE: tuple[Status, ...] = ("not_applicable", "missing", "not_calculable", "included_elsewhere")
"""Which reason is given when there are several."""

_OFFSET_COLUMN = "income"
"""Income from others only lowers a net cost; where all else is NA, it does not make the function exist."""

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

    ValueError for a metric that has no numerator yet.
    """
    if metric.numerator is None:
        raise ValueError(f"{metric.id} is {metric.status} and cannot be calculated")
    numerator = _side(metric.numerator, values, definition)
    denominator = _side(metric.denominator, values, definition) if metric.denominator else _Side("calculable")
    for status in _PRECEDENCE:
        for side in (numerator, denominator):
            if side.status == status:
                return Calculated(status, numerator.number, denominator.number, None, side.reason)
    if denominator.number == 0:
        reason = f"Zero volume: {metric.denominator_words} is 0, so there is nothing to divide by."
        return Calculated("zero_volume", numerator.number, denominator.number, None, reason)
    volume = metric.opportunity_volume
    return Calculated(
        status="calculable",
        numerator=numerator.number,
        denominator=denominator.number,
        value=_value(numerator.number or Decimal(0), denominator.number, metric.scale),
        relevant_pay=_side(metric.relevant_pay, values, definition).number if metric.relevant_pay else None,
        opportunity_volume=_side(volume, values, definition).number if volume else denominator.number,
    )


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
        case "ratio" | "count":
            return number(value, metric.decimals)


def _value(numerator: Decimal, denominator: Decimal | None, scale: Decimal) -> Decimal:
    if denominator is None:
        return numerator * scale
    return _CONTEXT.divide(Context(prec=60).multiply(numerator, scale), denominator)


def _side(source: str, values: Mapping[Place, Value], definition: Definition) -> _Side:
    expression = _parsed(source)
    places = input_places(expression, definition)
    status, reason = _obstacle(places, values, definition)
    if status != "calculable":
        return _Side(status, reason=reason)

    cells = cells_of(definition)

    def look_up(reference: Reference) -> Sequence[Decimal]:
        return [amount(place) for place in cells.of(reference)]

    def amount(place: Place) -> Decimal:
        if place in cells.computed:
            return _number(evaluate(cells.computed[place], look_up))
        return values[place].number or Decimal(0)

    return _Side("calculable", _number(evaluate(expression, look_up)))


def _number(result: Decimal | bool | str) -> Decimal:
    if not isinstance(result, Decimal):
        raise TypeError("a numerator or denominator is a number")
    return result


@lru_cache(maxsize=1000)
def _parsed(source: str) -> Expression:
    return parse(source)


def _obstacle(
    places: Sequence[Place], values: Mapping[Place, Value], definition: Definition
) -> tuple[Status, str]:  # fmt: skip
    """What keeps these cells from giving a number that can be compared, or calculable."""
    given = {place: values.get(place, BLANK) for place in places}
    kinds = {place: value.kind for place, value in given.items()}
    if all(kind == "not_applicable" for (_, column), kind in kinds.items() if column != _OFFSET_COLUMN):
        lines = dict.fromkeys(line for line, _ in places)
        return "not_applicable", f"Not applicable at this trust: {_labels(lines, definition)}."
    blank = [place for place, kind in kinds.items() if kind in ("blank", "text")]
    if blank:
        return "missing", f"Not given: {_cell_labels(blank, definition)}."
    unstated = dict.fromkeys(line for (line, _), kind in kinds.items() if kind == "not_calculable")
    if unstated:
        return "not_calculable", f"Exists but cannot be stated: {_labels(unstated, definition)}."
    moved = [*_leaving(given), *_arriving(given, values)]
    if moved:
        return "included_elsewhere", " ".join(dict.fromkeys(_moved_words(*move, definition) for move in moved))
    return "calculable", ""


def _leaving(given: Mapping[Place, Value]) -> Iterable[tuple[str, str, bool]]:
    """Lines among these whose figures stand in a line that is not, or in one that holds none itself."""
    held = {line for (line, _), value in given.items() if value.kind == "number"}
    for (line, _), value in given.items():
        if value.kind == "included_elsewhere" and value.text not in held:
            yield line, value.text, True


def _arriving(given: Mapping[Place, Value], values: Mapping[Place, Value]) -> Iterable[tuple[str, str, bool]]:
    """Lines that are not among these whose figures stand in one that is."""
    for (line, column), value in values.items():
        if value.kind == "included_elsewhere" and (value.text, column) in given and (line, column) not in given:
            yield line, value.text, False


def _moved_words(line: str, holder: str, leaving: bool, definition: Definition) -> str:
    absent, holding = _label(line, definition), _label(holder, definition)
    if leaving:
        return f"{absent} is included in {_inside(holding)}."
    return f"{holding} also holds {_inside(absent)}."


def _label(line: str, definition: Definition) -> str:
    try:
        return definition.sheet_of(line).line(line).label
    except KeyError:
        return f"line {line}"


def _labels(lines: Iterable[str], definition: Definition) -> str:
    return sentence_list([_inside(_label(line, definition)) for line in lines])


def _cell_labels(places: Iterable[Place], definition: Definition) -> str:
    columns: dict[str, list[str]] = {}
    for line, column in places:
        columns.setdefault(line, []).append(column)
    words = []
    for line, codes in columns.items():
        sheet = definition.sheet_of(line)
        label = _inside(sheet.line(line).label)
        titles = sentence_list([_inside(sheet.column(code).title) for code in codes])
        words.append(label if codes == ["value"] else f"{titles} of {label}")
    return "; ".join(words)


def _inside(label: str) -> str:
    """A label as it stands inside a sentence: "Accounts payable" loses its capital, "WTE" and "PFI charge" do not."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
