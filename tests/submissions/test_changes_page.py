"""The page of what changed: counts and lists, figures in words, and who may see it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event, RoleKind
from submissions.actions.correct import check_again, correct
from submissions.actions.process import process
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    ExplanationFactory,
    FigureFactory,
    FindingFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
)
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, preparer_of, received, workbook
from ui.formats import moment

pytestmark = pytest.mark.usefixtures("db")


def page_of(client, file, person=None):
    client.force_login(person or preparer_of(file.return_record))
    return client.get(reverse("submissions:changes", args=[file.reference]))


def checked(file):
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def test_a_correction_and_what_came_of_it(client):
    return_record = ReturnFactory()
    before = ReturnFactory(trust=return_record.trust, collection=CollectionFactory(year="2014/15"))
    accepted = SubmissionFactory(return_record=before, state=State.ACCEPTED, loaded_at=timezone.now())
    FigureFactory(submission=accepted, line="FIN3", number=Decimal("20.1"))
    base = checked(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    made = correct(by=preparer_of(return_record), submission=base, changes={("FIN3", "pay"): "40.2"}).submission
    text = page_of(client, checked(made)).content.decode()
    assert "1 error mended." in text
    assert "“see note”" in text
    assert "£40.2k" in text
    assert "Figures corrected on the page" in text
    assert text.count(f"/submissions/{base.reference}/#finding-") == 1
    for page in (text, client.get(reverse("submissions:submission", args=[made.reference])).content.decode()):
        said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
        assert f"by {made.uploaded_by.name}, {moment(made.received_at)} Cell It said Corrected to Costs!D9" in said
        assert re.search(r"Costs!D9 – Accounts payable, pay see note 40.2 ", said)
    assert "£20.1k" in text
    assert "+100%" in text


def test_of_the_first_file_it_says_so(client):
    file = checked(received(ReturnFactory()))
    text = page_of(client, file).content.decode()
    assert "This is the first file of the return that was checked" in text
    assert "We hold no return of your trust for 2014/15" in text


def test_of_other_rules_it_says_that_they_are(client):
    return_record = ReturnFactory()
    base = checked(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    made = checked(check_again(by=preparer_of(return_record), submission=base))
    said = "The rules have changed between the two files"
    assert said not in page_of(client, made).content.decode()
    type(base).objects.filter(pk=base.pk).update(ruleset="older")
    assert said in page_of(client, made).content.decode()


def test_after_a_first_file_last_year_is_offered(client):
    return_record = ReturnFactory()
    before = ReturnFactory(trust=return_record.trust, collection=CollectionFactory(year="2014/15"))
    file = checked(received(return_record))
    client.force_login(preparer_of(return_record))
    pages = [reverse(f"submissions:{name}", args=[file.reference]) for name in ("submission", "changes")]
    assert pages[1] not in client.get(pages[0]).content.decode()
    accepted = SubmissionFactory(return_record=before, state=State.ACCEPTED, loaded_at=timezone.now())
    FigureFactory(submission=accepted, line="FIN3", number=Decimal("20.1"))
    html = client.get(pages[0]).content.decode()
    assert f"{pages[1]}#last-year" in html
    assert "figures differ from last year’s return." in html
    assert "See how your figures differ from last year’s" in html
    assert "We hold no return" not in client.get(pages[1]).content.decode()


def test_of_another_trusts_workbook_no_figure_is_compared(client):
    file = checked(received(ReturnFactory()))
    file.reading = {**file.reading, "trust": "ZZ9"}
    file.save()
    assert "this file holds no figures of" in page_of(client, file).content.decode()


@pytest.mark.parametrize("state", [State.RECEIVED, State.REFUSED, State.STUCK])
def test_of_a_file_that_was_not_checked_there_is_none(client, state):
    assert page_of(client, SubmissionFactory(state=state)).status_code == 404


def test_it_is_on_record_who_looked(client):
    file = checked(received(ReturnFactory()))
    person = preparer_of(file.return_record)
    page_of(client, file, person)
    event = Event.objects.get(verb="changes seen")
    assert (event.user, event.subject, event.trust) == (person, f"submission:{file.pk}", file.return_record.trust)


def test_an_stp_lead_who_may_not_see_findings_is_told_so(client):
    file = checked(received(ReturnFactory()))
    footprint = MembershipFactory(trust=file.return_record.trust).footprint
    response = page_of(client, file, RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint).user)
    assert response.status_code == 403
    assert "You cannot see the findings" in response.content.decode()


def test_a_thousand_findings_are_counted_and_listed_in_few_queries(client, django_assert_max_num_queries):
    return_record = ReturnFactory()
    now = timezone.now()
    base, file = (
        SubmissionFactory(return_record=return_record, state=State.BLOCKED, received_at=now - timedelta(hours=age))
        for age in (2, 1)
    )
    for submission, first in ((base, 0), (file, 500)):
        rows = [
            FindingFactory.build(
                submission=submission, position=n, line=f"L{first + n}", severity=("error", "warning")[n % 2]
            )
            for n in range(1000)
        ]
        type(rows[0]).objects.bulk_create(rows)
    ExplanationFactory(
        finding=file.findings.get(position=1), carried_from=base, text="<b>As last time: a host pays.</b>"
    )
    person = preparer_of(return_record)
    client.force_login(person)
    with django_assert_max_num_queries(13):
        text = client.get(reverse("submissions:changes", args=[file.reference])).content.decode()
    assert (
        "250 errors mended, 250 new, 250 remain. 250 warnings mended, 250 new, 250 remain. 1 explanation still holds."
        in text
    )
    assert text.count("#finding-") == 1500 + 1
    assert "&lt;b&gt;As last time" in text
    assert "They are not compared" in text
