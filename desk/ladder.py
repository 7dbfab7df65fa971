"""The ladders of reminders: which step is taken how many working days from the due date, to whom, and in what words. Pure.

A ladder is a file of `desk/ladders/`; a collection names one. What a person sends by hand from the desk comes from the same file.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from desk.ladder_file import BY_HAND, OPENING, Addressee, LadderWritten, MessageWritten, parse_ladder
from footprints.working_days import add_working_days, is_working_day, working_days_between
from submissions.stages import Stage

FOLDER: Final = Path(__file__).resolve().parent / "ladders"
STANDARD: Final = "standard"
"""The ladder from which reminders by hand come where a collection has none of its own."""


class UnknownLadder(LookupError):
    """There is no ladder of that code."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: how many working days after the due date it is taken (before it when negative; `OPENING` for the day the round opens),
    for returns at which stages, to whom, and in what words, which hold the placeholders of `ladder_file.PLACEHOLDERS`. Addressees come
    in the order in which a person who is several of them is counted."""

    code: str
    title: str
    days: int
    stages: frozenset[Stage]
    to: tuple[Addressee, ...]
    subject: str
    text: str

    @property
    def is_by_hand(self) -> bool:
        """Whether a person sends it from the desk, rather than the clock."""
        return self.code.startswith(BY_HAND)

    @property
    def at_opening(self) -> bool:
        """Whether it tells that the round has opened."""
        return self.days == OPENING


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one ladder, the earliest first, and the messages sent by hand, by stage."""

    code: str
    title: str
    rungs: tuple[Rung, ...]
    by_hand: Mapping[Stage, MessageWritten]


@cache
def ladders() -> Mapping[str, Ladder]:
    """Every ladder by its code. Raises LadderFaults where one is not sound."""
    return {path.stem: read_ladder(path) for path in sorted(FOLDER.glob("*.yaml"))}


def ladder(code: str) -> Ladder:
    """The ladder of a code. Raises UnknownLadder."""
    try:
        return ladders()[code]
    except KeyError:
        raise UnknownLadder(f"There is no ladder {code}.") from None


def day_of(rung: Rung, *, due: date, opens: date) -> date:
    """The day on which a step is taken for a return of a round that opens on a day and that is due on another."""
    return opening_day(opens) if rung.at_opening else _day(rung.days, due)


def opening_day(opens: date) -> date:
    """The first working day of a round that opens on a day."""
    return opens if is_working_day(opens) else add_working_days(opens, 1)


def calendar(steps: Ladder, stage: Stage, *, due: date, opens: date) -> list[tuple[date, Rung]]:
    """The steps of a stage with their days, the earliest first. Where one tells that the round has opened, steps whose day comes before
    or with it are passed over: it says all that they do. There is none such where a round opens on the day it is due."""
    opening = opening_day(opens)
    listed = [(day_of(rung, due=due, opens=opens), rung) for rung in steps.rungs if stage in rung.stages]
    if opening >= due:
        return [(day, rung) for day, rung in listed if not rung.at_opening]
    told = any(rung.at_opening for _, rung in listed)
    return [(day, rung) for day, rung in listed if rung.at_opening or not told or day > opening]


def due_rung(
    steps: Ladder, stage: Stage, *, due: date, opens: date, today: date, taken: Collection[str] = frozenset()
) -> Rung | None:
    """The step to be taken today, if any: the last one of this stage whose day has come, unless it was taken. Earlier steps are passed
    over: a return that was added late does not get five letters at once. A step before the due date is not taken on it or after it.

    `taken` are codes of steps that were taken for this same due date: an extension starts the ladder anew. Of a step that tells that the
    round has opened, for whichever due date: nobody is told twice.
    """
    days = calendar(steps, stage, due=due, opens=opens)
    come = [rung for day, rung in days if day <= today and (rung.days >= 0 or today < due)]
    last = come[-1] if come else None
    return None if last is None or last.code in taken else last


def rung_by_hand(code: str, stage: Stage, *, due: date, today: date) -> Rung | None:
    """The reminder that a person sends today for a return at a stage, in the words of the collection's ladder, or of the standard one
    where `code` is empty; None where there is nothing to remind anybody of. One goes out a day: its code holds the day."""
    message = ladder(code or STANDARD).by_hand.get(stage)
    if message is None:
        return None
    return Rung(
        code=f"{BY_HAND}-{today.isoformat()}",
        title="Sent by hand from the desk",
        days=working_days_between(due, today),
        stages=frozenset({stage}),
        to=message.to,
        subject=message.subject,
        text=message.text,
    )


def read_ladder(path: Path) -> Ladder:
    """The ladder in a file. Raises LadderFaults, naming every fault."""
    written = parse_ladder(path.read_text(encoding="utf-8"), path.stem)
    groups = _groups(written)
    rungs = (
        Rung(
            code=rung.code,
            title=rung.title,
            days=int(rung.days),
            stages=groups[rung.group],
            to=rung.to,
            subject=rung.subject,
            text=rung.text,
        )
        for rung in written.rungs
    )
    return Ladder(
        code=written.ladder,
        title=written.title,
        rungs=tuple(sorted(rungs, key=lambda rung: rung.days)),
        by_hand={stage: message for message in written.by_hand for stage in groups[message.group]},
    )


def _groups(written: LadderWritten) -> dict[str, frozenset[Stage]]:
    return {name: frozenset(Stage(stage) for stage in stages) for name, stages in written.groups.items()}


@cache
def _day(days: int, due: date) -> date:
    return add_working_days(due, days)
