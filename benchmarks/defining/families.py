"""One file, several metrics: a definition with `for_each` is written out for each of its lines, before it is put in shape. Pure.

`{line}` in its words becomes what the line is called, and `line` in its expressions the line's code, as in the rules of a
template. Where a line differs, `instead` says how, and a line that is called something else here has a word `called` there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.obstacles import inside
from templates_app.definition_yaml import Path, Plain
from templates_app.schema import Definition

EXPRESSIONS = ("numerator", "denominator", "relevant_pay", "opportunity_volume")
"""The fields that hold an expression over one return."""

_ONLY_OF_FAMILIES = ("for_each", "instead")
_WORKED_OUT = ("line_label",)
_SHARED = ("id", "order", "template", "method", "of", "not_benchmarked", *_ONLY_OF_FAMILIES, *_WORKED_OUT)
"""What the metrics of a family have in common: no line can have its own."""

_CALLED = "called"
_IN_STEPS_OF = Decimal("0.01")
_LINE = re.compile(r"\bline\b")


@dataclass(frozen=True, slots=True)
class Member:
    """What one metric is to hold, and which of its fields were said for its line alone."""

    fields: Plain
    line: str | None = None
    own: frozenset[str] = frozenset()

    def written_at(self, path: Path) -> Path:
        """Where in the file a field of the metric stands."""
        if self.line is not None and path and path[0] in self.own:
            return ("instead", self.line, *path)
        return path


def members(data: Plain, template: Definition) -> tuple[tuple[Member, ...], tuple[tuple[Path, str], ...]]:
    """The metrics that a file asks for, and what is wrong with how it asks; one member for a file without `for_each`."""
    if not isinstance(data, dict):
        return (Member(data),), ()
    faults = [*_faults_as_written(data)]
    data = {field: value for field, value in data.items() if field not in _WORKED_OUT}
    if "for_each" not in data:
        return (Member({field: value for field, value in data.items() if field != "instead"}),), tuple(faults)
    labels = {line.code: line.label for sheet in template.sheets for line in sheet.lines}
    lines = data["for_each"]
    if not isinstance(lines, tuple) or not lines:
        return (), (*faults, (("for_each",), "for_each is a list of lines; write it as [PBC, PHA]."))
    faults += _line_faults(lines, labels)
    instead, wrong = _instead(data.get("instead"), lines)
    known = [line for line in dict.fromkeys(lines) if isinstance(line, str) and line in labels]
    made = (_member(data, line, number, labels[line], instead) for number, line in enumerate(known, start=1))
    return tuple(made), (*faults, *wrong)


def _faults_as_written(data: Mapping[str, Plain]) -> Iterator[tuple[Path, str]]:
    for field in _WORKED_OUT:
        if field in data:
            yield (field,), f"{field} is not a word that metrics know."
    order, name = data.get("order"), data.get("id")
    if isinstance(order, Decimal) and order % 1:
        yield ("order",), f"{order} is not a whole number."
    if isinstance(name, str) and "-" in name:
        yield ("id",), f"{name} names a line; write the id alone, and its lines under for_each."
    if "instead" in data and "for_each" not in data:
        yield ("instead",), "instead belongs to a metric with for_each."


def _line_faults(lines: Iterable[Plain], labels: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    seen: list[Plain] = []
    for number, line in enumerate(lines):
        if not isinstance(line, str) or line not in labels:
            yield ("for_each", number), f"{line} is not a line of the template."
        elif line in seen:
            yield ("for_each", number), f"{line} is named twice."
        seen.append(line)


_Instead = dict[str, dict[str, Plain]]


def _instead(said: Plain, lines: Iterable[Plain]) -> tuple[_Instead, list[tuple[Path, str]]]:
    faults: list[tuple[Path, str]] = []
    found: _Instead = {}
    if said is not None and not isinstance(said, dict):
        return {}, [(("instead",), "instead holds lines, and for each of them the words that differ.")]
    for line, fields in (said or {}).items():
        if line not in lines:
            faults.append((("instead", line), f"{line} is not among the lines of for_each."))
        elif not isinstance(fields, dict):
            faults.append(
                (("instead", line), f"Say under {line} which words differ, such as denominator: line.requests.")
            )
        else:
            shared = [field for field in fields if field in _SHARED]
            faults += [(("instead", line, field), f"{field} is the same for every line.") for field in shared]
            if not isinstance(fields.get(_CALLED, ""), str):
                faults.append((("instead", line, _CALLED), "What a line is called is text; write it in quotes."))
                shared.append(_CALLED)
            found[line] = {field: value for field, value in fields.items() if field not in shared}
    return found, faults


def _member(data: Mapping[str, Plain], line: str, number: int, label: str, instead: _Instead) -> Member:
    own = dict(instead.get(line, {}))
    called = str(own.pop(_CALLED, label))
    fields = {field: value for field, value in data.items() if field not in _ONLY_OF_FAMILIES} | own
    fields = {
        field: _for_line(value, line) if field in EXPRESSIONS else _in_words(value, inside(called))
        for field, value in fields.items()
    }
    order = fields.get("order")
    if isinstance(order, Decimal):
        fields["order"] = order + number * _IN_STEPS_OF
    if isinstance(fields.get("id"), str):
        fields["id"] = f"{fields['id']}-{line}"
    return Member(fields | {"line_label": called}, line, frozenset(own))


def _for_line(value: Plain, line: str) -> Plain:
    return _LINE.sub(line, value) if isinstance(value, str) else value


def _in_words(value: Plain, called: str) -> Plain:
    if isinstance(value, str):
        return value.replace("{line}", called)
    if isinstance(value, tuple):
        return tuple(_in_words(part, called) for part in value)
    if isinstance(value, dict):
        return {field: _in_words(part, called) for field, part in value.items()}
    return value
