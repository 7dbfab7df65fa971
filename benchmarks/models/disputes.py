"""Values that somebody says are not to be relied on: out of the distribution while it stands, with the reason shown."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models import Return


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Disputes, narrowed."""

    def visible_to(self, user: User) -> "DisputeQuerySet":
        """Those of the trusts that this person may see by name."""
        return self.filter(return_record__trust__in=trusts_visible_to(user, "see_benchmarks"))

    def in_force(self) -> "DisputeQuerySet":
        """Marked and not lifted."""
        return self.filter(lifted_at=None)


class Dispute(models.Model):
    """The trust or a reviewer says that one metric of one return is wrong or cannot be compared.

    It holds for whatever file is on record until somebody lifts it: a corrected file does not slip back in by itself.
    """

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="disputes")
    metric = models.CharField(max_length=12)
    reason = models.TextField()
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-marked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_record", "metric"], condition=Q(lifted_at=None), name="one_dispute_in_force_per_value"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None) | Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="dispute_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of {self.return_record} disputed"
