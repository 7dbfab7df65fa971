"""Programs end when told, when their parent dies, and never take a stranger with them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stp_portal.new_process import LINUX
from stp_portal.processes import Child, DiedError, Program, StoppedError, Supervisor, is_alive, stop_left_over

SLEEP = "import time; time.sleep(60)"
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


def program(code: str, name: str = "sleeper", seconds: float = 5.0) -> Program:
    return Program(name, (sys.executable, "-c", code), os.environ, Path.cwd(), stop=((signal.SIGTERM, seconds),))


def wait_until(done, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def test_stopping_a_program_ends_what_it_started_too(tmp_path):
    child = Child(program(PARENT), tmp_path)
    child.start()
    wait_until(lambda: child.log.read_text().strip())
    grandchild = int(child.log.read_text())
    assert is_alive(grandchild)
    child.stop()
    assert not child.is_running()
    wait_until(lambda: not is_alive(grandchild))
    assert list((tmp_path / "run").iterdir()) == []


def test_a_program_deaf_to_its_signal_is_killed_after_its_seconds(tmp_path):
    child = Child(program(DEAF, seconds=0.2), tmp_path)
    child.start()
    wait_until(lambda: "deaf" in child.log.read_text())
    child.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_each_start_has_a_log_of_its_own_and_keeps_the_one_before(tmp_path):
    for word in ("first", "second"):
        child = Child(program(f"print('{word}')"), tmp_path)
        child.start()
        child.process.wait()
    assert child.log.read_text() == "second\n"
    assert child.log.with_suffix(".previous.log").read_text() == "first\n"


@pytest.mark.skipif(not LINUX, reason="only Linux tells a process that its parent died")
def test_a_program_dies_with_a_parent_that_is_killed(tmp_path):
    code = f"""
import time
from pathlib import Path
from tests.stp_portal.test_processes import SLEEP, program
from stp_portal.processes import Child
child = Child(program(SLEEP), Path({str(tmp_path)!r}))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
    wait_until(lambda: not is_alive(pid))


def test_what_died_is_said_with_its_last_lines_and_started_again(tmp_path):
    said: list[str] = []
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(program("print('the reason'); raise SystemExit(3)", "worker"))
    wait_until(lambda: supervisor.watch() or len(said) == 2)
    supervisor.stop()
    assert "worker ended with exit code 3" in said[0]
    assert "    the reason" in said[0]
    assert "Starting worker again in 1 s." in said[0]
    assert said[1] == "worker started again."


def test_each_death_soon_after_the_last_doubles_the_pause(tmp_path):
    said: list[str] = []
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(program("raise SystemExit(3)", "worker"))
    wait_until(lambda: supervisor.watch() or len(said) == 3)
    supervisor.stop()
    assert "again in 2 s" in said[2]


def test_a_program_that_never_gets_ready_is_reported_and_not_kept(tmp_path):
    supervisor = Supervisor(tmp_path, print)
    with pytest.raises(DiedError, match=r"postgres ended with exit code 1[\s\S]*no room"):
        supervisor.start(program("raise SystemExit('no room')", "postgres"), ready=lambda: False)
    assert supervisor.children == []


def test_a_program_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DiedError, match=r"web could not be started: .*no-such-program"):
        Child(Program("web", ("no-such-program",), os.environ, tmp_path), tmp_path).start()


def test_told_to_stop_it_leaves_a_wait_and_stops_the_last_started_first(tmp_path, monkeypatch):
    order: list[str] = []
    stop = Child.stop
    monkeypatch.setattr(Child, "stop", lambda child, **how: (order.append(child.program.name), stop(child, **how)))
    supervisor = Supervisor(tmp_path, print)
    for name in ("postgres", "worker", "web"):
        supervisor.start(program(SLEEP, name))
    supervisor.told_to_stop = 1
    with pytest.raises(StoppedError):
        supervisor.run_to_end(program(SLEEP, "load_example"))
    supervisor.stop()
    assert order == ["load_example", "web", "worker", "postgres"]


def test_what_an_earlier_run_left_is_ended(tmp_path):
    child = Child(program(SLEEP), tmp_path)
    child.start()
    assert stop_left_over(tmp_path) == ["sleeper"]
    assert child.process.wait(5) == -signal.SIGTERM
    assert stop_left_over(tmp_path) == []


def test_a_stranger_that_has_the_number_now_is_left_alone(tmp_path):
    child = Child(program(SLEEP), tmp_path)
    child.start()
    note = tmp_path / "run" / "sleeper.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"started": "1"}))
    assert stop_left_over(tmp_path) == []
    assert child.is_running()
    assert not note.exists()
    child.stop()
