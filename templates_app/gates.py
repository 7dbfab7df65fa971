"""Gates: which lines an answer has switched off. Pure.

`shut_formula` of `workbook_formulas` says the same in the workbook.
"""

from collections.abc import Mapping

from templates_app.expressions import Expression, Operand, Reference, evaluate, parse
from templates_app.kept import kept
from templates_app.layout import layout_of
from templates_app.operands import cells_of
from templates_app.reading import Place
from templates_app.schema import Definition, Gate
from templates_app.words import fill, placeholders


@kept
def gate_expressions(definition: Definition) -> dict[str, Expression]:
    """When each gate is open, by its name."""
    return {gate.name: parse(gate.open) for gate in definition.gates}


@kept
def gates_by_line(definition: Definition) -> dict[str, str]:
    """The name of the gate that a line stands behind, by the line's code."""
    return {line.code: name for _, line, name in definition.gated()}


def shut_gates(definition: Definition, operands: Mapping[Place, Operand]) -> tuple[Gate, ...]:
    """The gates that are shut for these figures (`Cells.operands`)."""
    return tuple(gate for gate in definition.gates if not is_open(definition, gate.name, operands))


def is_open(definition: Definition, name: str, operands: Mapping[Place, Operand]) -> bool:
    """Whether a gate is open for these figures."""
    cells = cells_of(definition)

    def look_up(reference: Reference) -> list[Operand]:
        return [operands[place] for place in cells.of(reference)]

    return bool(evaluate(gate_expressions(definition)[name], look_up))


def shut_lines(definition: Definition, operands: Mapping[Place, Operand]) -> frozenset[str]:
    """The codes of the lines behind shut gates."""
    shut = {gate.name for gate in shut_gates(definition, operands)}
    return frozenset(code for code, name in gates_by_line(definition).items() if name in shut)


def gate_words(definition: Definition, name: str) -> str:
    """What people are told while a gate is shut, with the cells where the workbook has them."""
    words = next(gate.words for gate in definition.gates if gate.name == name)
    cells = layout_of(definition).cells
    names = {}
    for placeholder in placeholders(words):
        line, _, column = placeholder.partition(":")[2].partition(".")
        cell = cells[line, column or "value"]
        names[placeholder] = f"{cell.sheet}!{cell.address}"
    return fill(words, names)
