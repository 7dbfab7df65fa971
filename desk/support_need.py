"""How much help a trust or a footprint needs, and why: points for what was counted, by `support.yaml`. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from desk.support_file import SignalWritten, SupportWritten, parse_support
from ui.formats import plural, sentence_list

FILE: Final = Path(__file__).resolve().parent / "support.yaml"
MOST_NAMED: Final = 6
"""So many trusts are named in the reason of a footprint; of the others the number is said."""


class Level(StrEnum):
    """How much help, the least first; from `planning.md` section 5."""

    NONE = "none"
    LIGHT = "light"
    TARGETED = "targeted"
    INTENSIVE = "intensive"

    @property
    def rank(self) -> int:
        """Its place, the least first."""
        return list(Level).index(self)


_HELPED: Final = (Level.INTENSIVE, Level.TARGETED, Level.LIGHT)


@dataclass(frozen=True, slots=True)
class Observation:
    """Something was counted, of a trust, or of one of its returns."""

    signal: str
    count: int
    collection: str = ""
    return_key: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody needs help: a sentence, the points that it gives, and where its evidence is."""

    sentence: str
    points: int
    signal: str = ""
    return_key: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What the facts say."""

    level: Level
    score: int
    """The points of a trust; of a footprint, those of its trusts together."""
    reasons: tuple[Reason, ...]
    """Those that weigh most first."""


@cache
def measure() -> SupportWritten:
    """The file in force. Raises SupportFaults where it is not sound."""
    return parse_support(FILE.read_text(encoding="utf-8"))


def points(signal: SignalWritten, count: int) -> int:
    """What a count of this signal weighs: the points of the last step that it reaches; none below the first."""
    return max((int(step.points) for step in signal.weights if count >= step.start), default=0)


def level_of(score: int, by: SupportWritten) -> Level:
    """The level that so many points are."""
    starts = (by.levels.intensive, by.levels.targeted, by.levels.light)
    return next((level for level, start in zip(_HELPED, starts, strict=True) if score >= start), Level.NONE)


def need_of_trust(observations: Iterable[Observation], by: SupportWritten) -> Need:
    """The need of one trust, from all that was counted of it."""
    signals = {str(signal.code): signal for signal in by.signals}
    weighed = [(seen, signals[seen.signal]) for seen in observations]
    reasons = [
        Reason(_sentence(seen, signal), given, seen.signal, seen.return_key)
        for seen, signal in weighed
        if (given := points(signal, seen.count))
    ]
    reasons.sort(key=lambda reason: (-reason.points, reason.sentence))
    score = sum(reason.points for reason in reasons)
    return Need(level_of(score, by), score, tuple(reasons))


def need_of_footprint(
    levels: Mapping[str, Level], scores: Iterable[int], by: SupportWritten, *, unnamed: Sequence[Level] = ()
) -> Need:
    """The need of a footprint, from the levels of its trusts by name, a person's decisions included. `unnamed` are the levels of
    those of its trusts whose names are none of the reader's business."""
    every = [*levels.values(), *unnamed]
    reached = [level for level in _HELPED if _share_reaches(every, level, by)]
    return Need(
        reached[0] if reached else Level.NONE, sum(scores), tuple(_footprint_reasons(levels, unnamed, len(every)))
    )


def _share_reaches(every: Sequence[Level], level: Level, by: SupportWritten) -> bool:
    """Whether enough trusts need this much help, or more."""
    at_least = sum(one.rank >= level.rank for one in every)
    return at_least > 0 and 100 * at_least >= by.footprint.percent * len(every)


def _footprint_reasons(levels: Mapping[str, Level], unnamed: Sequence[Level], of: int) -> Iterable[Reason]:
    for level in _HELPED:
        names = [name for name, one in sorted(levels.items()) if one is level]
        others = len(names[MOST_NAMED:]) + sum(one is level for one in unnamed)
        number = len(names) + sum(one is level for one in unnamed)
        if number:
            said = [*names[:MOST_NAMED], *([plural(others, "other")] if others else [])]
            verb = "needs" if number == 1 else "need"
            yield Reason(f"{number} of {plural(of, 'trust')} {verb} {level} support: {sentence_list(said)}.", 0)


def _sentence(seen: Observation, signal: SignalWritten) -> str:
    count = plural(seen.count, signal.noun, signal.nouns)
    return signal.sentence.format(count=count, collection=seen.collection)
