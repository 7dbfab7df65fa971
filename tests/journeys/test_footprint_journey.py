"""An STP lead reads the footprint's page, sees what would change the answer, and prints it for the board on two sides of A4."""

import io

import pytest
from pypdf import PdfReader

from benchmarks.actions import measure, refresh_live
from footprints.models import Footprint, Region
from submissions.actions.process import process
from submissions.example import STORY_FOOTPRINT, example_collections, example_files, example_people, explain_examples
from submissions.models import Submission
from tests.factories import FootprintFactory, MembershipFactory, TrustFactory
from tests.journeys.story import NEIGHBOURS, Person

pytestmark = pytest.mark.browser

OWN = {
    "R1H": ("Barts Health NHS Trust", "acute"),
    "RF4": ("Barking, Havering and Redbridge University Hospitals NHS Trust", "acute"),
    "RQX": ("Homerton University Hospital NHS Foundation Trust", "acute"),
    "RWK": ("East London NHS Foundation Trust", "mental_health"),
    "RAT": ("North East London NHS Foundation Trust", "community"),
    "RKE": ("South West London and St George’s Mental Health NHS Trust", "mental_health"),
    "RRU": ("London Ambulance Service NHS Trust", "ambulance"),
}


def seven_trusts_of_one_footprint() -> Footprint:
    """With names as long as they come, among neighbours enough for quartiles; the example's returns to both rounds are in."""
    footprint = FootprintFactory(ons_code=STORY_FOOTPRINT, name="North East London", region=Region.LONDON)
    for code, (name, kind) in OWN.items():
        trust = TrustFactory(ods_code=code, name=name, trust_type=kind, region=Region.LONDON)
        MembershipFactory(trust=trust, footprint=footprint)
    for code in NEIGHBOURS:
        if code not in OWN:
            TrustFactory(ods_code=code, name=f"{code} Hospitals NHS Trust", trust_type="acute", region=Region.LONDON)
    example_people()
    collections = example_collections()
    for collection in collections:
        for submission in example_files(collection):
            process(submission_id=submission.pk)
        explain_examples(collection)
    for submission in Submission.objects.unmeasured():
        measure(submission_id=submission.pk)
    for collection in collections:
        assert refresh_live(collection, anyway=True) is not None
    return footprint


def test_the_lead_reads_changes_and_prints_the_page(browser_page, axe, transactional_db: None) -> None:
    page, person = browser_page, Person(browser_page, axe)
    footprint = seven_trusts_of_one_footprint()
    person.signs_in("lead@nel.example")
    page.goto(f"/footprints/{footprint.ons_code}/")
    person.sees("Look first at")
    assert page.get_by_role("button", name="Write to the").get_attribute("href").startswith("mailto:?subject=")
    person.finds_nothing_in_the_way()
    page.get_by_role("link", name="What would change the answer").click()
    page.get_by_label("Barking, Havering and Redbridge University Hospitals").check()
    page.get_by_label("The nearest ten trusts").check()
    page.get_by_role("button", name="See how the range moves").click()
    person.sees("What you changed")
    assert "without=RF4" in page.url
    assert page.url.endswith("#worth")
    assert page.get_by_label("Barking, Havering and Redbridge University Hospitals").is_checked()
    person.finds_nothing_in_the_way()
    sides = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    printed = " ".join(" ".join(side.extract_text() for side in sides).split())
    assert "What you changed: Barking, Havering and Redbridge University Hospitals left out" in printed
    assert "Example data" in printed
    assert [(round(side.mediabox.width), round(side.mediabox.height)) for side in sides] == [(595, 842)] * 2
