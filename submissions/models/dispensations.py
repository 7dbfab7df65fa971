"""Returns that come without figures: a nil return declared by the trust, and a return excused by NHS Improvement."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models.returns import Return


class NilReturnQuerySet(models.QuerySet["NilReturn"]):
    """Nil returns, narrowed."""

    def visible_to(self, user: User) -> "NilReturnQuerySet":
        """Those of the returns that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def in_force(self) -> "NilReturnQuerySet":
        """Declared and not taken back."""
        return self.filter(withdrawn_at=None)


class NilReturn(models.Model):
    """The trust declares that it has nothing to report, where the template allows that. It is signed as any other return is."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="nil_returns")
    reason = models.TextField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = NilReturnQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-declared_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_record"], condition=Q(withdrawn_at=None), name="one_nil_return_in_force_per_return"
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="nil_return_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Nil return for {self.return_record}"


class ExcuseQuerySet(models.QuerySet["Excuse"]):
    """Excused returns, narrowed."""

    def visible_to(self, user: User) -> "ExcuseQuerySet":
        """Those of the returns that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def in_force(self) -> "ExcuseQuerySet":
        """Given and not taken back."""
        return self.filter(ended_at=None)


class Excuse(models.Model):
    """NHS Improvement no longer expects a return, for a reason, approved by one person by name."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="excuses")
    reason = models.TextField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ExcuseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-approved_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_record"], condition=Q(ended_at=None), name="one_excuse_in_force_per_return"
            )
        ]

    def __str__(self) -> str:
        return f"{self.return_record} excused"
