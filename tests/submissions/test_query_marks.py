"""A query about a figure stands wherever the figure does: among the findings, what changed, the receipt, what is to be signed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import RoleKind
from submissions.models import FigureQuery
from submissions.queries.figure_queries import queried_headlines
from submissions.read_file import to_json
from submissions.states import State
from templates_app.reading import ReadCell, Reading
from tests.factories import (
    CollectionFactory,
    ExplanationFactory,
    FigureQueryFactory,
    FindingFactory,
    ReceiptFactory,
    RoleFactory,
    SubmissionFactory,
)
from tests.submissions.query_scenes import ANSWER, on_record
from tests.submissions.test_query_pages import page, words

pytestmark = pytest.mark.django_db
WAYS = pytest.mark.parametrize(("answered", "mark"), [(False, "Queried"), (True, "Answered")])


def reading(pay):
    cell = ReadCell("FIN3", "pay", "Costs", "D9", "Accounts payable, pay", "number", pay)
    other = ReadCell("FIN3", "non_pay", "Costs", "E9", "Accounts payable, non-pay", "number", pay)
    cells = {(cell.line, cell.column): cell for cell in (cell, other)}
    return to_json(Reading("back_office", "2016.1", "R1H", cells))


@pytest.fixture
def file():
    """A file on record of which pay and non-pay have changed since the file before, and pay has findings."""
    collection = CollectionFactory(sign_off_rule="signatory", template="back_office", version="2016.1")
    made = on_record(reading=reading("412"), checked_at=timezone.now(), return_record__collection=collection)
    earlier = {"return_record": made.return_record, "checked_at": timezone.now(), "template": "back_office"}
    SubmissionFactory(
        state=State.BLOCKED,
        received_at=made.received_at - timedelta(hours=1),
        reading=reading("7"),
        version="2016.1",
        **earlier,
    )
    FindingFactory(submission=made, position=1, severity="info", message="One note.")
    FindingFactory(submission=made, position=2, severity="info", column="non_pay", cell="E9", message="Another.")
    ReceiptFactory(submission=made)
    return made


@pytest.fixture
def query(file, answered):
    given = {"answered_by": file.uploaded_by, "answered_at": timezone.now(), "answer": ANSWER} if answered else {}
    return FigureQueryFactory(submission=file, **given)


@pytest.fixture
def signatory(file):
    return RoleFactory(kind=RoleKind.SIGNATORY, trust=file.return_record.trust).user


def marks(html, file, mark):
    """How many marks lead from the page to the queries about the figure, all of this kind."""
    link = f'class="portal-grid__query" href="{reverse("submissions:queries", args=[file.return_record_id])}#FIN3-pay"'
    assert html.count(link) == words(html).count(f"{mark} : Accounts payable, pay")
    assert "#FIN3-non_pay" not in html
    return html.count(link)


@WAYS
def test_the_findings_and_the_changes_of_its_cell_are_marked(client, file, query, signatory, mark):
    for name, count in (("submission", 1), ("changes", 2)):
        address = reverse(f"submissions:{name}", args=[file.reference])
        assert marks(page(client, signatory, address), file, mark) == count, name
        FigureQuery.objects.update(closed_by=file.uploaded_by, closed_at=timezone.now())
        assert "portal-grid__query" not in page(client, signatory, address)
        FigureQuery.objects.update(closed_by=None, closed_at=None)


@pytest.mark.parametrize("answered", [False])
def test_cells_with_the_same_trouble_and_explained_warnings_are_marked(client, file, query, signatory):
    for position in (3, 4, 5):
        FindingFactory(submission=file, position=position, severity="warning", column="wte" if position > 3 else "pay")
    ExplanationFactory(finding__submission=file, finding__position=6, finding__severity="warning")
    address = reverse("submissions:submission", args=[file.reference])
    assert marks(page(client, signatory, address), file, "Queried") == 3
    analyst = RoleFactory(kind=RoleKind.ANALYST, trust=None).user
    assert marks(page(client, analyst, address), file, "Queried") == 1  # who sees what was explained only


@WAYS
def test_the_totals_of_a_receipt_that_rest_on_it_are_marked(client, file, query, signatory, mark):
    found = queried_headlines(file)
    assert set(found.values()) == {mark.lower().replace("queried", "open")}
    assert {"total_pay", "total_net_cost", "back_office_net_cost"} <= set(found)
    assert not {"total_non_pay", "total_wte", "total_income"} & set(found)
    address = reverse("submissions:receipt", args=[file.reference])
    html = page(client, signatory, address)
    assert words(html).count(f"{mark} : a figure behind") == len(found)
    FigureQuery.objects.update(closed_by=file.uploaded_by, closed_at=timezone.now())
    assert queried_headlines(file) == {}
    assert "a figure behind" not in page(client, signatory, address)


@pytest.mark.parametrize("answered", [True])
def test_of_several_queries_behind_a_total_an_open_one_counts(file, query):
    FigureQueryFactory(submission=file, column="non_pay")
    found = queried_headlines(file)
    assert (found["total_pay"], found["total_non_pay"], found["total_net_cost"]) == ("answered", "open", "open")


@pytest.mark.parametrize("answered", [True])
def test_who_signs_sees_what_was_answered_and_is_not_settled(client, file, query, signatory):
    address = reverse("submissions:sign_off", args=[file.return_record_id])
    said = words(page(client, signatory, address))
    assert "1 query is answered, and not closed yet by whoever asked." in said
    assert f"Answer: {ANSWER}" in said
    assert "not answered yet" not in said
    FigureQueryFactory(submission=file, column="non_pay")
    said = words(page(client, signatory, address))
    assert "1 figure is queried, and not answered yet. You can sign all the same. 1 query is answered" in said
    FigureQuery.objects.update(closed_by=file.uploaded_by, closed_at=timezone.now())
    assert "answered" not in words(page(client, signatory, address))
