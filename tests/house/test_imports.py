"""The import contracts of pyproject.toml hold, and each of them bites."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("stp_portal", "benchmarks", "desk", "submissions", "templates_app", "footprints", "ui")
BREACHES = {
    "Rooms: an import may only point down": ("footprints/access.py", "import submissions.models"),
    "Inside a room: the same words, one order": ("submissions/actions/receive.py", "import submissions.tasks"),
    "Pure modules know no framework": ("templates_app/schema.py", "import django.conf"),
    "An untrusted file is never opened by a library that trusts it": (
        "templates_app/workbook_read.py",
        "import openpyxl",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run((program, "--no-cache"), cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "*.csv", "jinja2"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold_here(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_each_contract_bites(house: Path, contract: str) -> None:
    module, statement = BREACHES[contract]
    path = house / module
    path.write_text(path.read_text() + f"\n{statement}\n")
    result = lint(house)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


def test_every_contract_has_its_breach() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(BREACHES) == {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}
