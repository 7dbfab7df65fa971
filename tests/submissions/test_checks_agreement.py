"""Checks of figures that others have too: the trust's other return, from both sides, and published staff. Each at its boundary."""

from dataclasses import replace
from decimal import Decimal

import pytest

from templates_app import registry
from templates_app.definition_parameters import agreement_faults
from templates_app.reading import OtherReturn, Published, Value
from tests.submissions.any_return import changed, codes_in, example_of, found_in, number, returned

BACK, PATHOLOGY = registry.get("back_office", "2016.2"), registry.get("pathology", "2016.1")
LINES = [line.code for line in PATHOLOGY.lines_of("disciplines")]
STAFF = ("medical_wte", "scientific_wte", "support_wte")
NON_PAY = ("non_pay", "sent_away")


def sum_of(*columns: str) -> Decimal:
    values = example_of(PATHOLOGY)
    found = [values.get((line, column), Value("blank")).number for line in LINES for column in columns]
    return sum((amount for amount in found if amount is not None), Decimal(0))


def of(*lines: str) -> Decimal:
    values = example_of(PATHOLOGY)
    return sum((values[line, "value"].number for line in lines), Decimal(0))


PAIRS = {
    "20a": ("ORG04", "H", sum_of("pay"), "Disciplines!I7:I16", "Organisation!C9", "error"),
    "20b": (
        "ORG06",
        "H",
        sum_of(*STAFF),
        "Disciplines!F7:F16, Disciplines!G7:G16 and Disciplines!H7:H16",
        "Organisation!C11",
        "error",
    ),
    "20c": ("ORG01", "H", of("PSV14", "PSV15"), "Service!C19 and Service!C20", "Organisation!C6", "error"),
}


def theirs(line: str, amount: object) -> dict[str, object]:
    """The back-office return with one figure set; nothing of it is judged here."""
    return {"other_returns": {"back_office": returned(BACK, changed(BACK, **{line: amount}), "STP-BACK-2222")}}


def ours(**amounts: object) -> dict[str, object]:
    return {"other_returns": {"pathology": returned(PATHOLOGY, changed(PATHOLOGY, **amounts))}}


def only(code: str, found: list) -> list:
    return [finding for finding in found if finding.code == code]


@pytest.mark.parametrize("pair", PAIRS)
def test_the_whole_trust_is_at_least_its_pathology_said_to_whichever_comes_later(pair: str) -> None:
    line, letter, amount, pathology_cell, back_cell, severity = PAIRS[pair]
    for less, told in ((Decimal(0), False), (Decimal("0.01"), True)):
        back = only(f"B-{letter}{pair}", found_in(BACK, changed(BACK, **{line: amount - less}), **ours()))
        assert [(finding.line, finding.severity) for finding in back] == ([(line, severity)] if told else [])
        later = only(f"P-{letter}{pair}", found_in(PATHOLOGY, example_of(PATHOLOGY), **theirs(line, amount - less)))
        assert [finding.severity for finding in later] == ([severity] if told else [])
        if told:
            assert f"{pathology_cell} of file STP-7K3M-92QT" in back[0].message
            assert f"{amount.normalize():,f}" in back[0].message
            assert f"({back_cell} of file STP-BACK-2222)" in later[0].message
            assert f"{amount.normalize():,f}" in later[0].message


def test_laboratories_are_part_of_the_floor_area() -> None:
    found = found_in(BACK, changed(BACK, ORG08=50_000), **ours(PSV11=50_001))
    assert [(finding.line, finding.severity) for finding in only("B-W20a", found)] == [("ORG08", "warning")]
    assert "50,001 m² as laboratory floor area (Service!C16 of file STP-7K3M-92QT)" in only("B-W20a", found)[0].message
    assert not only("B-W20a", found_in(BACK, changed(BACK, ORG08=50_001), **ours(PSV11=50_001)))
    assert codes_in(PATHOLOGY, changed(PATHOLOGY, PSV11=40_001), **theirs("ORG08", 40_000)) == ["P-W20a"]
    assert codes_in(PATHOLOGY, changed(PATHOLOGY, PSV11=40_000), **theirs("ORG08", 40_000)) == []


