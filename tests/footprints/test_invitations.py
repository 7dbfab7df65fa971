"""Invitations: who may send them, what is kept of them, and that each is good for one password."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from footprints.access import NotAllowed, may
from footprints.actions import CannotChangePeople, accept_invitation, invite, invite_again, leave, withdraw_role
from footprints.letters import send_letters
from footprints.models import Event, Invitation, Letter, Role, RoleKind, User
from footprints.queries.invitations import CannotAccept, Standing
from tests.factories import InvitationFactory, RoleFactory, TrustFactory, UserFactory
from tests.submissions.scenes import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "three quiet otters"
EMAIL = "ann.lee@example.nhs.uk"


def days(number: int):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def administrator():
    return RoleFactory(kind=RoleKind.ADMINISTRATOR, user__name="Ada Admin", user__password=PASSWORD).user


@pytest.fixture
def signatory():
    return RoleFactory(kind=RoleKind.SIGNATORY, user__name="Tom Okafor", user__password=PASSWORD)


def secret_of(letter: Letter) -> str:
    """What stands at the end of the address in a letter."""
    return re.search(r"/invitations/([^/\s]+)/", letter.text)[1]


def invited(by: User, **given) -> tuple[Role, str]:
    role = invite(by=by, **{"email": EMAIL, "name": "Ann Lee", **given})
    return role, secret_of(Letter.objects.filter(kind="invitation").latest("pk"))


class TestInviting:
    def test_somebody_new_gets_a_letter_with_a_secret_that_is_not_kept(self, administrator):
        trust = TrustFactory(name="Barts Health")
        role, secret = invited(administrator, kind=RoleKind.SIGNATORY, trust=trust)
        invitation = role.invitations.get()
        assert len(secret) == 43, "256 bits"
        assert invitation.token_sha256 == sha256(secret.encode()).hexdigest()
        assert timedelta(days=13, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=14)
        letter = Letter.objects.get()
        assert (letter.to.email, letter.trust) == (EMAIL, trust)
        assert "Ada Admin invites you to STP returns" in letter.text
        assert "You are to be signatory for Barts Health" in letter.text
        assert "Ann Lee" not in letter.text, "whoever invites does not write our letters"
        assert secret not in str(list(Event.objects.values()))
        assert [event.verb for event in Event.objects.order_by("pk")] == ["person_created", "role_granted"]

    def test_once_it_went_out_the_letter_is_kept_without_the_secret(self, administrator, settings, tmp_path):
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        _, secret = invited(administrator, kind=RoleKind.ANALYST)
        assert send_letters() == 1
        (file,) = (tmp_path / "mail").iterdir()
        assert secret in file.read_text()
        letter = Letter.objects.get()
        assert secret not in letter.text
        assert "/invitations/…/" in letter.text

    def test_nor_is_it_kept_in_a_letter_that_was_given_up(self, administrator):
        role, secret = invited(administrator, kind=RoleKind.ANALYST)
        User.objects.filter(pk=role.user_id).update(is_active=False)
        assert send_letters() == 0
        assert secret not in Letter.objects.get().text

    def test_somebody_who_can_sign_in_is_told_without_a_secret(self, administrator):
        person = UserFactory(email=EMAIL, name="Ann Known", password=PASSWORD)
        role = invite(by=administrator, email=" ANN.LEE@example.nhs.uk", name="Other", kind=RoleKind.ANALYST)
        assert role.user == person
        assert not Invitation.objects.exists()
        letter = Letter.objects.get()
        assert letter.kind == "role"
        assert "/invitations/" not in letter.text
        assert "Ada Admin has made you analyst for England" in letter.text
        person.refresh_from_db()
        assert person.name == "Ann Known"
        assert person.check_password(PASSWORD)

    def test_several_roles_for_one_person(self, administrator):
        first, _ = invited(administrator, kind=RoleKind.SIGNATORY, trust=TrustFactory())
        second, _ = invited(administrator, kind=RoleKind.SIGNATORY, trust=TrustFactory())
        assert first.user == second.user
        assert Role.objects.current().filter(user=first.user).count() == 2

    def test_the_same_role_twice_is_refused_and_leaves_nothing(self, administrator):
        trust = TrustFactory()
        invited(administrator, kind=RoleKind.PREPARER, trust=trust)
        with pytest.raises(CannotChangePeople, match="already"):
            invited(administrator, kind=RoleKind.PREPARER, trust=trust)
        assert (Role.objects.filter(trust=trust).count(), Letter.objects.count()) == (1, 1)

    def test_somebody_who_left_comes_back_without_what_they_had(self, administrator):
        old = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, user__email=EMAIL, user__password=PASSWORD).user
        User.objects.filter(pk=old.pk).update(is_active=False)
        role, secret = invited(administrator, kind=RoleKind.PREPARER, trust=TrustFactory())
        person = accept_invitation(token=secret, password="another three otters")
        assert person == old
        assert [held.pk for held in person.current_roles] == [role.pk]
        assert Event.objects.filter(verb="person_came_back").exists()

    def test_a_signatory_invites_preparers_of_their_own_trust_only(self, signatory):
        role, _ = invited(signatory.user, kind=RoleKind.PREPARER, trust=signatory.trust)
        assert may(role.user, "upload", trust=signatory.trust)
        for kind, trust in (
            (RoleKind.SIGNATORY, signatory.trust),
            (RoleKind.CHIEF_EXECUTIVE, signatory.trust),
            (RoleKind.PREPARER, TrustFactory()),
            (RoleKind.ANALYST, None),
        ):
            with pytest.raises(NotAllowed):
                invite(by=signatory.user, email="b@example.nhs.uk", name="B", kind=kind, trust=trust)
        assert not User.objects.filter(email="b@example.nhs.uk").exists()

    def test_nobody_invites_themselves(self, signatory, administrator):
        with pytest.raises(NotAllowed, match="to yourself"):
            invite(
                by=signatory.user, email=signatory.user.email, name="X", kind=RoleKind.PREPARER, trust=signatory.trust
            )
        with pytest.raises(NotAllowed, match="to yourself"):
            invite(by=administrator, email=administrator.email.upper(), name="X", kind=RoleKind.SIGNATORY)

    def test_a_preparer_invites_nobody(self):
        role = RoleFactory()
        with pytest.raises(NotAllowed):
            invite(by=role.user, email=EMAIL, name="X", kind=RoleKind.PREPARER, trust=role.trust)

    @pytest.mark.parametrize("wrong", [{"email": "ann"}, {"name": " "}, {"trust": None}])
    def test_what_will_not_do_leaves_nothing(self, wrong, administrator):
        given = {"email": EMAIL, "name": "Ann", "kind": RoleKind.PREPARER, "trust": TrustFactory(), **wrong}
        with pytest.raises(ValidationError):
            invite(by=administrator, **given)
        assert not User.objects.exclude(pk=administrator.pk).exists()


class TestInvitingAgain:
    def test_the_secret_before_is_dead(self, administrator):
        role, old = invited(administrator, kind=RoleKind.ANALYST)
        invite_again(by=administrator, role=role)
        new = secret_of(Letter.objects.latest("pk"))
        with pytest.raises(CannotAccept) as refused:
            accept_invitation(token=old, password=PASSWORD)
        assert refused.value.standing is Standing.WITHDRAWN
        assert accept_invitation(token=new, password=PASSWORD) == role.user

    def test_after_it_ran_out(self, administrator):
        invitation = InvitationFactory(expires_at=timezone.now() - timedelta(days=1))
        invite_again(by=administrator, role=invitation.role)
        assert Invitation.objects.waiting().get().role == invitation.role

    def test_somebody_who_can_sign_in_is_only_reminded(self, signatory):
        role = RoleFactory(trust=signatory.trust, user__password=PASSWORD)
        invite_again(by=signatory.user, role=role)
        invite_again(by=signatory.user, role=role)
        assert [letter.kind for letter in Letter.objects.all()] == ["role", "role"]
        assert not Invitation.objects.exists()

    def test_not_to_a_role_that_ended_nor_to_somebody_who_left(self, administrator):
        for role in (RoleFactory(to_date=days(0)), RoleFactory(user__is_active=False)):
            with pytest.raises(CannotChangePeople, match="This role has ended"):
                invite_again(by=administrator, role=role)
        assert not Letter.objects.exists()

    def test_only_by_those_who_may_give_the_role(self, signatory):
        for role in (RoleFactory(), RoleFactory(kind="signatory", trust=signatory.trust)):
            with pytest.raises(NotAllowed):
                invite_again(by=signatory.user, role=role)


class TestAccepting:
    @pytest.fixture
    def secret(self, administrator):
        return invited(administrator, kind=RoleKind.SIGNATORY, trust=TrustFactory(name="Barts Health"))[1]

    def page(self, secret: str) -> str:
        return reverse("footprints:invitation", args=[secret])

    def test_the_page_says_who_invites_to_what_and_looking_changes_nothing(self, secret):
        for _ in range(2):
            answer = Client().get(self.page(secret))
            assert answer.status_code == 200
            html = answer.content.decode()
            assert f"Ada Admin invites {EMAIL} to be signatory for Barts Health." in html
            assert 'autocomplete="new-password"' in html
            assert "no-store" in answer["Cache-Control"]

    def test_choosing_a_password_signs_in(self, secret):
        client = Client()
        answer = client.post(self.page(secret), {"password": PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        person = User.objects.get(email=EMAIL)
        assert client.session["_auth_user_id"] == str(person.pk)
        assert person.check_password(PASSWORD)
        event = Event.objects.get(verb="invitation_accepted")
        assert (event.user, event.address) == (person, "127.0.0.1")

    @pytest.mark.parametrize("password", ["short", "password1234", "ann.lee@example.nhs.uk"])
    def test_a_password_that_will_not_do_leaves_the_invitation(self, password, secret):
        answer = Client().post(self.page(secret), {"password": password})
        assert answer.status_code == 422
        assert "Error: " in answer.content.decode()
        assert accept_invitation(token=secret, password=PASSWORD)

    def test_it_works_once(self, secret):
        Client().post(self.page(secret), {"password": PASSWORD})
        answer = Client().post(self.page(secret), {"password": "a thief's own password"})
        assert answer.status_code == 410
        assert "This invitation has been used" in answer.content.decode()
        assert User.objects.get(email=EMAIL).check_password(PASSWORD)

    def test_it_ends_every_other_invitation_of_that_person(self, secret, administrator):
        _, other = invited(administrator, kind=RoleKind.ANALYST)
        accept_invitation(token=secret, password=PASSWORD)
        with pytest.raises(CannotAccept) as refused:
            accept_invitation(token=other, password="a thief's own password")
        assert refused.value.standing is Standing.USED

    def test_after_14_days_it_has_run_out(self, secret):
        Invitation.objects.update(expires_at=timezone.now())
        answer = Client().get(self.page(secret))
        assert (answer.status_code, "This invitation has run out" in answer.content.decode()) == (410, True)
        assert Client().post(self.page(secret), {"password": PASSWORD}).status_code == 410

    def test_withdrawn_with_the_role_or_when_the_person_leaves(self, secret, administrator):
        role = Role.objects.get(kind="signatory")
        withdraw_role(by=administrator, role=role)
        answer = Client().get(self.page(secret))
        assert (answer.status_code, "has been withdrawn" in answer.content.decode()) == (410, True)
        _, other = invited(administrator, kind=RoleKind.ANALYST)
        leave(by=administrator, person=role.user, from_date=days(0))
        assert Client().get(self.page(other)).status_code == 410

    def test_a_role_whose_time_is_over_cannot_be_taken_up(self, secret):
        Role.objects.filter(kind="signatory").update(from_date=days(-3), to_date=days(0))
        assert Client().get(self.page(secret)).status_code == 410

    @pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "ä" * 20])
    def test_an_address_that_leads_nowhere(self, token, secret):
        answer = Client().get(self.page(token))
        assert (answer.status_code, "There is no such invitation" in answer.content.decode()) == (404, True)
        assert Client().post(self.page(token), {"password": PASSWORD}).status_code == 404

    def test_the_digest_is_no_secret(self, secret):
        assert Client().get(self.page(Invitation.objects.get().token_sha256)).status_code == 404

    def test_somebody_else_at_the_browser_is_told_and_signed_out(self, secret):
        client, other = Client(), UserFactory(name="Bob Other")
        client.force_login(other)
        assert "You are signed in as Bob Other." in client.get(self.page(secret)).content.decode()
        client.post(self.page(secret), {"password": PASSWORD})
        assert client.session["_auth_user_id"] == str(User.objects.get(email=EMAIL).pk)

    def test_it_needs_its_form_token(self, secret):
        assert Client(enforce_csrf_checks=True).post(self.page(secret), {"password": PASSWORD}).status_code == 403


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_who_accept_at_once_are_one(self, administrator):
        role, secret = invited(administrator, kind=RoleKind.ANALYST)

        def accept(password: str) -> str | None:
            try:
                accept_invitation(token=secret, password=password)
            except CannotAccept:
                return None
            finally:
                close_old_connections()
            return password

        chosen = at_once(*(lambda number=number: accept(f"three quiet otters {number}") for number in range(3)))
        (taken,) = [password for password in chosen if password]
        assert User.objects.get(pk=role.user_id).check_password(taken)
        assert Event.objects.filter(verb="invitation_accepted").count() == 1

    def test_two_who_invite_the_same_new_person_at_once_make_one(self, administrator):
        trust = TrustFactory()

        def ask() -> bool:
            try:
                invite(by=administrator, email=EMAIL, name="Ann", kind=RoleKind.PREPARER, trust=trust)
            except CannotChangePeople:
                return False
            return True

        assert sorted(at_once(ask, ask, ask)) == [False, False, True]
        assert User.objects.filter(email=EMAIL).count() == 1
        assert Invitation.objects.count() == Role.objects.filter(trust=trust).count() == 1
