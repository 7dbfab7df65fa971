"""What a return is judged against: the trust's own published figures, its own last year, and accepted returns of its type."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from submissions.models import Collection
from submissions.queries.judging import context_for, last_year_figures, published_figures, year_before
from submissions.queries.judging_many import Contexts
from submissions.queries.rulesets import rules_in_force
from submissions.queries.usual import usual_of_type, usual_published
from submissions.states import State
from templates_app import registry
from templates_app.reading import Published
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


def test_made_up_figures_are_never_held_against_true_ones_nor_the_other_way():
    this = ReturnFactory()
    made_up = ReturnFactory(trust=this.trust, collection=CollectionFactory(illustrative=True, name="Made up"))
    for illustrative, pay in ((False, "400"), (True, "900")):
        before = CollectionFactory(year="2014/15", illustrative=illustrative, name=f"Before {illustrative}")
        accepted(ReturnFactory(trust=this.trust, collection=before), FIN3_pay=pay)
    for record, pay in ((this, 400), (made_up, 900)):
        assert last_year_figures(record) == {("FIN3", "pay"): Decimal(pay)}
        contexts = Contexts(Collection.objects.filter(pk__in=[this.collection_id, made_up.collection_id]))
        assert contexts.of(record, rule_book("2016.1"), {}).last_year == {("FIN3", "pay"): Decimal(pay)}


def test_of_two_rounds_of_last_year_the_newest_that_the_trust_answered_counts():
    this, other = ReturnFactory(), TrustFactory()
    rounds = [
        CollectionFactory(year="2014/15", name=f"Round {month}", due_date=date(2030, month, 1)) for month in (9, 6)
    ]
    for collection, pay in zip(rounds, ("900", "600"), strict=True):
        accepted(ReturnFactory(trust=this.trust, collection=collection), FIN3_pay=pay, **{f"HR{pay[0]}_pay": "1"})
    accepted(ReturnFactory(trust=other, collection=rounds[1]), FIN3_pay="6")
    assert last_year_figures(this) == {("FIN3", "pay"): Decimal(900), ("HR9", "pay"): Decimal(1)}
    late = ReturnFactory(trust=other, collection=this.collection)
    assert last_year_figures(late) == {("FIN3", "pay"): Decimal(6)}
    contexts = Contexts([this.collection])
    assert contexts.of(this, rule_book("2016.1"), {}).last_year == last_year_figures(this)


def rule_book(version="2016.2"):
    return registry.get("back_office", version)


def of_type(collection, kind, state=State.ACCEPTED, **figures):
    return accepted(ReturnFactory(collection=collection, trust=TrustFactory(trust_type=kind)), state, **figures)


def test_rates_are_of_income_over_accepted_returns_of_the_type():
    collection = CollectionFactory()
    of_type(collection, "acute", ORG02="200000", FIN3_pay="500")
    of_type(collection, "acute", ORG02="50000", FIN3_pay="100")
    of_type(collection, "acute", ORG02="0", FIN3_pay="7")
    of_type(collection, "acute", FIN3_pay="7")
    of_type(collection, "acute", State.REPLACED, ORG02="1", FIN3_pay="7")
    of_type(collection, "mental_health", ORG02="1", FIN3_pay="7")
    accepted(ReturnFactory(trust=TrustFactory(trust_type="acute")), ORG02="1", FIN3_pay="7")
    (usual,) = usual_of_type(collection, "acute", rule_book("2016.1")).values()
    assert (usual.count, usual.median) == (2, Decimal("0.00225"))
    assert usual.words == "2 accepted returns of acute trusts"


def test_rates_are_kept_by_way_of_delivery_as_well():
    collection = CollectionFactory()
    for how, pay in (("in-house", "500"), ("mixed", "100"), ("in-house", "700")):
        file = of_type(collection, "mental_health", ORG02="1000", FIN3_pay=pay)
        FigureFactory(submission=file, line="FIN3", column="delivery", kind="text", number=None, text=how)
    found = usual_of_type(collection, "mental_health", rule_book())
    assert {key[3]: usual.count for key, usual in found.items()} == {"": 3, "delivery=in-house": 2, "delivery=mixed": 1}
    assert found["ORG02|||", "FIN3", "pay", ""].words == "3 accepted returns of mental health trusts"


def test_rates_are_worked_out_once_a_minute(django_assert_num_queries):
    collection = CollectionFactory()
    with django_assert_num_queries(1):
        usual_of_type(collection, "acute", rule_book())
    with django_assert_num_queries(0):
        usual_of_type(collection, "acute", rule_book())
    with django_assert_num_queries(1):
        usual_of_type(collection, "community", rule_book())


def publish(cost, area=Decimal(100), *, kind="acute", **more):
    trust = TrustFactory(trust_type=kind)
    about = {"trust": trust, "source": "NHS Digital ERIC 2015/16"} | more
    PublishedFigureFactory(measure="hard_fm_cost", value=cost, unit="pounds", **about)
    PublishedFigureFactory(measure="gross_internal_floor_area", value=area, **about)


def test_published_rates_are_of_the_type_and_the_year_and_say_over_how_many_trusts(django_assert_num_queries):
    publish(Decimal(9000))
    publish(Decimal(11000))
    publish(Decimal(1), kind="ambulance")
    publish(Decimal(1), year="2016/17")
    publish(Decimal(1), is_partial=True)
    found = usual_published("2015/16", "acute", rule_book())
    assert {line: (usual.count, usual.median) for line, usual in found.items()} == {"EST1": (2, Decimal("0.1"))}
    assert found["EST1"].words == "NHS Digital ERIC 2015/16 for 2 acute trusts"
    with django_assert_num_queries(0):
        assert usual_published("2015/16", "acute", rule_book()) == found
        assert usual_published("2015/16", "acute", rule_book("2016.1")) == {}


def test_the_context_is_of_this_trust_and_this_round():
    return_record = ReturnFactory(trust=TrustFactory(trust_type="ambulance"))
    PublishedFigureFactory(trust=return_record.trust, measure="floor", value=Decimal(5))
    context = context_for(return_record, rules_in_force("back_office", "2016.1"))
    assert (context.trust_code, context.trust_name) == (return_record.trust.ods_code, return_record.trust.name)
    assert (context.trust_type, context.template, context.version) == ("ambulance", "back_office", "2016.1")
    assert context.published == {"floor": Decimal(5)}
    assert context.published_by_year == {("2015/16", "floor"): Published(Decimal(5), "test")}
    assert context.last_year == context.usual == context.usual_published == context.other_returns == {}
