"""What somebody at the desk does next about an outstanding return. One table says what follows from which facts; the desk's page, its
query and the tests read it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from submissions.stages import STAGE_HELD_BY, Holder, Stage
from submissions.states import State
from ui.formats import plural


class Action(StrEnum):
    """What to do next, in the order of the queue: ours first, then calls, then letters, then what waits."""

    MEND_FILE = "mend_file"
    DECIDE_EXTENSION = "decide_extension"
    DECIDE_WAIVER = "decide_waiver"
    CALL_PROMISE = "call_promise"
    CALL = "call"
    CALL_SIGNATORY = "call_signatory"
    FIND_SIGNATORY = "find_signatory"
    FIND_PREPARER = "find_preparer"
    ASK_ANSWER = "ask_answer"
    OFFER_HELP = "offer_help"
    REMIND_SIGNATORY = "remind_signatory"
    REMIND = "remind"
    AWAIT_PROMISE = "await_promise"
    AWAIT_REPLY = "await_reply"
    AWAIT_CHECK = "await_check"
    AWAIT_PAUSE = "await_pause"
    AWAIT_DUE = "await_due"


ACTION_WORDS: Final[dict[Action, str]] = {
    Action.MEND_FILE: "Mend our stuck file",
    Action.DECIDE_EXTENSION: "Decide on an extension",
    Action.DECIDE_WAIVER: "Decide on a waiver",
    Action.CALL_PROMISE: "Call: promise not kept",
    Action.CALL: "Call: late",
    Action.CALL_SIGNATORY: "Call the signatory",
    Action.FIND_SIGNATORY: "Find a signatory",
    Action.FIND_PREPARER: "Find a preparer",
    Action.ASK_ANSWER: "Ask for an answer",
    Action.OFFER_HELP: "Offer help",
    Action.REMIND_SIGNATORY: "Remind the signatory",
    Action.REMIND: "Remind",
    Action.AWAIT_PROMISE: "Wait: promised",
    Action.AWAIT_REPLY: "Wait: contacted today",
    Action.AWAIT_CHECK: "Wait: being checked",
    Action.AWAIT_PAUSE: "Wait: paused",
    Action.AWAIT_DUE: "Wait: not due yet",
}
"""Each action as it stands in a list of all of them; `words_of` says more of one return."""

WAITING: Final = frozenset(action for action in Action if action.startswith("await"))
"""Nothing is to be done now."""

OURS: Final = frozenset({Action.MEND_FILE, Action.DECIDE_EXTENSION, Action.DECIDE_WAIVER, Action.AWAIT_CHECK})
"""It is our turn, whoever holds returns of that stage otherwise."""

SOON: Final = timedelta(days=7)
"""So long before the day a return is due, the desk begins to look after it."""

_TO_SIGN: Final = (Stage.TO_SIGN, Stage.NIL_TO_SIGN)
_TO_MEND: Final = (Stage.BLOCKED, Stage.TO_EXPLAIN, Stage.REFUSED)


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What the next action follows from. The counts are for the words alone."""

    standing: Stage
    due: date
    today: date
    latest: State | None = None
    """The state of the file that came last, where we hold it: received or stuck."""
    extension_waiting: bool = False
    waiver_waiting: bool = False
    promised: date | None = None
    """The day that was promised last."""
    contacted_today: bool = False
    paused_until: date | None = None
    without_preparer: bool = False
    without_signatory: bool = False
    errors: int = 0
    to_explain: int = 0

    @property
    def paused(self) -> bool:
        """Whether the trust is left in peace today."""
        return self.paused_until is not None and self.paused_until >= self.today

    @property
    def promise(self) -> str:
        """Whether a promised day is "ahead", today included, or was "broken"; empty without a promise."""
        if self.promised is None:
            return ""
        return "ahead" if self.promised >= self.today else "broken"

    @property
    def time(self) -> str:
        """Whether the return is "late", due "soon", today included, or "later"."""
        if self.due < self.today:
            return "late"
        return "soon" if self.due <= self.today + SOON else "later"


@dataclass(frozen=True, slots=True)
class ActionRule:
    """This is next when every fact has one of these values, and no rule above it applies."""

    action: Action
    when: Mapping[str, tuple[str | bool, ...]]


