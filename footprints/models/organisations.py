"""Footprints and trusts, which trust belonged where and when, and figures about trusts that are already public."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from footprints.models.people import FIGURE_KINDS, FOOTPRINT_KINDS, REGION_KINDS, TRUST_KINDS, Role, User
from footprints.models.regions import Region


class TrustType(models.TextChoices):
    """What kind of care a trust mostly gives, as in its ERIC return."""

    ACUTE = "acute", "acute"
    SPECIALIST = "specialist", "specialist"
    MENTAL_HEALTH = "mental_health", "mental health"
    COMMUNITY = "community", "community"
    AMBULANCE = "ambulance", "ambulance"


class AcuteSize(models.TextChoices):
    """The ERIC size class of an acute trust; other trusts have none."""

    SMALL = "small", "small"
    MEDIUM = "medium", "medium"
    LARGE = "large", "large"
    TEACHING = "teaching", "teaching"
    MULTI_SERVICE = "multi_service", "multi-service"


class PublishedUnit(models.TextChoices):
    """Units of published figures. Pounds are whole pounds here, unlike the returns, which are in thousands."""

    POUNDS = "pounds", "pounds"
    SQUARE_METRES = "square_metres", "square metres"
    WTE = "wte", "whole-time equivalents"
    COUNT = "count", "count"


def _held_on(day: date) -> Q:
    """Rows whose half-open span, from `from_date` up to but not on `to_date`, holds this day."""
    return Q(from_date__lte=day) & (Q(to_date__isnull=True) | Q(to_date__gt=day))


class FootprintQuerySet(models.QuerySet["Footprint"]):
    """Footprints, narrowed."""

    def in_scope_of(self, roles: Iterable[Role]) -> Self:
        """Footprints that these roles reach: a footprint role its own, an NHSI role its region's or all."""
        scope = Q(pk__in=())
        for role in roles:
            if role.kind in FOOTPRINT_KINDS:
                scope |= Q(pk=role.footprint_id)
            elif role.kind in REGION_KINDS and role.region:
                scope |= Q(region=role.region)
            elif role.kind in FIGURE_KINDS and role.kind not in TRUST_KINDS:
                return self
        return self.filter(scope)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Footprints whose returns the person may see by name. Trust roles and administrators see none."""
        return self.in_scope_of(user.current_roles if isinstance(user, User) else ())


class Footprint(models.Model):
    """One of the 44 areas of England, published in March 2016, whose NHS bodies and councils plan together."""

    ons_code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=20, choices=Region.choices)
    leader_name = models.CharField(max_length=120, blank=True)
    """The published leader of March 2016; blank where no public page was found. It confers no role."""
    leader_post = models.CharField(max_length=200, blank=True)
    leader_source = models.CharField(max_length=200, blank=True)

    objects = FootprintQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="footprint_region_is_known", condition=Q(region__in=Region.values)),
        ]

    def __str__(self) -> str:
        return self.name


class TrustQuerySet(models.QuerySet["Trust"]):
    """Trusts, narrowed."""

    def in_scope_of(self, roles: Iterable[Role], on: date | None = None) -> Self:
        """Trusts that these roles reach on a day (today when not given), whatever the roles may do there. The people of a trust
        that took another over answer for both.
        """
        scope = Q(pk__in=())
        for role in roles:
            if role.kind in TRUST_KINDS:
                scope |= Q(pk=role.trust_id) | Q(successor=role.trust_id)
            elif role.kind in FOOTPRINT_KINDS:
                members = Membership.objects.current(on).filter(footprint=role.footprint)
                scope |= Q(pk__in=members.values("trust_id"))
            elif role.kind in REGION_KINDS and role.region:
                scope |= Q(region=role.region)
            elif role.kind in FIGURE_KINDS:
                return self
        return self.filter(scope)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Trusts whose figures the person may see by name; none for an administrator or somebody not signed in."""
        return self.in_scope_of(user.current_roles if isinstance(user, User) else ())

    def open_on(self, day: date) -> Self:
        """Trusts that existed on the day. A trust without an opening date is taken to have been open already."""
        opened = Q(opened_date__isnull=True) | Q(opened_date__lte=day)
        return self.filter(opened, Q(closed_date__isnull=True) | Q(closed_date__gte=day))

    def in_footprint(self, footprint: Footprint, on: date | None = None) -> Self:
        """Trusts that belong to the footprint on a day (today when not given)."""
        members = Membership.objects.current(on).filter(footprint=footprint)
        return self.filter(pk__in=members.values("trust_id"))


