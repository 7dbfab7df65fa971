"""Where uploaded files are kept: under the hash of their bytes, through Django's storage, and never changed.

On a file system the bytes are written beside their place, forced to the disk, and renamed into it, so that a file is there
whole or not at all. An S3-compatible store does the same by itself.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is safe: its key in the store, hash and size in bytes."""

    key: str
    sha256: str
    size_bytes: int


class TooLarge(Exception):
    """More bytes than we take. `limit_bytes` says how many that is."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class DurableFileSystemStorage(FileSystemStorage):
    """A file system store whose `save` returns only when the bytes are on the disk."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: it is the hash of the bytes, so a file already there is the same file."""
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        new_folders = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".incoming-", delete=False) as staged:
            try:
                for chunk in content.chunks():
                    staged.write(chunk)
                staged.flush()
                os.fsync(staged.fileno())
                os.replace(staged.name, target)
            except BaseException:
                os.unlink(staged.name)
                raise
        for folder in (target.parent, *(new.parent for new in new_folders)):
            _force_to_disk(folder)
        return name


def _force_to_disk(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, as fsync of a file does for its bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(chunks: Iterable[bytes], *, limit_bytes: int) -> Kept:
    """Store bytes and return only when they are safe. Raises TooLarge, having kept nothing."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as staged:
        for chunk in chunks:
            size += len(chunk)
            if size > limit_bytes:
                raise TooLarge(limit_bytes)
            digest.update(chunk)
            staged.write(chunk)
        sha256 = digest.hexdigest()
        # Written even when such a file is there: another request may still be on its way to the disk with it, and a copy that
        # was damaged since is whole again.
        key = default_storage.save(f"submissions/{sha256[:2]}/{sha256}", File(staged))
    return Kept(key, sha256, size)


def open_kept(key: str) -> IO[bytes]:
    """The bytes of a kept file, opened for reading."""
    return default_storage.open(key, "rb")


class Altered(Exception):
    """The bytes in the store are not those that were received."""


def bytes_of(key: str, sha256: str) -> bytes:
    """All the bytes of a kept file, proved to be those that were received. Raises Altered when they are not."""
    with open_kept(key) as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Altered(f"{key} does not have the hash it was received with")
    return data
