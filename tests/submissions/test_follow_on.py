"""Troubles that only follow from another are not said: a blank behind an unanswered gate, every blank of an empty workbook."""

from collections import Counter

import pytest

from templates_app import registry
from templates_app.reading import Value
from tests.submissions.any_return import changed, example_of, found_in, number

PATHOLOGY, NEWER = registry.get("pathology", "2016.1"), registry.get("back_office", "2016.2")
GATE = ("PSV1", "value")
FOUR = {place: value for place, value in example_of(PATHOLOGY).items() if place[0] in ("PSV1", "PSV2", "PSV3", "PSV17")}


@pytest.mark.parametrize(("answer", "code"), [("", "P-H5"), ("we buy it in", "P-H3")])
def test_without_an_answer_to_the_gate_only_the_answer_is_asked_for(answer: str, code: str) -> None:
    given = {**FOUR, GATE: Value("text", text=answer) if answer else Value("blank")}
    (finding,) = found_in(PATHOLOGY, given)
    assert (finding.code, finding.line) == (code, "PSV1")


def test_with_an_answer_all_that_it_asks_for_is_missing() -> None:
    given = {**FOUR, GATE: Value("text", text="own laboratory")}
    assert Counter(finding.code for finding in found_in(PATHOLOGY, given)) == {"P-H5": 73}


def test_an_item_asked_of_all_is_missing_whatever_the_gate_says() -> None:
    given = {place: value for place, value in FOUR.items() if place not in (GATE, ("PSV3", "value"))}
    assert [(each.code, each.line) for each in found_in(PATHOLOGY, given)] == [("P-H5", "PSV1"), ("P-H5", "PSV3")]


def test_what_cannot_be_read_behind_the_gate_is_still_said() -> None:
    given = {**FOUR, GATE: Value("blank"), ("PSV4", "value"): Value("text", text="two")}
    assert [(each.code, each.line) for each in found_in(PATHOLOGY, given)] == [("P-H5", "PSV1"), ("P-H3", "PSV4")]


def test_a_gate_that_may_stay_blank_is_not_wanting() -> None:
    behind = ("ORG13", "IMT1", "IMT2", "IMT3", "BIMT")
    given = {place: value for place, value in example_of(NEWER).items() if place[0] not in behind}
    assert found_in(NEWER, given | {("IMT1", "pay"): number(40)})[0].code == "B-W14"


def test_figures_behind_a_gate_whose_answer_cannot_be_read_are_not_called_superfluous() -> None:
    given = changed(NEWER, ORG13="perhaps", IMT1_pay=40)
    assert [(finding.code, finding.line) for finding in found_in(NEWER, given)] == [("B-H3", "ORG13")]


def test_an_empty_workbook_is_one_trouble_of_the_file() -> None:
    (finding,) = found_in(PATHOLOGY, {})
    assert (finding.code, finding.severity, finding.cell, finding.line) == ("P-H5", "error", "", "")
    assert finding.message == "This workbook is empty: none of its 113 figures is filled in."


def test_what_we_fill_in_ourselves_does_not_count() -> None:
    ours = {(line.code, "value") for sheet in NEWER.sheets for line in sheet.lines if line.prefill}
    assert ours
    given = {place: value for place, value in example_of(NEWER).items() if place in ours}
    (finding,) = found_in(NEWER, given)
    assert "Only what we filled in for you is there." in finding.message


@pytest.mark.parametrize("words", ["Begun.", "NA"])
def test_a_single_word_makes_it_begun(words: str) -> None:
    found = found_in(PATHOLOGY, {("PSV9", "value" if words == "NA" else "comment"): Value("text", text=words)})
    assert {finding.cell for finding in found} >= {"C6", "C7", "C8"}
