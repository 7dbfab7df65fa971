import re
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
PAIRS = {"0.10.2": "10.6.1"}  # nhsuk-frontend-jinja and the nhsuk-frontend it was written for, from its README
TEXT = {".css", ".js", ".svg", ""}


def test_styles_and_macros_are_a_pair() -> None:
    assert (STATIC / "nhsuk" / "VERSION").read_text().strip() == PAIRS[version("nhsuk-frontend-jinja")]


def test_no_file_leads_to_another_server() -> None:
    texts = {path: path.read_text() for path in STATIC.rglob("*") if path.is_file() and path.suffix in TEXT}
    assert len(texts) > 20
    for path, text in texts.items():
        remote = [address for address in re.findall(r"https?:[^\s\"')]+", text) if "//www.w3.org/" not in address]
        assert not remote, path


def test_every_image_of_a_stylesheet_is_there() -> None:
    for path in STATIC.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", path.read_text()):
            assert (path.parent / address).is_file(), address


def test_no_source_map_is_named() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in path.read_text()


def test_the_classes_that_pages_share_are_styled() -> None:
    style = (STATIC / "portal" / "portal.css").read_text()
    for name in ("chart", "chart-text", "portal-scroll", "portal-finding"):
        assert f".{name}" in style
