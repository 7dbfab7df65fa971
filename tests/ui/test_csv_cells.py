"""A CSV that no spreadsheet takes for formulas."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.csv_cells import BYTE_ORDER_MARK, csv_text, neutral

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\uff1d1+1",
        "-",
        "-£5",
        "-1\n",
    ],
)
def test_what_could_begin_a_formula_is_given_an_apostrophe(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["-412", "+3.5", "-1,234.50", "0", "412", "see note", "", "a=b", "n/a", "'=1", "−412"])
def test_numbers_and_words_stay_as_they_are(text):
    assert neutral(text) == text


@given(st.text())
def test_nothing_dangerous_is_left_and_nothing_is_lost(text):
    made = neutral(text)
    assert made in (text, "'" + text)
    if made.startswith(DANGEROUS):
        float(made.replace(",", ""))  # only a number may begin so


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_every_number_stays_a_number(number):
    assert neutral(f"{number:f}") == f"{number:f}"


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2)))
def test_every_cell_comes_back_as_it_was_made(rows):
    text = csv_text(["first", "=second"], rows)
    assert text.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert read == [["first", "=second"], *([neutral(cell) for cell in row] for row in rows)]
