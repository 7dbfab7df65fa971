"""Deputies for a period, roles that end, and people who leave."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from footprints.access import NotAllowed, may
from footprints.actions import (
    CannotChangePeople,
    cover,
    grant_role,
    invite,
    leave,
    switch_off_leavers,
    withdraw_role,
)
from footprints.models import Event, Letter, Role, RoleKind, User
from footprints.tasks import switch_off_leavers as task
from stp_portal.celery import app
from tests.factories import InvitationFactory, RoleFactory, TrustFactory, UserFactory
from tests.submissions.scenes import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "three quiet otters"
DEPUTY = {"email": "dep@example.nhs.uk", "name": "Dee Puty", "reason": "On leave until Friday"}


def days(number: int):
    return timezone.localdate() + timedelta(days=number)


WEEK = {"from_date": days(0), "to_date": days(7)}


@pytest.fixture
def administrator():
    return RoleFactory(kind=RoleKind.ADMINISTRATOR, user__name="Ada Admin", user__password=PASSWORD).user


@pytest.fixture
def signatory():
    return RoleFactory(kind=RoleKind.SIGNATORY, user__name="Tom Okafor", user__password=PASSWORD)


class TestCover:
    def test_a_deputy_has_the_role_for_the_period_and_both_are_told(self, administrator, signatory):
        made = cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
        assert (made.covers, made.kind, made.trust) == (signatory, "signatory", signatory.trust)
        assert may(made.user, "sign_off", trust=signatory.trust)
        assert made.in_words() == f"signatory (deputy) for {signatory.trust}"
        invitation, told = Letter.objects.order_by("pk")
        assert (invitation.to, invitation.kind) == (made.user, "invitation")
        assert "You stand in for Tom Okafor: On leave until Friday" in invitation.text
        assert (told.to, told.kind) == (signatory.user, "cover")
        assert "Dee Puty (dep@example.nhs.uk) stands in for you" in told.text
        event = Event.objects.get(verb="role_granted")
        assert (event.detail["covers"], event.detail["reason"]) == (signatory.pk, "On leave until Friday")

    def test_the_role_of_the_deputy_ends_by_itself(self, administrator, signatory):
        made = cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
        assert Role.objects.current(days(6)).filter(pk=made.pk).exists()
        assert not Role.objects.current(days(7)).filter(pk=made.pk).exists()
        assert Role.objects.current(days(7)).filter(pk=signatory.pk).exists()

    def test_somebody_known_is_only_told(self, administrator, signatory):
        UserFactory(email=DEPUTY["email"], password=PASSWORD)
        cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
        assert [letter.kind for letter in Letter.objects.order_by("pk")] == ["role", "cover"]

    def test_a_signatory_covers_preparers_of_their_trust_but_no_signatory(self, signatory):
        preparer = RoleFactory(trust=signatory.trust)
        assert cover(by=signatory.user, role=preparer, **DEPUTY, **WEEK).kind == "preparer"
        for role in (signatory, RoleFactory(kind="signatory", trust=signatory.trust), RoleFactory()):
            with pytest.raises(NotAllowed):
                cover(by=signatory.user, role=role, **DEPUTY, **WEEK)

    def test_nobody_makes_themselves_a_deputy(self, signatory, administrator):
        preparer = RoleFactory(trust=signatory.trust)
        for by, role in ((signatory.user, preparer), (administrator, signatory)):
            with pytest.raises(NotAllowed, match="to yourself"):
                cover(by=by, role=role, **DEPUTY | {"email": by.email}, **WEEK)

    @pytest.mark.parametrize(
        ("wrong", "about"),
        [
            ({"reason": "leave"}, "reason"),
            ({"from_date": days(-1)}, "from_date"),
            ({"to_date": days(0)}, "to_date"),
            ({"email": "TOM@example.nhs.uk "}, "email"),
        ],
    )
    def test_what_will_not_do(self, wrong, about, administrator, signatory):
        User.objects.filter(pk=signatory.user_id).update(email="tom@example.nhs.uk")
        with pytest.raises(CannotChangePeople) as refused:
            cover(by=administrator, role=signatory, **DEPUTY | WEEK | wrong)
        assert list(refused.value.troubles) == [about]
        assert not Letter.objects.exists()

    def test_neither_a_deputy_nor_an_administrator_has_a_deputy(self, administrator, signatory):
        deputy = RoleFactory(kind="signatory", trust=signatory.trust, covers=signatory, to_date=days(9))
        for role in (deputy, RoleFactory(kind="administrator")):
            with pytest.raises(CannotChangePeople):
                cover(by=administrator, role=role, **DEPUTY, **WEEK)

    def test_nor_a_role_that_has_ended_by_then(self, administrator):
        role = RoleFactory(to_date=days(3))
        with pytest.raises(CannotChangePeople, match="does not hold this role then"):
            cover(by=administrator, role=role, **DEPUTY, from_date=days(3), to_date=days(5))

    def test_not_twice_at_once_but_one_after_the_other(self, administrator, signatory):
        cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
        with pytest.raises(CannotChangePeople, match="already until"):
            cover(by=administrator, role=signatory, **DEPUTY, from_date=days(6), to_date=days(9))
        cover(by=administrator, role=signatory, **DEPUTY, from_date=days(7), to_date=days(9))
        with pytest.raises(CannotChangePeople, match="already until"):
            invite(by=administrator, email=DEPUTY["email"], name="D", kind=RoleKind.SIGNATORY, trust=signatory.trust)

    def test_the_deputy_goes_on_when_the_role_ends(self, administrator, signatory):
        made = cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
        withdraw_role(by=administrator, role=signatory)
        assert Role.objects.current().filter(pk=made.pk).exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_double_click_names_one_deputy(self, administrator, signatory):
        def ask() -> bool:
            try:
                cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
            except CannotChangePeople:
                return False
            return True

        assert sorted(at_once(ask, ask)) == [False, True]
        assert Role.objects.filter(covers=signatory).count() == 1


class TestWithdrawing:
    def test_a_signatory_withdraws_preparers_of_their_trust_only(self, signatory):
        assert withdraw_role(by=signatory.user, role=RoleFactory(trust=signatory.trust)).to_date == days(0)
        for role in (signatory, RoleFactory(), RoleFactory(kind="chief_executive", trust=signatory.trust)):
            with pytest.raises(NotAllowed):
                withdraw_role(by=signatory.user, role=role)

    def test_one_of_two_administrators_can_go_and_the_last_cannot(self, administrator):
        second = RoleFactory(kind="administrator", user__password=PASSWORD)
        withdraw_role(by=administrator, role=second)
        with pytest.raises(CannotChangePeople, match="Nobody else could manage people"):
            withdraw_role(by="tests", role=administrator.roles.get())

    def test_an_administrator_who_cannot_sign_in_yet_is_nobody_to_rely_on(self, administrator):
        InvitationFactory(role=RoleFactory(kind="administrator"))
        with pytest.raises(CannotChangePeople, match="Nobody else could manage people"):
            withdraw_role(by="tests", role=administrator.roles.get())

    @pytest.mark.django_db(transaction=True)
    def test_two_administrators_who_withdraw_each_other_at_once_leave_one(self, administrator):
        second = RoleFactory(kind="administrator", user__password=PASSWORD)
        first = administrator.roles.get()

        def end(by: User, role: Role) -> None:
            try:
                withdraw_role(by=User.objects.get(pk=by.pk), role=role)
            except (CannotChangePeople, NotAllowed):
                return

        at_once(lambda: end(administrator, second), lambda: end(second.user, first))
        assert Role.objects.current().filter(kind="administrator").count() == 1


class TestLeaving:
    def test_roles_end_invitations_die_and_the_person_is_switched_off(self, administrator, signatory):
        other = RoleFactory(user=signatory.user, kind="stp_lead")
        waiting = InvitationFactory(role=other)
        client = Client()
        client.force_login(signatory.user)
        assert client.get("/").status_code == 200
        without = leave(by=administrator, person=signatory.user, from_date=days(0))
        assert without == (signatory.trust,)
        assert not Role.objects.current().filter(user=signatory.user).exists()
        waiting.refresh_from_db()
        assert waiting.withdrawn_at is not None
        assert not User.objects.get(pk=signatory.user_id).is_active
        assert client.get("/").status_code == 302, "an open session is over"
        verbs = set(Event.objects.filter(user=administrator).values_list("verb", flat=True))
        assert verbs == {"person_leaves", "role_withdrawn", "person_switched_off"}

    def test_trusts_that_somebody_else_still_serves_are_not_named(self, administrator, signatory):
        RoleFactory(kind="signatory", trust=signatory.trust, user__password=PASSWORD)
        assert leave(by=administrator, person=signatory.user, from_date=days(0)) == ()

    def test_a_deputy_holds_the_fort(self, administrator, signatory):
        cover(by=administrator, role=signatory, **DEPUTY, **WEEK)
        assert leave(by=administrator, person=signatory.user, from_date=days(6)) == ()

    def test_the_trust_that_was_taken_over_is_named_too(self, administrator, signatory):
        gone = TrustFactory(successor=signatory.trust, closed_date=days(-9))
        assert set(leave(by=administrator, person=signatory.user, from_date=days(0))) == {gone, signatory.trust}

    def test_a_day_still_to_come(self, administrator, signatory):
        later = RoleFactory(user=signatory.user, kind="auditor", from_date=days(9))
        leave(by=administrator, person=signatory.user, from_date=days(3))
        assert may(User.objects.get(pk=signatory.user_id), "sign_off", trust=signatory.trust)
        assert switch_off_leavers(days(2)) == 0
        assert not Role.objects.current(days(3)).filter(user=signatory.user).exists()
        assert not Role.objects.current(days(9)).filter(pk=later.pk).exists()
        assert switch_off_leavers(days(3)) == 1
        assert switch_off_leavers(days(3)) == 0
        assert not User.objects.get(pk=signatory.user_id).is_active
        assert Event.objects.get(verb="person_switched_off").system == "leavers"

    def test_somebody_who_was_given_a_role_again_stays(self, administrator, signatory):
        leave(by=administrator, person=signatory.user, from_date=days(1))
        invite(
            by=administrator,
            email=signatory.user.email,
            name="Tom",
            kind=RoleKind.PREPARER,
            trust=signatory.trust,
            from_date=days(1),
        )
        assert switch_off_leavers(days(2)) == 0

    def test_who_came_back_does_not_leave_again_when_that_role_ends(self, administrator, signatory):
        leave(by=administrator, person=signatory.user, from_date=days(0))
        again = invite(
            by=administrator, email=signatory.user.email, name="Tom", kind=RoleKind.PREPARER, trust=signatory.trust
        )
        withdraw_role(by=administrator, role=again)
        assert switch_off_leavers(days(1)) == 0
        assert User.objects.get(pk=signatory.user_id).is_active

    @pytest.mark.parametrize("number", [-1, -100])
    def test_a_day_that_has_passed_is_refused(self, number, administrator, signatory):
        with pytest.raises(CannotChangePeople, match="today or later"):
            leave(by=administrator, person=signatory.user, from_date=days(number))

    def test_by_administrators_about_others_and_never_the_last(self, administrator, signatory):
        with pytest.raises(NotAllowed):
            leave(by=signatory.user, person=RoleFactory(trust=signatory.trust).user, from_date=days(0))
        with pytest.raises(CannotChangePeople, match="Nobody else could manage people"):
            leave(by="tests", person=administrator, from_date=days(0))
        RoleFactory(kind="administrator", user__password=PASSWORD)
        with pytest.raises(CannotChangePeople, match="Ask another administrator"):
            leave(by=administrator, person=administrator, from_date=days(0))

    def test_the_scheduler_asks_for_it(self, administrator, signatory):
        leave(by=administrator, person=signatory.user, from_date=days(1))
        assert app.conf.beat_schedule["switch-off-leavers"]["task"] == task.name
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            task()
        assert not User.objects.get(pk=signatory.user_id).is_active


def test_grant_takes_part_in_the_same_rules(administrator: User) -> None:
    role = RoleFactory(to_date=days(5))
    with pytest.raises(CannotChangePeople, match="already until"):
        grant_role(by=administrator, to=role.user, kind=RoleKind.PREPARER, trust=role.trust)
