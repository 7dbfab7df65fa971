"""What every page gets: in which capacity it is shown, and where its person may go."""

import pytest
from django.test import Client
from django.urls import reverse

from footprints.models import RoleKind, User
from tests.factories import FootprintFactory, MembershipFactory, ReturnFactory, RoleFactory, TrustFactory

pytestmark = pytest.mark.django_db


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize("name", ["submissions:return", "benchmarks:comparison"])
def test_a_page_about_one_trust_says_what_the_person_is_for_that_trust(name: str) -> None:
    trust = TrustFactory(name="Barts Health NHS Trust")
    footprint = MembershipFactory(trust=trust, footprint=FootprintFactory(name="North East London")).footprint
    lead = RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint).user
    RoleFactory(user=lead, kind=RoleKind.SIGNATORY, trust=trust)
    RoleFactory(user=lead, kind=RoleKind.PREPARER, trust=TrustFactory(name="Elsewhere NHS Trust"))
    return_record = ReturnFactory(trust=trust, collection__template="back_office", collection__version="2016.1")
    shown = page(lead, reverse(name, args=[return_record.pk]))
    assert "You see this as signatory for Barts Health NHS Trust and STP lead for North East London." in shown
    assert "Elsewhere" not in shown


def test_a_page_about_no_trust_in_particular_names_every_role() -> None:
    role = RoleFactory(trust=TrustFactory(name="Barts Health NHS Trust"))
    RoleFactory(user=role.user, kind=RoleKind.AUDITOR)
    shown = page(role.user, "/")
    assert "You are signed in as auditor for England and preparer for Barts Health NHS Trust." in shown


@pytest.mark.parametrize(("kind", "led"), [(RoleKind.ADMINISTRATOR, True), (RoleKind.COLLECTION_MANAGER, False)])
def test_administrators_are_led_to_people(kind: RoleKind, led: bool) -> None:
    assert (f'href="{reverse("footprints:people")}"' in page(RoleFactory(kind=kind).user, "/")) is led


@pytest.mark.parametrize("kind", RoleKind)
def test_who_may_see_benchmarks_somewhere_is_led_to_the_measures_and_only_who_oversees_to_the_national_page(
    kind: RoleKind,
) -> None:
    overseeing = {
        RoleKind.SUPPORT_MANAGER, RoleKind.REGIONAL_DIRECTOR, RoleKind.COLLECTION_MANAGER, RoleKind.ANALYST,
        RoleKind.AUDITOR,
    }  # fmt: skip
    scope: dict[str, object] = {"trust": None}
    if kind in (RoleKind.PREPARER, RoleKind.SIGNATORY, RoleKind.CHIEF_EXECUTIVE):
        scope = {}
    elif kind in (RoleKind.STP_LEAD, RoleKind.STP_MEMBER):
        scope |= {"footprint": FootprintFactory()}
    elif kind in (RoleKind.SUPPORT_MANAGER, RoleKind.REGIONAL_DIRECTOR):
        scope |= {"region": "North"}
    shown = page(RoleFactory(kind=kind, **scope).user, "/")
    assert (f'href="{reverse("benchmarks:metrics")}"' in shown) is (kind != RoleKind.ADMINISTRATOR)
    assert (f'href="{reverse("benchmarks:national")}"' in shown) is (kind in overseeing)
