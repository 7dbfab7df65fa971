"""A round is opened once, and every trust that existed owes a return to it."""

from datetime import date

import pytest
from django.db import IntegrityError

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions.open_collection import open_collection, year_end
from submissions.models import Collection, Return
from templates_app import registry
from templates_app.actions import DefinitionChanged
from templates_app.models import TemplateVersion
from templates_app.registry import UnknownTemplate
from tests.factories import RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.usefixtures("db")


def open_round(by="tests", **changes):
    given = {
        "template": "back_office",
        "name": "Back office 2015/16",
        "opens_date": date(2016, 9, 1),
        "due_date": date(2016, 9, 30),
    }
    return open_collection(by=by, **given | changes)


def test_every_trust_that_existed_at_the_years_end_owes_a_return():
    closed = {"closed_date": date(2016, 3, 31)}
    owing = {TrustFactory(), TrustFactory(**closed, successor=TrustFactory(opened_date=date(2016, 4, 1)))}
    TrustFactory(closed_date=date(2016, 3, 30))
    TrustFactory(**closed)  # nobody is left to answer
    TrustFactory(opened_date=date(2016, 4, 1))
    collection = open_round()
    assert {owed.trust for owed in collection.returns.all()} == owing
    assert (collection.version, collection.year, collection.illustrative) == ("2016.2", "2015/16", False)


def test_it_is_recorded_who_opened_it():
    TrustFactory()
    person = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    collection = open_round(by=person)
    assert collection.opened_by == person
    event = Event.objects.get(verb="collection opened")
    assert (event.user, event.subject, event.detail) == (person, f"collection:{collection.pk}", {"returns": 1})


def test_repeating_adds_only_what_is_missing():
    first = TrustFactory()
    collection = open_round()
    owed = Return.objects.get()
    second = TrustFactory()
    assert open_round(due_date=date(2016, 12, 31)) == collection
    assert set(Return.objects.values_list("trust", flat=True)) == {first.pk, second.pk}
    assert Return.objects.get(trust=first) == owed
    assert Collection.objects.get().due_date == date(2016, 9, 30)
    assert Event.objects.filter(verb="collection opened").count() == 1


def test_a_round_of_a_template_that_there_is_none_of_is_not_opened():
    with pytest.raises(UnknownTemplate):
        open_round(template="catering")


def test_dates_the_wrong_way_round_leave_nothing():
    TrustFactory()
    with pytest.raises(IntegrityError):
        open_round(due_date=date(2016, 8, 31))


@pytest.mark.parametrize(("year", "end"), [("2015/16", date(2016, 3, 31)), ("1999/00", date(2000, 3, 31))])
def test_a_financial_year_ends_in_march(year, end):
    assert year_end(year) == end


def test_the_version_of_a_round_counts_as_published_with_its_checksum():
    open_round()
    published = TemplateVersion.objects.get()
    assert (published.template, published.version) == ("back_office", "2016.2")
    assert published.checksum == registry.checksum("back_office", "2016.2")


def test_a_version_that_went_out_with_other_contents_opens_nothing():
    open_round()
    TemplateVersion.objects.update(checksum="0" * 64)
    with pytest.raises(DefinitionChanged):
        open_round(name="A second round")
    assert Collection.objects.count() == 1


def test_nobody_else_opens_a_round():
    with pytest.raises(NotAllowed):
        open_round(by=UserFactory())
    assert not Collection.objects.exists()


@pytest.mark.parametrize(
    ("terms", "owing"),
    [
        ({"owed_by": "types", "trust_types": ("ambulance", "community")}, {"RX1"}),
        ({"owed_by": "list", "trusts": ("R1H",)}, {"R1H"}),
        ({"owed_by": "all"}, {"RX1", "R1H"}),
    ],
)
def test_a_round_may_be_owed_by_some(terms, owing):
    TrustFactory(ods_code="RX1", trust_type="ambulance")
    TrustFactory(ods_code="R1H")
    collection = open_round(**terms)
    assert set(collection.returns.values_list("trust__ods_code", flat=True)) == owing


def test_a_round_is_opened_from_the_version_that_is_named_and_by_its_terms():
    collection = open_round(version="2016.1", purpose="pilot", closes_date=date(2016, 10, 14), extension_days=3)
    collection.refresh_from_db()
    assert (collection.version, collection.is_pilot, collection.closes_date) == ("2016.1", True, date(2016, 10, 14))
    assert collection.extension_days == 3


def test_a_made_up_round_is_of_the_trusts_of_its_year():
    closed = TrustFactory(closed_date=date(2016, 6, 30))
    assert {owed.trust for owed in open_round(illustrative=True).returns.all()} == {closed}
