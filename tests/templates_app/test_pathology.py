"""The Pathology return for 2015/16, held against its specification: what is asked, of whom, and what each rule says."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

from submissions.checks import judge
from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.gates import shut_lines
from templates_app.layout import layout_of
from templates_app.operands import cells_of
from templates_app.reading import BLANK, Context, Finding, Place, ReadCell, Reading, Value
from templates_app.rules import expanded, judge_rule
from templates_app.schema import Rule, is_counted, is_required
from templates_app.sheet_reader import read_workbook
from templates_app.trust_reference import trust_reference
from templates_app.workbook_read import identify, read
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.templates_app.test_example_figures import CODES

PATHOLOGY = registry.get("pathology", "2016.1")
RULES = {rule.code: rule for rule in PATHOLOGY.rules}
CELLS = {(line.code, column.code): (line, column) for _, line, column in PATHOLOGY.cells()}
ALWAYS = {("PSV1", "value"), ("PSV2", "value"), ("PSV3", "value"), ("PSV17", "value")}
DISCIPLINES = ["PBC", "PHA", "PTX", "PMI", "PIM", "PCE", "PGE", "PAN", "PMO", "PPH"]


def values(**given: object) -> dict[Place, Value]:
    """`PSV4=5` is PSV4.value; `PBC_tests=5` is PBC.tests; a text is text."""
    found = {}
    for name, what in given.items():
        line, _, column = name.partition("_")
        text = Value("not_applicable") if what == "NA" else Value("text", text=str(what))
        found[line, column or "value"] = text if isinstance(what, str) else Value("number", number=Decimal(str(what)))
    return found


def judged(code: str, line: str | None = None, **given: object) -> bool | None:
    rules = [rule for rule in expanded(PATHOLOGY) if rule.rule.code == code and rule.line == line]
    assert len(rules) == 1
    return judge_rule(rules[0], values(**given))


def reading(given: Mapping[Place, Value], code: str) -> Reading:
    cells = {}
    for place, spot in layout_of(PATHOLOGY).cells.items():
        value = given.get(place, BLANK)
        kind = value.kind if value.kind in ("blank", "number") else "text"
        cell = ReadCell(spot.line, spot.column, spot.sheet, spot.address, spot.label, "blank", value.as_text())
        cells[place] = replace(cell, kind=kind)
    return Reading("pathology", "2016.1", code, cells)


def example(code: str, seed: int = 1) -> dict[Place, Value]:
    known = trust_reference(code)
    published = {
        measure: number for year in sorted(known.published) for measure, number in known.published[year].items()
    }
    made = example_values(PATHOLOGY, published, seed=seed, trust_code=code, trust_type=known.trust_type)
    return dict(made)


def findings(given: Mapping[Place, Value], code: str = "RWH") -> list[Finding]:
    known = trust_reference(code)
    about = Context(code, known.name, known.trust_type, "pathology", "2016.1")
    found = judge(reading(given, code), PATHOLOGY, about).findings
    return [finding for finding in found if finding.code != "P-I3"]  # there is nothing here to compare amounts with


def test_113_figures_are_counted_and_blood_sciences_is_not_counted_again() -> None:
    counted = Counter(sheet.code for sheet, line, column in PATHOLOGY.cells() if is_counted(line, column))
    assert counted == {"service": 17, "disciplines": 10 * 9, "quality": 6}
    assert counted.total() == 113
    assert sum(column.counted for _, line, column in PATHOLOGY.cells() if line.code == "PBS") == 9


def test_the_lines_and_columns_are_those_of_the_specification() -> None:
    service, disciplines, quality = ([line.code for line in sheet.lines] for sheet in PATHOLOGY.sheets)
    assert service == [f"PSV{number}" for number in range(1, 18)]
    assert disciplines == [*DISCIPLINES, "PBS"]
    assert quality == [f"PQU{number}" for number in range(1, 7)]
    assert [column.code for column in PATHOLOGY.sheets[1].columns if column.counted] == [
        "tests", "requests", "direct_access", "medical_wte", "scientific_wte", "support_wte", "pay", "non_pay", "sent_away",
    ]  # fmt: skip


def test_blood_sciences_is_nobodys_to_fill_and_its_disciplines_may_point_at_it() -> None:
    blood = PATHOLOGY.sheet_of("PBS").line("PBS")
    assert blood.alternate_for == ("PBC", "PHA", "PIM")
    types = ("acute", "specialist", "mental_health", "community", "ambulance")
    assert not any(is_required(*CELLS["PBS", "pay"], trust_type) for trust_type in types)
    given = example("RWH")
    combined = {place: value for place, value in given.items() if place[0] not in ("PBC", "PHA", "PIM")}
    for (line, column), value in given.items():
        if line == "PBC":
            combined["PBS", column] = value
            if column != "provider":
                combined |= {
                    (other, column): Value("included_elsewhere", text="PBS") for other in ("PBC", "PHA", "PIM")
                }
    assert findings(combined) == []
    del combined["PBS", "pay"]
    assert {finding.code for finding in findings(combined)} == {"P-H7"}


@pytest.mark.parametrize(
    ("answer", "shut"),
    [
        ("own laboratory", False), ("hub for others", False), ("spoke or essential services laboratory", False),
        ("joint venture member", False), ("fully bought", True), ("none", True), ("Fully  Bought", True), ("", False),
    ],
)  # fmt: skip
def test_the_gate_leaves_four_items(answer: str, shut: bool) -> None:
    lines = shut_lines(PATHOLOGY, cells_of(PATHOLOGY).operands(values(PSV1=answer)))
    required = {place for place, cell in CELLS.items() if is_required(*cell, "acute", lines)}
    assert (required == ALWAYS) is shut
    assert len(required) == (4 if shut else 17 + 6 * 9 + 6)


@pytest.mark.parametrize(
    ("trust_type", "disciplines", "quality"),
    [("acute", 6, 6), ("specialist", 6, 0), ("mental_health", 6, 0), ("community", 6, 0), ("ambulance", 6, 0)],
)
def test_who_fills_what_with_a_laboratory(trust_type: str, disciplines: int, quality: int) -> None:
    required = Counter(sheet.code for sheet, line, column in PATHOLOGY.cells() if is_required(line, column, trust_type))
    assert (required["service"], required["disciplines"], required["quality"]) == (17, disciplines * 9, quality)


BOUGHT = {"PSV1": "fully bought", "PSV2": "County Pathology", "PSV3": 800, "PSV17": 90_000}


def test_a_trust_that_buys_answers_four_items() -> None:
    assert findings(values(**BOUGHT), "RV5") == []
    assert findings(values(**BOUGHT, PSV4=0, PSV9="NA", PBC_comment="None here."), "RV5") == []


def test_a_trust_with_a_laboratory_answers_the_rest() -> None:
    found = findings(values(**BOUGHT | {"PSV1": "own laboratory"}))
    assert Counter(finding.code for finding in found) == {"P-H5": 73}


def test_a_figure_behind_the_shut_gate_draws_one_warning_a_line() -> None:
    found = findings(values(**BOUGHT, PBC_tests=500, PBC_pay=20, PSV7="WinPath"), "RV5")
    assert [(finding.code, finding.severity, finding.line) for finding in found] == [
        ("P-W14", "warning", "PSV7"), ("P-W14", "warning", "PBC"),
    ]  # fmt: skip
    assert found[0].message.startswith("You said in Service!C6 that all your pathology is bought")


def test_no_rule_about_a_shut_line_is_judged() -> None:
    assert judged("PSV4-H1", PSV4=0, PSV1="own laboratory") is False
    assert judged("PSV4-H1", PSV4=0, PSV1="none") is True
    assert judged("PSV4-H1", PSV1="none") is True
    assert judged("PSV4-H1", PSV1="own laboratory") is None


LAB = {"PBC_tests": 1_000, "PBC_pay": 1}
BOUNDARIES = [
    ("P-H6", "PMI", "PMI_direct_access", 90, 91, {"PMI_tests": 90}),
    ("P-W1", "PMI", "PMI_requests", 90, 91, {"PMI_tests": 90}),
    ("P-W2", "PCE", "PCE_tests", 1_200, 1_201, {"PCE_requests": 100}),
    ("P-W3", "PCE", "PCE_medical_wte", "0.01", 0, {"PCE_tests": 5}),
    ("P-W3", "PMI", "PMI_tests", 0, 1, {"PMI_medical_wte": 0}),
    ("P-W4", None, "PBC_pay", "0.5", "0.499", LAB),
    ("P-W4", None, "PBC_pay", 6, "6.001", LAB),
    ("P-W4", None, "PBC_non_pay", 5, "5.001", LAB),
    ("PSV1-H1", None, "PBC_tests", 1, 0, {"PSV1": "hub for others"}),
    ("PSV1-H1", None, "PBS_tests", 1, 0, {"PSV1": "own laboratory", "PBC_tests": 0}),
    ("PSV3-W1", None, "PSV3", "0.001", 0, {"PSV1": "fully bought"}),
    ("PSV4-H1", None, "PSV4", 1, 0, {"PSV1": "own laboratory"}),
    ("PSV5-H1", None, "PSV5", 3, 4, {"PSV4": 3}),
    ("PSV9-W1", None, "PSV9", 12, "12.001", {"PBC_non_pay": 5, "PBS_non_pay": 7}),
    ("PSV14-W1", None, "PSV14", 0, "0.001", {"PBC_direct_access": 0}),
    ("PSV14-W1", None, "PHA_direct_access", 1, 0, {"PSV14": 40}),
    *((f"PQU{number}-H1", None, f"PQU{number}", 100, "100.01", {}) for number in (1, 2, 3, 5)),
]  # fmt: skip


def as_figure(what: object) -> object:
    return Decimal(what) if isinstance(what, str) and re.fullmatch(r"[0-9.]+", what) else what


@pytest.mark.parametrize(("code", "line", "moving", "holds", "breaks", "around"), BOUNDARIES)
def test_a_rule_turns_exactly_where_the_specification_says(
    code: str, line: str | None, moving: str, holds: object, breaks: object, around: dict[str, object]
) -> None:
    assert judged(code, line, **around | {moving: as_figure(holds)}) is True
    assert judged(code, line, **around | {moving: as_figure(breaks)}) is False


def test_every_rule_with_an_expression_is_tried_at_its_boundary() -> None:
    assert {code for code, rule in RULES.items() if rule.holds} == {case[0] for case in BOUNDARIES}


def test_more_requests_than_tests_are_usual_in_cellular_pathology_alone() -> None:
    given = example("RWH") | values(PCE_tests=100, PCE_direct_access=5, PCE_requests=110, PCE_pay=1, PCE_non_pay=1)
    assert findings(given) == []
    assert not [rule for rule in expanded(PATHOLOGY) if rule.rule.code == "P-W1" and rule.line == "PCE"]


@pytest.mark.parametrize(("sent", "provider", "codes"), [(0, "", []), (4, "", ["P-H9"]), (4, "Regional", [])])
def test_whoever_does_sent_away_tests_is_named(sent: int, provider: str, codes: list[str]) -> None:
    given = example("RWH") | values(PTX_sent_away=sent, PTX_provider=provider)
    if not provider:
        del given["PTX", "provider"]
    assert [finding.code for finding in findings(given)] == codes


@pytest.mark.parametrize("rule", PATHOLOGY.rules, ids=lambda rule: rule.code)
def test_the_words_of_a_rule_say_its_thresholds_and_that_a_comment_will_do(rule: Rule) -> None:
    if rule.holds:
        told = [name for name, value in rule.parameters.items() if isinstance(value, Decimal) and value > 0]
        assert all(f"{{{name}}}" in rule.message + rule.expected for name in told)
    if rule.severity == "warning":
        assert " in a comment" in rule.remedy


def test_no_rule_is_broken_by_an_empty_return() -> None:
    assert all(judge_rule(rule, {}) is not False for rule in expanded(PATHOLOGY))


def test_the_example_of_every_trust_is_clean() -> None:
    troubles = [(code, finding) for code in CODES for finding in findings(example(code), code)]
    assert troubles == []


def test_most_trusts_that_are_not_acute_buy_or_have_none() -> None:
    answers = {code: example(code)["PSV1", "value"].text for code in CODES}
    without = Counter(trust_reference(code).trust_type for code in CODES if answers[code] in ("fully bought", "none"))
    of_type = Counter(trust_reference(code).trust_type for code in CODES)
    assert without["acute"] == without["specialist"] == 0
    assert all(without[kind] > 0.8 * of_type[kind] for kind in ("mental_health", "community", "ambulance"))


def test_no_code_names_the_template() -> None:
    rooms = ("templates_app", "submissions", "benchmarks", "footprints", "ui", "stp_portal")
    code = [path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py")]
    assert not [path.name for path in code if re.search(r"pathology|PSV|PBS", path.read_text(encoding="utf-8"), re.I)]


@pytest.mark.parametrize(("code", "answered"), [("RWH", 113), ("RV5", 4)])
def test_built_filled_and_checked_it_is_clean(code: str, answered: int, tmp_path: Path) -> None:
    built, filled = tmp_path / "built.xlsx", tmp_path / "filled.xlsx"
    call_command("build_workbook", "pathology", "--trust", code, "-o", str(built), stdout=StringIO())
    call_command("fill_workbook", str(built), "--seed", "1", "-o", str(filled), stdout=StringIO())
    workbook = read_workbook(filled.read_bytes())
    definition = identify(workbook)
    known = trust_reference(code)
    about = Context(code, known.name, known.trust_type, "pathology", "2016.1")
    found = judge(read(workbook, definition), definition, about)
    assert {finding.code for finding in found.findings} == ({"P-I1f", "P-I3"} if answered > 10 else set())
    given = [place for place, value in found.values.items() if value.kind != "blank" and is_counted(*CELLS[place])]
    assert len(given) == answered


def test_the_workbook_says_on_the_sheet_what_is_not_needed() -> None:
    details = TrustDetails("RV5", "A trust", "mental_health", (), "2015/16")
    for answer, filled in (("none", "1 of 4"), ("own laboratory", "1 of 71")):
        data = write_workbook(PATHOLOGY, details, values=values(PSV1=answer))
        book = openpyxl.load_workbook(BytesIO(data), data_only=True)
        assert f"Required cells filled: {filled}" in [cell.value for cell in book["Cover"]["B"]]
        assert book["Disciplines"]["C3"].value.startswith("You said in Service!C6") is (answer == "none")
        assert book["_portal"]["B5"].value == (0 if answer == "none" else 1)
