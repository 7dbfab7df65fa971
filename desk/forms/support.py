"""The form in which a person says how much help a trust or a footprint needs."""

from django import forms

from desk.models import SupportOverride
from ui.fields import ChoiceField, TextareaField


class OverrideForm(forms.Form):
    """A level, and why it is not the one that follows from the facts."""

    level = ChoiceField(label="How much help is needed", choices=SupportOverride.Level.choices)
    reason = TextareaField(
        label="Reason", help_text="What the facts do not show. Only NHS Improvement sees it", max_length=1000, rows=3
    )
