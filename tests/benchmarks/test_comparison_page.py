"""A trust's comparison: what of the run it shows, in which order, and what is said with how few."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from benchmarks.actions import freeze, measure, refresh_live
from benchmarks.models import BenchmarkRun
from benchmarks.queries.compared import ComparedMetric
from benchmarks.queries.comparison import ComparisonPage, comparison_page
from footprints.models import RoleKind, TrustType, User
from submissions.models import Collection, Submission
from submissions.states import State
from templates_app.reading import Place, Value
from tests.benchmarks.scenes import loaded, on_record
from tests.factories import (
    CollectionFactory,
    DisputeFactory,
    MetricValueFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)
from tests.reference import quantiles as reference
from tests.reference.metrics import BY_HAND
from tests.reference.savings import money_over_volume

pytestmark = pytest.mark.django_db


def page_of(file: Submission, person: User | None = None, frozen: BenchmarkRun | None = None) -> ComparisonPage:
    if frozen is None:
        refresh_live(file.return_record.collection, anyway=True)
    return comparison_page(file.return_record, person or UserFactory(), frozen)


def of(page: ComparisonPage, metric: str = "M03") -> ComparedMetric:
    return next(row for row in page.metrics if row.metric.id == metric)


def a_round(values: Sequence[int]) -> tuple[Collection, list[Submission]]:
    collection = CollectionFactory()
    return collection, [on_record(collection, {"M03": value}) for value in values]


def national_reader() -> User:
    return RoleFactory(kind=RoleKind.ANALYST, trust=None).user


def test_the_sentence_says_it_among_peers_and_the_rank_among_all() -> None:
    _, files = a_round(range(100, 1300, 100))
    dear, cheap = of(page_of(files[-1])), of(page_of(files[0]))
    assert (dear.standing, dear.rank, dear.quarter) == (
        "dearer than 11 of 11 peers",
        "12th of 12 (1st is the lowest)",
        4,
    )
    assert (cheap.standing, cheap.rank, cheap.quarter, cheap.worth) == (
        "cheaper than 11 of 11 peers",
        "1st of 12 (1st is the lowest)",
        1,
        0,
    )
    # £1,200k against the 11 others' median of £600k for each £100m, on £200m of income
    assert dear.worth == 1_200_000
    assert [(row.name, row.value, row.worth) for row in dear.benchmarks] == [
        ("Peer median", "£600k per £100m", "£1,200,000 less"),
        ("National median", "£650k per £100m", "£1,100,000 less"),
        ("Stretch", "£375k per £100m", "£1,650,000 less"),
    ]
    assert dear.benchmarks[-1].behind == "best quarter of acute trusts"


def test_equal_values_share_band_and_rank() -> None:
    _, files = a_round([100, 200, 300, 300, 300, 400, 500, 600, 700, 800, 900, 1000])
    rows = [of(page_of(file)) for file in files[2:5]]
    assert len({row.quarter for row in rows}) == len({row.rank for row in rows}) == 1
    assert rows[0].rank == "joint 3rd of 12 (1st is the lowest)"
    assert rows[0].standing == "cheaper than 7 of 11 peers"


@pytest.mark.parametrize(
    ("count", "median", "quartiles", "named"),
    [(4, False, False, True), (5, True, False, True), (9, True, False, False), (9, True, True, True), (10, True, True, False)],
)  # fmt: skip
def test_too_few_is_said_and_sooner_to_who_sees_no_names(
    count: int, median: bool, quartiles: bool, named: bool
) -> None:
    _, files = a_round([100 * number for number in range(1, count + 1)])
    row = of(page_of(files[-1], national_reader() if named else None))
    assert (row.national.median is not None, row.rank != "", row.to_median is not None) == (median, median, median)
    assert (row.national.p25 is not None, row.quarter is not None) == (quartiles, quartiles)
    # with a gap to the quartile in pounds, anybody could work the quartile out
    assert (row.stretch is not None, row.to_stretch is not None) == (quartiles, quartiles)
    assert (row.words(row.national.p25) == f"too few (n = {count})") is not quartiles
    assert named or row.national.minimum is row.national.maximum is None


def test_a_neutral_metric_is_never_better_or_worse_and_has_no_pounds() -> None:
    collection = CollectionFactory()
    files = [on_record(collection, {"M11": number}) for number in range(1, 13)]
    page = page_of(files[-1])
    row = of(page, "M11")
    said = " ".join([row.rank, row.quarter_words, row.standing, row.direction_words, row.chart, row.gap_words])
    said += "".join(f"{item.name} {item.worth} {item.behind}" for item in row.benchmarks)
    assert not {"best", "worst", "dearer", "stretch"} & set(said.lower().split())
    assert row.rank == "12th lowest of 12"
    assert (row.worth, row.gap_words, page.count_in(1), page.count_in(4)) == (None, "not in pounds", 0, 0)


def test_the_dearest_gap_stands_first_and_only_parts_of_the_whole_are_added_up() -> None:
    collection = CollectionFactory()
    for _ in range(9):
        on_record(collection, {"M02": 1000, "M03": 400, "M04": 300, "M10": 300, "M09": 100, "M16": 5})
    own = on_record(
        collection,
        {"M02": 1200, "M03": 500, "M04": 600, "M10": 900, "M09": 400, "M16": 9, "M06": "Not given: pay."},
    )
    page = page_of(own)
    assert [row.metric.id for row in page.metrics] == ["M10", "M09", "M04", "M02", "M03", "M16"]
    assert [row.metric.id for row in page.largest_gaps] == ["M09", "M04", "M03"]
    assert [(group.kind, [row.metric.id for row in group.metrics]) for group in page.groups] == [
        ("whole", ["M02"]),
        ("part", ["M04", "M10"]),
        ("part", ["M03", "M16"]),
        ("own_block", ["M09"]),
    ]
    # the total is £200k dearer for each £100m and finance and HR together £400k, on £200m; staff and estates are not in it
    peers = page.whole_ranges[0]
    assert (peers.name, peers.top_down, peers.bottom_up, peers.words) == (
        "Peer median", 400_000, 800_000, "£400,000 to £800,000",
    )  # fmt: skip
    assert (peers.functions, peers.of) == (2, 6)
    assert [(row.metric.id, row.reason) for row in page.not_compared if row.metric.id == "M06"] == [
        ("M06", "Not given: pay.")
    ]


def test_every_metric_is_either_compared_or_not_with_the_reason() -> None:
    collection = CollectionFactory()
    own = on_record(collection, {"M03": 1, "M01": 6}, trust=TrustFactory(trust_type=TrustType.AMBULANCE))
    page = page_of(own)
    assert [row.metric.id for row in page.metrics] == ["M03"]
    assert len(page.metrics) + len(page.not_compared) == len(page.listed) == 31
    reasons = {row.metric.id: row.reason for row in page.not_compared}
    assert reasons["M01"] == "This measure is for acute trusts only."
    assert reasons["M31"] == "This measure did not exist yet when the file was measured."


def test_a_disputed_value_is_shown_and_left_out() -> None:
    _, files = a_round(range(100, 1300, 100))
    DisputeFactory(return_record=files[-1].return_record, metric="M03", reason="A loan is in it.")
    page = page_of(files[-1])
    row = of(page)
    assert (row.value, row.placed, row.quarter, row.rank, row.standing, row.worth) == (1200, None, None, "", "", None)
    assert row.own.left_out == "Disputed: A loan is in it."
    assert row.coverage == "n = 11 of 12, 1 left out as disputed"
    assert page.disputes["M03"].reason == "A loan is in it."


def test_a_dropped_target_judges_nobody_and_only_its_own_numerator_has_it() -> None:
    collection = CollectionFactory()
    own = on_record(collection, {"M01": 8, "M02": 8, "M15": 90}, trust=TrustFactory(trust_type=TrustType.ACUTE))
    page = page_of(own)
    names = {row.metric.id: [(name, value) for name, value, _ in row.targets] for row in page.metrics}
    assert names["M01"] == [("Dropped target", "7.0%"), ("Dropped target", "6.0%")]
    assert names["M02"] == []
    assert of(page, "M15").targets[0][2].startswith("Does not meet the target of 95.0% or more")


def test_what_the_page_shows_at_each_stage_of_the_file() -> None:
    collection, (file,) = a_round([100])
    nobody = UserFactory()
    assert comparison_page(ReturnFactory(collection=collection), nobody).state == "no_return"
    assert comparison_page(file.return_record, nobody).state == "being_compared"
    assert page_of(file).state == "compared"
    newer = on_record(collection, {"M03": 200})
    assert comparison_page(newer.return_record, nobody).state == "being_compared"


def test_a_pilot_is_compared_with_itself() -> None:
    collection = CollectionFactory(purpose=Collection.Purpose.PILOT)
    files = [on_record(collection, {"M03": value}) for value in range(100, 700, 100)]
    a_round([9000] * 8)
    page = page_of(files[-1])
    assert page.run is not None
    assert (page.run.collection, of(page).national.n, of(page).national.median) == (collection, 6, 350)


def test_a_frozen_run_stays_as_it_was() -> None:
    collection, files = a_round(range(100, 700, 100))
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    frozen = freeze(by=manager, collection=collection, purpose="the board")
    late = on_record(collection, {"M03": 900})
    page = page_of(files[0], frozen=frozen)
    assert (page.state, of(page).national.n) == ("compared", 6)
    assert of(page_of(files[0])).national.n == 7
    assert page_of(late, frozen=frozen).state == "not_in_run"


def a_laboratory(collection: Collection, chemistry: int, histology: int) -> Submission:
    """A file that gives what 100,000 tests and 1,000 requests cost, £000."""
    now = timezone.now()
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection), state=State.ACCEPTED, loaded_at=now, measured_at=now,
        template="pathology", version="2016.1",
    )  # fmt: skip
    for metric, cost, volume in (("P02-PBC", chemistry, 100_000), ("P02-PCE", histology, 1_000)):
        MetricValueFactory(
            submission=file, metric=metric, numerator=cost, denominator=volume, value=Decimal(cost * 1000) / volume
        )
    return file


def test_the_index_of_a_laboratory_is_the_whole_of_its_disciplines() -> None:
    collection = CollectionFactory(template="pathology", version="2016.1")
    for _ in range(9):
        a_laboratory(collection, chemistry=100, histology=50)
    page = page_of(a_laboratory(collection, chemistry=140, histology=40))
    index = of(page, "P01")
    assert (index.value, index.benchmarks[1].name, index.benchmarks[1].value) == (120, "As expected", "100")
    # £180k where £150k is expected; chemistry alone is £40k above the median, and histology £10k below it
    national = page.whole_ranges[1]
    assert (national.top_down, national.bottom_up, national.words) == (30_000, 40_000, "£30,000 to £40,000")
    assert [(group.kind, group.title) for group in page.groups] == [
        ("whole", "Laboratory disciplines"),
        ("part", "Clinical biochemistry"),
        ("part", "Cellular pathology"),
    ]
    assert {line.line for line in page.lines_left_out} == {"PGE", "PAN", "PMO", "PPH"}


def test_a_comparison_takes_the_same_queries_for_two_trusts_and_for_thirty(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    person = UserFactory()
    for count in (2, 30):
        collection, files = a_round(range(100, 100 + count))
        refresh_live(collection, anyway=True)
        # the return with its files three, the run one, what is read of it three, peers, queries, disputes
        with django_assert_max_num_queries(10):
            page = comparison_page(files[0].return_record, person)
        assert page.state == "compared"


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
    for number in (0, 5, 11):
        page = page_of(files[number])
        assert len(page.metrics) >= 25
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
            if row.worth is not None and row.metric.opportunity == "A" and row.peer_median is not None:
                assert row.own.denominator is not None
                if row.own.opportunity_volume == row.own.denominator:
                    assert row.worth == money_over_volume(
                        row.own.numerator, row.own.denominator, row.metric.scale, row.peer_median
                    )


def near(value: Decimal | None, expected: Fraction) -> bool:
    return value is not None and abs(Fraction(value) - expected) <= abs(expected) / 10**15
