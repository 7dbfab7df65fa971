"""The figures that were loaded."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from submissions.models.files import Submission
from submissions.models.findings import LONGEST_SHEET_NAME


class Figure(models.Model):
    """One loaded value of an accepted submission, with its notation and the cell it came from."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="figures")
    line = models.CharField(max_length=10)
    column = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=20,
        choices=[
            ("number", "Number"),
            ("not_applicable", "Not applicable"),
            ("included_elsewhere", "Included elsewhere"),
            ("not_calculable", "Cannot be stated"),
            ("text", "Text"),
            ("blank", "Blank"),
        ],
    )
    number = models.DecimalField(max_digits=17, decimal_places=4, null=True, blank=True)
    text = models.TextField(blank=True)
    sheet = models.CharField(max_length=LONGEST_SHEET_NAME)
    cell = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "line", "column"], name="figure_loaded_once"),
            models.CheckConstraint(
                condition=Q(kind="number", number__isnull=False) | (~Q(kind="number") & Q(number__isnull=True)),
                name="figure_number_where_kind_is_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}.{self.column}"
