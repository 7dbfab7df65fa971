"""The guard names a file's real trouble, quickly, and lets odd but good files through."""

import contextlib
import socket
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.intake import MAX_BYTES, Refused, guard
from submissions.intake_words import words_for
from tests.workbooks import hostile


def refusal(data: bytes, file_name: str = "return.xlsx") -> Refused:
    with pytest.raises(Refused) as caught:
        guard(data, file_name=file_name)
    return caught.value


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_each_hostile_file_is_refused_for_what_it_is(name: str) -> None:
    make, code = hostile.HOSTILE[name]
    refused = refusal(make())
    assert refused.code == code
    assert refused.message.endswith((".", "it."))
    assert "{" not in refused.message
    assert not any(word in refused.message.lower() for word in ("invalid", "illegal", "failed", "please", "oops"))


@pytest.mark.parametrize("name", hostile.AWKWARD)
def test_an_odd_but_good_file_passes(name: str) -> None:
    guard(hostile.AWKWARD[name](), file_name="return.xlsx")


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_a_refusal_costs_little_memory(name: str) -> None:
    data = hostile.HOSTILE[name][0]()
    tracemalloc.start()
    try:
        refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the guard inflated a bomb")

    data = hostile.bomb(60)
    monkeypatch.setattr(zlib, "decompressobj", refuse)
    assert refusal(data).code == "inflates_too_much"


@pytest.mark.parametrize("element", ["ddeLink", "oleLink"])
@pytest.mark.parametrize("space", [hostile.MAIN, hostile.STRICT])
@pytest.mark.parametrize("name", ["xl/links/a.xml", "xl/externalLinks/a.xml", "XL/Odd.XML", "xl/links/a.dat"])
def test_a_link_that_runs_is_found_wherever_it_stands(name: str, space: str, element: str) -> None:
    files = hostile.parts()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    said = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(b"</Types>", said.encode())
    link = f'<x:externalLink xmlns:x="{space}"><x:{element}/></x:externalLink>'.encode("utf-16")
    assert refusal(hostile.zipped({**files, name: link})).code == "embedded_objects"


def test_the_name_of_a_file_is_not_believed() -> None:
    guard(hostile.good(), file_name="return.csv")
    assert refusal(b"a,b\n1,2\n", "return.xlsx").code == "csv_or_text"


def test_a_path_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(hostile.good())
    guard(path, file_name="return.xlsx")
    path.write_bytes(b"")
    with pytest.raises(Refused, match=r"return\.xlsx is empty"):
        guard(path, file_name="return.xlsx")


def test_a_large_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(Refused, match=r"is 20\.0 MB, and we take at most 20 MB"):
        guard(path, file_name="large.xlsx")


def test_words_say_what_to_do() -> None:
    assert refusal(hostile.compound("EncryptedPackage")).message == (
        "This workbook is protected with a password, so we cannot read it. Open it in Excel, choose File, Info, Protect "
        "Workbook, Encrypt with Password, clear the password, save, and upload it again."
    )
    assert "save without macros" in refusal(hostile.HOSTILE["macros"][0]()).message


def test_the_file_name_cannot_disturb_the_words() -> None:
    message = words_for("empty", "a\u202egnp.xlsx\n" + "x" * 500 + ".xlsx")
    assert "\u202e" not in message
    assert "\n" not in message
    assert len(message) < 300


def test_a_stream_name_in_a_cell_is_not_taken_for_a_stream() -> None:
    data = hostile.compound("Workbook") + b"x" * 3 + "EncryptedPackage\0".encode("utf-16-le") + b"\0" * 64
    assert refusal(data).code == "old_excel"


def test_links_out_of_the_file_are_never_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the guard opened a connection")

    data = hostile.link_to_workbook()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    guard(data, file_name="return.xlsx")


@given(st.binary(max_size=400))
def test_random_bytes_are_refused_with_words(data: bytes) -> None:
    assert refusal(data).message


@given(
    st.binary(max_size=300),
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"<?xml"]),
)
def test_random_bytes_behind_a_known_beginning_are_refused_with_words(data: bytes, start: bytes) -> None:
    assert refusal(start + data).message


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_good_file_with_changed_bytes_passes_or_is_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(hostile.good())
    for at, value in changes:
        data[at % len(data)] = value
    with contextlib.suppress(Refused):
        guard(bytes(data), file_name="return.xlsx")
