"""The list of findings as CSV: for whom, what stands in it, and that it harms no spreadsheet."""

import csv
import io

import pytest
from django.urls import reverse

from footprints.models import Event, RoleKind
from submissions.states import State
from tests.factories import FindingFactory, MembershipFactory, RoleFactory, SubmissionFactory

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def file():
    submission = SubmissionFactory(state=State.BLOCKED)
    FindingFactory(submission=submission, position=2, found="=HYPERLINK(1)", severity="warning", sheet="-Costs")
    FindingFactory(submission=submission, position=1)
    FindingFactory(submission=submission, position=3, severity="info", sheet="", cell="", found="£5, “more”\nor less")
    return submission


def answer(client, file, person):
    client.force_login(person)
    return client.get(reverse("submissions:findings_csv", args=[file.reference]))


def preparer(file):
    return RoleFactory(kind=RoleKind.PREPARER, trust=file.return_record.trust).user


def test_every_finding_is_a_row_in_the_order_of_the_page(client, file):
    response = answer(client, file, preparer(file))
    assert response.content.startswith(b"\xef\xbb\xbf")
    titles, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert titles == [
        "Severity",
        "Rule",
        "Sheet",
        "Cell",
        "Label",
        "You entered",
        "What is wrong",
        "We expected",
        "Do this",
        "Standing",
        "Explained",
    ]
    assert rows[0] == [
        "Error", "B-H4", "Costs", "D9", "Accounts payable, pay", "-412", "This figure cannot be negative.", "0 or more",
        "Correct the figure. If money came in, enter it above 0 under income from others.",
        "Must be mended", "",
    ]  # fmt: skip
    assert (rows[1][0], rows[1][2], rows[1][5]) == ("Warning", "'-Costs", "'=HYPERLINK(1)")
    assert (rows[2][0], rows[2][3], rows[2][5]) == ("Note", "", "£5, “more”\nor less")
    assert len(rows) == 3


def test_it_is_a_download_that_nobody_keeps_on_the_way(client, file):
    response = answer(client, file, preparer(file))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="Findings-')
    assert file.reference in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_it_is_recorded(client, file):
    person = preparer(file)
    answer(client, file, person)
    (event,) = Event.objects.filter(verb="findings exported")
    assert (event.user, event.trust, event.subject) == (person, file.return_record.trust, f"submission:{file.pk}")


def test_a_footprints_lead_sees_the_return_but_not_the_findings(client, file):
    member = MembershipFactory(trust=file.return_record.trust)
    lead = RoleFactory(kind=RoleKind.STP_LEAD, footprint=member.footprint).user
    response = answer(client, file, lead)
    assert response.status_code == 403
    assert "You cannot see the findings" in response.content.decode()
    assert not Event.objects.filter(verb="findings exported").exists()


def test_a_stranger_finds_nothing(client, file):
    assert answer(client, file, RoleFactory(kind=RoleKind.PREPARER).user).status_code == 404


def test_the_page_offers_the_list_and_to_print_it(client, file):
    client.force_login(preparer(file))
    html = client.get(reverse("submissions:submission", args=[file.reference])).content.decode()
    assert reverse("submissions:findings_csv", args=[file.reference]) in html
    assert "data-print" in html
