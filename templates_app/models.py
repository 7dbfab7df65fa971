"""The versions of templates that were published."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TemplateVersion(models.Model):
    """One version of one template, as it was when it was published. The definition itself stays in its file."""

    template = models.CharField(max_length=30)
    version = models.CharField(max_length=10)
    checksum = models.CharField(max_length=64, help_text="The SHA-256 of the definition's file")
    title = models.CharField(max_length=100)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Empty when a part of the portal did it; the log says which."""

    class Meta:
        ordering: ClassVar = ["template", "published_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "version"], name="one_record_of_a_template_version"),
            models.CheckConstraint(condition=Q(checksum__regex=r"^[0-9a-f]{64}$"), name="template_checksum_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"
