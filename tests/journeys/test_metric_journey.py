"""An STP lead on a phone goes from the list of measures to one, reads where the trusts stand, and takes the workbook away."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from benchmarks.actions import freeze, refresh_live
from footprints.models import Footprint, RoleKind, User
from submissions.models import Collection
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)
from tests.journeys.story import Person

pytestmark = pytest.mark.browser
PASSWORD = "a password for one test"
LONG = "Northumbria and Tyneside Partnership University Hospitals NHS Foundation Trust"


def the_round(footprint: Footprint) -> Collection:
    collection = CollectionFactory(name="Back office 2015/16", illustrative=True)
    for number in range(26):
        trust = TrustFactory(name=LONG if number == 7 else f"Place {number:02} NHS Trust", trust_type="acute")
        on_record(
            collection,
            {"M03": 600 + 37 * number, "M13": 9000 - 80 * number},
            trust=trust,
            income=Decimal(150_000 + 9_000 * number),
        )
        if number in (3, 7, 20):
            MembershipFactory(footprint=footprint, trust=trust)
    ReturnFactory(collection=collection, trust=TrustFactory(trust_type="acute"))
    refresh_live(collection, anyway=True)
    return collection


def somebody(kind: RoleKind, **scope: object) -> User:
    person = UserFactory(password=PASSWORD)
    RoleFactory(user=person, kind=kind, **{"trust": None, "footprint": None, **scope})
    return person


def test_from_the_list_to_a_measure_and_its_workbook(phone_page, axe, transactional_db: None, tmp_path: Path) -> None:
    page, person = phone_page, Person(phone_page, axe)
    footprint = FootprintFactory(name="Vale and Moor")
    collection = the_round(footprint)
    freeze(by=somebody(RoleKind.COLLECTION_MANAGER), collection=collection, purpose="the board")
    person.signs_in(somebody(RoleKind.STP_LEAD, footprint=footprint).email, PASSWORD)

    page.goto("/metrics/")
    person.finds_nothing_in_the_way()
    page.get_by_role("link", name="Finance cost").click()
    person.sees("The 3 trusts that you look after lie from")
    person.sees("No accepted return: not opened yet")
    person.finds_nothing_in_the_way()
    page.get_by_role("link", name="Run 1").first.click()
    person.sees("These figures never change")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as an Excel workbook").click()
    assert download.value.suggested_filename == "M03-1-illustrative.xlsx"
    path = tmp_path / "values.xlsx"
    download.value.save_as(path)
    assert openpyxl.load_workbook(path)["M03 Values"]["B7"].value == "Place 03 NHS Trust"


def test_nhs_improvement_sees_every_trust_and_one_footprint_stand_out(phone_page, axe, transactional_db: None) -> None:
    page, person = phone_page, Person(phone_page, axe)
    footprint = FootprintFactory(name="Vale and Moor")
    FootprintFactory(name="Elsewhere")
    the_round(footprint)
    person.signs_in(somebody(RoleKind.ANALYST).email, PASSWORD)
    page.goto("/metrics/M03/")
    page.get_by_label("Whose trusts stand out").select_option("Vale and Moor")
    page.get_by_role("button", name="Show").click()
    person.sees("The 3 trusts of Vale and Moor lie from")
    person.finds_nothing_in_the_way()