class Trust(models.Model):
    """An NHS trust or NHS foundation trust of England."""

    ods_code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=160)
    trust_type = models.CharField(max_length=20, choices=TrustType)
    acute_size = models.CharField(max_length=20, choices=AcuteSize, blank=True)
    is_foundation_trust = models.BooleanField()
    region = models.CharField(max_length=20, choices=Region.choices)
    postcode = models.CharField(max_length=8, blank=True)
    """Of the headquarters, about 2017/18."""
    opened_date = models.DateField(null=True, blank=True)
    closed_date = models.DateField(null=True, blank=True)
    """The last day on which the trust existed."""
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    """The trust that took it over, whose people answer for it from then on."""
    later_name = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=300, blank=True)
    footprints = models.ManyToManyField(Footprint, through="Membership", related_name="trusts")

    objects = TrustQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="trust_type_is_known", condition=Q(trust_type__in=TrustType.values)),
            models.CheckConstraint(name="trust_region_is_known", condition=Q(region__in=Region.values)),
            models.CheckConstraint(
                name="trust_size_only_if_acute",
                condition=Q(acute_size="") | Q(acute_size__in=AcuteSize.values, trust_type=TrustType.ACUTE),
            ),
            models.CheckConstraint(
                name="trust_with_a_successor_closed",
                condition=Q(successor__isnull=True) | (Q(closed_date__isnull=False) & ~Q(successor=F("pk"))),
            ),
            models.CheckConstraint(
                name="trust_opens_before_it_closes",
                condition=Q(opened_date__isnull=True)
                | Q(closed_date__isnull=True)
                | Q(closed_date__gte=F("opened_date")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open_on(self, day: date) -> bool:
        """Whether the trust existed on the day, both its first and its last day included."""
        opened = self.opened_date is None or self.opened_date <= day
        return opened and (self.closed_date is None or self.closed_date >= day)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, narrowed."""

    def current(self, on: date | None = None) -> Self:
        """Memberships that hold on a day (today when not given)."""
        return self.filter(_held_on(on or timezone.localdate()))


class Membership(models.Model):
    """A trust belongs to a footprint for a time. Trusts move, and an ambulance trust belongs to several at once.

    The database refuses two memberships of one trust in one footprint whose times overlap (see the second migration).
    """

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="memberships")
    footprint = models.ForeignKey(Footprint, on_delete=models.PROTECT, related_name="memberships")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    """The first day on which it no longer holds."""
    source = models.CharField(max_length=80)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["trust", "footprint", "from_date"]
        constraints = [
            models.CheckConstraint(
                name="membership_starts_before_it_ends",
                condition=Q(to_date__isnull=True) | Q(to_date__gt=F("from_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trust} in {self.footprint}"


class PublishedFigure(models.Model):
    """One figure about one trust that was published by others, used to pre-fill, to check and to compare."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="published_figures")
    year = models.CharField(max_length=7)
    """The financial year, written 2015/16."""
    measure = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    unit = models.CharField(max_length=20, choices=PublishedUnit)
    is_partial = models.BooleanField(default=False)
    """True when some of the trust's sites gave no figure, so that the sum is too small."""
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["trust", "year", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["trust", "year", "measure"], name="one_published_figure_per_measure"),
            models.CheckConstraint(name="published_unit_is_known", condition=Q(unit__in=PublishedUnit.values)),
            models.CheckConstraint(name="published_year_is_financial", condition=Q(year__regex=r"^20\d\d/\d\d$")),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.trust}, {self.year}"
