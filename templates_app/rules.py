"""The rules of a definition, each written out for every line it is judged for, and judged. Pure.

`judge` is the twin of the formula that stands on the workbook's Checks sheet (`workbook_formulas.state_formula`): a test fills
workbooks, has LibreOffice calculate them, and compares every row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from templates_app.expression_tree import (
    Call,
    Chain,
    Comparison,
    Given,
    Membership,
    Negation,
    number_references,
)
from templates_app.expressions import (
    Expression,
    MissingValue,
    Operand,
    Reference,
    ZeroDenominator,
    evaluate,
    parse,
    substitute,
)
from templates_app.gates import gate_expressions, gates_by_line
from templates_app.kept import kept
from templates_app.operands import ZERO, Cells, cells_of
from templates_app.reading import Place, Value
from templates_app.schema import Definition, Rule

AS_IT_STANDS = "given "
"""Begins the name of a reference to a cell whose missing number does not count as nought; no line is called so."""


@dataclass(frozen=True, slots=True)
class ExpandedRule:
    """One rule for one line of its `for_each`, or for the whole return. A rule with a built-in check has no expressions."""

    rule: Rule
    line: str | None
    holds: Expression | None
    when: Expression | None
    shows: Expression | None
    at: Place | None
    """The cell that the finding names."""
    gate: Expression | None
    """While it is false, the cell that the finding would name is not asked for, and the rule holds."""
    needs: tuple[Place, ...]
    """Cells that must hold a number before the rule is judged; none where a missing number counts as nought."""
    cells: Cells = field(repr=False, compare=False)


@kept
def expanded(definition: Definition) -> tuple[ExpandedRule, ...]:
    """Every rule in the definition's order, written out line by line."""
    cells = cells_of(definition)
    return tuple(
        _expanded(rule, line, cells, definition)
        for rule in definition.rules
        for line in ([line.code for line in definition.lines_of(rule.for_each)] if rule.for_each else [None])
    )


def judge_rule(expanded_rule: ExpandedRule, values: Mapping[Place, Value]) -> bool | None:
    """Whether a rule holds: True holds (or does not apply), False is broken, None cannot be judged (a needed number is
    missing, a division by zero, or a check that is not an expression). To judge many rules, take the operands once."""
    return judge(expanded_rule, expanded_rule.cells.operands(values))


def judge_all(definition: Definition, values: Mapping[Place, Value]) -> tuple[tuple[ExpandedRule, bool | None], ...]:
    """Every rule of the definition with its judgement."""
    operands = cells_of(definition).operands(values)
    return tuple((rule, judge(rule, operands)) for rule in expanded(definition))


def judge(expanded_rule: ExpandedRule, operands: Mapping[Place, Operand]) -> bool | None:
    """`judge_rule` where the operands (`Cells.operands`) are at hand."""
    holds, when = expanded_rule.holds, expanded_rule.when
    if holds is None:
        return None
    look_up = _Look(expanded_rule, operands)
    if expanded_rule.gate is not None and not evaluate(expanded_rule.gate, look_up):
        return True
    if any(operands[place] is None for place in expanded_rule.needs):
        return None
    try:
        if when is not None and not evaluate(when, look_up):
            return True
        return bool(evaluate(holds, look_up))
    except (MissingValue, ZeroDenominator):
        return None


def shown(expanded_rule: ExpandedRule, operands: Mapping[Place, Operand]) -> Decimal | str | None:
    """The value that the rule's words quote as `{shown}`; None where there is none."""
    if expanded_rule.shows is None:
        return None
    try:
        result = evaluate(expanded_rule.shows, _Look(expanded_rule, operands))
    except (MissingValue, ZeroDenominator):
        return None
    return None if isinstance(result, bool) else result


class _Look:
    def __init__(self, expanded_rule: ExpandedRule, operands: Mapping[Place, Operand]) -> None:
        self.cells, self.operands = expanded_rule.cells, operands
        self.zero = expanded_rule.rule.missing == "zero"

    def __call__(self, reference: Reference) -> list[Operand]:
        name = reference.name.removeprefix(AS_IT_STANDS)
        if name != reference.name:
            return [self.operands[place] for place in self.cells.of(Reference(name, reference.column))]
        found = [self.operands[place] for place in self.cells.of(reference)]
        return [ZERO if operand is None else operand for operand in found] if self.zero else found


def _expanded(rule: Rule, line: str | None, cells: Cells, definition: Definition) -> ExpandedRule:
    parameters = {name: value for name, value in rule.parameters.items() if isinstance(value, Decimal | str)}

    def read(source: str | None) -> Expression | None:
        if source is None:
            return None
        expression = substitute(parse(source, parameters), {"line": line} if line else {})
        return _givens_apart(expression) if rule.missing == "zero" else expression

    holds, when = read(rule.holds), read(rule.when)
    needs = [
        place
        for expression in (when, holds)
        if expression is not None and rule.missing == "skip"
        for reference in number_references(expression)
        for place in cells.of(reference)
    ]
    at = place_named(rule.at, line) if rule.at else None
    gate = gates_by_line(definition).get(at[0]) if at else None
    return ExpandedRule(
        rule=rule,
        line=line,
        holds=holds,
        when=when,
        shows=read(rule.shows),
        at=at,
        gate=gate_expressions(definition)[gate] if gate else None,
        needs=tuple(dict.fromkeys(needs)),
        cells=cells,
    )


def _givens_apart(node: Expression) -> Expression:
    """Mark the references inside GIVEN, which asks about the cell itself even where a missing number counts as nought."""
    match node:
        case Given(Reference(name, column)):
            return Given(Reference(AS_IT_STANDS + name, column))
        case Negation(operand):
            return Negation(_givens_apart(operand))
        case Chain(first, steps):
            return Chain(_givens_apart(first), tuple((sign, _givens_apart(operand)) for sign, operand in steps))
        case Comparison(_, left, _, right):
            return replace(node, left=_givens_apart(left), right=_givens_apart(right))
        case Membership(_, value, choices):
            return replace(node, value=_givens_apart(value), choices=tuple(_givens_apart(choice) for choice in choices))
        case Call(function, arguments):
            return Call(function, tuple(_givens_apart(argument) for argument in arguments))
        case _:
            return node


def place_named(text: str, line: str | None = None) -> Place:
    """The place that `ORG02`, `FIN3.pay` or (for that line) `line.pay` names."""
    name, _, column = text.partition(".")
    return (line if name == "line" and line else name), column or "value"
