"""From `support.yaml` to the measure of who needs help: the one strict reader, which reports every fault at once. Pure."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from templates_app.definition_file import Faults, named_faults
from templates_app.definition_yaml import Path, read_yaml

OF_A_RETURN: Final = frozenset(
    {"late", "errors", "warnings", "refused", "queries", "promises", "extensions", "reminders", "unreached"}
)
"""What is counted for each return; its sentence names the round."""
OF_A_TRUST: Final = frozenset({"no_signatory", "no_preparer"})

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Whole = Annotated[Decimal, Field(ge=1, le=1000, multiple_of=1)]


class SupportFaults(Faults):
    """Everything that is wrong with the file."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class StepWritten(_Frozen):
    """From so many on, so many points."""

    start: Whole = Field(alias="from")
    points: Whole


class SignalWritten(_Frozen):
    """What is counted, in what words, and how much it weighs."""

    code: Literal[
        "late", "errors", "warnings", "refused", "queries", "promises", "extensions", "reminders", "unreached",
        "no_signatory", "no_preparer",
    ]  # fmt: skip
    noun: Words
    nouns: Words | None = None
    """Several of them, where an added s is wrong."""
    sentence: Words
    weights: tuple[StepWritten, ...] = Field(min_length=1)


class LevelsWritten(_Frozen):
    """The points from which a level begins."""

    light: Whole
    targeted: Whole
    intensive: Whole


class FootprintWritten(_Frozen):
    """The share of its trusts that decides about a footprint."""

    percent: Annotated[Whole, Field(le=100)]


class SupportWritten(_Frozen):
    """The whole file."""

    signals: tuple[SignalWritten, ...]
    levels: LevelsWritten
    footprint: FootprintWritten


def parse_support(text: str) -> SupportWritten:
    """What the text of the file says. Raises SupportFaults, naming every fault."""
    written = read_yaml(text)
    found = list(written.faults)
    support: SupportWritten | None = None
    if written.data is not None:
        try:
            support = SupportWritten.model_validate(written.data)
        except ValidationError as error:
            found += [(detail["loc"], f"{detail['msg']}.") for detail in error.errors(include_url=False)]
    if support is not None:
        found += _meaning(support)
    if found or support is None:
        raise SupportFaults(named_faults(found, written))
    return support


def _meaning(support: SupportWritten) -> Iterator[tuple[Path, str]]:
    codes = Counter(signal.code for signal in support.signals)
    for code in sorted(OF_A_RETURN | OF_A_TRUST):
        if codes[code] != 1:  # type: ignore[index]  # every code is one of them
            yield ("signals",), f"{code} must stand here once; it stands here {codes[code]} times."  # type: ignore[index]
    for number, signal in enumerate(support.signals):
        yield from _signal_faults(signal, ("signals", number))
    levels = support.levels
    if not levels.light < levels.targeted < levels.intensive:
        yield ("levels",), "Each level must begin with more points than the one before."


def _signal_faults(signal: SignalWritten, at: Path) -> Iterator[tuple[Path, str]]:
    for before, after in pairwise(signal.weights):
        if not (before.start < after.start and before.points < after.points):
            yield (*at, "weights"), "Each step must begin later, and give more points, than the one before."
    allowed = {"count", "collection"} if signal.code in OF_A_RETURN else {"count"}
    try:
        named = {name for _, name, _, _ in Formatter().parse(signal.sentence) if name is not None}
    except ValueError as error:
        yield (*at, "sentence"), f"The curly brackets cannot be read: {error}."
        return
    for name in sorted(named - allowed):
        yield (*at, "sentence"), f"{{{name}}} is not known here; there are {', '.join(sorted(allowed))}."
    if signal.code in OF_A_RETURN and "collection" not in named:
        yield (*at, "sentence"), "The sentence must name the round: {collection}."
    if not signal.sentence.endswith("."):
        yield (*at, "sentence"), "A sentence ends with a full stop."
