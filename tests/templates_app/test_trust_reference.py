"""What the commands know of a trust without a database, held against the project's own data files."""

import csv
from decimal import Decimal

import pytest

from footprints.reference import DATA
from templates_app import registry
from templates_app.trust_reference import prefill, trust_reference, usual_among

BACK_OFFICE = registry.get("back_office", "2016.1")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_a_trust_with_its_footprint_and_published_figures() -> None:
    trust = trust_reference("RWH")
    assert (trust.code, trust.name, trust.trust_type) == ("RWH", "East and North Hertfordshire NHS Trust", "acute")
    assert trust.footprint_names == ("Hertfordshire and West Essex",)
    assert trust.published["2015/16"]["gross_internal_floor_area"] == 111929
    assert all(isinstance(number, Decimal) for year in trust.published.values() for number in year.values())


def test_an_ambulance_trust_is_of_all_its_footprints() -> None:
    names = trust_reference("RRU").footprint_names
    assert len(names) == 5
    assert names == tuple(sorted(names))
    assert all("London" in name for name in names)


def test_every_trust_has_a_name_and_a_footprint() -> None:
    codes = [row["ods_code"] for row in rows("trusts.csv")]
    assert len(codes) == 238
    assert all(trust_reference(code).name and trust_reference(code).footprint_names for code in codes)


def test_a_sum_to_which_not_every_site_contributed_is_left_out() -> None:
    partial = [row for row in rows("published_figures.csv") if row["is_partial"] == "true"]
    assert partial
    for row in partial:
        assert row["measure"] not in trust_reference(row["ods_code"]).published.get(row["year"], {})


@pytest.mark.parametrize("code", ["", "XXX", "rwh"])
def test_a_code_that_no_trust_has(code: str) -> None:
    with pytest.raises(KeyError):
        trust_reference(code)


def test_prefill_gives_the_published_figures_at_the_places_of_the_template() -> None:
    published = {
        "gross_internal_floor_area": Decimal("1234.567"), "non_clinical_space": Decimal(0), "energy_cost": Decimal(5),
    }  # fmt: skip
    assert prefill(BACK_OFFICE, published) == {("ORG08", "value"): Decimal("1234.57"), ("VEST1", "value"): 0}
    whole = prefill(BACK_OFFICE, {"gross_internal_floor_area": Decimal(111929)})
    assert str(whole["ORG08", "value"].normalize()) == str(whole["ORG08", "value"])
    assert prefill(BACK_OFFICE, {}) == {}


def test_each_published_figure_comes_with_its_publication() -> None:
    known = trust_reference("RWH").published_by_year["2015/16", "gross_internal_floor_area"]
    assert (known.value, known.source) == (111929, "NHS Digital ERIC 2015/16")
    staff = trust_reference("RWH").published_by_year["2017/18", "staff_fte_total"]
    assert staff.source == "NHS Digital HCHS (AH2324), at 30 September 2017"


def test_published_rates_are_taken_over_the_trusts_of_a_type() -> None:
    found = usual_among("mental_health", registry.get("back_office", "2016.2"))
    assert set(found) == {"EST1", "EST2"}
    assert found["EST1"].words == "NHS Digital ERIC 2015/16 for 34 mental health trusts"
    assert round(found["EST1"].median * 1000, 1) == Decimal("59.4"), "pounds for each square metre"
    assert usual_among("acute", BACK_OFFICE) == {}
