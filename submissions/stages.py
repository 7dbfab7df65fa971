"""How far a return has come: worked out from facts that are on record, never stored. One table says which stage follows from which
facts and who holds it; pages, the desk's query, the diagram in the docs and the tests all read it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Literal, cast

from submissions.states import State

Holder = Literal["the trust", "the signatory", "us", "nobody"]
"""Who has to do something next; "us" is NHS Improvement."""


class Stage(StrEnum):
    """How far a return has come."""

    EXCUSED = "excused"
    NIL_TO_SIGN = "nil_to_sign"
    NIL = "nil"
    QUERIED = "queried"
    SIGNED = "signed"
    TO_SIGN = "to_sign"
    ACCEPTED = "accepted"
    GONE = "gone"
    CHECKING = "checking"
    STUCK = "stuck"
    REFUSED = "refused"
    BLOCKED = "blocked"
    TO_EXPLAIN = "to_explain"
    DOWNLOADED = "downloaded"
    OPENED = "opened"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record about one return, from which its stage follows."""

    needs_sign_off: bool = False
    """The collection wants a signature."""
    excused: bool = False
    gone: bool = False
    """The trust has closed, and no other took it over."""
    nil: bool = False
    """A nil return is declared."""
    nil_signed: bool = False
    on_record: bool = False
    """There is an accepted file."""
    signed: bool = False
    queried: bool = False
    """Somebody asked about a figure, and the trust has not answered."""
    latest: State | None = None
    """The state of the file that came last."""
    downloaded: bool = False
    opened: bool = False


@dataclass(frozen=True, slots=True)
class StageRule:
    """A return is at this stage when all these facts hold, and no rule above it applies."""

    stage: Stage
    words: str
    held_by: Holder
    when: Mapping[str, bool | State]


STAGES: Final[tuple[StageRule, ...]] = (
    StageRule(Stage.EXCUSED, "Excused", "nobody", {"excused": True}),
    StageRule(
        Stage.NIL_TO_SIGN,
        "Nil return, waiting for sign-off",
        "the signatory",
        {"nil": True, "needs_sign_off": True, "nil_signed": False},
    ),
    StageRule(Stage.NIL, "Nil return", "nobody", {"nil": True}),
    StageRule(Stage.QUERIED, "Has a query to answer", "the trust", {"on_record": True, "queried": True}),
    StageRule(Stage.SIGNED, "Signed off", "nobody", {"on_record": True, "signed": True}),
    StageRule(Stage.TO_SIGN, "Waiting for sign-off", "the signatory", {"on_record": True, "needs_sign_off": True}),
    StageRule(Stage.ACCEPTED, "Accepted", "nobody", {"on_record": True}),
    StageRule(Stage.GONE, "Trust has closed", "nobody", {"gone": True}),
    StageRule(Stage.CHECKING, "Being checked", "us", {"latest": State.RECEIVED}),
    StageRule(Stage.STUCK, "Waiting for our support team", "us", {"latest": State.STUCK}),
    StageRule(Stage.REFUSED, "File could not be read", "the trust", {"latest": State.REFUSED}),
    StageRule(Stage.BLOCKED, "Has errors to mend", "the trust", {"latest": State.BLOCKED}),
    StageRule(Stage.TO_EXPLAIN, "Has warnings to explain", "the trust", {"latest": State.TO_EXPLAIN}),
    StageRule(Stage.DOWNLOADED, "Workbook downloaded", "the trust", {"downloaded": True}),
    StageRule(Stage.OPENED, "Opened, not started", "the trust", {"opened": True}),
    StageRule(Stage.NOT_STARTED, "Not opened yet", "the trust", {}),
)
"""The first rule that applies counts. What is on record comes before what happens to a later file: a return with an accepted file is
in, whatever came after."""

STAGE_WORDS: Final[dict[Stage, str]] = {rule.stage: rule.words for rule in STAGES}
STAGE_HELD_BY: Final[dict[Stage, Holder]] = {rule.stage: rule.held_by for rule in STAGES}

IN: Final = frozenset({Stage.NIL_TO_SIGN, Stage.NIL, Stage.QUERIED, Stage.SIGNED, Stage.TO_SIGN, Stage.ACCEPTED})
"""The return has come."""
NOT_EXPECTED: Final = frozenset({Stage.EXCUSED, Stage.GONE})
"""Nothing is expected any more; counted apart, and never as late."""
COMPLETE: Final = frozenset({Stage.NIL, Stage.SIGNED, Stage.ACCEPTED})
"""Nothing is left to do."""
OUTSTANDING: Final = frozenset(Stage) - COMPLETE - NOT_EXPECTED
"""The desk looks after these."""

_LATER_FILE: Final = frozenset({Stage.CHECKING, Stage.STUCK, Stage.REFUSED, Stage.BLOCKED, Stage.TO_EXPLAIN})


def standing_of(facts: Facts) -> Stage:
    """The stage that counts for the collection."""
    return next(rule.stage for rule in STAGES if _holds(rule, facts))


