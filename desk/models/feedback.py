"""What the trusts of a pilot say about the template, line by line and rule by rule, and what was answered."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models import Return


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Feedback, narrowed."""

    def visible_to(self, user: User) -> "FeedbackQuerySet":
        """That of the trusts whose returns this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))


class Feedback(models.Model):
    """What one trust says of one line or one rule, or of the template as a whole; said again, it takes the place of the earlier."""

    class Subject(models.TextChoices):
        """What it is about."""

        LINE = "line", "A line"
        RULE = "rule", "A rule"
        WHOLE = "whole", "The whole template"

    class Answer(models.TextChoices):
        """Whether it is clear what is asked; of a rule, whether it asks rightly."""

        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="feedback")
    version = models.CharField(max_length=10, help_text="The version of the template that was tried out")
    subject = models.CharField(max_length=5, choices=Subject.choices)
    code = models.CharField(max_length=20, blank=True, help_text="The line or the rule; empty for the whole")
    clear = models.CharField(max_length=6, choices=Answer.choices)
    obtainable = models.CharField(
        max_length=6, choices=Answer.choices, blank=True, help_text="Whether the figure could be got; of a line only"
    )
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["subject", "code", "-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["return_record", "subject", "code"], name="feedback_once_per_subject"),
            models.CheckConstraint(
                condition=Q(subject="whole", code="") | (~Q(subject="whole") & ~Q(code="")),
                name="feedback_names_its_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or 'The whole'}: {self.get_clear_display()}"


class FeedbackAnswer(models.Model):
    """What NHS Improvement answers to all that was said of one line or rule of one version, and the version that follows it."""

    template = models.CharField(max_length=30)
    version = models.CharField(max_length=10, help_text="The version that was tried out")
    subject = models.CharField(max_length=5, choices=Feedback.Subject.choices)
    code = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    answered_in = models.CharField(
        max_length=10, blank=True, help_text="The later version that answers it, if one does"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["subject", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template", "version", "subject", "code"], name="one_answer_per_subject_and_version"
            )
        ]

    def __str__(self) -> str:
        return self.text
