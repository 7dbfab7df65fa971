from pathlib import Path

import pytest

from templates_app import registry


def folder_with(tmp_path: Path, *versions: str) -> Path:
    (tmp_path / "back_office").mkdir()
    for version in versions:
        (tmp_path / "back_office" / f"{version}.yaml").write_text(f"version {version}", encoding="utf-8")
    (tmp_path / "published.yaml").write_text("# stamps\n", encoding="utf-8")
    return tmp_path


def test_a_published_definition_is_as_it_was_when_it_went_out() -> None:
    assert registry.broken_stamps() == (), "a change is a new version"


def test_every_definition_is_stamped() -> None:
    assert set(registry.stamps()) == {f"{template}/{version}" for template, version in registry.definitions()}


def test_the_newest_version_is_given_when_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry.get("back_office", "2016.1")
    older, newer = (known.model_copy(update={"version": version}) for version in ("2016.9", "2016.10"))
    monkeypatch.setattr(
        registry, "definitions", lambda: {("back_office", "2016.9"): older, ("back_office", "2016.10"): newer}
    )
    assert registry.get("back_office") is newer
    assert registry.get("back_office", "2016.9") is older


@pytest.mark.parametrize(
    ("template", "version"), [("crockery", None), ("crockery", "2016.1"), ("back_office", "1999.1")]
)
def test_an_unknown_template_is_named(template: str, version: str | None) -> None:
    with pytest.raises(registry.UnknownTemplate, match=template):
        registry.get(template, version)
    if version:
        with pytest.raises(registry.UnknownTemplate, match=version):
            registry.checksum(template, version)


def test_the_checksum_is_that_of_the_file() -> None:
    assert registry.checksum("back_office", "2016.1") == registry.stamps()["back_office/2016.1"]


def test_stamping_adds_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "2016.1")
    assert registry.stamp(folder) == ("back_office/2016.1",)
    first = registry.stamps(folder)
    (folder / "back_office" / "2016.1.yaml").write_text("changed", encoding="utf-8")
    (folder / "back_office" / "2016.2.yaml").write_text("new", encoding="utf-8")
    assert registry.stamp(folder) == ("back_office/2016.2",)
    assert registry.stamps(folder)["back_office/2016.1"] == first["back_office/2016.1"]
    assert registry.stamp(folder) == ()


def test_a_published_file_that_was_changed_or_removed_is_told(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "2016.1", "2016.2", "2016.3")
    registry.stamp(folder)
    assert registry.broken_stamps(folder) == ()
    (folder / "back_office" / "2016.1.yaml").write_text("version 2016.1 ", encoding="utf-8")
    (folder / "back_office" / "2016.2.yaml").unlink()
    assert registry.broken_stamps(folder) == (
        "back_office/2016.1.yaml was published and has changed since: a change is a new version.",
        "back_office/2016.2.yaml was published and has gone since: a change is a new version.",
    )
