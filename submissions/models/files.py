"""The files submitted."""

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models.returns import Collection, Return
from submissions.states import FINAL, WORDS, State

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from submissions.models.corrections import Correction
    from submissions.models.figures import Figure
    from submissions.models.findings import Finding


REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that are mistaken for one another when read out on the telephone."""


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions, filtered by who may see them and where they stand."""

    def visible_to(self, user: User) -> "SubmissionQuerySet":
        """The submissions of the trusts that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def with_newest(self) -> "SubmissionQuerySet":
        """Each with `newest_pk`, the key of the file of its return from which `is_latest` follows, for a page that asks it anyway."""
        newest = Submission.objects.filter(return_record=OuterRef("return_record")).exclude(state=State.REFUSED)
        return self.annotate(newest_pk=Subquery(newest.order_by("-received_at", "-pk").values("pk")[:1]))

    def unfinished(self) -> "SubmissionQuerySet":
        """Files that nobody has finished checking."""
        return self.filter(state=State.RECEIVED)

    def unmeasured(self) -> "SubmissionQuerySet":
        """Loaded files whose metrics have not been calculated, the oldest first."""
        return self.filter(loaded_at__isnull=False, measured_at__isnull=True).order_by("loaded_at")

    def of_rounds(self) -> "SubmissionQuerySet":
        """Files of all but pilots, whose returns never mix with those of a round."""
        return self.filter(return_record__collection__purpose=Collection.Purpose.ROUND)

    def accepted(self) -> "SubmissionQuerySet":
        """The file on record of each return."""
        return self.filter(state=State.ACCEPTED)


def new_reference() -> str:
    """A reference for a received file that can be read out on the telephone, such as STP-7K3M-92QT."""
    letters = [secrets.choice(REFERENCE_LETTERS) for _ in range(8)]
    return f"STP-{''.join(letters[:4])}-{''.join(letters[4:])}"


class Submission(models.Model):
    """One uploaded file: kept for ever, judged once, loaded at most once."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="submissions")
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        help_text="The submission whose reading this one takes over, with figures corrected on the page",
    )
    file_name = models.CharField(max_length=255)
    file_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(state.value, WORDS[state]) for state in State], default=State.RECEIVED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now, help_text="When a worker was last asked to check it")
    guarded_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    loaded_at = models.DateTimeField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal = models.TextField(blank=True, help_text="Why the file could not be read, and what to do")
    template = models.CharField(max_length=30, blank=True)
    version = models.CharField(max_length=10, blank=True)
    ruleset = models.CharField(max_length=64, blank=True, help_text="Checksum of the rules it was judged by")
    reading = models.JSONField(null=True, blank=True, help_text="The flat cells as read, before judgement")

    objects = SubmissionQuerySet.as_manager()

    if TYPE_CHECKING:
        corrections: RelatedManager["Correction"]
        findings: RelatedManager["Finding"]
        figures: RelatedManager["Figure"]

    class Meta:
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_record"], condition=Q(state=State.ACCEPTED), name="one_accepted_submission_per_return"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ACCEPTED) | Q(loaded_at__isnull=False), name="accepted_means_loaded"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["queued_at"], condition=Q(state=State.RECEIVED), name="submission_unfinished"),
            models.Index(fields=["return_record", "-received_at"], name="submission_history"),
            models.Index(
                fields=["loaded_at"],
                condition=Q(loaded_at__isnull=False, measured_at__isnull=True),
                name="submission_unmeasured",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @cached_property
    def is_latest(self) -> bool:
        """Whether no later file of the return has come that could be read: one dropped by mistake does not end work on this one."""
        files = Submission.objects.filter(return_record=self.return_record_id).exclude(state=State.REFUSED)
        return files.values_list("pk", flat=True).first() == self.pk

    @property
    def may_be_our_fault(self) -> bool:
        """Whether the file met a limit of time or memory, which a busy machine of ours may have caused."""
        return self.refusal_code.startswith("unsafe_")

    @property
    def is_final(self) -> bool:
        """Whether the checking has ended, one way or another."""
        return State(self.state) in FINAL
