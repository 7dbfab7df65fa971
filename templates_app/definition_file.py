"""From a YAML file to a `Definition`: the one strict validator. Pure.

A file is read exactly (`definition_yaml`), put in shape by the types of `schema`, and then asked whether it means something:
its sheets (`definition_sheets`) and its rules (`definition_rules`). Every fault is reported in one go, with its line.
`docs/templates.md` says how a file is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml import YAMLError

from templates_app.definition_gates import gate_faults
from templates_app.definition_rules import rule_faults
from templates_app.definition_sheets import computed_faults, sheet_faults
from templates_app.definition_yaml import Path, Plain, Written, read_yaml
from templates_app.schema import Definition, Rule


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a definition: where, such as `line 214: rules[12] ORG02-H1: holds`, and a sentence."""

    where: str
    sentence: str


class Faults(Exception):
    """Everything that is wrong with one file, or with the files of one folder."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{fault.where}: {fault.sentence}" for fault in faults))
        self.faults = faults


class DefinitionFaults(Faults):
    """Everything that is wrong with one definition."""


def named_faults(found: Iterable[tuple[Path, str]], written: Written) -> tuple[Fault, ...]:
    """What was found in a file, each once and by line, such as `line 12: rungs: 3: days`."""
    return tuple(_named(path, sentence, written) for path, sentence in _in_order(found, written))


def _named(path: Path, sentence: str, written: Written) -> Fault:
    where = ": ".join(str(part + 1) if isinstance(part, int) else part for part in path)
    line = f"line {written.line_of(path)}"
    return Fault(f"{line}: {where}" if where else line, sentence)


def parse_definition(text: str) -> Definition:
    """The definition that the text of a file describes. Raises DefinitionFaults, naming every fault."""
    written = read_yaml(text)
    found = list(written.faults)
    definition: Definition | None = None
    if written.data is not None:
        definition, sound_rules, shape = _shaped(written.data)
        said = [path for path, _ in found]
        found += (fault for fault in shape if fault[0] not in said)
        if definition is not None:
            found += (_as_written(fault, sound_rules) for fault in _meaning(definition))
    if found or definition is None:
        raise DefinitionFaults(tuple(_fault(path, sentence, written) for path, sentence in _in_order(found, written)))
    return definition


def read_definition(path: FilePath) -> Definition:
    """The definition in a file `<template>/<version>.yaml`, which must say the same template and version inside."""
    definition = parse_definition(path.read_text(encoding="utf-8"))
    if (definition.template, definition.version) != (path.parent.name, path.stem):
        said = f"{definition.template}/{definition.version}.yaml"
        raise DefinitionFaults(
            (Fault("line 1", f"The file says it is {said}, but it is {path.parent.name}/{path.name}."),)
        )
    return definition


def parse_rule(text: str, definition: Definition) -> Rule:
    """One more rule for a definition, written as it would stand among its rules. Raises DefinitionFaults, naming every fault."""
    written = _of_one_rule(text)
    found = list(written.faults)
    rule: Rule | None = None
    if written.data is not None:
        try:
            rule = Rule.model_validate(written.data)
        except ValidationError as error:
            around: Plain = {"rules": (written.data,)}
            details = error.errors(include_url=False)
            shape = [_shape_fault({**detail, "loc": ("rules", 0, *detail["loc"])}, around) for detail in details]
            found += ((path[2:], sentence) for path, sentence in shape)
        else:
            rules = (*definition.rules, rule)
            meant = rule_faults(definition.model_copy(update={"rules": rules}))
            found += ((path[2:], sentence) for path, sentence in meant if path[1] == len(rules) - 1)
    if found or rule is None:
        raise DefinitionFaults(tuple(_fault(path, sentence, written) for path, sentence in _in_order(found, written)))
    return rule


def _of_one_rule(text: str) -> Written:
    """The contents of a text that holds one rule, whether or not the dash before it was copied too."""
    try:
        written = read_yaml(text)
    except (RecursionError, YAMLError):
        return Written(faults=[((), "This cannot be read: it holds a control character, or is nested too deeply.")])
    if not isinstance(written.data, tuple):
        return written
    if len(written.data) != 1:
        return Written(faults=[((), f"There are {len(written.data)} rules here; write one.")])
    if written.data[0] is None:
        return Written(faults=[((), "There is no rule here.")])
    return Written(
        data=written.data[0],
        lines={path[1:]: line for path, line in written.lines.items() if path},
        faults=[(path[1:], sentence) for path, sentence in written.faults],
    )


def _meaning(definition: Definition) -> Iterator[tuple[Path, str]]:
    yield from sheet_faults(definition)
    yield from computed_faults(definition)
    yield from gate_faults(definition)
    yield from rule_faults(definition)


def _shaped(data: Plain) -> tuple[Definition | None, list[int], list[tuple[Path, str]]]:
    """The definition, which of the written rules are in it, and the faults of shape.

    Where only rules are out of shape, the definition is made of the others, so that one run still finds all faults.
    """
    rules = data.get("rules") if isinstance(data, dict) else None
    numbers = list(range(len(rules))) if isinstance(rules, tuple) else []
    try:
        return Definition.model_validate(data), numbers, []
    except ValidationError as error:
        details = error.errors(include_url=False)
    faults = [_shape_fault(detail, data) for detail in details]
    misshapen = {path[1] if len(path) > 1 and path[0] == "rules" else None for path, _ in faults}
    if None in misshapen or not isinstance(data, dict) or not isinstance(rules, tuple):
        return None, [], faults
    numbers = [number for number in numbers if number not in misshapen]
    return Definition.model_validate(data | {"rules": tuple(rules[number] for number in numbers)}), numbers, faults


def _as_written(fault: tuple[Path, str], sound_rules: list[int]) -> tuple[Path, str]:
    path, sentence = fault
    if path[0] == "rules":
        return ("rules", sound_rules[int(path[1])], *path[2:]), sentence
    return fault


_SHAPE_SENTENCES = {
    "missing": "{field} is missing.",
    "extra_forbidden": "{field} is not a word that definitions know.",
    "literal_error": "{found} is not one of {expected}.",
    "string_pattern_mismatch": "{found} is not written as a {field} is ({pattern}).",
    "string_type": "{found} is read as something other than text; write it in quotes.",
    "string_too_short": "{field} is empty.",
    "string_too_long": "{field} is longer than {max_length} characters.",
    "too_short": "{field} is empty; at least {min_length} is needed.",
    "tuple_type": "{field} is a list; write it as [one, two] or with a dash on each line.",
    "bool_type": "{found} is neither true nor false.",
    "dict_type": "{field} is a set of names with values.",
    "model_type": "A set of names with values is needed here.",
}


def _shape_fault(detail: ErrorDetails, data: Plain) -> tuple[Path, str]:
    path = _within(detail["loc"], data)
    names = [part for part in detail["loc"] if isinstance(part, str)]
    field = path[-1] if path and isinstance(path[-1], str) else (names[-1] if names else "definition")
    if detail["type"] == "missing":
        field = str(detail["loc"][-1])
    if detail["input"] is None:
        return path, f"{field} is empty."
    if path[:1] == ("rules",) and path[2:3] == ("parameters",) and len(path) == 4:
        return path, f"{field} must be a number, a text or a list of texts."
    words: dict[str, Any] = {"field": field, "found": _found(detail["input"]), **detail.get("ctx", {})}
    sentence = _SHAPE_SENTENCES.get(detail["type"])
    return path, sentence.format(**words) if sentence else f"{detail['msg']}."


def _found(value: object) -> str:
    return {True: "true", False: "false", None: "Nothing"}[value] if isinstance(value, bool | None) else str(value)


def _within(location: tuple[int | str, ...], data: Plain) -> Path:
    """The part of pydantic's location that is in the file: it adds the names of types that it tried."""
    path: list[int | str] = []
    for part in location:
        if not _holds(data, part):
            break
        data = _part(data, part)
        path.append(part)
    return tuple(path)


def _holds(data: Plain, part: int | str) -> bool:
    if isinstance(part, int):
        return isinstance(data, tuple) and part < len(data)
    return isinstance(data, dict) and part in data


def _part(data: Plain, part: int | str) -> Plain:
    """What stands inside `data` under a key or position; None when it holds no such thing."""
    if isinstance(data, dict) and isinstance(part, str):
        return data.get(part)
    return data[part] if isinstance(data, tuple) and isinstance(part, int) and part < len(data) else None


def _in_order(found: Iterable[tuple[Path, str]], written: Written) -> list[tuple[Path, str]]:
    return sorted(dict.fromkeys(found), key=lambda fault: written.line_of(fault[0]))


def _fault(path: Path, sentence: str, written: Written) -> Fault:
    where: list[str] = []
    data = written.data
    for part in path:
        data = _part(data, part)
        if isinstance(part, int):
            code = _part(data, "code")
            where[-1] += f"[{part + 1}]" + (f" {code}" if code else "")
        else:
            where.append(part)
    return Fault(": ".join((f"line {written.line_of(path)}", *where)), sentence)
