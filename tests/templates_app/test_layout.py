"""Where cells stand."""

import pytest

from templates_app import registry
from templates_app.layout import layout_of, letters, on_sheet
from tests.templates_app.small_definition import small


def test_a_cell_says_where_it_stands_in_every_way_that_is_asked() -> None:
    cell = layout_of(small()).cells["FIN1", "non_pay"]
    assert (cell.sheet, cell.row, cell.column_number, cell.address) == ("What is spent", 7, 5, "E7")
    assert cell.absolute == "'What is spent'!$E$7"
    assert (cell.label, cell.name, cell.place) == ("Accounts payable, non-pay", "in_FIN1_non_pay", ("FIN1", "non_pay"))


def test_a_line_with_one_value_has_its_unit_beside_it_and_is_called_by_the_line() -> None:
    layout = layout_of(small())
    size = layout.sheets["size"]
    assert (size.units_row, size.first_row, size.last_row, size.total_row) == (None, 6, 8, None)
    assert (size.columns, size.unit_columns, size.last_year_columns) == (
        {"value": 3, "comment": 5},
        {"value": 4},
        {"value": 6},
    )
    assert layout.cells["SIZE2", "value"].label == "Hosts others"
    assert layout.cells["SIZE2", "comment"].label == "Hosts others, comment"


def test_a_table_has_a_row_of_units_a_total_and_last_year_to_the_right() -> None:
    spend = layout_of(small()).sheets["spend"]
    assert (spend.units_row, spend.first_row, spend.last_row, spend.total_row) == (6, 7, 8, 9)
    assert spend.last_year_columns == {"wte": 9, "pay": 10, "non_pay": 11}
    assert spend.notes_column == 12
    assert spend.row_of("FIN2") == 8
    with pytest.raises(KeyError):
        spend.row_of("SIZE1")


def test_a_computed_place_is_named_as_one_and_an_acronym_stays() -> None:
    cells = layout_of(small()).cells
    assert cells["FIN2", "net"].name == "out_FIN2_net"
    assert cells["FIN2", "wte"].label == "Payroll, WTE"


def test_the_back_office_stands_where_the_design_says() -> None:
    layout = layout_of(registry.get("back_office"))
    assert layout.cells["FIN3", "pay"].absolute == "Costs!$D$9"
    assert layout.cells["FIN3", "pay"].label == "Accounts payable, pay"


def test_no_two_cells_share_an_address_or_a_name() -> None:
    layout = layout_of(registry.get("back_office"))
    assert len(layout.by_name) == len(layout.by_address) == len(layout.cells)
    inputs = {(line.code, column.code) for _, line, column in registry.get("back_office").cells()}
    assert inputs == {cell.place for cell in layout.cells.values() if cell.name.startswith("in_")}


def test_a_layout_is_worked_out_once_and_only_for_that_definition() -> None:
    definition = small()
    assert layout_of(definition) is layout_of(definition)
    assert layout_of(definition) is not layout_of(small())


@pytest.mark.parametrize(("number", "text"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_have_letters(number: int, text: str) -> None:
    assert letters(number) == text


def test_references_quote_titles_that_need_it() -> None:
    assert on_sheet("Costs", "D7", "D26") == "Costs!$D$7:$D$26"
    assert on_sheet("Costs 2", "AA7") == "'Costs 2'!$AA$7"
