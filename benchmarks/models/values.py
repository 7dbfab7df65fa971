"""Metric values of loaded returns, with the numbers they were made from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from footprints.models import User
from submissions.models import Collection, Submission
from submissions.states import State


class MetricValueQuerySet(models.QuerySet["MetricValue"]):
    """Metric values, narrowed."""

    def visible_to(self, user: User) -> "MetricValueQuerySet":
        """The values of the trusts that this person may see by name."""
        return self.filter(submission__in=Submission.objects.visible_to(user))

    def on_record(self, collection: Collection) -> "MetricValueQuerySet":
        """The values of the file on record of every return to a collection."""
        return self.filter(submission__state=State.ACCEPTED, submission__return_record__collection=collection)

    def calculable(self) -> "MetricValueQuerySet":
        """The values that there are."""
        return self.filter(status="calculable")


class MetricValue(models.Model):
    """One metric of one submission: its value, or why there is none."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="metric_values")
    metric = models.CharField(max_length=12, help_text="The metric's id, such as M12 or P02-PBC")
    status = models.CharField(max_length=20)
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    value = models.DecimalField(max_digits=40, decimal_places=20, null=True)
    relevant_pay = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    opportunity_volume = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    reason = models.TextField(blank=True)
    definition = models.CharField(
        max_length=16, blank=True, help_text="Digest of the definition it was worked out by, where the portal did that"
    )

    objects = MetricValueQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "metric"], name="metric_value_once"),
            models.CheckConstraint(
                condition=Q(status="calculable", value__isnull=False)
                | (~Q(status="calculable") & Q(value__isnull=True)),
                name="metric_value_where_calculable",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["metric", "submission"], name="metric_value_by_metric")]

    def __str__(self) -> str:
        return f"{self.metric} of submission {self.submission_id}"
