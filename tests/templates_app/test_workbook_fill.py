"""Whatever is written into a workbook is read back as it was: by our writer, and by openpyxl as a person's program would."""

import io
from datetime import date
from decimal import Decimal
from functools import cache

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Place, ReadCell, Reading, Value
from templates_app.schema import DECIMAL_PLACES, NUMBER_UNITS, choices_of, keys_of, unit_of
from templates_app.sheet_reader import read_workbook
from templates_app.values import Interpreted, interpret
from templates_app.workbook_fill import fill
from templates_app.workbook_read import identify, read
from templates_app.workbook_write import TrustDetails, write_workbook

BACK_OFFICE = registry.get("back_office", "2016.1")
CELLS = {(line.code, column.code): (line, column) for _, line, column in BACK_OFFICE.cells()}
DETAILS = TrustDetails("RWH", "A trust", "acute", (), "2015/16")
KINDS = {"NA": "not_applicable", "IE": "included_elsewhere", "NC": "not_calculable"}
WORDS = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=60)
SLOW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@cache
def empty() -> tuple[bytes, Reading]:
    data = write_workbook(BACK_OFFICE, DETAILS)
    return data, reading_of(data)


def reading_of(data: bytes) -> Reading:
    workbook = read_workbook(data)
    return read(workbook, identify(workbook))


def values_of(data: bytes) -> dict[Place, Value]:
    read_back: dict[Place, Value] = {}
    for place, cell in reading_of(data).cells.items():
        answer = interpret(cell, *CELLS[place])
        assert isinstance(answer, Interpreted), (cell, answer)
        assert not answer.changed, (cell, answer)
        if answer.value.kind != "blank":
            read_back[place] = answer.value
    return read_back


def some_value(place: Place) -> st.SearchStrategy[Value]:
    line, column = CELLS[place]
    unit = unit_of(line, column)
    if unit in NUMBER_UNITS:
        places = DECIMAL_PLACES[unit]
        numbers = st.integers(-(10**12), 10**12).map(
            lambda digits: Value("number", number=Decimal(digits).scaleb(-places))
        )
        keys = [Value(KINDS[key], text="FIN9" if key == "IE" else "") for key in keys_of(line, column)]
        return st.one_of(numbers, st.sampled_from(keys)) if keys else numbers
    if unit == "date":
        return st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(lambda day: Value("text", text=day.isoformat()))
    choices = choices_of(line, column)
    if choices:
        return st.sampled_from(choices).map(lambda choice: Value("text", text=choice))
    return (
        WORDS.map(lambda text: " ".join(text.split())).filter(kept_as_typed).map(lambda text: Value("text", text=text))
    )


def kept_as_typed(text: str) -> bool:
    """Words that mean the same after tidying: no full-width forms, and not the escapes that Excel uses for characters."""
    answer = interpret(ReadCell("FIN1", "comment", "", "", "", "text", text), *CELLS["FIN1", "comment"])
    return answer == Interpreted(Value("text", text=text)) and text != "" and "_x" not in text


@st.composite
def some_values(draw: st.DrawFn) -> dict[Place, Value]:
    places = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=40, unique=True))
    return {place: draw(some_value(place)) for place in places}


@SLOW
@given(some_values())
def test_what_our_writer_writes_is_read_back(values: dict[Place, Value]) -> None:
    assert values_of(write_workbook(BACK_OFFICE, DETAILS, values=values)) == values


@SLOW
@given(some_values())
def test_what_is_typed_in_is_read_back(values: dict[Place, Value]) -> None:
    assert values_of(fill(*empty(), values)) == values


def test_words_that_look_like_a_formula_or_an_error_stay_words() -> None:
    words = {("FIN1", "comment"): "=1+1", ("FIN2", "comment"): "#REF!", ("FIN3", "provider"): "'quoted'", ("FIN4", "provider"): "007"}  # fmt: skip
    values = {place: Value("text", text=text) for place, text in words.items()}
    assert values_of(fill(*empty(), values)) == values
    assert values_of(write_workbook(BACK_OFFICE, DETAILS, values=values)) == values


def test_a_blank_empties_the_cell_and_nought_does_not() -> None:
    filled = fill(*empty(), {("FIN1", "pay"): Value("number", number=Decimal(5))})
    again = fill(filled, reading_of(filled), {("FIN1", "pay"): Value("blank"), ("FIN2", "pay"): Value("number", number=Decimal(0))})  # fmt: skip
    assert values_of(again) == {("FIN2", "pay"): Value("number", number=Decimal(0))}


def test_only_the_cells_that_were_typed_in_change() -> None:
    before = openpyxl.load_workbook(io.BytesIO(empty()[0]))
    after = openpyxl.load_workbook(
        io.BytesIO(fill(*empty(), {("FIN3", "pay"): Value("number", number=Decimal("412.5"))}))
    )
    spot = layout_of(BACK_OFFICE).cells["FIN3", "pay"]
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                ours = (sheet.title, cell.coordinate) == (spot.sheet, spot.address)
                now = after[sheet.title][cell.coordinate].value
                assert now == 412.5 if ours else (now or None) == (cell.value or None)
    assert set(after.defined_names) == set(before.defined_names)


def test_values_go_where_the_reading_found_the_cells() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(empty()[0]))
    workbook["Costs"].title = "Our costs"
    for name in workbook.defined_names.values():
        name.value = name.value.replace("Costs!", "'Our costs'!")
    moved = io.BytesIO()
    workbook.save(moved)
    values = {("FIN3", "pay"): Value("number", number=Decimal(7))}
    assert values_of(fill(moved.getvalue(), reading_of(moved.getvalue()), values)) == values


def test_a_cell_that_was_not_found_cannot_be_filled() -> None:
    data, reading = empty()
    with pytest.raises(KeyError):
        fill(data, reading, {("XYZ", "pay"): Value("number", number=Decimal(7))})
