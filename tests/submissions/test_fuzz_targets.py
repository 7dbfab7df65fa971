"""The fuzzer's targets, without the fuzzer: over what it found before, over where it begins, and over bytes made at random."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import targets
from tests.fuzz.run import LONGEST
from tests.fuzz.run import TARGETS as NAMES
from tests.fuzz.targets import TARGETS, archive, parts, seeds, whole

FOUND = Path(__file__).resolve().parents[1] / "fuzz" / "found"


def test_every_target_can_be_run() -> None:
    assert set(NAMES) == set(TARGETS) == set(LONGEST)
    assert {folder.name for folder in FOUND.iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_before_stays_mended(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", ["container", "archive", "parts"])
def test_a_target_begins_well(name: str) -> None:
    begun = list(seeds(name))
    assert len(begun) > 10
    for data in begun:
        TARGETS[name](data)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_an_archive_with_lies_in_it_is_refused_or_has_one_reading(data: bytes) -> None:
    archive(data)


@settings(deadline=None)
@given(st.integers(0, 255), st.binary(max_size=200))
def test_any_bytes_for_a_part_are_read_alike_both_ways(first: int, data: bytes) -> None:
    parts(bytes([first]) + data)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=40))
def test_a_workbook_of_ours_however_changed_gives_a_sound_answer(data: bytes) -> None:
    whole(data)


def test_a_target_would_see_two_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "guard", lambda data, file_name: None)
    broken = bytearray(targets.hostile.good())
    at = broken.rindex(b"xl/styles.xml")
    broken[at : at + 13] = b"xl/Btyles.xml"
    with pytest.raises((AssertionError, targets.ReadError)):
        targets.container(bytes(broken))
