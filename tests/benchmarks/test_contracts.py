"""Agreements: their notice, how they stand on a day, and which could be tendered together."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.shared_work.contracts import (
    NEAR_MONTHS,
    Agreement,
    calendar_day,
    clusters,
    in_order,
    months_after,
    near_by_function,
)

ON = date(2016, 11, 22)


def agreement(trust: str = "RAA", end: date | None = date(2018, 3, 31), **more: object) -> Agreement:
    given = {"line": "PAY1", "line_label": "Payroll", "function": "Payroll", "cost": Decimal(100_000)} | more
    return Agreement(trust, f"Trust {trust}", end=end, **given)


@pytest.mark.parametrize(
    ("end", "months", "notice"),
    [
        (date(2018, 3, 31), 6, date(2017, 9, 30)),
        (date(2018, 9, 30), 6, date(2018, 3, 31)),
        (date(2018, 8, 31), 6, date(2018, 2, 28)),
        (date(2018, 5, 15), 3, date(2018, 2, 15)),
        (date(2018, 1, 31), 0, date(2018, 1, 31)),
        (date(2018, 1, 30), 11, date(2017, 2, 28)),
    ],
)
def test_notice_is_the_end_minus_its_months(end: date, months: int, notice: date) -> None:
    assert agreement(end=end, notice_months=months).notice_day == notice


def test_without_an_end_or_months_there_is_no_day_of_notice() -> None:
    assert agreement(end=None, notice_months=6).notice_day is None
    assert agreement().notice_day is None


@pytest.mark.parametrize(
    ("end", "months", "standing", "near"),
    [
        (None, None, "no_end", False),
        (ON - timedelta(days=1), None, "ended", False),
        (ON, None, "near", True),
        (date(2017, 3, 31), 6, "notice_passed", True),
        (date(2017, 5, 22), 6, "near", True),
        (date(2018, 11, 22), None, "near", True),
        (date(2018, 11, 23), 6, "later", False),
    ],
)
def test_how_an_agreement_stands(end: date | None, months: int | None, standing: str, near: bool) -> None:
    given = agreement(end=end, notice_months=months)
    assert given.standing(ON) == standing
    assert given.is_near(ON) == near
    assert given.standing_words(ON)


def test_ends_twelve_months_apart_belong_together_and_a_day_more_does_not() -> None:
    near = [agreement("RAA", date(2017, 3, 31)), agreement("RBB", date(2018, 3, 31))]
    [cluster] = clusters(near, ON)
    assert (cluster.name, cluster.trusts, cluster.cost) == ("Payroll", 2, Decimal(200_000))
    assert (cluster.first_end, cluster.last_end) == (date(2017, 3, 31), date(2018, 3, 31))
    assert clusters([near[0], agreement("RBB", date(2018, 4, 1))], ON) == ()


def test_one_trust_alone_is_no_cluster() -> None:
    assert clusters([agreement("RAA"), agreement("RAA", date(2018, 6, 30), line="PAY1")], ON) == ()


def test_what_has_ended_or_has_no_end_is_in_no_cluster() -> None:
    assert clusters([agreement("RAA", ON - timedelta(days=1)), agreement("RBB", ON), agreement("RCC", None)], ON) == ()


def test_the_same_line_comes_before_the_same_function() -> None:
    finance = {"function": "Finance"}
    listed = [
        agreement("RAA", line="FIN3", line_label="Accounts payable", **finance),
        agreement("RBB", line="FIN3", line_label="Accounts payable", **finance),
        agreement("RCC", line="FIN4", line_label="Internal audit", cost=Decimal(900_000), **finance),
        agreement("RDD", line="FIN1", line_label="Income planning", **finance),
    ]
    assert [(cluster.name, cluster.cost) for cluster in clusters(listed, ON)] == [
        ("Finance", Decimal(1_000_000)),
        ("Accounts payable", Decimal(200_000)),
    ]


def test_the_costliest_window_is_taken_first() -> None:
    """The middle one could go with either neighbour."""
    listed = [
        agreement("RAA", date(2017, 1, 31)),
        agreement("RBB", date(2017, 11, 30)),
        agreement("RCC", date(2018, 9, 30), cost=Decimal(500_000)),
    ]
    [cluster] = clusters(listed, ON)
    assert [item.trust for item in cluster.agreements] == ["RBB", "RCC"]


def test_the_first_day_of_notice_is_the_day_to_act_by() -> None:
    [cluster] = clusters([agreement("RAA", notice_months=12), agreement("RBB", notice_months=3), agreement("RCC")], ON)
    assert cluster.act_by == date(2017, 3, 31)
    assert clusters([agreement("RAA"), agreement("RBB")], ON)[0].act_by is None


def test_a_cost_that_is_not_given_counts_for_nothing() -> None:
    [cluster] = clusters([agreement("RAA", cost=None), agreement("RBB")], ON)
    assert cluster.cost == Decimal(100_000)
    assert clusters([agreement("RAA", cost=None), agreement("RBB", cost=None)], ON)[0].cost is None


def test_the_order_is_the_templates_then_by_end_with_none_last() -> None:
    listed = [
        agreement("RAA", None, line="FIN3"),
        agreement("RBB", date(2018, 1, 1), line="FIN3"),
        agreement("RCC", date(2017, 1, 1)),
        agreement("RDD", date(2017, 6, 1), line="FIN3"),
    ]
    assert [item.trust for item in in_order(listed)] == ["RDD", "RBB", "RAA", "RCC"]


def test_what_ends_soon_is_test_what_ends_soon_is_counted_by_function() -> None:
    listed = [agreement("RAA"), agreement("RBB", date(2020, 1, 1)), agreement("RCC", line="FIN3", function="Finance")]
    assert near_by_function(listed, ON) == {"Payroll": 1, "Finance": 1}


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2016, 11, 22), date(2016, 11, 22)),
        (date(2018, 3, 31), date(2018, 3, 31)),
        (date(2018, 4, 1), date(2016, 3, 31)),
        (date(2026, 11, 22), date(2016, 3, 31)),
    ],
)
def test_old_figures_are_looked_at_from_the_end_of_their_year(today: date, day: date) -> None:
    assert calendar_day("2015/16", today) == day


AGREEMENTS = st.lists(
    st.builds(
        agreement,
        st.sampled_from(["RAA", "RBB", "RCC", "RDD"]),
        st.none() | st.dates(date(2016, 1, 1), date(2020, 12, 31)),
        line=st.sampled_from(["FIN3", "FIN4"]),
        function=st.just("Finance"),
        cost=st.none() | st.integers(0, 900_000).map(Decimal),
    ),
    max_size=14,
    unique=True,
)


@given(AGREEMENTS)
def test_every_cluster_holds_what_it_promises(listed: list[Agreement]) -> None:
    found = clusters(listed, ON)
    members = [item for cluster in found for item in cluster.agreements]
    assert len(members) == len(set(members))
    costs = [cluster.cost or 0 for cluster in found]
    assert costs == sorted(costs, reverse=True)
    for cluster in found:
        assert cluster.trusts > 1
        assert cluster.first_end >= ON
        assert cluster.last_end <= months_after(cluster.first_end, NEAR_MONTHS)
    left = [item for item in listed if item not in members and item.end and item.end >= ON]
    assert clusters(left, ON) == ()


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-60, 60))
def test_months_are_whole_months(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
