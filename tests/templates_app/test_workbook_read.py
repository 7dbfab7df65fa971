"""Finding every cell again in workbooks that people, and programs, have changed. What cannot be found for certain is never guessed.

The variants are made with openpyxl, which moves cells and leaves defined names where they were: `names_follow` moves them too,
as Excel and LibreOffice do.
"""

import io
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Place, Reading, Value
from templates_app.schema import NUMBER_UNITS, unit_of
from templates_app.sheet_reader import read_workbook
from templates_app.values import Interpreted, interpret
from templates_app.workbook_read import NotOurs, identify, read
from templates_app.workbook_write import TrustDetails, write_workbook

BACK_OFFICE = registry.get("back_office", "2016.1")
CELLS = {cell.place: cell for cell in layout_of(BACK_OFFICE).cells.values() if cell.name.startswith("in_")}
UNITS = {(line.code, column.code): (line, column) for _, line, column in BACK_OFFICE.cells()}
VALUES: dict[Place, Value] = {
    place: Value("number", number=Decimal(number))
    if unit_of(*UNITS[place]) in NUMBER_UNITS
    else Value("text", text={"yes_no": "Y", "choice": "mixed", "date": "2018-03-31"}.get(unit_of(*UNITS[place]), f"Words {number}"))
    for number, place in enumerate(CELLS, 1001)
}  # fmt: skip
"""A different value in every cell, so that no cell can pass for another."""
LAST_YEAR = {place: Decimal(9_000_000) for place, cell in CELLS.items() if unit_of(*UNITS[place]) in NUMBER_UNITS}
Change = Callable[[Workbook], None]


@cache
def sent_out() -> bytes:
    trust = TrustDetails("RWH", "A trust", "acute", (), "2015/16")
    return write_workbook(BACK_OFFICE, trust, values=VALUES, last_year=LAST_YEAR, checksum="abc")


