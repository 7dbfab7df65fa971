"""Two versions of a template in one round: a return on the earlier one is taken, judged by its own rules and told so, kept and compared."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from benchmarks.actions import measure
from footprints.models import Trust
from submissions.actions.mark_up import download_marked_up, may_be_copied
from submissions.actions.process import process
from submissions.actions.rejudge import rejudge
from submissions.checks import judge
from submissions.models import Collection, Ruleset, Submission
from submissions.queries.grid import grids
from submissions.queries.headlines import headlines
from submissions.queries.judging import last_year_figures
from submissions.queries.rejudging import has_other_rules_now
from submissions.read_file import Answer, Refusal, read_in_child
from submissions.states import State
from templates_app import registry, versions
from templates_app.actions import publish
from templates_app.example_figures import example_values
from templates_app.layout import layout_of
from templates_app.reading import BLANK, Context, Place, ReadCell, Value
from templates_app.schema import Definition
from templates_app.versions import OF_READING, OF_THE_ROUND, asked_besides, may_stand_for, rules_taken
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory, TrustFactory
from tests.submissions.any_return import example_of, reading_of, returned
from tests.submissions.scenes import preparer_of, received

OLDER, NEWER = registry.get("back_office", "2016.1"), registry.get("back_office", "2016.2")


def figures(definition: Definition) -> dict[Place, Value]:
    """The same figures in every version, with nothing that only some trusts give."""
    made = dict(example_values(OLDER, {}, seed=1, trust_code="any"))
    off = {("ORG13", "value"): Value("text", text="N"), ("ORG14", "value"): BLANK, ("ORG15", "value"): BLANK}
    return made if definition is OLDER else made | off


def workbook(definition: Definition, trust: str = "RWH", changes: dict[Place, Value] | None = None) -> bytes:
    details = TrustDetails(trust, "East and North Hertfordshire", "acute", (), definition.year)
    return write_workbook(definition, details, values=figures(definition) | (changes or {}))


def sent(collection: Collection, definition: Definition, trust: Trust | None = None, **changes: Value) -> Submission:
    return_record = ReturnFactory(collection=collection, trust=trust or TrustFactory())
    places = {(line, "pay"): value for line, value in changes.items()}
    file = received(return_record, workbook(definition, return_record.trust.ods_code, places))
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def refused(data: bytes, version: str) -> Refusal:
    answer = read_in_child(data, file_name="a.xlsx", template="back_office", version=version)
    assert isinstance(answer, Refusal)
    return answer


def of_year(year: str, version: str) -> Definition:
    return NEWER.model_copy(update={"year": year, "version": version})


def test_an_earlier_version_of_the_year_may_stand_for_a_later_and_no_other_way() -> None:
    assert may_stand_for(OLDER, NEWER)
    assert may_stand_for(NEWER, NEWER)
    assert not may_stand_for(NEWER, OLDER)
    assert not may_stand_for(of_year("2014/15", "2015.1"), NEWER)
    assert not may_stand_for(registry.get("pathology", "2016.1"), NEWER)
    assert may_stand_for(of_year("2015/16", "2016.9"), of_year("2015/16", "2016.10"))


def test_what_a_newer_version_asks_besides_is_said_by_sheet() -> None:
    assert asked_besides(NEWER, OLDER) == "ORG13, ORG14 and ORG15 on Organisation, IMT1, IMT2, IMT3 and COM1 on Costs and all of Bands"  # fmt: skip
    assert asked_besides(OLDER, NEWER) == ""


def test_a_workbook_of_the_expected_or_an_earlier_version_is_read() -> None:
    for definition in (OLDER, NEWER):
        answer = read_in_child(workbook(definition), file_name="a.xlsx", template="back_office", version="2016.2")
        assert isinstance(answer, Answer)
        assert answer.reading.version == definition.version


def test_a_newer_version_than_the_returns_is_refused() -> None:
    refusal = refused(workbook(NEWER), "2016.1")
    assert refusal.code == "newer_version"
    assert (refusal.template, refusal.version) == ("back_office", "2016.2")
    assert "version 2016.2 of the template; the version in use is 2016.1" in refusal.message


def test_last_years_version_is_refused_though_we_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    last_year = of_year("2014/15", "2015.1")
    known = {**registry.definitions(), ("back_office", "2015.1"): last_year}
    monkeypatch.setattr(registry, "definitions", lambda: known)
    refusal = refused(workbook(last_year), "2016.2")
    assert refusal.code == "other_year"
    assert (refusal.template, refusal.version) == ("back_office", "2015.1")
    assert "is for 2014/15; the return is for 2015/16" in refusal.message


def test_an_unknown_version_names_the_one_that_the_return_asks_for() -> None:
    strange = NEWER.model_copy(update={"version": "2031.7"})
    refusal = refused(workbook(strange), "2016.1")
    assert refusal.code == "unknown_version"
    assert "version 2031.7 of the template; the version in use is 2016.1" in refusal.message
    assert (refusal.template, refusal.version) == ("back_office", "2031.7")


@pytest.fixture
def round_of_2016_2(db: None) -> Collection:
    return CollectionFactory(template="back_office", version="2016.2", year="2015/16")


def test_an_earlier_version_is_accepted_with_a_note_and_without_rules_on_what_it_does_not_ask(
    round_of_2016_2: Collection,
) -> None:
    older, newer = sent(round_of_2016_2, OLDER), sent(round_of_2016_2, NEWER)
    assert (older.state, newer.state) == (State.ACCEPTED, State.ACCEPTED)
    assert (older.version, newer.version) == ("2016.1", "2016.2")
    assert newer.ruleset == registry.checksum("back_office", "2016.2")
    (note,) = older.findings.all()
    assert (note.code, note.severity, note.found, note.cell) == ("B-I2", "info", "version 2016.1", "")
    assert "all of Bands" in note.message
    assert [note.code for note in newer.findings.all()] == ["B-I3"]


def test_an_earlier_version_is_judged_by_the_newer_ones_sums_and_agreements_which_is_kept(
    round_of_2016_2: Collection,
) -> None:
    asked = rules_taken(OLDER, NEWER)
    assert {rule.check for rule in asked} == OF_READING | OF_THE_ROUND
    assert {rule.code for rule in asked} >= {"B-W16", "B-H20a", "B-W20b", "ORG06-W2", "B-I2"}
    assert rules_taken(NEWER, NEWER) == ()
    file = sent(round_of_2016_2, OLDER)
    kept = Ruleset.objects.get(checksum=file.ruleset)
    assert (kept.version, kept.definition) == ("2016.1", registry.checksum("back_office", "2016.1"))
    checksum = registry.checksum("back_office", "2016.2")
    assert {"code": "B-W16", "version": "2016.2", "definition": checksum} in kept.added
    assert file.ruleset != registry.checksum("back_office", "2016.1")
    assert not has_other_rules_now(file)


def test_rules_on_places_that_an_earlier_version_does_not_have_are_not_taken() -> None:
    agreement = next(rule for rule in NEWER.rules if rule.code == "B-H20a")
    newer = agreement.model_copy(update={"parameters": agreement.parameters | {"ours": "ORG13", "at": "ORG13"}})
    asked = NEWER.model_copy(update={"rules": (newer, agreement.model_copy(update={"code": "B-H99"}))})
    assert [rule.code for rule in rules_taken(OLDER, asked) if rule.check not in OF_READING] == ["B-H99"]


def test_total_safety_and_agreement_of_a_workbook_of_the_earlier_version() -> None:
    values = {**figures(OLDER), ("ORG04", "value"): Value("number", number=Decimal(1))}
    reading = reading_of(OLDER, values)
    net = layout_of(OLDER).totals["costs", "pay"]
    cell = ReadCell(net.line, net.column, net.sheet, net.address, net.label, "number", "1", formula=True)
    pathology = registry.get("pathology", "2016.1")
    other = {"pathology": returned(pathology, example_of(pathology))}
    about = Context("RWH", "A trust", "acute", "back_office", "2016.2", other_returns=other)
    found = judge(replace(reading, computed={("costs", "pay"): cell}), OLDER, about).findings
    assert {"B-W16", "B-H20a"} <= {finding.code for finding in found}
    alone = judge(replace(reading, computed={("costs", "pay"): cell}), OLDER, replace(about, version="2016.1")).findings
    assert {"B-W16", "B-H20a"} & {finding.code for finding in alone} == {"B-W16"}


@pytest.fixture
def round_of_2016_1(db: None) -> Collection:
    return CollectionFactory(template="back_office", version="2016.1", year="2015/16")


def test_a_round_on_the_earlier_version_says_nothing(round_of_2016_1: Collection) -> None:
    file = sent(round_of_2016_1, OLDER)
    assert (file.state, file.findings.count()) == (State.ACCEPTED, 0)


def opened(book: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """The workbook, opened, changed and saved by a program that does not calculate."""
    found = openpyxl.load_workbook(io.BytesIO(book))
    change(found)
    stream = io.BytesIO()
    found.save(stream)
    return stream.getvalue()


def test_a_round_on_the_earlier_version_compares_the_sums(round_of_2016_1: Collection) -> None:
    total = layout_of(OLDER).totals["costs", "pay"]
    return_record = ReturnFactory(collection=round_of_2016_1)
    own = workbook(OLDER, return_record.trust.ods_code)
    file = received(return_record, opened(own, lambda book: book[total.sheet].__setitem__(total.address, 1)))
    process(submission_id=file.pk)
    file.refresh_from_db()
    found = {finding.code: finding for finding in file.findings.all()}
    assert (file.state, set(found)) == (State.TO_EXPLAIN, {"B-W16", "B-I1f"})
    assert (found["B-W16"].sheet, found["B-W16"].cell) == (total.sheet, total.address)
    assert found["B-W16"].found == "1, typed over the formula"
    first = layout_of(OLDER).cells[OLDER.sheets[1].lines[0].code, "net"]
    assert (found["B-I1f"].sheet, found["B-I1f"].cell) == (first.sheet, first.address)
    assert found["B-I1f"].found == "a formula without a value"


def test_a_file_that_was_checked_without_them_gets_a_difference_and_stays_as_it_is(
    round_of_2016_1: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_record = ReturnFactory(collection=round_of_2016_1)
    file = received(return_record, opened(workbook(OLDER, return_record.trust.ods_code), lambda book: None))
    with monkeypatch.context() as before:
        before.setattr(versions, "OF_READING", frozenset())
        process(submission_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.ruleset) == (State.ACCEPTED, registry.checksum("back_office", "2016.1"))
    assert has_other_rules_now(file)
    difference = rejudge(by=RoleFactory(kind="collection_manager").user, submission=file)
    assert [each["code"] for each in difference.new] == ["B-I1f"]
    assert difference.ruleset_id != file.ruleset
    file.refresh_from_db()
    assert (file.state, file.findings.count()) == (State.ACCEPTED, 0)


def test_the_same_figures_give_the_same_metrics_in_both_versions(round_of_2016_2: Collection) -> None:
    older, newer = sent(round_of_2016_2, OLDER), sent(round_of_2016_2, NEWER)
    for file in (older, newer):
        measure(submission_id=file.pk)
    taken = [
        list(file.metric_values.order_by("metric").values_list("metric", "status", "value", "numerator", "denominator"))
        for file in (older, newer)
    ]
    assert taken[0] == taken[1]
    assert [status for _, status, *_ in taken[0]].count("calculable") > 20


def test_last_years_figures_are_found_across_versions(round_of_2016_2: Collection) -> None:
    trust = TrustFactory()
    before = CollectionFactory(template="back_office", version="2016.1", year="2014/15", name="Last year")
    old = sent(before, OLDER, trust)
    assert old.state == State.ACCEPTED
    this_year = ReturnFactory(collection=round_of_2016_2, trust=trust)
    assert last_year_figures(this_year)["HR9", "pay"] == figures(OLDER)["HR9", "pay"].number
    this = sent(round_of_2016_2, NEWER, TrustFactory())
    assert last_year_figures(this.return_record) == {}


def test_a_later_file_on_the_newer_version_takes_the_earlier_ones_place(round_of_2016_2: Collection) -> None:
    first = sent(round_of_2016_2, OLDER)
    second = received(first.return_record, workbook(NEWER, first.return_record.trust.ods_code))
    process(submission_id=second.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.REPLACED, State.ACCEPTED)


def test_the_figures_of_an_earlier_version_are_shown_in_its_own_shape(round_of_2016_2: Collection) -> None:
    shown = {version: [grid.title for grid in grids(sent(round_of_2016_2, definition), marked=True)] for version, definition in (("2016.1", OLDER), ("2016.2", NEWER))}  # fmt: skip
    assert shown["2016.1"] == ["Organisation", "Costs", "Volumes"]
    assert shown["2016.2"] == ["Organisation", "Costs", "Volumes", "Bands"]


def test_its_marked_up_copy_is_a_workbook_of_the_version_in_use(round_of_2016_2: Collection) -> None:
    file = sent(round_of_2016_2, OLDER, HR9=Value("text", text="see note"))
    assert file.state == State.BLOCKED
    assert may_be_copied(file)
    _, data = download_marked_up(by=preparer_of(file.return_record), submission=file)
    answer = read_in_child(data, file_name="copy.xlsx", template="back_office", version="2016.2")
    assert isinstance(answer, Answer)
    assert answer.reading.version == "2016.2"
    assert answer.reading.cells["HR9", "pay"].raw == "see note"
    assert answer.reading.cells["HR1", "pay"].raw == figures(OLDER)["HR1", "pay"].as_text()


def test_both_versions_can_be_published(db: None) -> None:
    assert [publish(by="a test", template="back_office", version=each).version for each in ("2016.1", "2016.2")] == ["2016.1", "2016.2"]  # fmt: skip


def test_totals_of_what_a_trust_does_not_give_are_left_out(round_of_2016_2: Collection) -> None:
    older, newer = ({line.title: line.in_words for line in headlines(sent(round_of_2016_2, definition))} for definition in (OLDER, NEWER))  # fmt: skip
    assert older == newer
    assert "Net cost of IM&T" not in newer
    assert all(words != "not stated" for words in newer.values())
