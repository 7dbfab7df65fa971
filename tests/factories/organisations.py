"""Organisations, people, letters and events. Passwords are unusable unless a test gives one, because hashing is slow."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory, Password

from footprints.models import (
    FOOTPRINT_KINDS,
    TRUST_KINDS,
    Event,
    Footprint,
    Invitation,
    Letter,
    Membership,
    PublishedFigure,
    Region,
    Role,
    RoleKind,
    Trust,
    TrustType,
    User,
)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.nhs.uk")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = Password(None)


class FootprintFactory(DjangoModelFactory):
    class Meta:
        model = Footprint

    ons_code = factory.Sequence(lambda n: f"E54{n:06}")
    name = factory.Sequence(lambda n: f"Footprint {n}")
    region = Region.NORTH


class TrustFactory(DjangoModelFactory):
    """A trust in no footprint; `MembershipFactory(trust=…)` puts it into one."""

    class Meta:
        model = Trust

    ods_code = factory.Sequence(lambda n: f"T{n:04}")
    name = factory.Sequence(lambda n: f"Trust {n} NHS Trust")
    trust_type = TrustType.ACUTE
    is_foundation_trust = False
    region = Region.NORTH


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    trust = factory.SubFactory(TrustFactory)
    footprint = factory.SubFactory(FootprintFactory)
    from_date = date(2016, 3, 15)
    source = "test"


class PublishedFigureFactory(DjangoModelFactory):
    class Meta:
        model = PublishedFigure

    trust = factory.SubFactory(TrustFactory)
    year = "2015/16"
    measure = factory.Sequence(lambda n: f"measure_{n}")
    value = Decimal("1000.0000")
    unit = "square_metres"
    source = "test"


class RoleFactory(DjangoModelFactory):
    """A role with the organisation that its kind needs: a new trust or footprint, or England."""

    class Meta:
        model = Role

    user = factory.SubFactory(UserFactory)
    kind = RoleKind.PREPARER
    from_date = date(2016, 4, 1)
    trust = factory.LazyAttribute(lambda role: TrustFactory() if role.kind in TRUST_KINDS else None)
    footprint = factory.LazyAttribute(lambda role: FootprintFactory() if role.kind in FOOTPRINT_KINDS else None)


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    verb = "tested"
    system = "tests"


class LetterFactory(DjangoModelFactory):
    class Meta:
        model = Letter

    to = factory.SubFactory(UserFactory)
    kind = "findings"
    key = factory.Sequence(lambda n: f"findings-{n}")
    subject = "What we found in your file"
    text = "2 errors in 1 sheet."


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    role = factory.SubFactory(RoleFactory)
    user = factory.LazyAttribute(lambda made: made.role.user)
    token_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
