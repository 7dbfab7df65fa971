"""What a return is judged against: the trust's own published figures, its own last year, and accepted returns of its type."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from submissions.queries.judging import context_for, last_year_figures, published_figures, type_rates, year_before
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    PublishedFigureFactory,
    ReturnFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def accepted(return_record, state=State.ACCEPTED, **figures):
    submission = SubmissionFactory(return_record=return_record, state=state, loaded_at=timezone.now())
    for place, number in figures.items():
        line, _, column = place.partition("_")
        FigureFactory(submission=submission, line=line, column=column or "value", number=Decimal(number))
    return submission


@pytest.mark.parametrize(("year", "before"), [("2015/16", "2014/15"), ("2000/01", "1999/00"), ("2099/00", "2098/99")])
def test_the_year_before(year, before):
    assert year_before(year) == before


def test_only_the_trusts_own_whole_figures_of_the_year_count_as_published():
    trust = TrustFactory()
    PublishedFigureFactory(trust=trust, measure="floor", value=Decimal("84050.5000"))
    PublishedFigureFactory(trust=trust, measure="floor", year="2014/15", value=Decimal(1))
    PublishedFigureFactory(trust=trust, measure="partial", is_partial=True)
    PublishedFigureFactory(measure="of another")
    assert published_figures(trust.pk, "2015/16") == {"floor": Decimal("84050.5")}


def test_last_year_is_the_accepted_return_of_this_trust_to_this_template():
    trust = TrustFactory()
    this = ReturnFactory(trust=trust)
    before = CollectionFactory(year="2014/15")
    accepted(ReturnFactory(trust=trust, collection=before), FIN3_pay="400.5", ORG02="100")
    for other in (
        ReturnFactory(collection=before),
        ReturnFactory(trust=trust, collection=CollectionFactory(year="2013/14")),
        ReturnFactory(trust=trust, collection=CollectionFactory(year="2014/15", template="pathology")),
        this,
    ):
        accepted(other, FIN4_pay="1")
    assert last_year_figures(this) == {("FIN3", "pay"): Decimal("400.5"), ("ORG02", "value"): Decimal(100)}


def test_a_replaced_or_blocked_file_of_last_year_does_not_count():
    this = ReturnFactory()
    before = ReturnFactory(trust=this.trust, collection=CollectionFactory(year="2014/15"))
    accepted(before, State.REPLACED, FIN3_pay="1")
    accepted(before, State.BLOCKED, FIN3_pay="2")
    assert last_year_figures(this) == {}


def test_rates_are_per_hundred_million_of_income_over_accepted_returns_of_the_type():
    collection = CollectionFactory()

    def of_type(kind, state=State.ACCEPTED, **figures):
        accepted(ReturnFactory(collection=collection, trust=TrustFactory(trust_type=kind)), state, **figures)

    of_type("acute", ORG02="200000", FIN3_pay="500")
    of_type("acute", ORG02="50000", FIN3_pay="100")
    of_type("acute", ORG02="0", FIN3_pay="7")
    of_type("acute", FIN3_pay="7")
    of_type("acute", State.REPLACED, ORG02="1", FIN3_pay="7")
    of_type("mental_health", ORG02="1", FIN3_pay="7")
    accepted(ReturnFactory(trust=TrustFactory(trust_type="acute")), ORG02="1", FIN3_pay="7")
    rates = type_rates(collection, "acute")
    assert set(rates) == {("FIN3", "pay")}
    assert sorted(rates["FIN3", "pay"]) == [Decimal(200), Decimal(250)]


def test_rates_are_worked_out_once_a_minute(django_assert_num_queries):
    collection = CollectionFactory()
    with django_assert_num_queries(2):
        type_rates(collection, "acute")
    with django_assert_num_queries(0):
        type_rates(collection, "acute")
    with django_assert_num_queries(2):
        type_rates(collection, "community")


def test_the_context_is_of_this_trust_and_this_round():
    return_record = ReturnFactory(trust=TrustFactory(trust_type="ambulance"))
    PublishedFigureFactory(trust=return_record.trust, measure="floor", value=Decimal(5))
    context = context_for(return_record)
    assert (context.trust_code, context.trust_name) == (return_record.trust.ods_code, return_record.trust.name)
    assert (context.trust_type, context.template, context.version) == ("ambulance", "back_office", "2016.1")
    assert context.published == {"floor": Decimal(5)}
    assert context.last_year == context.type_rates == {}
