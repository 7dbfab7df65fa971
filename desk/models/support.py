"""How much help a trust or a footprint needs, where a person says otherwise than the facts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.models import Footprint, Trust, User


class SupportOverrideQuerySet(models.QuerySet["SupportOverride"]):
    """Overrides, narrowed."""

    def in_force(self) -> "SupportOverrideQuerySet":
        """Those that have not ended."""
        return self.filter(ended_at=None)


class SupportOverride(models.Model):
    """A person sets the level of support of a trust or a footprint, with a reason; the facts' own level is shown beside it."""

    class Level(models.TextChoices):
        """How much help, from `planning.md` section 5."""

        NONE = "none", "None"
        LIGHT = "light", "Light"
        TARGETED = "targeted", "Targeted"
        INTENSIVE = "intensive", "Intensive"

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, null=True, blank=True, related_name="support_overrides")
    footprint = models.ForeignKey(
        Footprint, on_delete=models.PROTECT, null=True, blank=True, related_name="support_overrides"
    )
    level = models.CharField(max_length=9, choices=Level.choices)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SupportOverrideQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(trust=None, footprint__isnull=False) | Q(trust__isnull=False, footprint=None),
                name="override_of_a_trust_or_a_footprint",
            ),
            models.UniqueConstraint(
                fields=["trust"], condition=Q(ended_at=None, trust__isnull=False), name="one_override_per_trust"
            ),
            models.UniqueConstraint(
                fields=["footprint"],
                condition=Q(ended_at=None, footprint__isnull=False),
                name="one_override_per_footprint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} for {self.trust or self.footprint}"
