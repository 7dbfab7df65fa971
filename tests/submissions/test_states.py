"""Each state has words, a holder and an end; nothing leaves a final state but an accepted file that is replaced."""

import pytest

from submissions.states import FINAL, HELD_BY, MAY_FOLLOW, WORDS, State, check_may_follow

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


def test_every_state_has_words_and_a_holder():
    assert set(WORDS) == set(HELD_BY) == set(MAY_FOLLOW) == set(State)


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
