"""An administrator invites a signatory, who accepts from the letter and invites a preparer: in a browser, at both widths."""

import re

import pytest
from django.utils import timezone

from footprints.models import Letter, Role, RoleKind
from tests.conftest import WIDTHS
from tests.factories import InvitationFactory, RoleFactory, TrustFactory, UserFactory
from tests.journeys.story import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password for one test"
NEW_PASSWORD = "three quiet otters"


def address_in_letter(email: str) -> str:
    """What the person opens: the address in the latest letter to them that waits to be sent."""
    letter = Letter.objects.filter(to__email=email).latest("pk")
    return re.search(r"/invitations/\S+/", letter.text)[0]


def finds_nothing_in_the_way(person: Person) -> None:
    """On a desk and on a phone."""
    for width in WIDTHS.values():
        person.page.set_viewport_size(width)
        person.finds_nothing_in_the_way()


def test_a_signatory_is_invited_and_invites_a_preparer(desktop_page, axe) -> None:
    trust = TrustFactory(ods_code="R1H", name="Barts Health NHS Trust")
    administrator = RoleFactory(
        kind=RoleKind.ADMINISTRATOR, user__name="Ada Admin", user__email="ada@example.nhs.uk", user__password=PASSWORD
    ).user
    somebody = Person(desktop_page, axe)
    page = desktop_page

    somebody.signs_in(administrator.email, PASSWORD)
    page.get_by_role("button", name="Invite people and give roles").click()
    finds_nothing_in_the_way(somebody)
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail address", exact=True).fill("tom@barts.example")
    page.get_by_label("Full name").fill("Tom Okafor")
    page.get_by_label("Role", exact=True).select_option("signatory")
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("link", name="Choose a place").wait_for()
    finds_nothing_in_the_way(somebody)
    page.get_by_label("Place", exact=True).select_option("trust:R1H")
    page.get_by_role("button", name="Invite").click()
    somebody.sees("We are writing to tom@barts.example.")
    page.get_by_role("link", name="Tom Okafor").click()
    somebody.sees("Invited, not yet accepted")
    finds_nothing_in_the_way(somebody)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()

    opened = address_in_letter("tom@barts.example")
    page.goto(opened)
    somebody.sees("Ada Admin invites tom@barts.example to be signatory for Barts Health NHS Trust.")
    finds_nothing_in_the_way(somebody)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Accept and sign in").click()
    page.get_by_role("heading", name="What to do next").wait_for()

    page.get_by_role("link", name="People of Barts Health NHS Trust").click()
    somebody.sees("Nobody is preparer for Barts Health NHS Trust today.")
    page.get_by_label("E-mail address").fill("amina@barts.example")
    page.get_by_label("Full name").fill("Amina Khan")
    page.get_by_role("button", name="Invite").click()
    somebody.sees("They become a preparer for Barts Health NHS Trust.")
    finds_nothing_in_the_way(somebody)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()

    page.goto(opened)
    somebody.sees("This invitation has been used")
    finds_nothing_in_the_way(somebody)
    page.goto(address_in_letter("amina@barts.example"))
    somebody.sees("Tom Okafor invites amina@barts.example to be preparer for Barts Health NHS Trust.")
    assert {role.kind for role in Role.objects.filter(trust=trust)} == {"signatory", "preparer"}


def test_pages_about_one_person_and_one_role(phone_page, axe) -> None:
    trust = TrustFactory(name="The Royal Example and Somewhere Very Long University Hospitals NHS Foundation Trust")
    admin = RoleFactory(kind=RoleKind.ADMINISTRATOR, user__email="ada@example.nhs.uk", user__password=PASSWORD)
    signatory = RoleFactory(kind=RoleKind.SIGNATORY, trust=trust, user__password=PASSWORD)
    RoleFactory(kind=RoleKind.SIGNATORY, trust=trust, covers=signatory, to_date=timezone.localdate().replace(year=2100))
    InvitationFactory(role__trust=trust, role__user=UserFactory(email=f"{'very.long.' * 6}name@example.nhs.uk"))
    RoleFactory(user=signatory.user, kind=RoleKind.AUDITOR, to_date=timezone.localdate())
    somebody = Person(phone_page, axe)
    somebody.signs_in(admin.user.email, PASSWORD)
    for address in (
        f"/people/{signatory.user_id}/",
        f"/people/{signatory.user_id}/grant/",
        f"/people/{signatory.user_id}/leave/",
        f"/people/roles/{signatory.pk}/withdraw/",
        f"/people/roles/{signatory.pk}/cover/",
        f"/trusts/{trust.ods_code}/people/",
    ):
        phone_page.goto(address)
        finds_nothing_in_the_way(somebody)
