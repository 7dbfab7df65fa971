"""On which days files are taken: one rule, at every action and on every page."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import RoleKind
from submissions.actions.correct import correct
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.nil_returns import CannotDeclareNil, declare_nil
from submissions.actions.process import process
from submissions.models import Submission
from submissions.queries.open_days import takes_files, why_no_files
from tests.factories import CollectionFactory, ExtensionFactory, ReturnFactory, RoleFactory, TrustFactory, UserFactory
from tests.submissions.scenes import preparer_of, received

OPENS, DUE, CLOSES = date(2016, 9, 5), date(2016, 9, 30), date(2016, 10, 14)


def a_round(**more):
    return CollectionFactory.build(name="Back office", opens_date=OPENS, due_date=DUE, closes_date=CLOSES, **more)


def closed_on(day):
    moment = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))
    return {"closed_at": moment, "closed_by": UserFactory.build()}


@pytest.mark.parametrize(
    ("day", "due", "closed", "taken"),
    [
        (date(2016, 9, 4), DUE, None, False),
        (OPENS, DUE, None, True),
        (CLOSES, DUE, None, True),
        (date(2016, 10, 15), DUE, None, False),
        (date(2016, 10, 15), date(2016, 10, 20), None, True),
        (date(2016, 10, 20), date(2016, 10, 20), None, True),
        (date(2016, 10, 21), date(2016, 10, 20), None, False),
        (date(2016, 10, 10), DUE, date(2016, 10, 3), False),
        (date(2016, 10, 10), date(2016, 10, 10), date(2016, 10, 3), True),
        (date(2016, 9, 4), date(2016, 10, 20), None, False),
    ],
)
def test_files_are_taken_while_the_round_is_open_or_there_is_more_time(day, due, closed, taken):
    collection = a_round(**(closed_on(closed) if closed else {}))
    assert takes_files(collection, due, day) is taken
    assert bool(why_no_files(collection, due, day)) is not taken


def test_the_words_say_when_and_what_to_do():
    assert why_no_files(a_round(), DUE, date(2016, 9, 1)).startswith("Back office opens on 5 September 2016. Send")
    assert why_no_files(a_round(), DUE, date(2016, 11, 1)).startswith("Back office closed on 14 October 2016 and takes")
    by_hand = a_round(**closed_on(date(2016, 10, 3)))
    assert "closed on 3 October 2016" in why_no_files(by_hand, DUE, date(2016, 11, 1))
    assert "Tell NHS Improvement's support team" in why_no_files(by_hand, DUE, date(2016, 11, 1))


def days(number):
    return timezone.localdate() + timedelta(days=number)


def closed_round():
    return CollectionFactory(opens_date=days(-30), due_date=days(-9), closes_date=days(-2))


@pytest.mark.django_db
def test_a_file_is_not_taken_before_the_round_opens_or_after_it_closed():
    announced = CollectionFactory(opens_date=days(3))
    for collection in (announced, closed_round()):
        with pytest.raises(ReturnIsLocked, match=r"opens on|closed on"):
            received(ReturnFactory(collection=collection))
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_a_trust_with_more_time_sends_its_file_after_the_round_closed():
    return_record = ReturnFactory(collection=closed_round())
    by = UserFactory()
    more = {"granted": True, "decided_by": by, "decided_at": timezone.now()}
    extension = ExtensionFactory(return_record=return_record, until_date=days(0), **more)
    assert received(return_record).return_record == return_record
    type(extension).objects.update(until_date=days(-1))
    with pytest.raises(ReturnIsLocked):
        received(return_record, b"another")


@pytest.mark.django_db
def test_a_file_that_came_in_time_is_judged_after_the_round_closed_and_not_corrected():
    return_record = ReturnFactory()
    submission = received(return_record)
    type(return_record.collection).objects.update(due_date=days(-2), closes_date=days(-1))
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.loaded_at is not None
    with pytest.raises(ReturnIsLocked):
        correct(by=preparer_of(return_record), submission=submission, changes={("FIN3", "pay"): "1"})


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.django_db
def test_an_announced_round_stands_on_home_with_its_date_and_no_next_step(client):
    return_record = ReturnFactory(collection=CollectionFactory(name="Pathology", opens_date=days(3)))
    client.force_login(preparer_of(return_record))
    said = text_of(client.get("/"))
    assert "Pathology opens on" in said
    assert "Download your workbook" not in said
    said = text_of(client.get(reverse("submissions:return", args=[return_record.pk])))
    assert "Pathology opens on" in said
    assert "Upload and check" not in said


@pytest.mark.django_db
def test_home_shows_the_returns_of_trusts_that_were_taken_over(client):
    own = TrustFactory(name="University Hospitals Birmingham")
    gone = TrustFactory(name="Heart of England", closed_date=days(-3), successor=own)
    return_record = ReturnFactory(trust=gone, collection=CollectionFactory(name="Back office"))
    client.force_login(RoleFactory(trust=own, kind=RoleKind.PREPARER).user)
    said = text_of(client.get("/"))
    assert "Back office: Heart of England" in said
    assert "Heart of England was taken over by University Hospitals Birmingham" in said
    assert "Download your workbook" in said
    page = text_of(client.get(reverse("submissions:return", args=[return_record.pk])))
    assert "Heart of England, taken over by University Hospitals Birmingham" in page


@pytest.mark.django_db
def test_a_closed_round_takes_no_nil_return():
    pathology = {"template": "pathology", "version": "2016.1"}
    closed = CollectionFactory(opens_date=days(-30), due_date=days(-9), closes_date=days(-2), **pathology)
    for collection, taken in ((CollectionFactory(**pathology), True), (closed, False)):
        return_record = ReturnFactory(collection=collection)
        by = preparer_of(return_record)
        if taken:
            assert declare_nil(by=by, return_record=return_record, reason="We neither provide nor buy pathology.").pk
        else:
            with pytest.raises(CannotDeclareNil, match="closed on"):
                declare_nil(by=by, return_record=return_record, reason="We neither provide nor buy pathology.")
