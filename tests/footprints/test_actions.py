import pytest
from django.core.exceptions import ValidationError

from footprints.access import NotAllowed, may
from footprints.actions import CannotChangePeople, create_person, grant_role, withdraw_role
from footprints.models import Event, Role, RoleKind, User
from tests.factories import FootprintFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return RoleFactory(kind="administrator").user


def test_create_person(administrator):
    person = create_person(by=administrator, email=" Ann.Lee@example.nhs.uk", name="Ann Lee", password="quiet-otter-47")
    assert (person.email, person.name) == ("ann.lee@example.nhs.uk", "Ann Lee")
    assert person.check_password("quiet-otter-47")
    event = Event.objects.get()
    assert (event.verb, event.user, event.subject) == ("person_created", administrator, f"user:{person.pk}")
    assert "ann" not in str(event.detail)


def test_create_person_without_password_and_by_a_part_of_the_portal():
    person = create_person(by="examples", email="ann@example.nhs.uk", name="Ann Lee")
    assert not person.has_usable_password()
    assert Event.objects.get().system == "examples"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "ann"},
        {"name": " "},
        {"password": "short"},
        {"password": "ann.lee@example"},
        {"email": "TAKEN@nhs.uk"},
    ],
)
def test_create_person_refuses_what_will_not_do(wrong, administrator):
    UserFactory(email="taken@nhs.uk")
    given = {"email": "ann.lee@example.nhs.uk", "name": "Ann Lee", "password": "quiet-otter-47", **wrong}
    with pytest.raises(ValidationError):
        create_person(by=administrator, **given)
    assert User.objects.count() == 2
    assert not Event.objects.exists()


@pytest.mark.parametrize("kind", sorted(set(RoleKind.values) - {"administrator"}))
def test_only_administrators_manage_people(kind):
    somebody, role = RoleFactory(kind=kind).user, RoleFactory()
    for attempt in (
        lambda: create_person(by=somebody, email="x@nhs.uk", name="X"),
        lambda: grant_role(by=somebody, to=UserFactory(), kind=RoleKind.ANALYST),
        lambda: withdraw_role(by=somebody, role=role),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert not Event.objects.exists()


def test_grant_then_withdraw_takes_effect_at_once(administrator):
    person, trust = UserFactory(), TrustFactory()
    assert not may(person, "upload", trust=trust)
    role = grant_role(by=administrator, to=person, kind=RoleKind.PREPARER, trust=trust)
    assert may(person, "upload", trust=trust)
    assert role.granted_by == administrator
    ended = withdraw_role(by=administrator, role=role)
    assert not may(User.objects.get(pk=person.pk), "upload", trust=trust)
    assert ended.to_date == ended.from_date
    verbs = list(Event.objects.order_by("pk").values_list("verb", "subject", "trust"))
    assert verbs == [
        ("role_granted", f"user:{person.pk}", trust.pk),
        ("role_withdrawn", f"user:{person.pk}", trust.pk),
    ]
    assert Event.objects.filter(detail__role=role.pk, detail__kind="preparer").count() == 2


def test_withdrawing_twice_is_withdrawing_once(administrator):
    role = RoleFactory()
    first = withdraw_role(by=administrator, role=role)
    assert withdraw_role(by=administrator, role=role).to_date == first.to_date
    assert Event.objects.count() == 1


def test_grant_refuses_a_place_that_does_not_go_with_the_kind(administrator):
    for place in ({}, {"footprint": FootprintFactory()}, {"region": "London"}):
        with pytest.raises(ValidationError):
            grant_role(by=administrator, to=UserFactory(), kind=RoleKind.PREPARER, **place)
    assert not Event.objects.exists()


def test_grant_refuses_a_role_held_already(administrator):
    role = RoleFactory()
    with pytest.raises(CannotChangePeople, match=f"{role.user.email} is preparer for {role.trust} already"):
        grant_role(by=administrator, to=role.user, kind=RoleKind.PREPARER, trust=role.trust)
    national = RoleFactory(kind="analyst")
    with pytest.raises(CannotChangePeople):
        grant_role(by=administrator, to=national.user, kind=RoleKind.ANALYST)


def test_nobody_grants_a_role_to_themselves(administrator):
    with pytest.raises(NotAllowed, match="to yourself"):
        grant_role(by=administrator, to=administrator, kind=RoleKind.ANALYST)


def test_it_takes_two_administrators_to_make_a_third(administrator):
    person, second = UserFactory(), RoleFactory(kind="administrator").user
    for seconder in (None, administrator, person):
        with pytest.raises(NotAllowed, match="A second administrator"):
            grant_role(by=administrator, to=person, kind=RoleKind.ADMINISTRATOR, seconded_by=seconder)
    with pytest.raises(NotAllowed):
        grant_role(by=administrator, to=person, kind=RoleKind.ADMINISTRATOR, seconded_by=UserFactory())
    grant_role(by=administrator, to=person, kind=RoleKind.ADMINISTRATOR, seconded_by=second)
    assert Event.objects.get().detail["seconded_by"] == second.pk


def test_the_portal_itself_may_make_the_first_administrator():
    role = grant_role(by="examples", to=UserFactory(), kind=RoleKind.ADMINISTRATOR)
    assert role.granted_by is None
    assert Role.objects.current().get() == role
