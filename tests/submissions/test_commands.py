"""The commands that submit through a real worker."""

import json
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from benchmarks.tasks import measure_new_figures
from footprints.models import User
from submissions.example import EXAMPLE_PEOPLE, PASSWORD
from submissions.management.commands import load_example, submit_workbook
from submissions.models import Figure, Return, Submission
from templates_app import registry
from tests.factories import ReturnFactory, SubmissionFactory, UserFactory
from tests.submissions.scenes import A_FINE_FRACTION, WORDS_FOR_A_NUMBER, preparer_of, rows, workbook

KEYS = {"code", "severity", "sheet", "cell", "label", "found", "expected", "message", "remedy", "standing", "explained"}


@pytest.fixture
def scheduler(celery_worker_process) -> Iterator[None]:
    """A worker, and a scheduler that asks for the measuring three times a second instead of four times a minute."""
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.3):
            measure_new_figures.delay()

    asking = threading.Thread(target=ask)
    asking.start()
    yield
    done.set()
    asking.join()


def submit(path: Path, person: User, *options: str) -> str:
    said = StringIO()
    call_command("submit_workbook", str(path), "--as", person.email.upper(), *options, stdout=said)
    return said.getvalue()


@pytest.mark.worker
@pytest.mark.usefixtures("scheduler")
def test_submitting_tells_what_became_of_each_file(tmp_path):
    return_record = ReturnFactory()
    person, path = preparer_of(return_record), tmp_path / "ours.xlsx"

    path.write_bytes(workbook(return_record, WORDS_FOR_A_NUMBER))
    blocked = json.loads(submit(path, person, "--wait", "--json"))
    assert (blocked["state"], blocked["refused"], blocked["figures"], blocked["metrics"]) == ("blocked", None, 0, False)
    [error] = [finding for finding in blocked["findings"] if finding["severity"] == "error"]
    assert set(error) == KEYS
    assert error["found"] == "see note"

    path.write_bytes(workbook(return_record, A_FINE_FRACTION))
    accepted = json.loads(submit(path, person, "--wait", "--json"))
    assert (accepted["state"], accepted["figures"], accepted["metrics"]) == ("accepted", 256, True)
    assert {finding["severity"] for finding in accepted["findings"]} <= {"warning", "info"}
    assert accepted["reference"] == Submission.objects.accepted().get().reference
    again = json.loads(submit(path, person, "--wait", "--json"))
    assert again == accepted

    path.write_bytes(b"line,pay\nFIN3,412\n")
    refused = json.loads(submit(path, person, "--wait", "--json"))
    assert (refused["state"], refused["figures"], refused["findings"]) == ("refused", 0, [])
    assert refused["refused"]["code"] == "csv_or_text"
    assert refused["refused"]["message"]
    said = submit(path, person, "--wait")
    assert said.startswith(f"{refused['reference']}: Could not be read. 0 figures loaded.")
    assert refused["refused"]["message"] in said
    assert len({report["reference"] for report in (blocked, accepted, refused)}) == Submission.objects.count() == 3


@pytest.mark.worker
def test_the_example_goes_through_the_worker_and_repeating_adds_nothing(celery_worker_process):
    call_command("load_reference", stdout=StringIO())
    said = StringIO()
    call_command("load_example", "--trusts", "6", stdout=said)
    files = Submission.objects.order_by("pk")
    assert set(files.values_list("state", flat=True)) <= {"accepted", "blocked"}
    assert files.filter(state="accepted").exists()
    accepted = files.filter(state="accepted").values_list("template", "version")
    assert Figure.objects.count() == sum(len([*registry.get(*version).cells()]) for version in accepted)
    assert Return.objects.filter(submissions=None).count() == Return.objects.count() - files.count()
    assert f"{files.count()} example returns are loaded" in said.getvalue()
    assert all(person.email in said.getvalue() for person in EXAMPLE_PEOPLE)
    assert PASSWORD in said.getvalue()

    before = [rows(kind) for kind in (Submission, Figure, User, Return)]
    call_command("load_example", "--trusts", "6", stdout=StringIO())
    assert [rows(kind) for kind in (Submission, Figure, User, Return)] == before


def test_the_example_needs_trusts(db):
    with pytest.raises(CommandError, match="load_reference"):
        call_command("load_example")


def test_without_a_worker_it_says_so_and_loses_nothing(db, broker, tmp_path, monkeypatch):
    monkeypatch.setattr(submit_workbook, "PATIENCE_SECONDS", 0.2)
    return_record = ReturnFactory()
    path = tmp_path / "ours.xlsx"
    path.write_bytes(workbook(return_record))
    with pytest.raises(CommandError, match="received and safe, but has not been checked"):
        submit(path, preparer_of(return_record), "--wait")
    assert Submission.objects.get().state == "received"
    assert broker.llen("celery") == 1


def test_the_example_gives_up_waiting_for_nobody(db, monkeypatch):
    monkeypatch.setattr(load_example, "PATIENCE_SECONDS", 0.2)
    waiting = SubmissionFactory()
    with pytest.raises(CommandError, match="1 example returns wait to be checked, and no worker takes them"):
        load_example.Command()._wait([waiting.pk])


def test_a_file_that_was_set_aside_is_not_waited_for(db, broker, tmp_path):
    return_record = ReturnFactory()
    person, path = preparer_of(return_record), tmp_path / "ours.xlsx"
    path.write_bytes(workbook(return_record))
    submit(path, person)
    Submission.objects.update(state="stuck")
    assert "Waiting for our support team. 0 figures loaded." in submit(path, person, "--wait")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "cannot be opened: No such file"),
        (lambda path: path.write_bytes(b"x" * (20 * 2**20 + 1)), "is larger than 20 MB"),
    ],
    ids=["no file", "too large"],
)
def test_what_cannot_be_taken_is_said_plainly(make, says, db, tmp_path):
    path = tmp_path / "ours.xlsx"
    make(path)
    with pytest.raises(CommandError, match=says):
        submit(path, preparer_of(ReturnFactory()))
    assert rows(Submission) == []


def test_who_owes_nothing_submits_nothing(db, tmp_path):
    path = tmp_path / "ours.xlsx"
    path.write_bytes(workbook(ReturnFactory()))
    with pytest.raises(CommandError, match="owes no return"):
        submit(path, UserFactory())
    with pytest.raises(CommandError, match="Nobody has the e-mail address"):
        submit(path, User(email="nobody@example.nhs.uk"))


def test_the_file_goes_to_the_return_of_the_trust_it_names(db, broker, tmp_path):
    first = ReturnFactory()
    person = preparer_of(first)
    second = ReturnFactory(collection=first.collection)
    second.trust.roles.create(user=person, kind="preparer", from_date=person.roles.get().from_date)
    path = tmp_path / "ours.xlsx"
    for return_record in (first, second):
        path.write_bytes(workbook(return_record))
        submit(path, person)
        assert Submission.objects.latest("pk").return_record == return_record
