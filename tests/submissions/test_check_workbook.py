"""check_workbook, as later work relies on it: exit codes, the JSON contract, and a whole trip by way of LibreOffice."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from templates_app.layout import layout_of
from templates_app.reading import Place, Value
from tests.libreoffice import LibreOffice
from tests.submissions.example_returns import BACK_OFFICE, address, example

BARE = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
KEYS = ["file", "refused", "template", "version", "trust", "values", "findings"]
FINDING_KEYS = ["code", "severity", "sheet", "cell", "label", "found", "expected", "message", "remedy"]
STANDING_KEYS = ["standing", "explained"]


def manage(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, with neither database nor broker to be had."""
    command = (sys.executable, "manage.py", *map(str, arguments))
    return subprocess.run(command, cwd=settings.BASE_DIR, env=BARE, capture_output=True, text=True, timeout=120)


def checked(path: Path, *arguments: str) -> tuple[int, dict]:
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_workbook", str(path), "--json", *arguments, stdout=out)
    return left.value.code, json.loads(out.getvalue())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    build("2016.1", folder / "empty.xlsx")
    arguments = ("--seed", "1", "-o", str(folder / "filled.xlsx"))
    call_command("fill_workbook", str(folder / "empty.xlsx"), *arguments, stdout=StringIO())
    return folder / "filled.xlsx"


def build(version: str, path: Path) -> None:
    arguments = ("back_office", "--version", version, "--trust", "RWH", "-o", str(path))
    call_command("build_workbook", *arguments, stdout=StringIO())


