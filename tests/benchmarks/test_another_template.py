"""Another template than the back office: its returns are measured by its own metrics."""

import pytest
from django.utils import timezone

from benchmarks.actions import measure
from benchmarks.defining.registry import measured
from submissions.models import Submission
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    ReturnFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def laboratory() -> Submission:
    """A file of which only the cost and the tests of biochemistry were given."""
    collection = CollectionFactory(template="pathology", version="2016.1")
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection, trust=TrustFactory(trust_type="acute")),
        state=State.ACCEPTED,
        loaded_at=timezone.now(),
        template="pathology",
        version="2016.1",
    )
    for column, figure in (("pay", 600), ("non_pay", 200), ("tests", 400_000)):
        FigureFactory(submission=file, line="PBC", column=column, number=figure)
    return file


def test_a_return_is_measured_by_the_metrics_of_its_own_template(laboratory: Submission) -> None:
    measure(submission_id=laboratory.pk)
    laboratory.refresh_from_db()
    assert laboratory.measured_at is not None
    stored = {value.metric: value for value in laboratory.metric_values.all()}
    assert set(stored) == {metric.id for metric in measured("pathology")}
    assert "P01" not in stored
    assert stored["P02-PBC"].value == 2
    assert (stored["P02-PHA"].status, stored["P02-PBS"].status) == ("missing", "not_applicable")
