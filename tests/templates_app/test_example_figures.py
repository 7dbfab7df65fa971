"""Made-up returns: clean under every rule for every trust, the same for the same seed, and of the trust's own size."""

import csv
from decimal import Decimal

import pytest

from footprints.reference import DATA
from submissions.checks import judge
from templates_app import registry
from templates_app.example_figures import example_values, recipe
from templates_app.reading import Context, Place, Value
from templates_app.schema import DECIMAL_PLACES, is_required, unit_of
from templates_app.trust_reference import prefill, trust_reference
from tests.submissions.example_returns import findings, reading

BACK_OFFICE = registry.get("back_office", "2016.1")
with (DATA / "trusts.csv").open(encoding="utf-8", newline="") as opened:
    CODES = [row["ods_code"] for row in csv.DictReader(opened)]
TYPES = ("RWH", "RX1", "RRU", "RV5", "RPY", "RY4")


def published_by(code: str) -> dict[str, Decimal]:
    known = trust_reference(code).published
    newest = {measure: number for year in sorted(known) for measure, number in known[year].items()}
    return newest | dict(known.get(BACK_OFFICE.year, {}))


def example(code: str, seed: int = 1, scale: str = "1") -> dict[Place, Value]:
    return dict(example_values(BACK_OFFICE, published_by(code), seed=seed, trust_code=code, scale=Decimal(scale)))


def test_the_example_of_every_trust_is_clean() -> None:
    assert len(CODES) == 238
    troubles = []
    for code in CODES:
        trust = trust_reference(code)
        published = trust.published.get(BACK_OFFICE.year, {})
        about = Context(code, trust.name, trust.trust_type, "back_office", "2016.1", published)
        troubles += [(code, finding) for finding in judge(reading(example(code), code), BACK_OFFICE, about).findings]
    assert troubles == []


@pytest.mark.parametrize("code", TYPES)
@pytest.mark.parametrize("seed", [2, 77, 20160930])
def test_other_seeds_are_clean_too(code: str, seed: int) -> None:
    assert findings(reading(example(code, seed), code), code=code) == []


def test_the_same_seed_gives_the_same_figures_and_another_others() -> None:
    assert example("RWH") == example("RWH")
    differing = [place for place, value in example("RWH").items() if value != example("RWH", 2).get(place)]
    assert len(differing) > 80
    assert example("RWH")["FIN1", "pay"] != example("RX1")["FIN1", "pay"]


def test_every_required_cell_is_filled_at_the_places_of_its_unit() -> None:
    made = example("RWH")
    for _, line, column in BACK_OFFICE.cells():
        value = made.get((line.code, column.code))
        if is_required(line, column, "acute"):
            assert value is not None
        if value is not None and value.number is not None:
            assert value.number == round(value.number, DECIMAL_PLACES[unit_of(line, column)])
            assert value.number >= 0


def test_a_trust_is_of_the_size_of_its_published_staff() -> None:
    staff = published_by("RWH")["staff_fte_total"]
    made = example("RWH")["ORG06", "value"].number
    assert abs(made - staff) < staff * Decimal("0.03")


def test_scale_multiplies_the_trust_but_not_what_it_confirms() -> None:
    once, thrice = example("RWH"), example("RWH", scale="3")
    assert thrice["ORG06", "value"].number == pytest.approx(once["ORG06", "value"].number * 3, rel=Decimal("0.001"))
    for place, number in prefill(BACK_OFFICE, trust_reference("RWH").published["2015/16"]).items():
        assert once[place].number == thrice[place].number == number


@pytest.mark.parametrize("scale", ["0.5", "1.5"])
@pytest.mark.parametrize("code", TYPES)
def test_a_trust_of_another_size_is_clean(code: str, scale: str) -> None:
    assert findings(reading(example(code, scale=scale), code), code=code) == []


ODD_SIZE = {"B-W11", "ORG01-W1", "EST1-W1", "EST2-W1"}


@pytest.mark.parametrize("scale", ["0.1", "3"])
@pytest.mark.parametrize("code", TYPES)
def test_a_trust_of_an_odd_size_has_no_errors(code: str, scale: str) -> None:
    """No such trust exists, so its shares may be unusual: warnings, which ask for a comment."""
    assert {rule for rule, _ in findings(reading(example(code, scale=scale), code), code=code)} <= ODD_SIZE


def test_a_published_nought_is_a_figure_and_not_a_gap() -> None:
    nought = example_values(BACK_OFFICE, published_by("RWH") | {"unoccupied_floor_area": Decimal(0)}, seed=1, trust_code="RWH")  # fmt: skip
    assert nought["VEST2", "value"] == Value("number", number=Decimal(0))


def test_a_trust_of_which_nothing_was_published_has_a_return_too() -> None:
    made = example_values(BACK_OFFICE, {}, seed=1, trust_code="XXX")
    assert made["ORG08", "value"].number == 38000


def test_what_some_trusts_tell_together_is_told_on_both_sides() -> None:
    """East London and the ambulance service name the trust that does their payroll, which says about what they pay it."""
    host, client, other = example("RAT"), example("RWK"), example("RRU")
    assert host["PAY1", "delivery"].text == "hosted for others"
    assert client["PAY1", "provider"].text == "North East London NHS Foundation Trust"
    assert other["PAY1", "provider"].text == "RAT"
    paid = client["PAY1", "non_pay"].number + other["PAY1", "non_pay"].number
    assert abs(host["PAY1", "income"].number - paid) < 10
    assert example("RWK", scale="1.5")["PAY1", "delivery"].text != "hosted for others"
    assert ("PAY1", "provider") not in example("RAT")


def test_what_others_do_has_a_provider_and_mostly_an_end() -> None:
    """Nothing done in-house has; whether a cell is made changes no other cell."""
    ends = []
    for code in CODES[::8]:
        made = example(code)
        for line in ("FIN3", "FIN4", "HR1", "HR4", "PRO1", "PAY1", "EST2", "LEG1"):
            is_own = made[line, "delivery"].text in ("in-house", "hosted for others")
            assert ((line, "notice_months") in made) != is_own
            ends += [] if is_own else [made.get((line, "contract_end"))]
    assert 0.7 < sum(end is not None for end in ends) / len(ends) < 0.98


def test_a_template_without_a_recipe_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        recipe("crockery")
