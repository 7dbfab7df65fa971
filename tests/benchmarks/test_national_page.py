"""The national page's blocks: sums by region and footprint, the evidence, the largest gaps, and the values to ask about."""

from decimal import Decimal

import pytest

from benchmarks.models import Dispute
from benchmarks.queries.national_page import NationalBasis, national_basis
from benchmarks.queries.national_page.evidence import evidence
from benchmarks.queries.national_page.gaps import largest_opportunities, outliers_to_query
from benchmarks.queries.national_page.heat import Heat, heat
from footprints.models import RoleKind, Trust, User
from submissions.models import Collection
from tests.benchmarks.national_scenes import england, measured, overdue, somebody
from tests.benchmarks.scenes import on_record
from tests.factories import FigureQueryFactory, MembershipFactory, TrustFactory

pytestmark = pytest.mark.django_db


def basis_for(collection: Collection, kind: RoleKind = RoleKind.ANALYST, region: str = "") -> NationalBasis:
    measured(collection)
    return seen_by(somebody(kind, region))


def seen_by(person: User) -> NationalBasis:
    basis = national_basis(person)
    assert basis is not None
    return basis


def table(basis: NationalBasis) -> Heat:
    return heat(basis, evidence(basis).groups)


def test_regions_and_footprints_stand_by_pounds_and_add_up() -> None:
    """Twelve trusts of £200m at £500k … £610k per £100m: each £1k above the median of £555k is £2,000."""
    collection, _ = england(12)
    shown = table(basis_for(collection))
    assert [(row.kind, row.title, row.gap_words) for row in shown.rows] == [
        ("region", "South", "£140,000"),
        ("footprint", "Footprint of South", "£140,000"),
        ("region", "London", "£100,000"),
        ("footprint", "Footprint of London", "£100,000"),
        ("region", "Midlands and East", "£70,000"),
        ("footprint", "Footprint of Midlands and East", "£70,000"),
        ("region", "North", "£50,000"),
        ("footprint", "Footprint of North", "£50,000"),
    ]
    finance = shown.columns.index(next(metric for metric in shown.columns if metric.id == "M03"))
    south, north = shown.rows[0].cells[finance], shown.rows[6].cells[finance]
    assert south.together == 570, "the sum of 1,060, 1,140 and 1,220 over three times 200,000"
    assert (south.worst_words, south.tone) == ("1 of 3", "good")
    assert (north.worst_words, north.tone) == ("0 of 3", "best")
    assert shown.whole.cells[finance].worst_words == "3 of 12"
    assert shown.whole.gap == 360_000
    assert shown.range_words == "£360,000", "without the metric over all functions there is no other end"
    assert shown.largest is not None
    assert shown.largest.metric.id == "M03"
    assert [metric.id for metric in shown.columns] == ["M03", "M06"], "of the other functions there is no value"
    assert (south.gap_words, shown.rows[0].cells[1].gap_words) == ("£140,000", "–")


def test_the_other_end_of_the_range_is_the_metric_over_all_functions() -> None:
    collection, _ = england(8)
    for number in range(4):
        trust = TrustFactory(trust_type="acute", region="North")
        on_record(collection, {"M02": 1000 + 100 * number, "M03": 535}, trust=trust)
    on_record(collection, {"M02": 1200}, trust=TrustFactory(trust_type="acute", region="North"))
    shown = table(basis_for(collection))
    assert shown.top_down == 200_000, "one trust £100k per £100m above the median of £1,200k"
    assert shown.whole.gap == 160_000, "finance: £5k, £15k, £25k and £35k above the median of £535k"
    assert shown.range_words == "£160,000 to £200,000"


def test_a_trust_of_two_footprints_counts_in_each_and_in_england_once() -> None:
    collection, footprints = england(12)
    dearest = Trust.objects.get(name="Trust 11 NHS Trust")
    MembershipFactory(trust=dearest, footprint=footprints[0])
    shown = table(basis_for(collection))
    gaps = {(row.kind, row.title): row.gap for row in (shown.whole, *shown.rows)}
    assert gaps["footprint", "Footprint of South"] == 140_000
    assert gaps["footprint", "Footprint of North"] == 50_000 + 110_000
    assert gaps["region", "North"] == 50_000
    assert gaps["whole", "England"] == 360_000
    assert shown.shared == 1


def test_trusts_of_no_footprint_stand_last_in_their_region() -> None:
    collection, _ = england(12)
    on_record(collection, {"M03": 555}, trust=TrustFactory(region="London", trust_type="acute"))
    shown = table(basis_for(collection))
    titles = [row.title for row in shown.rows]
    assert titles[titles.index("Footprint of London") + 1] == "In no footprint"


