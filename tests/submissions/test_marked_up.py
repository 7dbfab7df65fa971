"""The marked-up copy of a file, from download to upload: same values, same problems, clean once mended, and for whom."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions.mark_up import NotCopied, download_marked_up
from submissions.actions.process import process
from submissions.checks import judge
from submissions.models import Submission
from submissions.queries.judging import context_for
from submissions.queries.rulesets import rules_in_force
from submissions.read_file import Answer, from_json, read_in_child
from submissions.states import State
from templates_app import registry
from templates_app.layout import layout_of
from templates_app.reading import Value
from templates_app.workbook_fill import fill
from tests.factories import MembershipFactory, ReturnFactory, RoleFactory, SubmissionFactory
from tests.submissions.scenes import preparer_of, received, workbook

pytestmark = pytest.mark.usefixtures("db")

SLIPS = {
    ("FIN3", "pay"): Value("text", text="see note"),
    ("FIN4", "pay"): Value("number", number=Decimal("-50")),
    ("HR1", "pay"): Value("text", text="#REF!"),
    ("HR2", "wte"): Value("number", number=Decimal("3.14159")),
}


@pytest.fixture
def blocked():
    """A file with errors, read and judged by the pipeline."""
    return_record = ReturnFactory()
    clean = workbook(return_record)
    reading = read_in_child(clean, file_name="ours.xlsx").reading
    file = received(return_record, fill(clean, reading, SLIPS))
    process(submission_id=file.pk)
    file.refresh_from_db()
    assert file.state == State.BLOCKED
    return file


def copy_of(file):
    return download_marked_up(by=preparer_of(file.return_record), submission=file)[1]


def context(file):
    return context_for(file.return_record, rules_in_force("back_office", "2016.1"))


def judged(data, file):
    answer = read_in_child(data, file_name="copy.xlsx", template="back_office")
    assert isinstance(answer, Answer), answer
    definition = registry.get("back_office", answer.reading.version)
    return answer.reading, judge(answer.reading, definition, context(file))


def test_the_copy_is_judged_as_the_file_was(blocked):
    first = judge(from_json(blocked.reading), registry.get("back_office", "2016.1"), context(blocked))
    reading, second = judged(copy_of(blocked), blocked)
    assert second.values == first.values
    assert [finding.code for finding in first.findings].count("B-I1f") == 1, (
        "the file was saved without being calculated"
    )
    assert second.findings == tuple(finding for finding in first.findings if finding.code != "B-I1f")
    assert {(finding.line, finding.column) for finding in first.findings} >= set(SLIPS)
    assert not any(cell.moved for cell in reading.cells.values())


def test_a_note_stands_at_the_very_cell_of_each_error(blocked):
    sheets = openpyxl.load_workbook(io.BytesIO(copy_of(blocked)))
    layout = layout_of(registry.get("back_office", "2016.1"))
    wrong = {(f.line, f.column): f for f in blocked.findings.filter(severity__in=("error", "warning")).exclude(line="")}
    noted = {
        (sheet.title, c.coordinate): c.comment.text
        for sheet in sheets
        for row in sheet.iter_rows()
        for c in row
        if c.comment
    }
    assert set(noted) == {(layout.cells[place].sheet, layout.cells[place].address) for place in wrong}
    for place, finding in wrong.items():
        assert finding.remedy in noted[layout.cells[place].sheet, layout.cells[place].address]


def test_mended_and_uploaded_it_is_accepted(blocked):
    sheets = openpyxl.load_workbook(io.BytesIO(copy_of(blocked)))
    layout = layout_of(registry.get("back_office", "2016.1"))
    whole = read_in_child(workbook(blocked.return_record), file_name="whole.xlsx").reading
    for place in SLIPS:
        cell = layout.cells[place]
        sheets[cell.sheet][cell.address].value = Decimal(whole.cells[place].raw)
    mended = io.BytesIO()
    sheets.save(mended)
    _, judgement = judged(mended.getvalue(), blocked)
    assert [finding.code for finding in judgement.findings] == ["B-I1f"], "what saved it does not calculate"
    again = received(blocked.return_record, mended.getvalue(), file_name="mended.xlsx")
    process(submission_id=again.pk)
    again.refresh_from_db()
    assert again.state == State.ACCEPTED


def test_what_libreoffice_saves_of_it_is_read_the_same(blocked, libreoffice, tmp_path):
    path = tmp_path / "copy.xlsx"
    path.write_bytes(copy_of(blocked))
    (saved,) = libreoffice.saved_again(path)
    _, before = judged(path.read_bytes(), blocked)
    _, after = judged(saved.read_bytes(), blocked)
    assert after.values == before.values
    assert [finding.code for finding in after.findings] == [finding.code for finding in before.findings]


def test_the_name_says_what_it_is_and_the_download_is_on_record(blocked):
    person = preparer_of(blocked.return_record)
    name, _ = download_marked_up(by=person, submission=blocked)
    code = blocked.return_record.trust.ods_code
    assert name == f"Back-office-2015-16-{code}-mended-copy-{blocked.reference}.xlsx"
    (event,) = Event.objects.filter(verb="marked-up copy downloaded")
    assert (event.user, event.trust, event.subject) == (person, blocked.return_record.trust, f"submission:{blocked.pk}")


@pytest.mark.parametrize("change", [{"trust": "RXX"}, {"trust": ""}, {"version": "2015.1"}, {"template": "pathology"}])
def test_another_trusts_or_rounds_figures_are_never_made_out_to_this_one(blocked, change):
    file = Submission.objects.get(pk=blocked.pk)
    file.reading = {**file.reading, **change}
    with pytest.raises(NotCopied):
        copy_of(file)


def test_of_a_file_that_was_not_read_there_is_no_copy(client):
    file = SubmissionFactory(state=State.REFUSED)
    client.force_login(preparer_of(file.return_record))
    assert client.get(reverse("submissions:marked_up", args=[file.reference])).status_code == 404
    assert not Event.objects.filter(verb="marked-up copy downloaded").exists()


@pytest.mark.parametrize("kind", [RoleKind.CHIEF_EXECUTIVE, RoleKind.STP_LEAD, RoleKind.AUDITOR])
def test_who_may_not_have_the_workbook_gets_no_copy(blocked, kind):
    trust = blocked.return_record.trust
    scope = {
        RoleKind.CHIEF_EXECUTIVE: {"trust": trust},
        RoleKind.STP_LEAD: {"footprint": MembershipFactory(trust=trust).footprint},
    }.get(kind, {})
    with pytest.raises(NotAllowed):
        download_marked_up(by=RoleFactory(kind=kind, **scope).user, submission=blocked)


def test_the_page_offers_it_to_those_who_may_have_it(client, blocked):
    page, copy = (reverse(f"submissions:{name}", args=[blocked.reference]) for name in ("submission", "marked_up"))
    client.force_login(preparer_of(blocked.return_record))
    assert copy in client.get(page).content.decode()
    response = client.get(copy)
    assert response.content.startswith(b"PK")
    assert response["Cache-Control"] == "no-store"
    assert "mended-copy" in response["Content-Disposition"]
    client.force_login(RoleFactory(kind=RoleKind.SIGNATORY, trust=blocked.return_record.trust).user)
    assert copy in client.get(page).content.decode()
    client.force_login(RoleFactory(kind=RoleKind.CHIEF_EXECUTIVE, trust=blocked.return_record.trust).user)
    assert copy not in client.get(page).content.decode()


def test_a_blank_stays_blank(blocked):
    reading = from_json(blocked.reading)
    place = ("FIN9", "pay")
    gone = replace(reading.cells[place], kind="blank", raw="")
    blocked.reading = {
        **blocked.reading,
        "cells": [row for row in blocked.reading["cells"] if (row[0], row[1]) != place],
    }
    again, _ = judged(copy_of(blocked), blocked)
    assert (again.cells[place].kind, again.cells[place].raw) == (gone.kind, gone.raw)
