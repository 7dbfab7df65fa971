from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app import registry
from templates_app.definition_file import DefinitionFaults, parse_definition, read_definition
from templates_app.definition_rules import CHECK_PARAMETERS
from templates_app.definition_yaml import read_yaml
from templates_app.schema import BuiltInCheck

BAD = sorted((Path(__file__).resolve().parents[1] / "definitions" / "bad").glob("*.yaml"))

SOUND = """\
template: minimal
version: "2016.1"
title: Minimal
year: 2015/16
purpose: The least that a definition can be.
instructions: [Fill every cell.]
sheets:
  - code: size
    title: Size
    purpose: How large the trust is.
    columns:
      - {code: value, title: Figure, unit: thousand_pounds}
    lines:
      - {code: ORG01, label: Income, note: All income.}
rules:
  - code: ORG01-W1
    severity: warning
    title: Income is usual
    holds: ORG01 >= low
    at: ORG01
    parameters: {low: 1.10}
    message: Income is low.
    expected: "{low} or more"
    remedy: Correct it.
"""


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionFaults) as raised:
        parse_definition(text)
    return [(fault.where, fault.sentence) for fault in raised.value.faults]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_definition_fails_with_its_sentence_and_no_other(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    says = text.splitlines()[0].removeprefix("# says: ")
    assert [sentence for _, sentence in faults_of(text)] == [says]


def test_there_are_bad_definitions() -> None:
    assert len(BAD) >= 90


def test_the_sound_definition_is_read_exactly() -> None:
    definition = parse_definition(SOUND)
    assert definition.version == "2016.1"
    assert str(definition.rules[0].parameters["low"]) == "1.10"
    assert definition.sheets[0].line("ORG01").optional_for == ()


def test_every_fault_is_reported_in_one_go_in_the_order_of_the_file() -> None:
    rules = SOUND[SOUND.index("  - code: ORG01-W1") :]
    text = (
        SOUND.replace("year: 2015/16", "year: 2015/17")
        .replace("title: Size\n", "title: Size\n    title: Again\n")
        .replace("note: All income.", 'note: ""')
        .replace("severity: warning", "severity: fatal")  # out of shape: the other rules are judged all the same
    )
    text += rules.replace("ORG01-W1", "ORG01-W2").replace("Correct it.", "Please correct {it}.")
    assert faults_of(text) == [
        ("line 4: year", "2015/17 is not a financial year; the one that begins in 2015 is 2015/16."),
        ("line 9: sheets[1] size: title", "title is said twice here; the second time is on line 10."),
        ("line 15: sheets[1] size: lines[1] ORG01", "ORG01 has no note; say what to put in and what to leave out."),
        ("line 18: rules[1] ORG01-W1: severity", "fatal is not one of 'error', 'warning' or 'info'."),
        (
            "line 34: rules[2] ORG01-W2: remedy",
            "'Please' is a word that we do not use to people; say what is wrong and what to do.",
        ),
        (
            "line 34: rules[2] ORG01-W2: remedy",
            "{it} cannot be filled: it is neither a parameter of the rule nor a word we know.",
        ),
    ]


def test_a_rule_for_each_line_of_an_empty_group_is_a_fault() -> None:
    text = SOUND.replace("rules:", "groups: {none: []}\ngroup_titles: {none: None}\nrules:")
    text = text.replace("at: ORG01", "at: line.value\n    for_each: none")
    assert [sentence for _, sentence in faults_of(text)] == ["The group none is empty.", "none has no lines."]


def test_a_file_must_be_named_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "minimal" / "2016.2.yaml"
    path.parent.mkdir()
    path.write_text(SOUND, encoding="utf-8")
    with pytest.raises(DefinitionFaults, match=r"says it is minimal/2016\.1\.yaml, but it is minimal/2016\.2\.yaml"):
        read_definition(path)
    assert read_definition(path.rename(path.with_name("2016.1.yaml"))).title == "Minimal"


def test_every_built_in_check_has_its_parameters_written_down() -> None:
    assert set(CHECK_PARAMETERS) == set(get_args(BuiltInCheck))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.10", Decimal("1.10")),
        ("0.1", Decimal("0.1")),
        ("-12", Decimal(-12)),
        ("010", "010"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("no", "no"),
        ("Off", "Off"),
        ("2016-09-30", "2016-09-30"),
        ("'1.10'", "1.10"),
        ("true", True),
        ("null", None),
        ("[1, a]", (Decimal(1), "a")),
        ("<<", "<<"),
    ],
)
def test_nothing_changes_on_the_way_out_of_yaml(written: str, meant: object) -> None:
    data = read_yaml(f"key: {written}").data
    assert isinstance(data, dict)
    assert data["key"] == meant
    assert type(data["key"]) is type(meant)
    assert str(data["key"]) == str(meant)


def test_a_key_that_is_a_list_is_a_fault() -> None:
    written = read_yaml("? [a, b]\n: c\nd: e")
    assert written.data == {"d": "e"}
    assert written.faults == [((), "A list or mapping on line 1 is used as a key; a key is one word.")]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_number_is_read_digit_for_digit(number: Decimal) -> None:
    written = format(number, "f")
    assert str(read_yaml(f"[{written}]").data[0]) == written  # type: ignore[index]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, len(SOUND) - 1),
    st.integers(0, 12),
    st.text("{}[]:,&*!|>'\"#- \nabcORG01.%@`€\t0", max_size=8),
)
def test_a_spoilt_file_gives_a_definition_or_faults_and_nothing_else(start: int, length: int, spoilt: str) -> None:
    try:
        faults = parse_definition(SOUND[:start] + spoilt + SOUND[start + length :]) and ()
    except DefinitionFaults as raised:
        faults = raised.faults or None
    assert faults is not None
    assert all(fault.where.startswith("line ") and fault.sentence.endswith(".") for fault in faults)


@pytest.mark.parametrize("path", registry.files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_definition_of_the_portal_is_sound(path: Path) -> None:
    assert read_definition(path).rules
