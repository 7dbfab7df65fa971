"""The ZIP container of a workbook, read strictly and only from the bytes at hand. Pure.

A workbook saved by a spreadsheet program is a plain archive: entries one after another from the first byte, a directory, and
nothing else. Whatever departs from that (hidden bytes, two entries of one name, a directory that says other than the entries)
can be read in two ways by two programs, so it is refused instead of guessed at. Sizes are enforced while inflating: an entry
that gives more or fewer bytes than the directory says is refused at that byte, so a directory within the limits cannot lie.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

MAX_PARTS = 2_000
MAX_PART_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 150 * 2**20
MAX_RATIO = 200
"""How many times its packed size a part may be, once it is past RATIO_FREE_BYTES. Sheets of formatted blanks reach about 60."""
RATIO_FREE_BYTES = 4 * 2**20

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_DIRECTORY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_LONGEST_DESCRIPTOR = 24
_EMPTY_PACKED = 2
"""Bytes that nothing at all takes when it is deflated."""
_IN_64 = 0xFFFFFFFF
_SLICE = 16 * 1024
_CHUNK = 128 * 1024

ReadCode = Literal[
    "damaged",
    "too_many_parts",
    "inflates_too_much",
    "unsafe_part_names",
    "duplicate_parts",
    "overlapping_parts",
    "encrypted_part",
    "doctype",
    "not_a_workbook",
    "too_many_cells",
    "too_many_texts",
    "too_many_styles",
    "too_many_sheets",
    "too_many_names",
    "text_too_long",
]

MEND = "Open it in Excel, save it as a new Excel Workbook (.xlsx), and upload the new file."
_SEND_ANEW = "Save the workbook in Excel again, check that it opens, and upload it again."


class ReadError(Exception):
    """Why a file cannot be read, in words for the person who sent it: what is wrong, and what to do."""

    def __init__(self, code: ReadCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def damaged(what: str) -> ReadError:
    """A file that no spreadsheet program would have written so. `what` is a clause such as "its end is missing"."""
    return ReadError("damaged", f"We cannot read this workbook because {what}. {MEND}")


class Part(NamedTuple):
    """One file inside the container. Sizes in bytes."""

    name: str
    method: int
    start: int
    packed: int
    size: int
    checksum: int


class _Entry(NamedTuple):
    name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int


class Container:
    """The parts of a workbook by lower-case name (names in a package ignore case). Folders are left out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        entries, directory_start = _entries(data)
        _check_amounts(entries)
        self.parts: Mapping[str, Part] = _parts(data, entries, directory_start)

    def chunks(self, part: Part) -> Iterator[bytes]:
        """The part's bytes, inflated piece by piece and held to the size and checksum in the directory."""
        packed = memoryview(self._data)[part.start : part.start + part.packed]
        checksum = given = 0
        for chunk in _inflated(packed) if part.method == _DEFLATED else _sliced(packed):
            given += len(chunk)
            if given > part.size:
                raise ReadError(
                    "inflates_too_much",
                    f"This workbook says that it is smaller than it is, which no spreadsheet program does. {MEND}",
                )
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if given != part.size or checksum != part.checksum:
            raise damaged("a part of it was changed or cut short on its way to us")


def _sliced(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _CHUNK):
        yield bytes(packed[start : start + _CHUNK])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), _SLICE):
            waiting: bytes | memoryview = packed[start : start + _SLICE]
            while waiting:
                chunk = inflater.decompress(waiting, _CHUNK)
                if chunk:
                    yield chunk
                waiting = inflater.unconsumed_tail
        rest = inflater.flush()
    except zlib.error:
        raise damaged("a part of it was changed or cut short on its way to us") from None
    if rest:
        yield rest
    if not inflater.eof or inflater.unused_data:
        raise damaged("a part of it was changed or cut short on its way to us")


