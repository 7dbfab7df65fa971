from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from footprints.models import Footprint, Membership, Region, Role, RoleKind, Trust, User
from tests.factories import (
    FootprintFactory,
    MembershipFactory,
    PublishedFigureFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2017, 4, 1)


@pytest.mark.parametrize(
    ("opened", "closed", "open_"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (DAY - timedelta(1), None, True),
        (DAY + timedelta(1), None, False),
        (None, DAY - timedelta(1), False),
        (None, DAY + timedelta(1), True),
    ],
)
def test_open_on_says_the_same_in_python_and_in_the_database(opened, closed, open_):
    trust = TrustFactory(opened_date=opened, closed_date=closed)
    assert trust.is_open_on(DAY) is open_
    assert Trust.objects.open_on(DAY).exists() is open_


def test_membership_holds_from_its_first_day_up_to_but_not_on_its_end():
    membership = MembershipFactory(from_date=DAY, to_date=DAY + timedelta(2))
    held = [
        Trust.objects.in_footprint(membership.footprint, on=DAY + timedelta(days)).exists() for days in (-1, 0, 1, 2)
    ]
    assert held == [False, True, True, False]


def test_a_trust_may_move_and_may_belong_to_several_footprints():
    trust, first, second = TrustFactory(), FootprintFactory(), FootprintFactory()
    MembershipFactory(trust=trust, footprint=first, to_date=DAY)
    MembershipFactory(trust=trust, footprint=first, from_date=DAY)
    MembershipFactory(trust=trust, footprint=second)
    assert set(trust.footprints.all()) == {first, second}
    assert list(Trust.objects.in_footprint(first)) == [trust]
    assert Membership.objects.current(DAY).count() == 2


@pytest.mark.parametrize(
    ("from_date", "to_date"), [(date(2016, 3, 15), None), (date(2016, 1, 1), DAY), (DAY - timedelta(1), None)]
)
def test_the_database_refuses_overlapping_memberships(from_date, to_date):
    one = MembershipFactory(to_date=DAY)
    with pytest.raises(IntegrityError, match="memberships_do_not_overlap"):
        MembershipFactory(trust=one.trust, footprint=one.footprint, from_date=from_date, to_date=to_date)


