"""What a return is held against of the same trust's other returns: the latest that is in, of its own year, with its cells."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from submissions.actions.process import check
from submissions.queries.judging import context_for
from submissions.queries.other_returns import other_returns, templates_held_against
from submissions.queries.rulesets import rules_in_force
from submissions.read_file import to_json
from submissions.states import State
from templates_app import registry
from templates_app.reading import Value
from tests.factories import CollectionFactory, FigureFactory, ReturnFactory, SubmissionFactory, TrustFactory
from tests.submissions.any_return import changed, reading_of

pytestmark = pytest.mark.usefixtures("db")
BACK, PATHOLOGY = registry.get("back_office", "2016.2"), registry.get("pathology", "2016.1")
ORG04 = ("ORG04", "value")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def of_pathology(trust, **more):
    return ReturnFactory(trust=trust, collection=CollectionFactory(template="pathology", **more))


def of_back_office(trust, **more):
    return ReturnFactory(trust=trust, collection=CollectionFactory(version="2016.2", **more))


def accepted(return_record, amount, state=State.ACCEPTED, **more):
    file = SubmissionFactory(
        return_record=return_record, state=state, loaded_at=timezone.now(), version="2016.2", **more
    )
    FigureFactory(submission=file, line="ORG04", column="value", number=amount, sheet="Trust", cell="D12")
    return file


def found_for(return_record):
    return other_returns([return_record], {"back_office"}).get(return_record.pk, {})


def test_each_template_says_at_which_others_it_looks():
    older, newer = (CollectionFactory.build(version=version) for version in ("2016.1", "2016.2"))
    assert templates_held_against(BACK, newer) == {"pathology"}
    assert templates_held_against(PATHOLOGY, CollectionFactory.build(template="pathology")) == {"back_office"}
    assert templates_held_against(registry.get("back_office", "2016.1"), older) == frozenset()
    assert templates_held_against(registry.get("back_office", "2016.1"), newer) == {"pathology"}


def test_the_accepted_return_of_the_same_trust_and_year_with_the_cells_where_its_figures_truly_stand():
    trust = TrustFactory()
    file = accepted(of_back_office(trust), Decimal(900))
    found = found_for(of_pathology(trust))["back_office"]
    assert (found.reference, found.version) == (file.reference, "2016.2")
    assert found.values == {ORG04: Value("number", Decimal(900))}
    assert found.cells == {ORG04: "Trust!D12"}


def test_not_another_trusts_nor_another_years_nor_made_up_figures_nor_a_file_that_is_not_in():
    trust = TrustFactory()
    accepted(of_back_office(TrustFactory()), 1)
    accepted(of_back_office(trust, year="2014/15"), 1)
    accepted(of_back_office(trust, illustrative=True), 1)
    for state in (State.REPLACED, State.BLOCKED):
        accepted(of_back_office(trust), 1, state)
    assert found_for(of_pathology(trust)) == {}
    assert list(found_for(of_pathology(trust, illustrative=True))) == ["back_office"]


def test_a_file_that_waits_for_explanations_is_in_and_the_latest_counts():
    trust = TrustFactory()
    accepted(of_back_office(trust), 1)
    reading = reading_of(BACK, changed(BACK, ORG04=777), trust.ods_code)
    waiting = SubmissionFactory(
        return_record=of_back_office(trust), state=State.TO_EXPLAIN, version="2016.2", reading=to_json(reading)
    )
    found = found_for(of_pathology(trust))["back_office"]
    assert (found.reference, found.values[ORG04].number) == (waiting.reference, 777)
    assert found.cells[ORG04] == "Organisation!C9"
    accepted(of_back_office(trust), 5)
    assert found_for(of_pathology(trust))["back_office"].values[ORG04].number == 5


def test_a_return_is_judged_against_it_in_two_more_queries(django_assert_num_queries):
    trust = TrustFactory()
    accepted(of_back_office(trust), 5)
    record = of_pathology(trust)
    rules = rules_in_force("pathology", "2016.1")
    assert list(context_for(record, rules).other_returns) == ["back_office"]
    with django_assert_num_queries(5):  # published, last year's, waivers; and the other file with its figures
        context_for(record, rules)


def test_many_returns_are_gathered_in_two_queries(django_assert_num_queries):
    records = []
    for _ in range(3):
        trust = TrustFactory()
        accepted(of_back_office(trust), 5)
        records.append(of_pathology(trust))
    with django_assert_num_queries(2):
        found = other_returns(records, {"back_office"})
    assert [list(found[record.pk]) for record in records] == [["back_office"]] * 3
    with django_assert_num_queries(0):
        assert other_returns(records, ()) == {}


def test_a_file_that_disagrees_is_stopped_and_both_cells_and_the_other_file_are_named():
    trust = TrustFactory(trust_type="acute")
    other = accepted(of_back_office(trust), Decimal(1))
    reading = reading_of(PATHOLOGY, changed(PATHOLOGY), trust.ods_code)
    submission = SubmissionFactory(return_record=of_pathology(trust), template="pathology", version="2016.1")
    judgement, state = check(submission, reading)
    assert [finding.code for finding in judgement.findings] == ["P-I3", "P-H20a"]
    assert state == State.BLOCKED
    kept = submission.findings.get(code="P-H20a")
    assert (kept.sheet, kept.cell) == ("Disciplines", "I7")
    assert f"£1k (Trust!D12 of file {other.reference})" in kept.message
