"""Nothing is done to a return that is locked: signed, declared nil, excused."""

from submissions.models import Return
from submissions.queries.locks import why_locked


class ReturnIsLocked(Exception):
    """The return takes nothing now, and nothing was taken. The text is a sentence for the person."""


def check_unlocked(return_record: Return) -> None:
    """Raise ReturnIsLocked when the return takes nothing now. The caller's transaction has locked the return's row, so that the answer
    holds until it ends."""
    if words := why_locked(return_record):
        raise ReturnIsLocked(words)
