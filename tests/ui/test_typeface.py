"""Letters that we draw: all of Europe's, and an honest sign for any other."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.typeface import NOT_DRAWN, drawable, readable


@given(st.text())
def test_whatever_is_drawn_is_seen(text: str) -> None:
    drawn = drawable(text)
    assert len(drawn) == len(readable(text))
    assert all(letter == "\n" or letter.isprintable() for letter in drawn)


@pytest.mark.parametrize(
    "text", ["Ŵŵ Ŷŷ Áá Ââ", "Łódź Čeština Őz İstanbul", "Ελένη ΰ", "Жуков Їжак", "→ ≤ ≥ − £ € … “q” –", "ẞ Ǿ ạ"]
)
def test_letters_of_europe_are_drawn_as_they_are(text: str) -> None:
    assert drawable(text) == text


def test_a_letter_typed_as_letter_and_accent_is_one() -> None:
    assert drawable(unicodedata.normalize("NFD", "Tŷ Gŵyr")) == "Tŷ Gŵyr"


@pytest.mark.parametrize("letter", ["人", "\U00012000", "\ue000", "א", "ع"])
def test_others_stand_as_a_sign_and_are_read_aloud(letter: str) -> None:
    assert drawable(f"a{letter}b") == f"a{NOT_DRAWN}b"
    assert readable(f"a{letter}b") == f"a{letter}b"


def test_what_is_not_seen_is_left_out_and_lines_stay() -> None:
    assert readable("a\u200bb\x00\u202e\xa0c\td\r\ne") == "ab c d\ne"
