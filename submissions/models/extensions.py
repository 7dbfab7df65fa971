"""Extensions: one return may come later than the others, asked for and granted on record."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models.returns import Return


class ExtensionQuerySet(models.QuerySet["Extension"]):
    """Extensions, narrowed."""

    def visible_to(self, user: User) -> "ExtensionQuerySet":
        """Those of the returns that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def waiting(self) -> "ExtensionQuerySet":
        """Asked for and not decided."""
        return self.filter(decided_at=None)

    def granted(self) -> "ExtensionQuerySet":
        """Those that move the due date; the latest day of a return's counts."""
        return self.filter(granted=True)


class Extension(models.Model):
    """A return is asked to be due on a later day; granted, perhaps for another day, or refused, with a reason."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="extensions")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_until_date = models.DateField(help_text="The last day that was asked for")
    reason = models.TextField(help_text="Why more time is needed")
    granted = models.BooleanField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True, help_text="The last day that was granted")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_record"], condition=Q(decided_at=None), name="one_extension_waiting_per_return"
            ),
            models.CheckConstraint(
                condition=Q(granted=None, decided_by=None, decided_at=None)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="extension_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(granted=True, until_date__isnull=False)
                | Q(granted=False, until_date=None)
                | Q(granted=None, until_date=None),
                name="extension_granted_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Extension of {self.return_record}"
