"""Queries about a figure: an STP lead or NHS Improvement asks, the trust answers beside it or sends another figure."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models.files import Submission
from submissions.models.returns import Return


class FigureQueryQuerySet(models.QuerySet["FigureQuery"]):
    """Queries about figures, narrowed."""

    def visible_to(self, user: User) -> "FigureQueryQuerySet":
        """Those of the returns that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def open(self) -> "FigureQueryQuerySet":
        """Those that wait for the trust: neither answered nor closed."""
        return self.filter(answered_at=None, closed_at=None)

    def unsettled(self) -> "FigureQueryQuerySet":
        """Those that stand beside the figure: not closed, answered or not."""
        return self.filter(closed_at=None)


class FigureQuery(models.Model):
    """One question about one figure of one return."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="figure_queries")
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        related_name="figure_queries",
        help_text="The file on record when it was asked",
    )
    line = models.CharField(max_length=10)
    column = models.CharField(max_length=30)
    found = models.CharField(max_length=300, blank=True, help_text="The figure as it stood then, in words")
    question = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_in = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The later file that holds another figure there, where the trust answered so",
    )
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = FigureQueryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="figure_query_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None) | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="figure_query_closed_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["return_record"], condition=Q(answered_at=None, closed_at=None), name="figure_query_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} of {self.return_record}"