def changed(filled: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(filled)
    change(book)
    book.save(path := filled.parent / "changed.xlsx")
    return path


def besides_the_sums(report: dict) -> list[dict]:
    """The findings but for the note that the sums were never calculated: the programs that write these files do not calculate."""
    notes = [finding for finding in report["findings"] if finding["code"] == "B-I1f"]
    assert [(note["severity"], note["sheet"], note["cell"]) for note in notes] == [("info", "Costs", "G7")]
    return [finding for finding in report["findings"] if finding not in notes]


def texts(values: Mapping[Place, Value]) -> dict[str, str]:
    """As the contract writes them, without noughts behind a fraction."""
    return {
        f"{line}.{column}": value.as_text() if value.number is None else f"{value.number.normalize():f}"
        for (line, column), value in values.items()
    }


def test_built_filled_and_checked_without_database_or_broker(tmp_path: Path) -> None:
    empty, path = tmp_path / "empty.xlsx", tmp_path / "filled.xlsx"
    assert manage("build_workbook", "back_office", "--version", "2016.1", "--trust", "RWH", "-o", empty).returncode == 0
    assert manage("fill_workbook", empty, "--seed", 1, "-o", path).returncode == 0
    done = manage("check_workbook", path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert list(report) == KEYS
    assert (report["file"], report["refused"], besides_the_sums(report)) == (str(path), None, [])
    assert (report["template"], report["version"], report["trust"]) == ("back_office", "2016.1", "RWH")
    assert report["values"] == texts(example())
    assert {type(value) for value in report["values"].values()} == {str}


def test_of_the_newest_version_it_is_noted_that_the_sums_were_never_calculated(tmp_path: Path) -> None:
    build("2016.2", tmp_path / "empty.xlsx")
    arguments = ("--seed", "1", "-o", str(tmp_path / "filled.xlsx"))
    call_command("fill_workbook", str(tmp_path / "empty.xlsx"), *arguments, stdout=StringIO())
    code, report = checked(tmp_path / "filled.xlsx")
    codes = [finding["code"] for finding in report["findings"]]
    assert (code, codes) == (0, ["B-I3", "B-I1f"]), "and that there are no other returns to compare with"


def test_an_older_version_has_its_sums_compared_as_well(filled: Path) -> None:
    total = layout_of(BACK_OFFICE).totals["costs", "pay"]
    code, report = checked(changed(filled, lambda book: book[total.sheet].__setitem__(total.address, 1)))
    assert (code, report["version"]) == (0, "2016.1")
    (finding,) = besides_the_sums(report)
    assert (finding["code"], finding["sheet"], finding["cell"]) == ("B-W16", "Costs", total.address)
    assert finding["found"] == "1, typed over the formula"


def test_an_empty_workbook_is_called_so_once(filled: Path) -> None:
    code, report = checked(filled.parent / "empty.xlsx")
    assert code == 1
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"], finding["cell"]) == ("B-H5", "error", "")
    assert finding["message"] == (
        "This workbook is empty: none of its 115 figures is filled in. Only what we filled in for you is there."
    )
    assert report["values"] == {"ORG08.value": "111929", "VEST1.value": "34531", "VEST2.value": "0"}
    for finding in report["findings"]:
        assert list(finding) == [*FINDING_KEYS, *STANDING_KEYS]
        assert all(isinstance(finding[key], str) for key in FINDING_KEYS)
        assert [key for key in FINDING_KEYS if not finding[key]] == ["sheet", "cell"], "it is about the file"
        assert (finding["standing"], finding["explained"]) == ("Must be mended", "")


def test_the_workbook_of_another_trust_is_an_error(filled: Path) -> None:
    code, report = checked(filled, "--trust", "rx1")
    assert code == 1
    assert report["trust"] == "RWH"
    first = report["findings"][0]
    assert (first["code"], first["severity"], first["sheet"], first["cell"]) == ("B-H2", "error", "", "")
    assert "Nottingham University Hospitals" in first["message"]


def test_warnings_alone_are_accepted(filled: Path) -> None:
    code, report = checked(changed(filled, lambda book: book["Volumes"].__setitem__("C14", 200)))
    assert (code, [finding["code"] for finding in besides_the_sums(report)]) == (0, ["VHR3-W1"])


@pytest.mark.parametrize(
    ("typed", "rule", "found"), [("about 400", "B-H3", "about 400"), (-400, "B-H4", "-400"), (None, "B-H5", "nothing"), ("#REF!", "B-H3", "#REF!")]
)  # fmt: skip
def test_one_changed_cell_in_a_real_file(filled: Path, typed: object, rule: str, found: str) -> None:
    code, report = checked(changed(filled, lambda book: book["Costs"].__setitem__("D22", typed)))
    assert code == 1
    (finding,) = besides_the_sums(report)
    assert (finding["code"], finding["sheet"], finding["cell"], finding["found"]) == (rule, "Costs", "D22", found)
    assert address("GOV2", "pay") == "Costs!D22"


def test_what_is_no_workbook_is_refused_with_every_key(tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_text("Dear all, our figures are attached.")
    code, report = checked(path)
    assert code == 2
    assert list(report) == KEYS
    assert set(report["refused"]) == {"code", "message"}
    assert (report["template"], report["version"], report["trust"]) == (None, None, None)
    assert (report["values"], report["findings"]) == ({}, [])
    done = manage("check_workbook", path)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == f"{path} was not read. {report['refused']['message']}\n"


def test_a_workbook_that_names_no_known_trust_is_refused_unless_one_is_given(filled: Path) -> None:
    path = changed(filled, lambda book: book["_portal"].__setitem__("B3", "ZZ9"))
    code, report = checked(path)
    assert (code, report["refused"]["code"]) == (2, "unknown_trust")
    assert "names ZZ9, which is no trust that we know" in report["refused"]["message"]
    assert (report["template"], report["trust"], report["values"], report["findings"]) == ("back_office", "ZZ9", {}, [])
    code, report = checked(path, "--trust", "RWH")
    assert (code, [finding["code"] for finding in besides_the_sums(report)]) == (1, ["B-H2"])


@pytest.mark.parametrize(
    ("arguments", "told"), [(("gone.xlsx",), "cannot be opened: No such file"), (("filled.xlsx", "--trust", "ZZ9"), "No trust has the ODS code ZZ9.")]
)  # fmt: skip
def test_what_cannot_be_checked_leaves_as_refused_and_not_as_a_file_with_errors(
    filled: Path, arguments: tuple[str, ...], told: str
) -> None:
    with pytest.raises(CommandError, match=told) as left:
        call_command("check_workbook", str(filled.parent / arguments[0]), *arguments[1:])
    assert left.value.returncode == 2


def test_a_person_gets_lines_to_read(filled: Path) -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_workbook", str(filled), stdout=out)
    assert out.getvalue().startswith(f"{filled}: back_office 2016.1 for RWH\n")
    assert out.getvalue().endswith("0 errors, 0 warnings, 1 note.\n")


def test_saved_again_by_libreoffice_it_holds_the_same_and_has_no_findings(
    libreoffice: LibreOffice, filled: Path, tmp_path: Path
) -> None:
    code, report = checked(*libreoffice.saved_again(filled))
    assert report["findings"] == []
    assert code == 0
    assert report["values"] == texts(example())


def test_what_libreoffice_calculates_in_an_input_is_read_as_it_shows(
    libreoffice: LibreOffice, filled: Path, tmp_path: Path
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["Costs"]["D22"] = "=ROUND(0.1+0.2,1)+1199.7"
        book["Costs"]["D21"] = "=Volumes!A1+1"
        book["Costs"]["E21"] = "=NA()"

    _, report = checked(*libreoffice.saved_again(changed(filled, change)))
    assert Decimal(report["values"]["GOV2.pay"]) == 1200
    found = {finding["cell"]: (finding["code"], finding["found"]) for finding in report["findings"]}
    assert found["D21"] == ("B-H3", "#VALUE!")
    assert found["E21"] == ("B-H3", "#N/A")
    assert found["D22"] == ("B-I1b", "a formula that gives 1200")
    assert layout_of(BACK_OFFICE).cells["GOV1", "pay"].address == "D21"
