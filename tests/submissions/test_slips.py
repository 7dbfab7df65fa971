"""A figure typed in pounds is one warning that says so; what only follows from it is counted, and trouble of its own is still said."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.actions.process import process
from submissions.states import State
from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.layout import layout_of
from templates_app.reading import Finding, Place, Value, Waived
from templates_app.schema import Definition, Rule
from tests.factories import CollectionFactory, ReturnFactory
from tests.submissions.any_return import codes_in, example_of, found_in, number
from tests.submissions.scenes import received, workbook

OLDER, NEWER = registry.get("back_office", "2016.1"), registry.get("back_office", "2016.2")
INCOME: Place = ("ORG01", "value")
FOLLOW = ["ORG02-W1", "ORG03-W1", "ORG10-W1"]
"""What income in pounds makes of patient-care income, expenditure and corporate pay, as shares of it."""


def in_pounds(*places: Place, **also: object) -> dict[Place, Value]:
    """The example with some figures a thousand times too large, and others as the test says."""
    made = example_of(NEWER)
    made |= {place: number((made[place].number or Decimal(0)) * 1000) for place in places}
    return made | {(line, "value"): number(amount) for line, amount in also.items()}


def test_income_in_pounds_is_one_warning_that_names_the_cause_and_counts_the_rest() -> None:
    (finding,) = found_in(NEWER, in_pounds(INCOME))
    assert (finding.code, finding.cell) == ("ORG01-W2", layout_of(NEWER).cells[INCOME].address)
    assert "looks like pounds rather than thousands of pounds: divided by 1,000 it is £" in finding.message
    assert finding.message.endswith(" 3 other warnings follow from this figure and are not listed.")


def test_without_the_rule_that_knows_the_slip_each_of_them_is_said() -> None:
    ignorant = NEWER.model_copy(update={"rules": tuple(rule for rule in NEWER.rules if rule.code != "ORG01-W2")})
    assert [finding.code for finding in found_in(ignorant, in_pounds(INCOME))] == FOLLOW
    assert codes_in(OLDER, {place: value for place, value in in_pounds(INCOME).items() if place in layout_of(OLDER).cells}) == ["ORG01-W1", *FOLLOW]  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "amount", "code"),
    [("ORG02", 100, "ORG02-W1"), ("ORG03", 1_000_000, "ORG03-W1"), ("ORG10", 100, "ORG10-W1")],
)
def test_what_is_wrong_by_itself_is_said_beside_the_slip(figure: str, amount: int, code: str) -> None:
    alone = codes_in(NEWER, in_pounds(**{figure: amount}))
    assert code in alone
    beside = found_in(NEWER, in_pounds(INCOME, **{figure: amount}))
    assert code in [finding.code for finding in beside]
    assert "2 other warnings follow from this figure" in beside[0].message


def test_errors_are_never_left_out() -> None:
    codes = codes_in(NEWER, in_pounds(("PAY1", "pay")))
    assert "B-H6a" in codes, "pay on the Costs sheet is more than that of the whole trust"
    assert codes == ["B-H6a", "B-W4"]


@pytest.mark.parametrize("amount", [9_999, 1_700_001, 9_999_999, 1_700_000_001])
def test_income_that_dividing_does_not_make_a_trusts_is_only_out_of_range(amount: int) -> None:
    codes = codes_in(NEWER, in_pounds(ORG01=amount))
    assert codes[0] in ("ORG01-W1", "ORG02-H1")
    assert "ORG01-W1" in codes
    assert "ORG01-W2" not in codes


@pytest.mark.parametrize("amount", [10_000_000, 1_700_000_000])
def test_at_the_ends_of_the_range_of_trusts_it_is_still_a_slip(amount: int) -> None:
    codes = codes_in(NEWER, in_pounds(ORG01=amount))
    assert "ORG01-W2" in codes
    assert "ORG01-W1" not in codes


def test_a_warning_that_two_slips_made_together_is_counted_once() -> None:
    found = found_in(NEWER, in_pounds(("HR1", "pay"), ("HR2", "pay")))
    slips = [finding for finding in found if finding.code == "B-W4"]
    assert {finding.code for finding in found} == {"B-H6a", "B-W4"}
    counted = [int(finding.message.split(". ")[-1].split()[0]) for finding in slips if "not listed" in finding.message]
    ignorant = NEWER.model_copy(update={"rules": tuple(_without_slip(NEWER))})
    everything = [each.code for each in found_in(ignorant, in_pounds(("HR1", "pay"), ("HR2", "pay")))]
    assert sum(counted) == len(everything) - len(found)
    assert everything.count("B-W11") == 1


def _without_slip(definition: Definition) -> Iterator[Rule]:
    for rule in definition.rules:
        kept = {name: value for name, value in rule.parameters.items() if name != "slip" or rule.holds}
        yield rule.model_copy(update={"parameters": kept})


def test_what_does_not_look_at_the_cell_stays() -> None:
    codes = codes_in(NEWER, in_pounds(INCOME) | {("VHR3", "value"): number(200)})
    assert codes == ["ORG01-W2", "VHR3-W1"]


def test_a_row_of_equal_amounts_is_no_follow_on_of_one_of_them() -> None:
    lines = [line.code for line in NEWER.lines_of("costs")][:5]
    same = {(line, "non_pay"): number(146_500) for line in lines}
    codes = codes_in(NEWER, in_pounds() | same)
    assert "B-W4" in codes
    assert any(rule.check == "same_value_repeated" and rule.code in codes for rule in NEWER.rules)


@pytest.mark.parametrize(
    "more",
    [{"on_trial": {"ORG01-W2": date(2016, 9, 30)}}, {"waived": {("ORG01-W2", ""): Waived(1, "Agreed.", date(2016, 9, 30))}}],
    ids=["on trial", "waived"],
)  # fmt: skip
def test_a_slip_that_asks_for_nothing_silences_nothing(more: dict[str, object]) -> None:
    assert set(FOLLOW) <= set(codes_in(NEWER, in_pounds(INCOME), **more))


FIGURES = [("ORG02", "value"), ("ORG03", "value"), ("ORG06", "value"), ("ORG10", "value"), ("FIN1", "pay"), ("HR1", "non_pay"), ("PAY1", "wte"), ("VPAY1", "value")]  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIGURES), st.decimals("0.001", "50", places=3), max_size=4))
def test_whatever_else_is_wrong_is_said_now_or_was_only_the_slip(factors: dict[Place, Decimal]) -> None:
    """With income in pounds and anything else out besides, everything that income put right would still show is said already, but
    for what the slip hides by itself: a share of an income a thousand times too large may look right."""
    sound = example_of(NEWER) | {
        place: number(round((example_of(NEWER)[place].number or Decimal(0)) * factor, 0 if place[0] == "VPAY1" else 2))
        for place, factor in factors.items()
    }
    slipped = sound | {INCOME: number((sound[INCOME].number or Decimal(0)) * 1000)}
    blind = NEWER.model_copy(update={"rules": tuple(rule for rule in NEWER.rules if rule.code != "ORG01-W2")})
    said, all_said, mended = ({_key(each) for each in found_in(*of)} for of in ((NEWER, slipped), (blind, slipped), (NEWER, sound)))  # fmt: skip
    assert all_said & mended <= said
    assert all(severity == "warning" for _, _, severity in all_said - said)
    assert said - all_said == {("ORG01-W2", "ORG01", "warning")}


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.line, finding.severity


def test_an_uploaded_file_waits_for_one_explanation(db: None) -> None:
    return_record = ReturnFactory(collection=CollectionFactory(version="2016.2"))
    income = example_values(NEWER, {}, seed=1, trust_code="any")[INCOME].number or Decimal(0)
    file = received(return_record, workbook(return_record, {INCOME: number(income * 1000)}))
    process(submission_id=file.pk)
    file.refresh_from_db()
    (finding,) = file.findings.filter(severity="warning")
    assert (file.state, finding.code, finding.line) == (State.TO_EXPLAIN, "ORG01-W2", "ORG01")
    assert finding.message.endswith("3 other warnings follow from this figure and are not listed.")
