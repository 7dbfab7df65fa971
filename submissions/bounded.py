"""Runs a function on hostile input in a forked child with limits, so that whatever happens there harms nobody. Pure.

A fork costs about 10 ms; a fresh interpreter would cost half a second. The child has no open file or connection but the pipe
that carries its answer, and can open none: it reaches neither file, network nor database, imports nothing, and starts no
process. It answers in JSON: the parent never unpickles what a child that read a stranger's file has written. An expected
refusal is data like any other: let the function return it.
"""

import contextlib
import gc
import json
import math
import os
import resource
import select
import signal
import struct
import time
import traceback
from collections.abc import Callable
from typing import Any, Literal, NoReturn

Reason = Literal["time", "cpu", "memory", "crashed", "too_much_output"]

MAX_OUTPUT = 64 * 2**20
_HEADER = struct.Struct("<cQ")
_ANSWER, _NO_MEMORY, _FAILED = b"=", b"m", b"!"
_PIPE = 3
_NO_MORE_FILES = _PIPE + 1
"""The number below which every open file of the child must be: the pipe is the last, so it can open neither file nor socket."""


_REASONS: dict[int, Reason] = {signal.SIGXCPU: "cpu", signal.SIGKILL: "memory", signal.SIGALRM: "time"}
"""What a signal that ended the child tells. SIGKILL that is not ours comes from the kernel when memory has run out."""


class ChildDied(Exception):
    """The child gave no answer. `reason` says which limit it met; `detail` is for the log and names no content of the file."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def run_bounded(
    function: Callable[..., object],
    *args: object,
    cpu_seconds: float = 20,
    memory_bytes: int = 2**30,
    wall_seconds: float = 30,
) -> Any:
    """The JSON-able answer of `function(*args)`, computed in a child. `memory_bytes` is what it may use besides what it begins
    with. Raises ChildDied. The function must not log or touch the database: locks held by other threads stay held in a fork."""
    deadline = time.monotonic() + wall_seconds
    reading, writing = os.pipe()
    everything = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if pid == 0:
            _be_child(function, args, writing, cpu_seconds, memory_bytes, wall_seconds)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, everything)
        os.close(writing)
    finished = False
    try:
        output, problem = _receive(reading, deadline)
        finished = problem is None
    finally:
        os.close(reading)
        status = _end(pid, finished=finished)
    if problem:
        raise ChildDied(problem)
    return _answer(output, status)


def _receive(reading: int, deadline: float) -> tuple[bytearray, Reason | None]:
    """All the child writes, or why we stopped listening."""
    output = bytearray()
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(math.ceil(left * 1000)):
            return output, "time"
        piece = os.read(reading, 2**18)
        if not piece:
            return output, None
        output += piece
        if len(output) > MAX_OUTPUT + _HEADER.size:
            return output, "too_much_output"


def _end(pid: int, *, finished: bool) -> int | None:
    """Reap the child, and kill it first unless it ends by itself. None when somebody else has reaped it."""
    with contextlib.suppress(ChildProcessError):
        # Its pipe is closed, so it is about to go: leave it the moment it needs, and its status stays its own.
        for wait in (0, 0.0002, 0.001, 0.01, 0.1) if finished else ():
            time.sleep(wait)
            gone, status = os.waitpid(pid, os.WNOHANG)
            if gone:
                return status
        for kill, target in ((os.killpg, pid), (os.kill, pid)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(target, signal.SIGKILL)
        return os.waitpid(pid, 0)[1]
    return None


def _answer(output: bytearray, status: int | None) -> Any:
    if len(output) >= _HEADER.size:
        mark, length = _HEADER.unpack_from(output)
        content = bytes(output[_HEADER.size :])
        if mark == _NO_MEMORY:
            raise ChildDied("memory")
        if mark == _FAILED:
            raise ChildDied("crashed", content.decode("ascii", errors="replace")[:200])
        if mark == _ANSWER and len(content) == length:
            try:
                return json.loads(content)
            except (ValueError, RecursionError):
                raise ChildDied("crashed", "the answer is not JSON") from None
    if status is not None and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        raise ChildDied(_REASONS.get(number, "crashed"), f"ended by signal {number}")
    raise ChildDied("crashed", "it ended without an answer")


def _be_child(
    function: Callable[..., object],
    args: tuple[object, ...],
    writing: int,
    cpu_seconds: float,
    memory_bytes: int,
    wall_seconds: float,
) -> NoReturn:
    """The child's whole life. It ends by _exit, so no exit handler of the parent runs twice and no buffer is flushed twice."""
    try:
        _shed(writing)
        _limit(cpu_seconds, memory_bytes, wall_seconds)
        _send(_ANSWER, _computed(function, args))
    except MemoryError:
        _send(_NO_MEMORY, b"")
    except BaseException as problem:  # the last line: whatever it is, the parent hears of it
        _send(_FAILED, _told(problem))
    finally:
        os._exit(0)


def _computed(function: Callable[..., object], args: tuple[object, ...]) -> bytes:
    return json.dumps(function(*args), allow_nan=False, separators=(",", ":")).encode("ascii")


def _told(problem: BaseException) -> bytes:
    """The kind of an exception and where it arose; not its message, which may quote the file."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
    return f"{type(problem).__name__} at {place}".encode("ascii", errors="replace")


def _send(mark: bytes, content: bytes) -> None:
    with contextlib.suppress(OSError, MemoryError):
        view = memoryview(_HEADER.pack(mark, len(content)) + content)
        while view:
            view = view[os.write(_PIPE, view) :]


def _shed(writing: int) -> None:
    """Let go of what came with the fork: signal handlers, files, connections, and the collector's work on old objects."""
    os.setsid()
    gc.freeze()
    gc.disable()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    nowhere = os.open(os.devnull, os.O_RDWR)
    kept = os.dup(writing) if writing <= _PIPE else writing
    for standard in range(_PIPE):
        os.dup2(nowhere, standard)
    os.dup2(kept, _PIPE)
    for descriptor in _open_files():
        if descriptor > _PIPE:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _open_files() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        return list(range(4096))


def _limit(cpu_seconds: float, memory_bytes: int, wall_seconds: float) -> None:
    seconds = max(1, math.ceil(cpu_seconds))
    _lower(resource.RLIMIT_CPU, seconds, seconds + 1)
    _lower(resource.RLIMIT_AS, *(2 * (_address_space() + memory_bytes,)))
    _lower(resource.RLIMIT_FSIZE, 0, 0)
    _lower(resource.RLIMIT_NOFILE, _NO_MORE_FILES, _NO_MORE_FILES)
    _lower(resource.RLIMIT_NPROC, 0, 0)
    _lower(resource.RLIMIT_CORE, 0, 0)
    signal.alarm(math.ceil(wall_seconds) + 1)  # should the parent be gone, nobody else would end us


def _lower(limit: int, soft: int, hard: int) -> None:
    """Set a limit, never above the one that is there. A system that does not know it goes without."""
    highest = resource.getrlimit(limit)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(limit, (soft, hard))


def _address_space() -> int:
    """The bytes of address space in use now. Linux says; elsewhere 4 GiB are taken for granted."""
    try:
        with open("/proc/self/statm", "rb") as statistics:
            return int(statistics.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 4 * 2**30
