"""Reminders whose process is really killed, at each moment that matters: each goes, and none twice but where mail cannot tell."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as portal_settings

from desk.actions.send_chases import send_due_chases
from desk.models import Chase
from footprints.letters import send_letters
from footprints.models import Event, Letter
from footprints.tasks import send_letters as task
from tests.conftest import CeleryWorker, _test_database_url
from tests.desk.scenes import at, scene

NINE = at(date(2016, 10, 3))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


def wait_for(done: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end, "it never came there"
        time.sleep(0.05)


def killed_at(place: str, folder: Path) -> None:
    """A run of the ladder in a process of its own, killed when it comes to the place."""
    folder.mkdir()
    own = {
        "DATABASE_URL": _test_database_url(),
        "DJANGO_SETTINGS_MODULE": "stp_portal.settings",
        "STOP_AT": place,
        "STOP_FOLDER": str(folder),
    }
    command = (sys.executable, "-m", "tests.desk.ladder_process", NINE.isoformat())
    process = subprocess.Popen(command, env=os.environ | own, cwd=portal_settings.BASE_DIR)
    try:
        wait_for(lambda: list(folder.iterdir()))
    finally:
        process.kill()
        process.wait()


def arrived(box) -> list[tuple[str, str]]:
    return sorted((taken["To"], taken["Message-ID"]) for taken in box.taken)


@pytest.fixture
def three():
    first = scene()
    first.another()
    first.another()


@pytest.mark.usefixtures("three")
class TestKilled:
    def test_before_the_commit_nothing_of_it_stays_and_the_next_run_writes_it(self, box, tmp_path):
        killed_at("before desk.actions.chase.record", tmp_path / "stops")
        assert (Chase.objects.count(), Letter.objects.count()) == (0, 0)
        wait_for(lambda: send_due_chases(NINE) or Chase.objects.count() == 3)
        assert send_letters() == 6
        assert len({to for to, _ in arrived(box)}) == len(box.taken) == 6

    def test_between_commit_and_sending_the_letters_go_once(self, box, tmp_path):
        killed_at("after desk.actions.send_chases.take_together", tmp_path / "stops")
        assert (Chase.objects.count(), Letter.objects.filter(sent_at=None).count()) == (3, 6)
        assert send_letters() == 6
        send_due_chases(NINE)
        assert send_letters() == 0
        assert len({to for to, _ in arrived(box)}) == len(box.taken) == 6
        assert Event.objects.filter(verb="reminder written").count() == 3

    def test_after_the_server_took_it_and_before_we_noted_that_it_goes_twice_under_one_number(
        self, box, broker, settings, tmp_path
    ):
        assert send_due_chases(NINE) == 3
        stops = tmp_path / "stops"
        stops.mkdir()
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}"}
        stop = {"STOP_AT": "before footprints.letters._record", "STOP_FOLDER": str(stops)}
        unlucky = CeleryWorker(tmp_path / "unlucky", app="tests.stopping_worker", **mail, **stop)
        lucky = CeleryWorker(tmp_path / "lucky", **mail)
        try:
            unlucky.start()
            task.delay()
            unlucky.wait_for(lambda: list(stops.iterdir()), "the server to have the first reminder")
            unlucky.kill()
            assert (len(box.taken), Letter.objects.filter(sent_at=None).count()) == (1, 6)
            lucky.start()
            task.delay()
            lucky.wait_for(lambda: not Letter.objects.filter(sent_at=None).exists(), "every reminder")
        finally:
            unlucky.kill()
            lucky.kill()
        numbers = [taken["Message-ID"] for taken in box.taken]
        assert (len(numbers), len(set(numbers))) == (7, 6)
        assert numbers.count(numbers[0]) == 2