def test_non_pay_of_pathology_is_part_of_non_pay_expenditure() -> None:
    non_pay = sum_of(*NON_PAY) + of("PSV3")
    pay = example_of(BACK)["ORG04", "value"].number
    assert codes_in(PATHOLOGY, example_of(PATHOLOGY), **theirs("ORG03", pay + non_pay)) == []
    (later,) = found_in(PATHOLOGY, example_of(PATHOLOGY), **theirs("ORG03", pay + non_pay - 1))
    assert (later.code, later.line) == ("P-W20b", "PBC")
    back = found_in(BACK, changed(BACK, ORG03=pay + non_pay - 1), **ours())
    assert [finding.line for finding in only("B-W20b", back)] == ["ORG03"]
    assert not only("B-W20b", found_in(BACK, changed(BACK, ORG03=pay + non_pay), **ours()))


def test_nothing_is_held_against_a_return_that_is_not_in() -> None:
    assert "P-H20a" not in codes_in(PATHOLOGY, changed(PATHOLOGY, PBC_pay=99_000_000))
    nothing = OtherReturn("back_office", "2016.2", "STP-AAAA-2222", {}, {})
    assert not only("P-H20a", found_in(PATHOLOGY, example_of(PATHOLOGY), other_returns={"back_office": nothing}))


def test_what_cannot_be_stated_is_not_taken_for_nought() -> None:
    unstated = {("PSV15", "value"): Value("not_calculable"), ("PSV15", "comment"): Value("text", text="Not known.")}
    assert codes_in(PATHOLOGY, changed(PATHOLOGY, PSV14=9_000) | unstated, **theirs("ORG01", 1)) == []
    partly = changed(PATHOLOGY, PTX_pay="NC") | {("PTX", "comment"): Value("text", text="Not known.")}
    assert "P-H20a" in codes_in(PATHOLOGY, partly, **theirs("ORG04", 1)), "the rest alone is too much"
    missing = returned(BACK, {("ORG04", "value"): number(1)})
    codes = codes_in(PATHOLOGY, example_of(PATHOLOGY), other_returns={"back_office": missing})
    assert codes == ["P-H20a"], "operating expenditure is not known, so its difference from pay is not"


def test_a_return_on_an_older_version_is_held_against_what_that_version_asks() -> None:
    older = registry.get("back_office", "2016.1")
    other = returned(older, example_of(older) | {("ORG04", "value"): number(1)})
    assert "P-H20a" in codes_in(PATHOLOGY, example_of(PATHOLOGY), other_returns={"back_office": other})
    unknown = replace(other, version="2015.9")
    assert codes_in(PATHOLOGY, example_of(PATHOLOGY), other_returns={"back_office": unknown}) == []


def test_a_trust_that_buys_its_pathology_has_no_laboratory_to_agree_about() -> None:
    bought = {place: value for place, value in changed(PATHOLOGY, PSV1="fully bought").items() if place[0] in ("PSV1", "PSV2", "PSV3", "PSV17")}  # fmt: skip
    assert codes_in(PATHOLOGY, bought, **theirs("ORG04", 1)) == []
    other = {"other_returns": {"pathology": returned(PATHOLOGY, bought)}}
    assert not only("B-H20a", found_in(BACK, changed(BACK, ORG04=1), **other))


def test_a_sum_with_a_cell_in_trouble_is_not_judged_until_that_is_mended() -> None:
    values = changed(PATHOLOGY) | {("PTX", "pay"): Value("text", text="see note")}
    assert codes_in(PATHOLOGY, values, **theirs("ORG04", 1)) == ["P-H3"]


def test_an_explanation_holds_while_both_sides_are_the_same() -> None:
    def basis(area: int, their_area: int) -> str:
        found = found_in(PATHOLOGY, changed(PATHOLOGY, PSV11=area), **theirs("ORG08", their_area))
        return only("P-W20a", found)[0].basis

    assert basis(40_001, 40_000) == basis(40_001, 40_000)
    assert len({basis(40_001, 40_000), basis(40_002, 40_000), basis(40_001, 39_999)}) == 3


def published(measure: str, value: object) -> dict[str, object]:
    source = "NHS Digital HCHS (AH2324), 30 September 2017"
    return {"published_by_year": {("2017/18", measure): Published(Decimal(str(value)), source)}}


