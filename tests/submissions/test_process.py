"""One file from guard to load: every outcome, every stage, and nothing twice."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from footprints.models import Event
from submissions.actions import process as process_module
from submissions.actions.process import MOST_ATTEMPTS, process, refuse
from submissions.actions.queue import claim_waiting
from submissions.models import Figure, Finding, Submission
from submissions.queries.rulesets import rules_in_force
from submissions.read_file import Refusal
from submissions.storage import Altered
from tests.factories import ReturnFactory, SubmissionFactory
from tests.submissions.scenes import A_FINE_FRACTION, WORDS_FOR_A_NUMBER, received, rows, workbook

CELLS = 256


def processed(submission: Submission) -> Submission:
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    return submission


def attempt(submission: Submission, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        process(submission_id=submission.pk)


def events(submission: Submission) -> list[tuple[str, str]]:
    found = Event.objects.filter(subject=f"submission:{submission.pk}").order_by("pk")
    return list(found.values_list("verb", "system"))


def locks_held() -> int:
    """By anybody on this test's own database."""
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {here}")
        return cursor.fetchone()[0]


def test_a_clean_file_is_accepted_and_loaded(db):
    submission = processed(received(ReturnFactory()))
    assert submission.state == "accepted"
    assert submission.figures.count() == CELLS
    assert (submission.template, submission.version) == ("back_office", "2016.1")
    assert submission.ruleset == rules_in_force("back_office", "2016.1").checksum
    assert events(submission) == [("received", ""), ("accepted", "the portal")]
    assert locks_held() == 0


def test_each_stage_is_dated_in_its_order(db):
    submission = processed(received(ReturnFactory()))
    stages = ("received_at", "guarded_at", "read_at", "checked_at", "loaded_at")
    moments = [getattr(submission, stage) for stage in stages]
    assert moments == sorted(moments)
    assert submission.measured_at is None


def test_a_file_with_errors_is_blocked_and_loads_nothing(db):
    return_record = ReturnFactory()
    submission = processed(received(return_record, workbook(return_record, WORDS_FOR_A_NUMBER)))
    assert (submission.state, submission.loaded_at) == ("blocked", None)
    assert submission.figures.count() == 0
    finding = submission.findings.get(severity="error")
    assert (finding.line, finding.column, finding.found) == ("FIN3", "pay", "see note")
    assert finding.sheet
    assert finding.cell
    assert finding.remedy
    assert submission.checked_at
    assert events(submission)[1:] == [("blocked", "the portal")]
    assert Event.objects.get(verb="blocked").detail["errors"] == 1


def test_what_is_no_workbook_is_refused_with_the_reason(db):
    submission = processed(received(ReturnFactory(), b"line,pay\nFIN3,412\n", file_name="figures.csv"))
    assert (submission.state, submission.refusal_code) == ("refused", "csv_or_text")
    assert "figures.csv is plain text or CSV" in submission.refusal
    assert submission.guarded_at
    assert submission.reading is None
    assert rows(Finding) == rows(Figure) == []
    assert events(submission)[1:] == [("refused", "the portal")]


def test_a_refused_file_keeps_which_template_and_version_it_said_it_was(db):
    newer = ReturnFactory(collection__version="2016.2")
    older = ReturnFactory(collection__version="2016.1", trust=newer.trust)
    submission = processed(received(older, workbook(newer)))
    assert (submission.state, submission.refusal_code) == ("refused", "newer_version")
    assert (submission.template, submission.version) == ("back_office", "2016.2")


def test_what_a_refused_file_says_of_itself_is_cut_to_what_can_be_kept(db):
    submission = SubmissionFactory()
    refuse(submission, Refusal("unknown_version", "Download it again.", "back_office", "2031\x00 and many more words"))
    submission.refresh_from_db()
    assert (submission.template, submission.version) == ("back_office", "2031 and m")


def test_a_file_that_kills_its_reader_is_refused_as_unsafe(db, monkeypatch):
    monkeypatch.setattr("submissions.read_file.guard", lambda *_, **__: os.abort())
    submission = processed(received(ReturnFactory()))
    assert (submission.state, submission.refusal_code) == ("refused", "unsafe_crashed")
    assert "could not read this file safely" in submission.refusal
    assert submission.figures.count() == 0


