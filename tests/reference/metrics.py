"""The money metrics written out by hand, cell by cell, on exact fractions: the oracle of `benchmarks.arithmetic.metrics` and its files."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

Figures = Mapping[tuple[str, str], Decimal | str]
"""What stands in the cells: numbers, and the words of an answer."""

FINANCE = ("FIN1", "FIN2", "FIN3", "FIN4", "FIN9")
HR = ("HR1", "HR2", "HR3", "HR4", "HR9")
PROCUREMENT = ("PRO1", "PRO2", "PRO3")
GOVERNANCE = ("GOV1", "GOV2")
ESTATES = ("EST1", "EST2", "EST3")
ELSEWHERE = ("shared NHS", "shared business service", "private outsourced")
OFFICE = (*FINANCE, *HR, *PROCUREMENT, "PAY1", *GOVERNANCE, "LEG1")


def _one(figures: Figures, line: str, column: str = "value") -> Fraction:
    return Fraction(figures[line, column])


def _net(figures: Figures, *lines: str) -> Fraction:
    return sum(
        (_one(figures, line, "pay") + _one(figures, line, "non_pay") - _one(figures, line, "income") for line in lines),
        start=Fraction(0),
    )


def _per_100m(*lines: str) -> Callable[[Figures], Fraction]:
    return lambda f: _net(f, *lines) / _one(f, "ORG02") * 100_000


def _share(part: str, whole: str) -> Callable[[Figures], Fraction]:
    return lambda f: _one(f, part) / _one(f, whole) * 100


def _delivered_elsewhere(figures: Figures) -> Fraction:
    lines = (*OFFICE, *ESTATES)
    return _net(figures, *(line for line in lines if figures.get((line, "delivery")) in ELSEWHERE)) / _net(
        figures, *lines
    )


BY_HAND: dict[str, Callable[[Figures], Fraction]] = {
    "M01": _share("ORG10", "ORG01"),
    "M02": _per_100m(*OFFICE),
    "M03": _per_100m(*FINANCE),
    "M04": _per_100m(*HR),
    "M05": _per_100m(*PROCUREMENT),
    "M06": _per_100m("PAY1"),
    "M07": _per_100m(*GOVERNANCE),
    "M08": _per_100m("LEG1"),
    "M09": lambda f: _net(f, *ESTATES) * 1000 / _one(f, "ORG08"),
    "M10": lambda f: _net(f, *HR) * 1000 / _one(f, "ORG06"),
    "M11": lambda f: _one(f, "ORG06") / sum((_one(f, line, "wte") for line in HR), start=Fraction(0)),
    "M12": lambda f: _net(f, "FIN3") * 1000 / _one(f, "VFIN1"),
    "M13": lambda f: _one(f, "VFIN1") / _one(f, "FIN3", "wte"),
    "M14": _share("VFIN2", "VFIN1"),
    "M15": _share("VFIN3", "VFIN1"),
    "M16": lambda f: _one(f, "VFIN5"),
    "M17": lambda f: _net(f, "FIN2") * 1000 / _one(f, "VFIN4"),
    "M18": lambda f: _net(f, "FIN4") * 1000 / _one(f, "VFIN6"),
    "M19": lambda f: _net(f, "HR1") * 1000 / _one(f, "VHR2"),
    "M20": lambda f: _one(f, "VHR3"),
    "M21": lambda f: _net(f, "HR3") * 1000 / (_one(f, "VHR5") + _one(f, "VHR6")),
    "M22": lambda f: _one(f, "VHR5") * 100 / (_one(f, "VHR5") + _one(f, "VHR6")),
    "M23": lambda f: _net(f, "HR4") * 1000 / _one(f, "ORG06"),
    "M24": lambda f: (
        (_one(f, "PAY1", "pay") + _one(f, "PAY1", "non_pay")) * 1000 / (_one(f, "VPAY1") + _one(f, "VPAY3"))
    ),
    "M25": lambda f: _one(f, "VPAY2") * 1000 / _one(f, "VPAY1"),
    "M26": lambda f: _net(f, *PROCUREMENT) * 100 / _one(f, "ORG05"),
    "M27": _share("VPRO3", "ORG05"),
    "M28": _share("VPRO2", "VPRO1"),
    "M29": _share("VEST1", "ORG08"),
    "M30": _share("VEST2", "ORG08"),
    "M31": lambda f: _delivered_elsewhere(f) * 100,
}
