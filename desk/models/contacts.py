"""Who spoke with a trust, what was said, who looks after it, and when it is left in peace."""

from datetime import date, time
from typing import ClassVar, Final

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.access_table import ALLOWED
from footprints.models import Footprint, Role, Trust, User
from submissions.models import Return

CHASERS = frozenset(kind for kind, actions in ALLOWED.items() if "chase" in actions)
"""The roles whose holders look after returns."""

NOON: Final = time(12)
"""A contact of an earlier day is kept as of noon: at which hour it was, nobody is asked."""


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts, narrowed."""

    def visible_to(self, user: User) -> "ContactQuerySet":
        """Those of the trusts whose desk this person may see; trusts and their leads see none."""
        return self.filter(return_record__trust__in=trusts_visible_to(user, "see_desk"))


class Contact(models.Model):
    """One call, e-mail or meeting about one return."""

    class Kind(models.TextChoices):
        """How it was."""

        CALL = "call", "Call"
        EMAIL = "email", "E-mail"
        MEETING = "meeting", "Meeting"

    return_record = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    with_whom = models.CharField(max_length=120, help_text="Whom they spoke with; nobody answering is also a contact")
    reached = models.BooleanField(default=True, help_text="Whether somebody was reached")
    said = models.TextField(help_text="What was said")
    promised_date = models.DateField(null=True, blank=True, help_text="The day by which they promised the return")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["return_record", "-at"], name="contact_history")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} about {self.return_record}"

    @property
    def hour_is_known(self) -> bool:
        """Whether it was written down as it happened, rather than later for an earlier day."""
        return timezone.localtime(self.at).time() != NOON


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments, narrowed."""

    def in_force(self) -> "AssignmentQuerySet":
        """Those that have not ended."""
        return self.filter(ended_at=None)

    def held_on(self, day: date) -> "AssignmentQuerySet":
        """Of those, the ones whose manager may still chase returns there on a day. Whoever left or does something else looks after
        nothing, whether somebody else was assigned or not."""
        held = Role.objects.current(day).filter(user=OuterRef("manager"), kind__in=CHASERS)
        there = Q(region="") | Q(region=OuterRef("trust__region")) | Q(region=OuterRef("footprint__region"))
        return self.in_force().filter(Exists(held.filter(there)), manager__is_active=True)


class Assignment(models.Model):
    """A support manager looks after one trust, or one footprint, from one moment to another."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    footprint = models.ForeignKey(
        Footprint, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(trust=None, footprint__isnull=False) | Q(trust__isnull=False, footprint=None),
                name="assignment_of_a_trust_or_a_footprint",
            ),
            models.UniqueConstraint(
                fields=["trust"], condition=Q(ended_at=None, trust__isnull=False), name="one_manager_per_trust"
            ),
            models.UniqueConstraint(
                fields=["footprint"],
                condition=Q(ended_at=None, footprint__isnull=False),
                name="one_manager_per_footprint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manager} for {self.trust or self.footprint}"


class PauseQuerySet(models.QuerySet["Pause"]):
    """Pauses, narrowed."""

    def in_force(self, on: date) -> "PauseQuerySet":
        """Those that hold on a day."""
        return self.filter(ended_at=None, until_date__gte=on)


class Pause(models.Model):
    """A trust is sent no reminders for a time."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="pauses")
    reason = models.TextField()
    until_date = models.DateField(help_text="The last day without reminders")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"No reminders to {self.trust} until {self.until_date}"
