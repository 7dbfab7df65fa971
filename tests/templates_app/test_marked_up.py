"""A marked-up copy of a return: nothing of the trust's is lost, every problem stands at its cell, and it is read again like any file."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates_app.layout import COVER_SHEET, IDENTITY_SHEET, PROBLEMS_SHEET, layout_of
from templates_app.marking import MarkUp, carried, printable
from templates_app.reading import Finding, ReadCell, Reading, Value
from templates_app.sheet_reader import read_workbook
from templates_app.workbook_read import read, unread
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.templates_app.small_definition import small

TRUST = TrustDetails(
    "RX1", "2gether & <Friends> NHS Trust", "acute", ("Gloucestershire",), "2015/16", date(2016, 9, 30)
)
DEFINITION = small()
PAY, NON_PAY, WTE, COMMENT = ("FIN1", "pay"), ("FIN1", "non_pay"), ("FIN1", "wte"), ("SIZE1", "comment")
MARKED_RED, MARKED_AMBER = "FFFBE3E0", "FFFFEFCF"


def cell(place, kind, raw, **more):
    spot = layout_of(DEFINITION).cells[place]
    return ReadCell(*place, spot.sheet, spot.address, spot.label, kind, raw, **more)


def reading(*cells, **more):
    found = {(given.line, given.column): given for given in cells}
    return replace(Reading("small", "2016.1", "RX1", found), **more)


def finding(place=PAY, severity="error", **more):
    spot = layout_of(DEFINITION).cells[place]
    words = {
        "label": spot.label,
        "found": "-412",
        "expected": "0 or more",
        "message": "This cannot be.",
        "remedy": "Mend it.",
    }
    line, column = place
    return Finding("S-H2", severity, "Theirs", "Z99", **{**words, **more}, line=line, column=column)


WHOLE = Finding("S-H9", "error", "", "", "The workbook", "", "one", "A line is lost.", "Put it back.")


def copy_of(given_reading, *findings, file_name="ours.xlsx"):
    values, texts = carried(given_reading, DEFINITION)
    mark_up = MarkUp("STP-7K3M-92QT", file_name, findings)
    return write_workbook(DEFINITION, TRUST, values=values, texts=texts, mark_up=mark_up, checksum="abc")


def read_again(data):
    return read(read_workbook(data, unread=unread), DEFINITION)


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def at(workbook, place):
    spot = layout_of(DEFINITION).cells[place]
    return workbook[spot.sheet][spot.address]


# What is carried


@pytest.mark.parametrize(
    ("place", "kind", "raw", "again"),
    [
        (PAY, "number", "-412", ("number", "-412")),
        (PAY, "number", "412.12345", ("number", "412.12345")),  # finer than the template takes
        (PAY, "text", " 1,234 ", ("number", "1234")),
        (PAY, "text", "see note", ("text", "see note")),
        (PAY, "text", "=1+1", ("text", "=1+1")),
        (PAY, "text", "_x0041_ & <b>", ("text", "_x0041_ & <b>")),
        (PAY, "text", "a\x01b\x1f\r\n_x005F_x0041_", ("text", "a\x01b\x1f\r\n_x005F_x0041_")),
        (PAY, "error", "#REF!", ("text", "#REF!")),
        (PAY, "boolean", "1", ("text", "TRUE")),
        (PAY, "number", "1E+300", ("text", "1E+300")),
        (PAY, "text", "ie:fin2", ("text", "IE:FIN2")),
        (COMMENT, "text", "two\nlines", ("text", "two\nlines")),
        (COMMENT, "text", "@SUM(A1)", ("text", "@SUM(A1)")),
        (("FIN1", "ends"), "text", "31/03/2018", ("number", "43190")),
        (("FIN1", "ends"), "text", "soon", ("text", "soon")),
        (("FIN1", "how"), "text", "perhaps", ("text", "perhaps")),
    ],
)
def test_a_value_is_carried_and_words_that_are_none_stay_as_typed(place, kind, raw, again):
    read_cell = read_again(copy_of(reading(cell(place, kind, raw)))).cells[place]
    assert (read_cell.kind, read_cell.raw) == again


def test_a_number_that_excel_made_a_date_is_carried_as_the_day_it_shows():
    stored = reading(cell(PAY, "number", "42370", is_date=True))
    assert carried(stored, DEFINITION) == ({}, {PAY: "1 January 2016"})


def test_what_nobody_can_place_or_knows_stays_blank():
    lost = cell(WTE, "number", "", formula=True, cached=False)
    stored = reading(cell(PAY, "number", "5"), lost, conflicts={PAY: "the line code FIN2"})
    assert carried(stored, DEFINITION) == ({}, {})


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufffe\uffff"), min_size=1, max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_was_typed_makes_a_sound_workbook_and_is_read_again(text):
    stored = reading(cell(COMMENT, "text", text))
    data = copy_of(stored, finding(COMMENT, found=text), file_name=text)
    again = read_again(data).cells[COMMENT]
    assert again.raw == (text if text.strip() else "")
    assert at(opened(data), COMMENT).comment.text.count("\n") == 4


# What is marked


def test_errors_are_red_and_warnings_amber_each_with_a_note_and_notes_leave_no_mark():
    warned = finding(NON_PAY, "warning", message="This is unusual.")
    data = copy_of(
        reading(cell(PAY, "number", "-412")), finding(PAY, "warning"), finding(), warned, finding(WTE, "info")
    )
    workbook = opened(data)
    assert at(workbook, PAY).fill.start_color.rgb == MARKED_RED
    assert at(workbook, PAY).border.left.style == "medium"
    assert at(workbook, NON_PAY).fill.start_color.rgb == MARKED_AMBER
    assert at(workbook, WTE).fill.start_color.rgb not in (MARKED_RED, MARKED_AMBER)
    noted = {(sheet.title, c.coordinate) for sheet in workbook for row in sheet.iter_rows() for c in row if c.comment}
    assert noted == {(at(workbook, place).parent.title, at(workbook, place).coordinate) for place in (PAY, NON_PAY)}
    first, second = at(workbook, PAY).comment.text.split("\n\n")
    assert first.startswith("ERROR")
    assert second.startswith("WARNING")
    for words in ("This cannot be.", "You entered: -412", "We expected: 0 or more", "Do this: Mend it."):
        assert words in first


def test_a_cell_that_we_work_out_is_marked_and_stays_locked():
    marked = at(opened(copy_of(reading(), finding(("FIN1", "net")))), ("FIN1", "net"))
    assert marked.fill.start_color.rgb == MARKED_RED
    assert marked.protection.locked
    assert marked.value.startswith("=")


def test_the_first_sheet_says_what_it_is_and_links_every_problem_to_its_cell():
    data = copy_of(reading(), WHOLE, finding(found="nothing"), finding(NON_PAY, "warning"), finding(WTE, "info"))
    workbook = opened(data)
    sheet = workbook[PROBLEMS_SHEET]
    assert workbook.sheetnames[:2] == [PROBLEMS_SHEET, COVER_SHEET]
    assert workbook.active.title == PROBLEMS_SHEET
    assert sheet.protection.sheet
    head = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 6))
    for words in (
        "copy made by the portal",
        "STP-7K3M-92QT, ours.xlsx",
        "is not carried",
        "upload it again",
        "2 errors, 1 warning, 1 note",
    ):
        assert words in head
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=7)]
    assert [row[0] for row in rows] == ["Error", "Error", "Warning", "Note"]
    spots = [layout_of(DEFINITION).cells[place] for place in (PAY, NON_PAY, WTE)]
    assert [row[1] for row in rows] == ["Must be mended", "Must be mended", "To be explained", "Note"]
    assert [row[2] for row in rows] == ["Whole workbook", *(f"{spot.sheet}!{spot.address}" for spot in spots)]
    assert rows[1][4:8] == ["Nothing. The cell is blank", "This cannot be.", "0 or more", "Mend it."]
    assert sheet["C7"].hyperlink is None
    for row, spot in enumerate(spots, 8):
        assert sheet.cell(row, 3).hyperlink.location == f"'{spot.sheet}'!{spot.address}"


def test_it_says_what_is_explained_waived_or_on_trial_and_a_trial_marks_no_cell():
    on_trial = finding(PAY, trial_until=date(2016, 12, 1))
    findings = (on_trial, finding(NON_PAY, "warning"), finding(WTE, "info", waiver=7))
    mark_up = MarkUp("STP-7K3M-92QT", "ours.xlsx", findings, {1: "A host\npays."})
    workbook = opened(write_workbook(DEFINITION, TRUST, mark_up=mark_up, checksum="abc"))
    sheet = workbook[PROBLEMS_SHEET]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=7)]
    assert [row[1] for row in rows] == ["On trial until 1 December 2016", "Explained", "Waived"]
    assert [row[8] or "" for row in rows] == ["", "A host pays.", ""]
    assert sheet["A5"].value == "0 errors, 1 warning, 1 note, 1 finding on trial"
    assert sheet["A7"].fill.start_color.rgb != sheet["A8"].fill.start_color.rgb
    assert at(workbook, PAY).comment is None
    assert at(workbook, PAY).fill.start_color.rgb != MARKED_RED


def test_it_is_else_the_workbook_that_the_trust_downloaded():
    original, copy = opened(write_workbook(DEFINITION, TRUST, checksum="abc")), opened(copy_of(reading(), finding()))
    assert copy.sheetnames[1:] == original.sheetnames
    assert copy[IDENTITY_SHEET].sheet_state == "veryHidden"
    assert {n: d.attr_text for n, d in copy.defined_names.items()} == {
        n: d.attr_text for n, d in original.defined_names.items()
    }
    for sheet in original:
        other = copy[sheet.title]
        assert other.protection.sheet == sheet.protection.sheet
        for row in sheet.iter_rows():
            for ours in row:
                theirs = other[ours.coordinate]
                assert (theirs.value, theirs.protection.locked) == (ours.value, ours.protection.locked)


def test_words_for_a_note_hold_nothing_that_could_break_the_workbook():
    assert printable("a\x00\x01\ue000name\ue001\ud800\n\u00a0b") == "aname  b"


def test_it_counts_words_that_are_no_value_as_filled():
    values = {("SIZE1", "value"): Value("number", number=Decimal(1))}
    data = write_workbook(DEFINITION, TRUST, values=values, texts={PAY: "see note"})
    words = [
        c.value
        for row in openpyxl.load_workbook(io.BytesIO(data), data_only=True)[COVER_SHEET].iter_rows()
        for c in row
    ]
    assert "Required cells filled: 2 of 6" in words
