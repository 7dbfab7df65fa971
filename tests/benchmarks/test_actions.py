"""Measuring: every metric of a loaded return, once, as the second calculation has it."""

from decimal import Decimal
from fractions import Fraction

import pytest

from benchmarks.actions import measure
from benchmarks.registry import metrics
from templates_app.reading import Place, Value
from tests.benchmarks.scenes import loaded
from tests.factories import CollectionFactory, SubmissionFactory
from tests.reference.metrics import BY_HAND

pytestmark = pytest.mark.django_db


def test_every_metric_is_as_worked_out_by_hand(whole_return: dict[Place, Value]) -> None:
    file = loaded(CollectionFactory(), whole_return)
    measure(submission_id=file.pk)
    stored = {value.metric: value for value in file.metric_values.all()}
    assert set(stored) == {metric.id for metric in metrics("back_office")} == set(BY_HAND)
    figures = {place: value.number for place, value in whole_return.items() if value.number is not None}
    for metric, by_hand in BY_HAND.items():
        value = stored[metric].value
        assert value is not None
        assert abs(Fraction(value) - by_hand(figures)) <= Fraction(1, 10**18), metric
    file.refresh_from_db()
    assert file.measured_at is not None


def test_a_blank_gives_a_reason_in_place_of_a_value(whole_return: dict[Place, Value]) -> None:
    file = loaded(CollectionFactory(), whole_return | {("PAY1", "pay"): Value("blank")})
    measure(submission_id=file.pk)
    payroll = file.metric_values.get(metric="M06")
    assert (payroll.status, payroll.value) == ("missing", None)
    assert payroll.reason == "Not given: pay of payroll and pensions administration."


def test_measuring_again_changes_nothing(whole_return: dict[Place, Value]) -> None:
    file = loaded(CollectionFactory(), whole_return)
    measure(submission_id=file.pk)
    file.refresh_from_db()
    before = (file.measured_at, list(file.metric_values.values_list("pk", "value")))
    file.figures.filter(line="PAY1").update(number=Decimal(1))
    measure(submission_id=file.pk)
    file.refresh_from_db()
    assert (file.measured_at, list(file.metric_values.values_list("pk", "value"))) == before


def test_a_file_that_was_not_loaded_is_left_alone() -> None:
    file = SubmissionFactory(template="back_office", version="2016.1")
    measure(submission_id=file.pk)
    file.refresh_from_db()
    assert (file.measured_at, file.metric_values.count()) == (None, 0)
