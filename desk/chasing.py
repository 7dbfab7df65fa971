"""Whether anybody is to be reminded of a return today: nobody is who waits for us, has promised a date that is still ahead, or whose
trust was contacted today. Pure."""

from dataclasses import dataclass
from datetime import date

from submissions.stages import COMPLETE, NOT_EXPECTED, STAGE_HELD_BY, STAGE_WORDS, Facts, Stage, stage_of, standing_of
from ui.formats import long_date


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about one return, on the day `today`."""

    facts: Facts
    due: date
    today: date
    live: bool = True
    """Its round is open, or it can be acted on after the close all the same (`desk.queries.live`)."""
    more_time_asked: bool = False
    """The trust asked for more time, and nobody has decided."""
    waiver_asked: bool = False
    """The trust asked that a rule of this template need not hold, and nobody has decided."""
    promised: date | None = None
    """The day by which it was last promised."""
    contacted: date | None = None
    """The day of the last contact or reminder about any return of the trust."""
    paused_until: date | None = None
    """The last day of a pause that holds today."""
    spoken: date | None = None
    """The day of the last contact or reminder that the clock heeds too: one by a person, about any return of the trust, or any about
    this return. What the clock wrote about another return in the same morning does not hold back its letter about this one."""

    @property
    def standing(self) -> Stage:
        """The stage that counts: reminders are about it."""
        return standing_of(self.facts)

    @property
    def stage(self) -> Stage:
        """The stage as the people of the trust have it before them."""
        return stage_of(self.facts)

    @property
    def is_late(self) -> bool:
        """Whether the due date has passed."""
        return self.today > self.due


def why_not(situation: Situation, *, by_clock: bool = False) -> str:
    """Why nobody is reminded of this return today, as a sentence for the support manager; empty where nothing stands against it.
    `by_clock` for a step of the ladder, rather than a reminder that a person sends."""
    standing = situation.standing
    if standing in COMPLETE:
        return f"Nothing is left to do: {_in_a_sentence(standing)}."
    if standing in NOT_EXPECTED:
        return f"It is not expected: {_in_a_sentence(standing)}."
    if not situation.live:
        return "The collection is not open."
    if waits := _waits_for_us(situation):
        return f"It waits for us: {waits}."
    if situation.paused_until is not None and situation.paused_until >= situation.today:
        return f"The trust is left in peace until {long_date(situation.paused_until)}."
    if situation.promised is not None and situation.promised >= situation.today:
        return f"It is promised by {long_date(situation.promised)}."
    if situation.today == (situation.spoken if by_clock else situation.contacted):
        return "The trust was contacted today."
    return ""


def _waits_for_us(situation: Situation) -> str:
    if STAGE_HELD_BY[situation.stage] == "us":
        return _in_a_sentence(situation.stage)
    if situation.more_time_asked:
        return "the trust has asked for more time"
    if situation.waiver_asked and situation.stage in (Stage.BLOCKED, Stage.TO_EXPLAIN):
        return "the trust has asked for a waiver"
    return ""


def _in_a_sentence(stage: Stage) -> str:
    words = STAGE_WORDS[stage]
    return words[0].lower() + words[1:]
