"""Metric values in the database: what it refuses, and who finds them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from benchmarks.models import MetricValue
from footprints.models import RoleKind
from submissions.states import State
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, MetricValueFactory, RoleFactory, TrustFactory

pytestmark = pytest.mark.django_db


def test_a_metric_is_kept_once_a_submission() -> None:
    value = MetricValueFactory()
    with pytest.raises(IntegrityError, match="metric_value_once"):
        MetricValueFactory(submission=value.submission)


@pytest.mark.parametrize(("status", "value"), [("calculable", None), ("missing", Decimal(5))])
def test_there_is_a_value_exactly_where_it_could_be_calculated(status: str, value: Decimal | None) -> None:
    with pytest.raises(IntegrityError, match="metric_value_where_calculable"):
        MetricValueFactory(status=status, value=value)


def test_every_digit_of_a_ratio_is_kept() -> None:
    third = Decimal("33333.33333333333333333333")
    assert MetricValue.objects.get(pk=MetricValueFactory(value=third).pk).value == third


def test_on_record_are_the_accepted_files_of_one_collection() -> None:
    collection = CollectionFactory()
    accepted = on_record(collection, {"M03": 500})
    on_record(collection, {"M03": 600}, state=State.REPLACED)
    on_record(CollectionFactory(), {"M03": 700})
    assert [value.submission for value in MetricValue.objects.on_record(collection)] == [accepted]


def test_a_person_sees_the_values_of_their_own_trust_only() -> None:
    collection, own = CollectionFactory(), TrustFactory()
    mine = on_record(collection, {"M03": 500}, trust=own)
    on_record(collection, {"M03": 600})
    person = RoleFactory(kind=RoleKind.PREPARER, trust=own).user
    assert [value.submission for value in MetricValue.objects.visible_to(person)] == [mine]


def test_its_words_name_metric_and_submission() -> None:
    value = MetricValueFactory()
    assert str(value) == f"M03 of submission {value.submission_id}"
