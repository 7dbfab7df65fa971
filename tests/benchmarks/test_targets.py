"""Targets: in force or not on a day, met or not, and only those of the metric itself."""

from datetime import date
from decimal import Decimal

import pytest

from benchmarks.defining.schema import Metric
from benchmarks.defining.targets import is_in_force, is_met, verdict_words

IN_2016 = date(2016, 11, 22)


@pytest.mark.parametrize(
    ("on", "values"),
    [
        (date(2016, 1, 31), []),
        (date(2016, 2, 1), [7, 6]),
        (date(2017, 12, 31), [7, 6]),
        (date(2018, 1, 1), []),
    ],
    ids=str,
)
def test_carters_targets_were_in_force_from_their_month_until_the_year_they_were_dropped_in(
    metrics: dict[str, Metric], on: date, values: list[int]
) -> None:
    assert [target.value for target in metrics["M01"].targets_for("acute") if is_in_force(target, on)] == values
    assert metrics["M01"].targets_for("community") == ()


@pytest.mark.parametrize(
    ("metric_id", "value", "met"),
    [("M01", "7", True), ("M01", "7.0000000001", False), ("M15", "95", True), ("M15", "94.99", False)],
)
def test_equal_is_met_and_nothing_is_rounded_first(
    metrics: dict[str, Metric], metric_id: str, value: str, met: bool
) -> None:
    metric = metrics[metric_id]
    assert is_met(metric, metric.targets[0], Decimal(value)) is met


def test_carters_targets_say_nothing_of_any_other_cost(metrics: dict[str, Metric]) -> None:
    seven = metrics["M01"].targets[0]
    with pytest.raises(ValueError, match="M02 has no target of 7 set in 2016-02"):
        is_met(metrics["M02"], seven, Decimal(5))
    with pytest.raises(ValueError, match="M30 has no target"):
        verdict_words(metrics["M30"], seven, Decimal(5), IN_2016)


def test_a_neutral_metric_meets_no_target(metrics: dict[str, Metric]) -> None:
    target = metrics["M15"].targets[0]
    neutral = metrics["M15"].model_copy(update={"direction": "neutral"})
    with pytest.raises(ValueError, match="M15 is neutral"):
        is_met(neutral, target, Decimal(5))


def test_verdicts_in_words(metrics: dict[str, Metric]) -> None:
    carter, code = metrics["M01"].targets[0], metrics["M15"].targets[0]
    assert verdict_words(metrics["M01"], carter, Decimal("7.2"), IN_2016) == "does not meet the target of 7.0% or less"
    assert verdict_words(metrics["M01"], carter, Decimal("7.2"), date(2019, 1, 1)) == ""
    assert verdict_words(metrics["M15"], code, Decimal(96), IN_2016) == (
        "meets the target of 95.0% or more, which is still to be confirmed"
    )
