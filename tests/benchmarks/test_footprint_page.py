"""The footprint's page in figures: every block by hand, from a footprint of two among twelve trusts."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from benchmarks.actions import freeze
from benchmarks.arithmetic.whatif import NOBODY_LEFT, Changes
from benchmarks.defining.registry import metrics
from benchmarks.queries.footprint_page import NoSuchRun, footprint_page
from footprints.models import Footprint, Membership, RoleKind, TrustType
from submissions.models import Collection, Submission
from tests.benchmarks.footprint_scenes import analyst, laboratory, own, page_of, run_of, twelve
from tests.benchmarks.pages import lead
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    DisputeFactory,
    FigureFactory,
    FigureQueryFactory,
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SignOffFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db

Scene = tuple[Footprint, Collection, dict[str, Submission]]


@pytest.fixture
def scene() -> Scene:
    made = twelve()
    run_of(made[1])
    return made


def code(file: Submission) -> str:
    return file.return_record.trust.ods_code


def test_the_headline_is_a_range_from_the_total_to_the_sum_of_functions(scene: Scene) -> None:
    (office,) = page_of(scene[0]).headlines
    assert office.spend == 2_680_000
    # M02: £200k and £100k above the median; finance £400k at one, payroll £100k at the other
    assert office.spans["median"].known == (300_000, 500_000)
    assert office.spans["median"].words == "£300,000 to £500,000"
    assert (office.clean_words, office.signed_words) == ("100%", "0%")


def test_the_headline_is_the_sum_of_the_table_to_the_penny(scene: Scene) -> None:
    page = page_of(scene[0])
    bottom_up = page.headlines[0].spans["median"].bottom_up
    assert (
        bottom_up
        == sum(row.office for row in page.functions.rows)
        == sum(column.gap for column in page.functions.office)
    )


def test_confidence_is_the_share_of_the_spend_without_a_warning_and_signed(scene: Scene) -> None:
    footprint, collection, files = scene
    FindingFactory(submission=files["cheap"], severity="warning")
    SignOffFactory(submission=files["dear"])
    run_of(collection)
    (office,) = page_of(footprint).headlines
    # £1,580k of £2,680k
    assert (office.clean_words, office.signed_words) == ("59%", "59%")


def test_the_table_is_sorted_by_pounds(scene: Scene) -> None:
    shown = page_of(scene[0]).functions
    assert [column.title for column in shown.columns[:2]] == ["Finance", "Payroll"]
    assert [row.trust.name for row in shown.rows] == ["Dear NHS Trust", "Cheap NHS Trust"]
    finance = shown.columns[0]
    assert [(cell.words, cell.quarter, cell.gap_words) for cell in finance.cells] == [
        ("700", 4, "£400,000"),
        ("400", 1, "–"),
    ]
    assert (finance.together, finance.gap_words, finance.coverage) == (550, "£400,000", "n = 12 of 12")
    assert shown.office_gap_words == "£500,000"


def test_the_biggest_candidate_is_held_against_the_own_best(scene: Scene) -> None:
    first, second = page_of(scene[0]).candidates
    assert (first.spread.function, first.spread.to_best, first.spread.spend) == ("Finance", 600_000, 2_200_000)
    assert (first.spread.best.trust_name, first.spread.best_in_best_quarter) == ("Cheap", True)
    assert (second.spread.function, second.spread.to_best) == ("Payroll", 120_000)


def test_carters_line_is_drawn_for_corporate_pay_only(scene: Scene) -> None:
    line = page_of(scene[0]).carter
    assert line is not None
    assert (line.metric.id, line.together.value, line.coverage) == ("M01", Decimal("6.75"), "2 of 2 acute trusts")
    assert line.together.against == ("at or under", "0.8 points above")
    assert [(one.words, one.against) for one in line.lines] == [
        ("8.0%", ("1.0 points above", "2.0 points above")),
        ("5.5%", ("at or under", "at or under")),
    ]
    assert line.notes == ["Set in 2016 and dropped in 2018: shown for the record, nobody is judged by it."]


def test_a_disputed_value_is_out_and_said_and_can_be_put_back(scene: Scene) -> None:
    footprint, collection, files = scene
    DisputeFactory(return_record=files["dear"].return_record, metric="M03", reason="Counted twice.")
    run_of(collection)
    page = page_of(footprint)
    assert page.headlines[0].spend == 1_280_000
    assert [(one.trust.ods_code, one.metric.id, one.reason) for one in page.questions.disputed] == [
        (code(files["dear"]), "M03", "Counted twice")
    ]
    finance = next(column for column in page.functions.columns if column.metric.id == "M03")
    assert {cell.absent for cell in finance.cells} == {"", "disputed"}
    changed = page_of(footprint, None, Changes(with_disputed=True)).what_if
    assert changed is not None
    assert (changed.parts["office"].spend.before, changed.parts["office"].spend.after) == ("£1,280,000", "£2,680,000")
    assert changed.parts["office"].aims["median"].after == "£300,000 to £500,000"


def test_a_trust_is_left_out_of_the_footprint_and_not_of_england(scene: Scene) -> None:
    footprint, _, files = scene
    one = page_of(footprint, None, Changes(without=frozenset({code(files["dear"]), "XXX"}))).what_if
    assert one is not None
    assert one.changes.without == {code(files["dear"])}
    assert one.sentences == ("Dear left out of this footprint’s sums",)
    part = one.parts["office"]
    assert (part.spend.after, part.aims["median"].after) == ("£1,100,000", "£100,000")
    everybody = frozenset(code(file) for file in files.values())
    left = page_of(footprint, None, Changes(without=everybody)).what_if
    assert left is not None
    assert left.parts["office"].spend.after == NOBODY_LEFT
    assert page_of(footprint, None, Changes(without=frozenset({"XXX"}))).what_if is None, "no trust of this footprint"


def test_worked_out_afresh_it_comes_to_the_same(scene: Scene) -> None:
    same = page_of(scene[0], None, Changes(with_disputed=True)).what_if
    assert same is not None
    assert not any(moved.is_changed for moved in (same.parts["office"].spend, *same.parts["office"].aims.values()))


def test_the_nearest_ten_are_other_peers(scene: Scene) -> None:
    found = page_of(scene[0], None, Changes(nearest=True)).what_if
    assert found is not None
    moved = found.parts["office"].aims
    assert not moved["median"].is_changed
    assert moved["peer_median"].after.startswith("£")
    assert "nearest ten" in found.sentences[0]


def test_the_nearest_ten_of_a_frozen_run_are_those_that_it_kept(scene: Scene) -> None:
    footprint, collection, _ = scene
    freezer = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=freezer, collection=collection, purpose="the board")
    assert run.trusts.exclude(nearest=[]).count() == 12
    live = page_of(footprint, None, Changes(nearest=True)).what_if
    frozen = page_of(footprint, None, Changes(nearest=True), run.number or 0).what_if
    assert live is not None
    assert frozen is not None
    assert frozen.parts == live.parts


def test_a_best_quarter_of_few_is_not_told_to_the_lead() -> None:
    footprint, collection = FootprintFactory(), CollectionFactory()
    for number in range(8):
        on_record(collection, {"M03": 500 + number}, trust=TrustFactory(trust_type=TrustType.COMMUNITY))
    own(footprint, collection, {"M03": 900}, "Own", trust_type=TrustType.COMMUNITY)
    run_of(collection)
    assert page_of(footprint).headlines[0].spans["stretch"].words == "too few to say"
    assert page_of(footprint, analyst()).headlines[0].spans["stretch"].words != "too few to say"


def test_what_is_open_is_listed(scene: Scene) -> None:
    footprint, collection, files = scene
    own(footprint, collection, {"M03": "Not given: pay of finance."}, "Silent", trust_type="acute")
    FigureQueryFactory(submission=files["dear"], line="FIN3", column="pay")
    FindingFactory(submission=files["cheap"], severity="warning")
    run_of(collection)
    page = page_of(footprint)
    assert (page.questions.queries, page.questions.waiting, page.questions.given) == (1, 1, 0)
    said = {one.because: one.what for one in page.questions.not_benchmarked}
    assert said["not given: pay of finance"] == ("finance cost of Silent",)
    finance = next(column for column in page.functions.columns if column.metric.id == "M03")
    assert [cell.trust.ods_code for cell in finance.cells if cell.queried] == [code(files["dear"])]
    assert "(queried)" in page.functions.charts[0]


def test_who_is_in_and_whom_to_chase(scene: Scene) -> None:
    footprint, collection, files = scene
    late = ReturnFactory(
        collection=collection, trust=MembershipFactory(footprint=footprint, trust__name="Tardy NHS Trust").trust
    )
    Collection.objects.update(sign_off_rule="signatory", due_date=timezone.localdate() - timedelta(days=2))
    SignOffFactory(submission=files["dear"])
    page = page_of(footprint)
    (made,) = page.returns.rounds
    assert (made.returned, made.accepted, made.signed, made.expected, made.days_left) == (2, 2, 1, 3, -2)
    assert [row.return_record for row in page.returns.to_chase] == [files["cheap"].return_record, late]
    letter = unquote(page.letter)
    assert letter.startswith("mailto:?subject=Returns of Vale and Moor that are still to come&body=")
    assert "- Cheap, Back office 2015/16: waiting for sign-off" in letter
    assert "- Tardy, Back office 2015/16: not opened yet, due" in letter
    assert "(2 days late)" in letter
    assert "Dear" not in letter


def test_a_trust_of_several_footprints_is_counted_in_each(scene: Scene) -> None:
    footprint, collection, files = scene
    MembershipFactory(trust=files["dear"].return_record.trust, footprint=FootprintFactory())
    run_of(collection)
    assert page_of(footprint).basis.shared == ("Dear",)


def test_a_frozen_run_stands_when_everything_moves(scene: Scene) -> None:
    footprint, collection, files = scene
    freezer = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=freezer, collection=collection, purpose="the board")
    DisputeFactory(return_record=files["dear"].return_record, metric="M03")
    FigureQueryFactory(submission=files["dear"], line="FIN3", column="pay")
    run_of(collection)
    frozen = page_of(footprint, None, Changes(), run.number or 0)
    assert frozen.headlines[0].spans["median"].known == (300_000, 500_000)
    assert frozen.basis.is_frozen
    assert [one.number for one in frozen.basis.frozen] == [run.number]
    assert (frozen.letter, frozen.questions.disputed, frozen.questions.queries) == ("", (), 0)
    assert [one.words for one in frozen.returns.rounds[0].returns.values()] == ["Accepted", "Accepted"]
    assert page_of(footprint).headlines[0].spend == 1_280_000


def test_a_trust_that_has_left_is_not_shown_to_the_lead_in_a_run_of_before(scene: Scene) -> None:
    footprint, collection, files = scene
    freezer = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=freezer, collection=collection, purpose="the board")
    Membership.objects.filter(trust=files["dear"].return_record.trust).update(
        from_date=timezone.localdate() - timedelta(days=9), to_date=timezone.localdate()
    )
    assert [trust.name for trust in page_of(footprint, None, Changes(), run.number or 0).basis.trusts] == [
        "Cheap NHS Trust"
    ]
    assert len(page_of(footprint, analyst(), Changes(), run.number or 0).basis.trusts) == 2


def test_an_unknown_run_is_none_and_neither_is_a_pilots(scene: Scene) -> None:
    footprint, collection, _ = scene
    freezer = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=freezer, collection=collection, purpose="the board")
    assert page_of(footprint, None, Changes(), run.number or 0).basis.runs == [run]
    Collection.objects.update(purpose=Collection.Purpose.PILOT)
    for number in (77, run.number or 0):
        with pytest.raises(NoSuchRun):
            page_of(footprint, None, Changes(), number)
    assert page_of(footprint).basis.runs == []


def test_of_two_rounds_the_newest_is_live_and_the_runs_of_both_can_be_chosen(scene: Scene) -> None:
    footprint, collection, _ = scene
    freezer = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    before = freeze(by=freezer, collection=collection, purpose="the board")
    opens = collection.opens_date + timedelta(days=365)
    after = CollectionFactory(name="Back office 2016/17", opens_date=opens, due_date=opens + timedelta(days=40))
    on_record(after, {"M03": 500}, trust=TrustFactory())
    live = run_of(after)
    again = freeze(by=freezer, collection=after, purpose="the board again")
    page = page_of(footprint)
    assert page.basis.runs == [live]
    (choice,) = page.run_choices
    assert [item["value"] for item in choice.items] == ["", str(again.number), str(before.number)]
    assert not any(item.get("selected") for item in choice.items)


def test_a_disputed_function_is_still_inside_the_total_and_the_page_knows(scene: Scene) -> None:
    footprint, collection, files = scene
    assert page_of(footprint).questions.still_in_totals == {}
    DisputeFactory(return_record=files["dear"].return_record, metric="M03")
    run_of(collection)
    page = page_of(footprint)
    assert page.questions.still_in_totals == {"office": ("finance of Dear",)}
    assert page.headlines[0].spans["median"].top_down == 300_000, "as before: M02 of Dear is not disputed"
    DisputeFactory(return_record=files["dear"].return_record, metric="M02")
    run_of(collection)
    assert page_of(footprint).questions.still_in_totals == {}


def test_a_footprint_before_any_collection_and_without_returns() -> None:
    footprint = FootprintFactory()
    page = page_of(footprint)
    assert (page.returns.rounds, page.headlines, page.carter, page.candidates) == ((), (), None, ())
    ReturnFactory(trust=MembershipFactory(footprint=footprint).trust)
    page = page_of(footprint)
    assert (len(page.returns.rounds), page.functions.has_values) == (1, False)


def test_pathology_is_a_part_of_its_own_with_its_map_and_the_ends_of_contracts(scene: Scene) -> None:
    footprint, costs, files = scene
    tests = CollectionFactory(template="pathology", version="2016.1", name="Pathology 2015/16")
    for _ in range(6):
        laboratory(tests, TrustFactory(trust_type="acute"), 400)
    hub = laboratory(tests, files["dear"].return_record.trust, 500)
    cells = {
        ("PSV1", "value"): "hub for others",
        ("PSV8", "value"): "Roche, 31 March 2017",
        ("PSV17", "value"): "90000",
    }
    for (line, column), text in cells.items():
        FigureFactory(submission=hub, line=line, column=column, kind="text", text=text, number=None)
    for column, text in (("delivery", "shared NHS"), ("contract_end", "2017-09-30")):
        FigureFactory(submission=files["cheap"], line="PAY1", column=column, kind="text", text=text, number=None)
    run_of(costs)
    run_of(tests)
    page = page_of(footprint)
    office, pathology = page.headlines
    # £500k where the same tests cost £400k at the median: both by the index and by the one discipline
    assert (pathology.part, pathology.spend, pathology.spans["median"].known) == (
        "laboratories",
        500_000,
        (100_000, 100_000),
    )
    assert office.spans["median"].known == (300_000, 500_000), "nothing of one in the other"
    (service,) = page.shared.services
    assert [(row.name, row.position, row.absent) for row in service.table.rows] == [
        ("Dear", "hub for others", ""),
        ("Cheap", "", "No accepted return"),
    ]
    assert page.shared.ends == {"Payroll": 1, "Pathology": 1}
    assert {one.spread.function: one.spread.contract_ends for one in page.candidates} == {"Finance": 0, "Payroll": 1}
    assert [column.title for column in page.functions.others] == ["Estates and facilities", "Pathology"]


def test_what_is_not_signed_off_is_called_provisional(scene: Scene) -> None:
    footprint, collection, files = scene
    Collection.objects.update(sign_off_rule="signatory")
    SignOffFactory(submission=files["dear"])
    run_of(Collection.objects.get(pk=collection.pk))
    rows = page_of(footprint).functions.rows
    assert {row.trust.name: row.provisional for row in rows} == {
        "Dear NHS Trust": "",
        "Cheap NHS Trust": "provisional",
    }


def test_two_templates_stand_on_one_page_and_take_the_same_questions_at_any_size(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    counts = []
    for trusts in (1, 25):
        costs = CollectionFactory()
        tests = CollectionFactory(template="pathology", version="2016.1")
        footprint = FootprintFactory()
        for number in range(trusts):
            values = {metric.id: 100 + number for metric in metrics("back_office")[:10]}
            file = own(footprint, costs, values, f"Trust {trusts} {number}", trust_type="acute")
            ReturnFactory(collection=tests, trust=file.return_record.trust)
            FigureQueryFactory(submission=file, line="FIN3", column="pay")
        run_of(costs)
        person = lead(footprint)
        assert person.current_roles
        for changes, most in ((Changes(), 9), (Changes(nearest=True, with_disputed=True), 10)):
            with django_assert_max_num_queries(most) as seen:
                page = footprint_page(footprint, person, changes=changes)
            counts.append(len(seen))
        assert len(page.functions.rows) == trusts
    assert counts[:2] == counts[2:]
