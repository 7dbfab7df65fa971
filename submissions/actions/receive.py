"""Receiving a file: the bytes are safe and the row is committed before anybody is told "received"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions import storage
from submissions.actions.locked import check_unlocked
from submissions.intake import MAX_BYTES
from submissions.models import Return, Submission
from submissions.queries.rejudging import has_other_rules_now


@dataclass(frozen=True, slots=True)
class Received:
    """The submission that holds the file. `again` when it is the very file that was received last."""

    submission: Submission
    again: bool
    same_as: Submission | None = None
    """An earlier file of the return, not the last, with the very same bytes."""


def receive(
    *, by: User, return_record: Return, chunks: Iterable[bytes], file_name: str, at: datetime | None = None
) -> Received:
    """Keep a file for a return. The very file that came last is not taken twice (a double click, a second tab), save where
    the fault may have been ours, its figures were corrected on the page since, or the rules or the trust's waivers are others
    now: then it is read and judged anew.

    `at` is the moment of receipt, now when not given. Raises NotAllowed when the person may not upload for the trust,
    storage.TooLarge when the file is beyond what we take, ReturnIsLocked when the return takes no files now.
    """
    check_may(by, "upload", trust=return_record.trust)
    kept = storage.keep(chunks, limit_bytes=MAX_BYTES)
    with transaction.atomic():
        locked = Return.objects.select_for_update().get(pk=return_record.pk)
        latest = locked.submissions.first()
        if latest is not None and latest.sha256 == kept.sha256 and not _says_something_new(latest):
            return Received(latest, again=True)
        check_unlocked(locked)
        submission = Submission.objects.create(
            return_record=locked,
            file_name=_shown_name(file_name),
            file_key=kept.key,
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            uploaded_by=by,
            received_at=at or timezone.now(),
        )
        record(
            verb="received",
            by=by,
            subject=submission,
            trust=return_record.trust,
            detail={"reference": submission.reference, "sha256": kept.sha256, "size_bytes": kept.size_bytes},
        )
        earlier = locked.submissions.filter(sha256=kept.sha256).exclude(pk=submission.pk).first()
    return Received(submission, again=False, same_as=earlier)


def _says_something_new(latest: Submission) -> bool:
    """Whether the very same file could come out otherwise than it did."""
    return latest.may_be_our_fault or latest.corrects_id is not None or has_other_rules_now(latest)


def _shown_name(file_name: str) -> str:
    """The name for people to recognise: no folder, nothing unprintable. It is never used as a path."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[:255] or "workbook.xlsx"
