"""Programs started side by side: each in its own process group, with its own log, ended in order and never left behind.

Knows nothing of Django. `run_portal` uses it for everything it starts, the tests for their servers.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from typing import BinaryIO

from stp_portal.new_process import LINUX, before_exec


class DiedError(Exception):
    """A program ended although it was needed; the text says which, how, and the last lines it wrote."""


@dataclass(frozen=True)
class Program:
    """A command to keep running: its log is `log/<name>.log` and the note of its process `run/<name>.json`."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: Path
    stop: tuple[tuple[Signals, float], ...] = ((signal.SIGTERM, 10.0),)
    """Signals sent to end it, each with the seconds it is given; after the last its whole group is killed."""
    user: str | None = None
    """The user to become, when it must not run as root."""


@dataclass
class Child:
    """One program, started and watched by this process; its files are under `var`."""

    program: Program
    var: Path
    show: bool = False
    """Write to this terminal instead of to the log."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    @property
    def log(self) -> Path:
        """Where the program's output goes."""
        return self.var / "log" / f"{self.program.name}.log"

    @property
    def _note(self) -> Path:
        return self.var / "run" / f"{self.program.name}.json"

    def start(self) -> None:
        """Start the program in a session of its own. On Linux it is ended if this process dies, however it dies. Raises `DiedError`."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._note.parent.mkdir(parents=True, exist_ok=True)
        if self.process is None and self.log.exists():
            self.log.replace(self.log.with_suffix(".previous.log"))
        try:
            with self.log.open("ab") as log:
                self.process = self._spawn(log)
        except (OSError, subprocess.SubprocessError) as error:
            identity = f" as the user {self.program.user}" if self.program.user else ""
            raise DiedError(f"{self.program.name} could not be started{identity}: {error}") from error
        self.started = time.monotonic()
        note = {
            "pid": self.process.pid,
            "started": _start_mark(self.process.pid),
            "stop": [(int(number), seconds) for number, seconds in self.program.stop],
        }
        self._note.write_text(json.dumps(note))

    def _spawn(self, log: BinaryIO) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 # our own programs, no shell
            self.program.command,
            cwd=self.program.cwd,
            env=dict(self.program.environment),
            stdin=subprocess.DEVNULL,
            stdout=None if self.show else log,
            stderr=None if self.show else subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before_exec(self.program.user, self.program.stop[0][0]),
        )

    def is_running(self) -> bool:
        """Whether the program has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def stop(self, *, patience: Callable[[], bool] = lambda: True) -> None:
        """End the program and all it started; `patience` turning False cuts the waiting short."""
        if self.process is None:
            return
        for number, seconds in self.program.stop:
            if not self.is_running():
                break
            _signal(self.process.pid, number)
            _wait_until(lambda: not self.is_running() or not patience(), seconds)
        self.kill()

    def kill(self) -> None:
        """Kill what is left of the program's process group at once."""
        if self.process is not None:
            _signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._note.unlink(missing_ok=True)

    def last_lines(self, count: int = 15) -> str:
        """The end of the program's log, indented, for a person to read."""
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(f"    {line}" for line in lines)

    def death(self) -> DiedError:
        """What to raise or say when the program has ended by itself."""
        code = self.process.returncode if self.process else None
        how = (
            f"was killed by {Signals(-code).name}" if code is not None and code < 0 else f"ended with exit code {code}"
        )
        if self.show:
            return DiedError(f"{self.program.name} {how}.")
        return DiedError(f"{self.program.name} {how}. The end of {self.log}:\n{self.last_lines()}")


@dataclass
class Supervisor:
    """Keeps children running, restarting what dies after a growing pause, until it is told to stop."""

    var: Path
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    told_to_stop: int = 0
    _pauses: dict[str, float] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)

    def listen(self) -> None:
        """From here on Ctrl-C, an end signal and a closed terminal ask for an orderly stop; a second one for a quick one."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def _asked(self, number: int, frame: object) -> None:
        self.told_to_stop += 1

    def start(self, program: Program, *, ready: Callable[[], bool] | None = None, seconds: float = 60.0) -> None:
        """Start a program to be kept running and wait until `ready()`. Raises `DiedError`, or `StoppedError` when told to stop."""
        child = Child(program, self.var)
        self.children.append(child)
        child.start()
        if ready is None:
            return
        end = time.monotonic() + seconds
        while not ready():
            if not child.is_running() or time.monotonic() > end:
                death = child.death()
                child.kill()
                self.children.remove(child)
                raise death
            self.pause(0.05)

    def run_to_end(self, program: Program, *, show: bool = False, watch: bool = False) -> None:
        """Run a program that ends by itself; with `watch` the others are looked after meanwhile. Raises `DiedError` when it fails."""
        child = Child(program, self.var, show=show)
        try:
            child.start()
            while child.is_running():
                if watch:
                    self.watch()
                self.pause(0.1)
            if child.process is None or child.process.returncode:
                raise child.death()
        finally:
            child.stop(patience=lambda: self.told_to_stop < 2)

    def watch(self) -> None:
        """Look once at every child: say which died and why, and start it again when its pause is over."""
        now = time.monotonic()
        for child in self.children:
            name = child.program.name
            if child.is_running():
                continue
            if name not in self._due:
                lasted = now - child.started
                pause = 1.0 if lasted > 60 else min(self._pauses.get(name, 0.5) * 2, 30.0)
                self._pauses[name], self._due[name] = pause, now + pause
                self.say(f"{child.death()}\nStarting {name} again in {pause:.0f} s.")
                child.kill()
            elif now >= self._due[name]:
                del self._due[name]
                child.start()
                self.say(f"{name} started again.")

    def pause(self, seconds: float) -> None:
        """Wait a little. Raises `StoppedError` when told to stop."""
        if not self.told_to_stop:
            time.sleep(seconds)
        if self.told_to_stop:
            raise StoppedError

    def stop(self) -> None:
        """Stop every child, the last started first."""
        while self.children:
            self.children.pop().stop(patience=lambda: self.told_to_stop < 2)


class StoppedError(Exception):
    """The person, or the system, asked the supervisor to stop."""


def stop_left_over(var: Path) -> list[str]:
    """End the programs of an earlier run that was itself killed, going by the notes under `var`; returns their names."""
    stopped = []
    for note in sorted((var / "run").glob("*.json"), reverse=True):
        with contextlib.suppress(ValueError, KeyError):
            told = json.loads(note.read_text())
            pid, mark = int(told["pid"]), told["started"]

            def gone(pid: int = pid, mark: str = mark) -> bool:
                return _start_mark(pid) != mark

            if mark and not gone():
                stopped.append(note.stem)
                for number, seconds in told["stop"]:
                    _signal(pid, Signals(number))
                    if _wait_until(gone, seconds):
                        break
                _signal_group(pid, signal.SIGKILL)
        note.unlink(missing_ok=True)
    return stopped


def is_alive(pid: int) -> bool:
    """Whether a process with this number exists and has not ended."""
    return _start_mark(pid) is not None


def _start_mark(pid: int) -> str | None:
    """What tells a process from a later one with the same number; None when there is none, or only its remains."""
    if LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    ps = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603,S607
    return ps.stdout.strip() or None


def _wait_until(done: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _signal(pid: int, number: Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(pid: int, number: Signals) -> None:
    # Every child leads its own group, so a group of this number can only be what it started.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
