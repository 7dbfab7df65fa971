"""Letters to people: written in the transaction of what they tell of, sent by the worker a moment later.

A letter is a row before it is an e-mail, so none is lost: not with the mail server down, not with the worker killed. It is sent once
as far as mail allows. Between the server's "accepted" and our note of it lies a moment; a worker that dies in it leaves the letter
waiting, and it is sent again, under the same Message-ID, by which mail programs can tell that it is the same.
"""

import logging
import re
import smtplib
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from footprints.events import record
from footprints.locks import held
from footprints.models import Letter, Trust, User
from ui.plain_text import one_line, plain_text

logger = logging.getLogger(__name__)

ACTOR: Final = "letters"
MOST_ATTEMPTS: Final = 30
"""After so many troubles with one letter, which take about a day, people look at it. A mail server that is away is not counted."""
FIRST_WAIT: Final = timedelta(seconds=10)
"""After the first trouble with a letter; doubled by each one more."""
LONGEST_WAIT: Final = timedelta(hours=1)
SERVER_AWAY_WAIT: Final = timedelta(minutes=1)
"""So long all letters wait when the mail server does not answer."""
LONGEST_RUN: Final = timedelta(seconds=4)
"""So long one run goes on taking letters, so that a slow mail server does not hold a worker which files wait for."""

_LOCK: Final = 0x53545000_4C455454
"""So that our advisory lock is told from any other's."""
_SECRET: Final = re.compile(r"(/invitations/)[\w-]{43}/")
_FOR_GOOD: Final = 500
"""From this reply code on a mail server says no for good."""


def page_address(name: str, *args: object) -> str:
    """The whole address of a page, for a letter or for paper."""
    return settings.PORTAL_ADDRESS.rstrip("/") + reverse(name, args=args)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it is asked for; `write_letter` says what each part means."""

    to: User
    kind: str
    key: str
    subject: str
    text: str
    trust: Trust | None = None
    attachment_name: str = ""
    attachment: bytes = b""
    to_anyone: bool = False

    @property
    def can_be_sent(self) -> bool:
        """Whether this person gets letters of this sort."""
        return self.to.is_active and (self.to_anyone or self.to.has_usable_password())

    def letter(self) -> Letter:
        """The letter, not kept yet, with what people typed made harmless."""
        return Letter(
            to=self.to,
            kind=self.kind,
            key=self.key,
            subject=one_line(self.subject)[:200],
            text=plain_text(self.text),
            trust=self.trust,
            attachment_name=one_line(self.attachment_name)[:100],
            attachment=self.attachment,
        )


def write_letter(
    *,
    to: User,
    kind: str,
    key: str,
    subject: str,
    text: str,
    trust: Trust | None = None,
    attachment_name: str = "",
    attachment: bytes = b"",
    to_anyone: bool = False,
) -> Letter | None:
    """Write a letter in the caller's transaction; it is sent when that has been committed. The same key to the same person is
    one letter, and its first words stand.

    None, and nothing written, for somebody who cannot sign in: letters lead to pages. So the made-up people of the example round
    whom nobody can be get none. With `to_anyone`, people who have not chosen a password yet are written to as well: reminders and
    invitations reach those who never signed in. Nobody writes to people who are switched off.
    """
    draft = Draft(
        to=to,
        kind=kind,
        key=key,
        subject=subject,
        text=text,
        trust=trust,
        attachment_name=attachment_name,
        attachment=attachment,
        to_anyone=to_anyone,
    )
    return write_letters([draft]).get((to.pk, key))


def write_letters(drafts: Iterable[Draft]) -> dict[tuple[int, str], Letter]:
    """Write many letters in the caller's transaction, in two statements however many; by person and key, as `write_letter` would."""
    letters = [draft.letter() for draft in drafts if draft.can_be_sent]
    if not letters:
        return {}
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    wanted = {(letter.to_id, letter.key) for letter in letters}
    people, keys = {to for to, _ in wanted}, {key for _, key in wanted}
    kept = Letter.objects.filter(to__in=people, key__in=keys).select_related("to").defer("attachment")
    return {(letter.to_id, letter.key): letter for letter in kept if (letter.to_id, letter.key) in wanted}


