"""The next workbook carries what the latest file holds: every value as it was read, and figures corrected on the page."""

from decimal import Decimal

import pytest

from footprints.models import Event
from submissions.actions.correct import correct
from submissions.actions.download import download_workbook
from submissions.actions.process import process
from submissions.checks.case import interpreted_values
from submissions.models import Submission
from submissions.queries.own_files import latest_own
from submissions.read_file import Answer, from_json, read_in_child
from submissions.states import State
from templates_app import registry
from templates_app.reading import Value
from tests.factories import CollectionFactory, PublishedFigureFactory, ReturnFactory, SubmissionFactory
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, preparer_of, received, workbook

pytestmark = pytest.mark.usefixtures("db")

PAY = ("FIN3", "pay")


def checked(file):
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def downloaded(return_record):
    _, data = download_workbook(by=preparer_of(return_record), return_record=return_record)
    answer = read_in_child(data, file_name="next.xlsx", template="back_office")
    assert isinstance(answer, Answer)
    return answer.reading


def values_of(reading):
    return interpreted_values(registry.get(reading.template, reading.version), reading)


def test_it_holds_every_value_of_the_latest_file_and_words_where_they_stand():
    return_record = ReturnFactory()
    file = checked(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    reading = downloaded(return_record)
    assert values_of(reading) == values_of(from_json(file.reading))
    assert reading.cells[PAY].raw == "see note"
    assert latest_own(return_record) == file
    assert Event.objects.get(verb="workbook downloaded").detail == {"carries": file.reference}


def test_it_holds_what_was_corrected_on_the_page():
    return_record = ReturnFactory()
    base = checked(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    changes = {
        PAY: "£1,234",
        ("FIN4", "pay"): "",
        ("FIN3", "comment"): "As agreed.\nWith audit.",
        ("FIN9", "pay"): "NA",
    }
    made = correct(by=preparer_of(return_record), submission=base, changes=changes).submission
    reading = downloaded(return_record)
    assert values_of(reading) == values_of(from_json(made.reading))
    assert reading.cells[PAY].raw == "1234"
    assert reading.cells["FIN4", "pay"].raw == ""
    assert reading.cells["FIN3", "comment"].raw == "As agreed.\nWith audit."
    assert (
        checked(received(return_record, download_of(return_record))).findings.count() == checked(made).findings.count()
    )


def download_of(return_record):
    return download_workbook(by=preparer_of(return_record), return_record=return_record)[1]


def test_uploaded_again_it_is_accepted_and_says_nothing_new():
    return_record = ReturnFactory()
    checked(received(return_record))
    again = checked(received(return_record, download_of(return_record)))
    assert again.state == State.ACCEPTED
    assert not again.findings.exists()


@pytest.mark.parametrize("change", [{"trust": "RXX"}, {"trust": ""}, {"template": "pathology"}])
def test_another_trusts_workbook_is_passed_over_for_the_one_before(change):
    return_record = ReturnFactory()
    ours = checked(received(return_record))
    other = checked(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    Submission.objects.filter(pk=other.pk).update(reading={**other.reading, **change})
    SubmissionFactory(return_record=return_record, state=State.REFUSED)
    assert latest_own(return_record) == ours
    assert downloaded(return_record).cells[PAY].raw != "see note"


def test_without_a_file_it_holds_what_is_published_and_with_one_what_that_says():
    return_record = ReturnFactory()
    line = next(line for _, line, _ in registry.get("back_office", "2016.1").cells() if line.prefill)
    PublishedFigureFactory(trust=return_record.trust, measure=line.prefill, value=Decimal(84050))
    assert latest_own(return_record) is None
    assert downloaded(return_record).cells[line.code, "value"].raw == "84050"
    checked(received(return_record, workbook(return_record, {(line.code, "value"): Value("blank")})))
    assert downloaded(return_record).cells[line.code, "value"].raw == ""


def test_a_file_of_an_older_version_is_carried_by_place():
    return_record = ReturnFactory(collection=CollectionFactory(version="2016.2"))
    older = ReturnFactory(trust=return_record.trust)
    file = checked(received(older, workbook(older, {("FIN3", "comment"): Value("text", text="Kept.")})))
    Submission.objects.filter(pk=file.pk).update(return_record=return_record)
    reading = downloaded(return_record)
    assert reading.version == "2016.2"
    old, new = values_of(from_json(file.reading)), values_of(reading)
    assert {place: new[place] for place in old} == old
    assert all(value.kind == "blank" for place, value in new.items() if place not in old)


def test_it_takes_few_queries(django_assert_max_num_queries):
    return_record = ReturnFactory()
    checked(received(return_record))
    person = preparer_of(return_record)
    with django_assert_max_num_queries(14):
        download_workbook(by=person, return_record=return_record)