def test_a_file_altered_in_the_store_is_never_read(db):
    submission = received(ReturnFactory())
    default_storage.delete(submission.file_key)
    Submission.objects.update(file_key=default_storage.save("altered", ContentFile(workbook(ReturnFactory()))))
    attempt(submission, Altered)
    submission.refresh_from_db()
    assert (submission.state, submission.reading, submission.attempts) == ("received", None, 1)
    assert locks_held() == 0


def test_after_so_many_attempts_it_is_set_aside_and_not_tried_by_itself(db, monkeypatch):
    submission = received(ReturnFactory())
    monkeypatch.setattr(process_module, "guard_and_read", lambda _: 1 / 0)
    for _ in range(MOST_ATTEMPTS):
        attempt(submission, ZeroDivisionError)
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("stuck", MOST_ATTEMPTS)
    assert events(submission)[1:] == [("stuck", "the portal")]
    process(submission_id=submission.pk)
    assert claim_waiting(since=timezone.now() + timedelta(days=1)) == []
    assert len(events(submission)) == 2


@pytest.mark.parametrize("stage", ["guard_and_read", "check", "load"])
def test_trouble_midway_leaves_it_for_the_sweep(stage, db, monkeypatch):
    submission = received(ReturnFactory())
    with monkeypatch.context() as patch:
        patch.setattr(process_module, stage, lambda *_, **__: 1 / 0)
        attempt(submission, ZeroDivisionError)
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("received", 1)
    assert rows(Figure) == []
    assert claim_waiting(since=timezone.now()) == [submission.pk]
    assert processed(submission).state == "accepted"
    assert submission.figures.count() == CELLS


def test_what_was_read_once_is_not_read_again(db, monkeypatch):
    return_record = ReturnFactory()
    submission = received(return_record, workbook(return_record, A_FINE_FRACTION))
    with monkeypatch.context() as patch:
        patch.setattr(process_module, "load", lambda **_: 1 / 0)
        attempt(submission, ZeroDivisionError)
    findings = submission.findings.count()
    assert findings
    monkeypatch.setattr(process_module, "read_in_child", lambda *_, **__: 1 / 0)
    assert processed(submission).state == "accepted"
    assert submission.findings.count() == findings


@pytest.mark.parametrize("data", ["clean", "noted", "blocked", b"nothing", b""])
def test_repeating_changes_nothing(data, db):
    return_record = ReturnFactory()
    changes = {"clean": {}, "noted": A_FINE_FRACTION, "blocked": WORDS_FOR_A_NUMBER}
    sent = data if isinstance(data, bytes) else workbook(return_record, changes[data])
    submission = processed(received(return_record, sent))
    before = [rows(kind) for kind in (Submission, Finding, Figure, Event)]
    for _ in range(2):
        process(submission_id=submission.pk)
    assert [rows(kind) for kind in (Submission, Finding, Figure, Event)] == before


def test_a_new_clean_file_supersedes_the_old_which_stays_readable(db):
    return_record = ReturnFactory()
    old = processed(received(return_record))
    figures = set(old.figures.values_list("line", "column", "number", "text"))
    new = processed(received(return_record, workbook(return_record, seed=2)))
    old.refresh_from_db()
    assert (old.state, new.state) == ("replaced", "accepted")
    assert set(old.figures.values_list("line", "column", "number", "text")) == figures
    assert set(new.figures.values_list("line", "column", "number", "text")) != figures
    assert old.reading


@pytest.mark.parametrize(("later", "state"), [("blocked", "blocked"), (b"nothing", "refused")])
def test_a_later_file_with_trouble_leaves_the_accepted_one_on_record(later, state, db):
    return_record = ReturnFactory()
    on_record = processed(received(return_record))
    sent = later if isinstance(later, bytes) else workbook(return_record, WORDS_FOR_A_NUMBER)
    assert processed(received(return_record, sent)).state == state
    on_record.refresh_from_db()
    assert on_record.state == "accepted"
    assert on_record.figures.count() == CELLS


def test_an_older_file_that_finishes_later_never_supersedes(db):
    return_record = ReturnFactory()
    older = received(return_record)
    newer = received(return_record, workbook(return_record, seed=2))
    assert processed(newer).state == "accepted"
    assert processed(older).state == "replaced"
    newer.refresh_from_db()
    assert newer.state == "accepted"
    assert older.figures.count() == newer.figures.count() == CELLS
    assert events(older)[-1] == ("replaced", "the portal")


def test_there_is_no_such_file(db):
    with pytest.raises(Submission.DoesNotExist):
        process(submission_id=SubmissionFactory().pk + 1)
    assert locks_held() == 0
