"""The log of what people did. Rows are added through `footprints.events.record` and never change."""

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone


class EventIsKept(TypeError):
    """Somebody tried to change or remove an event."""

    def __init__(self) -> None:
        super().__init__("Events can be added, but neither changed nor removed.")


class EventQuerySet(models.QuerySet["Event"]):
    """Events, narrowed; nothing here changes a row, and a trigger in the database refuses what slips past."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise EventIsKept

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise EventIsKept

    def delete(self) -> NoReturn:
        """Refuse."""
        raise EventIsKept


class Event(models.Model):
    """Who did what, as what, to which thing of which organisation, when and from where."""

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    verb = models.CharField(max_length=60)
    """What was done, in the past: `uploaded`, `signed_in`, `role_granted`."""
    user = models.ForeignKey("footprints.User", on_delete=models.PROTECT, null=True, related_name="events")
    system = models.CharField(max_length=60, blank=True)
    """The part of the portal that acted, when no person did."""
    roles = models.CharField(max_length=200, blank=True)
    """The kinds of role the person held at that moment, separated by commas."""
    subject = models.CharField(max_length=120, blank=True)
    """The thing it was done to, written kind:key, such as `submission:41`."""
    trust = models.ForeignKey("footprints.Trust", on_delete=models.PROTECT, null=True, related_name="events")
    footprint = models.ForeignKey("footprints.Footprint", on_delete=models.PROTECT, null=True, related_name="events")
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    address = models.GenericIPAddressField(null=True)
    """Where the request came from."""

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["verb", "subject", "at"], name="event_by_subject"),
            models.Index(fields=["verb", "address", "at"], name="event_by_address"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_has_one_actor",
                condition=Q(user__isnull=False, system="") | (Q(user__isnull=True) & ~Q(system="")),
            ),
            models.CheckConstraint(name="event_has_a_verb", condition=~Q(verb="")),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}".rstrip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refuse to change one."""
        if not self._state.adding:
            raise EventIsKept
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise EventIsKept
