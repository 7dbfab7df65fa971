"""Who needs help: the points, the levels, the footprints, the words, and a file that is read strictly."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.support_file import OF_A_RETURN, OF_A_TRUST, SupportFaults, parse_support
from desk.support_need import (
    FILE,
    MOST_NAMED,
    Level,
    Observation,
    level_of,
    measure,
    need_of_footprint,
    need_of_trust,
    points,
)
from tests.reference import support as reference

TEXT = FILE.read_text(encoding="utf-8")
STARTS = {name: int(start) for name, start in measure().levels.model_dump().items()}
counts = st.builds(
    Observation,
    st.sampled_from(sorted(OF_A_RETURN | OF_A_TRUST)),
    st.integers(0, 60),
    st.sampled_from(["Back office 2015/16", "Pathology 2015/16"]),
)
levels = st.lists(st.sampled_from(Level), max_size=12)


def steps(signal: str) -> list[tuple[int, int]]:
    written = next(one for one in measure().signals if one.code == signal)
    return [(int(step.start), int(step.points)) for step in written.weights]


@given(st.lists(counts, max_size=12))
def test_a_trust_is_what_the_slow_one_says(seen: list[Observation]) -> None:
    need = need_of_trust(seen, measure())
    expected = [reference.points(steps(one.signal), one.count) for one in seen]
    assert need.score == sum(expected)
    assert need.level == reference.level(need.score, STARTS)
    assert sorted(reason.points for reason in need.reasons) == sorted(worth for worth in expected if worth)
    assert [reason.points for reason in need.reasons] == sorted((r.points for r in need.reasons), reverse=True)


@given(levels, levels)
def test_a_footprint_is_what_the_slow_one_says(named: list[Level], unnamed: list[Level]) -> None:
    by_name = {f"Trust {number}": level for number, level in enumerate(named)}
    need = need_of_footprint(by_name, [1] * len(named), measure(), unnamed=unnamed)
    assert need.level == reference.of_footprint([*named, *unnamed], int(measure().footprint.percent))


@pytest.mark.parametrize(
    ("score", "level"),
    [(0, "none"), (1, "none"), (2, "light"), (4, "light"), (5, "targeted"), (8, "targeted"), (9, "intensive")],
)
def test_levels_begin_where_the_file_says(score: int, level: str) -> None:
    assert level_of(score, measure()) == level


def test_the_reasons_are_sentences_with_their_numbers() -> None:
    seen = [
        Observation("late", 8, "Back office 2015/16", 7),
        Observation("errors", 1, "Back office 2015/16", 7),
        Observation("queries", 3, "Back office 2015/16", 7),
        Observation("extensions", 1, "Back office 2015/16", 7),
        Observation("no_signatory", 1),
    ]
    need = need_of_trust(seen, measure())
    assert [(reason.sentence, reason.points) for reason in need.reasons] == [
        ("Back office 2015/16: 8 working days late.", 4),
        ("Nobody can sign for the trust.", 3),
        ("Back office 2015/16: 3 queries about figures not answered.", 2),
        ("Back office 2015/16: 1 error not mended.", 1),
    ]
    assert (need.level, need.score) == (Level.INTENSIVE, 10)


def test_a_footprint_names_its_trusts_as_far_as_they_may_be_named() -> None:
    named = {f"Trust {number}": Level.TARGETED for number in range(MOST_NAMED + 2)}
    need = need_of_footprint({**named, "Well": Level.NONE}, [], measure(), unnamed=[Level.TARGETED, Level.LIGHT])
    first, second = need.reasons
    assert first.sentence.startswith(f"{MOST_NAMED + 3} of 11 trusts need targeted support: Trust 0, Trust 1, ")
    assert first.sentence.endswith("Trust 5 and 3 others.")
    assert second.sentence == "1 of 11 trusts needs light support: 1 other."


def test_every_signal_stands_in_the_file_and_weighs_something() -> None:
    assert {signal.code for signal in measure().signals} == OF_A_RETURN | OF_A_TRUST
    assert all(points(signal, 1000) > 0 for signal in measure().signals)
    assert all(points(signal, 0) == 0 for signal in measure().signals)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  - code: late", "  - code: lateness", "line 7: signals: 1: code"),
        ("{from: 6, points: 4}", "{from: 1, points: 4}", "Each step must begin later"),
        ("{from: 6, points: 4}", "{from: 6, points: 2}", "Each step must begin later"),
        ("{from: 6, points: 4}", "{from: 6, points: 4, more: 1}", "Extra inputs"),
        ("{from: 6, points: 4}", "{from: 6.5, points: 4}", "multiple of 1"),
        ("{collection}: {count} late.", "{count} late.", "must name the round"),
        ("{collection}: {count} late.", "{collection}: {number} late.", "{number} is not known here"),
        ("{collection}: {count} late.", "{collection}: {count late.", "curly brackets"),
        ("{collection}: {count} late.", "{collection}: {count} late", "full stop"),
        ("Nobody can sign for the trust.", "{collection}: nobody.", "{collection} is not known here"),
        ("targeted: 5", "targeted: 9", "more points than the one before"),
        ("percent: 25", "percent: 101", "less than or equal to 100"),
        ("percent: 25", "percent: yes", "instance of Decimal"),
        ("  - code: refused", "  - code: queries", "refused must stand here once; it stands here 0 times"),
        ("footprint: {percent: 25}", "", "Field required"),
    ],
)
def test_a_slip_in_the_file_is_said(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(SupportFaults, match=re.escape(said)):
        parse_support(TEXT.replace(old, new))


def test_a_file_that_is_no_yaml_is_said() -> None:
    with pytest.raises(SupportFaults, match="line 1"):
        parse_support("")


def test_the_file_holds_exact_numbers() -> None:
    assert all(isinstance(step.points, Decimal) for signal in measure().signals for step in signal.weights)
