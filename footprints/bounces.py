"""Reports of mail servers that a letter could not be delivered: read, held against our own letters, and noted.

Such a report (RFC 3464) comes as a mail to the address that letters are sent from. It names the letter by its Message-ID, which holds
the microsecond in which it was written: a report that names none of ours exactly is somebody else's, or made up, and changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Final

from django.db import transaction
from django.utils import timezone

from footprints.events import record
from footprints.letters import message_id
from footprints.models import Letter
from ui.plain_text import one_line

ACTOR: Final = "note_bounce"
LARGEST: Final = 4_000_000
"""So many bytes of a report are read: the head of the letter it returns stands long before."""

_OURS: Final = re.compile(r"<letter\.([0-9]{1,18})\.[0-9]{20}@[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a report says: which letter never arrived, and why."""

    message_id: str
    trouble: str


def read_report(mail: bytes) -> DeliveryReport | None:
    """What a mail reports of a letter that could not be delivered; None where it is no such report. One that a letter is late, or has
    arrived, is none."""
    report = message_from_bytes(mail[:LARGEST])
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        return None
    parts = [part for part in report.walk() if part is not report]
    trouble = next((words for part in parts for words in _failures(part)), None)
    named = next((match[0] for part in parts for head in _returned(part) if (match := _OURS.search(head))), None)
    return DeliveryReport(named, trouble) if named is not None and trouble is not None else None


def note_bounce(mail: bytes) -> Letter | None:
    """Note on its letter what a mail reports, once; None where it is no report about a letter of ours."""
    report = read_report(mail)
    match = _OURS.fullmatch(report.message_id) if report is not None else None
    if report is None or match is None:
        return None
    with transaction.atomic():
        letter = Letter.objects.select_for_update().filter(pk=int(match[1])).first()
        if letter is None or message_id(letter) != report.message_id:
            return None
        if letter.bounced_at is None:
            letter.bounced_at, letter.trouble = timezone.now(), report.trouble
            letter.save(update_fields=["bounced_at", "trouble"])
            detail = {"kind": letter.kind, "key": letter.key, "to": letter.to_id}
            record(verb="letter bounced", by=ACTOR, subject=letter, trust=letter.trust, detail=detail)
        return letter


def _failures(part: Message) -> Iterator[str]:
    """Why it could not be delivered, for each recipient of whom the part says so."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return
    for block in part.walk():
        if _said(block, "Action").lower() == "failed":
            words = (_said(block, "Status"), _said(block, "Diagnostic-Code").partition(";")[2])
            yield one_line(f"Could not be delivered: {' '.join(words)}")[:500].strip(" :")


def _returned(part: Message) -> Iterator[str]:
    """The Message-ID of the letter that the report returns, whole or its head alone."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        yield from (_said(returned, "Message-ID") for returned in part.get_payload() if isinstance(returned, Message))
    elif part.get_content_type() == "text/rfc822-headers":
        head = part.get_payload(decode=True)
        yield _said(
            message_from_string(head.decode("ascii", "replace") if isinstance(head, bytes) else ""), "Message-ID"
        )


def _said(message: Message, name: str) -> str:
    return one_line(str(message.get(name, "")))
