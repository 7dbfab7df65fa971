"""A signed return takes nothing: every way in is shut, by the action and on the page, until it is reopened."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event
from submissions.actions.correct import check_again, correct
from submissions.actions.explain import accept_if_explained, take_explanations
from submissions.actions.load import load
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.mend import mend
from submissions.actions.process import process
from submissions.actions.receive import receive
from submissions.models import Finding, SignOff, Submission
from submissions.queries.locks import why_locked
from submissions.states import State
from tests.factories import (
    ExcuseFactory,
    FindingFactory,
    NilReturnFactory,
    ReturnFactory,
    SignOffFactory,
    SubmissionFactory,
)
from tests.submissions.scenes import received, workbook
from tests.submissions.signing_scenes import accepted, owed, signatory_of, signs
from tests.submissions.test_explain import CHEAP

pytestmark = pytest.mark.django_db
PAY = ("FIN3", "pay")
SAID = "signed this return on"


@pytest.fixture
def file():
    """On record, and signed."""
    return_record = owed()
    made = accepted(return_record)
    signs(return_record, signatory_of(return_record))
    return made


def test_no_file_is_taken(file):
    by = file.uploaded_by
    data = workbook(file.return_record, seed=2)
    with pytest.raises(ReturnIsLocked, match=SAID):
        receive(by=by, return_record=file.return_record, chunks=[data], file_name="a.xlsx")
    assert Submission.objects.get() == file


def test_the_very_file_that_is_signed_is_known_again(file):
    """A second click on Upload is no trouble."""
    data = workbook(file.return_record)
    again = receive(by=file.uploaded_by, return_record=file.return_record, chunks=[data], file_name="a.xlsx")
    assert (again.submission, again.again) == (file, True)


@pytest.mark.parametrize(
    "act",
    [
        lambda by, file: correct(by=by, submission=file, changes={PAY: "412"}),
        lambda by, file: check_again(by=by, submission=file),
        lambda by, file: mend(by=by, submission=file, explanations={}, corrections={PAY: "412"}),
        lambda by, file: mend(by=by, submission=file, explanations={1: "Two posts were vacant"}, corrections={}),
        lambda by, file: take_explanations(by=by, submission=file, answers={}),
    ],
)
def test_no_figure_is_corrected_and_nothing_explained(file, act):
    with pytest.raises(ReturnIsLocked, match="Ask for it to be reopened if a figure is wrong"):
        act(file.uploaded_by, file)
    assert Submission.objects.count() == 1


def test_a_later_file_left_with_warnings_cannot_be_explained_into_place():
    return_record = owed()
    on_record = accepted(return_record)
    later = received(return_record, workbook(return_record, CHEAP))
    process(submission_id=later.pk)
    later.refresh_from_db()
    assert later.state == State.TO_EXPLAIN
    warnings = Finding.objects.filter(submission=later).to_explain()
    answers = {finding.pk: f"{finding.label}, as in the ledger" for finding in warnings}
    take_explanations(by=later.uploaded_by, submission=later, answers=answers, same_is_meant=True)
    signs(return_record, signatory_of(return_record))
    assert not accept_if_explained(submission=later)
    on_record.refresh_from_db()
    assert on_record.state == State.ACCEPTED


@pytest.mark.parametrize(("state", "after"), [(State.RECEIVED, State.STUCK), (State.TO_EXPLAIN, State.TO_EXPLAIN)])
def test_should_a_file_come_as_far_as_the_load_it_is_set_aside_and_not_lost(file, state, after, caplog):
    later = SubmissionFactory(return_record=file.return_record, state=state)
    load(submission=later, values={}, cells={})
    later.refresh_from_db()
    file.refresh_from_db()
    assert (later.state, later.loaded_at, file.state) == (after, None, State.ACCEPTED)
    assert Event.objects.get(verb="held back").subject == f"submission:{later.pk}"
    assert "its return has been signed" in caplog.text


def test_a_nil_return_and_an_excuse_lock_as_well():
    nil, signed_nil, excused, free = (ReturnFactory() for _ in range(4))
    NilReturnFactory(return_record=nil)
    NilReturnFactory(return_record=signed_nil, signed_by=signatory_of(signed_nil), signed_at=timezone.now())
    ExcuseFactory(return_record=excused)
    assert "Take the nil return back" in why_locked(nil)
    assert "The nil return is signed" in why_locked(signed_nil)
    assert "no longer expects this return" in why_locked(excused)
    assert why_locked(free) == ""
    with pytest.raises(ReturnIsLocked):
        received(nil)


def test_a_signature_that_has_ended_locks_nothing():
    signed = SignOffFactory(ended_at=timezone.now())
    assert why_locked(signed.return_record) == ""


# On the pages


def test_the_page_of_the_return_says_why_and_has_no_box(file, client):
    client.force_login(file.uploaded_by)
    html = client.get(reverse("submissions:return", args=[file.return_record_id])).content.decode()
    assert SAID in html
    assert "Upload and check" not in html


def test_the_page_of_the_file_has_no_boxes(file, client):
    FindingFactory(submission=file, severity="warning", line="FIN3", column="pay", position=900)
    client.force_login(file.uploaded_by)
    html = client.get(reverse("submissions:submission", args=[file.reference])).content.decode()
    assert SAID in html
    assert 'name="correct-FIN3.pay"' not in html
    SignOff.objects.update(ended_at=timezone.now())
    html = client.get(reverse("submissions:submission", args=[file.reference])).content.decode()
    assert SAID not in html
    assert 'name="correct-FIN3.pay"' in html


def test_whoever_uploads_from_an_old_tab_is_told(file, client):
    client.force_login(file.uploaded_by)
    sent = SimpleUploadedFile("other.xlsx", b"PK\x03\x04 another")
    address = reverse("submissions:upload", args=[file.return_record_id])
    html = client.post(address, {"workbook": sent}, follow=True).content.decode()
    assert "Your file was not taken." in html
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("page", "given"),
    [("mend", {"correct-FIN3.pay": "412"}), ("check_again", {}), ("mend", {"explain-1": "Vacant posts"})],
)
def test_whoever_mends_from_an_old_tab_is_told(file, client, page, given):
    client.force_login(file.uploaded_by)
    answer = client.post(reverse(f"submissions:{page}", args=[file.reference]), given, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("submissions:return", args=[file.return_record_id])
    assert SAID in answer.content.decode()
    assert Submission.objects.count() == 1


def test_the_command_says_so_too(file, tmp_path):
    path = tmp_path / "other.xlsx"
    path.write_bytes(workbook(file.return_record, seed=2))
    with pytest.raises(CommandError, match=SAID):
        call_command("submit_workbook", str(path), "--as", file.uploaded_by.email)
