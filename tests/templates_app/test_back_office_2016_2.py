"""What 2016.2 adds to the back office: lines that are off until the trust asks for them, staff by band, and nothing taken away."""

import csv
from decimal import Decimal

import pytest

from footprints.reference import DATA
from submissions.checks import judge
from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.gates import shut_gates, shut_lines
from templates_app.layout import layout_of
from templates_app.operands import cells_of
from templates_app.reading import BLANK, Context, Place, ReadCell, Reading, Value
from templates_app.schema import is_counted, is_required
from templates_app.trust_reference import TrustReference, trust_reference

OLDER, NEWER = registry.get("back_office", "2016.1"), registry.get("back_office", "2016.2")
ALL_OFF = {"informatics", "communications", "bands", "informatics_bands"}
INFORMATICS = {"IMT1", "IMT2", "IMT3"}
BANDS = {line.code for line in NEWER.lines_of("bands")}
YES, NO = Value("text", text="Y"), Value("text", text="N")
with (DATA / "trusts.csv").open(encoding="utf-8", newline="") as opened:
    CODES = [row["ods_code"] for row in csv.DictReader(opened)]


def published_by(known: TrustReference) -> dict[str, Decimal]:
    newest = {measure: number for year in sorted(known.published) for measure, number in known.published[year].items()}
    return newest | dict(known.published.get(NEWER.year, {}))


def example(code: str = "RWH", *, seed: int = 1, **answers: Value) -> dict[Place, Value]:
    """A trust's made-up figures, with the answers of the test and, where they say Y, figures for them."""
    made = dict(example_values(NEWER, published_by(trust_reference(code)), seed=seed, trust_code=code))
    for line in (*INFORMATICS, "COM1", *BANDS):
        made = {place: value for place, value in made.items() if place[0] != line}
    made |= {(line, "value"): BLANK for line in ("ORG13", "ORG14", "ORG15")}
    return made | {(line, "value"): value for line, value in answers.items()}


def findings(values: dict[Place, Value], code: str = "RWH") -> list[tuple[str, str]]:
    cells = {}
    for _, line, column in NEWER.cells():
        place, spot = (line.code, column.code), layout_of(NEWER).cells[line.code, column.code]
        value = values.get(place, BLANK)
        kind = value.kind if value.kind in ("blank", "number") else "text"
        cells[place] = ReadCell(*place, spot.sheet, spot.address, spot.label, kind, value.as_text())
    known = trust_reference(code)
    about = Context(code, known.name, known.trust_type, "back_office", "2016.2", known.published.get(NEWER.year, {}))
    judgement = judge(Reading("back_office", "2016.2", code, cells), NEWER, about)
    return [(found.code, found.line) for found in judgement.findings if found.code != "B-I3"]  # nothing to compare with


def amount(number: str) -> Value:
    return Value("number", number=Decimal(number))


def test_the_newest_version_is_this_one() -> None:
    assert registry.get("back_office") is NEWER
    assert OLDER.year == NEWER.year


def test_everything_that_2016_1_asked_is_asked_in_the_same_words() -> None:
    for sheet in OLDER.sheets:
        for line in sheet.lines:
            assert NEWER.sheet_of(line.code).code == sheet.code
            assert NEWER.sheet_of(line.code).line(line.code) == line
    older = layout_of(OLDER).cells
    assert {place: layout_of(NEWER).cells[place].address for place in older} == {place: cell.address for place, cell in older.items()}  # fmt: skip


def test_161_figures_are_counted_118_of_them_older() -> None:
    counted = [line.code for _, line, column in NEWER.cells() if is_counted(line, column)]
    known = {line.code for sheet in OLDER.sheets for line in sheet.lines}
    assert len(counted) == 161
    assert len([code for code in counted if code in known]) == 118
    assert sum(code in BANDS for code in counted) == 8 * 3


@pytest.mark.parametrize("trust_type", ["acute", "specialist", "mental_health", "community", "ambulance"])
def test_a_trust_that_says_nothing_must_fill_just_what_it_had_to_before(trust_type: str) -> None:
    blank = shut_lines(NEWER, cells_of(NEWER).operands({}))
    asked = {(line.code, column.code) for _, line, column in NEWER.cells() if is_required(line, column, trust_type, blank)}  # fmt: skip
    before = {(line.code, column.code) for _, line, column in OLDER.cells() if is_required(line, column, trust_type)}
    assert asked == before


@pytest.mark.parametrize(
    ("answers", "shut"),
    [
        ({}, ALL_OFF),
        ({"ORG13": NO, "ORG14": NO, "ORG15": NO}, ALL_OFF),
        ({"ORG13": YES}, ALL_OFF - {"informatics"}),
        ({"ORG14": YES}, ALL_OFF - {"communications"}),
        ({"ORG15": YES}, ALL_OFF - {"bands"}),
        ({"ORG13": YES, "ORG15": YES}, {"communications"}),
        ({"ORG13": YES, "ORG14": YES, "ORG15": YES}, set()),
    ],
)
def test_each_answer_opens_its_own_lines(answers: dict[str, Value], shut: set[str]) -> None:
    operands = cells_of(NEWER).operands({(line, "value"): value for line, value in answers.items()})
    assert {gate.name for gate in shut_gates(NEWER, operands)} == shut


