"""Forms of feedback: what a pilot trust says of one part of a template, and what is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from desk.models import Feedback
from desk.queries.feedback import Item, Subject
from ui.fields import ChoiceField, TextareaField, offer

_ANSWERS = [("", "No answer"), *Feedback.Answer.choices]
_MOST_LETTERS = 2000

NO_VERSION = "none"


class FeedbackForm(forms.Form):
    """Three fields for every line of a part, two for a rule: `clear_…`, `obtainable_…` and `text_…` with the key of the item."""

    def __init__(self, *args: Any, items: Sequence[Item], said: Mapping[Subject, Feedback], **options: Any) -> None:
        super().__init__(*args, **options)
        self.items = items
        for item in items:
            before = said.get(item.subject)
            self.fields[f"clear_{item.key}"] = ChoiceField(
                label=f"{item.title}: clear",
                choices=_ANSWERS,
                select=True,
                required=False,
                initial=before and before.clear,
            )
            if item.is_line:
                self.fields[f"obtainable_{item.key}"] = ChoiceField(
                    label=f"{item.title}: figure",
                    choices=_ANSWERS,
                    select=True,
                    required=False,
                    initial=before and before.obtainable,
                )
            self.fields[f"text_{item.key}"] = TextareaField(
                label=f"{item.title}: remark",
                required=False,
                max_length=_MOST_LETTERS,
                rows=2,
                initial=before and before.text,
            )

    def clean(self) -> dict[str, Any]:
        """Whoever says anything of an item says whether it is clear."""
        given = self.cleaned_data
        for item in self.items:
            said = given.get(f"text_{item.key}") or given.get(f"obtainable_{item.key}")
            if said and not given.get(f"clear_{item.key}"):
                self.add_error(f"clear_{item.key}", f"{item.title}: say whether it is clear")
        return given

    def given(self, item: Item) -> tuple[str, str, str]:
        """What was said of an item: whether it is clear, whether the figure could be got, and the remark."""
        said = self.cleaned_data
        return said[f"clear_{item.key}"], said.get(f"obtainable_{item.key}", ""), said[f"text_{item.key}"]


class AnswerForm(forms.Form):
    """The answer to what was said of one line or rule, and the later version that does something about it."""

    text = TextareaField(
        label="Answer", help_text="Everybody who is signed in sees it", max_length=_MOST_LETTERS, rows=4
    )
    answered_in = ChoiceField(label="Version that answers it")

    def __init__(self, *args: Any, later: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        versions = ((version, f"Version {version}") for version in later)
        offer(self, "answered_in", [*versions, (NO_VERSION, "No later version")])

    def clean_answered_in(self) -> str:
        """The version; empty for none."""
        chosen: str = self.cleaned_data["answered_in"]
        return "" if chosen == NO_VERSION else chosen
