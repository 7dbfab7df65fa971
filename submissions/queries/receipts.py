"""The receipt of an accepted return, as one object: the page, the letter and the PDF all say what stands in it."""

from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from django.db.models import QuerySet

from submissions.models import Correction, Explanation, Receipt, SignOff, Submission
from submissions.queries.headlines import Headline, headlines
from submissions.states import State
from submissions.timeliness import Timeliness, timeliness
from templates_app import registry
from ui.formats import long_date, moment, plural

NO_SUM = "0" * 64
"""Stands where there is no receipt, so that a wrong reference is compared like a wrong sum."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a file is what is on record for its return, or since when a later one is."""

    on_record: bool
    later_since: datetime | None

    @property
    def in_words(self) -> str:
        """The same in a sentence."""
        if self.on_record:
            return "This file is on record."
        since = f" A later one has been on record since {moment(self.later_since)}." if self.later_since else ""
        return f"This file was accepted, and has been replaced.{since}"

    @classmethod
    def of(cls, submission: Submission) -> "Standing":
        """The standing of a file that was accepted once."""
        if submission.state == State.ACCEPTED:
            return cls(True, None)
        later = Receipt.objects.filter(
            submission__return_record=submission.return_record_id, submission__state=State.ACCEPTED
        )
        return cls(False, later.values_list("issued_at", flat=True).first())


