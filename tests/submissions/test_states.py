"""Each state has words, a holder and an end; nothing leaves a final state but an accepted file that is replaced."""

import pytest

from submissions.states import (
    FINAL,
    HELD_BY,
    MAY_FOLLOW,
    STAGE_HELD_BY,
    STAGE_WORDS,
    WORDS,
    Stage,
    State,
    check_may_follow,
    stage_of,
)

ALLOWED = {
    ("received", "refused"),
    ("received", "blocked"),
    ("received", "to_explain"),
    ("to_explain", "accepted"),
    ("to_explain", "replaced"),
    ("received", "accepted"),
    ("received", "replaced"),
    ("received", "stuck"),
    ("accepted", "replaced"),
    ("stuck", "received"),
}


def test_every_state_and_stage_has_words_and_a_holder():
    assert set(WORDS) == set(HELD_BY) == set(MAY_FOLLOW) == set(State)
    assert set(STAGE_WORDS) == set(STAGE_HELD_BY) == set(Stage)


@pytest.mark.parametrize("later", State)
@pytest.mark.parametrize("now", State)
def test_a_file_goes_no_other_way_than(now, later):
    if (now, later) in ALLOWED:
        check_may_follow(now, later)
    else:
        with pytest.raises(ValueError, match=f"is {now} cannot become {later}"):
            check_may_follow(now, later)


def test_whatever_waits_for_us_is_not_final_and_reaches_an_end():
    assert {state for state in State if HELD_BY[state] == "us"} == set(State) - FINAL
    for state in set(State) - FINAL:
        assert MAY_FOLLOW[state] & (FINAL | {State.RECEIVED})


@pytest.mark.parametrize(
    ("latest", "downloaded", "stage"),
    [
        (None, False, "not_started"),
        (None, True, "downloaded"),
        (State.RECEIVED, False, "checking"),
        (State.STUCK, True, "stuck"),
        (State.REFUSED, True, "refused"),
        (State.BLOCKED, True, "blocked"),
        (State.ACCEPTED, True, "accepted"),
        (State.REPLACED, True, "accepted"),
    ],
)
def test_the_stage_of_a_return_follows_from_its_latest_file(latest, downloaded, stage):
    assert stage_of(latest, downloaded=downloaded) == stage
