"""Forms of this room."""

from django import forms

from submissions.intake import MAX_BYTES
from ui.fields import FileField


class UploadForm(forms.Form):
    """One workbook. Whether it can be read is judged after it is safe, never before."""

    workbook = FileField(
        label="Your filled workbook",
        help_text=f"An Excel workbook (.xlsx) of up to {MAX_BYTES // 2**20} MB",
    )
