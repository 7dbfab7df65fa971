"""What is fuzzed: each target takes any bytes, makes a file of them, and raises only where the portal would be at fault.

`fuzz.run` lets atheris steer the bytes by coverage; the tests run the same targets over what was found before, without it.
"""

import contextlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from submissions.checks import judge
from submissions.intake import Refused, guard
from submissions.read_file import from_json, read_file
from templates_app import sheet_reader
from templates_app.container import Container, ReadError
from tests.submissions.example_returns import BACK_OFFICE, assert_complete, context
from tests.workbooks import hostile
from tests.workbooks.hostile import Entry
from tests.workbooks.variants import BOOK, RELATIONS, SHEETS, STRINGS, STYLES, TYPES, good_parts

Item = TypeVar("Item")
WORDS = (
    "<", ">", '"', "&", "&lt;", "&#57;", "&leak;", "<!--", "-->", "<![CDATA[", "]]>", "<?x?>", hostile.DOCTYPE, "</row>", '<row r="7">',
    '<c r="D9">', "</c>", "<v>9</v>", "<v/>", "<f>1/0</f>", '<f t="array" ref="A1:XFD1048576">1</f>', "<is><t>9</t></is>", ' t="s"', ' t="e"',
    ' t="d"', ' t="b"', ' t="str"', ' t="inlineStr"', ' s="999999"', ' r="XFD1048576"', ' r="A0"', "1E+308", "1_000", "NaN", "INF", "-0", "９",
    "_x0000_", "_xD800_", "_x0031_", "\u202e", "\ufffe", "\x00", "\x1f", "NA", "NC", "IE:FIN1", "£1,234.50", "(500)", " 1 234 ", "1.234,5",
    "</sheetData>", "<sheetData>", "'", "!", "$", "#REF!", "Costs!$D$9:$D$10", "Costs!$D$99999999", "Costs", "Volumes", "Checks", "_portal",
    ' xmlns="urn:x"', ' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', ' TargetMode="External"', "../", "//", "0" * 400,
)  # fmt: skip
"""What mutation would take long to find by itself."""

PARTS = (*SHEETS.values(), BOOK, STRINGS, STYLES, RELATIONS, TYPES, "_rels/.rels")


class Choices:
    """Turns bytes into choices, and into nothing but the first of each when they have run out."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def left(self) -> bool:
        return self.at < len(self.data)

    def number(self, size: int = 1) -> int:
        taken = self.data[self.at : self.at + size]
        self.at += size
        return int.from_bytes(taken, "little")

    def below(self, end: int) -> int:
        return self.number(1 if end <= 256 else 4) % end

    def one(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def some(self, most: int) -> bytes:
        length = self.below(most + 1)
        self.at += length
        return self.data[self.at - length : self.at]


def refusal(work: Callable[[], object]) -> str:
    """The code of the refusal that the work ends in, whose words are looked at; empty when there is none."""
    try:
        work()
    except (Refused, ReadError) as refused:
        code, message = refused.code, refused.message
    else:
        return ""
    assert message.endswith("."), message
    assert len(message) < 600
    return code


def container(data: bytes) -> None:
    """Any bytes through the guard."""
    if not refusal(lambda: guard(data, file_name="return.xlsx")):
        one_reading(data)


def one_reading(data: bytes) -> None:
    """A container that is let through holds for another reader what it holds for us."""
    ours = Container(data)
    held = {name: b"".join(ours.chunks(part)) for name, part in ours.parts.items()}
    with contextlib.suppress(zipfile.BadZipFile, NotImplementedError), zipfile.ZipFile(io.BytesIO(data)) as theirs:
        infos = [info for info in theirs.infolist() if not info.is_dir()]
        assert {info.filename.lower(): theirs.read(info) for info in infos} == held
        assert len(infos) == len(held)


def archive(data: bytes) -> None:
    """A good workbook's archive with lies in its headers, through the guard."""
    choose = Choices(data)
    entries = [Entry(name.encode(), content) for name, content in hostile.parts().items()]
    while choose.left:
        at = choose.below(len(entries))
        entries[at] = lied(entries[at], choose)
        if choose.below(4) == 0:
            entries.insert(at, entries[choose.below(len(entries))])
    about = {"prefix": choose.some(4), "comment": choose.some(8), "suffix": choose.some(4)}
    container(hostile.archive(entries[:60], **about))