def test_off_a_return_is_clean_without_them() -> None:
    assert findings(example()) == []
    assert findings(example(ORG13=NO, ORG14=NO, ORG15=NO)) == []


@pytest.mark.parametrize(("answer", "asked"), [("ORG13", INFORMATICS), ("ORG14", {"COM1"})])
def test_on_every_figure_of_the_line_is_required(answer: str, asked: set[str]) -> None:
    found = findings(example(**{answer: YES}))
    assert sorted(found) == sorted(("B-H5", line) for line in asked for _ in range(4))


def test_on_staff_by_band_are_required_but_those_of_informatics() -> None:
    found = findings(example(ORG15=YES))
    assert sorted(found) == sorted(("B-H5", line) for line in BANDS - {"BIMT"} for _ in range(3))


def test_a_figure_on_a_line_that_is_off_is_asked_about() -> None:
    assert findings(example() | {("IMT2", "pay"): amount("40")}) == [("B-W14", "IMT2")]
    assert findings(example() | {("BHR", "bands_5_7"): amount("4")}) == [("B-W14", "BHR")]
    assert findings(example() | {("IMT2", "pay"): amount("0")}) == []


def with_bands(line: str, function: str, by: str) -> dict[Place, Value]:
    """A return with all bands in the lowest column, one function's out by so much."""
    made = example(ORG15=YES)
    groups = {"BFIN": "finance", "BHR": "hr", "BPRO": "procurement", "BPAY": "payroll", "BGOV": "governance", "BEST": "estates", "BLEG": "legal"}  # fmt: skip
    for code, group in groups.items():
        staff = sum((made[each.code, "wte"].number or Decimal(0) for each in NEWER.lines_of(group)), Decimal(0))
        made |= {(code, column): amount("0") for column in ("bands_5_7", "bands_8a_vsm")}
        made[code, "bands_2_4"] = Value("number", number=staff + (Decimal(by) if code == line else 0))
    assert groups[line] == function
    return made


@pytest.mark.parametrize(("line", "function", "code"), [("BFIN", "finance", "B-W15a"), ("BHR", "hr", "B-W15b"), ("BPRO", "procurement", "B-W15c"), ("BPAY", "payroll", "B-W15d"), ("BGOV", "governance", "B-W15e"), ("BEST", "estates", "B-W15f"), ("BLEG", "legal", "B-W15g")])  # fmt: skip
@pytest.mark.parametrize(("by", "said"), [("1", False), ("1.01", True)])
def test_bands_come_to_the_staff_of_their_function(line: str, function: str, code: str, by: str, said: bool) -> None:
    assert findings(with_bands(line, function, by)) == ([(code, line)] if said else [])


def informatics(extra: str) -> dict[Place, Value]:
    made = with_bands("BFIN", "finance", "0") | {("ORG13", "value"): YES}
    for line in INFORMATICS:
        made |= {(line, "wte"): amount("10"), (line, "pay"): amount("410"), (line, "non_pay"): amount("55.5"), (line, "income"): amount("0")}  # fmt: skip
    made |= {("BIMT", "bands_5_7"): amount("10"), ("BIMT", "bands_8a_vsm"): amount("5")}
    return made | {("BIMT", "bands_2_4"): amount(extra)}


@pytest.mark.parametrize(("extra", "said"), [("14", []), ("16", []), ("16.01", [("B-W15h", "BIMT")]), ("13.99", [("B-W15h", "BIMT")])])  # fmt: skip
def test_bands_of_informatics_too(extra: str, said: list[tuple[str, str]]) -> None:
    assert findings(informatics(extra)) == said


def test_informatics_pay_is_part_of_the_trusts_pay() -> None:
    made = informatics("15")
    made["IMT1", "pay"], made["IMT1", "wte"] = made["ORG04", "value"], amount("3000")
    assert ("B-H6a", "ORG04") in findings(made)


def test_totals_shown_to_people_leave_out_what_only_some_give() -> None:
    for name in OLDER.headlines:
        assert "costs." not in NEWER.headlines[name], name
        assert NEWER.headlines[name].replace("asked_of_all.", "costs.") == OLDER.headlines[name]
    assert {line.code for line in NEWER.lines_of("asked_of_all")} == {line.code for line in OLDER.lines_of("costs")}


def test_every_trusts_example_is_clean_and_some_give_more() -> None:
    given: dict[str, int] = dict.fromkeys(("ORG13", "ORG14", "ORG15"), 0)
    for code in CODES[::6]:
        made = dict(example_values(NEWER, published_by(trust_reference(code)), seed=1, trust_code=code))
        assert findings(made, code) == [], code
        for answer in given:
            given[answer] += made[answer, "value"] == YES
        older = example_values(OLDER, published_by(trust_reference(code)), seed=1, trust_code=code)
        assert {place: made[place] for place in older} == older, code
    assert all(5 < count < len(CODES[::6]) - 5 for count in given.values()), given
