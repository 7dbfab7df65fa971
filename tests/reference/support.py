"""Slow and obvious levels of support: every step of every signal is looked at in turn. The oracle of `desk.support_need`."""

from collections.abc import Mapping, Sequence

LEVELS = ("none", "light", "targeted", "intensive")


def points(steps: Sequence[tuple[int, int]], count: int) -> int:
    """Walk up the steps as far as the count reaches."""
    given = 0
    for start, worth in steps:
        if count < start:
            break
        given = worth
    return given


def level(score: int, starts: Mapping[str, int]) -> str:
    """Climb while there are points enough."""
    reached = "none"
    for name in LEVELS[1:]:
        if score < starts[name]:
            break
        reached = name
    return reached


def of_footprint(levels: Sequence[str], percent: int) -> str:
    """Of the trusts in order of need, the most needy first: the level of the one at which the share is reached."""
    if not levels:
        return "none"
    ordered = sorted(levels, key=LEVELS.index, reverse=True)
    for place, name in enumerate(ordered, start=1):
        if 100 * place >= percent * len(ordered):
            return name
    raise AssertionError("the last one is everybody")
