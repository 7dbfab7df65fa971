"""Nobody is reminded who waits for us, has promised a date that is still ahead, or whose trust was contacted today."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.chasing import Situation, why_not
from submissions.stages import COMPLETE, NOT_EXPECTED, STAGE_HELD_BY, Facts
from submissions.states import State

TODAY = date(2016, 10, 4)
LATE = Situation(facts=Facts(latest=State.BLOCKED), due=date(2016, 9, 30), today=TODAY)
FACTS = st.builds(Facts, **{name: st.booleans() for name in Facts.__slots__ if name != "latest"}, latest=st.none() | st.sampled_from(State))  # fmt: skip
DAYS = st.none() | st.dates(TODAY - timedelta(9), TODAY + timedelta(9))


def test_nothing_stands_against_it():
    assert why_not(LATE) == ""
    assert LATE.is_late
    assert not replace(LATE, due=TODAY).is_late


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"facts": Facts(latest=State.RECEIVED)}, "It waits for us: being checked."),
        ({"facts": Facts(latest=State.STUCK)}, "It waits for us: waiting for our support team."),
        ({"facts": Facts(on_record=True, needs_sign_off=True, latest=State.RECEIVED)}, "It waits for us: being checked."),
        ({"more_time_asked": True}, "It waits for us: the trust has asked for more time."),
        ({"waiver_asked": True}, "It waits for us: the trust has asked for a waiver."),
        ({"promised": TODAY}, "It is promised by 4 October 2016."),
        ({"promised": TODAY + timedelta(3)}, "It is promised by 7 October 2016."),
        ({"contacted": TODAY}, "The trust was contacted today."),
        ({"paused_until": TODAY}, "The trust is left in peace until 4 October 2016."),
        ({"live": False}, "The collection is not open."),
        ({"facts": Facts(on_record=True)}, "Nothing is left to do: accepted."),
        ({"facts": Facts(on_record=True, signed=True)}, "Nothing is left to do: signed off."),
        ({"facts": Facts(nil=True)}, "Nothing is left to do: nil return."),
        ({"facts": Facts(excused=True)}, "It is not expected: excused."),
        ({"facts": Facts(gone=True)}, "It is not expected: trust has closed."),
    ],
)  # fmt: skip
def test_why_not(change, said):
    assert why_not(replace(LATE, **change)) == said


@pytest.mark.parametrize(
    "change",
    [
        {"promised": TODAY - timedelta(1)},
        {"contacted": TODAY - timedelta(1)},
        {"paused_until": TODAY - timedelta(1)},
        {"facts": Facts(), "waiver_asked": True},
        {"facts": Facts(on_record=True, needs_sign_off=True, latest=State.BLOCKED)},
    ],
)
def test_what_is_past_or_not_in_the_way_stands_against_nothing(change):
    assert why_not(replace(LATE, **change)) == ""


def test_what_the_clock_wrote_about_another_return_holds_back_people_and_not_the_clock():
    reminded = replace(LATE, contacted=TODAY)
    assert why_not(reminded)
    assert why_not(reminded, by_clock=True) == ""
    assert why_not(replace(reminded, spoken=TODAY), by_clock=True) == "The trust was contacted today."


@given(FACTS, DAYS, DAYS, DAYS, st.booleans(), st.booleans(), st.booleans())
def test_whoever_is_reminded_has_something_to_do(facts, promised, contacted, paused_until, opened, more_time, waiver):
    situation = Situation(facts, LATE.due, TODAY, opened, more_time, waiver, promised, contacted, paused_until)
    if why_not(situation):
        return
    assert situation.standing not in COMPLETE | NOT_EXPECTED
    assert {STAGE_HELD_BY[situation.stage], STAGE_HELD_BY[situation.standing]} <= {"the trust", "the signatory"}
    assert opened
    assert not more_time
    assert contacted != TODAY
    assert all(day is None or day < TODAY for day in (promised, paused_until))
