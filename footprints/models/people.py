"""People who sign in, and the roles they hold. Who may do what with a role is in `footprints.access`."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from footprints.models.regions import Region


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this e-mail address. Raises User.DoesNotExist."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who can sign in with an e-mail address, which is kept in small letters."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(name="user_email_in_small_letters", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="user_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the e-mail address in small letters."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @cached_property
    def current_roles(self) -> tuple["Role", ...]:
        """The roles held today, read once per request; none when the person has been switched off."""
        if not self.is_active or self.pk is None:
            return ()
        roles = Role.objects.current().filter(user=self).select_related("trust", "footprint")
        return tuple(roles.order_by("kind", "pk"))


class RoleKind(models.TextChoices):
    """What a person can be, with the words that a page uses for it."""

    PREPARER = "preparer", "preparer"
    SIGNATORY = "signatory", "signatory"
    CHIEF_EXECUTIVE = "chief_executive", "chief executive"
    STP_LEAD = "stp_lead", "STP lead"
    STP_MEMBER = "stp_member", "STP team member"
    SUPPORT_MANAGER = "support_manager", "support manager"
    REGIONAL_DIRECTOR = "regional_director", "regional director"
    COLLECTION_MANAGER = "collection_manager", "collection manager"
    ANALYST = "analyst", "analyst"
    AUDITOR = "auditor", "auditor"
    ADMINISTRATOR = "administrator", "administrator"


TRUST_KINDS = frozenset({RoleKind.PREPARER, RoleKind.SIGNATORY, RoleKind.CHIEF_EXECUTIVE})
"""Roles that belong to one trust."""
FOOTPRINT_KINDS = frozenset({RoleKind.STP_LEAD, RoleKind.STP_MEMBER})
"""Roles that belong to one footprint."""
REGION_KINDS = frozenset({RoleKind.SUPPORT_MANAGER, RoleKind.REGIONAL_DIRECTOR})
"""Roles that belong to one region, or to the nation where none is given."""
FIGURE_KINDS = frozenset(RoleKind) - {RoleKind.ADMINISTRATOR}
"""Roles that reach figures at all."""


class RoleQuerySet(models.QuerySet["Role"]):
    """Roles, narrowed."""

    def current(self, on: date | None = None) -> Self:
        """Roles held on a day (today when not given)."""
        day = on or timezone.localdate()
        return self.not_ended(day).filter(from_date__lte=day)

    def not_ended(self, day: date) -> Self:
        """Roles held on a day or to be held from a later day on."""
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gt=day) & Q(to_date__gt=F("from_date")))


_OF_A_TRUST = Q(kind__in=sorted(TRUST_KINDS), trust__isnull=False, footprint__isnull=True, region="")
_OF_A_FOOTPRINT = Q(kind__in=sorted(FOOTPRINT_KINDS), trust__isnull=True, footprint__isnull=False, region="")
_OF_A_REGION = Q(
    kind__in=sorted(REGION_KINDS),
    trust__isnull=True,
    footprint__isnull=True,
    region__in=["", *Region.values],
)
_OF_THE_NATION = Q(
    kind__in=sorted(frozenset(RoleKind) - TRUST_KINDS - FOOTPRINT_KINDS - REGION_KINDS),
    trust__isnull=True,
    footprint__isnull=True,
    region="",
)


class Role(models.Model):
    """A person is something, somewhere, for a time. Withdrawing sets the end: rows are not removed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind)
    trust = models.ForeignKey("footprints.Trust", on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    footprint = models.ForeignKey(
        "footprints.Footprint", on_delete=models.PROTECT, null=True, blank=True, related_name="roles"
    )
    region = models.CharField(max_length=20, blank=True)
    """Only for the kinds of a region: one of the four regions, or blank for the nation."""
    from_date = models.DateField(default=timezone.localdate)
    to_date = models.DateField(null=True, blank=True)
    """The first day on which the role is no longer held."""
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="roles_granted")
    """Nobody when the portal itself set the role up; the event then names the part of the portal."""
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    covers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="covered_by")
    """The role of the person who is away, where this is a deputy's for a period."""

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["user", "kind", "from_date"]
        constraints = [
            models.CheckConstraint(
                name="role_belongs_where_its_kind_says",
                condition=_OF_A_TRUST | _OF_A_FOOTPRINT | _OF_A_REGION | _OF_THE_NATION,
            ),
            models.CheckConstraint(
                name="role_starts_before_it_ends",
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
            ),
            models.UniqueConstraint(
                name="role_held_once_at_a_time",
                fields=["user", "kind", "trust", "footprint", "region"],
                condition=Q(to_date__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="role_of_a_deputy_ends", condition=Q(covers__isnull=True) | Q(to_date__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.in_words()}"

    @property
    def last_date(self) -> date | None:
        """The last day on which the role is held; None while no end is known."""
        return self.to_date - timedelta(days=1) if self.to_date else None

    def in_words(self) -> str:
        """For example "preparer for Barts Health NHS Trust", "support manager for London", "analyst for England"."""
        place = self.trust or self.footprint or self.region or "England"
        cover = " (deputy)" if self.covers_id else ""
        return f"{RoleKind(self.kind).label}{cover} for {place}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, narrowed."""

    def waiting(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Somebody is asked to take up a role. The person exists at once, and can sign in once they have chosen a password."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True, help_text="Of the secret in the address that was sent")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-invited_at", "-pk"]

    def __str__(self) -> str:
        return f"Invitation of {self.user}"
