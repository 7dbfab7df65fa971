"""From which day a contract calendar looks."""

from django import forms

from ui.fields import DateField


class CalendarForm(forms.Form):
    """A day to look ahead from."""

    on = DateField(label="Look ahead from", required=False, help_text="For example, 30 9 2016")