def lied(entry: Entry, choose: Choices) -> Entry:
    sizes = (0, 1, len(entry.content), len(entry.content) + 1, 2**31, 2**32 - 1)
    match choose.below(10):
        case 0:
            return replace(entry, name=entry.name + choose.some(6))
        case 1:
            return replace(entry, local_name=entry.name[:-1] + choose.some(2))
        case 2:
            return replace(entry, flags=choose.number(2))
        case 3:
            return replace(entry, method=choose.below(16))
        case 4:
            return replace(entry, claimed_size=choose.one(sizes))
        case 5:
            return replace(entry, claimed_packed=choose.one(sizes))
        case 6:
            return replace(entry, checksum=choose.number(4))
        case 7:
            return replace(entry, offset=choose.one((0, 1, 30, 500, 2**31, 2**32 - 1)))
        case 8:
            return replace(entry, before=choose.some(40))
        case _:
            return replace(entry, packed=not entry.packed)


SMALL = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "[Content_Types].xml")  # fmt: skip


def parts(data: bytes) -> None:
    """One part of a small workbook replaced by any bytes; both ways of reading give the same."""
    name = SMALL[data[0] % len(SMALL)] if data else SMALL[0]
    file = hostile.zipped({**hostile.parts(), name: data[1:]})
    refusal(lambda: guard(file, file_name="return.xlsx"))
    with general_way():
        slow = outcome(file)
    assert outcome(file) == slow


def outcome(file: bytes) -> object:
    try:
        return sheet_reader.read_workbook(file)
    except ReadError as problem:
        return problem.code


@contextlib.contextmanager
def general_way() -> Iterator[None]:
    """Nothing is read by the quick way while this lasts."""
    before, sheet_reader.MAX_PLAIN_BYTES = sheet_reader.MAX_PLAIN_BYTES, -1  # type: ignore[attr-defined]
    try:
        yield
    finally:
        sheet_reader.MAX_PLAIN_BYTES = before  # type: ignore[attr-defined]


def whole(data: bytes) -> None:
    """A filled workbook of ours with parts of it changed: guarded, read, and judged; whatever comes of it is sound."""
    choose, files = Choices(data), good_parts()
    while choose.left:
        name = choose.one(PARTS)
        files[name] = changed(files[name], choose, files)
    entries = [Entry(name.encode(), text.encode(), packed_as=deflated(text)) for name, text in files.items()]
    answer = read_file(hostile.archive(entries), "return.xlsx", "back_office")
    if "refused" in answer:
        assert answer["refused"]["message"].endswith(".")
        return
    reading = from_json(json.loads(json.dumps(answer["reading"], allow_nan=False)))
    judgement = judge(reading, BACK_OFFICE, context())
    for finding in judgement.findings:
        assert_complete(finding)
    for value in judgement.values.values():
        assert value.number is None or (value.number.is_finite() and abs(value.number) < Decimal(10) ** 15)
        assert "\0" not in value.text


@lru_cache(maxsize=100)
def deflated(text: str) -> bytes:
    """Kept, because most parts are the same each time and packing them is most of the work."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(text.encode()) + packer.flush()


_TAG, _QUOTED = re.compile("<[^>]*>"), re.compile('"[^"]*"')


def changed(text: str, choose: Choices, files: Mapping[str, str]) -> str:
    """A part with one thing in it dropped, doubled, exchanged or overwritten."""
    if not text:
        return choose.one(WORDS)
    match choose.below(6):
        case 0:
            return spliced(text, choose, choose.one(WORDS))
        case 1:
            return spliced(text, choose, choose.some(12).decode("utf-8", errors="ignore"))
        case 2:
            return exchanged(text, _TAG, choose, keep=True)
        case 3:
            return exchanged(text, _QUOTED, choose)
        case 4:
            return exchanged(text, _TAG, choose)
        case _:
            other = files[choose.one(PARTS)]
            return text[: choose.below(len(text))] + other[choose.below(len(other) + 1) :]


def spliced(text: str, choose: Choices, new: str) -> str:
    at = choose.below(len(text))
    return text[:at] + new + text[at + choose.below(20) :]


def exchanged(text: str, pattern: re.Pattern[str], choose: Choices, *, keep: bool = False) -> str:
    """A piece put in the place of another, or after it."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    one, other = choose.one(found), choose.one(found)
    return text[: one.end() if keep else one.start()] + other[0] + text[one.end() :]


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "container": container,
    "archive": archive,
    "parts": parts,
    "whole": whole,
}


def seeds(target: str) -> Iterator[bytes]:
    """Where a target begins: the small files of the corpus, or the parts of good ones."""
    if target == "container":
        makers = [maker for maker, _ in hostile.HOSTILE.values()] + list(hostile.AWKWARD.values())
        yield from (data for maker in makers if len(data := maker()) < 20_000)
    elif target == "parts":
        for make in (hostile.good, hostile.strict, hostile.prefixed, hostile.lying_dimension):
            with zipfile.ZipFile(io.BytesIO(make())) as file:
                yield from (bytes([number]) + file.read(name) for number, name in enumerate(SMALL))
    else:
        yield from (bytes([first, second] * 4) for first in range(12) for second in (0, 60, 200))
