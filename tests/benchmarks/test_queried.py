"""A query about a figure shows beside every measure that rests on it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.queries.comparison import comparison_page
from benchmarks.queries.footprint import footprint_page
from benchmarks.queries.queried import figures_behind, queried_metrics
from benchmarks.registry import metrics
from footprints.models import RoleKind
from submissions.models import FigureQuery
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, FigureQueryFactory, FootprintFactory, MembershipFactory, RoleFactory

pytestmark = pytest.mark.django_db
M03 = next(metric for metric in metrics("back_office") if metric.id == "M03")
"""Cost of finance for each £100m of income."""


@pytest.fixture
def footprint():
    return FootprintFactory()


@pytest.fixture
def files(footprint):
    collection = CollectionFactory()
    made = [on_record(collection, {metric.id: 100 for metric in metrics("back_office")[:10]}) for _ in range(2)]
    for file in made:
        MembershipFactory(footprint=footprint, trust=file.return_record.trust)
    return made


@pytest.fixture
def lead(footprint):
    return RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint, trust=None).user


def page(person, name, key):
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=[key]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_figures_behind_a_measure_are_those_that_are_typed():
    behind = figures_behind(M03)
    assert ("FIN3", "pay", "Accounts payable, pay") in {(item.line, item.column, item.label) for item in behind}
    assert "ORG02" in {item.line for item in behind}
    assert "net" not in {item.column for item in behind}


def test_a_query_stands_by_the_measures_that_rest_on_its_figure(files):
    FigureQueryFactory(submission=files[0], line="FIN3", column="pay")
    compared = comparison_page(files[0].return_record)
    shown, found = [item.metric for item in compared.metrics], compared.queries
    assert "M03" in found
    assert {item.metric.id for item in compared.metrics if "(queried)" in item.chart} == set(found)
    assert set(found) == {
        metric.id for metric in shown if ("FIN3", "pay") in {(at.line, at.column) for at in figures_behind(metric)}
    }
    assert len(found) < len(shown)
    FigureQuery.objects.update(closed_by=files[0].uploaded_by, closed_at=timezone.now())
    compared = comparison_page(files[0].return_record)
    assert compared.queries == {}
    assert not [item for item in compared.metrics if "(queried)" in item.chart]


def test_the_comparison_shows_it_and_leads_to_ask(files, lead):
    FigureQueryFactory(submission=files[0], line="FIN3", column="pay", question="Is the shared service in it?")
    html = page(lead, "benchmarks:comparison", files[0].return_record_id)
    assert "Is the shared service in it?" in html
    marked = comparison_page(files[0].return_record).queries
    assert html.count('class="portal-grid__query"') == html.count("Queried<span") == len(marked)
    assert f"/submissions/{files[0].reference}/queries/ask/?line=FIN3&amp;column=pay" in html
    preparer = RoleFactory(kind=RoleKind.PREPARER, trust=files[0].return_record.trust).user
    html = page(preparer, "benchmarks:comparison", files[0].return_record_id)
    assert "Is the shared service in it?" in html
    assert "queries/ask" not in html


def test_the_footprint_marks_the_value_of_that_trust_only(files, footprint, lead):
    FigureQueryFactory(submission=files[0], line="FIN3", column="pay")
    shown = footprint_page(footprint)
    assert shown is not None
    key = files[0].return_record_id
    assert {trust.trust.pk for item in shown.metrics for trust in item.trusts if trust.queried} == {
        files[0].return_record.trust_id
    }
    marked = {item.metric.id for item in shown.metrics if any(trust.queried for trust in item.trusts)}
    assert "M03" in marked
    assert {item.metric.id for item in shown.metrics if "(queried)" in item.chart} == marked
    html = page(lead, "benchmarks:footprint", footprint.ons_code)
    assert html.count(f'href="/returns/{key}/queries/"') == 2 * len(marked)
    assert f"/returns/{files[1].return_record_id}/queries/" not in html


def test_a_page_without_queries_has_no_marks(files, footprint, lead):
    assert "queries/" not in page(lead, "benchmarks:footprint", footprint.ons_code)


def test_one_question_to_the_database_for_a_whole_footprint(files, footprint, django_assert_num_queries):
    for file in files:
        for column in ("pay", "non_pay", "income"):
            FigureQueryFactory(submission=file, line="FIN3", column=column)
    with django_assert_num_queries(1):
        found = queried_metrics([file.return_record_id for file in files], metrics("back_office"))
    assert set(found) == {file.return_record_id for file in files}
