"""Permits to sign what one uploaded oneself: given for a time, with a reason, by those who run the collection."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions.permits import give_permit, withdraw_permit
from submissions.actions.reasons import CannotBeDone
from submissions.models import SelfSignOffPermit
from submissions.queries.permits import permit_rows
from tests.factories import RoleFactory, SelfSignOffPermitFactory, SignOffFactory, TrustFactory
from tests.submissions.rule_scenes import days
from tests.submissions.scenes import at_once
from tests.submissions.signing_scenes import manager

REASON = "The finance team is one person."
PERMITS = "/permits/"


def typed(trust, until):
    date = {"until_date_day": until.day, "until_date_month": until.month, "until_date_year": until.year}
    return {"trust": trust.ods_code, "reason": REASON, **date}


def test_given_it_holds_to_its_last_day_and_withdrawn_no_longer(db):
    trust, by = TrustFactory(), manager()
    permit = give_permit(by=by, trust=trust, reason=REASON, until_date=days(0))
    held = SelfSignOffPermit.objects.in_force
    assert list(held(days(0))) == [permit]
    assert list(held(days(1))) == []
    withdraw_permit(by=by, permit=permit)
    assert list(held(days(0))) == []
    assert list(Event.objects.filter(trust=trust).values_list("verb", flat=True)) == [
        "self sign-off permit withdrawn",
        "self sign-off allowed",
    ]


def test_what_is_wrong_is_said_all_at_once(db):
    trust = TrustFactory()
    SelfSignOffPermitFactory(trust=trust)
    with pytest.raises(CannotBeDone) as refusal:
        give_permit(by=manager(), trust=trust, reason="no", until_date=days(-1))
    assert set(refusal.value.troubles) == {"trust", "reason", "until_date"}
    with pytest.raises(CannotBeDone, match="for a year at most"):
        give_permit(by=manager(), trust=TrustFactory(), reason=REASON, until_date=days(400))
    over = SelfSignOffPermitFactory(until_date=days(-1))
    with pytest.raises(CannotBeDone, match="does not hold"):
        withdraw_permit(by=manager(), permit=over)


@pytest.mark.parametrize("kind", [RoleKind.SIGNATORY, RoleKind.SUPPORT_MANAGER, RoleKind.AUDITOR])
def test_nobody_else_gives_or_withdraws_one(db, kind):
    permit = SelfSignOffPermitFactory()
    scope = {"trust": permit.trust} if kind == RoleKind.SIGNATORY else {}
    by = RoleFactory(kind=kind, **scope).user
    with pytest.raises(NotAllowed):
        give_permit(by=by, trust=permit.trust, reason=REASON, until_date=days(1))
    with pytest.raises(NotAllowed):
        withdraw_permit(by=by, permit=permit)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_gives_one():
    trust, by = TrustFactory(), manager()

    def give():
        try:
            return give_permit(by=by, trust=trust, reason=REASON, until_date=days(1))
        except CannotBeDone:
            return None

    assert [given for given in at_once(give, give) if given] == list(SelfSignOffPermit.objects.all())


def test_the_page_lists_them_those_that_hold_first(db, django_assert_max_num_queries):
    over = SelfSignOffPermitFactory(until_date=days(-1))
    holds = SelfSignOffPermitFactory(given_at=timezone.now() - timedelta(days=9))
    SignOffFactory(permit=holds)
    with django_assert_max_num_queries(6):
        rows = permit_rows(manager())
    assert [(row.permit, row.holds, row.signed, row.may_withdraw) for row in rows] == [
        (holds, True, 1, True),
        (over, False, 0, False),
    ]
    own = RoleFactory(kind=RoleKind.SIGNATORY, trust=over.trust).user
    assert [(row.permit, row.may_withdraw) for row in permit_rows(own)] == [(over, False)]


def test_giving_and_withdrawing_on_the_page(db, client):
    trust = TrustFactory()
    client.force_login(manager())
    assert "No permit has been given." in client.get(PERMITS).content.decode()
    assert client.post(PERMITS, typed(trust, days(-3))).status_code == 422
    assert client.post(PERMITS, typed(trust, days(9)) | {"trust": "R99"}).status_code == 422
    given = client.post(PERMITS, typed(trust, days(9)), follow=True).content.decode()
    assert f"People of {trust.name} may sign what they uploaded themselves." in given
    permit = SelfSignOffPermit.objects.get()
    address = reverse("submissions:withdraw_permit", args=[permit.pk])
    assert "somebody else signs at" in client.post(address, follow=True).content.decode()
    assert "does not hold" in client.post(address, follow=True).content.decode()
