"""Reports that a letter could not be delivered: noted on the letter they name, and on no other."""

import io
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from footprints.bounces import note_bounce, read_report
from footprints.letters import message_id
from footprints.models import Event, Letter
from tests.factories import LetterFactory, TrustFactory, UserFactory

REPORT = """\
From: MAILER-DAEMON@mail.example.nhs.uk
To: returns@example.nhs.uk
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="between"

--between
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
<letter.999.20160101000000000000@example.nhs.uk> is what somebody quoted here.

--between
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.nhs.uk
Arrival-Date: Mon, 3 Oct 2016 08:00:00 +0100

Final-Recipient: rfc822; amina@trust.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <amina@trust.example>:
    Recipient address rejected: User unknown

--between
Content-Type: {returned}

From: STP returns <returns@example.nhs.uk>
Subject: Your file has errors to mend
Message-ID: {id}

--between--
"""


def report(message_id: str, *, action: str = "failed", returned: str = "message/rfc822") -> bytes:
    return REPORT.format(id=message_id, action=action, returned=returned).encode()


@pytest.fixture
def letter(db) -> Letter:
    return LetterFactory(trust=TrustFactory())


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_what_is_reported_is_noted_on_the_letter(letter, returned):
    other = LetterFactory()
    assert note_bounce(report(message_id(letter), returned=returned)) == letter
    letter.refresh_from_db()
    other.refresh_from_db()
    assert letter.bounced_at is not None
    assert letter.trouble == (
        "Could not be delivered: 5.1.1 550 5.1.1 <amina@trust.example>: Recipient address rejected: User unknown"
    )
    assert (other.bounced_at, letter.could_not_be_delivered, other.could_not_be_delivered) == (None, True, False)
    (event,) = Event.objects.filter(verb="letter bounced")
    assert (event.trust, event.detail["to"]) == (letter.trust, letter.to_id)


def test_once(letter):
    note_bounce(report(message_id(letter)))
    first = Letter.objects.get(pk=letter.pk).bounced_at
    assert note_bounce(report(message_id(letter))) == letter
    assert Letter.objects.get(pk=letter.pk).bounced_at == first
    assert Event.objects.filter(verb="letter bounced").count() == 1


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_whatever_did_not_fail_is_no_bounce(letter, action):
    assert note_bounce(report(message_id(letter), action=action)) is None
    assert not Letter.objects.exclude(bounced_at=None).exists()


def test_a_number_that_is_not_exactly_ours_is_made_up(letter):
    right = message_id(letter)
    for wrong in (
        right.replace(f"{letter.written_at:%f}@", "000000@" if letter.written_at.microsecond else "000001@"),
        right.replace("@example.nhs.uk", "@rival.example"),
        right.replace(f"letter.{letter.pk}.", f"letter.{letter.pk + 1}."),
        right.replace(f"letter.{letter.pk}.", f"letter.{10**18 - 1}."),
        "",
    ):
        assert note_bounce(report(wrong)) is None
    assert not Letter.objects.exclude(bounced_at=None).exists()


def test_the_number_counts_only_in_the_letter_that_is_returned(letter):
    quoted = report("<another@example.nhs.uk>").replace(
        b"<letter.999.20160101000000000000@example.nhs.uk>", message_id(letter).encode()
    )
    assert note_bounce(quoted) is None


@given(st.binary(max_size=300), st.integers(0, 1200), st.integers(0, 40))
def test_no_mail_troubles_it(rubbish, place, cut):
    good = report("<letter.5.20161003080000000000@example.nhs.uk>")
    assert read_report(rubbish) is None
    read_report(good[:place] + rubbish + good[place + cut :])


class TestTheCommand:
    def run(self, monkeypatch, mail: bytes) -> str:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mail)))
        said = io.StringIO()
        call_command("note_bounce", stdout=said, stderr=said)
        return said.getvalue()

    def test_it_reads_what_the_mail_server_pipes(self, letter, monkeypatch):
        assert self.run(monkeypatch, report(message_id(letter))) == f"Letter {letter.pk} has bounced.\n"
        assert self.run(monkeypatch, b"Subject: hello\n\nHow are you?\n") == "This reports about no letter of ours.\n"

    def test_with_the_database_away_the_mail_server_is_asked_to_come_again(self, monkeypatch):
        def away(_: bytes) -> None:
            raise OperationalError("no connection")

        monkeypatch.setattr("footprints.management.commands.note_bounce.note_bounce", away)
        with pytest.raises(SystemExit) as ended:
            self.run(monkeypatch, b"")
        assert ended.value.code == 75


class TestWhoCannotBeReached:
    def test_whoever_s_last_letter_did_not_arrive(self, letter):
        at = letter.written_at
        bounced, refused, mended, waiting, fine = (UserFactory() for _ in range(5))
        LetterFactory(to=bounced, sent_at=at, bounced_at=at)
        LetterFactory(to=refused, given_up_at=at)
        LetterFactory(to=refused)
        LetterFactory(to=mended, sent_at=at, bounced_at=at)
        LetterFactory(to=mended, sent_at=at)
        LetterFactory(to=waiting)
        LetterFactory(to=fine, sent_at=at)
        assert set(Letter.objects.undeliverable().values_list("to", flat=True)) == {bounced.pk, refused.pk}
        assert set(Letter.objects.filter(to=mended).undeliverable()) == set()