def test_a_region_is_held_against_england_and_shows_nobody_else() -> None:
    collection, _ = england(12)
    shown = table(basis_for(collection, RoleKind.SUPPORT_MANAGER, "London"))
    assert [(row.title, row.gap) for row in shown.rows] == [("London", 100_000), ("Footprint of London", 100_000)]
    basis = seen_by(somebody(RoleKind.REGIONAL_DIRECTOR, "North"))
    assert {row.of.region for row in largest_opportunities(basis, "office")} == {"North"}
    assert evidence(basis).whole.compared == 3


def test_each_measure_says_why_values_are_not_there() -> None:
    collection, _ = england(10)
    overdue(collection, "North")
    file = on_record(collection, {"M03": 700, "M06": "Not given: PAY1."}, trust=TrustFactory(trust_type="acute"))
    Dispute.objects.create(
        return_record=file.return_record,
        metric="M03",
        reason="Twice",
        marked_by=somebody(RoleKind.COLLECTION_MANAGER),
    )
    found = evidence(basis_for(collection))
    lines = {line.metric.id: line for line in found.measures}
    finance, payroll, legal = lines["M03"], lines["M06"], lines["M08"]
    assert (finance.owed, finance.compared, finance.disputed, finance.no_return, finance.missing) == (12, 10, 1, 1, 0)
    assert (payroll.compared, payroll.missing, payroll.no_return) == (10, 1, 1)
    assert (legal.compared, legal.missing, legal.compared_words) == (0, 11, "0 of 12 (0%)")
    shares = [line.share for line in found.measures]
    assert shares == sorted(shares)
    assert (found.whole.compared_words, found.whole.signed_words) == ("11 of 12 (92%)", "0 of 11 (0%)")
    assert [line.title for line in found.types] == ["acute"]
    assert found.disputed == 1


def test_the_largest_gaps_stand_first_and_the_best_quarter_only_where_it_may_be_seen() -> None:
    collection, _ = england(9)
    for row in largest_opportunities(basis_for(collection), "office", most=None):
        assert row.to_stretch is not None
        assert row.to_stretch >= row.to_median > 0
    rows = largest_opportunities(seen_by(somebody(RoleKind.SUPPORT_MANAGER, "North")), "office")
    assert [row.to_median for row in rows] == [80_000]
    assert rows[0].stretch_words == "too few", (
        "a quartile of nine values gives trusts away to a reader who may not see them"
    )
    shown = table(seen_by(somebody(RoleKind.SUPPORT_MANAGER, "North")))
    assert {cell.worst_words for cell in shown.whole.cells} == {""}


def test_values_to_ask_about_stand_by_what_they_move_and_nought_percent_is_none() -> None:
    collection, _ = england(12)
    for name, values in (("High", {"M03": 5000}), ("Low", {"M03": 5, "M22": 2}), ("Higher", {"M03": 9000})):
        on_record(collection, values, trust=TrustFactory(name=name, region="South", trust_type="acute"))
    found = outliers_to_query(basis_for(collection))
    assert [(row.of.trust.name, row.metric.id, row.effect_words) for row in found.rows] == [
        ("Higher", "M03", "£16,880,000"),
        ("High", "M03", "£8,880,000"),
        ("Low", "M03", "£1,110,000"),
        ("Low", "M22", "not in pounds"),
    ]
    assert found.count == 4
    assert found.rows[0].why.startswith("far above the others: modified z")
    assert found.rows[2].why.startswith("far below the others: modified z −")
    assert outliers_to_query(seen_by(somebody(RoleKind.ANALYST)), most=1).count == 4


def test_who_may_ask_is_offered_it_until_somebody_has_asked() -> None:
    collection, _ = england(12)
    file = on_record(collection, {"M03": Decimal(5000)}, trust=TrustFactory(region="South", trust_type="acute"))
    (row,) = outliers_to_query(basis_for(collection, RoleKind.SUPPORT_MANAGER, "South")).rows
    assert (row.may_ask, row.queried) == (True, False)
    (row,) = outliers_to_query(seen_by(somebody(RoleKind.ANALYST))).rows
    assert row.may_ask is False
    FigureQueryFactory(submission=file, line="FIN3", column="pay")
    (row,) = outliers_to_query(seen_by(somebody(RoleKind.COLLECTION_MANAGER))).rows
    assert row.queried is True
