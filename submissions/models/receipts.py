"""What a trust holds in hand when its return is accepted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from submissions.models.files import Submission


class Receipt(models.Model):
    """The receipt of one accepted file: given once, and never changed, whatever becomes of the due date afterwards."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="receipt")
    issued_at = models.DateTimeField(default=timezone.now)
    due_date = models.DateField(help_text="When the return was due, as it stood then")
    on_time = models.BooleanField(help_text="The file was received on or before that day")

    letter_at = models.DateTimeField(null=True, blank=True, help_text="When the letter that holds it was written")
    letter_try_at = models.DateTimeField(
        default=timezone.now, help_text="Not before then is writing the letter tried, or tried again"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["issued_at"], condition=Q(letter_at=None), name="receipt_without_letter")
        ]

    def __str__(self) -> str:
        return f"Receipt for {self.submission}"
