"""The published plan: every row is of a trust that we know, and what was not published stays unknown."""

import csv
from decimal import Decimal

from footprints.planned_hubs import planned_hubs
from footprints.reference import DATA

HUBS = planned_hubs("planned_hubs_2017.csv")


def test_every_hub_is_a_trust_of_the_reference_data() -> None:
    with (DATA / "trusts.csv").open(encoding="utf-8", newline="") as opened:
        trusts = {row["ods_code"]: row["name"] for row in csv.DictReader(opened)}
    assert len({hub.hub for hub in HUBS.values()}) == 18
    for code, hub in HUBS.items():
        assert code in trusts
        assert hub.source.startswith("HSJ article 7020532")
        assert hub.area


def test_a_network_with_two_hubs_stands_under_both() -> None:
    assert HUBS["RX1"] == HUBS["RWE"]
    assert len(HUBS) == 21
    assert (HUBS["RX1"].other_hub("RX1"), HUBS["RWE"].other_hub("RWE"), HUBS["R1H"].other_hub("R1H")) == (
        "RWE",
        "RX1",
        "",
    )


def test_a_target_of_nought_is_not_a_missing_one() -> None:
    assert HUBS["R1H"].saving == Decimal(5_300_000)
    assert HUBS["R1H"].saving_words == "£5,300,000 a year by 2020/21"
    assert HUBS["RM1"].saving_words == "£0 a year by 2020/21"
    assert HUBS["RGT"].saving is None
    assert HUBS["RGT"].saving_words == "no target published"
