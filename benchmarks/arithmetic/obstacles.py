"""What keeps a numerator or denominator from being a number that can be compared, and how that is said. Pure.

A missing figure is never taken for nought. NA counts as nought inside a sum of which some other part applies, and so does a
blank that nobody was asked to fill. IE counts as nought where the line that holds the figure is in the same sum;
anywhere else neither line can be compared, but for an alternate line (blood sciences), which exists to hold the lines it stands for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, get_args

from benchmarks.defining.schema import Condition
from templates_app.gates import shut_lines
from templates_app.operands import cells_of
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import Definition, TrustType, is_optional
from ui.formats import sentence_list

Status = Literal["calculable", "not_applicable", "included_elsewhere", "not_calculable", "missing", "zero_volume"]

OFFSET_COLUMN = "income"
"""Income from others only lowers a net cost; where all else is NA, it does not make the function exist."""

_NOT_APPLICABLE = Value("not_applicable")


def asked(
    places: Sequence[Place], values: Mapping[Place, Value], definition: Definition, *, leave_out_blank: bool = False
) -> dict[Place, Value]:
    """What stands in some cells. Blanks that nobody was asked to fill are not applicable.

    Those are blanks behind a shut gate, and lines all of whose cells here are blank: an alternate line that no other points to, and
    with `leave_out_blank` every line that trusts of any type may leave blank.
    """
    given = {place: values.get(place, BLANK) for place in places}
    blank = {line for (line, _), value in given.items() if value.kind == "blank"}
    if not blank:
        return given
    filled = {line for (line, _), value in given.items() if value.kind != "blank"}
    spare = {line for line in blank - filled if _is_spare(line, values, definition, leave_out_blank)}
    unasked = spare | (blank & _behind_shut_gates(values, definition))
    return {
        place: _NOT_APPLICABLE if value.kind == "blank" and place[0] in unasked else value
        for place, value in given.items()
    }


def obstacle(
    given: Mapping[Place, Value], beside: Collection[Place], values: Mapping[Place, Value], definition: Definition
) -> tuple[Status, str]:
    """What keeps cells (as `asked`) from giving a number that can be compared, with the reason in words; or calculable.

    `beside` are all cells of the metric, on both sides of its division.
    """
    kinds = {place: value.kind for place, value in given.items()}
    if all(kind == "not_applicable" for (_, column), kind in kinds.items() if column != OFFSET_COLUMN):
        lines = dict.fromkeys(line for line, _ in given)
        return "not_applicable", f"Not applicable at this trust: {_labels(lines, definition)}."
    blank = [place for place, kind in kinds.items() if kind in ("blank", "text")]
    if blank:
        return "missing", f"Not given: {_cell_labels(blank, definition)}."
    unstated = dict.fromkeys(line for (line, _), kind in kinds.items() if kind == "not_calculable")
    if unstated:
        return "not_calculable", f"Exists but cannot be stated: {_labels(unstated, definition)}."
    moved = [*_leaving(given), *_arriving(given, beside, values, definition)]
    if moved:
        return "included_elsewhere", " ".join(dict.fromkeys(_moved_words(*move, definition) for move in moved))
    return "calculable", ""


def unanswered(
    condition: Condition, given: Mapping[Place, Value], values: Mapping[Place, Value], definition: Definition
) -> str:
    """Why nobody can say which lines a condition picks: lines that cost something and do not answer. Empty where all answer."""
    costing = dict.fromkeys(line for (line, _), value in given.items() if value.number)
    silent = [line for line in costing if values.get((line, condition.column), BLANK).kind != "text"]
    if not silent:
        return ""
    title = definition.sheet_of(silent[0]).column(condition.column).title
    return f"Not given: {inside(title)}, for {_labels(silent, definition)}."


def meets(condition: Condition, line: str, values: Mapping[Place, Value]) -> bool:
    """Whether a line's answer is one of those that the condition lists."""
    answer = values.get((line, condition.column), BLANK).text
    return answer.casefold() in [choice.casefold() for choice in condition.among]


def inside(label: str) -> str:
    """A label as it stands inside a sentence: "Accounts payable" loses its capital, "WTE" and "PFI charge" do not."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _behind_shut_gates(values: Mapping[Place, Value], definition: Definition) -> frozenset[str]:
    return shut_lines(definition, cells_of(definition).operands(values)) if definition.gates else frozenset()


def _is_spare(code: str, values: Mapping[Place, Value], definition: Definition, leave_out_blank: bool) -> bool:
    line = definition.sheet_of(code).line(code)
    if any(value.kind == "included_elsewhere" and value.text == code for value in values.values()):
        return False
    return bool(line.alternate_for) or (
        leave_out_blank and all(is_optional(line, kind) for kind in get_args(TrustType))
    )


def _leaving(given: Mapping[Place, Value]) -> Iterable[tuple[str, str, bool]]:
    """Lines among these whose figures stand in a line that is not, or in one that holds none itself."""
    held = {line for (line, _), value in given.items() if value.kind == "number"}
    for (line, _), value in given.items():
        if value.kind == "included_elsewhere" and value.text not in held:
            yield line, value.text, True


def _arriving(
    given: Mapping[Place, Value], beside: Collection[Place], values: Mapping[Place, Value], definition: Definition
) -> Iterable[tuple[str, str, bool]]:
    """Lines that are not among these whose figures stand in one that is."""
    for (line, column), value in values.items():
        holder = value.text
        if value.kind == "included_elsewhere" and (holder, column) in given and (line, column) not in given:
            columns = [other for place, other in beside if place == holder]
            if not _stands_for(holder, line, columns, values, definition):
                yield line, holder, False


def _stands_for(
    holder: str, line: str, columns: Iterable[str], values: Mapping[Place, Value], definition: Definition
) -> bool:
    """Whether a line is an alternate for another, and holds all of its figures in these columns: cost and tests, not one of them."""
    if line not in definition.sheet_of(holder).line(holder).alternate_for:
        return False
    return all(_is_in(holder, values.get((line, column), BLANK)) for column in columns)


def _is_in(holder: str, value: Value) -> bool:
    if value.kind == "included_elsewhere":
        return value.text == holder
    return value.kind == "not_applicable" or (value.kind == "number" and not value.number)


def _moved_words(line: str, holder: str, leaving: bool, definition: Definition) -> str:
    absent, holding = _label(line, definition), _label(holder, definition)
    if leaving:
        return f"{absent} is included in {inside(holding)}."
    return f"{holding} also holds {inside(absent)}."


def _label(line: str, definition: Definition) -> str:
    try:
        return definition.sheet_of(line).line(line).label
    except KeyError:
        return f"line {line}"


def _labels(lines: Iterable[str], definition: Definition) -> str:
    return sentence_list([inside(_label(line, definition)) for line in lines])


def _cell_labels(places: Iterable[Place], definition: Definition) -> str:
    columns: dict[str, list[str]] = {}
    for line, column in places:
        columns.setdefault(line, []).append(column)
    words = []
    for line, codes in columns.items():
        sheet = definition.sheet_of(line)
        label = inside(sheet.line(line).label)
        titles = sentence_list([inside(sheet.column(code).title) for code in codes])
        words.append(label if codes == ["value"] else f"{titles} of {label}")
    return "; ".join(words)
