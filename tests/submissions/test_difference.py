"""What changed from one file to the next: exact counts of problems, explanations that hold, and every figure in words."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from submissions.actions.correct import correct
from submissions.actions.explain import take_explanations
from submissions.actions.process import process
from submissions.queries.difference import Changes, difference, differences, since_last_year
from submissions.queries.figure_changes import changes_between, share_of_change
from submissions.read_file import from_json, to_json
from submissions.states import State
from templates_app import registry
from templates_app.reading import ReadCell, Reading, Value
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    FindingFactory,
    ReturnFactory,
    SubmissionFactory,
    WaiverFactory,
)
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, preparer_of, received, workbook

PAY, COMMENT, INCOME = ("FIN3", "pay"), ("FIN3", "comment"), ("ORG02", "value")


def checked(file):
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def cell(place, kind="blank", raw="", **more):
    return ReadCell(*place, "Costs", "D9", f"{place[0]}, {place[1]}", kind, raw, **more)


def reading(*cells, **more):
    return Reading("back_office", "2016.1", "R1H", {(one.line, one.column): one for one in cells}, **more)


def said(before, after):
    return [(change.old, change.new, change.change) for change in changes_between(before, after)]


# Figures


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (cell(PAY, "number", "412"), cell(PAY, "number", "824"), ("£412k", "£824k", "+100%")),
        (cell(PAY, "number", "1412.5"), cell(PAY, "number", "412"), ("£1,412.5k", "£412k", "−70.8%")),
        (cell(PAY, "number", "412"), cell(PAY, "number", "412000"), ("£412k", "£412,000k", "1,000 times")),
        (cell(PAY, "number", "412"), cell(PAY), ("£412k", "blank", "")),
        (cell(PAY), cell(PAY, "number", "0"), ("blank", "£0", "")),
        (cell(PAY, "number", "0"), cell(PAY, "number", "5"), ("£0", "£5k", "")),
        (cell(PAY, "number", "-5"), cell(PAY, "number", "5"), ("−£5k", "£5k", "")),
        (cell(PAY, "text", "NA"), cell(PAY, "text", "nc"), ("not applicable (NA)", "cannot be stated (NC)", "")),
        (cell(PAY, "text", "IE:FIN9"), cell(PAY, "text", "see note"), ("included in FIN9", "“see note”", "")),
        (
            cell(PAY, "number", "", formula=True, cached=False),
            cell(PAY, "number", "5"),
            ("a formula without a value", "£5k", ""),
        ),
        (cell(("FIN3", "wte"), "number", "3.5"), cell(("FIN3", "wte"), "number", "4"), ("3.5 WTE", "4 WTE", "+14.3%")),
        (cell(COMMENT, "text", "one"), cell(COMMENT, "text", "two"), ("one", "two", "")),
    ],
)
def test_a_change_is_said_in_words_with_its_unit(old, new, words):
    assert said(reading(old), reading(new)) == [words]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (cell(PAY, "number", "412"), cell(PAY, "text", " £412 ")),
        (cell(PAY, "number", "412"), cell(PAY, "number", "412.0", formula=True)),
        (cell(PAY, "number", "412"), replace(cell(PAY, "number", "412"), cell="E9", moved=True)),
        (cell(PAY, "text", "na"), cell(PAY, "text", "NA")),
    ],
)
def test_the_same_value_typed_otherwise_is_no_change(old, new):
    assert said(reading(old), reading(new)) == []


def test_a_change_names_its_cell_in_the_later_file():
    (change,) = changes_between(reading(cell(PAY)), reading(replace(cell(PAY, "number", "5"), cell="E10")))
    assert (change.place, change.sheet, change.cell, change.is_figure) == (PAY, "Costs", "E10", True)


def test_a_line_that_was_deleted_or_astray_is_named():
    whole = reading(cell(PAY, "number", "5"))
    assert said(whole, reading()) == [("£5k", "not in the file", "")]
    astray = replace(whole, conflicts={PAY: "the line code FIN4"})
    assert said(whole, astray) == [("£5k", "cannot be placed: beside it stands the line code FIN4", "")]
    assert said(reading(cell(PAY)), reading()) == []


def test_another_version_is_compared_by_place():
    newer = replace(reading(cell(PAY, "number", "6"), cell(("IMT1", "pay"), "number", "3")), version="2016.2")
    assert said(reading(cell(PAY, "number", "5")), newer) == [("£5k", "£6k", "+20%"), ("not in the file", "£3k", "")]


@given(st.decimals(0, 10**6, places=3), st.decimals(0, 10**6, places=3))
def test_the_share_of_a_change_points_the_right_way(old, new):
    share = share_of_change(old, new)
    assert (share == "") == (old == 0 or old == new)
    if share.startswith("+"):
        assert new > old
    if share.startswith("−"):
        assert new < old
    if share.endswith("times"):
        assert new >= 10 * old


@given(st.dictionaries(st.sampled_from([PAY, COMMENT, INCOME, ("HR2", "wte")]), st.text("0123456789NA.£-", max_size=6)))
def test_a_reading_does_not_differ_from_itself(texts):
    one = reading(*(cell(place, "text", text) for place, text in texts.items()))
    assert changes_between(one, from_json(to_json(one))) == []


# Problems


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((5, 0, 1, 2), "5 errors mended, 1 new, 2 remain."),
        ((1, 0, 0, 1), "1 error mended, 1 remains."),
        ((0, 0, 1, 0), "1 new error."),
        ((0, 0, 3, 0), "3 new errors."),
        ((0, 0, 0, 1), "1 error remains."),
        ((0, 2, 0, 0), "2 errors waived."),
        ((0, 0, 0, 0), ""),
    ],
)
def test_what_became_of_problems_is_one_sentence(counts, words):
    mended, waived, new, remaining = (tuple(range(count)) for count in counts)
    assert Changes(mended=mended, waived=waived, new=new, remaining=remaining).in_words("error") == words


def two_files(**more):
    return_record = ReturnFactory()
    now = timezone.now()
    return [
        SubmissionFactory(return_record=return_record, state=State.BLOCKED, received_at=now - timedelta(hours=2 - age))
        for age in (0, 1)
    ]


@pytest.mark.django_db
def test_findings_are_matched_by_rule_and_place():
    before, after = two_files()
    for file, lines in ((before, ("FIN1", "FIN2", "FIN3")), (after, ("FIN3", "FIN4"))):
        for line in lines:
            FindingFactory(submission=file, line=line)
    FindingFactory(submission=before, code="B-H9", line="FIN3")
    FindingFactory(submission=after, severity="info", line="FIN7")
    answer = difference(after)
    assert [finding.line for finding in answer.errors.mended] == ["FIN1", "FIN2", "FIN3"]
    assert [finding.line for finding in answer.errors.new] == ["FIN4"]
    assert [finding.line for finding in answer.errors.remaining] == ["FIN3"]
    assert [finding.line for finding in answer.notes.new] == ["FIN7"]
    assert answer.in_words == "3 errors mended, 1 new, 1 remains."


@pytest.mark.django_db
def test_findings_about_the_file_are_told_apart_by_their_words_and_counted_each():
    before, after = two_files()
    whole = {"line": "", "column": "", "cell": "", "sheet": "", "code": "B-H1"}
    for message in ("Line FIN1 is gone.", "Line FIN2 is gone.", "Line FIN2 is gone."):
        FindingFactory(submission=before, message=message, **whole)
    for message in ("Line FIN2 is gone.", "Line FIN3 is gone."):
        FindingFactory(submission=after, message=message, **whole)
    assert difference(after).in_words == "2 errors mended, 1 new, 1 remains."


@pytest.mark.django_db
def test_a_waived_problem_is_not_called_mended():
    before, after = two_files()
    FindingFactory(submission=before)
    FindingFactory(submission=after, severity="info", waiver=WaiverFactory())
    answer = difference(after)
    assert (answer.errors.mended, len(answer.errors.waived)) == ((), 1)
    assert answer.in_words == "1 error waived."


@pytest.mark.django_db
def test_the_first_file_has_nothing_before_it_and_unread_ones_do_not_count():
    before, after = two_files()
    between = SubmissionFactory(
        return_record=after.return_record, state=State.REFUSED, received_at=after.received_at - timedelta(minutes=1)
    )
    assert difference(before) is None
    assert difference(after).before == before
    assert set(differences(after.return_record)) == {after.pk}
    assert between.pk not in differences(after.return_record)


@pytest.mark.django_db
def test_the_figures_of_another_trusts_file_are_not_set_against_ours():
    before, after = two_files()
    before.reading, after.reading = (to_json(replace(reading(), trust=trust)) for trust in ("R1H", "RXX"))
    before.save()
    after.save()
    answer = difference(after)
    assert (answer.changes, answer.figures, answer.in_words) == (None, (), "")


@pytest.mark.django_db
def test_the_story_of_a_return_in_its_own_words(django_assert_num_queries):
    return_record = ReturnFactory()
    slips = {**WORDS_FOR_A_NUMBER, ("FIN9", "pay"): Value("not_applicable")}
    base = checked(received(return_record, workbook(return_record, slips)))
    person = preparer_of(return_record)
    warnings = base.findings.filter(severity="warning")
    take_explanations(
        by=person,
        submission=base,
        answers={finding.pk: f"{finding.label}: our neighbour holds it." for finding in warnings},
    )
    made = correct(by=person, submission=base, changes={PAY: "40.2", COMMENT: "As agreed with audit."}).submission
    checked(made)
    with django_assert_num_queries(2):
        answer = difference(made)
    assert len(answer.carried) == warnings.count() == len(answer.warnings.remaining)
    assert [(change.old, change.new) for change in answer.figures] == [("“see note”", "£40.2k")]
    assert [change.new for change in answer.answers] == ["As agreed with audit."]
    assert answer.in_words.startswith("1 error mended. 1 warning remains. 1 explanation still holds. 1 figure changed.")
    again = checked(correct(by=person, submission=made, changes={PAY: "40.3"}).submission)
    with django_assert_num_queries(2):
        story = differences(return_record)
    assert list(story) == [made.pk, again.pk]
    assert story[made.pk].in_words == answer.in_words
    assert story[again.pk] == difference(again)


# Last year


@pytest.mark.django_db
def test_last_years_return_is_set_beside():
    return_record = ReturnFactory()
    before = ReturnFactory(trust=return_record.trust, collection=CollectionFactory(year="2014/15"))
    accepted = SubmissionFactory(return_record=before, state=State.ACCEPTED, loaded_at=timezone.now())
    for line, number in (("FIN3", "400"), ("FIN4", "77"), ("FIN9", "8")):
        FigureFactory(submission=accepted, line=line, number=Decimal(number))
    held = [cell(PAY, "number", "412"), cell(("FIN4", "pay"), "number", "77"), cell(("HR1", "pay"), "number", "5")]
    ours = replace(reading(*held), trust=return_record.trust.ods_code)
    file = SubmissionFactory(return_record=return_record, state=State.BLOCKED, reading=to_json(ours))
    answer = since_last_year(file)
    assert answer.in_words == "3 figures differ from last year’s return."
    assert answer.year == "2014/15"
    assert [(change.place[0], change.old, change.new, change.change) for change in answer.changes] == [
        ("FIN3", "£400k", "£412k", "+3%"),
        ("FIN9", "£8k", "not in the file", ""),
        ("HR1", "no figure", "£5k", ""),
    ]


@pytest.mark.django_db
def test_of_another_trusts_workbook_nothing_is_compared():
    return_record = ReturnFactory()
    before = ReturnFactory(trust=return_record.trust, collection=CollectionFactory(year="2014/15"))
    accepted = SubmissionFactory(return_record=before, state=State.ACCEPTED, loaded_at=timezone.now())
    FigureFactory(submission=accepted, line="FIN3", number=Decimal("400"))
    theirs = replace(reading(cell(PAY, "number", "412")), trust="ZZ9")
    answer = since_last_year(SubmissionFactory(return_record=return_record, reading=to_json(theirs)))
    assert (answer.is_own, answer.changes, answer.in_words) == (False, None, "")


@pytest.mark.django_db
def test_without_a_return_of_last_year_there_is_nothing_beside():
    assert since_last_year(SubmissionFactory(reading=to_json(reading()))).changes is None


def test_every_unit_of_every_template_has_its_words():
    for definition in registry.definitions().values():
        for _, line, column in definition.cells():
            spot = ReadCell(line.code, column.code, "S", "A1", "x", "text", "1")
            blank = ReadCell(line.code, column.code, "S", "A1", "x", "blank")
            one, none = (
                Reading(definition.template, definition.version, "R1H", {(line.code, column.code): each})
                for each in (spot, blank)
            )
            assert len(changes_between(none, one)) == 1