def send_letters() -> int:
    """Send letters that are due, for some seconds, and give how many went out. One run at a time; a second does nothing."""
    sent = 0
    with held(_LOCK) as mine:
        end = time.monotonic() + LONGEST_RUN.total_seconds()
        while mine and time.monotonic() < end:
            went = _send_next()
            if went is None:
                break
            sent += went
    return sent


def _send_next() -> bool | None:
    """Send the next letter that is due: whether it went out, or None when there is none or the mail server is away."""
    with transaction.atomic():
        due = Letter.objects.waiting().select_related("to", "trust")
        letter = due.select_for_update(of=("self",), skip_locked=True).first()
        if letter is None:
            return None
        if not letter.to.is_active:
            _give_up(letter, "The person has been switched off.")
            return False
        mail = get_connection()
        try:
            mail.open()
        except OSError as trouble:  # as are all of smtplib's
            _wait_for_the_server(trouble)
            return None
        try:
            mail.send_messages([_message(letter)])
        except Exception as trouble:  # whatever it is, it must not hold up the letters behind it
            _note_trouble(letter, trouble)
            return False
        finally:
            with suppress(OSError):  # the letter is taken or it is not: how the server says goodbye changes nothing
                mail.close()
        letter.attempts += 1
        letter.sent_at = timezone.now()
        _forget_secret(letter)
        letter.save(update_fields=["attempts", "sent_at", "text"])
        _record("letter sent", letter)
        return True


def _forget_secret(letter: Letter) -> None:
    """Once it is on its way, an invitation is kept without what lets its reader choose a password: others may look at what was sent."""
    letter.text = _SECRET.sub(r"\1…/", letter.text)


def message_id(letter: Letter) -> str:
    """The Message-ID under which a letter goes, however often: whoever reports about it names it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<letter.{letter.pk}.{letter.written_at:%Y%m%d%H%M%S%f}@{domain}>"


def _message(letter: Letter) -> EmailMessage:
    message = EmailMessage(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to.email],
        headers={
            "Message-ID": message_id(letter),
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.attachment_name:
        message.attach(letter.attachment_name, bytes(letter.attachment))
    return message


def _wait_for_the_server(trouble: OSError) -> None:
    """Nothing is wrong with the letters: all of them wait, and it counts against none."""
    waiting = Letter.objects.waiting().update(
        next_try_at=timezone.now() + SERVER_AWAY_WAIT, trouble=f"The mail server is away. {_words(trouble)}"
    )
    logger.warning("The mail server is away, %s letters wait: %s", waiting, _words(trouble))


def _note_trouble(letter: Letter, trouble: Exception) -> None:
    letter.attempts += 1
    if _is_for_good(trouble) or letter.attempts >= MOST_ATTEMPTS:
        _give_up(letter, _words(trouble))
        return
    letter.next_try_at = timezone.now() + min(FIRST_WAIT * 2 ** min(letter.attempts - 1, 20), LONGEST_WAIT)
    letter.trouble = _words(trouble)
    letter.save(update_fields=["attempts", "next_try_at", "trouble"])
    logger.warning("Letter %s was not taken, attempt %s: %s", letter.pk, letter.attempts, letter.trouble)


def _is_for_good(trouble: Exception) -> bool:
    """Whether the server refused this recipient or this letter, and would again. A refused sender is our own setting's fault."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _ in trouble.recipients.values())
    return isinstance(trouble, smtplib.SMTPDataError) and trouble.smtp_code >= _FOR_GOOD


def _give_up(letter: Letter, trouble: str) -> None:
    letter.given_up_at, letter.trouble = timezone.now(), trouble
    _forget_secret(letter)
    letter.save(update_fields=["attempts", "given_up_at", "trouble", "text"])
    _record("letter given up", letter)
    logger.error("Letter %s is given up after %s attempts: %s", letter.pk, letter.attempts, trouble)


def _words(trouble: Exception) -> str:
    return one_line(f"{type(trouble).__name__}: {trouble}")[:500]


def _record(verb: str, letter: Letter) -> None:
    detail = {"kind": letter.kind, "key": letter.key, "to": letter.to_id, "attempts": letter.attempts}
    record(verb=verb, by=ACTOR, subject=letter, trust=letter.trust, detail=detail)
