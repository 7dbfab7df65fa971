"""Letters are never lost and sent once as far as mail allows: held against a real mail server."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from footprints import letters
from footprints.letters import MOST_ATTEMPTS, SERVER_AWAY_WAIT, send_letters, write_letter
from footprints.models import Event, Letter
from footprints.tasks import send_letters as task
from stp_portal.celery import app
from tests.conftest import CeleryWorker
from tests.factories import LetterFactory, TrustFactory, UserFactory
from tests.post_office import Postbox
from tests.submissions.scenes import at_once

PASSWORD = "a password for one test"


def due_now() -> None:
    Letter.objects.update(next_try_at=timezone.now())


class TestWriting:
    def test_the_same_key_to_the_same_person_is_one_letter(self, db):
        person, other = UserFactory(password=PASSWORD), UserFactory(password=PASSWORD)
        words = {"kind": "test", "key": "test 1", "text": "Words"}
        first = write_letter(to=person, subject="First", **words)
        assert write_letter(to=person, subject="Second", **words) == first
        assert write_letter(to=other, subject="First", **words) != first
        assert sorted(Letter.objects.values_list("subject", flat=True)) == ["First", "First"]

    def test_it_stands_and_falls_with_what_it_tells_of(self, db):
        with contextlib.suppress(IntegrityError), transaction.atomic():
            write_letter(to=UserFactory(password=PASSWORD), kind="test", key="1", subject="S", text="T")
            raise IntegrityError
        assert not Letter.objects.exists()

    def test_nobody_is_written_to_who_cannot_sign_in(self, db):
        for person in (UserFactory(), UserFactory(password=PASSWORD, is_active=False)):
            assert write_letter(to=person, kind="test", key="1", subject="S", text="T") is None
        assert not Letter.objects.exists()

    def test_a_letter_to_anyone_reaches_who_never_signed_in_but_nobody_switched_off(self, db):
        words = {"kind": "test", "key": "1", "subject": "S", "text": "T", "to_anyone": True}
        assert write_letter(to=UserFactory(), **words) is not None
        assert write_letter(to=UserFactory(is_active=False), **words) is None

    def test_what_people_typed_adds_no_header_and_hides_nothing(self, db, box):
        person = UserFactory(password=PASSWORD)
        subject = "Yours\r\nBcc: rival@example.nhs.uk \u202egnp.exe"
        write_letter(
            to=person, kind="test", key="1", subject=subject, text="One\x00\x1b[2J\r\n.\r\nTwo\n.\nThree\u202e"
        )
        assert send_letters() == 1
        (taken,) = box.taken
        assert taken["Bcc"] is None
        assert taken["Subject"] == "Yours Bcc: rival@example.nhs.uk gnp.exe"
        assert taken.get_content().splitlines() == ["One[2J", ".", "Two", ".", "Three"]


class TestSending:
    def test_it_arrives_whole_and_once(self, db, box):
        trust = TrustFactory()
        text = "£412k – " + "very long " * 300
        letter = LetterFactory(text=text, trust=trust, attachment_name="Receipt-STP-1.pdf", attachment=b"%PDF-\x00\xff")
        assert send_letters() == 1
        assert send_letters() == 0
        (taken,) = box.taken
        assert (taken["To"], taken["From"]) == (letter.to.email, "STP returns <returns@example.nhs.uk>")
        assert taken["Auto-Submitted"] == "auto-generated"
        assert taken.get_body().get_content().strip() == text.strip()
        (paper,) = taken.iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == ("Receipt-STP-1.pdf", "application/pdf")
        assert paper.get_content() == b"%PDF-\x00\xff"
        letter.refresh_from_db()
        assert (letter.attempts, letter.given_up_at) == (1, None)
        assert letter.sent_at is not None
        (event,) = Event.objects.filter(verb="letter sent")
        assert (event.trust, event.detail["to"]) == (trust, letter.to_id)
        assert letter.to.email not in str(event.detail)

    def test_a_server_that_is_away_is_waited_for_and_counts_against_nobody(self, db, post_office, caplog):
        letters_ = [LetterFactory(), LetterFactory()]
        for _ in range(MOST_ATTEMPTS + 1):
            assert send_letters() == 0
            due_now()
        assert "The mail server is away, 2 letters wait" in caplog.text
        for letter in letters_:
            letter.refresh_from_db()
            assert (letter.attempts, letter.sent_at, letter.given_up_at) == (0, None, None)
            assert "The mail server is away" in letter.trouble
        box = Postbox()
        post_office(box)
        assert send_letters() == 2
        assert [taken["To"] for taken in box.taken] == [letter.to.email for letter in letters_]

    def test_while_it_is_away_nobody_knocks_for_a_minute(self, db, post_office):
        LetterFactory()
        send_letters()
        post_office(box := Postbox())
        assert send_letters() == 0
        assert Letter.objects.get().next_try_at > timezone.now() + SERVER_AWAY_WAIT / 2
        due_now()
        assert send_letters() == 1
        assert len(box.taken) == 1

    def test_a_recipient_who_is_refused_for_good_is_given_up_and_holds_up_nobody(self, db, box, caplog):
        gone, other = LetterFactory(), LetterFactory()
        box.answers[gone.to.email] = "550 No such person"
        assert send_letters() == 1
        gone.refresh_from_db()
        assert gone.given_up_at is not None
        assert "No such person" in gone.trouble
        assert f"Letter {gone.pk} is given up" in caplog.text
        assert [taken["To"] for taken in box.taken] == [other.to.email]
        assert Event.objects.filter(verb="letter given up").count() == 1
        due_now()
        assert send_letters() == 0

    def test_a_letter_that_is_refused_for_good_is_given_up(self, db, box):
        LetterFactory()
        box.data_answer = "554 We do not want this"
        assert send_letters() == 0
        assert Letter.objects.get().given_up_at is not None

    def test_not_now_is_tried_again_later_and_later_until_enough(self, db, box):
        letter = LetterFactory()
        box.answers[letter.to.email] = "451 Try later"
        waits = []
        for attempt in range(1, MOST_ATTEMPTS):
            assert send_letters() == 0
            assert send_letters() == 0, "it waits"
            letter.refresh_from_db()
            assert (letter.attempts, letter.given_up_at, box.asked) == (attempt, None, attempt)
            waits.append(round((letter.next_try_at - timezone.now()).total_seconds(), -1))
            due_now()
        assert waits[:4] == [10, 20, 40, 80]
        assert waits[-1] == 3600
        assert timedelta(hours=18) < timedelta(seconds=sum(waits)) < timedelta(hours=30), "about a day"
        send_letters()
        letter.refresh_from_db()
        assert (letter.attempts, letter.given_up_at is None) == (MOST_ATTEMPTS, False)

    def test_a_sender_who_is_refused_is_our_fault_and_the_letter_waits(self, db, box, settings):
        settings.DEFAULT_FROM_EMAIL = "x" * 70 + "@example.nhs.uk"
        LetterFactory()

        async def handle_MAIL(server, session, envelope, address, options) -> str:
            return "550 Not from you"

        box.handle_MAIL = handle_MAIL
        assert send_letters() == 0
        letter = Letter.objects.get()
        assert (letter.given_up_at, letter.attempts) == (None, 1)

    def test_a_mistake_of_ours_in_one_letter_does_not_hold_up_the_others(self, db, box):
        odd, other = LetterFactory(subject="Two\nlines"), LetterFactory()
        assert send_letters() == 1
        assert [taken["To"] for taken in box.taken] == [other.to.email]
        odd.refresh_from_db()
        assert "BadHeaderError" in odd.trouble

    def test_somebody_switched_off_since_gets_nothing(self, db, box):
        letter = LetterFactory(to__is_active=False)
        assert send_letters() == 0
        letter.refresh_from_db()
        assert letter.given_up_at is not None
        assert not box.taken

    def test_a_worker_killed_between_sending_and_noting_sends_it_again_under_the_same_number(
        self, db, box, monkeypatch
    ):
        LetterFactory()

        class Killed(BaseException):
            """As when the process ends."""

        def die(*_: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(letters, "_record", die)
            with pytest.raises(Killed):
                send_letters()
        assert Letter.objects.get().sent_at is None
        assert send_letters() == 1
        first, second = box.taken
        assert first["Message-ID"] == second["Message-ID"]

    def test_each_letter_has_a_number_of_its_own(self, db, box):
        LetterFactory.create_batch(3)
        assert send_letters() == 3
        assert len({taken["Message-ID"] for taken in box.taken}) == 3
        assert all(taken["Message-ID"].endswith("@example.nhs.uk>") for taken in box.taken)

    def test_a_long_queue_does_not_hold_the_worker(self, db, box, monkeypatch):
        LetterFactory.create_batch(3)
        monkeypatch.setattr(letters, "LONGEST_RUN", timedelta(0))
        assert send_letters() == 0
        assert not box.taken

    def test_without_a_server_they_are_files(self, db, settings, tmp_path: Path):
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        LetterFactory.create_batch(2, text="Read me")
        assert send_letters() == 2
        written = "".join(file.read_text() for file in (tmp_path / "mail").iterdir())
        assert written.count("\n\nRead me\n") == 2

    def test_letters_do_not_stand_behind_files(self, broker):
        task.apply_async(**app.conf.beat_schedule["send-letters"]["options"])
        assert (broker.llen("by_the_clock"), broker.llen("celery")) == (1, 0)

    def test_the_scheduler_asks_for_it(self):
        assert app.conf.beat_schedule["send-letters"]["task"] == task.name


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_runs_send_each_letter_once(self, box):
        LetterFactory.create_batch(10)
        at_once(send_letters, send_letters, send_letters)
        send_letters()
        assert len(box.taken) == len({taken["Message-ID"] for taken in box.taken}) == 10

    def test_even_without_the_lock_each_letter_is_sent_once(self, box, monkeypatch):
        """The lock saves workers; the row's lock is what promises."""
        monkeypatch.setattr(letters, "held", lambda _: contextlib.nullcontext(True))
        LetterFactory.create_batch(10)
        at_once(send_letters, send_letters, send_letters)
        assert len(box.taken) == len({taken["Message-ID"] for taken in box.taken}) == 10

    def test_two_who_write_the_same_letter_at_once_write_one(self):
        person = UserFactory(password=PASSWORD)

        def write() -> Letter | None:
            return write_letter(to=person, kind="test", key="same", subject="S", text="T")

        assert len({letter.pk for letter in at_once(write, write, write)}) == 1

    @pytest.mark.worker
    def test_a_worker_that_is_really_killed_there_loses_nothing(self, box, broker, settings, tmp_path: Path):
        stops = tmp_path / "stops"
        stops.mkdir()
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}"}
        stop = {"STOP_AT": "before footprints.letters._record", "STOP_FOLDER": str(stops)}
        unlucky = CeleryWorker(tmp_path / "unlucky", app="tests.stopping_worker", **mail, **stop)
        lucky = CeleryWorker(tmp_path / "lucky", **mail)
        LetterFactory.create_batch(3)
        try:
            unlucky.start()
            task.delay()
            unlucky.wait_for(lambda: list(stops.iterdir()), "the server to have the first letter")
            unlucky.kill()
            assert (len(box.taken), Letter.objects.filter(sent_at=None).count()) == (1, 3)
            lucky.start()
            task.delay()
            lucky.wait_for(lambda: not Letter.objects.filter(sent_at=None).exists(), "every letter")
        finally:
            unlucky.kill()
            lucky.kill()
        numbers = [taken["Message-ID"] for taken in box.taken]
        assert (len(numbers), len(set(numbers))) == (4, 3)
        assert numbers.count(numbers[0]) == 2
        assert Event.objects.filter(verb="letter sent").count() == 3
