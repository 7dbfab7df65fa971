"""What Excel shows as a percentage: a hundredfold where one is asked for, and said so; nowhere else a guess."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.marking import carried
from templates_app.number_text import percent_in_text
from templates_app.reading import ReadCell, Reading, Value
from templates_app.typed_cell import standing, typed_cell
from templates_app.values import Interpreted, Unreadable, as_entered, interpret

PATHOLOGY = registry.get("pathology", "2016.1")
SHARE, AMOUNT, TESTS = ("PQU1", "value"), ("PBC", "pay"), ("PBC", "tests")
WORDS, COUNTING = ("PQU1", "comment"), ("PSV6", "value")
CELLS = {(line.code, column.code): (line, column) for _, line, column in PATHOLOGY.cells()}


def cell(place, raw, kind="number", **more):
    spot = layout_of(PATHOLOGY).cells[place]
    return ReadCell(*place, spot.sheet, spot.address, spot.label, kind, raw, **{"is_percent": True, **more})


def meant(given_cell):
    return interpret(given_cell, *CELLS[given_cell.place])


def read_as(number, changed="tidied"):
    return Interpreted(Value("number", number=Decimal(number)), changed)


@pytest.mark.parametrize(
    ("raw", "means", "changed"),
    [
        ("0.95", "95", "tidied"), ("0.94999999999999996", "95", "tidied"), ("0.28999999999999998", "29", "tidied"), ("1", "100", "tidied"),
        ("0", "0", "tidied"), ("-0.05", "-5", "tidied"), ("0.9234", "92.34", "tidied"), ("0.923456", "92.35", "rounded"), ("9.5E-1", "95", "tidied"),
    ],
)  # fmt: skip
def test_in_a_cell_for_a_percentage_it_is_what_the_person_sees(raw: str, means: str, changed: str) -> None:
    assert meant(cell(SHARE, raw)) == read_as(means, changed)


@pytest.mark.parametrize("raw", ["0.12", "14.02", "412", "0"])
@pytest.mark.parametrize("place", [AMOUNT, TESTS])
def test_in_a_cell_for_any_other_number_it_is_not_taken(place, raw: str) -> None:
    answer = meant(cell(place, raw))
    assert isinstance(answer, Unreadable)
    assert f"keeps as the number {raw}," in answer.message
    assert "type the figure itself" in answer.remedy


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("0.12", "12%"),
        ("0.28999999999999998", "29%"),
        ("14.02", "1402%"),
        ("0", "0%"),
        ("1E+300", "1E+300"),
        ("1E-300", "1E-300"),
    ],
)
def test_it_is_quoted_as_it_shows(raw: str, seen: str) -> None:
    assert as_entered(cell(AMOUNT, raw)) == standing(cell(AMOUNT, raw)) == seen


def test_a_sign_makes_no_percentage_of_what_is_no_number() -> None:
    assert as_entered(cell(AMOUNT, "see note", "text")) == "see note"
    assert meant(cell(AMOUNT, "412", "text")) == read_as("412")
    assert meant(cell(SHARE, "95", "text")) == read_as("95")
    assert meant(cell(WORDS, "0.12")) == Interpreted(Value("text", text="12%"))
    assert isinstance(meant(cell(COUNTING, "0.12")), Unreadable)


@pytest.mark.parametrize(
    ("text", "number"), [("95%", "95"), ("95 %", "95"), ("-0.5%", "-0.5"), ("1,234.5%", "1234.5"), ("100.00%", "100")]
)
def test_a_percentage_in_text(text: str, number: str) -> None:
    assert percent_in_text(text) == Decimal(number)
    assert meant(cell(SHARE, text, "text")) == read_as(number)
    assert isinstance(meant(cell(AMOUNT, text, "text")), Unreadable)


@pytest.mark.parametrize(
    "text", ["95", "%", "%95", "95%%", "£95%", "(95%)", "95,5%", "9 5%", "about 95%", "95%-97%", "٩٥%", "1e2%"]
)
def test_no_percentage_is_guessed_from_text(text: str) -> None:
    assert percent_in_text(text) is None


def test_what_to_type_for_a_percentage() -> None:
    assert "12.5 for 12.5%" in meant(cell(SHARE, "95,5%", "text")).remedy
    assert "not a percentage" in meant(cell(AMOUNT, "12%", "text")).remedy


@given(st.sampled_from(sorted(CELLS)), st.decimals(-2, 200, places=4))
def test_in_a_marked_up_copy_it_means_what_it_meant(place, number: Decimal) -> None:
    before = cell(place, f"{number:f}")
    values, texts = carried(Reading("pathology", "2016.1", "RWH", {place: before}), PATHOLOGY)
    if place in texts:
        after = cell(place, texts[place], "text", is_percent=False)
        assert texts[place] == as_entered(before)
    elif place in values:
        kind = "number" if values[place].kind == "number" else "text"
        after = cell(place, values[place].as_text(), kind, is_percent=False)
    one, other = meant(before), meant(after)
    assert getattr(one, "value", None) == getattr(other, "value", None)


@given(st.sampled_from([place for place in CELLS if CELLS[place][1].counted]), st.decimals(-2, 200, places=4))
def test_what_a_page_shows_and_takes_back_means_what_it_meant(place, number: Decimal) -> None:
    before = cell(place, f"{number:f}")
    after = typed_cell(standing(before), before, *CELLS[place])
    assert not after.is_percent
    assert standing(after) == standing(before)
    one, other = meant(before), meant(after)
    assert getattr(one, "value", None) == getattr(other, "value", None)
