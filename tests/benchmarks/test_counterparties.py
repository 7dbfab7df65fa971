"""Both sides of a shared service: every state, and what never depends on order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.shared_work.counterparties import (
    STATE_MEANS,
    STATE_WORDS,
    TO_ASK,
    WITHIN_POUNDS,
    Earning,
    Payment,
    agree,
    reconcile,
    unmatched,
    why_unmatched,
)
from benchmarks.shared_work.named_trusts import Naming

HOST = Naming("one", ("RAA",))


def earns(income: int | None, trust: str = "RAA", line: str = "PAY1") -> Earning:
    return Earning(trust, line, None if income is None else Decimal(income))


def pays(paid: int | None, trust: str = "RBB", naming: Naming = HOST, line: str = "PAY1") -> Payment:
    return Payment(trust, line, "Trust A", naming, None if paid is None else Decimal(paid))


def one_state(earnings: list[Earning], payments: list[Payment], returned: tuple[str, ...] = ("RAA",)) -> str:
    [made] = reconcile(earnings, payments, returned)
    return made.state


@pytest.mark.parametrize(
    ("income", "paid", "state"),
    [
        (800_000, [760_000], "agrees"),
        (800_000, [759_999], "earns_more"),
        (760_000, [800_000], "agrees"),
        (759_999, [800_000], "pays_more"),
        (10_000, [20_000], "agrees"),
        (9_999, [20_000], "pays_more"),
        (905_000, [500_000, 390_000], "agrees"),
        (905_000, [500_000, None], "earns_more"),
        (0, [186_000], "pays_more"),
        (0, [9_000], "agrees"),
        (None, [186_000], "says_nothing"),
        (186_000, [], "nobody_names"),
        (186_000, [None, None], "not_stated"),
    ],
)
def test_each_state(income: int | None, paid: list[int | None], state: str) -> None:
    payments = [pays(amount, f"RB{number}") for number, amount in enumerate(paid)]
    assert one_state([earns(income)], payments) == state
    assert STATE_WORDS[state]
    assert STATE_MEANS[state]


def test_a_host_without_a_return_is_not_said_to_keep_silent() -> None:
    assert one_state([], [pays(186_000)], returned=("RBB",)) == "not_in"
    assert one_state([], [pays(186_000)], returned=("RAA", "RBB")) == "says_nothing"


def test_the_difference_is_what_the_host_says_beyond_its_clients() -> None:
    [made] = reconcile([earns(800_000)], [pays(400_000), pays(300_000, "RCC")], ("RAA",))
    assert (made.earned, made.paid, made.difference) == (800_000, 700_000, 100_000)
    assert made.trusts == {"RAA", "RBB", "RCC"}
    assert [client.trust for client in made.clients] == ["RBB", "RCC"]


@pytest.mark.parametrize(("income", "payments"), [(None, [5]), (5, []), (5, [None])])
def test_where_one_side_says_nothing_there_is_no_difference(income: int | None, payments: list[int | None]) -> None:
    [made] = reconcile([earns(income)], [pays(paid) for paid in payments], ("RAA",))
    assert made.difference is None
    assert made.weight == 5


def test_no_income_and_no_client_is_nothing_to_say() -> None:
    assert reconcile([earns(0), earns(None, line="FIN3")], [], ("RAA",)) == ()


@pytest.mark.parametrize(
    ("naming", "why"),
    [
        (Naming("several", ("RAA", "RCC")), "names 2 trusts, so we cannot tell what is paid to which"),
        (Naming("no_trust"), "is not a trust that we recognise"),
        (Naming("one", ("RBB",)), "names the trust itself"),
    ],
)
def test_a_provider_that_is_not_one_other_trust_counts_on_no_side(naming: Naming, why: str) -> None:
    payment = pays(400_000, naming=naming)
    assert one_state([earns(400_000)], [payment]) == "nobody_names"
    assert [why_unmatched(item) for item in unmatched([payment, pays(1), pays(1, naming=Naming("nobody"))])] == [why]


def test_lines_are_kept_apart() -> None:
    made = reconcile([earns(400_000), earns(400_000, line="FIN3")], [pays(400_000)], ("RAA",))
    assert {item.line: item.state for item in made} == {"PAY1": "agrees", "FIN3": "nobody_names"}


def test_what_has_to_be_asked_comes_first_and_of_that_the_largest() -> None:
    earnings = [earns(900_000, "RAA"), earns(500_000, "RCC"), earns(100_000, "RDD"), earns(300_000, "REE")]
    payments = [
        pays(100_000, naming=Naming("one", ("RCC",))),
        pays(200_000, naming=Naming("one", ("RDD",))),
        pays(300_000, naming=Naming("one", ("REE",))),
    ]
    made = reconcile(earnings, payments, ("RAA", "RCC", "RDD", "REE"))
    assert [item.host for item in made] == ["RCC", "RDD", "RAA", "REE"]


AMOUNTS = st.none() | st.integers(0, 2_000_000)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=4))
def test_the_answer_does_not_depend_on_order(income: int | None, paid: list[int | None]) -> None:
    payments = [pays(amount, f"RB{number}") for number, amount in enumerate(paid)]
    forwards, backwards = (reconcile([earns(income)], given, ("RAA",)) for given in (payments, payments[::-1]))
    assert forwards == backwards
    for made in forwards:
        assert made.paid == sum(amount or 0 for amount in paid)
        assert made.difference is None or made.state not in TO_ASK or abs(made.difference) > WITHIN_POUNDS


@given(st.integers(0, 5_000_000).map(Decimal), st.integers(0, 5_000_000).map(Decimal))
def test_to_agree_is_mutual(one: Decimal, other: Decimal) -> None:
    assert agree(one, other) == agree(other, one)
    assert agree(one, one)
