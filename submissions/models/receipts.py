"""What a trust holds in hand when its return is accepted."""

from django.db import models
from django.utils import timezone

from submissions.models.files import Submission


class Receipt(models.Model):
    """The receipt of one accepted file: given once, and never changed, whatever becomes of the due date afterwards."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="receipt")
    issued_at = models.DateTimeField(default=timezone.now)
    due_date = models.DateField(help_text="When the return was due, as it stood then")
    on_time = models.BooleanField(help_text="The file was received on or before that day")

    def __str__(self) -> str:
        return f"Receipt for {self.submission}"
