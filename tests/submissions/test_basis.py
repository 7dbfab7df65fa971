"""What an explanation belongs to: every figure that its check looked at, and what is fixed for the trust, but not what others say."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from templates_app import registry
from templates_app.reading import Place, Published, Value
from tests.submissions.any_return import changed, example_of, found_in, number, of_type, spread

BACK = registry.get("back_office", "2016.2")
SHARED = ("GOV1", "GOV2", "EST1", "EST2", "EST3")
AREA = {"gross_internal_floor_area": Decimal(50_000)}


def basis(code: str, values: Mapping[Place, Value], **about: object) -> str:
    (finding,) = [finding for finding in found_in(BACK, values, **about) if finding.code == code]
    return finding.basis


def in_hundreds(**others: object) -> dict[Place, Value]:
    amounts = {
        place: number(max(100, round(value.number / 100) * 100))
        for place, value in example_of(BACK).items()
        if place[1] in ("pay", "non_pay", "income") and value.number
    }
    return changed(BACK) | amounts | {("GOV1", "pay"): number(others.get("GOV1_pay", 400))}


def repeated(**others: object) -> dict[Place, Value]:
    return changed(BACK, **({f"{line}_non_pay": "612.5" for line in SHARED} | others))


def without(*places: Place) -> dict[Place, Value]:
    return changed(BACK) | dict.fromkeys(places, Value("not_applicable"))


def bought(pay: int, cost: int = 90_000_000) -> tuple[dict[Place, Value], dict[str, object]]:
    return changed(BACK, EST1_pay=pay, EST1_non_pay=1000), {"published": {"hard_fm_cost": Decimal(cost)}}


def slipped(
    income: int = 100_000, middle: str = "0.000004", **more: object
) -> tuple[dict[Place, Value], dict[str, object]]:
    about = {"usual": of_type({("FIN3", "pay"): spread(Decimal(middle), 9)}, "ORG02|||")}
    return changed(BACK, FIN3_pay=412, FIN3_wte=15, ORG02=income, **more), about


def before(amount: int) -> tuple[dict[Place, Value], dict[str, object]]:
    return changed(BACK, GOV1_pay=500, GOV1_wte=10), {"last_year": {("GOV1", "pay"): Decimal(amount)}}


def area(published: int) -> tuple[dict[Place, Value], dict[str, object]]:
    known = {"gross_internal_floor_area": Decimal(published)}
    return changed(BACK, ORG08=60_000), {"published": known}


@pytest.mark.parametrize(
    ("code", "first", "other"),
    [
        ("B-W10a", (repeated(), {}), (repeated(LEG1_non_pay="612.5"), {})),
        ("B-W10b", (in_hundreds(), {}), (in_hundreds(GOV1_pay=500), {})),
        ("B-W13", (without(("HR9", "pay")), {}), (without(("HR9", "pay"), ("HR9", "non_pay")), {})),
        ("EST1-W1", bought(300), bought(301)),
        ("EST1-W1", bought(300), bought(300, 91_000_000)),
        ("ORG08-W1", area(50_000), area(51_000)),
        ("B-W9", before(100), before(120)),
        ("B-W4", slipped(), slipped(100_001)),
    ],
    ids=[
        "another line of the run",
        "another of the amounts",
        "another cell given up",
        "the other part of the cost",
        "the published cost",
        "the published area",
        "last year's figure",
        "what the amount is divided by",
    ],
)
def test_an_explanation_does_not_carry_to_another_problem_at_the_same_cell(code, first, other) -> None:
    kept = basis(code, first[0], **first[1])
    assert kept == basis(code, first[0], **first[1])
    assert kept != basis(code, other[0], **other[1])


def test_it_carries_while_only_other_trusts_move() -> None:
    (values, about), (_, moved) = slipped(), slipped(middle="0.000005")
    assert basis("B-W4", values, **about) == basis("B-W4", values, **moved)


def test_it_carries_over_figures_that_the_check_does_not_look_at() -> None:
    assert basis("B-W10a", repeated(), **{}) == basis("B-W10a", repeated(FIN4_pay=77), **{})
    known = {("2015/16", "gross_internal_floor_area"): Published(AREA["gross_internal_floor_area"], "ERIC, revised")}
    values, about = area(50_000)
    assert basis("ORG08-W1", values, **about) == basis("ORG08-W1", values, **about, published_by_year=known)
