"""The files that hold a trust's own return, from which its next workbook and its corrections go on."""

from submissions.models import Return, Submission


def is_own(submission: Submission) -> bool:
    """Whether what was read is a return of this template by this very trust: never another trust's workbook."""
    kept, return_record = submission.reading, submission.return_record
    ours = (return_record.collection.template, return_record.trust.ods_code)
    return kept is not None and (kept["template"], kept["trust"]) == ours


def latest_own(return_record: Return) -> Submission | None:
    """The latest file of a return that could be read and is the trust's own; without its reading, which is large."""
    own = return_record.submissions.filter(
        reading__template=return_record.collection.template, reading__trust=return_record.trust.ods_code
    )
    return own.defer("reading").first()
