"""What is typed on a page means what it would mean in Excel: no more, no less, and never another figure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.layout import layout_of
from templates_app.number_text import tidy
from templates_app.reading import ReadCell, Reading, Value
from templates_app.typed_cell import cleaned, standing, typed_cell, typed_into
from templates_app.values import Interpreted, Unreadable, interpret
from tests.templates_app.small_definition import small

DEFINITION = small()
CELLS = {(line.code, column.code): (line, column) for _, line, column in DEFINITION.cells()}
PAY, HOW, ENDS, COMMENT = ("FIN1", "pay"), ("FIN1", "how"), ("FIN1", "ends"), ("SIZE1", "comment")


def cell(place, kind="number", raw="7", **more):
    spot = layout_of(DEFINITION).cells[place]
    return ReadCell(*place, spot.sheet, "Z99", spot.label, kind, raw, **more)


def typed(text, place=PAY, was=None):
    return typed_cell(text, was or cell(place), *CELLS[place])


def meant(read_cell, place=PAY):
    return interpret(read_cell, *CELLS[place])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("412", "412"),
        (" 412.50 ", "412.50"),
        ("-412", "-412"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1,234", "1234"),
        ("£412", "412"),
        ("£1,234.50", "1234.5"),
        ("(500)", "-500"),
        ("1 234", "1234"),
        ("1\u00a0234", "1234"),
        ("４１２", "412"),
        ("−7", "-7"),
    ],
)
def test_a_number_is_one_and_nothing_is_said_of_its_spelling(text, number):
    made = typed(text)
    assert made.kind == "number"
    assert meant(made) == Interpreted(Value("number", number=Decimal(number).normalize()))


@pytest.mark.parametrize(
    "text", ["1.234,5", "1.2m", "12%", "n/a", "-", "TBC", "1e5", "0x10", "12 34", "=1+1", "TRUE", "412¹"]
)
def test_what_is_not_certain_stays_as_typed_and_is_found(text):
    made = typed(text)
    assert (made.kind, made.raw) == ("text", text)
    assert isinstance(meant(made), Unreadable)


@pytest.mark.parametrize(("text", "kind"), [("NA", "not_applicable"), ("ie: fin2", "included_elsewhere")])
def test_a_key_is_a_key(text, kind):
    assert meant(typed(text)).value.kind == kind


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\x00\x07", "\r\n"])
def test_blank_clears(text):
    made = typed(text)
    assert (made.kind, made.raw) == ("blank", "")


def test_the_rest_of_the_cell_is_forgotten_and_its_spot_kept():
    was = cell(PAY, "number", "", formula=True, cached=False, is_date=True, moved=True, found_by="label")
    made = typed("5", was=was)
    assert (made.formula, made.cached, made.is_date) == (False, True, False)
    assert (made.sheet, made.cell, made.label, made.moved, made.found_by) == (
        was.sheet,
        "Z99",
        was.label,
        True,
        "label",
    )


@pytest.mark.parametrize("text", ["1 April 2018", "1/4/2018", "01/04/2018", "2018-04-01", "1  april 2018"])
def test_a_day_may_be_typed_as_pages_show_it(text):
    assert meant(typed(text, ENDS), ENDS) == Interpreted(Value("text", text="2018-04-01"))


def test_a_day_that_is_shown_can_be_typed_back():
    was = cell(ENDS, "number", "43190", is_date=True)
    assert standing(was) == "31 March 2018"
    assert meant(typed(standing(was), ENDS), ENDS) == meant(was, ENDS)


@pytest.mark.parametrize("text", ["31 Smarch 2018", "31 February 2018", "soon", "43190"])
def test_no_day_is_made_up(text):
    assert isinstance(meant(typed(text, ENDS), ENDS), Unreadable)


def test_digits_in_a_comment_stay_words():
    assert typed("0412", COMMENT) == typed("0412", COMMENT, was=cell(COMMENT, "text", "before"))
    assert meant(typed("0412", COMMENT), COMMENT) == Interpreted(Value("text", text="0412"))


def test_a_comment_keeps_its_lines_and_loses_control_characters():
    assert typed("one\r\ntwo\tthree\x00\x1b\ud800", COMMENT).raw == "one\ntwo three"


@pytest.mark.parametrize(
    ("was", "shown"),
    [
        (cell(PAY, "number", "0.30000000000000004"), "0.3"),
        (cell(PAY, "number", "412.50"), "412.5"),
        (cell(PAY, "number", "1E+300"), "1E+300"),
        (cell(PAY, "boolean", "1"), "TRUE"),
        (cell(PAY, "number", "42370", is_date=True), "1 January 2016"),
        (cell(PAY, "text", " see\x00 note "), "see note"),
        (cell(PAY, "error", "#REF!"), "#REF!"),
        (cell(PAY, "blank", ""), ""),
    ],
)
def test_what_stands_there_is_shown_to_be_typed_over(was, shown):
    assert standing(was) == shown


@given(st.text(max_size=30))
def test_whatever_is_typed_is_never_read_as_another_figure_than_the_same_text_in_a_file(text):
    on_page, in_file = meant(typed(text)), meant(cell(PAY, "text", cleaned(text)))
    if isinstance(in_file, Interpreted):
        assert isinstance(on_page, Interpreted)
        assert on_page.value == in_file.value
    elif isinstance(on_page, Interpreted):
        assert Decimal(tidy(cleaned(text))) == on_page.value.number or on_page.changed == "rounded"  # +5, .5 and 5.


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3))
def test_a_figure_that_is_shown_can_be_typed_back(number):
    was = cell(PAY, "number", f"{number:f}")
    assert meant(typed(standing(was))) == meant(was)


@given(st.sampled_from([PAY, HOW, ENDS, COMMENT]), st.text(max_size=60))
def test_typing_what_stands_there_changes_nothing(place, text):
    made = typed(text, place)
    assert standing(typed_cell(standing(made), made, *CELLS[place])) == standing(made)


def test_what_the_workbooks_formulas_made_of_the_old_figure_is_forgotten_and_no_more():
    net, other, total = ("FIN1", "net"), ("FIN2", "net"), ("spend", "pay")
    sums = {
        place: ReadCell(*place, "Spend", "A1", "a sum", "number", "9", formula=True)
        for place in (net, other, total, ("spend", "net"))
    }
    typed_over = ReadCell("spend", "net", "Spend", "A2", "a sum", "number", "9")
    was = Reading("small", "2016.1", "R1H", {PAY: cell(PAY)}, computed={**sums, ("spend", "net"): typed_over})
    now = typed_into(was, {PAY: typed("5")}, DEFINITION)
    assert set(now.computed) == {other, ("spend", "net")}
    assert (now.cells[PAY].raw, was.cells[PAY].raw, was.computed[net].raw) == ("5", "7", "9")
    assert set(typed_into(was, {COMMENT: typed("so", COMMENT)}, DEFINITION).computed) == set(was.computed)
