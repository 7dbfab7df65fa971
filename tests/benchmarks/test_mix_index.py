"""The mix-adjusted index: a case that can be checked by hand, what is left out and why, and the second calculation."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.mix_index import EXPECTED, Discipline, mix_index
from benchmarks.arithmetic.obstacles import Status
from tests.reference import pathology_metrics as reference

BIOCHEMISTRY = Discipline("Clinical biochemistry", volume=Decimal(400_000), cost=Decimal(800))
HAEMATOLOGY = Discipline("Haematology and coagulation", volume=Decimal(100_000), cost=Decimal(500))
MEDIANS: dict[str, Decimal | None] = {"P02-PBC": Decimal("1.50"), "P02-PHA": Decimal(4)}
TOO_FEW = "Haematology and coagulation has no national median: too few trusts can be compared on it."
OWN = {"P02-PBC": BIOCHEMISTRY, "P02-PHA": HAEMATOLOGY}


def without(status: Status, reason: str) -> Discipline:
    return Discipline("Immunology", volume=None, cost=None, status=status, reason=reason)


def test_the_case_by_hand() -> None:
    """400,000 tests at £1.50 and 100,000 at £4.00 would cost £600k and £400k. They cost £1,300k: 130, and £300,000 a year."""
    found = mix_index(OWN, MEDIANS)
    assert (found.result.numerator, found.result.denominator, found.result.value) == (1300, 1000, 130)
    assert (found.result.status, found.used, found.left_out) == ("calculable", ("P02-PBC", "P02-PHA"), {})
    assert found.opportunity == 300_000


def test_a_trust_that_is_cheaper_than_expected_has_nothing_to_gain() -> None:
    found = mix_index({"P02-PBC": Discipline("Clinical biochemistry", Decimal(1_000_000), Decimal(900))}, MEDIANS)
    assert (found.result.value, found.opportunity) == (60, 0)


def test_a_discipline_without_both_sides_is_in_neither_sum() -> None:
    own = OWN | {
        "P02-PIM": without("not_applicable", "Not applicable at this trust: immunology."),
        "P02-PCE": Discipline("Cellular pathology", Decimal(9_000), Decimal(700)),
        "P02-PMI": Discipline("Microbiology and virology", None, Decimal(3)),
        "P02-PTX": Discipline("Blood transfusion", Decimal(0), Decimal(3)),
        "P02-PBS": Discipline("Blood sciences", Decimal(10), Decimal(3)),
    }
    found = mix_index(
        own, MEDIANS | {"P02-PCE": None, "P02-PMI": Decimal(2), "P02-PTX": Decimal(3), "P02-PBS": Decimal(0)}
    )
    assert found.result == mix_index(OWN, MEDIANS).result
    assert found.left_out == {
        "P02-PIM": "Not applicable at this trust: immunology.",
        "P02-PCE": "Cellular pathology has no national median: too few trusts can be compared on it.",
        "P02-PMI": "Microbiology and virology has no cost or no volume.",
        "P02-PTX": "Blood transfusion has no volume.",
        "P02-PBS": "The national median of Blood sciences is not above £0.",
    }


@pytest.mark.parametrize(
    ("own", "status", "reason"),
    [
        ({}, "not_calculable", "No discipline can be compared."),
        (
            {"P02-PIM": without("not_applicable", "Not applicable at this trust: immunology.")},
            "not_applicable",
            "Not applicable at this trust: no discipline that is compared.",
        ),
        (
            {
                "P02-PIM": without("missing", "Not given: tests of immunology."),
                "P02-PTX": without("not_applicable", "-"),
            },
            "missing",
            "No discipline can be compared. Not given: tests of immunology.",
        ),
        (
            {"P02-PTX": HAEMATOLOGY, "P02-PIM": without("missing", "Not given: tests of immunology.")},
            "not_calculable",
            f"No discipline can be compared. {TOO_FEW} Not given: tests of immunology.",
        ),
    ],
)
def test_without_any_there_is_a_reason(own: dict[str, Discipline], status: str, reason: str) -> None:
    found = mix_index(own, MEDIANS)
    assert (found.result.status, found.result.value, found.result.reason) == (status, None, reason)
    assert (found.used, found.opportunity) == ((), None)


amounts = st.decimals(min_value=Decimal("0.01"), max_value=99_999, places=2)
lines = st.sampled_from(reference.DISCIPLINES)


@given(st.dictionaries(lines, st.tuples(amounts, amounts)), st.dictionaries(lines, amounts))
def test_any_trust_is_what_is_worked_out_by_hand(
    figures: dict[str, tuple[Decimal, Decimal]], medians: dict[str, Decimal]
) -> None:
    own = {line: Discipline(line, volume, cost) for line, (volume, cost) in figures.items()}
    found = mix_index(own, medians)
    exact = {line: (Fraction(volume), Fraction(cost)) for line, (volume, cost) in figures.items()}
    actual, expected = reference.index(exact, {line: Fraction(median) for line, median in medians.items()})
    assert set(found.used) == figures.keys() & medians.keys()
    if not expected:
        assert found.result.value is None
        return
    assert found.result.numerator == actual
    kept = found.result.denominator
    assert kept is not None
    assert abs(Fraction(kept) - expected) <= Fraction(1, 10**6), "to the sixth decimal of £000, as a run keeps it"
    by_hand = actual / Fraction(kept) * 100
    assert abs(Fraction(found.result.value or 0) - by_hand) <= by_hand / 10**24
    assert found.opportunity is not None
    assert abs(Fraction(found.opportunity) - max(Fraction(0), actual - Fraction(kept)) * 1000) <= Fraction(1, 200)


@given(st.dictionaries(lines, st.tuples(st.integers(1, 10**6), st.integers(1, 10**4)), min_size=1))
def test_whatever_the_mix_a_trust_at_the_medians_is_as_expected(figures: dict[str, tuple[int, int]]) -> None:
    own = {
        line: Discipline(line, Decimal(volume), Decimal(volume * pence) / 100_000)
        for line, (volume, pence) in figures.items()
    }
    found = mix_index(own, {line: Decimal(pence) / 100 for line, (_, pence) in figures.items()})
    assert (found.result.value, found.opportunity) == (EXPECTED, 0)
