"""The worst file there can be: a thousand findings, with boxes to mend and to explain, still make one usable page."""

import re
from itertools import cycle, islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions.models import Explanation, Finding
from submissions.queries.findings import MOST_LISTED
from submissions.read_file import to_json
from tests.submissions.example_returns import BACK_OFFICE, cell_of, example
from tests.submissions.example_returns import reading as whole_reading
from tests.submissions.test_views import a_file, file_address, get, queued, story, text_of

pytestmark = pytest.mark.django_db

__all__ = ["queued", "story"]

MOST_QUERIES = 15
MOST_BYTES_A_FINDING = 4_000
"""What a finding with two boxes takes on the page, with room."""
PLACES = tuple((line.code, column.code) for _, line, column in BACK_OFFICE.cells())
SEVERITIES = ("error", "warning", "warning", "info")


def a_bad_file(story, count):
    """A file with so many findings over all cells of the template; every second warning is explained."""
    file = a_file(story, reading=to_json(whole_reading(example(), code=story.trust.ods_code)))
    found = list(islice(zip(range(count), cycle(PLACES), cycle(SEVERITIES), strict=False), count))
    rows = Finding.objects.bulk_create(finding(file, *each) for each in found)
    warnings = [row for row in rows if row.severity == "warning"]
    Explanation.objects.bulk_create(
        Explanation(finding=row, text=f"We bought it in number {row.position}.", given_by=story.preparer)
        for row in warnings[::2]
    )
    return file


def finding(file, position, place, severity):
    """Half of them share their words with others of the sheet, half have words of their own."""
    cell = cell_of(place)
    own = f" It was {position} last year." if position % 2 else ""
    return Finding(
        submission=file,
        position=position,
        code=f"B-X{position % 7}",
        severity=severity,
        sheet=cell.sheet,
        cell=cell.cell,
        line=cell.line,
        column=cell.column,
        label=cell.label,
        found=str(position),
        expected="0 or more",
        message=f"This figure is unlike that of any other trust of your kind.{own}",
        remedy="Check the figure against your ledger. If it is right, say why in a sentence.",
    )


def queries_of(client, person, address):
    """How many queries the page takes somebody who is signed in, and the page."""
    client.force_login(person)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(caught), answer.content.decode()


@pytest.mark.parametrize("who", ["preparer", "signatory"])
def test_a_thousand_findings_take_few_queries_and_a_page_of_bounded_size(who, client, story):
    file = a_bad_file(story, 1_000)
    queries, html = queries_of(client, getattr(story, who), file_address(file))
    assert queries <= MOST_QUERIES
    assert len(html.encode()) <= 1_000 * MOST_BYTES_A_FINDING
    assert len(set(re.findall(r'id="finding-(\d+)"', html))) == 1_000


@pytest.mark.parametrize("state", ["blocked", "to_explain", "accepted"])
def test_a_corrected_file_with_others_before_it_takes_no_more_than_that(state, client, story):
    before, file = a_bad_file(story, 50), a_bad_file(story, 1_000)
    type(file).objects.filter(pk=file.pk).update(corrects=before, state=state, loaded_at=timezone.now())
    assert queries_of(client, story.preparer, file_address(file))[0] <= MOST_QUERIES


def test_more_findings_take_no_more_queries(client, story):
    a_bad_file(story, 20)  # so that each of the next has one before it
    a_bad_file(story, 3)
    few = queries_of(client, story.preparer, file_address(a_bad_file(story, 20)))[0]
    assert queries_of(client, story.preparer, file_address(a_bad_file(story, 1_000)))[0] <= few


def test_beyond_a_thousand_the_page_lists_a_thousand_and_says_how_many_there_are(client, story):
    file = a_bad_file(story, 1_200)
    html = get(client, story.preparer, file_address(file))[1]
    assert len(set(re.findall(r'id="finding-(\d+)"', html))) == MOST_LISTED
    assert "These are the first 1,000 of 1,200." in text_of(html)


def test_what_is_not_listed_is_counted_all_the_same(client, story):
    file = a_bad_file(story, 1_200)
    file.findings.update(sheet="Costs", code="B-X", severity="error", message="Nothing is here.", found="nothing")
    text = text_of(get(client, story.preparer, file_address(file))[1])
    assert "1,200 cells with the same error" in text
    assert "Costs 1,200 findings" in text
    assert "and 200 more, in the list for a spreadsheet" in text
    assert "200 findings of this sheet are in the list for a spreadsheet only." in text
    file.findings.filter(position__gte=1_100).update(sheet="Volumes")
    text = text_of(get(client, story.preparer, file_address(file))[1])
    assert "Volumes 100 findings 100 findings of this sheet are in the list for a spreadsheet only." in text


def test_every_finding_is_named_once_and_every_box_has_a_name_of_its_own(client, story):
    """What a screen reader and a form need: no identifier twice, and none that points nowhere."""
    html = get(client, story.preparer, file_address(a_bad_file(story, 1_000)))[1]
    identifiers = re.findall(r'\sid="([^"]*)"', html)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'\sfor="([^"]*)"', html)) <= set(identifiers)
