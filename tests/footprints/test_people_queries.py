"""Who is who at a trust, and which trusts have nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from footprints.models import RoleKind, User
from footprints.queries.people import Post, Posts, Reach, who_is_who, without_people
from tests.factories import InvitationFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a password for one test"
BOTH = (RoleKind.SIGNATORY, RoleKind.PREPARER)


def days(number: int):
    return timezone.localdate() + timedelta(days=number)


def staffed(trust, *kinds, **role):
    for kind in kinds:
        RoleFactory(kind=kind, trust=trust, user__password=PASSWORD, **role)
    return trust


def posts(trust) -> Posts | None:
    return without_people([trust]).get(trust.pk)


class TestWithoutPeople:
    def test_a_trust_with_both_is_not_named(self):
        assert posts(staffed(TrustFactory(), *BOTH)) is None

    def test_a_trust_with_nobody_lacks_both(self):
        found = posts(TrustFactory())
        assert found.missing == BOTH
        assert found.in_words == "No signatory. No preparer."

    @pytest.mark.parametrize(("held", "lacks"), [BOTH, BOTH[::-1]])
    def test_one_of_the_two(self, held, lacks):
        found = posts(staffed(TrustFactory(), held))
        assert found.missing == (lacks,)
        assert found.in_words == f"No {lacks.label}."

    def test_other_roles_do_not_help_nor_do_people_elsewhere(self):
        staffed(TrustFactory(), *BOTH)
        assert posts(staffed(TrustFactory(), RoleKind.CHIEF_EXECUTIVE)).missing == BOTH

    def test_an_invitation_that_waits_counts_and_is_told_apart(self):
        trust = staffed(TrustFactory(), RoleKind.SIGNATORY)
        InvitationFactory(role__trust=trust, role__kind=RoleKind.PREPARER)
        found = posts(trust)
        assert found == Posts(signatory=Post.HELD, preparer=Post.INVITED)
        assert (found.missing, found.in_words) == ((), "Preparer: invited, not yet accepted.")

    @pytest.mark.parametrize(
        "over", [{"expires_at": timezone.now() - timedelta(minutes=1)}, {"withdrawn_at": timezone.now()}]
    )
    def test_an_invitation_that_can_no_longer_be_accepted_does_not(self, over):
        trust = staffed(TrustFactory(), RoleKind.SIGNATORY)
        InvitationFactory(role__trust=trust, role__kind=RoleKind.PREPARER, **over)
        assert posts(trust).missing == (RoleKind.PREPARER,)

    def test_somebody_who_was_never_invited_cannot_be_reached(self):
        trust = staffed(TrustFactory(), RoleKind.SIGNATORY)
        RoleFactory(kind=RoleKind.PREPARER, trust=trust)
        User.objects.filter(pk=RoleFactory(kind=RoleKind.PREPARER, trust=trust).user_id).update(password="")
        assert posts(trust).missing == (RoleKind.PREPARER,)

    def test_one_who_signed_up_beside_one_who_was_invited(self):
        trust = staffed(TrustFactory(), *BOTH)
        InvitationFactory(role__trust=trust, role__kind=RoleKind.PREPARER)
        assert posts(trust) is None

    @pytest.mark.parametrize(
        "past",
        [
            {"to_date": timezone.localdate()},
            {"from_date": timezone.localdate() + timedelta(days=1)},
            {"user__is_active": False},
        ],
    )
    def test_roles_that_ended_or_are_to_come_and_people_who_left_do_not_count(self, past):
        trust = staffed(TrustFactory(), RoleKind.PREPARER)
        assert posts(staffed(trust, RoleKind.SIGNATORY, **past)).missing == (RoleKind.SIGNATORY,)

    def test_the_day_may_be_another(self):
        trust = staffed(TrustFactory(), *BOTH, to_date=days(5))
        assert without_people([trust], days(4)) == {}
        assert without_people([trust], days(5))[trust.pk].missing == BOTH

    def test_the_people_of_a_successor_answer_for_both(self):
        successor = TrustFactory()
        gone = TrustFactory(successor=successor, closed_date=days(-10))
        assert set(without_people([gone, successor])) == {gone.pk, successor.pk}
        staffed(successor, *BOTH)
        assert without_people([gone, successor]) == {}
        assert posts(gone) is None

    def test_the_people_of_a_trust_that_was_taken_over_do_not_answer_for_its_successor(self):
        successor = TrustFactory()
        staffed(TrustFactory(successor=successor, closed_date=days(-10)), *BOTH)
        assert posts(successor).missing == BOTH

    def test_it_takes_one_query_however_many(self, django_assert_num_queries):
        trusts = [staffed(TrustFactory(), RoleKind.SIGNATORY) for _ in range(5)]
        with django_assert_num_queries(1):
            assert len(without_people(trusts)) == 5
        with django_assert_num_queries(0):
            assert without_people([]) == {}


class TestWhoIsWho:
    def test_signatories_first_with_what_is_known_of_each(self):
        trust = TrustFactory()
        preparer = RoleFactory(trust=trust, user__name="Ann", user__password=PASSWORD)
        RoleFactory(trust=trust, kind=RoleKind.SIGNATORY, user__name="Zoe")
        InvitationFactory(role__trust=trust, role__user__name="Bob")
        RoleFactory(user__name="Elsewhere")
        RoleFactory(trust=trust, to_date=days(0))
        zoe, ann, bob = who_is_who(trust)
        assert [row.person.name for row in (zoe, ann, bob)] == ["Zoe", "Ann", "Bob"]
        assert [row.reach for row in (zoe, ann, bob)] == [Reach.NEVER_INVITED, Reach.SIGNED_UP, Reach.INVITED]
        assert (ann.role, ann.cover, ann.invitation) == (preparer, (), None)
        assert bob.invitation is not None

    def test_who_stands_in_and_until_when(self):
        covered = RoleFactory(kind=RoleKind.SIGNATORY)
        past = {"trust": covered.trust, "kind": covered.kind, "covers": covered}
        RoleFactory(from_date=days(-9), to_date=days(0), **past)
        now = RoleFactory(from_date=days(-1), to_date=days(3), **past)
        later = RoleFactory(from_date=days(5), to_date=days(6), **past)
        never = RoleFactory(from_date=days(5), to_date=days(5), **past)
        rows = {row.role: row for row in who_is_who(covered.trust)}
        assert rows[covered].cover == (now, later)
        assert set(rows) == {covered, now, later}
        assert never not in rows

    def test_a_role_is_taken_up_by_signing_in_after_it_was_given(self):
        trust, now = TrustFactory(), timezone.now()
        for hours, taken_up in ((None, False), (-2, False), (0, True)):
            last = None if hours is None else now + timedelta(hours=hours)
            role = RoleFactory(trust=trust, granted_at=now - timedelta(hours=1), user__last_login=last)
            assert next(row for row in who_is_who(trust) if row.role == role).taken_up is taken_up

    def test_or_by_accepting_the_invitation(self):
        invitation = InvitationFactory(accepted_at=timezone.now())
        (row,) = who_is_who(invitation.role.trust)
        assert row.taken_up

    def test_an_invitation_that_ran_out_and_somebody_who_left(self):
        ran_out = InvitationFactory(expires_at=timezone.now() - timedelta(days=1)).role
        RoleFactory(trust=ran_out.trust, user__is_active=False, user__name="ZZ")
        assert [row.reach for row in who_is_who(ran_out.trust)] == [Reach.RAN_OUT, Reach.SWITCHED_OFF]

    def test_the_queries_do_not_grow(self, django_assert_num_queries):
        trust = TrustFactory()
        for _ in range(4):
            InvitationFactory(role__trust=trust)
            RoleFactory(trust=trust, covers=RoleFactory(trust=trust), to_date=days(4), user=UserFactory())
        with django_assert_num_queries(3):
            assert len(who_is_who(trust)) == 12
