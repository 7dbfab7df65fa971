"""The forms by which a value is marked as disputed, and by which that is lifted."""

from typing import Any

from django import forms

from benchmarks.defining.schema import Metric
from ui.fields import ChoiceField, TextareaField, offer


class DisputeForm(forms.Form):
    """Which value is not to be relied on, and why."""

    metric = ChoiceField(label="Measure", select=True)
    reason = TextareaField(
        label="Reason",
        help_text="What is wrong with the value, or why it cannot be compared. It stands beside the value wherever it is shown",
        max_length=2000,
        rows=4,
    )

    def __init__(self, *args: Any, metrics: list[Metric], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "metric", [("", "Choose a measure"), *((metric.id, metric.name) for metric in metrics)])


class LiftDisputeForm(forms.Form):
    """Why a value can be relied on again."""

    reason = TextareaField(
        label="Reason to lift it",
        help_text="What was settled. It stays on record beside the value",
        max_length=2000,
        rows=3,
    )
