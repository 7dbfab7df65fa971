"""Every page of a return: who is let in, what it says in each state, and how many queries it takes."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event, RoleKind
from submissions import storage
from submissions.models import Return, Submission
from submissions.read_file import to_json
from submissions.states import JUDGED, State
from submissions.views import returns
from templates_app.reading import ReadCell, Reading
from tests.factories import (
    CollectionFactory,
    FindingFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BYTES = b"PK\x03\x04 a workbook, as far as anybody here looks"
PAY = ReadCell("FIN3", "pay", "Costs", "D9", "Accounts payable, pay", "number", "-412")
NON_PAY = replace(PAY, column="non_pay", cell="E9", raw="12345.5")


def reading(*cells):
    """What is kept of a file in which these cells were found."""
    return to_json(Reading("back_office", "2016.1", "R1H", {(cell.line, cell.column): cell for cell in cells}))


@pytest.fixture(autouse=True)
def queued(monkeypatch):
    """What would have been sent to a worker."""
    sent = []
    monkeypatch.setattr(returns, "enqueue", sent.append)
    return sent


@pytest.fixture
def story():
    """A return, a person of its trust, the lead of its footprint, and somebody of another trust."""
    return_record = ReturnFactory(collection=CollectionFactory(illustrative=True))
    trust = return_record.trust
    member = MembershipFactory(trust=trust)
    return SimpleNamespace(
        return_record=return_record,
        trust=trust,
        preparer=RoleFactory(kind=RoleKind.PREPARER, trust=trust).user,
        signatory=RoleFactory(kind=RoleKind.SIGNATORY, trust=trust).user,
        lead=RoleFactory(kind=RoleKind.STP_LEAD, footprint=member.footprint).user,
        stranger=RoleFactory(kind=RoleKind.PREPARER).user,
        manager=RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user,
    )


def a_file(story, state=State.BLOCKED, **fields):
    """A file of the return in a state, with the moments that the state implies."""
    now = timezone.now()
    moments = {"guarded_at": now, "read_at": now, "checked_at": now, "reading": reading(PAY, NON_PAY)}
    done = moments if state in JUDGED else {}
    loaded = {"loaded_at": now} if state in (State.ACCEPTED, State.REPLACED) else {}
    return SubmissionFactory(return_record=story.return_record, state=state, **{**done, **loaded, **fields})


def get(client, person, address):
    client.force_login(person)
    answer = client.get(address)
    is_page = answer["Content-Type"].startswith("text/html")
    return answer, answer.content.decode() if is_page else ""


def return_address(story):
    return reverse("submissions:return", args=[story.return_record.pk])


def file_address(file, page="submission"):
    return reverse(f"submissions:{page}", args=[file.reference])


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# Who is let in


@pytest.mark.parametrize("page", ["return", "upload", "workbook", "submission", "figures", "file"])
def test_nobody_signed_in_is_sent_to_sign_in(page, client, story):
    key = a_file(story).reference if page in ("submission", "figures", "file") else story.return_record.pk
    answer = client.get(reverse(f"submissions:{page}", args=[key]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse(settings.LOGIN_URL))


@pytest.mark.parametrize("page", ["return", "upload", "workbook", "submission", "figures", "file"])
def test_a_stranger_finds_nothing(page, client, story):
    key = a_file(story).reference if page in ("submission", "figures", "file") else story.return_record.pk
    assert get(client, story.stranger, reverse(f"submissions:{page}", args=[key]))[0].status_code == 404


@pytest.mark.parametrize("page", ["submission", "figures"])
@pytest.mark.parametrize("who", ["preparer", "signatory", "lead", "manager"])
def test_a_file_is_open_to_its_own_people(page, who, client, story):
    answer, html = get(client, getattr(story, who), file_address(a_file(story), page))
    assert answer.status_code == 200
    assert " style=" not in html
    assert "made up" in html
    assert "no-store" in answer["Cache-Control"]
    assert "You are signed in as" in html


@pytest.mark.parametrize(("who", "code"), [("preparer", 200), ("lead", 403), ("stranger", 404)])
def test_only_those_who_may_have_the_workbook_get_it(who, code, client, story):
    address = reverse("submissions:workbook", args=[story.return_record.pk])
    answer, _ = get(client, getattr(story, who), address)
    assert answer.status_code == code
    if code == 200:
        assert answer.content.startswith(b"PK")
        assert story.trust.ods_code in answer["Content-Disposition"]
        story.return_record.refresh_from_db()
        assert story.return_record.downloaded_at


@pytest.mark.parametrize(("who", "code"), [("preparer", 200), ("lead", 403)])
def test_the_file_itself_goes_to_those_who_may_see_files(who, code, client, story):
    kept = storage.keep([BYTES], limit_bytes=1000)
    file = a_file(story, file_key=kept.key, sha256=kept.sha256)
    answer, _ = get(client, getattr(story, who), file_address(file, "file"))
    assert answer.status_code == code
    if code == 200:
        assert b"".join(answer.streaming_content) == BYTES
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_look_from_elsewhere_is_recorded_and_the_trusts_own_is_remembered(client, story):
    get(client, story.lead, return_address(story))
    assert Event.objects.filter(verb="return seen", user=story.lead, trust=story.trust).count() == 1
    assert not Return.objects.get(pk=story.return_record.pk).opened_at
    get(client, story.preparer, return_address(story))
    assert Return.objects.get(pk=story.return_record.pk).opened_at
    assert not Event.objects.filter(verb="return seen", user=story.preparer).exists()


# The return


def test_an_untouched_return_says_what_comes_first(client, story):
    answer, html = get(client, story.preparer, return_address(story))
    assert answer.status_code == 200
    assert "Opened, not started" in html
    assert "30 days left" in html
    assert "You have not uploaded a file yet." in html
    assert text_of(html).count("Download your workbook") == 1
    assert 'enctype="multipart/form-data"' in html
    assert "data-upload" in html
    assert " style=" not in html


def test_a_lead_is_offered_nothing_that_a_lead_cannot_do(client, story):
    a_file(story)
    html = get(client, story.lead, return_address(story))[1]
    assert "Upload and check" not in html
    assert "Download the" not in html
    assert "What to do next" not in html
    assert "The trust" in html


def test_the_timeline_has_the_newest_first_and_says_what_changed(client, story):
    now = timezone.now()
    old = a_file(story, received_at=now - timedelta(hours=2))
    new = a_file(story, received_at=now)
    for position in range(3):
        FindingFactory(submission=old, position=position)
    FindingFactory(submission=new)
    html = get(client, story.preparer, return_address(story))[1]
    listed = html[html.index("What has happened") :]
    assert listed.index(new.reference) < listed.index(old.reference)
    assert "1 error. Since the file before: 2 errors mended, 1 remains. No figure changed." in text_of(listed)
    assert "Mend 1 error" in html


def test_a_later_file_with_errors_leaves_the_accepted_one_on_record(client, story):
    accepted = a_file(story, State.ACCEPTED, received_at=timezone.now() - timedelta(days=1))
    a_file(story)
    html = get(client, story.preparer, return_address(story))[1]
    assert "Has errors to mend (an earlier file is accepted)" in html
    assert f"See the accepted file, {accepted.reference}" in html


@pytest.mark.parametrize(
    ("due_in", "words"), [(0, "Due today"), (1, "1 day left"), (-1, "1 day late"), (-12, "12 days late")]
)
def test_the_deadline_in_words(due_in, words, client, story):
    collection = story.return_record.collection
    collection.opens_date = timezone.localdate() - timedelta(days=60)
    collection.due_date = timezone.localdate() + timedelta(days=due_in)
    collection.save()
    assert words in get(client, story.preparer, return_address(story))[1]


# Uploading


def send(client, story, data=BYTES, name="my return.xlsx"):
    client.force_login(story.preparer)
    return client.post(
        reverse("submissions:upload", args=[story.return_record.pk]),
        {"workbook": SimpleUploadedFile(name, data)} if data is not None else {},
        follow=True,
    )


def test_an_uploaded_file_is_safe_and_being_checked(client, story, queued):
    answer = send(client, story)
    file = Submission.objects.get()
    assert storage.bytes_of(file.file_key, file.sha256) == BYTES
    assert (file.state, file.uploaded_by, file.file_name) == (State.RECEIVED, story.preparer, "my return.xlsx")
    assert queued == [file.pk]
    html = answer.content.decode()
    assert answer.redirect_chain == [(file_address(file), 302)]
    assert f"Received. Your reference is {file.reference}." in html
    assert 'data-refresh-seconds="2"' in html
    assert "You can leave this page" in html


def test_the_very_same_file_is_not_taken_twice(client, story, queued):
    send(client, story)
    html = send(client, story).content.decode()
    assert Submission.objects.count() == 1
    assert len(queued) == 1
    assert "the very file that we received last" in html


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client, story, monkeypatch):
    monkeypatch.setattr("submissions.actions.receive.MAX_BYTES", 10)
    answer = send(client, story)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This file is larger than" in html
    assert "<title>Error: " in html
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"), [(None, "Choose your filled workbook"), (b"", "The file you chose is empty.")]
)
def test_a_form_without_a_file_says_what_to_do(data, words, client, story):
    answer = send(client, story, data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in html
    assert html.count(words) == 2, "in the summary and beside the field"
    assert 'href="#id_workbook"' in html
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("who", "code"), [("signatory", 403), ("lead", 403), ("manager", 403), ("stranger", 404)])
def test_nobody_else_uploads(who, code, client, story):
    client.force_login(getattr(story, who))
    answer = client.post(
        reverse("submissions:upload", args=[story.return_record.pk]), {"workbook": SimpleUploadedFile("a.xlsx", BYTES)}
    )
    assert answer.status_code == code
    assert not Submission.objects.exists()


def test_reloading_after_an_upload_that_went_wrong_leads_to_the_return(client, story):
    answer, _ = get(client, story.preparer, reverse("submissions:upload", args=[story.return_record.pk]))
    assert (answer.status_code, answer["Location"]) == (302, return_address(story))


# One file


def test_a_refused_file_gives_the_reason_and_the_way_on(client, story):
    file = a_file(story, State.REFUSED, refusal="This is a PDF, not a workbook. Save the template as .xlsx.")
    html = get(client, story.preparer, file_address(file))[1]
    assert "We could not read this file" in html
    assert "This is a PDF, not a workbook. Save the template as .xlsx." in html
    assert f"{return_address(story)}#upload" in html
    assert "data-refresh-seconds" not in html


def test_a_stuck_file_is_ours(client, story):
    html = get(client, story.preparer, file_address(a_file(story, State.STUCK)))[1]
    assert "This is our fault, not yours. We hold your file" in html
    assert "data-refresh-seconds" not in html


def test_a_check_that_takes_long_says_so(client, story):
    file = a_file(story, State.RECEIVED)
    assert "longer than usual" not in get(client, story.preparer, file_address(file))[1]
    Submission.objects.update(received_at=timezone.now() - timedelta(minutes=5))
    assert "longer than usual" in get(client, story.preparer, file_address(file))[1]


def test_an_unknown_reference_and_one_in_small_letters(client, story):
    file = a_file(story)
    assert get(client, story.preparer, file_address(file).replace("STP-", "stp-"))[0].status_code == 200
    unknown = reverse("submissions:submission", args=["STP-NONE-NONE"])
    assert get(client, story.preparer, unknown)[0].status_code == 404


def test_figures_of_a_file_that_was_not_read(client, story):
    assert get(client, story.preparer, file_address(a_file(story, State.REFUSED), "figures"))[0].status_code == 404


# How many queries


def test_the_pages_take_the_same_few_queries_however_much_there_is(client, story, django_assert_max_num_queries):
    for days in range(6):
        file = a_file(story, received_at=timezone.now() - timedelta(days=days))
        for position in range(20):
            FindingFactory(submission=file, position=position)
    client.force_login(story.preparer)
    addresses = [return_address(story), file_address(file), file_address(file, "figures")]
    for address in addresses:
        with django_assert_max_num_queries(30):
            assert client.get(address).status_code == 200


def test_a_person_without_a_role_sees_no_return(client, story):
    assert get(client, UserFactory(), return_address(story))[0].status_code == 404
