"""From a YAML file to a ladder of reminders: the one strict reader, which reports every fault at once. Pure.

A file is read exactly (`templates_app.definition_yaml`), put in shape by the types here, and then asked whether it means something.
`docs/chasing.md` says how a file is written.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, WrapValidator
from pydantic_core import ErrorDetails

from submissions.stages import OUTSTANDING, STAGE_HELD_BY, Stage
from templates_app.definition_file import Faults, named_faults
from templates_app.definition_yaml import Path, read_yaml

BY_HAND: Final = "by-hand"
"""Codes of reminders sent by hand begin so, and no step of a ladder does."""
OPENING: Final = Decimal(-1000)
"""The days of a step that is taken when the round opens, which the file writes `opening`: before every other step."""
PLACEHOLDERS: Final = frozenset(
    {"trust", "collection", "due_date", "days_left", "days_late", "stage", "link", "support"}
)
"""What the words of a message may name, in curly brackets."""
CHASEABLE: Final = frozenset(stage for stage in OUTSTANDING if STAGE_HELD_BY[stage] != "us")
"""The stages in which somebody can be written to: there is something to do, and not for us."""

Addressee = Literal["preparer", "signatory", "chief_executive", "stp_lead", "regional_director"]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=30)]
Days = Annotated[
    Decimal,
    Field(ge=-60, le=60, multiple_of=1),
    WrapValidator(lambda written, check: OPENING if written == "opening" else check(written)),
]


class LadderFaults(Faults):
    """Everything that is wrong with one ladder."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class MessageWritten(_Frozen):
    """A message as the file writes it: for which group of returns, to whom, in what words."""

    group: Name = Field(alias="for")
    to: tuple[Addressee, ...] = Field(min_length=1)
    subject: Annotated[Words, StringConstraints(max_length=120)]
    text: Words


class RungWritten(MessageWritten):
    """A step as the file writes it."""

    code: Code
    title: Words
    days: Days


class LadderWritten(_Frozen):
    """A ladder as the file writes it."""

    ladder: Name
    title: Words
    groups: dict[str, tuple[str, ...]] = Field(min_length=1)
    rungs: tuple[RungWritten, ...] = Field(min_length=1)
    by_hand: tuple[MessageWritten, ...]


def parse_ladder(text: str, name: str) -> LadderWritten:
    """The ladder that the text of `<name>.yaml` describes. Raises LadderFaults, naming every fault."""
    written = read_yaml(text)
    found = list(written.faults)
    ladder: LadderWritten | None = None
    if written.data is not None:
        try:
            ladder = LadderWritten.model_validate(written.data)
        except ValidationError as error:
            found += [_shape_fault(detail) for detail in error.errors(include_url=False)]
    if ladder is not None:
        found += _meaning(ladder, name)
    if found or ladder is None:
        raise LadderFaults(named_faults(found, written))
    return ladder


_Found = Iterator[tuple[Path, str]]


def _meaning(ladder: LadderWritten, name: str) -> _Found:
    if ladder.ladder != name:
        yield ("ladder",), f"The file is named {name}, but it holds {ladder.ladder}."
    yield from _group_faults(ladder)
    yield from _step_faults(ladder)
    for number, rung in enumerate(ladder.rungs):
        yield from _message_faults(ladder, rung, ("rungs", number), rung.days)
    for number, message in enumerate(ladder.by_hand):
        yield from _message_faults(ladder, message, ("by_hand", number), None)


def _group_faults(ladder: LadderWritten) -> _Found:
    seen: dict[str, str] = {}
    for group, stages in ladder.groups.items():
        for number, stage in enumerate(stages):
            path = ("groups", group, number)
            if stage not in set(Stage):
                yield path, f"{stage} is not a stage of a return."
            elif stage not in CHASEABLE:
                yield path, f"At {stage} there is nothing that anybody could be reminded of."
            elif stage in seen:
                yield path, f"{stage} stands in {seen[stage]} already."
            seen.setdefault(stage, group)
        written = sum(message.group == group for message in ladder.by_hand)
        if written != 1:
            yield ("by_hand",), f"{group} needs one message to be sent by hand; there are {written}."
    if missing := sorted(CHASEABLE - set(seen)):
        yield ("groups",), f"No group holds {', '.join(missing)}."


