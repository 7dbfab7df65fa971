"""What the database holds afterwards is exactly what was read: every digit, every character, all rows or none."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from submissions.actions import load as load_module
from submissions.actions.load import copy_figures, load
from submissions.models import Figure
from templates_app.reading import ReadCell, Value
from tests.factories import ReturnFactory, SubmissionFactory

NASTY = (
    "",
    " ",
    "a,b",
    'say "yes"',
    '"',
    '""',
    "two\nlines",
    "two\r\nlines",
    "\r",
    "tab\tstop",
    "back\\slash",
    "\\",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "NULL",
    "None",
    "'; DROP TABLE submissions_figure; --",
    "=1+1",
    "£ – é 中 🙂",
    "\u2028",
    " padded ",
    "x" * 5000,
)
NUMBERS = (
    "0",
    "-0.0001",
    "0.1",
    "9999999999999.9999",
    "-9999999999999.9999",
    "1E+3",
    "1E-4",
    "412.50",
    "123456789012.5",
)


def taken(values: dict[tuple[str, str], Value]):
    """Load values, and what is then in the database by place."""
    submission = SubmissionFactory()
    cells = {
        (line, column): ReadCell(line, column, "Costs, 'all' \"of\" them", f"D{number}", "label", "text")
        for number, (line, column) in enumerate(values)
    }
    load(submission=submission, values=values, cells=cells)
    submission.refresh_from_db()
    return submission, {(figure.line, figure.column): figure for figure in submission.figures.all()}


def test_every_number_keeps_every_digit(db):
    values = {(f"L{n}", "pay"): Value("number", number=Decimal(number)) for n, number in enumerate(NUMBERS)}
    _, figures = taken(values)
    assert {place: figure.number for place, figure in figures.items()} == {
        place: value.number for place, value in values.items()
    }


def test_every_text_keeps_every_character(db):
    values = {(f"L{n}", "comment"): Value("text", text=text) for n, text in enumerate(NASTY)}
    _, figures = taken(values)
    assert {place: figure.text for place, figure in figures.items()} == {
        place: value.text for place, value in values.items()
    }


def test_blank_nought_and_the_keys_stay_apart(db):
    values = {
        ("L1", "pay"): Value("blank"),
        ("L2", "pay"): Value("number", number=Decimal(0)),
        ("L3", "pay"): Value("not_applicable"),
        ("L4", "pay"): Value("included_elsewhere", text="HR4"),
        ("L5", "pay"): Value("not_calculable"),
        ("L6", "comment"): Value("text", text=""),
    }
    submission, figures = taken(values)
    assert {place: Value(f.kind, number=f.number, text=f.text) for place, f in figures.items()} == values
    assert figures["L1", "pay"].sheet == "Costs, 'all' \"of\" them"
    assert figures["L6", "comment"].cell == "D5"
    assert (submission.state, submission.loaded_at is not None) == ("accepted", True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    number=st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=4),
)
@example(text="\\.", number=Decimal("0.0001"))
def test_whatever_was_read_is_what_is_loaded(text, number, db):
    submission = SubmissionFactory()
    copy_figures(
        [
            (submission.pk, "L1", "comment", "text", None, text, "Costs", "D1"),
            (submission.pk, "L2", "pay", "number", format(number, "f"), "", "Costs", "D2"),
        ]
    )
    first, second = submission.figures.order_by("line")
    assert (first.text, first.number) == (text, None)
    assert (second.text, second.number) == ("", number)


@pytest.mark.parametrize("last_step", ["record", "check_may_follow"])
def test_all_or_nothing(last_step, db, monkeypatch):
    monkeypatch.setattr(load_module, last_step, lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        taken({("L1", "pay"): Value("number", number=Decimal(1))})
    assert Figure.objects.count() == 0


@pytest.mark.parametrize("state", ["blocked", "refused", "stuck"])
def test_a_file_in_another_state_is_not_loaded(state, db):
    submission = SubmissionFactory(return_record=ReturnFactory(), state=state)
    load(
        submission=submission,
        values={("L1", "pay"): Value("not_applicable")},
        cells={("L1", "pay"): ReadCell("L1", "pay", "Costs", "D1", "label", "text")},
    )
    submission.refresh_from_db()
    assert (submission.state, submission.figures.count()) == (state, 0)
