"""Whoever still has something to do is told that the dates of the round are others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from footprints.models import Letter, RoleKind
from submissions.actions.rounds import change_dates
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    ExcuseFactory,
    ExtensionFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)
from ui.formats import long_date

pytestmark = pytest.mark.usefixtures("db")
REASON = "The payroll provider of the North was away for a week."


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def manager(db):
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user


@pytest.fixture
def collection(db):
    return CollectionFactory(name="Back office", opens_date=today(-20), due_date=today(5), closes_date=today(30))


def owing(collection, **trust):
    made = ReturnFactory(collection=collection, trust=TrustFactory(**trust))
    for kind in (RoleKind.PREPARER, RoleKind.SIGNATORY, RoleKind.CHIEF_EXECUTIVE):
        RoleFactory(kind=kind, trust=made.trust)
    return made


def change(manager, collection, *, due=9, closes=30, reason=REASON):
    change_dates(by=manager, collection=collection, due_date=today(due), closes_date=today(closes), reason=reason)


def of(return_record):
    return list(Letter.objects.filter(trust=return_record.trust, kind="dates").order_by("pk"))


def test_preparer_and_signatory_get_the_new_day_and_the_reason(manager, collection):
    return_record = owing(collection)
    change(manager, collection)
    letters = of(return_record)
    roles = return_record.trust.roles.exclude(kind=RoleKind.CHIEF_EXECUTIVE)
    assert {letter.to for letter in letters} == {role.user for role in roles}
    assert letters[0].subject.startswith(f"Other dates, due on {long_date(today(9))}: Back office, ")
    assert f"is due on {long_date(today(9))} now. It was due on {long_date(today(5))}." in letters[0].text
    assert f"Why the dates were changed: {REASON}" in letters[0].text
    assert "Files are taken" not in letters[0].text


def test_each_change_is_told_once(manager, collection):
    return_record = owing(collection)
    change(manager, collection)
    change(manager, collection, closes=40)
    first, later = of(return_record)[::2]
    assert f"is due on {long_date(today(9))}, as before." in later.text
    assert f"Files are taken until {long_date(today(40))}." in later.text
    assert first.key != later.key


def test_nobody_who_has_nothing_left_to_do(manager, collection):
    done, excused = owing(collection), owing(collection)
    SubmissionFactory(return_record=done, state=State.ACCEPTED, loaded_at=timezone.now())
    ExcuseFactory(return_record=excused)
    change(manager, collection)
    assert not Letter.objects.exists()


def test_whose_longer_time_ends_later_is_told_only_where_the_close_changes(manager, collection):
    extended = owing(collection)
    given = {"granted": True, "until_date": today(12), "decided_by": UserFactory(), "decided_at": timezone.now()}
    ExtensionFactory(return_record=extended, **given)
    change(manager, collection)
    assert not of(extended)
    change(manager, collection, closes=50)
    assert f"is due on {long_date(today(12))}, as before." in of(extended)[0].text


def test_a_round_that_has_not_opened_tells_its_day_when_it_opens(manager):
    collection = CollectionFactory(opens_date=today(2), due_date=today(5))
    owing(collection)
    change(manager, collection)
    assert not Letter.objects.exists()


def test_the_people_of_a_trust_that_took_it_over_are_told_too(manager, collection):
    successor = TrustFactory()
    person = RoleFactory(kind=RoleKind.PREPARER, trust=successor).user
    return_record = owing(collection, successor=successor, closed_date=today(-3))
    change(manager, collection)
    assert person in {letter.to for letter in of(return_record)}


def test_many_in_the_same_few_statements(manager, collection, django_assert_max_num_queries):
    for _ in range(5):
        owing(collection)
    with django_assert_max_num_queries(20):
        change(manager, collection)
    assert Letter.objects.count() == 10
