"""build_workbook and fill_workbook: what they write, and the sentence they leave with when they cannot."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from templates_app import registry
from templates_app.layout import layout_of
from templates_app.sheet_reader import read_workbook
from templates_app.workbook_read import identify, read

BACK_OFFICE = registry.get("back_office", "2016.2")


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*(str(argument) for argument in arguments), stdout=out)
    return out.getvalue()


def raws(path: Path) -> Mapping[str, str]:
    workbook = read_workbook(path.read_bytes())
    reading = read(workbook, identify(workbook))
    return {f"{line}.{column}": cell.raw for (line, column), cell in reading.cells.items() if cell.raw}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "back office.xlsx"
    run("build_workbook", "back_office", "--trust", "rwh", "-o", path)
    return path


def test_the_built_workbook_is_the_trusts_own_with_its_published_figures(built: Path) -> None:
    workbook = read_workbook(built.read_bytes())
    reading = read(workbook, identify(workbook))
    assert (reading.template, reading.version, reading.trust) == ("back_office", "2016.2", "RWH")
    assert raws(built) == {"ORG08.value": "111929", "VEST1.value": "34531", "VEST2.value": "0"}
    book = openpyxl.load_workbook(built)
    ((sheet, address),) = book.defined_names["portal_checksum"].destinations
    assert book[sheet][address].value == registry.checksum("back_office", "2016.2")
    cover = [str(cell.value) for row in book["Cover"].iter_rows() for cell in row]
    assert any("East and North Hertfordshire NHS Trust" in words for words in cover)


def test_a_version_may_be_named(tmp_path: Path, built: Path) -> None:
    path = tmp_path / "named.xlsx"
    said = run("build_workbook", "back_office", "--trust", "RWH", "--version", "2016.1", "-o", path)
    assert said == f"{path}: Back office 2016.1 for East and North Hertfordshire NHS Trust\n"
    workbook = read_workbook(path.read_bytes())
    assert identify(workbook).version == "2016.1"


def test_the_newest_version_is_built_where_none_is_named(tmp_path: Path, built: Path) -> None:
    run("build_workbook", "back_office", "--trust", "RWH", "--version", "2016.2", "-o", tmp_path / "named.xlsx")
    assert (tmp_path / "named.xlsx").read_bytes() == built.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pathology_9", "--trust", "RWH"), "There is no such template and version. There are: back_office 2016.1"),
        (("back_office", "--trust", "RWH", "--version", "1999.1"), "There is no such template and version."),
        (("back_office", "--trust", "ZZ9"), "No trust has the ODS code ZZ9."),
    ],
)
def test_what_cannot_be_built_is_said_in_a_sentence(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=re.escape(told)):
        run("build_workbook", *arguments, "-o", tmp_path / "never.xlsx")
    assert not (tmp_path / "never.xlsx").exists()


@pytest.mark.parametrize("command", ["build", "fill"])
def test_a_folder_that_is_not_there_is_said(command: str, built: Path, tmp_path: Path) -> None:
    output = tmp_path / "no such folder" / "file.xlsx"
    arguments = ("build_workbook", "back_office", "--trust", "RWH") if command == "build" else ("fill_workbook", built, "--seed", 1)  # fmt: skip
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        run(*arguments, "-o", output)


def test_filling_gives_every_figure_the_same_for_the_same_seed(built: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        said = run("fill_workbook", built, "--seed", seed, "-o", tmp_path / f"{name}.xlsx")
        assert re.search(r": \d+ made-up figures for RWH\n$", said)
    one, again, two = (raws(tmp_path / f"{name}.xlsx") for name in ("one", "again", "two"))
    assert one == again
    assert one != two
    counted = {cell.place for cell in layout_of(BACK_OFFICE).cells.values() if cell.name.startswith("in_")}
    behind_gates = {line.code for _, line, _ in BACK_OFFICE.gated()}
    required = {
        f"{line.code}.{column.code}"
        for _, line, column in BACK_OFFICE.cells()
        if column.required and line.code not in behind_gates
    }
    assert required <= set(one) <= {f"{line}.{column}" for line, column in counted}


def test_a_larger_trust_has_larger_figures(built: Path, tmp_path: Path) -> None:
    run("fill_workbook", built, "--seed", 1, "-o", tmp_path / "once.xlsx")
    run("fill_workbook", built, "--seed", 1, "--scale", "2", "-o", tmp_path / "twice.xlsx")
    once, twice = raws(tmp_path / "once.xlsx"), raws(tmp_path / "twice.xlsx")
    assert float(twice["ORG06.value"]) == pytest.approx(2 * float(once["ORG06.value"]), rel=1e-4)
    assert twice["ORG08.value"] == once["ORG08.value"] == "111929"


@pytest.mark.parametrize("scale", ["0", "-1", "NaN", "Infinity", "twice", ""])
def test_a_scale_that_is_no_size(scale: str, built: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a number above 0"):
        run("fill_workbook", built, "--seed", 1, f"--scale={scale}", "-o", tmp_path / "never.xlsx")


def test_what_cannot_be_filled_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "words.xlsx").write_text("no workbook")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    for name, told in (("gone", "cannot be filled"), ("words", "cannot be filled"), ("other", "not one that this portal made")):  # fmt: skip
        with pytest.raises(CommandError, match=told):
            run("fill_workbook", tmp_path / f"{name}.xlsx", "--seed", 1, "-o", tmp_path / "never.xlsx")


def test_a_workbook_of_no_trust_or_without_a_line_cannot_be_filled(built: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(built)
    book["_portal"]["B3"].value = "ZZ9"
    book.save(tmp_path / "unknown.xlsx")
    book = openpyxl.load_workbook(built)
    for name in [name for name in book.defined_names if name.startswith("in_HR2_")]:
        book.defined_names[name].value = "Costs!#REF!"
    book["Costs"]["A13"].value = None
    book.save(tmp_path / "short.xlsx")
    for name, told in (("unknown", "is for ZZ9, which is not known"), ("short", "it has no cells for HR2")):
        with pytest.raises(CommandError, match=told):
            run("fill_workbook", tmp_path / f"{name}.xlsx", "--seed", 1, "-o", tmp_path / "never.xlsx")


def test_neither_needs_a_database_or_a_broker(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    empty, filled = tmp_path / "empty.xlsx", tmp_path / "filled.xlsx"
    for arguments in (
        ("build_workbook", "back_office", "--trust", "RWH", "-o", empty),
        ("fill_workbook", empty, "--seed", "1", "-o", filled),
    ):
        command = (sys.executable, "manage.py", *arguments)
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=bare, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
    assert len(raws(filled)) > 118
