"""Measuring: every metric of a loaded return, once, as the second calculation has it."""

from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import pytest
from django.utils import timezone

from benchmarks.actions import measure, measure_again, measured_otherwise
from benchmarks.defining.registry import metrics
from submissions.models import Submission
from templates_app.reading import Place, Value
from tests.benchmarks.scenes import loaded, on_record
from tests.factories import CollectionFactory, SubmissionFactory
from tests.reference.metrics import BY_HAND

pytestmark = pytest.mark.django_db


def test_every_metric_is_as_worked_out_by_hand(whole_return: dict[Place, Value]) -> None:
    file = loaded(CollectionFactory(), whole_return)
    measure(submission_id=file.pk)
    stored = {value.metric: value for value in file.metric_values.all()}
    assert set(stored) == {metric.id for metric in metrics("back_office")} == set(BY_HAND)
    figures = {place: value.text if value.number is None else value.number for place, value in whole_return.items()}
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
    file.figures.filter(line="PAY1", kind="number").update(number=Decimal(1))
    measure(submission_id=file.pk)
    file.refresh_from_db()
    assert (file.measured_at, list(file.metric_values.values_list("pk", "value"))) == before


def test_a_file_that_was_not_loaded_is_left_alone() -> None:
    file = SubmissionFactory(template="back_office", version="2016.1")
    measure(submission_id=file.pk)
    file.refresh_from_db()
    assert (file.measured_at, file.metric_values.count()) == (None, 0)


def test_a_changed_definition_is_found_and_measured_again(whole_return: dict[Place, Value]) -> None:
    changed, untouched = (loaded(CollectionFactory(), whole_return) for _ in range(2))
    entered = on_record(CollectionFactory(), {"M03": 500})
    for file in (changed, untouched):
        measure(submission_id=file.pk)
    assert measured_otherwise("back_office") == []
    value = changed.metric_values.get(metric="M03").value
    changed.metric_values.filter(metric="M03").update(definition="of another day", value=1)
    assert measured_otherwise("back_office") == [changed.pk], "nor what was entered without a definition"
    measure_again(submission_id=changed.pk)
    assert changed.metric_values.get(metric="M03").value == value
    assert measured_otherwise("back_office") == []
    assert entered.metric_values.count() == 1


def test_a_metric_that_was_not_there_yet_is_measured_too(whole_return: dict[Place, Value]) -> None:
    file = loaded(CollectionFactory(), whole_return)
    measure(submission_id=file.pk)
    file.metric_values.filter(metric="M31").delete()
    assert measured_otherwise("back_office") == [file.pk]
    measure_again(submission_id=file.pk)
    assert file.metric_values.filter(metric="M31").exists()


def test_a_file_measured_before_there_was_any_metric_of_its_template_is_measured(
    whole_return: dict[Place, Value],
) -> None:
    file = loaded(CollectionFactory(), whole_return)
    Submission.objects.filter(pk=file.pk).update(measured_at=timezone.now())
    assert measured_otherwise("back_office") == [file.pk]
    measure_again(submission_id=file.pk)
    assert file.metric_values.filter(metric="M03").exists()


def test_what_other_code_measured_is_measured_again(
    whole_return: dict[Place, Value], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = loaded(CollectionFactory(), whole_return)
    measure(submission_id=file.pk)
    assert measured_otherwise("back_office") == []
    monkeypatch.setattr(import_module("benchmarks.actions.measure"), "_code_digest", lambda: "another version")
    assert measured_otherwise("back_office") == [file.pk]
