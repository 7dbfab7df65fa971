"""A template without metrics: its returns are measured without fault, and pages of comparisons stand."""

import pytest
from django.utils import timezone

from benchmarks.actions import measure
from benchmarks.queries.comparison import comparison_page
from benchmarks.queries.footprint import footprint_page
from benchmarks.registry import metrics
from submissions.queries.usual import usual_of_type
from submissions.states import State
from templates_app import registry
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db


def test_a_template_may_have_no_metrics() -> None:
    assert metrics("pathology") == ()
    assert metrics("back_office")


def test_a_return_without_metrics_is_measured_and_its_page_stands() -> None:
    collection = CollectionFactory(template="pathology", version="2016.1")
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection),
        state=State.ACCEPTED,
        loaded_at=timezone.now(),
        template="pathology",
        version="2016.1",
    )
    FigureFactory(submission=file, line="PBC", column="pay", number=40)
    measure(submission_id=file.pk)
    file.refresh_from_db()
    assert file.measured_at is not None
    page = comparison_page(file.return_record)
    assert (page.is_measured, page.metrics, page.not_compared) == (True, (), ())
    trust_type = file.return_record.trust.trust_type
    assert usual_of_type(collection, trust_type, registry.get("pathology", "2016.1")) == {}, "no tests to divide by"


def test_the_footprints_page_shows_the_newest_collection_that_can_be_compared() -> None:
    footprint, trust = FootprintFactory(), TrustFactory()
    MembershipFactory(footprint=footprint, trust=trust)
    older = CollectionFactory(template="pathology", version="2016.1")
    page = footprint_page(footprint)
    assert page is not None
    assert (page.collection, page.metrics) == (older, ())
    costs = CollectionFactory(opens_date=older.opens_date)
    CollectionFactory(template="pathology", version="2016.1")
    page = footprint_page(footprint)
    assert page is not None
    assert page.collection == costs