@dataclass(frozen=True, slots=True)
class FullReceipt:
    """Everything a receipt says."""

    submission: Submission
    issued_at: datetime
    due_date: date
    on_time: bool
    standing: Standing
    title: str
    """The template's, such as "Back office"."""
    headlines: tuple[Headline, ...]
    explanations: tuple[Explanation, ...]
    corrections: tuple[Correction, ...]
    signed: tuple[SignOff, ...]
    """Every signature under this very file, the first one first, and those after a reopening."""

    @property
    def reference(self) -> str:
        """Such as STP-7K3M-92QT."""
        return self.submission.reference

    @property
    def trust_name(self) -> str:
        """The trust that owed the return."""
        return self.submission.return_record.trust.name

    @property
    def illustrative(self) -> bool:
        """Whether the figures are made up."""
        return self.submission.return_record.collection.illustrative

    @property
    def signed_words(self) -> tuple[str, ...]:
        """Who signed this file off and when, or that nobody has yet; nothing where nobody needs to."""
        if self.signed or not self.submission.return_record.collection.needs_sign_off:
            return tuple(signed_words(sign_off, by=sign_off.signed_by.name) for sign_off in self.signed)
        return ("Not yet" if self.standing.on_record else "Never",)

    @property
    def in_time_words(self) -> str:
        """Whether the return came in time, in a sentence."""
        collection = self.submission.return_record.collection
        return in_time_words(self.on_time, self.due_date, self.submission.received_at, collection.due_date)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the receipt is of, as titles and words, in the order in which it is read."""
        file = self.submission
        trust, collection = file.return_record.trust, file.return_record.collection
        corrected = len(self.corrections)
        return (
            ("Reference", file.reference),
            ("Trust", f"{trust.name} ({trust.ods_code})"),
            ("Return", f"{collection.name}, figures for {collection.year}"),
            ("Received", f"{moment(file.received_at)}, from {file.uploaded_by.name}"),
            ("Accepted", moment(self.issued_at)),
            ("Deadline", self.in_time_words),
            *(("Signed off", words) for words in self.signed_words),
            ("State now", self.standing.in_words),
            (
                "File",
                file.file_name + (f", with {plural(corrected, 'correction')} made on the page" if corrected else ""),
            ),
            ("SHA-256 of the file", file.sha256),
            ("Template", f"{self.title}, version {file.version}"),
            ("Rules it was checked by", file.ruleset),
        )


@dataclass(frozen=True, slots=True)
class Genuine:
    """What anybody may learn who holds a receipt: nothing of figures, explanations or people."""

    reference: str
    sha256: str
    trust_name: str
    trust_code: str
    collection_name: str
    year: str
    illustrative: bool
    received_at: datetime
    due_date: date
    collection_due_date: date
    on_time: bool
    standing: Standing
    signed: tuple[str, ...]
    """When it was signed off, and reopened."""
    corrected: bool
    """Figures were corrected on the page, so those on record are not those of the file alone."""

    @property
    def in_time_words(self) -> str:
        """Whether the return came in time, in a sentence."""
        return in_time_words(self.on_time, self.due_date, self.received_at, self.collection_due_date)


def in_time_words(on_time: bool, due_date: date, received_at: datetime, collection_due: date) -> str:
    """Whether a return came in time: "On time. It was due by 30 September 2016.", "On time, with an extension to 7 October 2016."."""
    if on_time and timeliness(received_at, due_date, collection_due, due_date) == Timeliness.EXTENDED:
        return f"On time, with an extension to {long_date(due_date)}."
    extended = ", with an extension" if due_date > collection_due and not on_time else ""
    return f"{'On time' if on_time else 'Late'}. It was due by {long_date(due_date)}{extended}."


def signed_words(sign_off: SignOff, *, by: str = "") -> str:
    """When a file was signed, by whom where that may be said, and since when it no longer is."""
    said = ", ".join(filter(None, [by, moment(sign_off.signed_at)]))
    return f"{said}. Reopened on {moment(sign_off.ended_at)}" if sign_off.ended_at is not None else said


def receipt_of(submission: Submission) -> FullReceipt | None:
    """The receipt of a file, None where none was given. The submission comes with its return, trust, collection and uploader."""
    given = Receipt.objects.filter(submission=submission).first()
    if given is None:
        return None
    explanations = Explanation.objects.filter(finding__submission=submission).select_related("finding", "given_by")
    return FullReceipt(
        submission=submission,
        issued_at=given.issued_at,
        due_date=given.due_date,
        on_time=given.on_time,
        standing=Standing.of(submission),
        title=registry.get(submission.template, submission.version).title,
        headlines=headlines(submission),
        explanations=tuple(explanations.order_by("finding__position")),
        corrections=tuple(corrections_of(submission)),
        signed=tuple(_signed(submission)),
    )


def genuine(reference: str, sha256: str) -> Genuine | None:
    """The receipt with this reference and this sum, or None: an unknown reference and a wrong sum are not told apart."""
    held = (
        Receipt.objects.filter(submission__reference=reference)
        .select_related("submission__return_record__trust", "submission__return_record__collection")
        .first()
    )
    known = held.submission.sha256 if held is not None else NO_SUM
    if not compare_digest(known.encode(), sha256.encode()) or held is None:
        return None
    submission = held.submission
    trust, collection = submission.return_record.trust, submission.return_record.collection
    return Genuine(
        reference=submission.reference,
        sha256=submission.sha256,
        trust_name=trust.name,
        trust_code=trust.ods_code,
        collection_name=collection.name,
        year=collection.year,
        illustrative=collection.illustrative,
        received_at=submission.received_at,
        due_date=held.due_date,
        collection_due_date=collection.due_date,
        on_time=held.on_time,
        standing=Standing.of(submission),
        signed=tuple(signed_words(sign_off) for sign_off in _signed(submission)),
        corrected=submission.corrects_id is not None and corrections_of(submission).exists(),
    )


def _signed(submission: Submission) -> QuerySet[SignOff]:
    return SignOff.objects.filter(submission=submission).select_related("signed_by").order_by("signed_at", "pk")


def corrections_of(submission: Submission) -> QuerySet[Correction]:
    """What was changed on the page, the first change first, back to the file that came from a workbook; with the submission of each
    and its uploader, which are who and when."""
    files = Submission.objects.filter(return_record=submission.return_record_id)
    before = dict(files.values_list("pk", "corrects_id"))
    chain, at = [submission.pk], submission.corrects_id
    while at is not None:
        chain.append(at)
        at = before[at]
    made = Correction.objects.filter(submission__in=chain).select_related("submission__uploaded_by")
    return made.defer("submission__reading").order_by(
        "submission_id", "pk"
    )  # by "submission" it would be the latest first
