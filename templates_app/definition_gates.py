"""Whether a definition's gates and alternate lines mean something. Pure."""

from collections.abc import Iterator

from templates_app.definition_places import Places, UnknownPlace, expression_faults
from templates_app.definition_yaml import Path
from templates_app.expressions import ExpressionError, Reference, parse, references
from templates_app.schema import Definition, Gate, Sheet, keys_of
from templates_app.words import placeholders

Found = Iterator[tuple[Path, str]]


def gate_faults(definition: Definition) -> Found:
    """Every fault of the gates, of what stands behind them, and of alternate lines."""
    names = [gate.name for gate in definition.gates]
    behind = {line.code: name for _, line, name in definition.gated()}
    places = Places(definition)
    for number, gate in enumerate(definition.gates):
        path: Path = ("gates", number)
        if gate.name in names[:number]:
            yield (*path, "name"), f"{gate.name} is the name of two gates; each needs its own."
        elif gate.name not in behind.values():
            yield (*path, "name"), f"No sheet or line stands behind the gate {gate.name}."
        for sentence in _open_faults(gate, places, behind):
            yield (*path, "open"), sentence
        for sentence in _word_faults(gate, places):
            yield (*path, "words"), sentence
    for number, sheet in enumerate(definition.sheets):
        if sheet.gate and sheet.gate not in names:
            yield ("sheets", number, "gate"), f"{sheet.gate} is not one of the gates."
        for place, line in enumerate(sheet.lines):
            within: Path = ("sheets", number, "lines", place)
            if line.gate and line.gate not in names:
                yield (*within, "gate"), f"{line.gate} is not one of the gates."
            for sentence in _alternate_faults(line.code, line.alternate_for, sheet):
                yield (*within, "alternate_for"), sentence


def _open_faults(gate: Gate, places: Places, behind: dict[str, str]) -> Iterator[str]:
    yield from expression_faults(gate.open, "truth", places, None, {})
    try:
        found = references(parse(gate.open))
    except ExpressionError:
        return  # said already
    for reference in found:
        yield from _answer_faults(reference, places, behind)


def _answer_faults(reference: Reference, places: Places, behind: dict[str, str]) -> Iterator[str]:
    try:
        ((line, column), *_) = places.cells(reference)
    except UnknownPlace:
        return  # said already
    if (column.unit or line.unit) not in ("choice", "yes_no"):
        yield f"A gate looks at answers that are chosen from a list; {reference} is not one."
    elif line.code in behind:
        yield f"{reference} stands behind a gate itself; a gate looks at cells that are always open."


def _word_faults(gate: Gate, places: Places) -> Iterator[str]:
    if not gate.words.endswith("."):
        yield "words is a sentence: end it with a full stop."
    for placeholder in placeholders(gate.words):
        what, _, place = placeholder.partition(":")
        try:
            if what != "cell":
                raise UnknownPlace("the words of a gate name cells only, such as {cell:ORG01}.")
            places.one_cell(place, None)
        except UnknownPlace as error:
            yield f"{{{placeholder}}} cannot be filled: {error}"


def _alternate_faults(code: str, alternate_for: tuple[str, ...], sheet: Sheet) -> Iterator[str]:
    others = {line.code: line for line in sheet.lines if line.code != code}
    for other in alternate_for:
        if other not in others:
            yield f"{other} is not another line of this sheet."
        elif not any("IE" in keys_of(others[other], column) for column in sheet.columns):
            yield f"{other} cannot say IE:{code}: none of its cells takes IE."