@pytest.mark.parametrize(("share", "told"), [("0.8", False), ("0.7999", True), ("1.3", False), ("1.3001", True)])
def test_average_staff_are_held_against_published_staff(share: str, told: bool) -> None:
    staff = example_of(BACK)["ORG06", "value"].number
    found = found_in(BACK, example_of(BACK), **published("staff_fte_total", staff / Decimal(share)))
    assert [(finding.code, finding.line) for finding in found] == ([("ORG06-W2", "ORG06")] if told else [])
    if told:
        assert "published of your trust (NHS Digital HCHS (AH2324), 30 September 2017)" in found[0].message
        assert found[0].expected.startswith("80% to 130% of the published staff")


@pytest.mark.parametrize(("share", "told"), [("1.5", False), ("1.501", True), ("0.1", False)])
def test_back_office_staff_are_held_against_published_central_functions(share: str, told: bool) -> None:
    values = example_of(BACK)
    found = [values.get((line, "wte"), Value("blank")).number for line in BACK.groups["back_office"]]
    staff = sum((amount for amount in found if amount is not None), Decimal(0))
    codes = codes_in(BACK, values, **published("staff_fte_central_functions", staff / Decimal(share)))
    assert codes == (["B-W21"] if told else [])
    assert codes_in(BACK, values, **published("staff_fte_central_functions", 0)) == []


def test_findings_against_eric_say_where_it_was_published() -> None:
    area = {"gross_internal_floor_area": Decimal(50_000)}
    source = {("2015/16", "gross_internal_floor_area"): Published(Decimal(50_000), "NHS Digital ERIC 2015/16")}
    (finding,) = found_in(BACK, changed(BACK, ORG08=60_000), published=area, published_by_year=source)
    assert (
        finding.message
        == "This differs from the 50,000 m² that was published of your trust (NHS Digital ERIC 2015/16)."
    )
    (finding,) = found_in(BACK, changed(BACK, ORG08=60_000), published=area)
    assert finding.message.endswith("(published figures of 2015/16).")


def test_rules_that_look_at_another_template_are_held_against_its_newest_version() -> None:
    newest = {"back_office": BACK, "pathology": PATHOLOGY}
    assert not [*agreement_faults(BACK, newest), *agreement_faults(PATHOLOGY, newest)]
    rule = next(rule for rule in PATHOLOGY.rules if rule.code == "P-H20a")

    def faults(**parameters: str) -> list[str]:
        other = rule.model_copy(update={"parameters": rule.parameters | parameters})
        return [fault for _, fault in agreement_faults(PATHOLOGY.model_copy(update={"rules": (other,)}), newest)]

    assert faults(template="catering") == ["P-H20a: there is no template catering."]
    assert faults(theirs="ORG99")[0].startswith("P-H20a: theirs, in back_office 2016.2: ORG99 is not known here")
    assert faults(theirs="ORG11 + 1") == [
        "P-H20a: theirs, in back_office 2016.2: ORG11 is used as a number, but ORG11.value holds words."
    ]


@pytest.mark.parametrize(("comment", "told"), [("", True), ("   ", True), ("Each slide.", False)])
def test_another_counting_rule_is_described(comment: str, told: bool) -> None:
    values = changed(PATHOLOGY, PSV6="Other") | {("PSV6", "comment"): Value("text", text=comment)}
    assert codes_in(PATHOLOGY, values) == (["PSV6-W1"] if told else [])
    assert codes_in(PATHOLOGY, changed(PATHOLOGY, PSV6="analyte")) == []


def test_a_figure_that_is_not_the_cell_itself_says_which_it_is_and_where_it_comes_from() -> None:
    values = example_of(BACK)
    (finding,) = found_in(BACK, values, **published("staff_fte_central_functions", 1))
    cells = "Costs!C7:C22 and Costs!C26"
    staff = f"{sum(values[line, 'wte'].number for line in BACK.groups['back_office']).normalize():,f} WTE"
    assert finding.found == f"{staff}, the sum of {cells}"
    assert f"without estates ({cells}), come to {staff}" in finding.message
    (pay,) = found_in(PATHOLOGY, example_of(PATHOLOGY), **theirs("ORG04", 1))
    assert pay.found == f"£{sum_of('pay').normalize():,f}k, the sum of Disciplines!I7:I17"
    assert "Pay of all disciplines (Disciplines!I7:I17) comes to" in pay.message
    back = only("B-W20b", found_in(BACK, changed(BACK, ORG03=200_000, ORG04=199_000), **ours()))
    assert back[0].found == "£1,000k, worked out from Organisation!C8 and Organisation!C9"
    (itself,) = only("B-H20a", found_in(BACK, changed(BACK, ORG04=1), **ours()))
    assert itself.found == "1"
