"""Views ask for what the person may see: a list that does not start at `visible_to` does not pass."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("stp_portal", "benchmarks", "desk", "submissions", "templates_app", "footprints", "ui")
VIEWS = sorted(path for room in ROOMS for name in ("views.py", "views/*.py") for path in ROOT.glob(f"{room}/{name}"))
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}


def unscoped(source: str) -> Iterator[str]:
    """Uses of a manager that are not `Model.objects.visible_to(…)`, and shortcuts that go round it."""
    tree = ast.parse(source)
    scoped = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "visible_to" and isinstance(node.value, ast.Attribute)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager") and id(node) not in scoped:
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Name | ast.alias) and getattr(node, "id", getattr(node, "name", "")) in SHORTCUTS:
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_views_start_at_what_the_person_may_see(path: Path) -> None:
    assert list(unscoped(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "Return.objects.filter(pk=1)",
        "Return.objects.all().visible_to(user)",
        "models.Return.objects.get(pk=1)",
        "Return._default_manager.all()",
        "get_object_or_404(Return, pk=1)",
        "from django.shortcuts import get_object_or_404",
    ],
)
def test_the_lint_bites(source: str) -> None:
    assert list(unscoped(source))


def test_the_lint_lets_scoped_queries_pass() -> None:
    assert list(unscoped("Return.objects.visible_to(user).filter(pk=1)")) == []
