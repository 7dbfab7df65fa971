"""Which functions come first, and what is said of each."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.shared_work.candidates import SHOWN, FunctionSpread, OwnValue, consolidation_candidates

PAYROLL = FunctionSpread(
    function="Payroll",
    metric="M24",
    direction="lower",
    spend=Decimal(4_100_000),
    trusts=6,
    contract_ends=2,
    best=OwnValue("Barts Health", "£3.10 a payslip"),
    worst=OwnValue("Homerton University Hospital", "£5.20 a payslip"),
    to_best=Decimal("412345.67"),
    best_in_best_quarter=True,
)


def test_the_most_persuasive_sentence_names_the_trust_that_is_there_already() -> None:
    [first] = consolidation_candidates([PAYROLL])
    assert first.sentence == "Your cheapest payroll is already at the best quarter: Barts Health at £3.10 a payslip."
    assert first.worth == "£412,000 a year"
    assert first.contracts == "2 agreements end within 24 months"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"best_in_best_quarter": False},
            "Your cheapest payroll is Barts Health at £3.10 a payslip, which is not in the best quarter of England: look outside as well.",
        ),
        (
            {"best_in_best_quarter": None},
            "Your cheapest payroll is Barts Health at £3.10 a payslip. Too few trusts are compared to say where that stands in England.",
        ),
        (
            {"function": "HR", "direction": "higher"},
            "Your best HR is already at the best quarter: Barts Health at £3.10 a payslip.",
        ),
    ],
)
def test_nothing_is_claimed_that_does_not_hold(change: dict[str, object], sentence: str) -> None:
    [first] = consolidation_candidates([replace(PAYROLL, **change)])
    assert first.sentence == sentence


@pytest.mark.parametrize("change", [{"trusts": 1}, {"to_best": Decimal(0)}, {"direction": "neutral"}])
def test_what_has_nothing_to_gain_is_left_out(change: dict[str, object]) -> None:
    assert consolidation_candidates([replace(PAYROLL, **change)]) == ()


@pytest.mark.parametrize(
    ("ends", "words"), [(0, "no agreement ends"), (1, "1 agreement ends"), (3, "3 agreements end")]
)
def test_agreements_are_counted_in_words(ends: int, words: str) -> None:
    [first] = consolidation_candidates([replace(PAYROLL, contract_ends=ends)])
    assert first.contracts == f"{words} within 24 months"


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 9)), max_size=12), st.randoms())
def test_five_at_most_ranked_by_what_they_are_worth_in_any_order(worth: list[tuple[int, int]], chance: object) -> None:
    spreads = [
        replace(PAYROLL, function=f"Function {number}", to_best=Decimal(gap), trusts=trusts)
        for number, (gap, trusts) in enumerate(worth)
    ]
    found = consolidation_candidates(spreads)
    chance.shuffle(spreads)  # type: ignore[attr-defined]
    assert consolidation_candidates(spreads) == found
    gaps = [candidate.spread.to_best for candidate in found]
    assert gaps == sorted(gaps, reverse=True)
    assert [candidate.rank for candidate in found] == list(range(1, len(found) + 1))
    assert len(found) == min(SHOWN, sum(gap > 0 and trusts > 1 for gap, trusts in worth))