def _entries(data: bytes) -> tuple[list[_Entry], int]:
    end = data.rfind(_END, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise ReadError(
            "damaged", f"This workbook is incomplete: its end is missing, so it was cut short on its way. {_SEND_ANEW}"
        )
    disk, first_disk, here, total, size, offset, comment = struct.unpack_from("<4H2LH", data, end + 4)
    if end + 22 + comment != len(data):
        raise damaged("there are other bytes after its end")
    directory_end = end
    if total == 0xFFFF or size == _IN_64 or offset == _IN_64:
        here, total, size, offset, directory_end = _end_64(data, end)
        disk = first_disk = 0
    if disk or first_disk or here != total:
        raise damaged("it is one piece of a file that was split")
    if total > MAX_PARTS:
        raise ReadError(
            "too_many_parts",
            f"This workbook holds {total:,} parts, and we read at most {MAX_PARTS:,}. Use the template we sent you, without added pictures or sheets.",
        )
    if offset + size != directory_end:
        raise damaged("its list of contents does not stand where it should")
    return _directory(data, offset, directory_end, total), offset


def _end_64(data: bytes, end: int) -> tuple[int, int, int, int, int]:
    if end >= 20 and data[end - 20 : end - 16] == _LOCATOR_64:
        (place,) = struct.unpack_from("<Q", data, end - 12)
        if place + 56 <= end - 20 and data[place : place + 4] == _END_64:
            here, total, size, offset = struct.unpack_from("<4Q", data, place + 24)
            return here, total, size, offset, place
    raise damaged("its list of contents does not stand where it should")


def _directory(data: bytes, start: int, end: int, total: int) -> list[_Entry]:
    entries = []
    at = start
    for _ in range(total):
        if at + 46 > end or data[at : at + 4] != _DIRECTORY:
            raise damaged("its list of contents is shorter than it says")
        flags, method = struct.unpack_from("<2H", data, at + 8)
        checksum, packed, size, name, extra, comment = struct.unpack_from("<3L3H", data, at + 16)
        (offset,) = struct.unpack_from("<L", data, at + 42)
        text = at + 46
        at = text + name + extra + comment
        if at > end:
            raise damaged("its list of contents is shorter than it says")
        if _IN_64 in (packed, size, offset):
            packed, size, offset = _wide(data[text + name : text + name + extra], packed, size, offset)
        entries.append(_Entry(data[text : text + name], flags, method, checksum, packed, size, offset))
    if at != end:
        raise damaged("its list of contents is longer than it says")
    return entries


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """The three numbers with those that did not fit in 32 bits taken from the ZIP64 field, in the order of the format."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            numbers = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            size = next(numbers, size) if size == _IN_64 else size
            packed = next(numbers, packed) if packed == _IN_64 else packed
            offset = next(numbers, offset) if offset == _IN_64 else offset
        at += 4 + length
    return packed, size, offset


def _check_amounts(entries: list[_Entry]) -> None:
    if any(entry.flags & 0x2041 for entry in entries):
        raise ReadError(
            "encrypted_part",
            "A part of this file is locked with a password. Save the workbook in Excel without a password, and upload that file.",
        )
    total = sum(entry.size for entry in entries)
    swollen = any(
        entry.size > MAX_PART_BYTES or (entry.size > RATIO_FREE_BYTES and entry.size > MAX_RATIO * entry.packed)
        for entry in entries
    )
    if swollen or total > MAX_TOTAL_BYTES:
        raise ReadError(
            "inflates_too_much",
            f"This workbook unpacks to {total / 2**20:,.0f} MB, far more than a filled template. Copy your figures into the template we sent you, and upload that.",
        )


def _parts(data: bytes, entries: list[_Entry], directory_start: int) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    free = 0
    for entry in sorted(entries, key=lambda each: each.offset):
        name = _safe_name(entry)
        if entry.offset < free:
            raise ReadError(
                "overlapping_parts", f"Parts of this file lie on top of each other, which no workbook does. {MEND}"
            )
        if entry.offset - free > _LONGEST_DESCRIPTOR or (free == 0 and entry.offset):
            raise damaged("there are other bytes between its parts")
        start = _content_start(data, entry)
        free = start + entry.packed
        if free > directory_start:
            raise damaged("a part of it is longer than the file")
        if name.endswith("/"):
            continue
        if name.lower() in parts:
            raise ReadError(
                "duplicate_parts", f"This file holds two parts named {name[:60]}, so it has two readings. {MEND}"
            )
        if entry.method not in (_STORED, _DEFLATED) or (entry.method == _STORED and entry.packed != entry.size):
            raise damaged("it is packed in a way that Excel does not use")
        parts[name.lower()] = Part(name, entry.method, start, entry.packed, entry.size, entry.checksum)
    if directory_start - free > _LONGEST_DESCRIPTOR:
        raise damaged("there are other bytes between its parts")
    return parts


def _content_start(data: bytes, entry: _Entry) -> int:
    """Where the bytes of an entry begin. Its own header must say what the directory says."""
    if entry.offset + 30 > len(data) or data[entry.offset : entry.offset + 4] != _LOCAL:
        raise damaged("its list of contents points at the wrong place")
    flags, method = struct.unpack_from("<2H", data, entry.offset + 6)
    packed, size, name_length, extra_length = struct.unpack_from("<2L2H", data, entry.offset + 18)
    name_start = entry.offset + 30
    described = flags & 8 or _IN_64 in (packed, size)
    if (
        data[name_start : name_start + name_length] != entry.name
        or method != entry.method
        or (flags & 0x2041) != (entry.flags & 0x2041)
        or not (described or (packed, size) == (entry.packed, entry.size))
    ):
        raise damaged("its list of contents says other than its parts")
    return name_start + int(name_length) + int(extra_length)


def _safe_name(entry: _Entry) -> str:
    try:
        name = entry.name.decode("utf-8" if entry.flags & 0x800 else "cp437")
    except UnicodeDecodeError:
        name = ""
    pieces = name.removesuffix("/").split("/")
    no_folder = name.endswith("/") and (entry.size or entry.packed > _EMPTY_PACKED)
    if (
        not name.isprintable()
        or "\\" in name
        or ":" in name
        or any(piece in ("", ".", "..") for piece in pieces)
        or no_folder  # one program would leave out what another reads
    ):
        raise ReadError("unsafe_part_names", f"A part of this file has a name that no workbook uses. {MEND}")
    return name
