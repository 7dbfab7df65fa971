"""A pilot in a browser: opened after its effect was seen, spoken of by a trust, and answered beside the definition."""

import pytest

from footprints.models import RoleKind, User
from submissions.models import Collection
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory, TrustFactory, UserFactory
from tests.journeys.story import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"
TRUST = "Barts Health NHS Trust"


def somebody(kind: RoleKind, **scope: object) -> User:
    person = UserFactory(password=PASSWORD)
    RoleFactory(user=person, kind=kind, **{"trust": None, "footprint": None, "region": "", **scope})
    return person


def test_a_pilot_from_preview_to_answer(browser_page, axe, transactional_db: None) -> None:
    page, person = browser_page, Person(browser_page, axe)
    trust = TrustFactory(ods_code="R1H", name=TRUST, region="London")
    TrustFactory(
        name="A trust that is not asked, with a name as long as they come in the North of England NHS Foundation Trust"
    )
    manager, preparer = somebody(RoleKind.COLLECTION_MANAGER), somebody(RoleKind.PREPARER, trust=trust)

    person.signs_in(manager.email, PASSWORD)
    page.goto("/rounds/")
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Open a pilot").click()
    page.get_by_role("button", name="See what this does").click()
    person.sees("Enter name of the round")
    person.finds_nothing_in_the_way()
    page.get_by_label("Name of the round").fill("Back office pilot")
    page.get_by_label("List of trusts").fill("R1H")
    page.get_by_label("Standard ladder").check()
    page.get_by_role("button", name="See what this does").click()
    person.sees("1 trust will owe a return by")
    person.finds_nothing_in_the_way()
    page.get_by_role("button", name="Open the pilot").click()
    person.sees("Back office pilot is set up. 1 return stand")
    person.finds_nothing_in_the_way()
    pilot = Collection.objects.get()
    assert pilot.is_pilot
    page.get_by_role("button", name="Sign out").click()

    person.signs_in(preparer.email, PASSWORD)
    page.get_by_role("link", name="Say what you think of it").click()
    person.finds_nothing_in_the_way()
    page.get_by_role("link", name="Costs", exact=True).click()
    accounts = page.get_by_role("group", name="FIN3 Accounts payable")
    accounts.get_by_label("Is it clear what is asked?").select_option("Partly")
    accounts.get_by_label("Remark").fill("Do scanned invoices count?")
    page.get_by_role("button", name="Save and go on to Volumes").click()
    person.sees("Costs: 1 answer saved.")
    page.get_by_role("button", name="Sign out").click()

    person.signs_in(manager.email, PASSWORD)
    page.goto(f"/templates/back_office/{pilot.version}/")
    person.sees(f"{TRUST}: Do scanned invoices count?")
    person.finds_nothing_in_the_way()
    page.get_by_role("link", name="Answer what was said of FIN3").click()
    person.finds_nothing_in_the_way()
    page.get_by_label("Answer", exact=True).fill("They do, where you paid for the scanning.")
    page.get_by_label("No later version").check()
    page.get_by_role("button", name="Save the answer").click()
    person.sees("They do, where you paid for the scanning.")


def test_the_pages_that_change_a_round(browser_page, axe, transactional_db: None) -> None:
    page, person = browser_page, Person(browser_page, axe)
    collection = CollectionFactory(name="Back office 2015/16", ladder="standard")
    for number in range(52):
        ReturnFactory(collection=collection, trust=TrustFactory(name=f"Hospital number {number} NHS Foundation Trust"))
    TrustFactory(name="Not registered NHS Trust")
    person.signs_in(somebody(RoleKind.COLLECTION_MANAGER).email, PASSWORD)
    for address in ("", "add/", "dates/", "close/", "taken-over/", "?page=2"):
        assert page.goto(f"/rounds/{collection.pk}/{address}").status == 200
        person.finds_nothing_in_the_way()