ACTION_RULES: Final[tuple[ActionRule, ...]] = (
    ActionRule(Action.MEND_FILE, {"latest": (State.STUCK,)}),
    ActionRule(Action.DECIDE_EXTENSION, {"extension_waiting": (True,)}),
    ActionRule(Action.DECIDE_WAIVER, {"waiver_waiting": (True,), "standing": (Stage.BLOCKED, Stage.TO_EXPLAIN)}),
    ActionRule(Action.AWAIT_CHECK, {"latest": (State.RECEIVED,)}),
    ActionRule(Action.AWAIT_PROMISE, {"promise": ("ahead",)}),
    ActionRule(Action.AWAIT_REPLY, {"contacted_today": (True,)}),
    ActionRule(Action.AWAIT_PAUSE, {"paused": (True,)}),
    ActionRule(Action.CALL_PROMISE, {"promise": ("broken",)}),
    ActionRule(Action.FIND_SIGNATORY, {"standing": _TO_SIGN, "without_signatory": (True,)}),
    ActionRule(Action.CALL_SIGNATORY, {"standing": _TO_SIGN, "time": ("late",)}),
    ActionRule(Action.REMIND_SIGNATORY, {"standing": _TO_SIGN}),
    ActionRule(Action.ASK_ANSWER, {"standing": (Stage.QUERIED,)}),
    ActionRule(Action.FIND_PREPARER, {"without_preparer": (True,)}),
    ActionRule(Action.CALL, {"time": ("late",)}),
    ActionRule(Action.OFFER_HELP, {"standing": _TO_MEND, "time": ("soon",)}),
    ActionRule(Action.REMIND, {"time": ("soon",)}),
    ActionRule(Action.AWAIT_DUE, {}),
)
"""The first rule that applies counts. Who waits on us comes first, then what was agreed with the trust, then how late it is."""


def next_action(facts: ActionFacts) -> Action:
    """What to do next about an outstanding return."""
    return next(rule.action for rule in ACTION_RULES if _holds(rule, facts))


def held_by(standing: Stage, action: Action) -> Holder:
    """Who has to do something before anybody else can: we, where the return waits for our check or our decision."""
    return "us" if action in OURS else STAGE_HELD_BY[standing]


def words_of(action: Action, facts: ActionFacts) -> str:
    """The action of one return with its day or number: "Call: promised for yesterday", "Remind: due in 3 days"."""
    late, left = plural((facts.today - facts.due).days, "day"), (facts.due - facts.today).days
    promised = day_near(facts.promised, facts.today) if facts.promised else ""
    until = day_near(facts.paused_until, facts.today) if facts.paused_until else ""
    said = {
        Action.DECIDE_EXTENSION: "Decide on the extension asked for",
        Action.DECIDE_WAIVER: "Decide on the waiver asked for",
        Action.CALL_PROMISE: f"Call: promised for {promised}",
        Action.CALL: f"Call: {late} late",
        Action.FIND_SIGNATORY: "Find a signatory: the trust has none",
        Action.FIND_PREPARER: "Find a preparer: the trust has none",
        Action.ASK_ANSWER: "Ask for the answer to the query",
        Action.OFFER_HELP: _help(facts),
        Action.REMIND: "Remind: due today" if left == 0 else f"Remind: due in {plural(left, 'day')}",
        Action.AWAIT_PROMISE: f"Wait: promised for {promised}",
        Action.AWAIT_CHECK: "Wait: we are checking the file",
        Action.AWAIT_PAUSE: f"Wait: no reminders until {until}",
        Action.AWAIT_DUE: f"Wait: due on {day_near(facts.due, facts.today)}",
    }
    return said.get(action, ACTION_WORDS[action])


def day_near(day: date, today: date) -> str:
    """A day as people say it: "yesterday", "today", "tomorrow", "3 October", and with its year where that is another."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    return near or f"{day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def _help(facts: ActionFacts) -> str:
    if facts.errors:
        return f"Offer help: {plural(facts.errors, 'error')} to mend"
    if facts.to_explain:
        return f"Offer help: {plural(facts.to_explain, 'warning')} to explain"
    return "Offer help: the file could not be read"


def _holds(rule: ActionRule, facts: ActionFacts) -> bool:
    return all(getattr(facts, fact) in values for fact, values in rule.when.items())
