"""The report of a checked file: the contract's keys and types, and the same in plain lines."""

import json
from decimal import Decimal

from submissions.checks import Judgement
from submissions.read_file import Refusal
from submissions.report import as_json, as_text
from templates_app.reading import Value
from tests.submissions.example_returns import example, judged, reading, with_cell

FINDING_KEYS = {
    "code",
    "severity",
    "sheet",
    "cell",
    "label",
    "found",
    "expected",
    "message",
    "remedy",
    "standing",
    "explained",
}


def judged_text() -> dict[str, object]:
    given = with_cell(reading(example()), ("FIN3", "pay"), kind="error", raw="#REF!")
    given = with_cell(given, ("VHR3", "value"), raw="200")
    return as_json("a.xlsx", None, given, judged(given))


def test_a_refused_file_has_every_key_and_nothing_in_them() -> None:
    report = as_json("a.xlsx", Refusal("damaged", "It is damaged. Send it again."), None, None)
    assert report == {
        "file": "a.xlsx",
        "refused": {"code": "damaged", "message": "It is damaged. Send it again."},
        "template": None,
        "version": None,
        "trust": None,
        "values": {},
        "findings": [],
    }
    assert as_text(report) == "a.xlsx was not read. It is damaged. Send it again."


def test_values_are_exact_decimals_keys_and_words_as_text() -> None:
    values = {
        ("ORG01", "value"): Value("number", number=Decimal("1E+3")),
        ("FIN1", "pay"): Value("number", number=Decimal("0.125")),
        ("FIN1", "income"): Value("number", number=Decimal(0)),
        ("FIN2", "pay"): Value("not_applicable"),
        ("FIN3", "pay"): Value("included_elsewhere", text="FIN9"),
        ("FIN4", "pay"): Value("not_calculable"),
        ("ORG11", "value"): Value("text", text="Y"),
        ("FIN9", "pay"): Value("blank"),
    }
    report = as_json("a.xlsx", None, reading({}), Judgement(values, ()))
    assert report["values"] == {
        "ORG01.value": "1000",
        "FIN1.pay": "0.125",
        "FIN1.income": "0",
        "FIN2.pay": "NA",
        "FIN3.pay": "IE:FIN9",
        "FIN4.pay": "NC",
        "ORG11.value": "Y",
    }


def test_every_finding_has_the_contracts_keys_as_text() -> None:
    report = judged_text()
    assert [(f["code"], f["severity"], f["sheet"], f["cell"]) for f in report["findings"]] == [
        ("B-H3", "error", "Costs", "D9"),
        ("VHR3-W1", "warning", "Volumes", "C14"),
    ]
    for finding in report["findings"]:
        assert set(finding) == FINDING_KEYS
        assert all(isinstance(words, str) for words in finding.values())
    assert [finding["standing"] for finding in report["findings"]] == ["Must be mended", "To be explained"]
    assert "FIN3.pay" not in report["values"]
    assert json.loads(json.dumps(report)) == report


def test_plain_lines_say_where_what_and_what_to_do() -> None:
    lines = as_text(judged_text()).splitlines()
    assert lines[0] == "a.xlsx: back_office 2016.1 for RWH"
    at = lines.index("ERROR B-H3  Costs!D9 – Accounts payable, pay")
    assert lines[at + 1].startswith("  You entered #REF!. Excel shows an error here")
    assert lines[at + 2] == "  We expected an amount in £000, or NA, IE:<line> or NC."
    assert lines[at + 3].startswith("  Type the value")
    assert lines[-1].endswith("1 error, 1 warning, 0 notes.")


def test_plain_lines_of_a_finding_about_the_file() -> None:
    given = reading(example(), trust="RX1")
    assert "ERROR B-H2  The workbook\n  You entered RX1." not in as_text(as_json("a.xlsx", None, given, judged(given)))
    assert "\nERROR B-H2  The workbook\n  We found RX1. This workbook was made for another trust" in as_text(
        as_json("a.xlsx", None, given, judged(given))
    )
