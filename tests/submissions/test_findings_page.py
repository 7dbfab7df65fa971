"""What was found in a file, and the figures that were read, as their pages show them."""

import re
from dataclasses import replace

import pytest
from django.http import QueryDict

from submissions.queries.findings import Filters, anchor, findings_page
from submissions.queries.grid import grids
from submissions.states import State
from tests.factories import FindingFactory, ReceiptFactory, SubmissionFactory
from tests.submissions.test_views import PAY, a_file, file_address, get, queued, reading, return_address, story, text_of

pytestmark = pytest.mark.django_db

__all__ = ["queued", "story"]


@pytest.mark.parametrize(
    ("severities", "headline"),
    [
        ([], "No errors and no warnings."),
        (["info"], "No errors and no warnings."),
        (["error"], "1 error in 1 sheet."),
        (["warning", "warning"], "No errors. 2 warnings want a sentence."),
        (["error", "error", "warning"], "2 errors in 1 sheet. 1 warning wants a sentence."),
    ],
)
def test_the_headline(severities, headline):
    file = SubmissionFactory()
    for position, severity in enumerate(severities):
        FindingFactory(submission=file, position=position, severity=severity)
    assert findings_page(file, Filters()).headline == headline


def test_errors_about_the_file_name_no_sheet():
    file = SubmissionFactory()
    FindingFactory(submission=file, sheet="", cell="", line="", column="", label="The workbook", found="R1K")
    assert findings_page(file, Filters()).headline == "1 error."


def test_words_that_many_cells_share_are_said_once_and_every_cell_is_listed():
    file = SubmissionFactory()
    FindingFactory(submission=file, position=0, message="Something else.")
    for position in range(1, 4):
        FindingFactory(submission=file, position=position, cell=f"D{position}")
    FindingFactory(submission=file, position=9, sheet="Volumes", cell="C9")
    costs, volumes = findings_page(file, Filters()).groups
    assert [[finding.position for finding in trouble.findings] for trouble in costs.troubles] == [[0], [1, 2, 3]]
    assert costs.count == 4
    assert not volumes.troubles[0].is_shared


def test_filters_by_sheet_and_severity():
    file = SubmissionFactory()
    FindingFactory(submission=file, position=0)
    FindingFactory(submission=file, position=1, sheet="Volumes")
    FindingFactory(submission=file, position=2, sheet="Volumes", severity="warning")
    shown = findings_page(file, Filters.from_query(QueryDict("sheet=Volumes&severity=error")))
    assert (shown.shown, shown.total, shown.errors) == (1, 3, 2)
    assert Filters.from_query(QueryDict("severity=awful")) == Filters()


def test_an_anchor_survives_a_renamed_sheet():
    assert anchor("Costs", "D9") == "Costs-D9"
    assert anchor('My "own" <sheet> 2', "D9") == "My-own-sheet-2-D9"


def test_a_finding_says_what_where_found_expected_and_what_to_do(client, story):
    file = a_file(story)
    FindingFactory(submission=file)
    html = get(client, story.preparer, file_address(file))[1]
    words = text_of(html)
    assert "1 error in 1 sheet." in words
    assert "Costs!D9 – Accounts payable, pay" in words
    for part in ("You entered -412", "This figure cannot be negative.", "We expected 0 or more", "Do this Correct"):
        assert part in words
    assert f"{file_address(file, 'figures')}#Costs-D9" in html
    assert 'name="severity"' not in html, "one finding needs no filter"


def test_a_blank_cell_is_said_to_be_blank(client, story):
    file = a_file(story)
    FindingFactory(submission=file, found="nothing")
    assert "Nothing. The cell is blank" in get(client, story.preparer, file_address(file))[1]


