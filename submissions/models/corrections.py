"""Figures that were corrected on the page."""

from typing import ClassVar

from django.db import models

from submissions.models.files import Submission
from submissions.models.findings import LONGEST_SHEET_NAME


class Correction(models.Model):
    """One cell that somebody changed on the page. Who and when are those of its submission, which holds the changed figures."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="corrections")
    line = models.CharField(max_length=10)
    column = models.CharField(max_length=30)
    sheet = models.CharField(max_length=LONGEST_SHEET_NAME)
    cell = models.CharField(max_length=12)
    label = models.CharField(max_length=300)
    old = models.TextField(blank=True, help_text="What stood there; empty for a blank cell")
    new = models.TextField(blank=True, help_text="What was typed; empty where the cell was cleared")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "line", "column"], name="cell_corrected_once")
        ]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.old} to {self.new}"
