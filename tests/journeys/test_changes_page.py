"""The page of what changed, in a browser at both widths: nothing in anybody's way, with much to tell and with nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from footprints.models import RoleKind
from submissions.actions.correct import correct
from submissions.actions.explain import take_explanations
from submissions.actions.process import process
from submissions.states import State
from templates_app.reading import Value
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)
from tests.journeys.story import Person
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, preparer_of, received, workbook

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"


def checked(file):
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def much_to_tell():
    trust = TrustFactory(
        name="The Queen Elizabeth and Saint Bartholomew Hospitals of Northern Shire NHS Foundation Trust"
    )
    return_record = ReturnFactory(trust=trust)
    before = ReturnFactory(trust=trust, collection=CollectionFactory(year="2014/15"))
    accepted = SubmissionFactory(return_record=before, state=State.ACCEPTED, loaded_at=timezone.now())
    for line in ("FIN1", "FIN2", "FIN3", "HR1", "HR2"):
        FigureFactory(submission=accepted, line=line, number=Decimal("37.5"))
    slips = {
        **WORDS_FOR_A_NUMBER,
        ("FIN9", "pay"): Value("not_applicable"),
        ("HR1", "pay"): Value("number", number=Decimal(-5)),
        ("HR3", "pay"): Value("text", text="1.2m"),
    }
    earlier = timezone.now() - timedelta(minutes=20)
    base = checked(received(return_record, workbook(return_record, slips), at=earlier))
    person = preparer_of(return_record)
    answers = {
        finding.pk: f"{finding.label}: our neighbour holds the staff."
        for finding in base.findings.filter(severity="warning")
    }
    take_explanations(by=person, submission=base, answers=answers)
    changes = {
        ("FIN3", "pay"): "40200",
        ("FIN4", "pay"): "n/a",
        ("HR3", "pay"): "1200",
        ("HR2", "wte"): "NA",
        ("HR2", "comment"): "Our neighbour " * 12,
        ("HR2", "delivery"): "shared NHS",
    }
    return checked(correct(by=person, submission=base, changes=changes).submission)


def test_much_has_changed(browser_page, axe, transactional_db):
    file = much_to_tell()
    reader = UserFactory(password=PASSWORD)
    RoleFactory(user=reader, kind=RoleKind.PREPARER, trust=file.return_record.trust)
    person = Person(browser_page, axe)
    person.signs_in(reader.email, PASSWORD)
    browser_page.goto(f"/submissions/{file.reference}/changes/")
    person.sees("2 errors mended, 1 new, 1 remains.")
    person.sees("1,072 times")
    person.finds_nothing_in_the_way()
    assert browser_page.locator("h1").count() == 1


def test_nothing_came_before(browser_page, axe, transactional_db):
    file = checked(received(ReturnFactory()))
    reader = UserFactory(password=PASSWORD)
    RoleFactory(user=reader, kind=RoleKind.SIGNATORY, trust=file.return_record.trust)
    person = Person(browser_page, axe)
    person.signs_in(reader.email, PASSWORD)
    browser_page.goto(f"/submissions/{file.reference}/changes/")
    person.sees("This is the first file of the return")
    person.finds_nothing_in_the_way()
