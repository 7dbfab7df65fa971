"""What an added rule does to files and workbooks in each stage, through the whole pipeline."""

from io import BytesIO

import openpyxl
import pytest

from submissions.actions.download import download_workbook
from submissions.actions.mark_up import download_marked_up
from submissions.models import Ruleset
from submissions.queries.rulesets import rules_in_force, workbook_rules
from submissions.states import State
from templates_app import registry
from templates_app.workbook_base import _prepared
from tests.factories import ReturnFactory, TrustFactory
from tests.submissions.rule_scenes import Stage, added, checked, days
from tests.submissions.scenes import preparer_of

pytestmark = pytest.mark.usefixtures("db")


def checks(data: bytes) -> dict[str, tuple[str, str]]:
    """State and severity of each row of the Checks sheet, by rule."""
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)["Checks"]
    return {str(row[2]): (str(row[0]), str(row[1])) for row in sheet.iter_rows(min_row=6, values_only=True) if row[2]}


def downloaded(return_record) -> dict[str, tuple[str, str]]:
    return checks(download_workbook(by=preparer_of(return_record), return_record=return_record)[1])


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.WITHDRAWN])
def test_a_rule_that_is_not_in_force_finds_nothing(stage):
    before = rules_in_force("back_office", "2016.1").checksum
    added(stage)
    file = checked(ReturnFactory())
    assert not file.findings.filter(code="N-H1").exists()
    assert file.ruleset == before


@pytest.mark.parametrize("code", ["N-H1", "N-W1"])
def test_on_trial_it_is_shown_and_stands_in_nobodys_way(code):
    added(Stage.TRIAL, code)
    file = checked(ReturnFactory())
    finding = file.findings.get(code=code)
    assert finding.trial_until == days(7)
    assert finding.message == "The income is too small."
    assert file.state == State.ACCEPTED
    assert file.figures.exists()
    assert Ruleset.objects.get(pk=file.ruleset).added[0]["code"] == code


@pytest.mark.parametrize(
    ("code", "state"), [("N-H1", State.BLOCKED), ("N-W1", State.TO_EXPLAIN), ("N-I1", State.ACCEPTED)]
)
def test_active_it_counts_like_any_other(code, state):
    added(Stage.ACTIVE, code)
    file = checked(ReturnFactory())
    assert file.findings.get(code=code).trial_until is None
    assert file.state == state


def test_a_trial_that_has_ended_finds_nothing():
    added(Stage.TRIAL, trial_until=days(-1))
    assert not checked(ReturnFactory()).findings.filter(code="N-H1").exists()


def test_an_active_rule_stands_in_the_workbook_and_turns_green_where_the_server_lets_it_pass():
    added(Stage.ACTIVE, "N-H1")
    added(Stage.ACTIVE, "N-W2", holds="ORG02 > 0")
    added(Stage.TRIAL, "N-H3")
    return_record = ReturnFactory()
    file = checked(return_record)
    rows = downloaded(return_record)  # which carries the figures of that file
    assert rows["N-H1"] == ("Look", "Error")
    assert rows["N-W2"] == ("OK", "Warning")
    assert "N-H3" not in rows
    found = {finding.code for finding in file.findings.all() if finding.code.startswith("N-")}
    assert found == {"N-H1", "N-H3"}


def test_the_marked_up_copy_bears_it_too():
    added(Stage.ACTIVE, "N-H1")
    return_record = ReturnFactory()
    file = checked(return_record)
    data = download_marked_up(by=preparer_of(return_record), submission=file)[1]
    assert checks(data)["N-H1"][0] == "Look"


def test_a_workbook_made_out_with_an_added_rule_is_read_and_judged_like_any():
    added(Stage.ACTIVE, "N-W2", holds="ORG02 > 0")
    return_record = ReturnFactory()
    checked(return_record)
    data = download_workbook(by=preparer_of(return_record), return_record=return_record)[1]
    assert checked(return_record, data).state == State.ACCEPTED


def test_the_workbook_is_prepared_once_for_each_set_of_rules():
    added(Stage.ACTIVE, "N-H1")
    one, other = ReturnFactory(trust=TrustFactory()), ReturnFactory(trust=TrustFactory())
    downloaded(one)
    prepared = _prepared(workbook_rules("back_office", "2016.1"))
    kept = dict(prepared)
    downloaded(other)
    assert list(prepared.items()) == list(kept.items())
    assert _prepared(registry.get("back_office", "2016.1")) is not prepared
    assert rules_in_force("back_office", "2016.1").definition is workbook_rules("back_office", "2016.1")
