"""The footprint's page as people see it: who may open it, what it says in each state, and what is written down about the visit."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from benchmarks.actions import freeze
from footprints.access_table import ALLOWED
from footprints.models import Event, Footprint, RoleKind, Trust
from footprints.models.people import FIGURE_KINDS, TRUST_KINDS
from submissions.models import Collection, Submission
from tests.benchmarks.footprint_scenes import address, analyst, html, own, run_of, twelve
from tests.benchmarks.pages import lead, read, status
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    DisputeFactory,
    FigureQueryFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db

Scene = tuple[Footprint, Collection, dict[str, Submission]]


@pytest.fixture
def scene() -> Scene:
    made = twelve()
    run_of(made[1])
    return made


def test_the_first_lines_say_who_is_in_what_it_is_worth_and_where_to_look(scene: Scene) -> None:
    words = read(lead(scene[0]), address(scene[0]))
    assert "2 of 2 trusts have a valid return to Back office 2015/16." in words
    assert "the back office without estates would cost £300,000 to £500,000 a year less" in words
    assert "Look first at finance." in words
    assert "Live figures of Back office 2015/16 as on" in words


def test_the_blocks_stand_in_their_order(scene: Scene) -> None:
    words = read(lead(scene[0]), address(scene[0]))
    heads = ["Who is in", "What it could be worth", "Carter’s line", "How far apart your trusts are", "Function by function",
             "Where to look first", "Open questions", "Business cases are not in this portal yet."]  # fmt: skip
    places = [words.index(head) for head in heads]
    assert places == sorted(places)


def test_no_trust_of_another_footprint_is_named(scene: Scene) -> None:
    for query in ("", "?peers=nearest&disputed=in"):
        page = html(lead(scene[0]), address(scene[0], query))
        strangers = Trust.objects.filter(name__startswith="Stranger")
        assert strangers.count() == 10
        assert not [one.name for one in strangers if one.name in page or one.ods_code in page]


def test_every_number_leads_to_its_explanation_and_every_function_to_its_metric(scene: Scene) -> None:
    footprint, collection, files = scene
    page = html(lead(footprint), address(footprint))
    for file in files.values():
        for metric in ("M01", "M03", "M06"):
            where = reverse(
                "benchmarks:number",
                args=[f"live-back_office-{collection.pk}", metric, file.return_record.trust.ods_code],
            )
            assert f'href="{where}"' in page
    for metric in ("M01", "M03", "M06"):
        assert f'href="{reverse("benchmarks:metric", args=[metric])}"' in page


def test_what_the_reader_changes_stands_in_the_address_and_on_the_page(scene: Scene) -> None:
    footprint, _, files = scene
    code = files["dear"].return_record.trust.ods_code
    where = address(footprint, f"?without={code}&peers=default&disputed=out")
    words = read(lead(footprint), where)
    assert "What you changed: Dear left out of this footprint’s sums." in words
    assert "before £300,000 to £500,000 after £100,000" in words
    assert "1 of 2 trusts" in words
    page = html(lead(footprint), where)
    assert f'value="{code}" checked' in page
    assert f'<a class="portal-screen" href="{address(footprint)}">Take the changes back</a>' in page
    assert "What you changed" not in read(lead(footprint), address(footprint, "?without=XXX&peers=odd&disputed="))


def test_a_frozen_run_is_shown_by_its_number_and_an_unknown_one_is_not_found(scene: Scene) -> None:
    footprint, collection, files = scene
    run = freeze(
        by=RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user, collection=collection, purpose="the board"
    )
    person = lead(footprint)
    words = read(person, address(footprint, f"?run={run.number}"))
    assert f"Run {run.number}, frozen on" in words
    assert "Queries and explanations are of today: see the live page." in words
    changed = html(
        person, address(footprint, f"?run={run.number}&without={files['dear'].return_record.trust.ods_code}")
    )
    assert re.search(rf'<option value="{run.number}" selected[^>]*>\s*Run {run.number}, ', changed)
    assert f'{address(footprint)}?run={run.number}">Take the changes back' in changed
    assert status(person, address(footprint, "?run=")) == 200
    for query in ("?run=99", "?run=first", "?run=-1"):
        assert status(person, address(footprint, query)) == 404


def test_disputed_and_queried_figures_are_said_beside_the_numbers(scene: Scene) -> None:
    footprint, collection, files = scene
    DisputeFactory(return_record=files["dear"].return_record, metric="M03", reason="Counted twice.")
    FigureQueryFactory(submission=files["cheap"], line="FIN3", column="pay")
    run_of(collection)
    words = read(lead(footprint), address(footprint))
    assert "1 disputed figure is left out." in words
    assert "1 disputed figure, left out of every sum: Dear, Finance cost" in words
    assert "(Counted twice)" in words
    assert "The total of back office without estates still holds finance of Dear, which is disputed." in words
    assert "1 query waits for an answer: Cheap, Back office 2015/16 (1)." in words
    assert "Queried" in words


def test_made_up_figures_are_labelled(scene: Scene) -> None:
    footprint, collection, _ = scene
    assert "made up" not in html(lead(footprint), address(footprint))
    Collection.objects.update(illustrative=True)
    run_of(Collection.objects.get(pk=collection.pk))
    assert "Figures on this page are made up." in html(lead(footprint), address(footprint))
    assert "Illustrative: every figure is made up." in read(lead(footprint), address(footprint))


def test_strangers_do_not_find_it(scene: Scene) -> None:
    footprint, _, files = scene
    preparer = RoleFactory(kind=RoleKind.PREPARER, trust=files["dear"].return_record.trust).user
    administrator = RoleFactory(kind=RoleKind.ADMINISTRATOR, trust=None).user
    for person in (preparer, administrator, lead(FootprintFactory())):
        assert status(person, address(footprint)) == 404
    assert not Event.objects.filter(verb="footprint seen").exists()
    assert Client().get(address(footprint)).status_code == 302


def test_whoever_reaches_a_footprint_may_see_its_page() -> None:
    reaching = FIGURE_KINDS - TRUST_KINDS
    assert RoleKind.STP_LEAD in reaching
    assert [kind for kind in reaching if "see_footprint" not in ALLOWED[kind]] == []


def test_every_visit_is_written_down(scene: Scene) -> None:
    person = analyst()
    read(person, address(scene[0]))
    event = Event.objects.get(verb="footprint seen")
    assert (event.user, event.footprint) == (person, scene[0])


def test_a_footprint_with_nothing_in_says_so() -> None:
    footprint = FootprintFactory()
    person = lead(footprint)
    assert "No trust of this footprint owes a return." in read(person, address(footprint))
    record = ReturnFactory(trust=MembershipFactory(footprint=footprint, trust__name="Only NHS Trust").trust)
    words = read(person, address(footprint))
    assert f"0 of 1 trust have a valid return to {record.collection.name}. Still missing: " in words
    assert "There is nothing to compare yet." in words
    assert "Write to the 1 still to finish" in words


def test_where_nobody_is_to_be_chased_there_is_no_letter(scene: Scene) -> None:
    assert "still to finish" not in read(lead(scene[0]), address(scene[0]))


def test_trusts_of_a_kind_that_a_measure_is_not_for_are_told_apart(scene: Scene) -> None:
    footprint, collection, _ = scene
    pathology = CollectionFactory(template="pathology", version="2016.1")
    own(footprint, collection, {"M03": 500}, "Ambulances", trust_type="ambulance")
    ReturnFactory(collection=pathology, trust=Trust.objects.get(name="Ambulances NHS Trust"))
    for number in range(2):
        on_record(collection, {"M03": 500 + number}, trust=TrustFactory())
    run_of(collection)
    words = read(lead(footprint), address(footprint))
    assert words.count("Ambulances") > 2
    assert "none owed" in words


def test_the_whole_page_takes_the_same_queries_for_one_trust_and_for_twenty(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for trusts in (1, 20):
        collection, footprint = CollectionFactory(), FootprintFactory()
        for number in range(trusts):
            own(
                footprint,
                collection,
                {"M03": 100 + number, "M02": 300 + number},
                f"Trust {trusts} {number}",
                trust_type="acute",
            )
        run_of(collection)
        client.force_login(lead(footprint))
        # eight of the page; the others are session, person, roles, the footprint, and the event
        with django_assert_max_num_queries(16) as seen:
            assert client.get(address(footprint)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
