"""One portal at a time from one folder."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another process holds this folder's lock; `pid` and `address` are as it wrote them."""

    def __init__(self, pid: int | None, address: str) -> None:
        super().__init__(pid, address)
        self.pid, self.address = pid, address


@contextlib.contextmanager
def only_one(var: Path, address: str) -> Iterator[None]:
    """Hold the folder for one running portal. The lock goes with the process, however it ends. Raises `AlreadyRunningError`."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "portal.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            with contextlib.suppress(ValueError):
                holder = json.loads(lock.read())
                raise AlreadyRunningError(holder["pid"], holder["address"]) from None
            raise AlreadyRunningError(None, "") from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        yield
        lock.truncate(0)
