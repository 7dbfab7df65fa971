"""No module, function or test module grows past what can be taken in at a sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("stp_portal", "benchmarks", "desk", "submissions", "templates_app", "footprints", "ui", "scripts", "perf")
MOST_MODULE, MOST_FUNCTION, MOST_TEST_MODULE = 300, 40, 400


def too_long(path: Path, most_lines: int) -> Iterator[str]:
    text = path.read_text()
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    lines = len(text.splitlines())
    if lines > most_lines:
        yield f"{name} has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > MOST_FUNCTION:
                yield f"{name}: {node.name} has {length} lines"


def modules(*folders: str) -> list[Path]:
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def test_the_source_stays_under_its_ceilings() -> None:
    assert [fault for path in modules(*ROOMS) for fault in too_long(path, MOST_MODULE)] == []


def test_the_tests_stay_under_theirs() -> None:
    faults = [fault for path in modules("tests") for fault in too_long(path, MOST_TEST_MODULE)]
    assert [fault for fault in faults if "has" in fault and ":" not in fault] == []


@pytest.mark.parametrize("text", ["x = 1\n" * 301, "def f():\n" + "    x = 1\n" * 41])
def test_the_ceilings_bite(tmp_path: Path, text: str) -> None:
    path = tmp_path / "long.py"
    path.write_text(text)
    assert list(too_long(path, MOST_MODULE))
