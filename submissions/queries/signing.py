"""Everything that somebody who signs a return has before them, and every reason why it cannot be signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from footprints.models import User
from submissions.models import (
    Correction,
    Excuse,
    Explanation,
    Finding,
    NilReturn,
    Return,
    SelfSignOffPermit,
    SignOff,
    Submission,
    SubmissionQuerySet,
)
from submissions.queries.difference import LastYear, since_last_year
from submissions.queries.figure_changes import FigureChange, changes_between, share_of_change
from submissions.queries.figure_queries import QueryRow, queries_of
from submissions.queries.headlines import Headline, headlines
from submissions.queries.judging import files_of_last_year
from submissions.queries.mending import explained
from submissions.queries.receipts import corrections_of
from submissions.queries.signed_content import digest_of, digest_of_nil
from submissions.read_file import from_json
from submissions.states import State
from templates_app.schema import UNIT_WORDS

SENT_BACK: Final = "return sent back"
"""The verb of the event that keeps why a signatory did not sign."""
NIL_PREFIX: Final = "NIL-"


@dataclass(frozen=True, slots=True)
class Total:
    """One headline total as it stands, beside what it was before and last year, each in words."""

    title: str
    unit: str
    now: str
    before: str
    last_year: str
    change: str
    """Against last year's, such as "+12.5%"; empty where a share would say nothing."""


