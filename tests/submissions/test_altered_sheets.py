"""Sheets that people renamed, hid, put in another order or unprotected: read all the same, and said in one note."""

import io

import openpyxl
import pytest

from submissions.actions.process import process
from submissions.read_file import from_json, read_in_child, to_json
from tests.factories import ReturnFactory
from tests.submissions.scenes import received, workbook

pytestmark = pytest.mark.django_db


def changed(return_record, change):
    book = openpyxl.load_workbook(io.BytesIO(workbook(return_record)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def renamed(book):
    book["Volumes"].title = "Vols"


def hidden(book):
    book["Costs"].sheet_state = "hidden"


def reordered(book):
    book.move_sheet("Volumes", offset=-2)


def unprotected(*titles):
    def change(book):
        for title in titles:
            book[title].protection.sheet = False

    return change


def renamed_and_unprotected(book):
    renamed(book)
    unprotected("Costs", "Vols")(book)


def drawn_anew(book):
    """The cover and the checks hold nothing that is read."""
    unprotected("Cover", "Checks", "_portal")(book)


ALL = ("Organisation", "Costs", "Volumes", "Bands")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: None, ()),
        (renamed, ("The sheet Volumes is called Vols.",)),
        (hidden, ("The sheet Costs is hidden.",)),
        (reordered, ("The sheets stand in another order.",)),
        (unprotected("Costs"), ("The sheet Costs is no longer protected.",)),
        (unprotected(*ALL), ("The sheets Organisation, Costs, Volumes and Bands are no longer protected.",)),
        (
            renamed_and_unprotected,
            ("The sheet Volumes is called Vols.", "The sheets Costs and Vols are no longer protected."),
        ),
        (drawn_anew, ()),
    ],
    ids=["as sent", "renamed", "hidden", "reordered", "one open", "all open", "renamed and open", "ours open"],
)
def test_what_was_done_to_the_sheets_is_said_once(change, said):
    return_record = ReturnFactory(collection__version="2016.2")
    data = changed(return_record, change)
    reading = read_in_child(data, file_name="ours.xlsx").reading
    assert reading.altered == said
    assert from_json(to_json(reading)).altered == said
    file = received(return_record, data)
    process(submission_id=file.pk)
    notes = file.findings.filter(code="B-I1g")
    assert [note.message for note in notes] == ([f"{' '.join(said)} We read the figures all the same."] if said else [])
    file.refresh_from_db()
    assert file.state in ("accepted", "to_explain")


def test_a_reading_that_was_kept_before_has_nothing_of_it():
    reading = read_in_child(workbook(ReturnFactory()), file_name="ours.xlsx").reading
    stored = to_json(reading)
    del stored["altered"]
    assert from_json(stored).altered == ()
