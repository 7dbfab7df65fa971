from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from footprints import reference_load
from footprints.models import Event, Footprint, Membership, PublishedFigure, Trust
from footprints.reference import DATA
from footprints.reference_load import FaultyReference, Loaded, load_reference
from tests.factories import TrustFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """The data files with few figures, for speed."""
    for source in DATA.glob("*.csv"):
        lines = source.read_text().splitlines(keepends=True)
        (tmp_path / source.name).write_text("".join(lines[:500]))
    return tmp_path


def test_loads_once_and_a_second_run_changes_nothing(folder):
    first = load_reference(by="tests", folder=folder)
    assert first == {
        "footprints": Loaded(44, 0, 0),
        "trusts": Loaded(238, 0, 0),
        "memberships": Loaded(277, 0, 0),
        "published figures": Loaded(499, 0, 0),
    }
    second = load_reference(by="tests", folder=folder)
    assert [kind.unchanged for kind in second.values()] == [44, 238, 277, 499]
    assert not any(kind.changed for kind in second.values())
    event = Event.objects.get(verb="reference_loaded")
    assert event.detail["trusts"] == {"created": 238, "updated": 0}


def test_what_is_loaded_is_what_the_files_say(folder):
    load_reference(by="tests", folder=folder)
    barts = Trust.objects.get(ods_code="R1H")
    assert (barts.name, barts.trust_type, barts.region) == ("Barts Health NHS Trust", "acute", "London")
    assert [str(footprint) for footprint in barts.footprints.all()] == ["North East London"]
    london = Trust.objects.get(ods_code="RRU")
    assert london.footprints.count() == 5
    figure = PublishedFigure.objects.get(trust__ods_code="R1A", year="2015/16", measure="gross_internal_floor_area")
    assert (figure.value, figure.unit, figure.is_partial) == (Decimal(66055), "square_metres", False)
    assert Membership.objects.filter(from_date=date(2016, 3, 15), to_date=None).count() == 277


def test_a_changed_row_is_updated_and_a_record_of_nobody_stays(folder):
    load_reference(by="tests", folder=folder)
    Footprint.objects.filter(ons_code="E54000007").update(leader_name="Somebody Else")
    own = TrustFactory()
    again = load_reference(by="tests", folder=folder)
    assert again["footprints"] == Loaded(0, 1, 43)
    assert Footprint.objects.get(ons_code="E54000007").leader_name == "Sir Howard Bernstein"
    assert Trust.objects.filter(pk=own.pk).exists()
    assert Event.objects.filter(verb="reference_loaded").count() == 2


def test_who_took_over_whom_is_loaded_and_what_a_person_entered_stays(folder):
    load_reference(by="tests", folder=folder)
    taken = Trust.objects.get(ods_code="TAE")
    assert (taken.successor.ods_code, taken.closed_date) == ("RXV", date(2016, 12, 31))
    barts = Trust.objects.get(ods_code="R1H")
    Trust.objects.filter(ods_code="RAT").update(successor=barts, closed_date=date(2016, 9, 30))
    again = load_reference(by="tests", folder=folder)
    assert not again["trusts"].changed
    assert Trust.objects.get(ods_code="RAT").successor == barts


def test_one_fault_and_nothing_is_loaded(folder):
    figures = folder / "published_figures.csv"
    figures.write_text(figures.read_text().replace("66055", "many"))
    with pytest.raises(FaultyReference) as refused:
        load_reference(by="tests", folder=folder)
    assert refused.value.faults == [
        'published_figures.csv:2: value is "many"; it should be a number with at most 4 decimals'
    ]
    assert not Footprint.objects.exists()


def test_the_command_says_what_it_did(folder, monkeypatch, capsys):
    monkeypatch.setattr(
        "footprints.management.commands.load_reference.load_reference",
        lambda *, by: reference_load.load_reference(by=by, folder=folder),
    )
    call_command("load_reference")
    assert "trusts: 238 created, 0 updated, 0 unchanged" in capsys.readouterr().out
    call_command("load_reference")
    said = capsys.readouterr().out
    assert "trusts: 0 created, 0 updated, 238 unchanged" in said
    assert "Nothing was changed." in said
    (folder / "footprints.csv").write_text("name\n")
    with pytest.raises(CommandError, match=r"Nothing was loaded.*\nfootprints.csv:1: the columns are name"):
        call_command("load_reference")
