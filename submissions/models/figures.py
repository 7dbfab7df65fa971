"""The figures that were loaded."""

from collections import defaultdict
from typing import ClassVar, cast

from django.db import models
from django.db.models import Q

from submissions.models.files import Submission
from submissions.models.findings import LONGEST_SHEET_NAME
from templates_app.reading import Place, Value, ValueKind


class FigureQuerySet(models.QuerySet["Figure"]):
    """Figures, narrowed."""

    def by_submission(self) -> defaultdict[int, dict[Place, Value]]:
        """What the figures mean, by submission and place; nothing for a submission without figures. One query."""
        found: defaultdict[int, dict[Place, Value]] = defaultdict(dict)
        rows = self.values_list("submission_id", "line", "column", "kind", "number", "text")
        for submission_id, line, column, kind, number, text in rows:
            found[submission_id][line, column] = Value(cast(ValueKind, kind), number, text)
        return found


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

    objects = FigureQuerySet.as_manager()

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
