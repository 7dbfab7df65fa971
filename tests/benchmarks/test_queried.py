"""Which measures rest on a figure that is queried."""

import pytest
from pytest_django import DjangoAssertNumQueries

from benchmarks.defining.registry import metric, metrics
from benchmarks.queries.queried import figures_behind, queried_metrics
from submissions.models import Submission
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, FigureQueryFactory


@pytest.fixture
def files(db: None) -> list[Submission]:
    collection = CollectionFactory()
    return [on_record(collection, {"M03": 100}) for _ in range(2)]


def behind(metric_id: str) -> set[tuple[str, str]]:
    return {(figure.line, figure.column) for figure in figures_behind(metric(metric_id))}


def test_the_figures_behind_a_measure_are_those_that_are_typed() -> None:
    assert ("FIN3", "pay", "Accounts payable, pay") in {
        (figure.line, figure.column, figure.label) for figure in figures_behind(metric("M03"))
    }
    assert ("ORG02", "value") in behind("M03")
    assert "net" not in {column for _, column in behind("M03")}


def test_what_says_which_lines_count_is_behind_the_measure_too() -> None:
    assert ("FIN3", "delivery") in behind("M31")


def test_an_index_rests_on_what_every_one_of_its_measures_rests_on() -> None:
    assert behind("P02-PBC") | behind("P02-PCE") < behind("P01")


def test_a_query_marks_the_measures_that_rest_on_its_figure_at_that_trust_only(files: list[Submission]) -> None:
    FigureQueryFactory(submission=files[0], line="FIN3", column="pay")
    listed = metrics("back_office")
    found = queried_metrics([file.return_record_id for file in files], listed)
    assert found == {
        files[0].return_record_id: {each.id for each in listed if ("FIN3", "pay") in behind(each.id)}
    }  # fmt: skip
    assert "M03" in found[files[0].return_record_id]
    assert "M04" not in found[files[0].return_record_id]


def test_one_question_to_the_database_for_a_whole_footprint(
    files: list[Submission], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for file in files:
        for column in ("pay", "non_pay", "income"):
            FigureQueryFactory(submission=file, line="FIN3", column=column)
    with django_assert_num_queries(1):
        found = queried_metrics([file.return_record_id for file in files], metrics("back_office"))
    assert set(found) == {file.return_record_id for file in files}
