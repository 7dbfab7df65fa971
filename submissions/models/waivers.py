"""Waivers: a rule that need not hold at one trust, asked for by one person and approved by another, for a time."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import Trust, User


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Waivers, filtered by who may see them and whether they hold."""

    def visible_to(self, user: User) -> "WaiverQuerySet":
        """The waivers of the trusts whose findings this person may see."""
        return self.filter(trust__in=trusts_visible_to(user, "see_findings"))

    def waiting(self) -> "WaiverQuerySet":
        """Asked for, and neither decided nor taken back."""
        return self.filter(decision="", withdrawn_at=None)

    def in_force(self, on: date) -> "WaiverQuerySet":
        """Approved, and not yet expired or withdrawn, on a day."""
        return self.filter(decision=Waiver.Decision.APPROVED, withdrawn_at=None, expires_date__gte=on)


class Waiver(models.Model):
    """One rule that need not hold at one trust (at one line, where it names one), until a day."""

    class Decision(models.TextChoices):
        """What was decided; empty while nobody has."""

        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="waivers")
    template = models.CharField(max_length=30)
    rule_code = models.CharField(max_length=20)
    line = models.CharField(max_length=10, blank=True, help_text="The one line it is for; empty for every line")
    reason = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_date = models.DateField(help_text="The last day on which it holds")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="waiver_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="waiver_decided_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_code} at {self.trust}"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody is to decide on it."""
        return not self.decision and self.withdrawn_at is None

    def held_at(self, moment: datetime) -> bool:
        """Whether it was in force at a moment."""
        if self.decision != Waiver.Decision.APPROVED or self.decided_at is None or self.decided_at > moment:
            return False
        taken_back = self.withdrawn_at is not None and self.withdrawn_at <= moment
        return not taken_back and timezone.localdate(moment) <= self.expires_date