def changed(change: Change) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(sent_out()))
    change(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def reading_of(data: bytes) -> Reading:
    workbook = read_workbook(data)
    return read(workbook, identify(workbook))


def read_changed(*changes: Change) -> Reading:
    return reading_of(changed(lambda workbook: [change(workbook) for change in changes] and None))


def values_of(reading: Reading) -> dict[Place, Value]:
    answers = {place: interpret(cell, *UNITS[place]) for place, cell in reading.cells.items()}
    return {place: answer.value for place, answer in answers.items() if isinstance(answer, Interpreted)}


def assert_all_read(reading: Reading, found_by: str, *, but: set[Place] = frozenset()) -> None:
    assert not reading.conflicts
    assert set(reading.not_found) == but
    assert values_of(reading) == {place: value for place, value in VALUES.items() if place not in but}
    assert {cell.found_by for cell in reading.cells.values()} == {found_by}


def assert_no_wrong_figure(reading: Reading) -> None:
    """Whatever is not named as a conflict is right."""
    for place, value in values_of(reading).items():
        assert value == VALUES[place] or place in reading.conflicts, place


def names_follow(title: str, *, rows: int = 0, columns: int = 0, from_row: int = 1, from_column: int = 1) -> Change:
    def change(workbook: Workbook) -> None:
        for name in workbook.defined_names.values():
            match = re.fullmatch(rf"'?{title}'?!\$([A-Z]+)\$(\d+)", name.value)
            if match:
                column, row = openpyxl.utils.column_index_from_string(match[1]), int(match[2])
                row += rows if row >= from_row else 0
                column += columns if column >= from_column else 0
                name.value = f"'{title}'!${openpyxl.utils.get_column_letter(column)}${row}"

    return change


def without_names(workbook: Workbook) -> None:
    for name in [name for name in workbook.defined_names if not name.startswith("portal_")]:
        del workbook.defined_names[name]


def without_codes(workbook: Workbook) -> None:
    for title in ("Organisation", "Costs", "Volumes"):
        for row in range(1, 60):
            workbook[title].cell(row, 1).value = None


def broken_names(*names: str) -> Change:
    def change(workbook: Workbook) -> None:
        for name in names:
            workbook.defined_names[name].value = "Costs!#REF!"

    return change


def names_of(lines: tuple[str, ...] = (), columns: tuple[str, ...] = (), sheet: str = "Costs") -> tuple[str, ...]:
    return tuple(
        cell.name for cell in CELLS.values() if cell.sheet == sheet and (cell.line in lines or cell.column in columns)
    )


def deleted_row(title: str, row: int) -> Change:
    return lambda workbook: workbook[title].delete_rows(row)


def test_our_own_workbook_is_read_back_whole() -> None:
    reading = reading_of(sent_out())
    assert (reading.template, reading.version, reading.trust) == ("back_office", "2016.1", "RWH")
    assert_all_read(reading, "name")
    for place, cell in reading.cells.items():
        assert (cell.sheet, cell.cell, cell.label) == (CELLS[place].sheet, CELLS[place].address, CELLS[place].label)
        assert not cell.moved


def test_rows_inserted_above_move_the_names_and_the_true_address_is_told() -> None:
    reading = read_changed(lambda book: book["Costs"].insert_rows(3, 4), names_follow("Costs", rows=4, from_row=3))
    assert_all_read(reading, "name")
    assert (reading.cells["FIN3", "pay"].cell, reading.cells["FIN3", "pay"].moved) == ("D13", True)
    assert not reading.cells["ORG01", "value"].moved


def test_a_column_inserted_moves_the_names() -> None:
    reading = read_changed(lambda book: book["Costs"].insert_cols(4), names_follow("Costs", columns=1, from_column=4))
    assert_all_read(reading, "name")
    assert (reading.cells["FIN3", "wte"].cell, reading.cells["FIN3", "pay"].cell) == ("C9", "E9")


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_names_left_behind_by_inserted_rows_are_conflicts_and_never_wrong_figures(rows: int) -> None:
    reading = read_changed(lambda book: book["Costs"].insert_rows(3, rows))
    assert_no_wrong_figure(reading)
    assert {place for place in CELLS if CELLS[place].sheet == "Costs"} == set(reading.conflicts)
    row_of_fin9 = {1: "FIN4", 2: "FIN3", 5: "no line code"}[rows]
    assert reading.conflicts["FIN9", "pay"].endswith(row_of_fin9)


def test_names_left_behind_by_a_deleted_row_are_conflicts_and_never_wrong_figures() -> None:
    reading = read_changed(deleted_row("Costs", 7))
    assert_no_wrong_figure(reading)
    assert reading.conflicts["FIN1", "pay"] == "the line code FIN2"
    assert ("LEG1", "pay") in reading.conflicts


def test_names_left_behind_by_an_inserted_column_give_way_to_the_titles() -> None:
    reading = read_changed(lambda book: book["Costs"].insert_cols(4))
    assert_no_wrong_figure(reading)
    assert not reading.not_found
    assert not reading.conflicts
    assert (reading.cells["FIN3", "pay"].cell, reading.cells["FIN3", "pay"].found_by) == ("E9", "label")


def renamed(workbook: Workbook) -> None:
    workbook["Costs"].title = "Costs (final) Jo's"
    for name in workbook.defined_names.values():
        name.value = name.value.replace("Costs!", "'Costs (final) Jo''s'!")


def test_a_sheet_renamed_reordered_or_hidden() -> None:
    def change(workbook: Workbook) -> None:
        renamed(workbook)
        workbook.move_sheet("Volumes", -3)
        workbook["Volumes"].sheet_state = "hidden"

    reading = read_changed(change)
    assert_all_read(reading, "name")
    assert (reading.cells["FIN3", "pay"].sheet, reading.cells["FIN3", "pay"].moved) == ("Costs (final) Jo's", True)
    assert not reading.cells["VFIN1", "value"].moved


def test_without_names_codes_and_titles_lead_to_every_cell() -> None:
    reading = read_changed(
        without_names,
        lambda book: book["Costs"].insert_rows(2, 3),
        lambda book: book["Costs"].insert_cols(1, 2),
        lambda book: setattr(book["Volumes"], "title", "Our volumes"),
    )
    assert_all_read(reading, "label")
    assert reading.cells["FIN3", "pay"].cell == "F12"


def test_without_names_and_codes_cells_stand_where_we_put_them() -> None:
    assert_all_read(read_changed(without_names, without_codes), "position")


def test_without_names_and_codes_a_column_inserted_leaves_nothing_to_go_by() -> None:
    reading = read_changed(without_names, without_codes, lambda book: book["Costs"].insert_cols(4))
    assert_no_wrong_figure(reading)
    assert ("FIN3", "pay") in reading.not_found


@pytest.mark.parametrize("line", ["FIN1", "FIN9", "LEG1"])
@pytest.mark.parametrize("names", ["broken", "none"])
def test_a_deleted_line_is_missed_and_the_total_is_not_taken_for_it(line: str, names: str) -> None:
    row = CELLS[line, "pay"].row
    lost = (broken_names(*names_of((line,))), names_follow("Costs", rows=-1, from_row=row + 1))
    reading = read_changed(deleted_row("Costs", row), *(lost if names == "broken" else (without_names,)))
    but = {place for place in CELLS if place[0] == line}
    assert_all_read(reading, "name" if names == "broken" else "label", but=but)


def test_a_deleted_line_is_missed_where_no_code_is_left_to_miss() -> None:
    """Its name says that it was deleted, so the total that moved into its place is not taken for it."""
    lost = (broken_names(*names_of(("LEG1",))), names_follow("Costs", rows=-1, from_row=27), without_codes)
    reading = read_changed(deleted_row("Costs", 26), *lost)
    assert_all_read(reading, "name", but={place for place in CELLS if place[0] == "LEG1"})


@pytest.mark.parametrize("names", ["broken", "none"])
def test_a_deleted_column_is_missed_and_last_years_is_not_taken_for_it(names: str) -> None:
    lost = (broken_names(*names_of(columns=("pay",))), names_follow("Costs", columns=-1, from_column=5))
    reading = read_changed(
        lambda book: book["Costs"].delete_cols(4), *(lost if names == "broken" else (without_names,))
    )
    but = {place for place in CELLS if place[1] == "pay"}
    assert_all_read(reading, "name" if names == "broken" else "label", but=but)


def test_a_deleted_sheet_is_missed() -> None:
    reading = read_changed(lambda book: book.remove(book["Volumes"]))
    assert_all_read(reading, "name", but={place for place in CELLS if CELLS[place].sheet == "Volumes"})


def test_labels_of_two_lines_cut_and_pasted_are_conflicts() -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["Costs"]
        for column in (1, 2):
            first, second = sheet.cell(7, column), sheet.cell(8, column)
            first.value, second.value = second.value, first.value

    reading = read_changed(change)
    assert_no_wrong_figure(reading)
    assert {line for line, _ in reading.conflicts} == {"FIN1", "FIN2"}
    assert reading.conflicts["FIN1", "pay"] == "the line code FIN2"
    assert reading.conflicts["FIN2", "comment"] == "the line code FIN1"


def test_a_cell_dragged_onto_another_is_read_where_the_person_sees_it() -> None:
    """Excel moves the name with the contents and breaks the name of the cell that was written over."""

    def drag(workbook: Workbook) -> None:
        sheet = workbook["Costs"]
        sheet["D10"].value, sheet["D9"].value = sheet["D9"].value, None
        workbook.defined_names["in_FIN3_pay"].value = "Costs!$D$10"
        workbook.defined_names["in_FIN4_pay"].value = "Costs!#REF!"

    reading = read_changed(drag)
    values = values_of(reading)
    assert not reading.conflicts
    assert not reading.not_found
    assert values["FIN3", "pay"] == Value("blank")
    assert values["FIN4", "pay"] == VALUES["FIN3", "pay"]
    assert (reading.cells["FIN4", "pay"].cell, reading.cells["FIN4", "pay"].found_by) == ("D10", "label")


def test_a_copy_of_a_sheet_is_left_alone() -> None:
    def change(workbook: Workbook) -> None:
        copy = workbook.copy_worksheet(workbook["Costs"])
        copy["D9"].value = 77

    assert_all_read(read_changed(change), "name")
    without = read_changed(change, without_names)
    assert_all_read(without, "label")
    assert without.cells["FIN3", "pay"].sheet == "Costs"


def test_two_copies_of_a_sheet_of_which_neither_is_ours_leave_nothing_to_go_by() -> None:
    def change(workbook: Workbook) -> None:
        workbook.copy_worksheet(workbook["Costs"])
        workbook["Costs"].title = "Costs 1"

    reading = read_changed(change, without_names)
    assert set(reading.not_found) == {place for place in CELLS if CELLS[place].sheet == "Costs"}


def test_the_days_of_an_old_mac_are_said_to_be_such() -> None:
    def change(workbook: Workbook) -> None:
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert read_changed(change).date_1904
    assert not reading_of(sent_out()).date_1904


def identity(name: str, value: str | None) -> Change:
    def change(workbook: Workbook) -> None:
        ((title, address),) = workbook.defined_names[name].destinations
        workbook[title][address].value = value

    return change


@pytest.mark.parametrize("names", [True, False], ids=["by name", "by place"])
def test_the_trust_is_read_with_or_without_its_name(names: bool) -> None:
    def change(workbook: Workbook) -> None:
        identity("portal_trust", " rx1 ")(workbook)
        for name in () if names else ("portal_template", "portal_version", "portal_trust"):
            del workbook.defined_names[name]

    assert read_changed(change).trust == "RX1"


def test_a_trust_that_was_wiped_out_is_none() -> None:
    assert read_changed(identity("portal_trust", None)).trust == ""


def no_identity(workbook: Workbook) -> None:
    workbook.remove(workbook["_portal"])


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (no_identity, "not_our_template", "not one that this portal made"),
        (identity("portal_template", "pathology_2"), "not_our_template", "not one that this portal made"),
        (identity("portal_template", None), "not_our_template", "not one that this portal made"),
        (identity("portal_version", "2031.7"), "unknown_version", "version 2031.7 of the template; the version in use is 2016.2"),
        (identity("portal_version", None), "unknown_version", "version unknown"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_not_ours_says_which_it_is(change: Change, code: str, told: str) -> None:
    workbook = read_workbook(changed(change))
    with pytest.raises(NotOurs) as caught:
        identify(workbook)
    assert caught.value.code == code
    assert told in caught.value.message
    assert "Download the workbook" in caught.value.message


def test_the_workbook_of_another_return_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    other = BACK_OFFICE.model_copy(update={"template": "pathology", "title": "Pathology"})
    both = {("back_office", "2016.1"): BACK_OFFICE, ("pathology", "2016.1"): other}
    monkeypatch.setattr(registry, "definitions", lambda: both)
    workbook = read_workbook(sent_out())
    assert identify(workbook, expected_template="back_office") is BACK_OFFICE
    with pytest.raises(NotOurs) as caught:
        identify(workbook, expected_template="pathology")
    assert caught.value.code == "wrong_template"
    assert "This is the back office workbook. This return needs the pathology workbook." in caught.value.message


def test_any_workbook_at_all_is_refused_in_words() -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    with pytest.raises(NotOurs, match="not one that this portal made"):
        identify(read_workbook(stream.getvalue()))
