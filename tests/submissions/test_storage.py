"""A kept file is whole or not there, is what was received, and is on the disk before anybody says so."""

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from submissions import storage
from submissions.storage import Altered, DurableFileSystemStorage, TooLarge
from tests.submissions.scenes import at_once

DATA = b"PK\x03\x04 the bytes of a workbook" * 1000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    """An empty store of the durable kind."""
    durable = {
        "BACKEND": "submissions.storage.DurableFileSystemStorage",
        "OPTIONS": {"location": tmp_path / "uploads"},
    }
    settings.STORAGES = settings.STORAGES | {"default": durable}
    return tmp_path / "uploads"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def keep(data: bytes = DATA, limit: int = 10**6) -> storage.Kept:
    return storage.keep([data[:100], data[100:]], limit_bytes=limit)


def test_a_file_is_kept_under_its_hash_and_comes_back(folder):
    kept = keep()
    assert kept.sha256 == hashlib.sha256(DATA).hexdigest()
    assert kept.size_bytes == len(DATA)
    assert files_in(folder) == [folder / kept.key]
    assert storage.bytes_of(kept.key, kept.sha256) == DATA
    with storage.open_kept(kept.key) as file:
        assert file.read() == DATA


def test_the_same_file_twice_is_one_file(folder):
    assert keep() == keep()
    assert len(files_in(folder)) == 1
    keep(b"another")
    assert len(files_in(folder)) == 2


def test_the_same_file_from_two_requests_at_once(folder):
    kept = at_once(*[keep] * 4)
    assert len(set(kept)) == 1
    assert len(files_in(folder)) == 1
    assert storage.bytes_of(kept[0].key, kept[0].sha256) == DATA


def test_one_byte_too_many_keeps_nothing(folder):
    with pytest.raises(TooLarge) as caught:
        keep(limit=len(DATA) - 1)
    assert caught.value.limit_bytes == len(DATA) - 1
    assert files_in(folder) == []
    assert keep(limit=len(DATA)).size_bytes == len(DATA)


def test_reading_stops_at_the_limit():
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield b"x" * 1000

    with pytest.raises(TooLarge):
        storage.keep(endless(), limit_bytes=5000)
    assert len(taken) == 6


def test_an_upload_that_breaks_off_keeps_nothing(folder):
    def broken():
        yield DATA
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.keep(broken(), limit_bytes=10**6)
    assert files_in(folder) == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_neither_half_a_file_nor_a_temporary_one(call, folder, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(OSError, match="No space"):
            keep()
    assert files_in(folder) == []
    assert keep().size_bytes == len(DATA)


def test_bytes_and_names_are_on_the_disk_before_it_answers(folder, monkeypatch):
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def name_of(descriptor: int) -> str:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        return str(path.relative_to(folder.parent)) if path.is_dir() else "bytes"

    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append(name_of(descriptor)), fsync(descriptor)))
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("rename"), replace(*names)))
    kept = keep()
    assert done[:2] == ["bytes", "rename"]
    # Every folder that got a new entry: the file, and the folders made for it.
    assert set(done[2:]) == {f"uploads/submissions/{kept.sha256[:2]}", "uploads/submissions", "uploads", "."}


def test_altered_bytes_are_noticed(folder):
    kept = keep()
    (folder / kept.key).write_bytes(DATA[:-1] + b"!")
    with pytest.raises(Altered, match=kept.key):
        storage.bytes_of(kept.key, kept.sha256)


def test_a_damaged_copy_is_whole_again_when_the_file_comes_again(folder):
    kept = keep()
    (folder / kept.key).write_bytes(b"")
    assert keep() == kept
    assert storage.bytes_of(kept.key, kept.sha256) == DATA


def test_a_name_is_never_changed(folder):
    store = DurableFileSystemStorage(location=folder)
    assert store.save("a/b", ContentFile(b"1")) == "a/b"
    assert store.save("a/b", ContentFile(b"1")) == "a/b"
    assert files_in(folder) == [folder / "a" / "b"]
