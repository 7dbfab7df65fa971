"""Checks of whether figures are likely, each with its boundary: against ERIC, last year, trusts of the type, and each other."""

from decimal import Decimal

import pytest

from templates_app.reading import Place, Value
from tests.submissions.example_returns import address, assert_complete, context, example, findings, judged, reading

PAY = ("FIN3", "pay")
BIG = "R1H"
"""A trust all of whose sites stated their facilities management."""


def number(amount: object) -> Value:
    return Value("number", number=Decimal(str(amount)))


def changed(**amounts: object) -> dict[Place, Value]:
    """The example with `FIN3_pay=…`."""
    values = dict(example())
    for name, amount in amounts.items():
        line, _, column = name.partition("_")
        values[line, column or "value"] = number(amount)
    return values


def codes(values: dict[Place, Value], **about: object) -> list[str]:
    return [code for code, _ in findings(reading(values), **about)]


@pytest.mark.parametrize(("share", "told"), [("1.019", False), ("0.981", False), ("1.021", True), ("0.979", True)])
def test_floor_area_is_held_against_eric(share: str, told: bool) -> None:
    area = context().published["gross_internal_floor_area"]
    values = changed(ORG08=round(area * Decimal(share), 2))
    found = findings(reading(values))
    assert found == ([("ORG08-W1", address("ORG08"))] if told else [])
    if told:
        (finding,) = judged(reading(values)).findings
        assert f"differs from the {area.normalize():,f} m² that your trust reported" in finding.message
        assert finding.expected == "within 2% of the published area"


def test_a_trust_without_a_published_area_is_not_held_against_any() -> None:
    assert codes(changed(ORG08=60_000), published={}) == []
    assert codes(changed(ORG08=60_000), published={"gross_internal_floor_area": Decimal(0)}) == []


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("0.81", False),  # a quarter more than four fifths
        ("0.79", True),
        ("1.33", False),
        ("1.34", True),
    ],
)
def test_an_amount_is_held_against_last_years_by_share(before: str, told: bool) -> None:
    now = example()["GOV1", "pay"].number
    assert now > 400
    last_year = {("GOV1", "pay"): now * Decimal(before)}
    assert codes(changed(), last_year=last_year) == (["B-W9"] if told else [])


def test_a_small_amount_may_change_by_any_share() -> None:
    now = example()["FIN1", "non_pay"].number
    assert codes(changed(), last_year={("FIN1", "non_pay"): now + 50}) == []
    assert codes(changed(), last_year={("FIN1", "non_pay"): now + 51}) == ["B-W9"]


def test_an_amount_where_there_was_none_last_year() -> None:
    assert codes(changed(), last_year={("GOV1", "pay"): Decimal(0)}) == ["B-W9"]
    assert codes(changed(), last_year={("VFIN1", "value"): Decimal(0), ("FIN3", "wte"): Decimal(0)}) == []


def test_exactly_last_years_figure_is_a_note() -> None:
    now = {place: value.number for place, value in example().items() if value.number is not None}
    assert codes(changed(), last_year={PAY: now[PAY], ("FIN1", "income"): Decimal(0)}) == ["B-I1a"]
    (finding,) = judged(reading(example()), last_year={PAY: now[PAY]}).findings
    assert (finding.severity, finding.cell) == ("info", "D9")


def test_one_figure_shared_out_over_five_lines() -> None:
    lines = ("GOV1", "GOV2", "EST1", "EST2", "EST3")
    five = changed(**{f"{line}_non_pay": "612.5" for line in lines})
    assert findings(reading(five)) == [("B-W10a", address("GOV1", "non_pay"))]
    (finding,) = judged(reading(five)).findings
    assert finding.message.startswith("5 lines one after another hold the same figure")
    assert codes({**five, ("EST3", "non_pay"): number("612.6")}) == []
    assert codes({**five, ("EST1", "non_pay"): number("612.6")}) == []


def test_noughts_and_months_of_notice_may_repeat() -> None:
    months = changed(**{f"{line}_notice_months": 12 for line in ("FIN1", "FIN2", "FIN3", "FIN4", "FIN9", "HR1", "HR2")})
    assert codes(months) == []
    assert codes(changed(**{f"{line}_income": 0 for line in ("FIN1", "FIN2", "FIN9", "HR1", "HR2", "HR3")})) == []


def test_amounts_that_are_all_hundreds() -> None:
    amounts = {
        place: number(max(100, round(value.number / 100) * 100))
        for place, value in example().items()
        if place[1] in ("pay", "non_pay", "income") and value.number
    }
    found = findings(reading({**example(), **amounts}))
    assert ("B-W10b", address("FIN1", "pay")) in found
    one_exact = {**example(), **amounts, ("LEG1", "non_pay"): number(101)}
    assert "B-W10b" not in codes(one_exact)


def test_a_few_round_amounts_are_no_sign_of_anything() -> None:
    columns = ("pay", "non_pay", "income")
    noughts = {place: number(0) for place in example() if place[1] in columns}
    four = {("GOV1", "pay"): number(400), ("GOV2", "pay"): number(500), ("HR1", "pay"): number(600), ("HR9", "pay"): number(800)}  # fmt: skip
    assert "B-W10b" not in codes({**example(), **noughts, **four})
    assert "B-W10b" in codes({**example(), **noughts, **four, ("FIN9", "pay"): number(700)})


@pytest.mark.parametrize("line", ["EST1", "EST2"])
@pytest.mark.parametrize(("share", "told"), [("1.249", False), ("0.751", False), ("1.251", True), ("0.749", True)])
def test_facilities_management_is_held_against_eric(line: str, share: str, told: bool) -> None:
    published = context(BIG).published[{"EST1": "hard_fm_cost", "EST2": "soft_fm_cost"}[line]] / 1000
    pay = example(BIG)[line, "pay"].number
    values = dict(example(BIG)) | {
        (line, "non_pay"): number((published * Decimal(share) - pay).quantize(Decimal("0.001")))
    }
    hit = (f"{line}-W1", address(line, "non_pay"))
    assert (hit in findings(reading(values, BIG), code=BIG)) is told
    if told:
        found = next(item for item in judged(reading(values, BIG), code=BIG).findings if item.code == f"{line}-W1")
        assert_complete(found)
        assert f"{published.quantize(Decimal(1)):,f} (£000)" in found.message


def test_facilities_management_that_is_not_stated_is_not_held_against_anything() -> None:
    without = {("EST1", "pay"): Value("not_applicable"), ("EST1", "non_pay"): Value("not_applicable")}
    assert "EST1-W1" not in codes(dict(example()) | without, published={"hard_fm_cost": Decimal(1_000_000)})
    assert "EST1-W1" not in codes(changed(EST1_non_pay=1), published={})
