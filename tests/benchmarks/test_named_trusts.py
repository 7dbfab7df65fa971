"""Whom a provider's name means, over the real names of the reference data."""

import csv

import pytest

from benchmarks.shared_work.named_trusts import NOBODY, Naming, TrustNames, directory
from footprints.reference import DATA

with (DATA / "trusts.csv").open(encoding="utf-8", newline="") as opened:
    ROWS = [(row["ods_code"], row["name"], row["later_name"]) for row in csv.DictReader(opened)]


@pytest.fixture(scope="module")
def names() -> TrustNames:
    return directory(ROWS)


def test_every_trust_is_known_by_its_name_its_later_name_and_its_code(names: TrustNames) -> None:
    later = {name for _, _, name in ROWS if name}
    for code, name, later_name in ROWS:
        if name not in later:
            assert names.named_in(name) == names.named_in(f"{name} (payroll team)") == Naming("one", (code,)), name
            assert names.named_in(name.upper()) == Naming("one", (code,)), name
        assert names.named_in(code) == names.named_in(f"Hosted by {code}") == Naming("one", (code,))
        if later_name:
            assert code in names.named_in(later_name).codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Barts Health", "R1H"),
        ("Barts Health NHS FT", "R1H"),
        ("hosted by Barts Health NHS Trust, payroll services", "R1H"),
        ("Barking, Havering & Redbridge University Hospitals", "RF4"),
        ("North East London NHS Foundation Trust", "RAT"),
        ("East London NHS Foundation Trust", "RWK"),
        ("Liverpool Women’s NHS Foundation Trust", "REP"),
        ("The Christie", "RBV"),
        ("Christie NHS FT / payroll", "RBV"),
        ("Bolton", "RMC"),
        ("North West Boroughs Healthcare NHS Foundation Trust", "RTV"),
        ("R1H (Barts)", "R1H"),
        ("Barts Health NHS Trust (R1H)", "R1H"),
    ],
)
def test_a_trust_is_recognised(names: TrustNames, text: str, code: str) -> None:
    assert names.named_in(text) == Naming("one", (code,))


@pytest.mark.parametrize(
    "text",
    [
        "NHS SBS",
        "NHS Shared Business Services",
        "Capita, Bolton office",
        "East London Shared Services",
        "PAYROLL BUREAU OF RAT AND RUN LTD",
        "County Audit Consortium",
        "the trust",
        "Deloitte LLP",
        "r1h",
    ],
)
def test_others_are_no_trust(names: TrustNames, text: str) -> None:
    assert names.named_in(text) == Naming("no_trust")


@pytest.mark.parametrize("text", ["", "  ", "none", "N/A", "In-house", "None."])
def test_some_texts_name_nobody(names: TrustNames, text: str) -> None:
    assert names.named_in(text) == NOBODY


def test_several_are_several(names: TrustNames) -> None:
    found = names.named_in("Barts Health NHS Trust and Homerton University Hospital NHS Foundation Trust")
    assert found == Naming("several", ("R1H", "RQX"))
    assert names.named_in("R1H, RQX").kind == "several"


def test_a_name_that_two_bear_is_ambiguous() -> None:
    twins = directory([("RAA", "Vale NHS Trust", ""), ("RBB", "Moor NHS Trust", "Vale NHS Foundation Trust")])
    assert twins.named_in("Vale NHS Trust") == Naming("several", ("RAA", "RBB"))
