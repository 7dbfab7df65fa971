"""Trying a rule over what is stored: the latest checked file of each return, by type of trust, and nothing changed by it."""

import json
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from submissions.models import AddedRule, Finding, Submission
from submissions.queries.judging import context_for
from submissions.queries.judging_many import Contexts
from submissions.queries.rulesets import rules_in_force
from submissions.queries.trying import try_rule
from submissions.states import State
from templates_app.definition_file import DefinitionFaults
from tests.factories import CollectionFactory, PublishedFigureFactory, ReturnFactory, WaiverFactory
from tests.submissions.rule_scenes import added, checked, rule_text
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, received, rows, workbook

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def test_it_tells_whom_the_rule_would_hit_and_how():
    collection = CollectionFactory()
    acute, ambulance = (
        checked(ReturnFactory(collection=collection, trust__name=name, trust__trust_type=kind))
        for name, kind in (("Acute", "acute"), ("Fast", "ambulance"))
    )
    run = try_rule("back_office", rule_text())
    assert (run.code, run.judged, run.hit, run.places, run.left_out) == ("N-H1", 2, 2, 2, 0)
    assert [(row.trust_type, row.judged, row.hit) for row in run.by_type] == [("acute", 1, 1), ("ambulance", 1, 1)]
    hit = run.hits[0]
    assert (hit.trust_name, hit.reference, hit.line, hit.column) == ("Acute", acute.reference, "ORG02", "value")
    assert hit.place.startswith("Organisation!")
    assert hit.message == "The income is too small."
    assert hit.found.replace(",", "").isdigit()
    assert run.hits[1].reference == ambulance.reference
    assert json.loads(json.dumps(run.as_json))["hits"][0]["reference"] == acute.reference


def test_a_rule_that_holds_everywhere_hits_nobody():
    checked(ReturnFactory())
    run = try_rule("back_office", rule_text(holds="ORG02 > 0"))
    assert (run.judged, run.hit, run.hits) == (1, 0, ())


def test_without_returns_there_is_nothing_to_judge():
    run = try_rule("back_office", rule_text())
    assert (run.judged, run.by_type) == (0, ())


def test_only_the_latest_checked_file_of_each_return_counts():
    return_record = ReturnFactory()
    checked(return_record)
    latest = checked(return_record, workbook(return_record, WORDS_FOR_A_NUMBER))
    received(return_record)  # nobody has looked at it yet
    refused = checked(ReturnFactory(collection=return_record.collection), b"not a workbook")
    assert (latest.state, refused.state) == (State.BLOCKED, State.REFUSED)
    run = try_rule("back_office", rule_text())
    assert [hit.reference for hit in run.hits] == [latest.reference]


def test_a_cell_whose_own_trouble_is_named_is_passed_over_as_on_upload():
    return_record = ReturnFactory()
    checked(return_record, workbook(return_record, WORDS_FOR_A_NUMBER))
    assert try_rule("back_office", rule_text(holds="FIN3.pay > 999999999", at="FIN3.pay")).hit == 0


def test_files_of_versions_without_its_places_are_counted_apart():
    assert checked(ReturnFactory()).version == "2016.1"
    run = try_rule("back_office", rule_text(holds="IMT1.pay > 1", at="IMT1.pay"))
    assert (run.judged, run.left_out) == (0, 1)


def test_nothing_is_stored_by_it():
    checked(ReturnFactory())
    before = rows(Submission), rows(Finding), rows(AddedRule)
    try_rule("back_office", rule_text())
    assert (rows(Submission), rows(Finding), rows(AddedRule)) == before


def test_a_rule_that_is_on_trial_already_is_run_as_it_stands():
    checked(ReturnFactory())
    rule = added("trial")
    assert try_rule("back_office", rule.source).hit == 1


def test_a_rule_that_is_not_sound_is_not_run():
    with pytest.raises(DefinitionFaults):
        try_rule("back_office", rule_text(at="ORG99"))


def test_more_returns_take_no_more_queries():
    collection = CollectionFactory()

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            try_rule("back_office", rule_text())
        return len(caught)

    checked(ReturnFactory(collection=collection))
    one = queries()
    for _ in range(3):
        checked(ReturnFactory(collection=collection))
    assert queries() == one
    assert one < 15


def test_many_contexts_are_those_that_one_return_is_judged_against():
    this = CollectionFactory(year="2015/16")
    before = CollectionFactory(year="2014/15")
    returns = [ReturnFactory(collection=this) for _ in range(2)]
    for return_record in returns:
        PublishedFigureFactory(trust=return_record.trust)
        checked(ReturnFactory(collection=before, trust=return_record.trust))
        checked(return_record)
    person = returns[0].submissions.first().uploaded_by
    WaiverFactory(
        trust=returns[0].trust,
        decision="approved",
        decided_by=person,
        decided_at=returns[0].submissions.first().checked_at,
    )
    added("trial")
    rules = rules_in_force("back_office", "2016.2")
    contexts = Contexts([this])
    cache.clear()
    many = [contexts.of(return_record, rules.definition, rules.on_trial) for return_record in returns]
    assert many == [context_for(return_record, rules) for return_record in returns]
    assert many[0].waived
    assert many[0].last_year
    assert many[0].published


def run_command(path, *options):
    said = StringIO()
    call_command("try_rule", str(path), "--template", "back_office", *options, stdout=said)
    return said.getvalue()


def test_the_command_prints_whom_it_would_hit(tmp_path):
    file = checked(ReturnFactory(trust__name="Barts Health"))
    path = tmp_path / "rule.yaml"
    path.write_text(rule_text())
    said = run_command(path)
    assert said.startswith("N-H1: 1 return judged, 1 return hit at 1 place.\n  acute: 1 of 1\n")
    assert f"Barts Health, {file.reference}: Organisation!" in said
    assert said.endswith("The income is too small.\n")
    told = json.loads(run_command(path, "--json"))
    assert (told["hit"], told["hits"][0]["reference"]) == (1, file.reference)
    assert rows(AddedRule) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"code: N-H1\n", "not sound"), (b"\xff\xfe", "not text"), (None, "cannot be opened")],
)
def test_the_command_says_what_is_wrong_with_the_file(content, said, tmp_path):
    path = tmp_path / "rule.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        run_command(path)


def test_the_command_knows_no_other_template(tmp_path):
    path = tmp_path / "rule.yaml"
    path.write_text(rule_text())
    with pytest.raises(CommandError, match="no template dentistry"):
        call_command("try_rule", str(path), "--template", "dentistry")
