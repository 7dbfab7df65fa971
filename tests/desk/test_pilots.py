"""Whether a version was piloted, as the page says it that shows what opening a round does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.queries.pilots import pilot_of
from footprints.models import RoleKind
from tests.desk.test_rounds import a_plan, preview, text_of
from tests.factories import (
    CollectionFactory,
    FeedbackAnswerFactory,
    FeedbackFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)
from ui.formats import long_date

pytestmark = pytest.mark.django_db
VERSION = {"template": "back_office", "version": "2016.1"}


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def make_pilot(today):
    def make(begun, ended, trusts=2, **more):
        ends = today + timedelta(days=ended)
        dates = {"opens_date": today + timedelta(days=begun), "due_date": ends, "closes_date": ends}
        collection = CollectionFactory(purpose="pilot", owed_by="list", **VERSION | dates | more)
        return [ReturnFactory(collection=collection) for _ in range(trusts)]

    return make


@pytest.fixture
def manager(client):
    TrustFactory()
    client.force_login(RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user)
    return client


def test_a_version_that_no_pilot_has_tried_is_warned_of_and_can_be_opened(make_pilot, manager):
    make_pilot(3, 17)  # announced
    make_pilot(-20, -6, version="2016.2")
    ReturnFactory(collection=CollectionFactory(**VERSION))
    assert pilot_of(**VERSION) is None
    said = preview(manager, a_plan())
    assert "No pilot has tried this version." in text_of(said)
    assert 'href="/templates/back_office/2016.1/"' in said.content.decode()
    assert "Open the round" in text_of(said)


def test_a_pilot_is_not_warned_that_none_was_before_it(manager):
    codes = (TrustFactory().ods_code,)
    said = text_of(preview(manager, a_plan(purpose="pilot", owed_by="list", trusts=codes)))
    assert "No pilot has tried" not in said
    assert "Open the pilot" in said


def test_a_pilot_that_is_over_is_told_with_its_days_and_what_is_not_answered(make_pilot, manager, today):
    one, two = make_pilot(-20, -6)
    for record, code, clear, more in (
        (one, "FIN3", "no", {}),
        (two, "FIN3", "partly", {}),
        (one, "FIN4", "yes", {"text": "Good, but late"}),
        (one, "FIN5", "yes", {"obtainable": "no"}),
        (one, "FIN6", "yes", {"obtainable": "yes"}),  # asks for nothing
        (two, "FIN7", "no", {}),
    ):
        FeedbackFactory(return_record=record, version="2016.1", code=code, clear=clear, **more)
    FeedbackAnswerFactory(**VERSION, subject="line", code="FIN7")
    FeedbackAnswerFactory(template="back_office", version="2016.2", subject="line", code="FIN3")
    first, last = long_date(today - timedelta(days=20)), long_date(today - timedelta(days=6))
    words = f"2 trusts piloted version 2016.1 from {first} to {last}. 4 remarks are not answered."
    assert pilot_of(**VERSION).words == words
    said = text_of(preview(manager, a_plan()))
    assert words in said
    assert "No pilot" not in said


def test_several_pilots_count_as_one_and_each_trust_once(make_pilot, today):
    (first,) = make_pilot(-40, -30, trusts=1)
    (again,) = make_pilot(-20, -6, trusts=1)
    type(again).objects.filter(pk=again.pk).update(trust=first.trust)
    found = pilot_of(**VERSION)
    assert (found.trusts, found.begun, found.ends) == (1, today - timedelta(days=40), today - timedelta(days=6))
    assert found.words.endswith("None of their remarks waits for an answer.")


def test_a_pilot_that_still_runs_has_no_end_until_somebody_closes_it(make_pilot, today):
    make_pilot(-5, 9, trusts=1)
    record = FeedbackFactory(
        return_record=ReturnFactory(collection__purpose="pilot", **{f"collection__{k}": v for k, v in VERSION.items()})
    )
    (running,) = make_pilot(-50, 20, trusts=1)
    begun = min(today - timedelta(days=50), record.return_record.collection.opens_date)
    found = pilot_of(**VERSION)
    assert found.ends is None
    assert found.words.startswith(
        f"3 trusts have been piloting version 2016.1 since {long_date(begun)}. 1 remark is not"
    )
    closed = {"closed_at": timezone.now(), "closed_by": UserFactory()}
    type(running.collection).objects.filter(purpose="pilot").update(**closed)
    assert pilot_of(**VERSION).ends == today
