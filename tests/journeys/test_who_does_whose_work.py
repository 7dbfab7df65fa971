"""A lead finds what could be tendered together, and where two trusts do not say the same of a shared service."""

import pytest

from footprints.models import Footprint, RoleKind
from tests.benchmarks.shared_work_scenes import back_office, filed, member, pathology
from tests.factories import FootprintFactory, MembershipFactory, RoleFactory, UserFactory
from tests.journeys.story import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"


def scene() -> Footprint:
    """Vale does payroll for Moor, which pays more than Vale says; three trusts buy audit, two until about the same day."""
    footprint, round_ = FootprintFactory(name="Vale and Moor"), back_office()
    MembershipFactory(footprint=footprint, trust__name="The Queen Elizabeth and Saint Bartholomew Hospitals of Northern Shire NHS Foundation Trust")  # fmt: skip
    audit = {"FIN4.delivery": "private outsourced", "FIN4.provider": "City Partners LLP", "FIN4.non_pay": 90}
    vale, moor = member(footprint, "RVA", "Vale NHS Trust"), member(footprint, "RMO", "Moor NHS Trust")
    filed(round_, vale, {**audit, "FIN4.contract_end": "2018-03-31", "FIN4.notice_months": 6, "PAY1.income": 700})
    paid = {"PAY1.provider": "Vale NHS Trust", "PAY1.delivery": "shared NHS", "PAY1.non_pay": 800, "HR1.income": 5}
    filed(round_, moor, {**audit, "FIN4.contract_end": "2017-09-30", **paid})
    laboratory = {"PSV7": "WinPath, 31 March 2018", "PSV8": "Roche, rolling", "PSV17": 2977300, "PBC.tests": 780000}
    filed(pathology(), vale, {"PSV1": "own laboratory", **laboratory})
    return footprint


def test_a_lead_finds_what_to_tender_and_whom_to_ask(browser_page, axe, transactional_db: None) -> None:
    footprint, lead = scene(), UserFactory(password=PASSWORD)
    RoleFactory(user=lead, kind=RoleKind.STP_LEAD, footprint=footprint)
    person = Person(browser_page, axe)
    person.signs_in(lead.email, PASSWORD)

    browser_page.goto(f"/footprints/{footprint.ons_code}/contracts/")
    assert "In 1 group the ends lie near enough to tender together" in browser_page.text_content("main")
    person.finds_nothing_in_the_way()
    for part, typed in (("Day", "1"), ("Month", "12"), ("Year", "2017")):
        browser_page.get_by_role("textbox", name=part).fill(typed)
    browser_page.get_by_role("button", name="Show").click()
    browser_page.get_by_text("Notice date has passed").first.wait_for()
    person.finds_nothing_in_the_way()

    browser_page.get_by_role("link", name="Do both sides say the same?").click()
    browser_page.get_by_text("Clients say more").first.wait_for()
    person.finds_nothing_in_the_way()

    browser_page.goto(f"/footprints/{footprint.ons_code}/services/pathology/")
    assert "WinPath, 31 March 2018" in browser_page.text_content("main")
    person.finds_nothing_in_the_way()

    browser_page.goto(f"/footprints/{footprint.ons_code}/counterparties/")
    browser_page.get_by_role("link", name="Ask Moor about what it pays for Payroll and pensions administration").click()
    browser_page.get_by_role("heading", name="Query a figure").wait_for()
