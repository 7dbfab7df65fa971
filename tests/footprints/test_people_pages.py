"""An administrator's pages and those of a trust's signatory, as a client without a browser sees them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event, Invitation, Letter, Region, Role, RoleKind, User
from tests.factories import FootprintFactory, InvitationFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a password for one test"


def days(number: int):
    return timezone.localdate() + timedelta(days=number)


def typed(name: str, number: int) -> dict[str, str]:
    day = days(number)
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def administrator():
    return RoleFactory(kind=RoleKind.ADMINISTRATOR, user__name="Ada Admin", user__password=PASSWORD).user


@pytest.fixture
def admin(administrator):
    return signed_in(administrator)


@pytest.fixture
def signatory():
    return RoleFactory(kind=RoleKind.SIGNATORY, trust=TrustFactory(name="Own NHS Trust"), user__password=PASSWORD)


INVITED = {"email": "New.Person@example.nhs.uk", "name": "New Person", "kind": "preparer"}


class TestEverybody:
    def test_who_is_what(self, admin):
        InvitationFactory(role__user__name="Ann Lee", role__trust=TrustFactory(name="Barts Health"))
        page = text(admin.get(reverse("footprints:people")))
        assert "Ann Lee" in page
        assert "preparer for Barts Health" in page
        assert "Invited, not yet accepted" in page
        assert "You are signed in as administrator for England." in page

    @pytest.mark.parametrize("search", ["ann", "LEE@EXAMPLE", "barts", "rf4"])
    def test_search(self, search, admin):
        RoleFactory(
            user__name="Ann Lee",
            user__email="a.lee@example.nhs.uk",
            trust=TrustFactory(name="Barts Health", ods_code="RF4"),
        )
        RoleFactory(user__name="Bob", user__email="bob@nhs.uk")
        page = text(admin.get(reverse("footprints:people"), {"search": search}))
        assert "Ann Lee" in page
        assert "bob@nhs.uk" not in page
        assert "1 person" in page

    def test_nobody_found(self, admin):
        assert admin.get(reverse("footprints:people"), {"search": "\0"}).status_code == 200
        assert "Nobody is found by “zzz”" in text(admin.get(reverse("footprints:people"), {"search": "zzz"}))

    def test_many_people_take_no_more_queries_and_are_cut(self, admin, django_assert_max_num_queries):
        for _ in range(101):
            RoleFactory()
        with django_assert_max_num_queries(10):
            page = text(admin.get(reverse("footprints:people")))
        assert "102 people, the first 100 shown" in page


class TestInviting:
    def test_somebody_new(self, admin, administrator):
        trust = TrustFactory(name="Barts Health")
        answer = admin.post(reverse("footprints:invite"), INVITED | {"place": f"trust:{trust.ods_code}"}, follow=True)
        assert "We are writing to New.Person@example.nhs.uk." in text(answer)
        role = Role.objects.get(kind="preparer")
        assert (role.user.email, role.user.name, role.trust) == ("new.person@example.nhs.uk", "New Person", trust)
        assert (role.granted_by, role.from_date, role.to_date) == (administrator, days(0), None)
        assert role.invitations.get().invited_by == administrator

    @pytest.mark.parametrize(
        ("kind", "place"),
        [
            ("stp_lead", "footprint:E54000029"),
            ("support_manager", "region:London"),
            ("support_manager", "england"),
            ("auditor", "england"),
        ],
    )
    def test_to_every_kind_of_place(self, kind, place, admin):
        FootprintFactory(ons_code="E54000029")
        admin.post(reverse("footprints:invite"), INVITED | {"kind": kind, "place": place})
        role = Role.objects.get(kind=kind)
        assert (role.footprint.ons_code if role.footprint else role.region) == place.partition(":")[2]

    def test_for_a_period_of_whole_days(self, admin):
        given = INVITED | {"kind": "analyst", "place": "england"} | typed("from_date", 3) | typed("last_date", 5)
        admin.post(reverse("footprints:invite"), given)
        role = Role.objects.get(kind="analyst")
        assert (role.from_date, role.to_date, role.last_date) == (days(3), days(6), days(5))

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"email": "new"}, "Enter e-mail address in the form name@nhs.net"),
            ({"name": ""}, "Enter full name"),
            ({"kind": ""}, "Choose a role"),
            ({"place": "trust:NONE"}, "Choose place from the list"),
            ({"place": "england"}, "Preparer is a role for a trust. Choose one."),
            ({"kind": "regional_director"}, "Regional director is a role for a region or England. Choose one."),
            ({"kind": "stp_lead"}, "STP lead is a role for a footprint. Choose one."),
            (typed("from_date", -1), "The first day must be today or later."),
            (typed("from_date", 3) | typed("last_date", 2), "The last day must be the first day or later."),
            ({"email": "known@example.nhs.uk"}, "known@example.nhs.uk is preparer for Barts already."),
        ],
    )
    def test_what_will_not_do_is_said_beside_the_form(self, wrong, says, admin):
        trust = TrustFactory(name="Barts", ods_code="R1H")
        RoleFactory(user__email="known@example.nhs.uk", trust=trust)
        answer = admin.post(reverse("footprints:invite"), INVITED | {"place": "trust:R1H"} | wrong)
        assert answer.status_code == 422
        assert says in text(answer)
        assert not Invitation.objects.exists()

    def test_oneself_is_refused(self, admin, administrator):
        answer = admin.post(
            reverse("footprints:invite"),
            INVITED | {"email": administrator.email, "kind": "analyst", "place": "england"},
        )
        assert answer.status_code == 403
        assert "You cannot grant a role to yourself" in text(answer)


class TestTheSecondAdministrator:
    GIVEN = INVITED | {"kind": "administrator", "place": "england"}

    def test_agrees_with_their_own_password(self, admin):
        second = RoleFactory(kind="administrator", user__password="another password 1").user
        given = self.GIVEN | {"second_email": second.email, "second_password": "another password 1"}
        assert admin.post(reverse("footprints:invite"), given).status_code == 302
        assert Event.objects.get(verb="role_granted").detail["seconded_by"] == second.pk
        assert Event.objects.get(verb="agreed_to_administrator").user == second

    @pytest.mark.parametrize(
        ("who", "password", "says"),
        [
            ("", "", "A second administrator must agree"),
            ("second", "wrong", "The e-mail address or the password is not right"),
            ("first", PASSWORD, "must be somebody else who manages people"),
            ("auditor", "another password 1", "must be somebody else who manages people"),
        ],
    )
    def test_is_somebody_else_who_may_and_who_is_there(self, who, password, says, admin, administrator):
        people = {
            "second": RoleFactory(kind="administrator", user__password="another password 1").user,
            "auditor": RoleFactory(kind="auditor", user__password="another password 1").user,
            "first": administrator,
        }
        email = people[who].email if who else ""
        answer = admin.post(
            reverse("footprints:invite"), self.GIVEN | {"second_email": email, "second_password": password}
        )
        assert answer.status_code == 422
        assert says in text(answer)
        assert not User.objects.filter(email="new.person@example.nhs.uk").exists()
        assert password == "" or password not in text(answer)


class TestOnePerson:
    def test_roles_of_today_and_of_before(self, admin):
        role = RoleFactory(user__name="Ann Lee", user__password=PASSWORD, trust=TrustFactory(name="Barts"))
        RoleFactory(user=role.user, kind="auditor", to_date=days(-3))
        page = text(admin.get(reverse("footprints:person", args=[role.user_id])))
        assert "Signed up" in page
        assert "preparer for Barts" in page
        assert "Roles that ended" in page
        assert "auditor for England" in page

    def test_nobody(self, admin):
        assert admin.get(reverse("footprints:person", args=[10**9])).status_code == 404

    def test_another_role(self, admin):
        person = UserFactory(name="Ann Lee", password=PASSWORD)
        answer = admin.post(
            reverse("footprints:grant", args=[person.pk]), {"kind": "analyst", "place": "england"}, follow=True
        )
        assert "Ann Lee has another role" in text(answer)
        assert Role.objects.get(user=person).kind == "analyst"
        assert Letter.objects.get().kind == "role"

    def test_administrators_see_no_links_to_change_themselves(self, admin, administrator):
        page = text(admin.get(reverse("footprints:person", args=[administrator.pk])))
        assert "This is you." in page
        assert "Give another role" not in page

    def test_leaving_names_the_trusts_left_without(self, admin, signatory):
        address = reverse("footprints:leave", args=[signatory.user_id])
        assert "Somebody else is needed" in text(admin.get(address))
        answer = text(admin.post(address, typed("from_date", 0), follow=True))
        assert "Nobody signs or prepares from then on at Own NHS Trust. Invite somebody." in answer
        assert "Has left" in answer
        assert not User.objects.get(pk=signatory.user_id).is_active

    def test_leaving_in_the_past_is_refused(self, admin, signatory):
        answer = admin.post(reverse("footprints:leave", args=[signatory.user_id]), typed("from_date", -1))
        assert (answer.status_code, "must be today or later" in text(answer)) == (422, True)


class TestOneRole:
    def test_withdrawing_asks_first_and_warns(self, admin, signatory):
        address = reverse("footprints:withdraw_role", args=[signatory.pk])
        assert "Nobody else is signatory for Own NHS Trust." in text(admin.get(address))
        assert Role.objects.current().filter(pk=signatory.pk).exists()
        assert "is no longer signatory for Own NHS Trust" in text(admin.post(address, follow=True))
        assert not Role.objects.current().filter(pk=signatory.pk).exists()
        assert admin.get(address).status_code == 404

    def test_the_last_administrator_stays(self, admin, administrator):
        role = administrator.roles.get()
        answer = text(admin.post(reverse("footprints:withdraw_role", args=[role.pk]), follow=True))
        assert "Nobody else could manage people then." in answer
        assert Role.objects.current().filter(pk=role.pk).exists()

    def test_a_deputy(self, admin, signatory):
        given = {"email": "dep@example.nhs.uk", "name": "Dee Puty", "reason": "On leave for a week"}
        given |= typed("from_date", 1) | typed("last_date", 7)
        answer = admin.post(reverse("footprints:cover", args=[signatory.pk]), given, follow=True)
        assert "dep@example.nhs.uk stands in for" in text(answer)
        deputy = Role.objects.get(covers=signatory)
        assert (deputy.from_date, deputy.to_date) == (days(1), days(8))
        assert deputy.in_words() == "signatory (deputy) for Own NHS Trust"

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [({"reason": "no"}, "Say why in at least 10 letters."), ({"name": ""}, "Enter deputy’s full name")],
    )
    def test_a_deputy_refused_beside_the_form(self, wrong, says, admin, signatory):
        given = {"email": "dep@example.nhs.uk", "name": "Dee Puty", "reason": "On leave for a week"}
        given |= typed("from_date", 1) | typed("last_date", 7) | wrong
        answer = admin.post(reverse("footprints:cover", args=[signatory.pk]), given)
        assert (answer.status_code, says in text(answer)) == (422, True)

    def test_writing_again(self, admin):
        invitation = InvitationFactory()
        answer = admin.post(reverse("footprints:invite_again", args=[invitation.role_id]), follow=True)
        assert "Only the newest letter counts" in text(answer)
        assert Letter.objects.get().to == invitation.user


class TestTheSignatorysPage:
    def page(self, signatory) -> str:
        return reverse("footprints:trust_people", args=[signatory.trust.ods_code])

    def test_invites_a_preparer_of_their_own_trust(self, signatory):
        client = signed_in(signatory.user)
        answer = text(client.post(self.page(signatory), {"email": "new@example.nhs.uk", "name": "New"}, follow=True))
        assert "We are writing to new@example.nhs.uk. They become a preparer for Own NHS Trust." in answer
        assert Role.objects.get(kind="preparer").trust == signatory.trust

    def test_may_withdraw_and_cover_preparers_and_nobody_else(self, signatory):
        client = signed_in(signatory.user)
        preparer = RoleFactory(trust=signatory.trust)
        second = RoleFactory(trust=signatory.trust, kind="signatory")
        elsewhere = RoleFactory()
        for name in ("withdraw_role", "cover", "invite_again"):
            codes = [
                client.get(reverse(f"footprints:{name}", args=[role.pk])).status_code
                for role in (preparer, second, elsewhere)
            ]
            assert codes == [302 if name == "invite_again" else 200, 403, 404]
        assert client.post(reverse("footprints:withdraw_role", args=[second.pk])).status_code == 403
        answer = client.post(reverse("footprints:withdraw_role", args=[preparer.pk]))
        assert answer["Location"] == self.page(signatory)
        assert not Role.objects.current().filter(pk=preparer.pk).exists()

    def test_says_what_is_missing(self, signatory):
        client = signed_in(signatory.user)
        assert "Nobody is preparer for Own NHS Trust today." in text(client.get(self.page(signatory)))

    def test_says_in_which_capacity(self, signatory):
        RoleFactory(user=signatory.user, kind="preparer", trust=TrustFactory(name="Elsewhere"))
        page = text(signed_in(signatory.user).get(self.page(signatory)))
        assert "You see this as signatory for Own NHS Trust." in page
        assert "Elsewhere" not in page

    def test_does_not_tell_whether_we_know_an_address(self, signatory):
        """Somebody with an account, somebody who left and somebody new look the same until they have signed in."""
        UserFactory(email="known@example.nhs.uk", name="Known Kate", password=PASSWORD, last_login=timezone.now())
        UserFactory(email="gone1@example.nhs.uk", name="Gone Gus", password=PASSWORD, is_active=False)
        pages = set()
        for email in ("known@example.nhs.uk", "gone1@example.nhs.uk", "fresh@example.nhs.uk"):
            client = signed_in(signatory.user)
            page = text(client.post(self.page(signatory), {"email": email, "name": "Typed Name"}, follow=True))
            role = Role.objects.get(user__email=email, kind="preparer")
            page = (
                page[page.index("<main") : page.index("</main")]
                .replace(email, "ADDRESS")
                .replace(f"/roles/{role.pk}/", "/roles/N/")
            )
            pages.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
            Role.objects.filter(pk=role.pk).update(from_date=days(-1), to_date=days(0))
        assert len(pages) == 1
        assert "has not signed in since" in pages.pop()

    def test_shows_the_name_once_they_have_signed_in(self, signatory):
        preparer = RoleFactory(trust=signatory.trust, user__name="Ann Lee", user__password=PASSWORD)
        client = signed_in(signatory.user)
        assert "Ann Lee" not in text(client.get(self.page(signatory)))
        User.objects.filter(pk=preparer.user_id).update(last_login=timezone.now())
        page = text(client.get(self.page(signatory)))
        assert "Ann Lee" in page
        assert "Signs in here" in page


def test_regions_are_offered(admin: Client) -> None:
    page = text(admin.get(reverse("footprints:invite")))
    assert all(f"Region: {region.label}" in page for region in Region)


def test_home_leads_to_people(admin: Client, signatory: Role) -> None:
    assert f'href="{reverse("footprints:people")}"' in text(admin.get("/"))
    home = text(signed_in(signatory.user).get("/"))
    assert f'href="{reverse("footprints:trust_people", args=[signatory.trust.ods_code])}"' in home
