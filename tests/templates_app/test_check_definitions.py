from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from templates_app import registry


def test_it_says_that_the_definitions_are_sound() -> None:
    said = StringIO()
    call_command("check_definitions", stdout=said)
    assert "back_office/2016.1.yaml: sound. 118 figures, " in said.getvalue()


def test_it_reports_every_fault_and_stamps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = (registry.FOLDER / "back_office" / "2016.1.yaml").read_text(encoding="utf-8")
    spoilt = good.replace("year: 2015/16", "year: 2015/17").replace("at: ORG01\n", "at: ORG99\n", 1)
    path = tmp_path / "back_office" / "2016.1.yaml"
    path.parent.mkdir()
    path.write_text(spoilt, encoding="utf-8")
    monkeypatch.setattr(registry, "files", lambda: (path,))
    monkeypatch.setattr(registry, "broken_stamps", lambda: ("back_office/2015.1.yaml has gone.",))
    monkeypatch.setattr(registry, "stamp", lambda: pytest.fail("stamped"))
    said = StringIO()
    with pytest.raises(CommandError, match=r"3 faults found\."):
        call_command("check_definitions", "--stamp", stdout=said)
    assert "2015/17 is not a financial year" in said.getvalue()
    assert "ORG01-H1: at: ORG99 is not known here" in said.getvalue()
    assert "back_office/2015.1.yaml has gone." in said.getvalue()


def test_it_stamps_when_all_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "stamp", lambda: ("pathology/2016.1",))
    said = StringIO()
    call_command("check_definitions", "--stamp", stdout=said)
    assert "pathology/2016.1 stamped." in said.getvalue()
