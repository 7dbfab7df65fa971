"""Collections, the returns owed to them, the files submitted, what was found in them and the figures loaded."""

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import Trust, User
from submissions.states import FINAL, WORDS, State

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that are mistaken for one another when read out on the telephone."""

LONGEST_SHEET_NAME = 31
"""Excel allows no more; other programs do, and of such a name the beginning is kept."""


class Collection(models.Model):
    """One round of one template, with its dates."""

    template = models.CharField(max_length=30)
    version = models.CharField(max_length=10)
    year = models.CharField(max_length=7, help_text="The financial year of the figures, such as 2015/16")
    name = models.CharField(max_length=100)
    opens_date = models.DateField()
    due_date = models.DateField()
    illustrative = models.BooleanField(
        default=False, help_text="Filled with made-up figures, and labelled so wherever shown"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "year", "name"], name="one_collection_of_a_name"),
            models.CheckConstraint(
                condition=Q(due_date__gte=models.F("opens_date")), name="collection_due_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns, filtered by who may see them and where they stand."""

    def visible_to(self, user: User) -> "ReturnQuerySet":
        """The returns of the trusts that this person may see."""
        return self.filter(trust__in=trusts_visible_to(user))


class Return(models.Model):
    """What one trust owes to one collection."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="returns")
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="returns")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When somebody of the trust first looked at it")
    downloaded_at = models.DateTimeField(null=True, blank=True, help_text="When the workbook was first downloaded")

    objects = ReturnQuerySet.as_manager()

    if TYPE_CHECKING:
        submissions: RelatedManager["Submission"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "trust"], name="one_return_per_trust_and_collection")
        ]

    def __str__(self) -> str:
        return f"{self.collection} from {self.trust}"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions, filtered by who may see them and where they stand."""

    def visible_to(self, user: User) -> "SubmissionQuerySet":
        """The submissions of the trusts that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def unfinished(self) -> "SubmissionQuerySet":
        """Files that nobody has finished checking."""
        return self.filter(state=State.RECEIVED)

    def unmeasured(self) -> "SubmissionQuerySet":
        """Loaded files whose metrics have not been calculated, the oldest first."""
        return self.filter(loaded_at__isnull=False, measured_at__isnull=True).order_by("loaded_at")

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
    ruleset = models.CharField(max_length=64, blank=True, help_text="Checksum of the definition it was judged by")
    reading = models.JSONField(null=True, blank=True, help_text="The flat cells as read, before judgement")

    objects = SubmissionQuerySet.as_manager()

    if TYPE_CHECKING:
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

    @property
    def may_be_our_fault(self) -> bool:
        """Whether the file met a limit of time or memory, which a busy machine of ours may have caused."""
        return self.refusal_code.startswith("unsafe_")

    @property
    def is_final(self) -> bool:
        """Whether the checking has ended, one way or another."""
        return State(self.state) in FINAL


class Finding(models.Model):
    """One error, warning or note about one cell of one submission."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField(help_text="The order in which findings are shown")
    code = models.CharField(max_length=20)
    severity = models.CharField(max_length=7, choices=[("error", "Error"), ("warning", "Warning"), ("info", "Note")])
    sheet = models.CharField(max_length=LONGEST_SHEET_NAME, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    line = models.CharField(max_length=10, blank=True)
    column = models.CharField(max_length=30, blank=True)
    label = models.CharField(max_length=300)
    found = models.CharField(max_length=300, blank=True)
    expected = models.TextField()
    message = models.TextField()
    remedy = models.TextField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "position"], name="finding_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.sheet}!{self.cell}"


class Figure(models.Model):
    """One loaded value of an accepted submission, with its notation and the cell it came from."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="figures")
    line = models.CharField(max_length=10)
    column = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=20,
        choices=[
            ("number", "Number"),
            ("not_applicable", "Not applicable"),
            ("included_elsewhere", "Included elsewhere"),
            ("not_calculable", "Cannot be stated"),
            ("text", "Text"),
            ("blank", "Blank"),
        ],
    )
    number = models.DecimalField(max_digits=17, decimal_places=4, null=True, blank=True)
    text = models.TextField(blank=True)
    sheet = models.CharField(max_length=LONGEST_SHEET_NAME)
    cell = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "line", "column"], name="figure_loaded_once"),
            models.CheckConstraint(
                condition=Q(kind="number", number__isnull=False) | (~Q(kind="number") & Q(number__isnull=True)),
                name="figure_number_where_kind_is_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}.{self.column}"
