"""What was found in a file, and what people said about it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.models import User
from submissions.models.files import Submission
from submissions.models.waivers import Waiver

LONGEST_SHEET_NAME = 31
"""Excel allows no more; other programs do, and of such a name the beginning is kept."""


FEWEST_LETTERS = 10
"""Words of a person that are shorter than this say nothing that a reader could act on (templates.md, section 4.4)."""


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings, narrowed."""

    def warnings(self) -> "FindingQuerySet":
        """Warnings that want an explanation, given or not: what a rule on trial finds does not."""
        return self.filter(severity="warning", trial_until=None)

    def to_explain(self) -> "FindingQuerySet":
        """Warnings that stop a return until somebody has said why the figure is right."""
        return self.warnings().filter(explanation=None)


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
    basis = models.CharField(
        max_length=64,
        blank=True,
        help_text="A digest of the figures that the rule looked at: an explanation holds while it is the same",
    )
    trial_until = models.DateField(
        null=True, blank=True, help_text="The rule was on trial until then: shown, and never in the way of a return"
    )
    waiver = models.ForeignKey(
        Waiver, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Why it asks for nothing"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "position"], name="finding_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.sheet}!{self.cell}"

    @property
    def wants_explanation(self) -> bool:
        """Whether somebody must say, or has said, why the figure is right."""
        return self.severity == "warning" and self.trial_until is None


class Explanation(models.Model):
    """What somebody of the trust said about one warning: why the figure is unusual, and right all the same.

    It belongs to the finding of one file, and is frozen with it. A later file whose figures are the same takes over its words, with
    who gave them and when.
    """

    class Source(models.TextChoices):
        """Where the words were typed."""

        PAGE = "page", "On the page"
        WORKBOOK = "workbook", "In the comment column of the workbook"

    finding = models.OneToOneField(Finding, on_delete=models.CASCADE, related_name="explanation")
    text = models.TextField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PAGE)
    shared = models.BooleanField(
        default=False,
        help_text="The same words were given for several warnings, and the person said that they are meant so",
    )
    carried_from = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where it was first given",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(text__regex=r"\S(.*\S)?"), name="explanation_says_something")
        ]

    def __str__(self) -> str:
        return self.text
