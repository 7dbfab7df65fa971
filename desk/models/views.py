"""What people keep of their desk."""

from typing import ClassVar

from django.db import models

from footprints.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views, narrowed."""

    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """The person's own."""
        return self.filter(user=user)


class SavedView(models.Model):
    """A name for the filters and the order of the desk, as its address writes them; each person has their own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="desk_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="one_desk_view_of_a_name")]

    def __str__(self) -> str:
        return self.name
