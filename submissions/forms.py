"""Forms of this room."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from submissions.intake import MAX_BYTES
from ui.fields import CharField, ChoiceField, DateField, FileField, TextareaField, offer


class UploadForm(forms.Form):
    """One workbook. Whether it can be read is judged after it is safe, never before."""

    workbook = FileField(
        label="Your filled workbook",
        help_text=f"An Excel workbook (.xlsx) of up to {MAX_BYTES // 2**20} MB",
    )


class ProposeRuleForm(forms.Form):
    """One more rule for a template, as a piece of a definition file. Whether it is sound is for the definitions' validator."""

    template = ChoiceField(label="Template")
    source = TextareaField(
        label="Rule",
        help_text="Written as in a definition file. Say what must hold, where, and in words what is wrong and what to do.",
        max_length=5000,
        rows=16,
        strip=False,
    )
    reason = TextareaField(
        label="Reason", help_text="What goes wrong without this rule, and how you know", max_length=2000, rows=3
    )

    def __init__(self, *args: Any, templates: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "template", templates)

    def clean_source(self) -> str:
        """The text with the line ends that files have."""
        text: str = self.cleaned_data["source"]
        return text.replace("\r\n", "\n")


class TrialForm(forms.Form):
    """How long a rule is on trial."""

    until = DateField(label="Last day of the trial", help_text="For example, 30 9 2016")


class AskWaiverForm(forms.Form):
    """Why a rule need not hold at a trust, where, and until when."""

    scope = ChoiceField(
        label="Where the rule need not hold", choices=[("line", "At this line only"), ("all", "At every line")]
    )
    reason = TextareaField(
        label="Reason",
        help_text="Why the figures are right although the rule says otherwise. Your trust and NHS Improvement see it",
        max_length=2000,
    )
    expires_date = DateField(
        label="Last day of the waiver", help_text="A year from today at the latest. For example, 30 9 2016"
    )


class DecideWaiverForm(forms.Form):
    """Why a waiver is approved or refused."""

    reason = TextareaField(label="Reason for your decision", help_text="The trust sees it", max_length=2000, rows=3)


class AskExtensionForm(forms.Form):
    """Until when a trust needs more time, and why."""

    until = DateField(label="New last day", help_text="For example, 7 10 2016")
    reason = TextareaField(
        label="Reason", help_text="What holds you up, and what you do about it", max_length=2000, rows=4
    )


class GrantExtensionForm(forms.Form):
    """Until when a trust is given more time, and why; so too for a request, which may be granted for another day."""

    until = DateField(label="Last day", help_text="For example, 7 10 2016")
    reason = TextareaField(label="Reason for your decision", help_text="The trust sees it", max_length=2000, rows=3)


class SignOffForm(forms.Form):
    """The declaration, ticked. What is signed stands in the page as its reference and digest."""

    reference = forms.CharField(widget=forms.HiddenInput, required=False)
    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    declared = forms.BooleanField(required=False)


class SendBackForm(forms.Form):
    """Why a signatory does not sign."""

    note = TextareaField(
        label="What is to be looked at",
        help_text="Those who prepare the return get it as a letter, and it stands on the page of the return",
        max_length=2000,
        rows=4,
    )


class AskReopeningForm(forms.Form):
    """Why a signed return is to be opened again."""

    reason = TextareaField(
        label="Reason",
        help_text="Which figure is wrong, and how you know. NHS Improvement sees it",
        max_length=2000,
        rows=4,
    )


class DecideReopeningForm(forms.Form):
    """Why a reopening is granted or refused."""

    reason = TextareaField(label="Reason for your decision", help_text="The trust sees it", max_length=2000, rows=3)


class PermitForm(forms.Form):
    """For which trust, why and until when a signatory may sign what they uploaded themselves."""

    trust = ChoiceField(label="Trust", select=True)
    reason = TextareaField(label="Reason", help_text="The trust sees it", max_length=2000, rows=3)
    until_date = DateField(
        label="Last day of the permit", help_text="A year from today at the latest. For example, 30 9 2016"
    )

    def __init__(self, *args: Any, trusts: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "trust", [("", "Choose a trust"), *trusts])


class AskQueryForm(forms.Form):
    """A question about one figure."""

    question = TextareaField(
        label="Your question",
        help_text="Say what seems odd. The trust, its STP and NHS Improvement see it",
        max_length=2000,
        rows=4,
    )


class AnswerQueryForm(forms.Form):
    """What the trust says of a figure."""

    answer = TextareaField(label="Your answer", help_text="Why the figure is right", max_length=2000, rows=3)


class NilReturnForm(forms.Form):
    """Why a trust has nothing to report, or why it has after all."""

    reason = TextareaField(label="Reason", help_text="NHS Improvement sees it", max_length=2000, rows=3)


class ExcuseForm(forms.Form):
    """Why a return is not expected."""

    reason = TextareaField(label="Reason", help_text="The trust sees it, and your name", max_length=2000, rows=3)


class VerifyForm(forms.Form):
    """The two things that stand on a receipt, as people copy them: with spaces, in capitals."""

    reference = CharField(label="Reference", help_text="Such as STP-7K3M-92QT", width=20, max_length=40)
    sha256 = CharField(label="SHA-256 of the file", help_text="64 letters and digits", max_length=200)

    def clean_reference(self) -> str:
        """The reference as it is written, or what it looks like."""
        reference = re.sub(r"\s", "", self.cleaned_data["reference"]).upper()
        if not re.fullmatch(r"[A-Z0-9-]{1,20}", reference):
            raise forms.ValidationError("Reference must have letters, digits and hyphens only, such as STP-7K3M-92QT")
        return reference

    def clean_sha256(self) -> str:
        """The sum in small letters, or what it looks like."""
        sha256 = re.sub(r"\s", "", self.cleaned_data["sha256"]).lower()
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise forms.ValidationError("SHA-256 of the file must be 64 characters, each from 0 to 9 or a to f")
        return sha256
