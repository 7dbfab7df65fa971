"""Letters: every e-mail is a row before it is sent, so that none is lost and none is sent twice on purpose."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.models.organisations import Trust
from footprints.models.people import User


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters, narrowed."""

    def waiting(self) -> "LetterQuerySet":
        """Not sent yet, and due for a try, the oldest first."""
        return self.filter(sent_at=None, given_up_at=None, next_try_at__lte=timezone.now()).order_by("pk")

    def visible_to(self, user: User) -> "LetterQuerySet":
        """Those to this person: nobody reads another's."""
        return self.filter(to=user)

    def undeliverable(self) -> "LetterQuerySet":
        """Of each person whose last letter could not be delivered, that letter: their address is wrong, until a later one arrives."""
        failed = self.exclude(bounced_at=None, given_up_at=None).order_by()
        settled = self.exclude(sent_at=None, given_up_at=None, bounced_at=None).filter(to__in=failed.values("to"))
        last = settled.order_by("to_id", "-pk").distinct("to_id").values("pk")
        return failed.filter(pk__in=last)


class Letter(models.Model):
    """One e-mail to one person."""

    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="letters")
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=30, help_text="What it is about, such as findings or receipt")
    key = models.CharField(max_length=100, help_text="The same letter asked for twice is one letter")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    attachment_name = models.CharField(max_length=100, blank=True)
    attachment = models.BinaryField(blank=True, default=bytes)
    written_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(
        null=True, blank=True, help_text="When a report came that it could not be delivered"
    )
    trouble = models.TextField(blank=True, help_text="What the mail server said last")

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["to", "key"], name="one_letter_of_a_key_to_a_person")]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None, given_up_at=None), name="letter_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

    @property
    def could_not_be_delivered(self) -> bool:
        """Whether a mail server refused it for good, or reported later that it never arrived."""
        return self.given_up_at is not None or self.bounced_at is not None
