"""The pages of more time: asking, deciding, and what the return says of it; for the trust, for those who decide, and for strangers."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import RoleKind
from footprints.working_days import add_working_days
from submissions.models import Extension
from submissions.queries.standing import due_date_of
from submissions.states import State
from tests.factories import ExtensionFactory, ReturnFactory, RoleFactory, SubmissionFactory, UserFactory
from ui.formats import long_date

pytestmark = pytest.mark.django_db
REASON = "Our payroll provider sends its figures late"


@pytest.fixture
def return_record():
    return ReturnFactory(trust__region="North", trust__name="Barts Health NHS Trust")


@pytest.fixture
def day(return_record):
    return add_working_days(return_record.collection.due_date, 3)


@pytest.fixture
def preparer(client, return_record):
    return enter(client, RoleKind.PREPARER, trust=return_record.trust)


def enter(client, kind, **scope):
    person = RoleFactory(kind=kind, **{"trust": None} | scope).user
    client.force_login(person)
    return person


def address(return_record, name="ask_extension"):
    return reverse(f"submissions:{name}", args=[return_record.pk])


def typed(day, reason=REASON, **more):
    return {"until_day": day.day, "until_month": day.month, "until_year": day.year, "reason": reason} | more


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def waiting(return_record, day, **more):
    asker = RoleFactory(trust=return_record.trust, user=UserFactory(name="Amina Khan")).user
    return ExtensionFactory(return_record=return_record, asked_by=asker, asked_until_date=day, **more)


def test_a_trust_asks_and_sees_that_it_waits(client, return_record, preparer, day):
    page = text_of(client.get(address(return_record, "return")))
    assert f"If you cannot send your return by {long_date(return_record.collection.due_date)}" in page
    answer = client.post(address(return_record), typed(day), follow=True)
    page = text_of(answer)
    assert "Your request is with NHS Improvement" in page
    assert f"for time until {long_date(day)}" in page
    assert "NHS Improvement has not decided yet" in page
    assert "Ask for more time" not in page
    assert Extension.objects.get().asked_by == preparer


def test_what_is_wrong_stands_beside_its_field(client, return_record, preparer):
    answer = client.post(address(return_record), typed(return_record.collection.due_date, "late"))
    assert answer.status_code == 422
    page = text_of(answer)
    assert "There is a problem" in page
    assert page.count("The new day must be after") == 2
    assert page.count("Say why in at least 10 letters.") == 2
    assert 'value="late' not in page


def test_a_return_that_is_in_says_why_nothing_can_be_asked(client, return_record, preparer):
    SubmissionFactory(return_record=return_record, state=State.ACCEPTED, loaded_at=timezone.now())
    page = text_of(client.get(address(return_record)))
    assert "This return has come, so it needs no more time." in page
    assert "New last day" not in page
    assert "More time" not in text_of(client.get(address(return_record, "return")))


def test_whoever_comes_while_one_waits_is_sent_where_it_stands(client, return_record, preparer, day):
    asked = waiting(return_record, day)
    assert client.get(address(return_record)).url == address(return_record, "return")
    enter(client, RoleKind.SUPPORT_MANAGER, region="North")
    assert client.get(address(return_record)).url == reverse("submissions:decide_extension", args=[asked.pk])


def test_support_grants_from_the_return(client, return_record, day):
    asked = waiting(return_record, day)
    enter(client, RoleKind.SUPPORT_MANAGER, region="North")
    page = client.get(address(return_record, "return")).content.decode()
    decide = reverse("submissions:decide_extension", args=[asked.pk])
    assert f'href="{decide}"' in page
    page = client.get(decide).content.decode()
    assert f'value="{day.year}"' in page, "the day that was asked for stands there to be taken"
    page = text_of(client.post(decide, typed(day, decision="grant"), follow=True))
    assert f"Barts Health NHS Trust has until {long_date(day)}" in page
    assert f"Granted until {long_date(day)}" in page
    assert "(asked for by Amina Khan" in page
    assert f"Due {long_date(day)}. " in page
    assert "This request was granted until" in text_of(client.get(decide))


def test_support_refuses_whatever_stands_in_the_day(client, return_record, day):
    asked = waiting(return_record, day)
    enter(client, RoleKind.SUPPORT_MANAGER, region="North")
    decide = reverse("submissions:decide_extension", args=[asked.pk])
    answer = client.post(decide, {"reason": "no", "decision": "refuse"})
    assert answer.status_code == 422
    assert "Last day (optional)" not in text_of(answer)
    page = text_of(client.post(decide, {"reason": REASON, "decision": "refuse"}, follow=True))
    assert "You refused Barts Health NHS Trust more time. We have told Amina Khan." in page
    assert f"Not granted until {long_date(day)}" in page


def test_a_decision_is_grant_or_refuse(client, return_record, day):
    asked = waiting(return_record, day)
    enter(client, RoleKind.SUPPORT_MANAGER, region="North")
    answer = client.post(reverse("submissions:decide_extension", args=[asked.pk]), typed(day))
    assert (answer.status_code, "Choose Grant or Refuse" in text_of(answer)) == (422, True)
    assert Extension.objects.waiting().exists()


def test_the_second_decision_is_told_so(client, return_record, day):
    asked = waiting(return_record, day)
    enter(client, RoleKind.SUPPORT_MANAGER, region="North")
    decide = reverse("submissions:decide_extension", args=[asked.pk])
    client.post(decide, typed(day, decision="grant"))
    answer = client.post(decide, typed(day, decision="refuse"))
    assert (answer.status_code, "has been granted already" in text_of(answer)) == (422, True)


def test_support_gives_more_time_unasked(client, return_record, day):
    enter(client, RoleKind.SUPPORT_MANAGER, region="North")
    assert "Give more time" in text_of(client.get(address(return_record, "return")))
    last = add_working_days(return_record.collection.due_date, 10)
    assert f"You can give more time until {long_date(last)}" in text_of(client.get(address(return_record)))
    answer = client.post(address(return_record), typed(last + timedelta(days=7)))
    assert "Ask a collection manager to grant a later day" in text_of(answer)
    client.post(address(return_record), typed(day))
    assert due_date_of(return_record) == day


def test_the_lead_sees_it_and_a_stranger_nothing(client, return_record, day):
    asked = waiting(return_record, day)
    enter(client, RoleKind.ANALYST)
    page = text_of(client.get(address(return_record, "return")))
    assert "Nobody has decided yet" in page
    assert "Decide on the request" not in page
    enter(client, RoleKind.PREPARER, trust=ReturnFactory().trust)
    assert client.get(address(return_record)).status_code == 404
    assert client.post(reverse("submissions:decide_extension", args=[asked.pk])).status_code == 404
