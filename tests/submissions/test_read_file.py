"""From the bytes of a file to a reading or a refusal, through the child process and the JSON that it answers in."""

import io
import json

import openpyxl
import pytest

from submissions import read_file as module
from submissions.bounded import ChildDied
from submissions.read_file import Answer, Refusal, from_json, read_file, read_in_child, to_json
from templates_app.sheet_reader import read_workbook
from templates_app.workbook_read import identify, read
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.submissions.example_returns import BACK_OFFICE, example, reading

WORKBOOK = write_workbook(BACK_OFFICE, TrustDetails("RWH", "A trust", "acute", (), "2015/16"), values=example())


def read_here() -> object:
    workbook = read_workbook(WORKBOOK)
    return read(workbook, identify(workbook))


def test_the_child_answers_what_would_be_read_here() -> None:
    answer = read_in_child(WORKBOOK, file_name="return.xlsx", template="back_office")
    assert isinstance(answer, Answer)
    assert answer.reading == read_here()
    assert from_json(json.loads(json.dumps(answer.as_json))) == answer.reading


def test_a_reading_with_everything_in_it_survives_being_kept() -> None:
    whole = reading(example(), conflicts={("HR1", "pay"): "the line code HR2"}, not_found=(("HR2", "pay"),), date_1904=True)  # fmt: skip
    assert from_json(json.loads(json.dumps(to_json(whole)))) == whole


def other_workbook() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "return.xlsx", None),
        (b"Dear all, our figures are attached.", "return.xlsx", None),
        (WORKBOOK[: len(WORKBOOK) // 2], "return.xlsx", "damaged"),
        (other_workbook(), "return.xlsx", "not_our_template"),
    ],
    ids=["empty", "words", "cut short", "another workbook"],
)
def test_each_trouble_has_a_code_and_a_sentence(data: bytes, name: str, code: str | None) -> None:
    refusal = read_in_child(data, file_name=name)
    assert isinstance(refusal, Refusal)
    assert Refusal(**read_file(data, name)["refused"]) == refusal
    assert code is None or refusal.code == code
    assert refusal.message.endswith(".")


@pytest.mark.parametrize("reason", ["time", "cpu", "memory", "too_much_output", "crashed"])
def test_a_child_that_dies_refuses_the_file_and_says_why(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise ChildDied(reason)

    monkeypatch.setattr(module, "run_bounded", die)
    refusal = read_in_child(WORKBOOK, file_name="return.xlsx")
    assert isinstance(refusal, Refusal)
    assert refusal.code == f"unsafe_{reason}"
    assert refusal.message.startswith("We could not read this file safely: it ") or reason == "crashed"
    assert "{" not in refusal.message


def test_a_fault_of_ours_in_the_child_is_a_refusal_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "identify", lambda *_, **__: 1 / 0)
    refusal = read_in_child(WORKBOOK, file_name="return.xlsx")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "unsafe_crashed"
