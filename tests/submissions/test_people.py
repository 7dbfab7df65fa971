"""Who is written to about a trust."""

from datetime import timedelta

import pytest
from django.utils import timezone

from footprints.models import RoleKind
from submissions.queries.people import people_of
from tests.factories import RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db
BOTH = (RoleKind.PREPARER, RoleKind.SIGNATORY)


def test_each_once_by_name_of_this_trust_and_of_these_kinds():
    trust = TrustFactory()
    zoe = RoleFactory(trust=trust, kind=RoleKind.PREPARER, user=UserFactory(name="Zoe")).user
    RoleFactory(trust=trust, kind=RoleKind.SIGNATORY, user=zoe)
    adam = RoleFactory(trust=trust, kind=RoleKind.SIGNATORY, user=UserFactory(name="Adam")).user
    RoleFactory(trust=trust, kind=RoleKind.CHIEF_EXECUTIVE)
    RoleFactory(trust=TrustFactory(), kind=RoleKind.PREPARER)
    assert people_of(trust, BOTH) == [adam, zoe]
    assert people_of(trust, (RoleKind.PREPARER,)) == [zoe]


def test_nobody_who_has_left_comes_later_or_is_switched_off():
    trust, today = TrustFactory(), timezone.localdate()
    RoleFactory(trust=trust, to_date=today, from_date=today - timedelta(days=9))
    RoleFactory(trust=trust, from_date=today + timedelta(days=1))
    RoleFactory(trust=trust, user=UserFactory(is_active=False))
    assert people_of(trust, BOTH) == []


def test_the_people_of_the_trust_that_took_it_over():
    successor = TrustFactory()
    gone = TrustFactory(successor=successor, closed_date=timezone.localdate())
    person = RoleFactory(trust=successor).user
    assert people_of(gone, BOTH) == [person]
    RoleFactory(trust=gone, user=person)
    assert people_of(gone, BOTH) == [person]
