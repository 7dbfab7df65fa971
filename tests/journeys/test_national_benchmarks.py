"""England and one region look at how trusts compare, at both widths: the analyst takes a file, the support manager is led to ask about a value."""

import pytest

from footprints.models import RoleKind, User
from tests.benchmarks.national_scenes import england, measured
from tests.benchmarks.scenes import on_record
from tests.factories import FootprintFactory, MembershipFactory, RoleFactory, TrustFactory, UserFactory
from tests.journeys.story import Person

pytestmark = pytest.mark.browser
PASSWORD = "a password for one test"


def somebody(kind: RoleKind, region: str = "") -> User:
    person = UserFactory(password=PASSWORD)
    RoleFactory(user=person, kind=kind, trust=None, footprint=None, region=region)
    return person


def test_england_and_a_region_see_where_to_look(browser_page: object, axe: object) -> None:
    collection, footprints = england(12)
    far = TrustFactory(name="Farthest Hospitals NHS Foundation Trust", region="South", trust_type="acute")
    for footprint in (
        footprints[3],
        FootprintFactory(name="Bristol, North Somerset and South Gloucestershire", region="South"),
    ):
        MembershipFactory(trust=far, footprint=footprint)
    file = on_record(collection, {"M03": 9000, "M09": 400}, trust=far)
    measured(collection)

    me = Person(browser_page, axe)
    me.signs_in(somebody(RoleKind.ANALYST).email, PASSWORD)
    browser_page.goto("/benchmarks/")
    me.sees("13 of 13 (100%) returns are in the comparison")
    me.finds_nothing_in_the_way()
    with browser_page.expect_download() as download:
        browser_page.get_by_role("link", name="Download every value to ask about").click()
    assert "illustrative" in download.value.suggested_filename

    browser_page.context.clear_cookies()
    me.signs_in(somebody(RoleKind.SUPPORT_MANAGER, "South").email, PASSWORD)
    browser_page.goto("/benchmarks/")
    me.sees("Only trusts in South are counted")
    me.finds_nothing_in_the_way()
    ask = browser_page.get_by_role("link", name="Ask about the figures behind Finance cost")
    assert ask.get_attribute("href") == f"/submissions/{file.reference}/queries/ask/"
