"""Reminders that went out, each with its letters."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from footprints.models import Letter, User
from submissions.models import Return


class Chase(models.Model):
    """One step of the ladder was taken for one return: written in one transaction with the letters that it sends."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="chases")
    rung = models.CharField(
        max_length=40, help_text="The rung of the ladder; by-hand and the day for one sent from the desk"
    )
    due_date = models.DateField(
        help_text="When the return was due, as it stood then: an extension starts the ladder anew"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    letters = models.ManyToManyField(Letter, related_name="chases", blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["return_record", "rung", "due_date"], name="each_rung_once")
        ]

    def __str__(self) -> str:
        return f"{self.rung} for {self.return_record}"
