"""Correcting on the page: the file stays, a new submission takes its reading over, and nothing of an attempt is lost or doubled."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions import correct as correct_module
from submissions.actions.correct import (
    CannotCorrect,
    NothingChanged,
    NotLatest,
    check_again,
    correct,
    correctable,
    may_be_corrected,
)
from submissions.actions.explain import take_explanations
from submissions.actions.process import process
from submissions.actions.queue import claim_waiting
from submissions.actions.receive import receive
from submissions.models import Correction, Figure, Submission
from submissions.read_file import from_json
from submissions.states import State
from templates_app.reading import Value
from templates_app.workbook_fill import fill
from tests.factories import ReturnFactory, RoleFactory
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, at_once, preparer_of, received, rows, workbook

pytestmark = pytest.mark.usefixtures("db")

PAY = ("FIN3", "pay")


def checked(file):
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def blocked_file(return_record=None):
    return_record = return_record or ReturnFactory()
    file = checked(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    assert file.state == State.BLOCKED
    return file


RIGHT = "40.2"
"""The figure of a clean workbook where the slip stands."""


def corrected(file, changes, by=None):
    return correct(by=by or preparer_of(file.return_record), submission=file, changes=changes)


def test_a_corrected_figure_is_a_new_submission_of_the_same_file():
    base = blocked_file()
    before = rows(Submission)
    person = preparer_of(base.return_record)
    answer = corrected(base, {PAY: "£40.20"}, by=person)
    made = checked(answer.submission)
    assert answer.cells == 1
    assert (made.corrects, made.uploaded_by, made.state) == (base, person, State.ACCEPTED)
    assert (made.file_key, made.sha256, made.file_name, made.size_bytes) == (
        base.file_key,
        base.sha256,
        base.file_name,
        base.size_bytes,
    )
    assert (made.template, made.version, made.read_at) == (base.template, base.version, base.read_at)
    assert rows(Submission)[: len(before)] == before
    assert Figure.objects.get(submission=made, line="FIN3", column="pay").number == Decimal("40.2")
    assert not made.findings.exists()


def test_what_was_changed_is_on_record_with_who_and_when():
    base = blocked_file()
    made = corrected(base, {PAY: "40.2", ("FIN4", "pay"): ""}).submission
    cells = from_json(base.reading).cells
    first, second = Correction.objects.filter(submission=made)
    assert (first.line, first.column, first.old, first.new) == ("FIN3", "pay", "see note", RIGHT)
    assert (first.sheet, first.cell, first.label) == (cells[PAY].sheet, cells[PAY].cell, cells[PAY].label)
    assert (second.line, second.old, second.new) == ("FIN4", "0", "")
    event = Event.objects.get(verb="figures corrected")
    assert (event.user, event.trust, event.subject) == (
        made.uploaded_by,
        base.return_record.trust,
        f"submission:{made.pk}",
    )
    assert event.detail == {"reference": made.reference, "corrects": base.reference, "cells": 2}


def test_it_is_checked_without_reading_the_file_again(monkeypatch):
    base = blocked_file()
    made = corrected(base, {PAY: RIGHT}).submission
    monkeypatch.setattr("submissions.actions.process.read_in_child", lambda *_, **__: pytest.fail("was read again"))
    assert checked(made).state == State.ACCEPTED


def test_a_dead_process_leaves_it_to_the_sweep():
    made = corrected(blocked_file(), {PAY: RIGHT}).submission
    assert claim_waiting(since=made.queued_at.replace(year=made.queued_at.year + 1)) == [made.pk]


def test_the_file_on_record_stays_until_the_correction_is_accepted():
    return_record = ReturnFactory()
    on_record = checked(received(return_record))
    assert on_record.state == State.ACCEPTED
    wrong = checked(corrected(on_record, {PAY: "see note"}).submission)
    on_record.refresh_from_db()
    assert (wrong.state, on_record.state) == (State.BLOCKED, State.ACCEPTED)
    right = checked(corrected(wrong, {PAY: RIGHT}).submission)
    on_record.refresh_from_db()
    assert (right.state, on_record.state) == (State.ACCEPTED, State.REPLACED)


def test_what_is_not_certain_is_found_and_never_guessed():
    made = checked(corrected(blocked_file(), {PAY: "1.2m"}).submission)
    (finding,) = made.findings.filter(line="FIN3", column="pay")
    assert (finding.severity, finding.found) == ("error", "1.2m")


def test_what_says_what_it_said_is_no_correction():
    base = blocked_file()
    standing = correctable(base)
    assert standing[PAY] == "see note"
    made = corrected(base, {**standing, PAY: " see note", ("FIN4", "pay"): "77"}).submission
    assert [row.line for row in made.corrections.all()] == ["FIN4"]


def test_with_nothing_changed_nothing_is_taken():
    base = blocked_file()
    before = rows(Submission)
    with pytest.raises(NothingChanged, match="not changed any figure"):
        corrected(base, correctable(base))
    assert rows(Submission) == before
    assert not Event.objects.filter(verb="figures corrected").exists()


def test_the_second_of_two_attempts_is_told_of_the_first():
    base = blocked_file()
    first = corrected(base, {PAY: "1"}).submission
    with pytest.raises(NotLatest, match=first.reference) as told:
        corrected(base, {PAY: "2"})
    assert told.value.latest == first
    assert list(Submission.objects.filter(corrects__isnull=False)) == [first]
    assert not may_be_corrected(base)
    assert correctable(base) == {}


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_correction():
    base = blocked_file()
    person = preparer_of(base.return_record)

    def click():
        try:
            return corrected(base, {PAY: RIGHT}, by=person)
        except NotLatest as late:
            return late

    answers = at_once(*[click] * 4)
    assert sum(isinstance(answer, NotLatest) for answer in answers) == 3
    assert Correction.objects.count() == 1


def test_a_file_that_comes_meanwhile_goes_first():
    base = blocked_file()
    later = received(base.return_record)
    with pytest.raises(NotLatest, match=later.reference):
        corrected(base, {PAY: "1"})


def test_when_one_row_cannot_be_written_none_is(monkeypatch):
    base = blocked_file()
    before = rows(Submission)
    monkeypatch.setattr(correct_module, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        corrected(base, {PAY: "1"})
    assert rows(Submission) == before
    assert not Correction.objects.exists()


@pytest.mark.parametrize("state", [State.RECEIVED, State.REFUSED, State.REPLACED, State.STUCK])
def test_a_file_in_another_state_takes_none(state):
    base = blocked_file()
    Submission.objects.filter(pk=base.pk).update(state=state, loaded_at=base.checked_at)
    base.refresh_from_db()
    with pytest.raises(CannotCorrect, match="Upload a mended workbook"):
        corrected(base, {PAY: "1"})
    assert correctable(base) == {}


@pytest.mark.parametrize("change", [{"trust": "RXX"}, {"trust": ""}, {"template": "pathology"}])
def test_another_trusts_workbook_is_never_corrected_into_ours(change):
    base = blocked_file()
    base.reading = {**base.reading, **change}
    base.save(update_fields=["reading"])
    with pytest.raises(CannotCorrect):
        corrected(base, {PAY: "1"})
    assert correctable(base) == {}


def test_cells_that_nobody_can_place_are_left_to_the_workbook():
    base = blocked_file()
    base.reading["conflicts"] = [["FIN3", "pay", "the line code FIN4"]]
    base.reading["cells"] = [cell for cell in base.reading["cells"] if cell[:2] != ["FIN4", "pay"]]
    base.save(update_fields=["reading"])
    assert {PAY, ("FIN4", "pay"), ("HR3", "net")}.isdisjoint(correctable(base))
    assert ("HR3", "pay") in correctable(base)
    for place in (PAY, ("FIN4", "pay"), ("HR3", "net"), ("XX", "y")):
        with pytest.raises(CannotCorrect, match="Mend it in the workbook"):
            corrected(base, {place: "1"})


def test_beyond_what_a_cell_takes_nothing_is_cut_off_in_silence():
    base = blocked_file()
    with pytest.raises(CannotCorrect, match=r"you typed 2,001 characters\. Type 2,000 or fewer"):
        corrected(base, {("FIN3", "comment"): "x" * 2001})
    assert corrected(base, {("FIN3", "comment"): "x" * 2000}).cells == 1


@pytest.mark.parametrize("kind", [RoleKind.SIGNATORY, RoleKind.SUPPORT_MANAGER, RoleKind.COLLECTION_MANAGER])
@pytest.mark.parametrize(
    "act", [lambda by, file: corrected(file, {PAY: "1"}, by=by), lambda by, file: check_again(by=by, submission=file)]
)
def test_who_may_not_correct_changes_nothing(kind, act):
    base = blocked_file()
    scope = {"trust": base.return_record.trust} if kind == RoleKind.SIGNATORY else {}
    scope |= {"region": base.return_record.trust.region} if kind == RoleKind.SUPPORT_MANAGER else {}
    before = rows(Submission)
    with pytest.raises(NotAllowed, match="You cannot correct figures for"):
        act(RoleFactory(kind=kind, **scope).user, base)
    assert rows(Submission) == before


def test_a_file_can_be_checked_again_as_it_is():
    base = blocked_file()
    person = preparer_of(base.return_record)
    made = check_again(by=person, submission=base)
    assert (made.corrects, made.reading) == (base, base.reading)
    assert not made.corrections.exists()
    assert checked(made).state == State.BLOCKED
    assert Event.objects.get(verb="checked again").detail == {"reference": made.reference, "corrects": base.reference}
    with pytest.raises(NotLatest):
        check_again(by=person, submission=base)


def test_the_same_file_after_a_correction_is_taken_anew():
    return_record = ReturnFactory()
    data = workbook(return_record, WORDS_FOR_A_NUMBER)
    base = checked(received(return_record, data))
    made = checked(corrected(base, {PAY: RIGHT}).submission)
    person = preparer_of(return_record)
    again = receive(by=person, return_record=return_record, chunks=[data], file_name="ours.xlsx")
    assert not again.again
    assert again.submission not in (base, made)
    assert checked(again.submission).state == State.BLOCKED
    assert receive(by=person, return_record=return_record, chunks=[data], file_name="ours.xlsx").again


def test_explanations_hold_while_other_figures_are_corrected():
    return_record = ReturnFactory()
    base = checked(received(return_record, workbook(return_record, {("FIN9", "pay"): Value("not_applicable")})))
    assert base.state == State.TO_EXPLAIN
    words = "The trust buys this from its neighbour, who holds the staff."
    person = preparer_of(return_record)
    take_explanations(
        by=person, submission=base, answers={finding.pk: words for finding in base.findings.all()}, same_is_meant=True
    )
    made = checked(corrected(base, {PAY: "40.3"}).submission)
    said = [finding.explanation for finding in made.findings.filter(severity="warning", line="FIN9")]
    assert said
    assert {(one.text, one.given_by, one.carried_from) for one in said} == {(words, person, base)}


MENDED = st.dictionaries(
    st.sampled_from([("FIN3", "pay"), ("FIN4", "non_pay"), ("HR2", "wte"), ("ORG02", "value"), ("FIN9", "pay")]),
    st.one_of(st.just("NA"), st.just("NC"), st.just(""), st.integers(-999, 99_999).map(str), st.decimals(0, 9999, places=2).map(str)),
    min_size=1,
)  # fmt: skip


@given(changes=MENDED)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_correcting_on_the_page_and_mending_the_file_give_the_same(changes):
    return_record = ReturnFactory()
    data = workbook(return_record, WORDS_FOR_A_NUMBER)
    base = checked(received(return_record, data))
    made = checked(corrected(base, {**changes, ("HR3", "comment"): "So that something has changed."}).submission)
    reading = from_json(base.reading)
    mended = fill(data, reading, {place: _value(text) for place, text in changes.items()})
    mended = fill(mended, reading, {("HR3", "comment"): Value("text", text="So that something has changed.")})
    uploaded = checked(received(ReturnFactory(trust=return_record.trust), mended))
    told = ("code", "severity", "sheet", "cell", "found", "expected", "message", "remedy", "basis")
    own_sums = {"B-I1f"}  # what filled the file does not calculate; a correction touches no file
    found = uploaded.findings.exclude(code__in=own_sums)
    assert list(made.findings.values_list(*told)) == list(found.values_list(*told))
    said = ("line", "column", "kind", "number", "text", "sheet", "cell")
    assert list(made.figures.values_list(*said).order_by("pk")) == list(
        uploaded.figures.values_list(*said).order_by("pk")
    )
    assert made.state == uploaded.state


def _value(text):
    if text in ("NA", "NC", ""):
        return {"NA": Value("not_applicable"), "NC": Value("not_calculable"), "": Value("blank")}[text]
    return Value("number", number=Decimal(text))
