"""The bounded child: every way to misbehave ends the child and never the parent."""

import errno
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from submissions import bounded
from submissions.bounded import ChildDied, run_bounded


@pytest.fixture(autouse=True)
def _no_child_is_left(monkeypatch: pytest.MonkeyPatch):
    """Neither running nor a zombie: every child that was forked has been reaped."""
    children: list[int] = []
    fork = os.fork

    def recorded() -> int:
        children.append(pid := fork())
        return pid

    monkeypatch.setattr(os, "fork", recorded)
    yield
    assert children
    for child in children:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def reason_of(function, **limits: float) -> str:
    with pytest.raises(ChildDied) as caught:
        run_bounded(function, **limits)
    return caught.value.reason


def test_an_answer_comes_back_as_it_was() -> None:
    answer = {"cells": [["A1", "0.1", True], ["B2", None, 412]], "name": "Costs £ \ud800"}
    assert run_bounded(lambda given: given, answer) == answer


def test_a_large_answer_comes_back_whole() -> None:
    assert run_bounded(lambda: "x" * 5_000_000) == "x" * 5_000_000


def test_a_loop_without_end_meets_the_cpu_limit() -> None:
    def spin() -> None:
        while True:
            pass

    assert reason_of(spin, cpu_seconds=1, wall_seconds=20) == "cpu"


def test_sleeping_meets_the_wall_clock() -> None:
    begun = time.monotonic()
    assert reason_of(lambda: time.sleep(60), wall_seconds=0.3) == "time"
    assert time.monotonic() - begun < 5


def test_ignoring_signals_does_not_help() -> None:
    def stubborn() -> None:
        for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGXCPU):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(60)

    assert reason_of(stubborn, wall_seconds=0.3) == "time"


def test_closing_the_pipe_and_staying_does_not_help() -> None:
    def hide() -> None:
        os.close(3)
        time.sleep(60)

    begun = time.monotonic()
    reason_of(hide, wall_seconds=20)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("take", [lambda: "x" * 2**31, lambda: [bytearray(2**20) for _ in range(4096)]])
def test_a_memory_bomb_meets_the_memory_limit(take) -> None:
    assert reason_of(lambda: len(take()), memory_bytes=200 * 2**20) == "memory"


@pytest.mark.parametrize("way", [os.abort, sys.exit, lambda: os._exit(0), lambda: os.kill(os.getpid(), signal.SIGSEGV)])
def test_a_child_that_leaves_early_has_crashed(way) -> None:
    assert reason_of(way) == "crashed"


def test_an_unexpected_exception_names_its_kind_and_place_but_not_its_words() -> None:
    def fail() -> None:
        raise ValueError("the trust's secret figure 412")

    with pytest.raises(ChildDied) as caught:
        run_bounded(fail)
    assert caught.value.reason == "crashed"
    assert caught.value.detail.startswith("ValueError at test_bounded.py:")
    assert "412" not in str(caught.value)


@pytest.mark.parametrize("answer", [object(), float("nan"), {1: {2}}])
def test_an_answer_that_is_not_json_is_no_answer(answer) -> None:
    assert reason_of(lambda: answer) == "crashed"


def test_output_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MAX_OUTPUT", 2**20)
    assert reason_of(lambda: "x" * 2**21) == "too_much_output"


@pytest.mark.parametrize(
    "written", [b"", b"=", b"=" + b"\0" * 8, b"!!", b"=\x02\0\0\0\0\0\0\0[[", b"=\x04\0\0\0\0\0\0\0[[[["]
)
def test_a_child_that_writes_its_own_answer_is_not_believed(written: bytes) -> None:
    def forge() -> None:
        os.write(3, written)
        os._exit(0)

    assert reason_of(forge) == "crashed"


def test_deeply_nested_json_does_not_hurt_the_parent() -> None:
    def forge() -> None:
        content = b"[" * 200_000
        os.write(3, b"=" + len(content).to_bytes(8, "little"))
        while content:
            content = content[os.write(3, content) :]
        os._exit(0)

    assert reason_of(forge) == "crashed"


def test_no_connection_of_the_parent_is_within_reach() -> None:
    ours, theirs = socket.socketpair()
    try:
        number = ours.fileno()

        def use() -> str:
            try:
                os.write(number, b"DROP TABLE submissions")
            except OSError:
                return "out of reach"
            return "written"

        assert number > 3
        assert run_bounded(use) == "out of reach"
    finally:
        ours.close()
        theirs.close()


def test_no_file_can_be_written(tmp_path: Path) -> None:
    def write() -> str:
        try:
            (tmp_path / "left").write_bytes(b"x")
        except OSError:
            return "refused"
        return "written"

    assert run_bounded(write) == "refused"


def test_the_network_is_out_of_reach() -> None:
    def call(family: int) -> str:
        try:
            socket.socket(family, socket.SOCK_STREAM)
        except OSError as refused:
            return errno.errorcode[refused.errno or 0]
        return "reached"

    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        assert run_bounded(call, family) == "EMFILE"


def test_no_file_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("412")

    def look() -> str:
        try:
            return (tmp_path / "secret").read_text()
        except OSError as refused:
            return errno.errorcode[refused.errno or 0]

    assert run_bounded(look) == "EMFILE"


def test_works_while_other_threads_run_and_from_a_thread() -> None:
    stop, answers = threading.Event(), []
    busy = threading.Thread(target=lambda: stop.wait())
    busy.start()
    runner = threading.Thread(target=lambda: answers.append(run_bounded(lambda: "here")))
    runner.start()
    runner.join(20)
    stop.set()
    busy.join()
    assert answers == ["here"]


def test_handlers_of_the_parent_do_not_run_in_the_child(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: os.write(2, b"the parent's handler ran"))
    try:
        assert reason_of(lambda: os.kill(os.getpid(), signal.SIGTERM)) == "crashed"
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert capfd.readouterr().err == ""


def test_an_interrupted_parent_leaves_no_child() -> None:
    def interrupt(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(TimeoutError):
            run_bounded(lambda: time.sleep(60))
    finally:
        signal.signal(signal.SIGALRM, before)


def test_no_descriptor_is_leaked() -> None:
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        run_bounded(lambda: None)
        reason_of(os.abort)
    assert len(os.listdir("/dev/fd")) == before
