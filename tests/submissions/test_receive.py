"""Received means: the bytes are kept, the row is there, the event is written, and the person has a reference."""

import hashlib
import re

import pytest
from django.core.files.storage import default_storage

from footprints.access import NotAllowed
from footprints.models import Event
from submissions import storage
from submissions.actions import receive as receive_module
from submissions.actions.receive import receive
from submissions.intake import MAX_BYTES
from submissions.models import Submission
from submissions.storage import TooLarge
from tests.factories import ReturnFactory, RoleFactory
from tests.submissions.scenes import at_once, preparer_of, rows

DATA = b"PK\x03\x04 not looked at yet"


def send(return_record, data=DATA, *, by=None, file_name="Back office.xlsx"):
    return receive(by=by or preparer_of(return_record), return_record=return_record, chunks=[data], file_name=file_name)


def test_a_received_file_is_kept_hashed_and_on_record(db):
    return_record = ReturnFactory()
    person = preparer_of(return_record)
    received = send(return_record, by=person)
    submission = Submission.objects.get()
    assert received == receive_module.Received(submission, again=False)
    assert re.fullmatch(r"STP-\w{4}-\w{4}", submission.reference)
    assert submission.sha256 == hashlib.sha256(DATA).hexdigest()
    assert storage.bytes_of(submission.file_key, submission.sha256) == DATA
    assert (submission.size_bytes, submission.file_name) == (len(DATA), "Back office.xlsx")
    assert (submission.uploaded_by, submission.return_record, submission.state) == (person, return_record, "received")
    event = Event.objects.get(verb="received")
    assert (event.user, event.trust, event.subject) == (person, return_record.trust, f"submission:{submission.pk}")
    assert event.detail == {"reference": submission.reference, "sha256": submission.sha256, "size_bytes": len(DATA)}


def test_each_file_has_its_own_reference(db):
    return_record = ReturnFactory()
    person = preparer_of(return_record)
    assert len({send(return_record, bytes([n]), by=person).submission.reference for n in range(20)}) == 20


def test_the_very_file_that_came_last_is_not_taken_twice(db):
    return_record = ReturnFactory()
    first = send(return_record)
    again = send(return_record, file_name="copy of it.xlsx")
    assert again == receive_module.Received(first.submission, again=True)
    assert Submission.objects.count() == Event.objects.filter(verb="received").count() == 1


def test_a_file_that_came_before_the_last_is_taken_anew(db):
    return_record = ReturnFactory()
    first, other, back = (send(return_record, data).submission for data in (DATA, b"other", DATA))
    assert list(return_record.submissions.all()) == [back, other, first]


def test_the_same_file_for_another_trust_is_another_submission(db):
    assert send(ReturnFactory()).submission != send(ReturnFactory()).submission


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_row():
    return_record = ReturnFactory()
    person = preparer_of(return_record)
    answers = at_once(*[lambda: send(return_record, by=person)] * 4)
    assert len({answer.submission.pk for answer in answers}) == Submission.objects.count() == 1
    assert sorted(answer.again for answer in answers) == [False, True, True, True]
    assert Event.objects.filter(verb="received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_of_one_return_at_once_are_both_kept_in_an_order():
    return_record = ReturnFactory()
    person = preparer_of(return_record)
    at_once(*(lambda data=data: send(return_record, data, by=person) for data in (b"one", b"two", b"three")))
    assert {file.sha256 for file in Submission.objects.all()} == {
        hashlib.sha256(data).hexdigest() for data in (b"one", b"two", b"three")
    }


def test_too_large_keeps_nothing(db, monkeypatch):
    monkeypatch.setattr(receive_module, "MAX_BYTES", 10)
    with pytest.raises(TooLarge):
        send(ReturnFactory(), b"x" * 11)
    assert rows(Submission) == []
    assert not Event.objects.filter(verb="received").exists()
    key = hashlib.sha256(b"x" * 11).hexdigest()
    assert not default_storage.exists(f"submissions/{key[:2]}/{key}")


def test_twenty_megabytes_are_the_limit():
    assert MAX_BYTES == 20 * 2**20


@pytest.mark.parametrize("kind", ["signatory", "stp_lead", "analyst", "administrator"])
def test_who_may_not_upload_leaves_nothing(kind, db):
    return_record = ReturnFactory()
    trust = {"trust": return_record.trust} if kind == "signatory" else {}
    stranger = RoleFactory(kind=kind, **trust).user

    def chunks():
        raise AssertionError("not a byte may be taken")
        yield b""

    with pytest.raises(NotAllowed, match="You cannot upload a workbook for"):
        receive(by=stranger, return_record=return_record, chunks=chunks(), file_name="x.xlsx")
    assert rows(Submission) == []


def test_a_preparer_of_another_trust_may_not_upload(db):
    with pytest.raises(NotAllowed):
        send(ReturnFactory(), by=preparer_of(ReturnFactory()))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Amina\\Desktop\\Back office.xlsx", "Back office.xlsx"),
        ("/absolute/file.xlsx", "file.xlsx"),
        ("return\u202excod.xlsx", "returnxcod.xlsx"),
        ("nul\x00new\nline\x1b[31m.xlsx", "nulnewline[31m.xlsx"),
        ("half\ud800.xlsx", "half.xlsx"),
        ("Rückmeldung – £.xlsx", "Rückmeldung – £.xlsx"),
        ("<script>alert(1)</script>.xlsx", "script>.xlsx"),
        ("", "workbook.xlsx"),
        ("..", ".."),
        ("/", "workbook.xlsx"),
        ("\u202e\x00", "workbook.xlsx"),
        ("n" * 300 + ".xlsx", "n" * 255),
    ],
)
def test_a_nasty_name_is_only_ever_shown(given, shown, db):
    submission = send(ReturnFactory(), file_name=given).submission
    submission.refresh_from_db()
    assert submission.file_name == shown
    assert submission.sha256 in submission.file_key


def test_when_the_row_cannot_be_written_nobody_is_told_received(db, monkeypatch):
    monkeypatch.setattr(receive_module, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(ReturnFactory())
    assert rows(Submission) == []


def test_a_file_that_met_a_limit_of_ours_is_taken_anew(db):
    return_record = ReturnFactory()
    first = send(return_record)
    type(first.submission).objects.update(state="refused", refusal_code="unsafe_time")
    second = send(return_record)
    assert (second.again, second.submission == first.submission) == (False, False)
