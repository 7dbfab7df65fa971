"""A collection manager freezes a run on a phone, reads it, and later sees what has changed since."""

import pytest

from benchmarks.actions import refresh_live
from benchmarks.actions.published_runs import make_published_runs
from benchmarks.models import BenchmarkRun
from footprints.models import RoleKind
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    PublishedFigureFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)
from tests.journeys.story import Person

pytestmark = pytest.mark.browser
PASSWORD = "a password for one test"
LONG = "Northumbria and Tyneside Partnership University Hospitals NHS Foundation Trust"


def test_a_run_is_frozen_read_and_held_against_the_live_figures(phone_page, axe, transactional_db: None) -> None:
    page, person = phone_page, Person(phone_page, axe)
    collection = CollectionFactory(name="Back office 2015/16", illustrative=True)
    for number in range(9):
        on_record(collection, {"M03": 900 + 10 * number, "M05": 300}, trust=TrustFactory(trust_type="acute"))
    ReturnFactory(collection=collection, trust=TrustFactory(name=LONG))
    refresh_live(collection, anyway=True)
    for measure, value, unit in (
        ("energy_cost", 900_000, "pounds"),
        ("gross_internal_floor_area", 30_000, "square_metres"),
    ):
        PublishedFigureFactory(trust=TrustFactory(), year="2015/16", measure=measure, value=value, unit=unit)
    make_published_runs()
    manager = UserFactory(password=PASSWORD)
    RoleFactory(user=manager, kind=RoleKind.COLLECTION_MANAGER, trust=None)
    person.signs_in(manager.email, PASSWORD)

    page.goto("/runs/")
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Freeze a run").click()
    person.sees("9 of 10 trusts")
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Freeze the run").click()
    person.sees("Enter purpose")
    page.get_by_label("Purpose").fill("the STP boards of January 2017")
    page.get_by_role("button", name="Freeze the run").click()

    number = BenchmarkRun.objects.frozen().get().number
    person.sees(f"Run {number} is frozen. Its figures never change.")
    person.sees(LONG)
    person.finds_nothing_in_the_way()

    on_record(collection, {"M03": 100}, trust=TrustFactory(name="Newcomer"))
    refresh_live(collection, anyway=True)
    page.get_by_role("link", name=f"Hold run {number} against the live figures").click()
    person.sees("Newcomer")
    person.finds_nothing_in_the_way()
    page.goto("/runs/")
    page.get_by_role("link", name="Estates Return Information Collection").click()
    person.sees("E01 Energy cost")
    person.finds_nothing_in_the_way()
