"""Metrics over published figures worked out straight from the CSV file, on fractions: the oracle of `benchmarks.arithmetic.published_metrics`."""

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "footprints" / "data"

Row = Mapping[str, Fraction]
"""The whole figures of one trust and year, by measure, pounds as published; partial ones are left out."""


def _per(cost: str, volume: str) -> Callable[[Row], Fraction | None]:
    """Pounds per square metre, meal or piece; None where a cost of 0 may mean that there is none."""
    return lambda row: row[cost] / row[volume] if row[cost] else None


def _share(part: str, whole: str) -> Callable[[Row], Fraction]:
    return lambda row: 100 * row[part] / row[whole]


def _water(row: Row) -> Fraction | None:
    both = row["water_cost"] + row["sewage_cost"]
    return both / row["gross_internal_floor_area"] if both else None


def _non_clinical(row: Row) -> Fraction | None:
    return 100 * row["non_clinical_space"] / row["gross_internal_floor_area"] if row["non_clinical_space"] else None


FIRST, BOTH = ("2015/16",), ("2015/16", "2016/17")
BY_HAND: dict[str, tuple[tuple[str, ...], Callable[[Row], Fraction | None]]] = {
    "E01": (BOTH, _per("energy_cost", "gross_internal_floor_area")),
    "E02": (BOTH, _water),
    "E03": (BOTH, _per("cleaning_cost", "occupied_floor_area")),
    "E04": (BOTH, _per("inpatient_food_cost", "inpatient_main_meals")),
    "E05": (BOTH, _per("laundry_and_linen_cost", "laundry_pieces")),
    "E06": (BOTH, _per("portering_cost", "occupied_floor_area")),
    "E07": (FIRST, _per("hard_fm_cost", "gross_internal_floor_area")),
    "E08": (FIRST, _per("soft_fm_cost", "occupied_floor_area")),
    "E09": (FIRST, _per("maintenance_cost", "gross_internal_floor_area")),
    "E10": (("2016/17",), _per("estates_and_property_maintenance_cost", "gross_internal_floor_area")),
    "E11": (BOTH, _non_clinical),
    "E12": (BOTH, _share("unoccupied_floor_area", "gross_internal_floor_area")),
    "S01": (("2017/18",), _share("staff_fte_central_functions", "staff_fte_total")),
}
NOT_AMBULANCE = {"E04", "E06", "E11"}


def trust_types() -> dict[str, str]:
    """The type of every trust, by ODS code."""
    with (DATA / "trusts.csv").open(newline="") as file:
        return {row["ods_code"]: row["trust_type"] for row in csv.DictReader(file)}


def values() -> dict[tuple[str, str, str], Fraction]:
    """Every value that can be worked out, by year, metric and trust."""
    rows: dict[tuple[str, str], dict[str, Fraction]] = {}
    with (DATA / "published_figures.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            known = rows.setdefault((row["year"], row["ods_code"]), {})
            if row["is_partial"] == "false":
                known[row["measure"]] = Fraction(row["value"])
    found = {}
    for (year, code), figures in rows.items():
        for metric, (years, by_hand) in BY_HAND.items():
            if year not in years:
                continue
            try:
                value = by_hand(figures)
            except (KeyError, ZeroDivisionError):
                continue
            if value is not None:
                found[year, metric, code] = value
    return found


def median(numbers: list[Fraction]) -> Fraction:
    """The middle, or halfway between the two in the middle."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def quarter(numbers: list[Fraction], share: Fraction) -> Fraction:
    """The type 7 quantile."""
    ordered = sorted(numbers)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def pounds_to(value: Fraction, benchmark: Fraction, volume: Fraction) -> Decimal:
    """What a cost above a benchmark comes to, to the penny."""
    gap = max(Fraction(0), value - benchmark) * volume
    pence = int(gap * 100 + Fraction(1, 2))
    return Decimal(pence) / 100
