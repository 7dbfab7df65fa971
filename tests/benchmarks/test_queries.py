"""Comparisons: who is compared with whom, what is said with how few, and every number by a second calculation."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from benchmarks.actions import measure
from benchmarks.models import MetricValue
from benchmarks.quantiles import distribution
from benchmarks.queries.comparison import ComparedMetric, ComparisonPage, comparison_page
from benchmarks.queries.footprint import footprint_page
from benchmarks.queries.population import candidates, population
from benchmarks.registry import metrics
from footprints.models import TrustType
from submissions.models import Collection, Submission
from submissions.states import State
from templates_app.reading import Place, Value
from tests.benchmarks.scenes import loaded, on_record
from tests.factories import CollectionFactory, FootprintFactory, MembershipFactory, ReturnFactory, TrustFactory
from tests.reference import quantiles as reference
from tests.reference.metrics import BY_HAND
from tests.reference.savings import money_over_volume

pytestmark = pytest.mark.django_db

FINANCE = next(metric for metric in metrics("back_office") if metric.id == "M03")


def page_of(file: Submission) -> ComparisonPage:
    return comparison_page(file.return_record)


def finance(file: Submission) -> ComparedMetric:
    return next(row for row in page_of(file).metrics if row.metric.id == "M03")


def a_round(values: Sequence[int]) -> tuple[Collection, list[Submission]]:
    collection = CollectionFactory()
    return collection, [on_record(collection, {"M03": value}) for value in values]


def test_the_population_is_the_files_on_record_of_one_collection() -> None:
    collection, _ = a_round([500, 600])
    on_record(collection, {"M03": 9_000}, state=State.REPLACED)
    on_record(CollectionFactory(), {"M03": 8_000})
    on_record(collection, {"M03": "Not given: pay of finance."})
    everyone = population(collection, [FINANCE])
    assert sorted(everyone.of(FINANCE).values()) == [500, 600]
    assert everyone.expected(FINANCE) == 4
    assert len(candidates(collection)) == 3


def test_a_metric_of_acute_trusts_leaves_the_others_out() -> None:
    corporate = metrics("back_office")[0]
    assert corporate.population == ("acute",)
    collection = CollectionFactory()
    acute = on_record(collection, {"M01": 7})
    ambulance = on_record(collection, {"M01": 3}, trust=TrustFactory(trust_type=TrustType.AMBULANCE))
    everyone = population(collection, [corporate])
    assert everyone.of(corporate) == {acute.return_record.trust.ods_code: 7}
    assert everyone.expected(corporate) == 1
    assert [row.metric.id for row in page_of(acute).metrics] == ["M01"]
    assert "This measure is for acute trusts only." in [row.reason for row in page_of(ambulance).not_compared]


def test_peers_leave_the_trust_itself_out() -> None:
    _, files = a_round([100, 200, 300, 400, 500, 600, 700, 800, 10_000])
    row = finance(files[-1])
    assert row.peers is not None
    assert files[-1].return_record.trust.ods_code not in row.peers.codes
    assert len(row.peers.codes) == 8
    assert row.peer_median == 450
    assert row.national.median == 500


def test_peers_without_a_value_are_no_peers() -> None:
    collection, files = a_round([100, 200, 300, 400, 500, 600, 700, 800, 900])
    on_record(collection, {"M03": "Not given: pay of finance."})
    row = finance(files[0])
    assert row.peers is not None
    assert len(row.peers.codes) == 8


def test_equal_values_share_band_and_rank() -> None:
    _, files = a_round([100, 200, 300, 300, 300, 400, 500, 600, 700, 800, 900, 1000])
    rows = [finance(file) for file in files[2:5]]
    assert len({row.quarter for row in rows}) == len({row.rank for row in rows}) == 1
    assert rows[0].rank == "joint 3rd of 12 (1st is the lowest)"
    assert rows[0].standing == "cheaper than 7 of 11 other trusts"


def test_position_and_sentence() -> None:
    _, files = a_round(range(100, 1300, 100))
    dear, cheap = finance(files[-1]), finance(files[0])
    assert (dear.rank, dear.quarter, dear.standing) == (
        "12th of 12 (1st is the lowest)",
        4,
        "dearer than 11 of 11 other trusts",
    )
    assert (cheap.rank, cheap.quarter, cheap.worth) == ("1st of 12 (1st is the lowest)", 1, 0)
    # £1,200k against the 11 others' median of £600k for each £100m, on £200m of income
    assert dear.worth == 1_200_000


@pytest.mark.parametrize(
    ("count", "median", "quartiles", "position"),
    [(4, False, False, False), (5, True, False, True), (9, True, False, True), (10, True, True, True)],
)
def test_too_few_is_said(count: int, median: bool, quartiles: bool, position: bool) -> None:
    _, files = a_round([100 * number for number in range(1, count + 1)])
    row = finance(files[0])
    assert (row.national.median is not None, row.national.p25 is not None, row.rank != "") == (
        median,
        quartiles,
        position,
    )
    assert (row.quarter is not None) is quartiles
    assert (row.words(row.national.p25) == f"too few (n = {count})") is not quartiles
    assert row.national.minimum is row.national.maximum is None


def test_a_neutral_metric_is_never_better_or_worse_and_has_no_pounds() -> None:
    neutral = next(metric for metric in metrics("back_office") if metric.direction == "neutral")
    collection = CollectionFactory()
    files = [on_record(collection, {neutral.id: number}) for number in range(1, 13)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.queries.comparison.FIRST", 40)
        page = page_of(files[-1])
    (row,) = page.metrics
    said = " ".join([row.rank, row.quarter_words, row.standing, row.direction_words, row.chart])
    assert "best" not in said
    assert "worst" not in said
    assert "dearer" not in said
    assert row.rank == "12th lowest of 12"
    assert (row.worth, page.count_in(1), page.count_in(4)) == (None, 0, 0)


def test_the_dearest_gap_stands_first_and_the_whole_is_a_range() -> None:
    collection = CollectionFactory()
    for _ in range(9):
        on_record(collection, {"M02": 1000, "M03": 400, "M04": 300, "M10": 300, "M09": 100})
    own = on_record(collection, {"M02": 1200, "M03": 500, "M04": 600, "M10": 900, "M09": 50, "M06": "Not given: pay."})
    page = page_of(own)
    assert [row.metric.id for row in page.metrics] == ["M10", "M04", "M02", "M03", "M09"]
    assert [row.metric.id for row in page.largest_gaps] == ["M04", "M03"]
    # the total is £200k dearer for each £100m and finance and HR together £400k, on £200m; staff and estates are not in it
    assert page.whole_range == (400_000, 800_000)
    assert page.whole_words == "£400,000 to £800,000"
    assert [(row.metric.id, row.reason) for row in page.not_compared if row.metric.id == "M06"] == [
        ("M06", "Not given: pay.")
    ]


def test_a_return_without_an_accepted_file_has_nothing_to_compare() -> None:
    collection, _ = a_round([100])
    waiting = comparison_page(ReturnFactory(collection=collection))
    assert (waiting.row.on_record, waiting.is_measured, waiting.metrics) == (None, False, ())


def test_a_file_being_measured_is_neither_compared_nor_missing() -> None:
    _, (file,) = a_round([100])
    Submission.objects.filter(pk=file.pk).update(measured_at=None)
    page = page_of(file)
    assert page.row.on_record == file
    assert (page.is_measured, page.metrics, page.not_compared) == (False, (), ())


def test_a_whole_small_population_by_a_second_calculation(whole_return: dict[Place, Value]) -> None:
    """Twelve trusts with figures of their own: every number of the page from the cells by exact fractions."""
    collection, random = CollectionFactory(), Random(2016)
    figures, files = [], []
    for _ in range(12):
        own = {place: Decimal(random.randrange(500, 90_000)) / 10 for place in whole_return}
        own |= {("ORG02", "value"): Decimal(random.randrange(160_000, 290_000))}
        files.append(loaded(collection, {place: Value("number", number) for place, number in own.items()}))
        figures.append(own)
        measure(submission_id=files[-1].pk)
    for number, file in enumerate(files):
        page = page_of(file)
        assert len(page.metrics) == 10
        for row in page.metrics:
            by_hand = [BY_HAND[row.metric.id](own) for own in figures]
            values = [Decimal(each.numerator) / each.denominator for each in by_hand]
            others = values[:number] + values[number + 1 :]
            assert near(row.value, by_hand[number])
            assert near(row.national.p25, reference.type_7(values, Fraction(1, 4)))
            assert near(row.national.median, reference.type_7(values, Fraction(1, 2)))
            assert near(row.national.p75, reference.type_7(values, Fraction(3, 4)))
            assert near(row.peer_median, reference.type_7(others, Fraction(1, 2)))
            assert row.quarter == reference.band(values[number], values, row.metric.direction)
            assert row.own.numerator is not None
            assert row.own.denominator is not None
            if row.worth is not None and row.peer_median is not None:
                assert row.worth == money_over_volume(
                    row.own.numerator, row.own.denominator, row.metric.scale, row.peer_median
                )


def near(value: Decimal | None, expected: Fraction) -> bool:
    return value is not None and abs(Fraction(value) - expected) <= abs(expected) / 10**15


def test_quantiles_are_those_of_postgresql() -> None:
    random = Random(44)
    collection, _ = a_round([random.randrange(1, 10**7) for _ in range(37)])
    ours = distribution(list(population(collection, [FINANCE]).of(FINANCE).values()))
    values = MetricValue.objects.on_record(collection).values("value")
    sql, parameters = values.query.sql_with_params()
    shares = [0.1, 0.25, 0.5, 0.75, 0.9]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY value) FROM ({sql}) AS listed",
            [shares, *parameters],
        )
        (theirs,) = cursor.fetchone()
    assert theirs == pytest.approx(
        [float(value) for value in (ours.p10, ours.p25, ours.median, ours.p75, ours.p90) if value is not None], rel=1e-9
    )


def test_a_comparison_takes_the_same_queries_for_two_trusts_and_for_thirty(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (2, 30):
        _, files = a_round(range(100, 100 + count))
        with django_assert_max_num_queries(7):
            page_of(files[0])


def test_a_footprint_adds_up_and_keeps_to_its_own_trusts() -> None:
    collection, footprint = CollectionFactory(), FootprintFactory()
    for number in range(10):
        on_record(collection, {"M03": 100 * (number + 1)})
    small = on_record(collection, {"M03": 1000}, income=Decimal(100_000))
    large = on_record(collection, {"M03": 400}, income=Decimal(500_000))
    ambulance = on_record(
        collection, {"M01": 5, "M03": "Not given: pay."}, trust=TrustFactory(trust_type=TrustType.AMBULANCE)
    )
    late = ReturnFactory(collection=collection)
    for record in (small.return_record, large.return_record, ambulance.return_record, late):
        MembershipFactory(footprint=footprint, trust=record.trust)
    page = footprint_page(footprint)
    assert page is not None
    assert (page.progress.accepted, page.progress.expected) == (3, 4)
    corporate, row = page.metrics[0], page.metrics[2]
    # (£1,000k + £2,000k) ÷ (£100m + £500m); the mean of the ratios would be £700k
    assert row.together == 500
    assert [trust.trust for trust in row.compared] == [large.return_record.trust, small.return_record.trust]
    assert [trust.reason for trust in row.absent] == ["Not given: pay."]
    assert [trust.absent for trust in corporate.trusts if trust.trust == ambulance.return_record.trust] == [
        "acute trusts only"
    ]
    assert corporate.together is None
    assert [trust.absent for trust in row.trusts if trust.trust == late.trust] == ["no return"]
    assert (row.national.n, row.expected) == (12, 14)


def test_a_footprint_takes_the_same_queries_however_many_trusts_it_has(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 30):
        collection, footprint = CollectionFactory(), FootprintFactory()
        for number in range(count):
            file = on_record(collection, {metric.id: 100 + number for metric in metrics("back_office")[:10]})
            MembershipFactory(footprint=footprint, trust=file.return_record.trust)
        with django_assert_max_num_queries(7):
            page = footprint_page(footprint)
        assert page is not None
        assert len(page.rows) == count


def test_a_footprint_before_any_collection_and_without_returns() -> None:
    footprint = FootprintFactory()
    assert footprint_page(footprint) is None
    CollectionFactory()
    page = footprint_page(footprint)
    assert page is not None
    assert (page.rows, page.has_values, page.progress.accepted) == ((), False, 0)
