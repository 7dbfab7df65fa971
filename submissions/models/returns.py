"""Collections, and the returns that trusts owe to them."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from footprints.access import trusts_visible_to
from footprints.models import Trust, User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from submissions.models.files import Submission


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Collections, narrowed."""

    def rounds(self) -> "CollectionQuerySet":
        """All but pilots."""
        return self.filter(purpose=Collection.Purpose.ROUND)


class Collection(models.Model):
    """One round of one template: its dates, who owes a return to it, and by which rules it is run."""

    class Purpose(models.TextChoices):
        """What it is for. The returns of a pilot never mix with those of a round."""

        ROUND = "round", "Round"
        PILOT = "pilot", "Pilot"

    class OwedBy(models.TextChoices):
        """Which trusts owe a return."""

        ALL = "all", "Every trust"
        TYPES = "types", "Trusts of some types"
        LIST = "list", "Trusts on a list"

    class SignOffRule(models.TextChoices):
        """What a return needs, once its file is accepted."""

        SIGNATORY = "signatory", "A signatory of the trust signs it, who did not upload it"
        NOT_NEEDED = "not_needed", "Nobody needs to sign it"

    template = models.CharField(max_length=30)
    version = models.CharField(max_length=10)
    year = models.CharField(max_length=7, help_text="The financial year of the figures, such as 2015/16")
    name = models.CharField(max_length=100)
    opens_date = models.DateField()
    due_date = models.DateField()
    closes_date = models.DateField(
        null=True, blank=True, help_text="The last day on which files are taken; open until it is closed when not given"
    )
    purpose = models.CharField(max_length=5, choices=Purpose.choices, default=Purpose.ROUND)
    owed_by = models.CharField(max_length=5, choices=OwedBy.choices, default=OwedBy.ALL)
    trust_types = models.JSONField(default=list, blank=True, help_text="The types of trust, where some owe a return")
    sign_off_rule = models.CharField(max_length=10, choices=SignOffRule.choices, default=SignOffRule.SIGNATORY)
    ladder = models.CharField(max_length=30, blank=True, help_text="The ladder of reminders; none are sent when empty")
    extension_days = models.PositiveSmallIntegerField(
        default=10,
        help_text="By so many working days a support manager may extend a return; more is for a collection manager",
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it was closed by hand")
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    illustrative = models.BooleanField(
        default=False, help_text="Filled with made-up figures, and labelled so wherever shown"
    )

    objects = CollectionQuerySet.as_manager()

    if TYPE_CHECKING:
        returns: RelatedManager["Return"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "year", "name"], name="one_collection_of_a_name"),
            models.CheckConstraint(
                condition=Q(due_date__gte=models.F("opens_date")), name="collection_due_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(closes_date=None) | Q(closes_date__gte=models.F("due_date")),
                name="collection_closes_after_due",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="collection_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pilot(self) -> bool:
        """Whether it tries a template out with some trusts."""
        return self.purpose == Collection.Purpose.PILOT

    @property
    def needs_sign_off(self) -> bool:
        """Whether an accepted return waits for a signature."""
        return self.sign_off_rule == Collection.SignOffRule.SIGNATORY

    def is_open_on(self, day: date) -> bool:
        """Whether files are taken on a day: from the day it opens to the day it closes, both included, unless somebody closed it."""
        ended = self.closed_at is not None or (self.closes_date is not None and day > self.closes_date)
        return self.opens_date <= day and not ended


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
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_reason = models.TextField(
        blank=True, help_text="Why it stands in the register, where somebody added it by hand"
    )

    objects = ReturnQuerySet.as_manager()

    if TYPE_CHECKING:
        submissions: RelatedManager["Submission"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "trust"], name="one_return_per_trust_and_collection")
        ]

    def __str__(self) -> str:
        return f"{self.collection} from {self.trust}"
