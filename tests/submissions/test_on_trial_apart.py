"""What a rule on trial finds is shown, and counts nowhere as an error or a warning: on pages, in lists and on record."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event
from submissions.models import Return
from submissions.queries.difference import difference
from submissions.queries.findings import Filters, findings_page
from submissions.queries.grid import grids
from submissions.queries.progress import return_rows
from submissions.queries.timeline import timeline
from submissions.report import findings_as_csv, findings_as_json
from submissions.states import State
from tests.factories import ExplanationFactory, FindingFactory, ReturnFactory, SubmissionFactory, WaiverFactory
from tests.submissions.rule_scenes import Stage, added, checked, days
from tests.submissions.scenes import preparer_of
from tests.submissions.test_rule_pages import manager, text_of
from tests.submissions.test_views import PAY, reading

pytestmark = pytest.mark.usefixtures("db")

__all__ = ["manager"]

UNTIL = date(2016, 12, 1)


@pytest.fixture
def file():
    """A file with one finding of every standing, in this order: on trial twice, waived, a note, an error, explained, and to explain."""
    file = SubmissionFactory(state=State.BLOCKED, checked_at=timezone.now(), reading=reading(PAY))
    given = [
        {"severity": "error", "trial_until": UNTIL, "sheet": "Volumes"},
        {"severity": "warning", "trial_until": UNTIL},
        {"severity": "info", "waiver": WaiverFactory(trust=file.return_record.trust)},
        {"severity": "info"},
        {"severity": "error"},
        {"severity": "warning"},
        {"severity": "warning", "cell": "E9"},
    ]
    rows = [FindingFactory(submission=file, position=number, **each) for number, each in enumerate(given)]
    ExplanationFactory(finding=rows[5], text="The ledger moved in May.")
    return file


STANDINGS = [
    "On trial until 1 December 2016",
    "On trial until 1 December 2016",
    "Waived",
    "Note",
    "Must be mended",
    "Explained",
    "To be explained",
]


def test_the_page_of_findings_counts_them_apart(file):
    page = findings_page(file, Filters())
    assert (page.errors, page.warnings, page.notes, page.on_trial, page.total) == (1, 2, 2, 2, 7)
    assert page.error_sheets == 1
    assert page.headline == "1 error in 1 sheet. 1 warning wants a sentence. 2 findings on trial."
    assert [found.position for found in findings_page(file, Filters(severity="error")).findings] == [4]
    assert {found.position for found in findings_page(file, Filters(severity="trial")).findings} == {0, 1}


def test_returns_and_the_timeline_count_them_apart(file):
    (row,) = return_rows(Return.objects.filter(pk=file.return_record_id))
    (item,) = timeline(file.return_record)
    for each in (row, item):
        assert (each.errors, each.warnings, each.notes, each.on_trial) == (1, 2, 2, 2)
    assert row.to_explain == 1


def test_the_list_says_how_each_finding_stands_and_what_was_said(file, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = findings_as_json(file.findings.select_related("explanation"))
    assert [each["standing"] for each in found] == STANDINGS
    assert [each["explained"] for each in found] == ["", "", "", "", "", "The ledger moved in May.", ""]
    text = findings_as_csv(file.findings.all())
    titles, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert titles[-2:] == ["Standing", "Explained"]
    assert [row[-2:] for row in rows] == [[each["standing"], each["explained"]] for each in found]


def test_the_page_says_so(client, file):
    client.force_login(preparer_of(file.return_record))
    html = client.get(reverse("submissions:submission", args=[file.reference])).content.decode()
    said = text_of(client.get(reverse("submissions:submission", args=[file.reference])))
    assert html.count("portal-finding--trial") == 2
    assert "It would be an error: the rule is on trial until 1 December 2016." in said
    assert "2 findings on trial" in said
    assert "2 findings on trial" in text_of(client.get(reverse("submissions:return", args=[file.return_record_id])))


def test_a_cell_among_the_figures_is_marked_as_with_a_note():
    file = SubmissionFactory(reading=reading(PAY))
    FindingFactory(submission=file, position=0, trial_until=UNTIL)
    marks = {cell.mark for sheet in grids(file, marked=True) for line in sheet.lines for cell in line.cells}
    assert marks == {"", "info"}
    FindingFactory(submission=file, position=1, severity="warning")
    marks = {cell.mark for sheet in grids(file, marked=True) for line in sheet.lines for cell in line.cells}
    assert marks == {"", "warning"}


def test_the_difference_leaves_them_out_until_they_count():
    before, file = (SubmissionFactory(state=State.BLOCKED, checked_at=timezone.now()) for _ in range(2))
    type(file).objects.filter(pk=file.pk).update(
        return_record=before.return_record, received_at=before.received_at + timedelta(hours=1)
    )
    file.refresh_from_db()
    FindingFactory(submission=before, trial_until=UNTIL)
    FindingFactory(submission=file, trial_until=UNTIL)
    assert difference(file).in_words == "1 finding on trial."
    file.findings.update(trial_until=None)
    assert difference(file).in_words == "1 new error."


def test_an_accepted_return_is_not_headed_by_errors_nor_recorded_with_them(client):
    added(Stage.TRIAL, "N-H1")
    file = checked(ReturnFactory())
    assert file.state == State.ACCEPTED
    assert findings_page(file, Filters()).headline == "No errors and no warnings. 1 finding on trial."
    added(Stage.ACTIVE, "N-H2")
    blocked = checked(ReturnFactory())
    event = Event.objects.get(verb="blocked", subject=f"submission:{blocked.pk}")
    assert (event.detail["errors"], event.detail["warnings"]) == (1, 0)
    client.force_login(preparer_of(file.return_record))
    assert "No errors and no warnings. 1 finding on trial." in text_of(
        client.get(reverse("submissions:submission", args=[file.reference]))
    )


def test_the_page_of_a_rule_whose_trial_has_ended_says_so(client, manager):
    rule = added(Stage.TRIAL, trial_until=days(-1))
    said = text_of(client.get(reverse("submissions:rule", args=[rule.pk])))
    assert "Trial ended" in said
    assert "Trusts see what it finds" not in said
    assert "No file is judged by it until it is made active" in said
    today = added(Stage.TRIAL, "N-H2", trial_until=days(0))
    assert "Trusts see what it finds until" in text_of(client.get(reverse("submissions:rule", args=[today.pk])))
    assert "Trial ended" in text_of(client.get(reverse("submissions:rules")))
