"""`manage.py run_portal` as a person runs it: everything starts, heals, says plainly what is in the way, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings as portal_settings

from stp_portal.new_process import LINUX

GIVEN = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "UPLOADS_DIR",
    "HOST",
    "PORTAL_ADDRESS",
    "EMAIL_URL",
    "EMAIL_FROM",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """One `run_portal` with its own folder and port."""

    def __init__(self, var: Path, port: int | str) -> None:
        self.var, self.port = var, port
        self.output = var.parent / f"output-{port}.txt"
        bare = {name: value for name, value in os.environ.items() if name not in GIVEN}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run_portal"],
                cwd=portal_settings.BASE_DIR,
                env=bare | {"VAR_DIR": str(var), "PORT": str(port)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def ready(self) -> dict | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as response:
                return json.load(response)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def wait_until(self, done, what: str, seconds: float = 60):
        end = time.monotonic() + seconds
        while not (found := done()):
            assert self.process.poll() is None, f"it ended while waiting for {what}:\n{self.said()}"
            assert time.monotonic() < end, f"no {what}:\n{self.said()}"
            time.sleep(0.1)
        return found

    def interrupt(self) -> int:
        """What Ctrl-C does: the signal goes to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(40)


@pytest.fixture
def var(tmp_path):
    folder = tmp_path / "a folder with a space" / "var"
    folder.parent.mkdir()
    yield folder
    subprocess.run(
        [sys.executable, "-m", "stp_portal.embedded", "stop"], env=os.environ | {"VAR_DIR": str(folder)}, check=True
    )


def processes_of(var: Path) -> list[str]:
    """The command of every process that was given this folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str(var).encode() in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def pid_of(var: Path, name: str) -> int:
    return json.loads((var / "run" / f"{name}.json").read_text())["pid"]


@pytest.mark.skipif(not LINUX, reason="looks for left-over processes in /proc")
def test_it_starts_heals_and_leaves_nothing_behind(var):
    portal = Portal(var, free_port())
    portal.wait_until(lambda: f"The portal is at http://127.0.0.1:{portal.port}/" in portal.said(), "address")
    assert portal.ready()["ready"] is True
    assert {"postgres", "valkey", "worker", "scheduler", "web"} == {
        note.stem for note in (var / "run").glob("*.json")
    } - {"load_example"}

    os.killpg(pid_of(var, "worker"), signal.SIGKILL)
    portal.wait_until(lambda: "worker started again." in portal.said(), "second worker")
    assert "worker was killed by SIGKILL. The end of" in portal.said()

    second = Portal(var, free_port())
    assert second.process.wait(30) == 1
    assert (
        f"already running from this folder at http://127.0.0.1:{portal.port}/ (process {portal.process.pid})"
        in second.said()
    )

    assert len(processes_of(var)) > 5
    assert portal.interrupt() == 0
    assert portal.said().endswith("Stopped.\n")
    assert processes_of(var) == []
    assert (var / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not LINUX, reason="only Linux tells a process that its parent died")
def test_killed_it_takes_its_programs_with_it_and_starts_again(var):
    portal = Portal(var, free_port())
    portal.wait_until(lambda: (var / "run" / "web.json").exists(), "web server")
    secret = (var / "secret_key").read_text()
    portal.process.kill()
    portal.process.wait()
    end = time.monotonic() + 20
    while left := processes_of(var):
        assert time.monotonic() < end, left
        time.sleep(0.1)
    again = Portal(var, free_port())
    again.wait_until(again.ready, "answer that all is ready")
    assert (var / "secret_key").read_text() == secret
    assert again.interrupt() == 0


def test_a_port_in_use_is_named_and_nothing_is_started(var):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        portal = Portal(var, port)
        assert portal.process.wait(30) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use. Choose another with PORT" in portal.said()
    assert not (var / "postgres").exists()


def test_a_port_that_is_no_number_is_said(var):
    portal = Portal(var, "eighty")
    assert portal.process.wait(30) == 1
    assert (
        portal.said() == "CommandError: PORT is 'eighty'; it must be a number from 1 to 65535, for example PORT=8001.\n"
    )