@dataclass(frozen=True, slots=True)
class FileToSign:
    """What stands in the file on record, and how it came to be so."""

    file: Submission
    totals: tuple[Total, ...]
    explanations: tuple[Explanation, ...]
    waived: tuple[Finding, ...]
    """What a waiver let pass."""
    corrections: tuple[Correction, ...]
    before: Submission | None
    """The file that was signed last where there is one; else the one that was on record before."""
    changes: tuple[FigureChange, ...]
    """Cells that say something else than in the file before."""
    last_year: LastYear
    has_last_year: bool
    queries: tuple[QueryRow, ...]
    """Those that are not settled: first those that wait for the trust."""
    later: Submission | None
    """A file that came after this one, and is not on record."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """One return before somebody who may sign it, or who wants to see what is to be signed."""

    signed: SignOff | None
    """In force."""
    nil: NilReturn | None
    on_record: FileToSign | None
    digest: str
    """Of exactly what is shown; empty where there is nothing to sign."""
    reasons: tuple[str, ...]
    """Why this person cannot sign it now, whatever their role."""
    permit: SelfSignOffPermit | None
    """By which they may sign what they sent themselves."""

    @property
    def reference(self) -> str:
        """By what the page and the signature name what is signed."""
        if self.nil is not None:
            return nil_reference(self.nil)
        return self.on_record.file.reference if self.on_record is not None else ""


def nil_reference(nil: NilReturn) -> str:
    """How a nil return is named, which has no file."""
    return f"{NIL_PREFIX}{nil.pk}"


def to_sign(return_record: Return, by: User) -> ToSign:
    """What the page of a signature shows to this person."""
    nil = nil_in_force(return_record)
    file = None if nil is not None else file_on_record(return_record)
    permit = self_sign_off_permit(return_record, timezone.localdate())
    is_own = by.pk in sent_by(nil or file)
    # Before anything else is read: what changes meanwhile makes another digest, and is never signed unseen.
    digest = digest_of_nil(nil) if nil is not None else digest_of(file) if file is not None else ""
    return ToSign(
        signed=signature_in_force(return_record),
        nil=nil,
        on_record=None if file is None else _file_to_sign(file),
        digest=digest,
        reasons=tuple(reasons_not_to_sign(return_record, nil or file, is_own, permit)),
        permit=permit if is_own else None,
    )


def signature_in_force(return_record: Return) -> SignOff | None:
    """The signature that locks a return."""
    held = SignOff.objects.in_force().filter(return_record=return_record)
    return held.select_related("signed_by", "submission", "permit").defer("submission__reading").first()


def waits_for_signature(file: Submission) -> bool:
    """Whether this file is on record, and somebody has to sign it."""
    if file.state != State.ACCEPTED or not file.return_record.collection.needs_sign_off:
        return False
    return not SignOff.objects.in_force().filter(return_record=file.return_record_id).exists()


def nil_in_force(return_record: Return) -> NilReturn | None:
    """The nil return that was declared, signed or not."""
    held = NilReturn.objects.in_force().filter(return_record=return_record)
    return held.select_related("declared_by", "signed_by").first()


def file_on_record(return_record: Return) -> Submission | None:
    """The accepted file of a return; its reading, which is large, is fetched where it is looked at."""
    files = Submission.objects.accepted().filter(return_record=return_record)
    related = files.select_related("return_record__collection", "return_record__trust", "uploaded_by")
    return related.defer("reading").first()


def self_sign_off_permit(return_record: Return, today: date) -> SelfSignOffPermit | None:
    """The permit by which people of the trust may sign what they sent themselves."""
    return SelfSignOffPermit.objects.in_force(today).filter(trust=return_record.trust_id).first()


def sent_by(what: NilReturn | Submission | None) -> frozenset[int]:
    """The people who uploaded or corrected what stands there, back to the workbook; or declared the nil return."""
    if what is None:
        return frozenset()
    if isinstance(what, NilReturn):
        return frozenset({what.declared_by_id})
    files = Submission.objects.filter(return_record=what.return_record_id).order_by()
    known = {pk: (corrects, by) for pk, corrects, by in files.values_list("pk", "corrects", "uploaded_by")}
    people: set[int] = set()
    at: int | None = what.pk
    while at is not None:
        at, person = known[at]
        people.add(person)
    return frozenset(people)


def reasons_not_to_sign(
    return_record: Return, what: NilReturn | Submission | None, is_own: bool, permit: SelfSignOffPermit | None
) -> Iterator[str]:
    """Why somebody cannot sign what is on record, in sentences. That it is signed already is no reason here, nor is a closed round:
    a file that came on the last day may be signed after it. `is_own` says that they sent what stands there themselves."""
    if not return_record.collection.needs_sign_off:
        yield f"Nobody needs to sign returns of {return_record.collection.name}."
        return
    if Excuse.objects.in_force().filter(return_record=return_record).exists():
        yield "NHS Improvement has excused this return, so there is nothing to sign."
    if what is None:
        yield "There is nothing to sign yet: no file of this return has been accepted."
        return
    if isinstance(what, Submission) and (in_hand := _later_files(what).filter(state__in=IN_HAND).first()) is not None:
        yield (
            f"A later file, {in_hand.reference}, is with us and not checked yet. "
            "Sign when it is, so that you sign what ends on record."
        )
    if is_own and permit is None:
        did = "declared this nil return" if isinstance(what, NilReturn) else "uploaded or corrected this file"
        yield f"You {did} yourself, so somebody else signs it. NHS Improvement can allow it for your trust, on record."


IN_HAND = (State.RECEIVED, State.STUCK)
"""A file in these states may still take the place of the one on record."""


def _later_files(file: Submission) -> SubmissionQuerySet:
    later = Q(received_at__gt=file.received_at) | Q(received_at=file.received_at, pk__gt=file.pk)
    return Submission.objects.filter(later, return_record=file.return_record_id).defer("reading")


def _file_to_sign(file: Submission) -> FileToSign:
    before, last_year = _file_before(file), _last_year(file)
    waived = Finding.objects.filter(submission=file, waiver__isnull=False).select_related("waiver")
    return FileToSign(
        file=file,
        totals=tuple(_totals(file, before, last_year)),
        explanations=tuple(explained(file)),
        waived=tuple(waived),
        corrections=tuple(corrections_of(file)),
        before=before,
        changes=_changes(before, file),
        last_year=since_last_year(file),
        has_last_year=last_year is not None,
        queries=tuple(row for row in queries_of(file.return_record) if not row.is_settled),
        later=_later_files(file).first(),
    )


def _file_before(file: Submission) -> Submission | None:
    """The file that was signed last, if another was; else the one that was on record before."""
    signed = SignOff.objects.filter(return_record=file.return_record_id).exclude(submission=file).first()
    earlier = Submission.objects.filter(return_record=file.return_record_id, loaded_at__isnull=False)
    if signed is not None:
        return earlier.filter(pk=signed.submission_id).first()
    return earlier.filter(received_at__lte=file.received_at).exclude(pk=file.pk).first()


def _last_year(file: Submission) -> Submission | None:
    files = files_of_last_year([file.return_record.collection])
    return files.filter(return_record__trust=file.return_record.trust_id).defer("reading").first()


def _totals(file: Submission, before: Submission | None, last_year: Submission | None) -> Iterator[Total]:
    known, old = _by_name(before), _by_name(last_year)
    for line in headlines(file):
        was = old[line.name].figure if line.name in old else None
        yield Total(
            title=line.title,
            unit=line.unit,
            now=line.in_words,
            before=known[line.name].in_words if line.name in known else "",
            last_year=old[line.name].in_words if line.name in old else "",
            change="" if line.unit == UNIT_WORDS["percent"] else share_of_change(was, line.figure),
        )


def _by_name(file: Submission | None) -> Mapping[str, Headline]:
    return {} if file is None else {line.name: line for line in headlines(file)}


def _changes(before: Submission | None, file: Submission) -> tuple[FigureChange, ...]:
    if before is None or not before.reading or not file.reading:
        return ()
    return tuple(changes_between(from_json(before.reading), from_json(file.reading)))