def _step_faults(ladder: LadderWritten) -> _Found:
    codes = Counter(rung.code for rung in ladder.rungs)
    days = Counter((rung.group, rung.days) for rung in ladder.rungs)
    for number, rung in enumerate(ladder.rungs):
        if codes[rung.code] > 1:
            yield ("rungs", number, "code"), f"{rung.code} is the code of {codes[rung.code]} steps."
        if rung.code.startswith(BY_HAND):
            yield ("rungs", number, "code"), f"Codes that begin with {BY_HAND} are for reminders sent by hand."
        if days[rung.group, rung.days] > 1:
            yield ("rungs", number, "days"), f"Two steps for {rung.group} fall on the same day."


def _message_faults(ladder: LadderWritten, message: MessageWritten, at: Path, days: Decimal | None) -> _Found:
    if message.group not in ladder.groups:
        yield (*at, "for"), f"{message.group} is not one of the groups above."
    if len(set(message.to)) < len(message.to):
        yield (*at, "to"), "Somebody is named twice."
    for field, words in (("subject", message.subject), ("text", message.text)):
        try:
            named = _named(words)
        except ValueError as error:
            yield (*at, field), f"The curly brackets cannot be read: {error}."
            continue
        for name in sorted(named - PLACEHOLDERS):
            yield (*at, field), f"{{{name}}} is not known; there are {', '.join(sorted(PLACEHOLDERS))}."
        if "days_left" in named and (days is None or days >= 0):
            yield (*at, field), "{days_left} is only for steps before the due date."
        if "days_late" in named and (days is None or days <= 0):
            yield (*at, field), "{days_late} is only for steps after the due date."
        if field == "text" and "link" not in named:
            yield (*at, field), "The text needs {link}, so that its reader gets to the return."
    if len(message.subject.splitlines()) > 1:
        yield (*at, "subject"), "The subject is one line."


def _named(words: str) -> set[str]:
    """The placeholders in a text, as they are written between the brackets. Raises ValueError for brackets that do not match."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in Formatter().parse(words)
        if name is not None
    }


_SHAPE_SENTENCES: Final = {
    "missing": "{field} is missing.",
    "extra_forbidden": "{field} is not a word that ladders know.",
    "literal_error": "{found} is not one of {expected}.",
    "string_pattern_mismatch": "{found} is not written as a {field} is ({pattern}).",
    "string_type": "{found} is read as something other than text; write it in quotes.",
    "string_too_short": "{field} is empty.",
    "string_too_long": "{field} is longer than {max_length} characters.",
    "too_short": "{field} is empty; at least {min_length} is needed.",
    "tuple_type": "{field} is a list; write it as [one, two].",
    "dict_type": "{field} is a set of names with values.",
    "model_type": "A set of names with values is needed here.",
    "decimal_type": "{found} is not a number.",
    "is_instance_of": "{found} is not a number.",
    "multiple_of": "{found} is not a whole number of days.",
    "greater_than_equal": "{found} days is too far from the due date; 60 working days is the most.",
    "less_than_equal": "{found} days is too far from the due date; 60 working days is the most.",
}


def _shape_fault(detail: ErrorDetails) -> tuple[Path, str]:
    names = [part for part in detail["loc"] if isinstance(part, str)]
    field = names[-1] if names else "ladder"
    if detail["input"] is None:
        return detail["loc"], f"{field} is empty."
    words: dict[str, Any] = {"field": field, "found": str(detail["input"]), **detail.get("ctx", {})}
    sentence = _SHAPE_SENTENCES.get(detail["type"])
    return detail["loc"], sentence.format(**words) if sentence else f"{detail['msg']}."
