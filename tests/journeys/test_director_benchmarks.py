"""A finance director sees how the trust compares, follows a number to its cell and among all trusts, takes the workbook away, marks the
number as disputed, and sees it leave the distribution."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from benchmarks.actions import measure, refresh_live
from footprints.models import RoleKind
from tests.benchmarks.scenes import loaded, on_record
from tests.benchmarks.test_explained import INVOICES
from tests.factories import (
    CollectionFactory,
    CorrectionFactory,
    ExplanationFactory,
    FigureQueryFactory,
    FindingFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)
from tests.journeys.story import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"
NAME = "The Queen Elizabeth and Saint Bartholomew Hospitals of Northern Shire NHS Foundation Trust"


def much_to_explain():
    """The worked case at a trust with a long name: £5.00 an invoice, corrected, explained and asked about."""
    collection = CollectionFactory(illustrative=True)
    for place in range(11):
        trust = TrustFactory(trust_type="acute")
        on_record(collection, {"M12": Decimal("3.00") + Decimal("0.2") * place}, trust=trust)
    file = loaded(collection, INVOICES, TrustFactory(trust_type="acute", name=NAME))
    measure(submission_id=file.pk)
    earlier = timezone.now() - timedelta(days=1)
    file.corrects = SubmissionFactory(return_record=file.return_record, state="replaced", received_at=earlier)
    file.save(update_fields=["corrects"])
    CorrectionFactory(submission=file, old="41200", new="412")
    ExplanationFactory(finding=FindingFactory(submission=file, severity="warning", message="This doubled in a year."))
    answer = {"answer": "Yes, since April 2015.", "answered_by": UserFactory(), "answered_at": timezone.now()}
    FigureQueryFactory(submission=file, line="FIN3", column="pay", question="Is the shared service in it?", **answer)
    refresh_live(collection, anyway=True)
    return file


def test_a_director_follows_a_number_and_disputes_it(browser_page, axe, transactional_db, tmp_path: Path) -> None:
    file = much_to_explain()
    director = UserFactory(password=PASSWORD)
    RoleFactory(user=director, kind=RoleKind.SIGNATORY, trust=file.return_record.trust)
    page, person = browser_page, Person(browser_page, axe)
    person.signs_in(director.email, PASSWORD)
    page.get_by_role("button", name="See how you compare").click()
    person.sees("Of the 1 measure that has a better way, you are in the best quarter on none and the worst on 1.")
    person.finds_nothing_in_the_way()

    page.get_by_role("link", name="explain this number").first.click()
    follows_the_number_to_its_cells(person)
    page.get_by_role("link", name="See how all trusts lie").click()
    person.sees("12 of 12 trusts")
    person.finds_nothing_in_the_way()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as an Excel workbook").click()
    path = tmp_path / "values.xlsx"
    download.value.save_as(path)
    assert NAME in {cell.value for cell in openpyxl.load_workbook(path)["M12 Values"]["B"]}

    page.get_by_role("link", name=f"explain the value of {NAME}").click()
    disputes_it(person)
    refresh_live(file.return_record.collection)
    page.get_by_role("link", name="Explain this number").click()
    person.sees("n = 11 of 12, and 1 value left out as disputed")
    person.sees("It is not in the distribution. Disputed: It holds invoices of the trust next door.")
    page.get_by_role("link", name="See how all trusts lie").click()
    person.sees("n = 11 of 12 trusts")
    person.sees("Disputed: 1 trust.")
    person.finds_nothing_in_the_way()


def follows_the_number_to_its_cells(person: Person) -> None:
    person.sees("400 ÷ 80,000 × 1,000 = £5.00.")
    person.sees("41200 became 412.")
    person.sees("Yes, since April 2015.")
    person.sees("half way from the 6th to the 7th of 12 values in order")
    person.sees("£5.00 is above the upper quartile £4.65, so it is in the worst quarter.")
    person.finds_nothing_in_the_way()
    assert person.page.locator("h1").count() == 1


def disputes_it(person: Person) -> None:
    person.page.get_by_role("link", name="Mark it as disputed").click()
    person.finds_nothing_in_the_way()
    assert person.page.get_by_label("Measure").input_value() == "M12"
    person.page.get_by_label("Reason").fill("It holds invoices of the trust next door.")
    person.page.get_by_role("button", name="Mark as disputed").click()
    person.sees("1 value of this return is marked as disputed.")
    person.finds_nothing_in_the_way()