@pytest.mark.parametrize(
    ("make", "values", "constraint"),
    [
        (TrustFactory, {"trust_type": "dental"}, "trust_type_is_known"),
        (TrustFactory, {"region": "Wales"}, "trust_region_is_known"),
        (TrustFactory, {"trust_type": "community", "acute_size": "small"}, "trust_size_only_if_acute"),
        (TrustFactory, {"opened_date": DAY, "closed_date": date(2017, 3, 31)}, "trust_opens_before_it_closes"),
        (FootprintFactory, {"region": "Wales"}, "footprint_region_is_known"),
        (MembershipFactory, {"from_date": DAY, "to_date": DAY}, "membership_starts_before_it_ends"),
        (PublishedFigureFactory, {"unit": "acres"}, "published_unit_is_known"),
        (PublishedFigureFactory, {"year": "2015"}, "published_year_is_financial"),
        (RoleFactory, {"from_date": DAY, "to_date": date(2017, 3, 31)}, "role_starts_before_it_ends"),
        (UserFactory, {"name": ""}, "user_has_a_name"),
    ],
)
def test_the_database_refuses_what_cannot_be(make, values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        make(**values)


def test_one_figure_for_each_trust_year_and_measure():
    figure = PublishedFigureFactory(value=Decimal("1.2345"))
    with pytest.raises(IntegrityError, match="one_published_figure_per_measure"):
        PublishedFigureFactory(trust=figure.trust, measure=figure.measure)


def test_trust_codes_footprint_codes_and_addresses_are_single():
    for make, name in ((TrustFactory, "ods_code"), (FootprintFactory, "ons_code"), (UserFactory, "email")):
        assert make._meta.model._meta.get_field(name).unique


def test_an_email_address_is_one_whatever_its_capitals():
    user = UserFactory(email=" Ann.Lee@Example.NHS.uk ")
    assert user.email == "ann.lee@example.nhs.uk"
    assert User.objects.get_by_natural_key("ANN.LEE@example.nhs.uk") == user
    with pytest.raises(IntegrityError, match="user_email_in_small_letters"):
        User.objects.filter(pk=user.pk).update(email="Ann.Lee@example.nhs.uk")


def test_an_email_address_is_nobody_elses():
    UserFactory(email="ann.lee@example.nhs.uk")
    with pytest.raises(IntegrityError):
        UserFactory(email="Ann.Lee@example.nhs.uk")


@pytest.mark.parametrize("kind", RoleKind.values)
@pytest.mark.parametrize("place", ["trust", "footprint", "region", "trust and footprint", "nowhere"])
def test_a_role_belongs_where_its_kind_says(kind, place):
    right = {
        "preparer": {"trust"},
        "signatory": {"trust"},
        "chief_executive": {"trust"},
        "stp_lead": {"footprint"},
        "stp_member": {"footprint"},
        "support_manager": {"region", "nowhere"},
        "regional_director": {"region", "nowhere"},
    }.get(kind, {"nowhere"})
    role = Role(
        user=UserFactory(),
        kind=kind,
        trust=TrustFactory() if "trust" in place else None,
        footprint=FootprintFactory() if "footprint" in place else None,
        region=Region.LONDON if place == "region" else "",
    )
    if place in right:
        role.save()
        return
    with pytest.raises(IntegrityError, match="role_belongs_where_its_kind_says"):
        role.save()


def test_a_role_is_held_once_at_a_time():
    role = RoleFactory(kind="analyst", to_date=timezone.localdate())
    RoleFactory(user=role.user, kind="analyst")
    with pytest.raises(IntegrityError, match="role_held_once_at_a_time"):
        RoleFactory(user=role.user, kind="analyst")


def test_roles_current_on_a_day():
    role = RoleFactory(from_date=DAY, to_date=DAY + timedelta(1))
    assert [Role.objects.current(DAY + timedelta(days)).count() for days in (-1, 0, 1)] == [0, 1, 0]
    assert str(role) == f"{role.user.name}, preparer for {role.trust.name}"


@pytest.fixture
def england():
    """Two trusts in London's footprint, one of them an ambulance trust that also serves the South; one in the South."""
    london = FootprintFactory(name="London", region=Region.LONDON)
    south = FootprintFactory(name="South", region=Region.SOUTH)
    one, both = TrustFactory(region=Region.LONDON), TrustFactory(region=Region.LONDON, trust_type="ambulance")
    other = TrustFactory(region=Region.SOUTH)
    for trust, footprint in ((one, london), (both, london), (both, south), (other, south)):
        MembershipFactory(trust=trust, footprint=footprint)
    return {"london": london, "south": south, "one": one, "both": both, "other": other}


@pytest.mark.parametrize(
    ("kind", "place", "trusts", "footprints"),
    [
        ("preparer", {"trust": "one"}, "one", ""),
        ("signatory", {"trust": "other"}, "other", ""),
        ("stp_lead", {"footprint": "london"}, "one both", "london"),
        ("stp_member", {"footprint": "south"}, "both other", "south"),
        ("support_manager", {"region": "London"}, "one both", "london"),
        ("support_manager", {}, "one both other", "london south"),
        ("collection_manager", {}, "one both other", "london south"),
        ("analyst", {}, "one both other", "london south"),
        ("auditor", {}, "one both other", "london south"),
        ("administrator", {}, "", ""),
    ],
)
def test_visible_to_each_kind_of_role(kind, place, trusts, footprints, england):
    where = {name: england.get(value, value) for name, value in place.items()}
    user = RoleFactory(kind=kind, **where).user
    assert set(Trust.objects.visible_to(user)) == {england[name] for name in trusts.split()}
    assert set(Footprint.objects.visible_to(user)) == {england[name] for name in footprints.split()}


def test_names_stand_for_records():
    membership = MembershipFactory(trust__name="A NHS Trust", footprint__name="Devon")
    assert str(membership) == "A NHS Trust in Devon"
    figure = PublishedFigureFactory(trust=membership.trust, measure="income")
    assert str(figure) == "income of A NHS Trust, 2015/16"