def test_a_hundred_and_twenty_findings_are_all_there_and_can_be_narrowed(client, story):
    file = a_file(story)
    for position in range(120):
        sheet = "Costs" if position < 80 else "Volumes"
        FindingFactory(
            submission=file, position=position, sheet=sheet, cell=f"C{position}", message=f"M{position % 50}."
        )
    html = get(client, story.preparer, file_address(file))[1]
    ids = re.findall(r'id="finding-(\d+)"', html)
    assert sorted(map(int, ids)) == list(range(120))
    assert "120 errors in 2 sheets." in html
    narrowed = get(client, story.preparer, file_address(file) + "?sheet=Volumes&severity=error")[1]
    assert len(re.findall(r'id="finding-\d+"', narrowed)) == 40
    assert "Showing 40 of 120." in narrowed
    assert "There is nothing of this kind" in get(client, story.preparer, file_address(file) + "?severity=info")[1]


def test_an_accepted_file_without_findings_says_what_happens_next(client, story):
    html = get(client, story.preparer, file_address(a_file(story, State.ACCEPTED)))[1]
    assert "No errors and no warnings." in html
    assert "You have nothing more to do for this return." in html


def test_what_was_entered_cannot_become_markup(client, story):
    file = a_file(story, file_name="<b>x</b>.xlsx")
    FindingFactory(submission=file, found="<script>alert(1)</script>", sheet="<i>")
    html = get(client, story.preparer, file_address(file))[1]
    assert "<script>alert" not in html
    assert "<i>" not in html
    assert "<b>x" not in html


def test_a_lead_sees_the_state_but_not_the_findings(client, story):
    file = a_file(story)
    FindingFactory(submission=file)
    html = get(client, story.lead, file_address(file))[1]
    assert "Has errors" in html
    assert "cannot be negative" not in html
    figures = get(client, story.lead, file_address(file, "figures"))[1]
    assert "has an error" not in figures
    assert "portal-cell--error" not in figures


def test_the_grid_marks_the_worst_finding_of_a_cell_in_words_too(client, story):
    file = a_file(story)
    FindingFactory(submission=file, position=0, severity="warning")
    FindingFactory(submission=file, position=1)
    html = get(client, story.preparer, file_address(file, "figures"))[1]
    cell = re.search(r'<td id="Costs-D9".*?</td>', html, re.S).group()
    assert "portal-cell--error" in cell
    assert "−412" in cell
    assert "Error in Accounts payable, pay:" in cell
    assert f"{file_address(file)}#finding-1" in cell
    assert "12,345.5" in re.search(r'<td id="Costs-E9".*?</td>', html, re.S).group()


def test_the_grid_works_out_net_cost_and_totals_and_keeps_keys():
    words = replace(PAY, kind="text")
    file = SubmissionFactory(
        reading=reading(
            replace(PAY, raw="100"),
            replace(PAY, column="income", cell="F9", raw="30.5"),
            replace(words, line="FIN4", cell="D10", raw="IE:FIN3"),
            replace(words, line="FIN9", cell="D11", raw="about 5"),
            replace(PAY, line="FIN9", column="comment", cell="L11", kind="blank", raw=""),
        )
    )
    costs = next(grid for grid in grids(file, marked=True) if grid.title == "Costs")
    titles = [title for title, _ in costs.columns]
    lines = {line.code: dict(zip(titles, line.cells, strict=True)) for line in costs.lines}
    assert lines["FIN3"]["Net cost"].computed
    assert lines["FIN3"]["Net cost"].value.as_text() == "69.5"
    assert lines["FIN4"]["Pay"].value.as_text() == "IE:FIN3"
    assert (lines["FIN9"]["Pay"].value, lines["FIN9"]["Pay"].text) == (None, "about 5")
    assert lines["FIN9"]["Comment"].value.kind == "blank"
    totals = dict(zip(titles, costs.totals, strict=True))
    assert (totals["Pay"].value.number, totals["Income from others"].value.number, totals["Comment"]) == (
        100,
        30.5,
        None,
    )


@pytest.mark.parametrize("state", [State.ACCEPTED, State.REPLACED])
def test_the_receipt_is_offered_where_there_is_one(client, story, state):
    """A file that was loaded directly, as an example is, has none."""
    file = a_file(story, state)
    pages = [file_address(file)] + ([return_address(story)] if state == State.ACCEPTED else [])
    assert not any("See the receipt" in get(client, story.preparer, page)[1] for page in pages)
    ReceiptFactory(submission=file)
    assert all("See the receipt" in get(client, story.preparer, page)[1] for page in pages)
