"""One more rule for a definition: the validator of definitions says everything that is wrong with it, by its own lines."""

import pytest

from templates_app import registry
from templates_app.definition_file import DefinitionFaults, parse_rule

BACK_OFFICE = registry.get("back_office", "2016.1")
SOUND = """\
- code: N-W1
  severity: warning
  title: Income is given
  holds: ORG02 > least
  at: ORG02
  parameters: {least: 100}
  message: There is little income.
  expected: income above £{least}k
  remedy: Enter the income.
"""


def faults(text: str) -> list[str]:
    with pytest.raises(DefinitionFaults) as found:
        parse_rule(text, BACK_OFFICE)
    return str(found.value).splitlines()


def without_dash(text: str) -> str:
    return "\n".join(line[2:] for line in text.splitlines())


@pytest.mark.parametrize("text", [SOUND, without_dash(SOUND), "  " + SOUND.replace("\n", "\n  "), SOUND + "\n\n"])
def test_a_rule_is_taken_as_it_stands_in_a_definition_file(text: str) -> None:
    rule = parse_rule(text, BACK_OFFICE)
    assert (rule.code, rule.severity, rule.at) == ("N-W1", "warning", "ORG02")


def test_every_fault_is_said_at_once_with_its_line() -> None:
    text = SOUND.replace("ORG02", "ORG99").replace("little income.", "invalid income").replace("N-W1", "N-H1")
    assert faults(text) == [
        "line 2: severity: The H in N-H1 means error, not warning.",
        "line 4: holds: ORG99 is not known here: it is no line, sheet, group or parameter.",
        "line 5: at: ORG99 is not known here: it is no line, sheet, group or parameter.",
        "line 7: message: 'invalid' is a word that we do not use to people; say what is wrong and what to do.",
        "line 7: message: message is a sentence: end it with a full stop.",
    ]


def test_lines_are_counted_without_the_dash_too() -> None:
    assert faults(without_dash(SOUND).replace("at: ORG02", "at: ORG99"))[0].startswith("line 5: at: ")


def test_a_code_of_the_definition_is_taken() -> None:
    assert faults(SOUND.replace("N-W1", "VPAY1-W1")) == [
        "line 1: code: VPAY1-W1 is the code of two rules; each needs its own."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("-", "There is no rule here."),
        ("an income", "A set of names with values is needed here."),
        (SOUND + SOUND.replace("N-W1", "N-W2"), "There are 2 rules here; write one."),
        (SOUND.replace("title: Income is given\n", "title:\n"), "title is empty."),
        (SOUND.replace("warning", "grave"), "grave is not one of 'error', 'warning' or 'info'."),
        (SOUND.replace("least: 100", "least: {one: 1}"), "least must be a number, a text or a list of texts."),
        ("code: [", "The file cannot be read as YAML"),
        ("code: \x01", "it holds a control character, or is nested too deeply."),
        ("[" * 4000, "it holds a control character, or is nested too deeply."),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_said_to_be_none(text: str, said: str) -> None:
    assert any(said in line for line in faults(text))


def test_a_rule_that_lacks_most_is_told_all_of_it() -> None:
    missing = {line.split(": ")[-1] for line in faults("code: N-W1\nseverity: warning\n")}
    assert missing == {f"{name} is missing." for name in ("title", "message", "expected", "remedy")}


SLIP = SOUND.replace("ORG02 > least", "ORG02 < least * slip").replace("{least: 100}", "{least: 100, slip: 1000}")


def test_a_rule_may_say_by_how_much_a_figure_is_too_large() -> None:
    assert str(parse_rule(SLIP, BACK_OFFICE).parameters["slip"]) == "1000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SLIP.replace("slip: 1000", "slip: 1"), "slip must be a number above 1: how many times too large the figure is."),
        (SLIP.replace("slip: 1000", "slip: many"), "slip must be a number above 1: how many times too large the figure is."),
        (SLIP.replace("N-W1", "N-H1").replace("warning", "error"), "slip can only be told to a warning: it says what other warnings follow from it."),
        (SLIP.replace("least * slip", "least"), "slip is not used by the rule."),
    ],
)  # fmt: skip
def test_a_slip_is_more_than_the_figure_and_of_a_warning(text: str, said: str) -> None:
    assert any(line.endswith(said) for line in faults(text)), faults(text)