def stage_of(facts: Facts) -> Stage:
    """What the people of the trust have before them: what became of a later file first, then where the return stands."""
    if not facts.excused:
        for rule in STAGES:
            if rule.stage in _LATER_FILE and _holds(rule, facts):
                return rule.stage
    return standing_of(facts)


def _holds(rule: StageRule, facts: Facts) -> bool:
    return all(getattr(facts, fact) == value for fact, value in rule.when.items())


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is done to a return: by whom, which facts it needs, and which it makes."""

    words: str
    by: Literal["the trust", "the signatory", "us", "us or the STP", "the portal"]
    makes: Mapping[str, bool | State]
    needs: Mapping[str, bool | State | None] = field(default_factory=dict)
    unless_latest: frozenset[State] = frozenset()


_FREE: Final = {"signed": False, "nil": False, "excused": False}
_CHECKED: Final = {"latest": State.RECEIVED}
EVENTS: Final[tuple[Event, ...]] = (
    Event("opens the page", "the trust", {"opened": True}),
    Event("downloads the workbook", "the trust", {"downloaded": True, "opened": True}),
    Event("uploads or corrects", "the trust", {"latest": State.RECEIVED, "opened": True}, _FREE),
    Event("cannot read the file", "the portal", {"latest": State.REFUSED}, _CHECKED),
    Event("finds errors", "the portal", {"latest": State.BLOCKED}, _CHECKED),
    Event("finds warnings", "the portal", {"latest": State.TO_EXPLAIN}, _CHECKED),
    Event(
        "finds nothing, or all of it explained", "the portal", {"latest": State.ACCEPTED, "on_record": True}, _CHECKED
    ),
    Event("gives up", "the portal", {"latest": State.STUCK}, _CHECKED),
    Event("has it checked again", "us", {"latest": State.RECEIVED}, {"latest": State.STUCK}),
    Event(
        "explains the last warning",
        "the trust",
        {"latest": State.ACCEPTED, "on_record": True},
        {"latest": State.TO_EXPLAIN, **_FREE},
    ),
    Event(
        "signs",
        "the signatory",
        {"signed": True},
        {"on_record": True, "needs_sign_off": True, **_FREE},
        unless_latest=frozenset({State.RECEIVED, State.STUCK}),
    ),
    Event("reopens", "us", {"signed": False}, {"signed": True}),
    Event("queries a figure", "us or the STP", {"queried": True}, {"on_record": True}),
    Event("answers", "the trust", {"queried": False}, {"queried": True}),
    Event("closes the query", "us or the STP", {"queried": False}, {"queried": True}),
    Event(
        "declares a nil return",
        "the trust",
        {"nil": True},
        {"on_record": False, **_FREE},
        unless_latest=frozenset({State.RECEIVED, State.STUCK}),
    ),
    Event(
        "signs the nil return",
        "the signatory",
        {"nil_signed": True},
        {"nil": True, "needs_sign_off": True, "nil_signed": False},
    ),
    Event(
        "takes the nil return back",
        "the trust",
        {"nil": False, "nil_signed": False},
        {"nil": True, "nil_signed": False},
    ),
    Event(
        "takes the signed nil return back",
        "us",
        {"nil": False, "nil_signed": False},
        {"nil": True, "nil_signed": True},
    ),
    Event(
        "excuses it",
        "us",
        {"excused": True},
        {"excused": False, "nil": False, "on_record": False},
        unless_latest=frozenset({State.RECEIVED, State.STUCK}),
    ),
    Event("expects it again", "us", {"excused": False}, {"excused": True}),
    Event("closes without a successor", "the trust", {"gone": True}, {"gone": False}),
)


def may_happen(event: Event, facts: Facts) -> bool:
    """Whether the facts allow it."""
    return facts.latest not in event.unless_latest and all(
        getattr(facts, fact) == value for fact, value in event.needs.items()
    )


def transitions() -> list[tuple[Stage, Event, Stage]]:
    """Every change of stage that events can bring about, from a return that nobody has opened on: found by trying all of them."""
    to_visit = [Facts(needs_sign_off=needs) for needs in (True, False)]
    visited = set(to_visit)
    found: dict[tuple[Stage, str, Stage], Event] = {}
    while to_visit:
        facts = to_visit.pop()
        for event in EVENTS:
            if not may_happen(event, facts):
                continue
            later = replace(facts, **cast(Any, event.makes))
            found[stage_of(facts), event.words, stage_of(later)] = event
            if later not in visited:
                visited.add(later)
                to_visit.append(later)
    order = list(Stage)
    changes = ((before, event, after) for (before, _, after), event in found.items() if before != after)
    return sorted(changes, key=lambda change: (order.index(change[0]), EVENTS.index(change[1]), order.index(change[2])))


def words_of(stages: Iterable[Stage]) -> list[str]:
    """Stages for people, in the order of the table."""
    wanted = set(stages)
    return [rule.words for rule in STAGES if rule.stage in wanted]
