"""A finding at a total, which is of no line: on the page of findings, among the figures, in the marked-up copy, and explained."""

import io
import re

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from submissions.actions.correct import correctable
from submissions.actions.explain import accept_if_explained, take_explanations
from submissions.actions.mark_up import download_marked_up
from submissions.actions.process import process
from submissions.models import Explanation, Submission
from submissions.queries.grid import grids
from submissions.states import State
from templates_app.layout import PROBLEMS_SHEET
from tests.factories import CollectionFactory, ReturnFactory, TrustFactory
from tests.submissions.example_returns import TRUST
from tests.submissions.scenes import preparer_of, received
from tests.workbooks.sums_cases import BACK_OFFICE, changed, sum_of

pytestmark = pytest.mark.usefixtures("db")

TOTAL = BACK_OFFICE.total_cell
"""Costs, pay."""


@pytest.fixture
def file() -> Submission:
    """A file whose total of pay somebody has typed over."""
    collection = CollectionFactory(template="back_office", version="2016.2", year="2015/16")
    return_record = ReturnFactory(collection=collection, trust=TrustFactory(ods_code=TRUST, trust_type="acute"))
    sent = received(return_record, changed("back office", (TOTAL, "><v>99999</v>")))
    process(submission_id=sent.pk)
    sent.refresh_from_db()
    assert [(found.code, found.cell, found.line) for found in sent.findings.exclude(severity="info")] == [
        ("B-W16", TOTAL.address, "")
    ]
    return sent


def test_the_page_names_the_cell_and_leads_to_it_among_the_figures(client: Client, file: Submission) -> None:
    client.force_login(preparer_of(file.return_record))
    html = client.get(reverse("submissions:submission", args=[file.reference])).content.decode()
    assert f"Costs!{TOTAL.address}" in html
    assert f"#Costs-{TOTAL.address}" in html
    figures = client.get(reverse("submissions:figures", args=[file.reference])).content.decode()
    cell = re.search(rf'<td id="Costs-{TOTAL.address}".*?</td>', figures, re.S)
    assert cell is not None
    assert "Warning in Total, pay" in cell.group()
    assert f"{sum_of('back office'):,}" in cell.group(), "our own sum, not what was typed"


def test_only_typed_cells_can_be_corrected(file: Submission) -> None:
    assert ("HR9", "pay") in correctable(file)
    assert not {("", ""), TOTAL.place, ("HR9", "net")} & correctable(file).keys()


def test_explained_it_is_accepted_and_shown_by_its_sheet(file: Submission) -> None:
    assert file.state == State.TO_EXPLAIN
    (finding,) = file.findings.exclude(severity="info")
    answers = {finding.pk: "Our ledger's own total, checked twice."}
    take_explanations(by=preparer_of(file.return_record), submission=file, answers=answers)
    assert accept_if_explained(submission=file)
    said = list(Explanation.objects.select_related("finding"))
    shown = {grid.title: len(grid.explanations) for grid in grids(file, marked=True, explanations=said)}
    assert shown == {"Organisation": 0, "Costs": 1, "Volumes": 0, "Bands": 0}


def test_the_marked_up_copy_names_it_and_holds_the_right_sum(file: Submission) -> None:
    _, data = download_marked_up(by=preparer_of(file.return_record), submission=file)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    (where,) = (cell for row in book[PROBLEMS_SHEET].iter_rows() for cell in row if cell.hyperlink)
    assert (where.value, where.hyperlink.location) == (f"Costs!{TOTAL.address}", f"Costs!{TOTAL.address}")
    assert book["Costs"][TOTAL.address].comment.text.startswith("WARNING")
    assert book["Costs"][TOTAL.address].value == pytest.approx(float(sum_of("back office")))
