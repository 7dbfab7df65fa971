import shutil

import pytest

from footprints.reference import DATA, read_reference


@pytest.fixture
def folder(tmp_path):
    """A copy of the data files, cut to the first rows, that a test may spoil."""
    for source in DATA.glob("*.csv"):
        shutil.copy(source, tmp_path)
    figures = tmp_path / "published_figures.csv"
    figures.write_text("".join(figures.read_text().splitlines(keepends=True)[:5]))
    return tmp_path


def spoil(folder, name, line, old, new):
    path = folder / name
    lines = path.read_text().splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    path.write_text("".join(lines))


def test_our_own_files_have_no_fault():
    found = read_reference()
    assert found.faults == []
    counts = [len(rows) for rows in (found.footprints, found.trusts, found.memberships, found.figures)]
    assert counts == [44, 238, 277, 10473]


def test_every_trust_has_a_footprint_and_only_ambulance_trusts_have_several():
    found = read_reference()
    of = {code: [key[1] for key in found.memberships if key[0] == code] for (code,) in found.trusts}
    assert all(of.values())
    several = {code for code, footprints in of.items() if len(footprints) > 1}
    assert several == {code for (code,), trust in found.trusts.items() if trust["trust_type"] == "ambulance"}
    assert {footprint for footprints in of.values() for footprint in footprints} == {
        code for (code,) in found.footprints
    }


def test_every_footprint_is_served_by_an_ambulance_trust():
    found = read_reference()
    served = {key[1] for key, row in found.memberships.items() if row["source"] == "own_knowledge_area_served"}
    assert served == {code for (code,) in found.footprints}


def test_unoccupied_is_gross_less_occupied_and_says_that_it_is_derived():
    figures = read_reference().figures
    derived = {key: row for key, row in figures.items() if key[2] == "unoccupied_floor_area"}
    assert len(derived) == 474
    for (trust, year, _), row in derived.items():
        gross = figures[(trust, year, "gross_internal_floor_area")]["value"]
        assert row["value"] == gross - figures[(trust, year, "occupied_floor_area")]["value"]
        assert row["source"].startswith("Derived")


def test_all_faults_are_told_at_once_each_with_its_place(folder):
    spoil(folder, "footprints.csv", 2, "E54000005", "E5400005")
    spoil(folder, "trusts.csv", 3, "community", "comunity")
    spoil(folder, "memberships.csv", 4, "2016-03-15", "15 March")
    spoil(folder, "published_figures.csv", 5, ",square_metres", "")
    faults = read_reference(folder).faults
    assert 'footprints.csv:2: ons_code is "E5400005"; it should be E54 and six digits' in faults
    assert (
        'trusts.csv:3: trust_type is "comunity"; it should be one of '
        "acute, specialist, mental_health, community, ambulance"
    ) in faults
    assert 'memberships.csv:4: from_date is "15 March"; it should be a day such as 2016-03-15' in faults
    assert "published_figures.csv:5: there are 6 cells; there should be 7" in faults


@pytest.mark.parametrize(
    ("name", "line", "old", "new", "sentence"),
    [
        ("footprints.csv", 1, "ons_code", "code", "the columns are code, name"),
        ("footprints.csv", 3, "Humber, Coast and Vale", " ", "name is empty"),
        ("footprints.csv", 4, "North", "Nort", 'region is "Nort"; it should be one of North, Midlands and East'),
        ("trusts.csv", 3, "R1C", "R1A", "there is a row for R1A already"),
        ("trusts.csv", 2, "false", "no", 'is_foundation_trust is "no"; it should be one of true, false'),
        ("trusts.csv", 4, "\n", "XX9\n", 'taken_over_by is "XX9", which is no trust of trusts.csv'),
        ("trusts.csv", 4, "\n", "R1A\n", "taken_over_by is filled, and closed_date is not"),
        ("memberships.csv", 2, "E54", "E99", '"E99000019" is no footprint of footprints.csv'),
        ("memberships.csv", 2, "R1A", "XXX", '"XXX" is no trust of trusts.csv'),
        ("memberships.csv", 2, "2016-03-15,", ",", "from_date is empty"),
        ("memberships.csv", 2, "ods_hq", "", "source is empty"),
        ("published_figures.csv", 2, "66055", "about 66", 'value is "about 66"; it should be a number with at most'),
        ("published_figures.csv", 2, "66055", "NaN", 'value is "NaN"; it should be a number with at most'),
        ("published_figures.csv", 2, "66055", "6.60551", "it should be a number with at most 4 decimals"),
        ("published_figures.csv", 2, "2015/16", "2015", 'year is "2015"; it should be a financial year'),
        ("published_figures.csv", 2, "gross_", "Gross ", "it should be a name in small letters"),
        ("published_figures.csv", 2, "square_metres", "acres", 'unit is "acres"; it should be one of pounds'),
    ],
)
def test_each_kind_of_fault(folder, name, line, old, new, sentence):
    spoil(folder, name, line, old, new)
    assert any(sentence in fault and fault.startswith(f"{name}:") for fault in read_reference(folder).faults)
