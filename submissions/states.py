"""The states of a submission, who holds it in each, and what may follow what. Pure: the page, the docs and the tests read it. How far
a whole return has come is in `submissions.stages`."""

from enum import StrEnum


class State(StrEnum):
    """Where one uploaded file is."""

    RECEIVED = "received"
    REFUSED = "refused"
    BLOCKED = "blocked"
    TO_EXPLAIN = "to_explain"
    ACCEPTED = "accepted"
    REPLACED = "replaced"
    STUCK = "stuck"


WORDS: dict[State, str] = {
    State.RECEIVED: "Being checked",
    State.REFUSED: "Could not be read",
    State.BLOCKED: "Has errors",
    State.TO_EXPLAIN: "Has warnings to explain",
    State.ACCEPTED: "Accepted",
    State.REPLACED: "Replaced by a later file",
    State.STUCK: "Waiting for our support team",
}
HELD_BY: dict[State, str] = {
    State.RECEIVED: "us",
    State.REFUSED: "the trust",
    State.BLOCKED: "the trust",
    State.TO_EXPLAIN: "the trust",
    State.ACCEPTED: "nobody",
    State.REPLACED: "nobody",
    State.STUCK: "us",
}
MAY_FOLLOW: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset(
        {State.REFUSED, State.BLOCKED, State.TO_EXPLAIN, State.ACCEPTED, State.REPLACED, State.STUCK}
    ),
    State.REFUSED: frozenset(),
    State.BLOCKED: frozenset(),
    State.TO_EXPLAIN: frozenset({State.ACCEPTED, State.REPLACED}),
    State.ACCEPTED: frozenset({State.REPLACED}),
    State.REPLACED: frozenset(),
    State.STUCK: frozenset({State.RECEIVED}),
}
"""A clean file goes from received to accepted; straight to replaced when a later file was accepted first. One with warnings waits
until each is explained."""

FINAL: frozenset[State] = frozenset(State) - {State.RECEIVED, State.STUCK}
"""The checking has ended, one way or another."""

JUDGED: frozenset[State] = FINAL - {State.REFUSED}
"""Its findings are known."""


def check_may_follow(now: State, later: State) -> None:
    """Raise ValueError when a submission may not go from one state to another."""
    if later not in MAY_FOLLOW[now]:
        raise ValueError(f"A submission that is {now} cannot become {later}.")
