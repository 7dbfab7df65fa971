"""No file, however made, stays without an answer: the pipeline ends in a final state at the first attempt."""

import io
import zipfile

import pytest

from submissions.actions.process import process
from submissions.models import Figure, Submission
from templates_app.reading import Value
from tests.factories import ReturnFactory
from tests.submissions.scenes import received, workbook
from tests.workbooks.hostile import AWKWARD, BEYOND_THE_GUARD, HOSTILE

ONE_OF_EACH = {code: maker for maker, code in (HOSTILE | BEYOND_THE_GUARD).values()}
del ONE_OF_EACH["too_large"]  # it is never received


def outcome(data: bytes) -> Submission:
    submission = received(ReturnFactory(), data)
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    return submission


@pytest.mark.parametrize("code", ONE_OF_EACH)
def test_a_hostile_file_is_refused_with_the_reason(code, db):
    submission = outcome(ONE_OF_EACH[code]())
    assert (submission.state, submission.refusal_code, submission.attempts) == ("refused", code, 1)
    assert submission.refusal
    assert Figure.objects.count() == 0


@pytest.mark.parametrize("name", ["good", "strict", "far cell"])
def test_a_workbook_that_is_not_ours_is_refused(name, db):
    assert outcome(AWKWARD[name]()).state == "refused"
    assert Figure.objects.count() == 0


def changed(data: bytes, change) -> bytes:
    """The workbook with each of its parts changed."""
    changed_file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(changed_file, "w") as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name).decode()))
    return changed_file.getvalue()


@pytest.mark.parametrize("sheet", ["n" * 40, "n" * 300, "', \\N\t&quot;,"])
def test_a_sheet_with_an_impossible_name_still_has_an_answer(sheet, db):
    return_record = ReturnFactory()
    data = changed(
        workbook(return_record),
        lambda name, text: (
            text.replace('"Costs"', f'"{sheet}"').replace("Costs!", f"'{sheet.replace(chr(39), 2 * chr(39))}'!")
            if name == "xl/workbook.xml"
            else text
        ),
    )
    submission = received(return_record, data)
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.is_final


@pytest.mark.parametrize(
    "text",
    [
        "x" * 32_767,
        "_x0000_",
        "_xD83D_",
        "\ufffe",
        "\u2028\u202e",
        "9" * 400,
        "1e999",
        "-1e-999",
        "\\.",
        "IE:" + "X" * 400,
    ],
)
def test_whatever_stands_in_a_cell_there_is_an_answer(text, db):
    return_record = ReturnFactory()
    changes = {("FIN3", "comment"): Value("text", text=text), ("FIN3", "pay"): Value("text", text=text)}
    submission = received(return_record, workbook(return_record, changes))
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.is_final
