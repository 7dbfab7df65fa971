"""What a new process does between its birth and the program it becomes: another user, and a tie to its parent."""

import ctypes
import os
import pwd
import sys
from collections.abc import Callable

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilitySets(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def before_exec(user: str | None, death_signal: int) -> Callable[[], None]:
    """For `preexec_fn`: become `user`, and be sent `death_signal` when the parent dies, where the system can do that (Linux).

    Everything is looked up beforehand: after a fork, little is safe.
    """
    parent = os.getpid()
    account = pwd.getpwnam(user) if user else None

    def prepare() -> None:
        if account:
            _become(account.pw_uid, account.pw_gid)
        if _libc is not None:
            _libc.prctl(1, death_signal, 0, 0, 0)  # PR_SET_PDEATHSIG; after the change of user, which would clear it
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def _become(uid: int, gid: int) -> None:
    """Take another user's identity but stay able to pass folders only root may enter.

    So a checkout under /root, or a `.venv` made with a strict umask, works without opening anyone's folders to all.
    Where the kernel refuses the capability, the program runs without it.
    """
    if _libc is not None:
        # PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP: keep capabilities over setuid, and let access() count them too.
        _libc.prctl(28, 1 << 2, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if _libc is not None:
        override = 1 << 1  # CAP_DAC_OVERRIDE
        sets = (_CapabilitySets * 2)(_CapabilitySets(override, override, override), _CapabilitySets(0, 0, 0))
        _libc.capset(ctypes.byref(_CapabilityHeader(0x20080522, 0)), ctypes.byref(sets))
        _libc.prctl(47, 2, 1, 0, 0)  # PR_CAP_AMBIENT, raise it so that it survives exec
