"""Checks of what the workbook works out by itself: its net figures and totals, held against our own sums of its figures."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from submissions.checks.case import Case, Hit, parameter, written
from templates_app.expressions import Operand, Reference
from templates_app.number_text import exact_decimal, number_in_text, tidy
from templates_app.operands import cells_of
from templates_app.reading import Place, ReadCell, Value
from templates_app.schema import Rule
from templates_app.values import Unreadable, as_entered
from ui.formats import plural

_FINEST = 3
"""Decimal places that a sum is shown with, at most."""
_LONGEST_QUOTED = 80
"""Characters of the words over a sum that a note quotes."""
_BROKEN = (
    "Excel shows an error because the formula is broken. Copy your figures into a newly downloaded workbook and upload that, or say "
    "in a comment that our sum is right."
)


def computed_agrees(rule: Rule, case: Case) -> Iterator[Hit]:
    """What stands in a cell of the workbook's own sums is what its figures come to.

    It may agree with the figures as Excel adds them up, without text and unrounded, or as we read them. Nothing is said of a sum over
    a cell that has trouble of its own, nor of words.
    """
    within = parameter(rule, "within")
    for place, cell in case.reading.computed.items():
        parts = cells_of(case.definition).behind(place)
        if _is_unknown(cell) or any(_has_trouble(part, case) for part in parts):
            continue
        ours = _sum(place, case, case.operands)
        shown, looked_at = _words(ours), frozenset(parts)
        if cell.kind == "error":
            if ours is not None:
                yield Hit(place, found=cell.raw, names={"shown": shown}, remedy=_BROKEN, looked_at=looked_at)
            continue
        stands = _number(cell)
        if not _agree(stands, ours, within) and not _agree(stands, _sum(place, case, _as_excel_adds(case)), within):
            found = (
                f"a formula that gives {_words(stands)}"
                if cell.formula
                else f"{_words(stands)}, typed over the formula"
            )
            yield Hit(place, found=found, names={"shown": shown}, looked_at=looked_at)


def computed_calculated(rule: Rule, case: Case) -> Iterator[Hit]:
    """The workbook's own sums have values: one note for each sheet where some have none though there are figures, and one for each
    sum with words in place of its formula, for these are held against nothing."""
    waiting: dict[str, list[Place]] = {}
    for place, cell in case.reading.computed.items():
        if cell.formula and not cell.cached and _sum(place, case, case.operands) is not None:
            waiting.setdefault(cell.sheet, []).append(place)
    for places in waiting.values():
        count = plural(len(places), "formula")
        yield Hit(min(places, key=case.order_of), found="a formula without a value", names={"shown": count})
    for place, cell in case.reading.computed.items():
        if cell.kind in ("text", "boolean") and _is_unknown(cell):
            ours = _sum(place, case, case.operands)
            yield Hit(
                place,
                found=_quoted(cell),
                message=f"These words stand where the workbook works out a sum. Our own sum of its figures is {_words(ours)}: we use that.",
                expected="the formula that we put there, or a number",
                remedy="There is nothing to do if our sum is right. Keep notes in the comment column: what stands here is not kept.",
            )


def _sum(place: Place, case: Case, operands: Mapping[Place, Operand]) -> Decimal | None:
    """What the figures come to; None where there are none."""
    if place not in case.layout.totals:
        operand = operands[place]
        return operand if isinstance(operand, Decimal) else None
    column = cells_of(case.definition).of(Reference(*place))
    numbers = [operand for each in column if isinstance(operand := operands[each], Decimal)]
    return sum(numbers, Decimal(0)) if numbers else None


def _as_excel_adds(case: Case) -> dict[Place, Operand]:
    """What every cell holds for a formula of Excel: numbers as they stand, and nothing where there is text."""
    numbers = {
        place: Value("number", number=number)
        for place, cell in case.reading.cells.items()
        if cell.kind == "number" and (number := exact_decimal(cell.raw)) is not None
    }
    return cells_of(case.definition).operands(numbers)


def _has_trouble(part: Place, case: Case) -> bool:
    return isinstance(case.interpreted.get(part), Unreadable | None)


def _is_unknown(cell: ReadCell) -> bool:
    """Whether what stands in the cell says nothing that could be compared: a value never calculated, words, TRUE or FALSE."""
    if cell.kind == "error":
        return False
    if cell.kind == "text":
        return bool(tidy(cell.raw)) and number_in_text(tidy(cell.raw)) is None
    return cell.kind != "number" or exact_decimal(cell.raw) is None


def _quoted(cell: ReadCell) -> str:
    words = " ".join(as_entered(cell).split())
    shown = f"“{words if len(words) <= _LONGEST_QUOTED else f'{words[: _LONGEST_QUOTED - 1]}…'}”"
    return f"a formula that gives {shown}" if cell.formula else f"{shown}, typed over the formula"


def _number(cell: ReadCell) -> Decimal | None:
    return exact_decimal(cell.raw) if cell.kind == "number" else number_in_text(tidy(cell.raw))


def _agree(stands: Decimal | None, wanted: Decimal | None, within: Decimal) -> bool:
    return abs((stands or Decimal(0)) - (wanted or Decimal(0))) <= within


def _words(number: Decimal | None) -> str:
    return "nothing" if number is None else written(round(number, _FINEST))
