"""Collections, and the returns that trusts owe to them."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from footprints.access import trusts_visible_to
from footprints.models import Trust, User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from submissions.models.files import Submission


class Collection(models.Model):
    """One round of one template, with its dates."""

    template = models.CharField(max_length=30)
    version = models.CharField(max_length=10)
    year = models.CharField(max_length=7, help_text="The financial year of the figures, such as 2015/16")
    name = models.CharField(max_length=100)
    opens_date = models.DateField()
    due_date = models.DateField()
    illustrative = models.BooleanField(
        default=False, help_text="Filled with made-up figures, and labelled so wherever shown"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "year", "name"], name="one_collection_of_a_name"),
            models.CheckConstraint(
                condition=Q(due_date__gte=models.F("opens_date")), name="collection_due_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns, filtered by who may see them and where they stand."""

    def visible_to(self, user: User) -> "ReturnQuerySet":
        """The returns of the trusts that this person may see."""
        return self.filter(trust__in=trusts_visible_to(user))


class Return(models.Model):
    """What one trust owes to one collection."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="returns")
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="returns")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When somebody of the trust first looked at it")
    downloaded_at = models.DateTimeField(null=True, blank=True, help_text="When the workbook was first downloaded")

    objects = ReturnQuerySet.as_manager()

    if TYPE_CHECKING:
        submissions: RelatedManager["Submission"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "trust"], name="one_return_per_trust_and_collection")
        ]

    def __str__(self) -> str:
        return f"{self.collection} from {self.trust}"
