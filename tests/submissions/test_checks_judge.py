"""Judging whole returns: a clean one has no findings, one change has the findings a person would expect, every rule can speak."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest

from submissions.checks import BUILT_IN
from templates_app.expressions import Reference, references
from templates_app.operands import cells_of
from templates_app.reading import Place, Value
from templates_app.rules import AS_IT_STANDS, ExpandedRule, expanded, judge
from templates_app.schema import NUMBER_UNITS, BuiltInCheck, choices_of, unit_of
from tests.submissions.example_returns import (
    BACK_OFFICE,
    TRUST,
    address,
    assert_complete,
    example,
    findings,
    judged,
    reading,
    trust,
    with_cell,
)

CELLS = {(line.code, column.code): (line, column) for _, line, column in BACK_OFFICE.cells()}
UNREADABLE = {"kind": "error", "raw": "#REF!", "formula": True}
TEXT = {"kind": "text", "raw": "about 400"}
NEGATIVE = {"kind": "number", "raw": "-400"}
BLANK = {"kind": "blank", "raw": ""}


def number(amount: object) -> Value:
    return Value("number", number=Decimal(str(amount)))


def words(text: str) -> Value:
    return Value("text", text=text)


@pytest.mark.parametrize("code", [TRUST, "RX1", "RRU", "RV5", "RPY", "RY4"])
def test_a_clean_return_has_no_findings(code: str) -> None:
    judgement = judged(reading(example(code), code), code=code)
    assert judgement.findings == ()
    assert not judgement.has_errors
    assert {place: value for place, value in judgement.values.items() if value.kind != "blank"} == example(code)


def test_trusts_of_every_type_are_among_the_clean_ones() -> None:
    types = {trust(code).trust_type for code in (TRUST, "RX1", "RRU", "RV5", "RPY", "RY4")}
    assert types == {"acute", "mental_health", "ambulance", "specialist", "community"}


EVERY_UNIT = [
    ("ORG01", "value"), ("ORG02", "value"), ("ORG03", "value"), ("ORG04", "value"), ("ORG06", "value"), ("ORG07", "value"),
    ("ORG08", "value"), ("ORG09", "value"), ("ORG10", "value"), ("FIN3", "wte"), ("FIN3", "pay"), ("HR9", "pay"),
    ("PAY1", "pay"), ("VPAY1", "value"), ("VFIN1", "value"), ("VFIN5", "value"), ("VHR4", "value"), ("VEST1", "value"),
]  # fmt: skip


@pytest.mark.parametrize("place", EVERY_UNIT, ids=".".join)
@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (TEXT, "B-H3", "We cannot read this as a number."),
        (UNREADABLE, "B-H3", "Excel shows an error here: the formula points at a cell that was deleted."),
        (NEGATIVE, "B-H4", "This figure cannot be negative."),
        (BLANK, "B-H5", "This cell is blank, and your type of trust must fill it."),
    ],
    ids=["text", "#REF!", "negative", "blank"],
)
def test_one_changed_cell_has_the_one_finding_that_a_person_expects(
    place: Place, change: dict[str, object], code: str, told: str
) -> None:
    broken = with_cell(reading(example()), place, **change)
    assert findings(broken) == [(code, address(*place))]
    (finding,) = judged(broken).findings
    assert (finding.line, finding.column, finding.severity) == (*place, "error")
    assert finding.label == reading({}).cells[place].label
    assert finding.message.startswith(told)
    seen = {"-400": "-400", "": "nothing"}
    assert finding.found == seen.get(str(change["raw"]), change["raw"])


@pytest.mark.parametrize("place", [("FIN2", "non_pay"), ("EST2", "income")], ids=".".join)
def test_negative_non_pay_or_income_asks_for_a_comment(place: Place) -> None:
    broken = with_cell(reading(example()), place, kind="number", raw="-1")
    assert findings(broken) == [("B-W12", address(*place))]


@pytest.mark.parametrize("change", [TEXT, UNREADABLE, NEGATIVE], ids=["text", "#REF!", "negative"])
def test_a_cell_that_need_not_be_filled_is_judged_when_it_is(change: dict[str, object]) -> None:
    code = "B-H4" if change is NEGATIVE else "B-H3"
    assert findings(with_cell(reading(example()), ("FIN3", "notice_months"), **change)) == [(code, address("FIN3", "notice_months"))]  # fmt: skip
    assert findings(with_cell(reading(example()), ("FIN3", "notice_months"), **BLANK)) == []


def test_a_total_that_cannot_be_read_is_not_held_against_its_parts() -> None:
    """Pay on the Costs sheet is far above pay of 1, but nobody knows the pay: only the unreadable cell is named."""
    broken = reading({**example(), ("ORG04", "value"): number(1)})
    assert ("B-H6a", address("ORG04")) in findings(broken)
    assert findings(with_cell(broken, ("ORG04", "value"), **UNREADABLE)) == [("B-H3", address("ORG04"))]
    assert findings(with_cell(broken, ("ORG04", "value"), **BLANK)) == [("B-H5", address("ORG04"))]


def test_a_part_that_cannot_be_read_is_not_counted_as_nought() -> None:
    """Without the pay of one line, the sum of all is not known to be too small."""
    values = {place: value if place[0][:3] in ("ORG", "FIN") or place[0][0] == "V" else number(0) if value.kind == "number" else value for place, value in example().items()}  # fmt: skip
    assert ("B-W11", address("ORG02")) in findings(reading(values))
    unknown = with_cell(reading(values), ("FIN9", "pay"), **TEXT)
    assert ("B-W11", address("ORG02")) not in findings(unknown)


def test_findings_come_in_the_order_of_the_workbook_the_file_first() -> None:
    broken = reading(example(), trust="RX1", not_found=(("HR1", "wte"),))
    for place in (("VLEG1", "value"), ("FIN3", "pay"), ("FIN3", "wte"), ("ORG12", "value"), ("EST2", "income")):
        broken = with_cell(broken, place, **TEXT)
    assert [cell for _, cell in findings(broken) if cell] == [
        address("ORG12"), address("FIN3", "wte"), address("FIN3", "pay"), address("EST2", "income"), address("VLEG1"),
    ]  # fmt: skip
    assert [cell for _, cell in findings(broken)][:2] == ["", ""]


def test_the_worst_comes_first_where_a_cell_has_several() -> None:
    found = findings(reading({**example(), ("VHR3", "value"): number("0.4"), ("ORG04", "value"): number(1)}))
    assert [code for code, cell in found if cell == address("ORG04")] == ["B-H6a", "ORG04-W1"]


def test_a_return_of_a_word_asks_for_every_required_cell_and_nothing_else() -> None:
    word = {("FIN3", "comment"): Value("text", text="Begun.")}
    found = findings(reading(word))
    assert {code for code, _ in found} == {"B-H5"}
    required = {(line, column) for (line, column), (row, cell) in CELLS.items() if cell.required}
    assert len(found) == len(required) == 118
    ambulance = findings(reading(word, "RRU"), code="RRU")
    assert len(ambulance) == 118 - 4 - 6, (
        "materials management, its wards, shifts, floor area and Carter pay are optional"
    )


def test_warnings_alone_do_not_stand_in_the_way() -> None:
    judgement = judged(reading({**example(), ("VHR3", "value"): number(200)}))
    assert [finding.code for finding in judgement.findings] == ["VHR3-W1"]
    assert not judgement.has_errors


def test_every_check_that_a_definition_may_name_is_there() -> None:
    assert set(BUILT_IN) == set(BuiltInCheck.__args__)


# Every rule with an expression, made to speak by the smallest change of a clean return that breaks it.


def typed_cells(item: ExpandedRule) -> list[Place]:
    known = cells_of(BACK_OFFICE)
    named = [
        place
        for expression in (item.holds, item.when)
        if expression is not None
        for reference in references(expression)
        for place in known.of(Reference(reference.name.removeprefix(AS_IT_STANDS), reference.column))
    ]
    return list(dict.fromkeys(cell for place in named for cell in known.parts.get(place, (place,))))


def other_values(place: Place, now: Value) -> list[Value]:
    line, column = CELLS[place]
    if unit_of(line, column) not in NUMBER_UNITS:
        return [words(choice) for choice in choices_of(line, column)]
    size = now.number or Decimal(0)
    whole = unit_of(line, column) in ("count", "days")
    return [number(amount // 1 if whole else amount) for amount in (0, 1, size * 3, size / 3, size * 40, 50, 90_000, size * 4000)]  # fmt: skip


def changes(item: ExpandedRule, values: Mapping[Place, Value]) -> Iterator[dict[Place, Value]]:
    cells = typed_cells(item)
    options = {place: other_values(place, values.get(place, number(0))) for place in cells}
    noughts = {place: number(0) for place in cells if place[1] == "income"}
    yield from ({place: value} for place in cells for value in options[place])
    yield {place: number(0) for place in cells if CELLS[place][1].code != "delivery"}
    yield from (noughts | {place: value} for place in cells for value in options[place] if len(cells) > 9)
    for one, two in combinations(cells[:9], 2):
        yield from ({one: first, two: second} for first in options[one] for second in options[two])


def broken_by(item: ExpandedRule) -> dict[Place, Value] | None:
    known = cells_of(BACK_OFFICE)
    found = (c for c in changes(item, example()) if judge(item, known.operands({**example(), **c})) is False)
    return next(found, None)


@pytest.mark.parametrize("code", [rule.code for rule in BACK_OFFICE.rules if rule.holds])
def test_every_rule_speaks_at_its_cell_in_filled_words(code: str) -> None:
    for item in (item for item in expanded(BACK_OFFICE) if item.rule.code == code):
        change = broken_by(item)
        assert change is not None, item.line
        found = judged(reading({**example(), **change})).findings
        for finding in found:
            assert_complete(finding)
        mine = [finding for finding in found if (finding.code, (finding.line, finding.column)) == (code, item.at)]
        assert len(mine) == 1, (item.line, change)
        assert mine[0].severity == item.rule.severity


def test_a_cell_of_a_rule_that_cannot_be_read_silences_it_and_leaves_the_others() -> None:
    """All rules at once: with every cell of a rule unreadable in turn, the rule says nothing."""
    for item in expanded(BACK_OFFICE):
        if item.holds is None or item.line not in (None, "HR1"):
            continue
        change = broken_by(item)
        assert change is not None
        place = typed_cells(item)[0]
        silent = with_cell(reading({**example(), **change}), place, **UNREADABLE)
        found = judged(silent).findings
        assert [f for f in found if (f.code, (f.line, f.column)) == (item.rule.code, item.at)] == [], item.rule.code
        assert [f.code for f in found if (f.line, f.column) == place and f.severity == "error"] == ["B-H3"]


def test_conflicts_and_lost_cells_are_named_once_and_never_judged() -> None:
    whole = reading(example())
    astray = {place: "the line code HR2" for place in CELLS if place[0] == "HR1"}
    assert findings(replace(whole, conflicts=astray)) == [("B-H1", address("HR1", "wte"))]
    lost = tuple(place for place in CELLS if place[0] == "HR1")
    cells = {place: cell for place, cell in whole.cells.items() if place not in lost}
    assert findings(replace(whole, cells=cells, not_found=lost)) == [("B-H1", "")]
