"""Signing a return off, asking for it to be reopened, and who may sign what they uploaded themselves."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import Trust, User
from submissions.models.files import Submission
from submissions.models.returns import Return


class SignOffQuerySet(models.QuerySet["SignOff"]):
    """Signatures, narrowed."""

    def visible_to(self, user: User) -> "SignOffQuerySet":
        """Those of the returns that this person may see."""
        return self.filter(return_record__trust__in=trusts_visible_to(user))

    def in_force(self) -> "SignOffQuerySet":
        """Those that lock their return: not reopened."""
        return self.filter(ended_at=None)


class SignOff(models.Model):
    """A director puts their name to one exact submission. It locks the return until a reopening is granted, and stays on record after."""

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="sign_offs")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="sign_offs")
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of all that was on the screen: the file, its figures and the explanations"
    )
    declaration = models.TextField(help_text="The words that were signed")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    permit = models.ForeignKey(
        "submissions.SelfSignOffPermit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Why somebody could sign what they had uploaded themselves",
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the return was reopened")

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-signed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["return_record"], condition=Q(ended_at=None), name="one_sign_off_in_force_per_return"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} signed by {self.signed_by}"


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    """Requests to reopen, narrowed."""

    def visible_to(self, user: User) -> "ReopeningQuerySet":
        """Those of the returns that this person may see."""
        return self.filter(sign_off__return_record__trust__in=trusts_visible_to(user))

    def waiting(self) -> "ReopeningQuerySet":
        """Asked for and not decided."""
        return self.filter(decided_at=None)


class Reopening(models.Model):
    """Somebody of the trust asks that a signed return be opened again; somebody of NHS Improvement grants or refuses it, with a reason."""

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    granted = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sign_off"], condition=Q(decided_at=None), name="one_reopening_waiting_per_sign_off"
            ),
            models.CheckConstraint(
                condition=Q(granted=None, decided_by=None, decided_at=None)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="reopening_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Reopening of {self.sign_off}"


class SelfSignOffPermitQuerySet(models.QuerySet["SelfSignOffPermit"]):
    """Permits, narrowed."""

    def visible_to(self, user: User) -> "SelfSignOffPermitQuerySet":
        """Those of the trusts that this person may see."""
        return self.filter(trust__in=trusts_visible_to(user))

    def in_force(self, on: date) -> "SelfSignOffPermitQuerySet":
        """Given, not withdrawn, and not past its last day."""
        return self.filter(withdrawn_at=None, until_date__gte=on)


class SelfSignOffPermit(models.Model):
    """NHS Improvement allows a trust, on record and for a time, that a signatory signs what they uploaded themselves."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="self_sign_off_permits")
    reason = models.TextField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    until_date = models.DateField(help_text="The last day on which it holds")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SelfSignOffPermitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"Permit for {self.trust} until {self.until_date}"
