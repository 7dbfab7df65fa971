"""The form by which a run is frozen."""

from django import forms

from ui.fields import CharField


class FreezeForm(forms.Form):
    """What a run is frozen for, in a few words that stand on every page and export of it."""

    purpose = CharField(
        label="Purpose",
        help_text="What the run is for, such as the STP boards of January 2017. It stands on every page and export of the run",
        max_length=200,
    )
