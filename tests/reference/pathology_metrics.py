"""The pathology metrics written out by hand on exact fractions, with the reason where there is no value: a slow, obvious oracle.

Cells are plain: a fraction, "" for a blank, "NA", "NC", "IE:PBS" for included elsewhere. Nothing is shared with the code it judges.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from templates_app.reading import Place, Value

Cell = Fraction | str
Cells = Mapping[Place, Cell]

DISCIPLINES = ("PBC", "PHA", "PBS", "PTX", "PMI", "PIM", "PCE")
LABORATORY = ("PBC", "PHA", "PTX", "PMI", "PIM", "PCE", "PGE", "PAN", "PBS")
COMBINED = ("PBC", "PHA", "PIM")
"""The lines that blood sciences may hold."""
MAY_BE_BLANK = ("PIM", "PGE", "PAN")
NO_LABORATORY = ("fully bought", "none")


def plain(values: Mapping[Place, Value]) -> dict[Place, Cell]:
    """A return in plain cells."""
    found: dict[Place, Cell] = {}
    for place, value in values.items():
        number = value.number if value.number is not None else Decimal(0)
        found[place] = {
            "number": Fraction(number),
            "not_applicable": "NA",
            "not_calculable": "NC",
            "included_elsewhere": f"IE:{value.text}",
            "blank": "",
            "text": value.text,
        }[value.kind]
    return found


def judged(metric: str, cells: Cells) -> tuple[str, Fraction | None]:
    """The status of a metric of one return, and its value where it is calculable."""
    family, _, line = metric.partition("-")
    if family == "P06":
        return _given(cells, line)
    if family == "P05":
        tops = [(code, "sent_away") for code in LABORATORY]
        bottoms = [(code, column) for code in LABORATORY for column in ("pay", "non_pay", "sent_away")]
        return _divided(cells, tops, bottoms, Fraction(100), left_out=MAY_BE_BLANK)
    columns: dict[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
        "P02": (("pay", "non_pay"), ("requests" if line == "PCE" else "tests",), 1000),
        "P03": (("tests",), ("scientific_wte", "support_wte"), 1),
        "P04": (("tests",), ("requests",), 1),
    }
    above, below, scale = columns[family]
    return _divided(cells, [(line, c) for c in above], [(line, c) for c in below], Fraction(scale))


def pay_of_other_staff(cells: Cells, line: str) -> Fraction | None:
    """Pay × (scientific + support) ÷ all staff; None where a cell of it cannot be used."""
    used = [(line, column) for column in ("pay", "medical_wte", "scientific_wte", "support_wte")]
    is_paid = isinstance(cells.get((line, "pay")), Fraction)
    if not is_paid or _trouble(cells, used, [*used, (line, "tests")], ()) is not None:
        return None
    pay, medical, scientific, support = (_amount(cells, place) for place in used)
    everybody = medical + scientific + support
    return pay * (scientific + support) / everybody if everybody else None


def _given(cells: Cells, line: str) -> tuple[str, Fraction | None]:
    trouble = _trouble(cells, [(line, "value")], [(line, "value")], ())
    return (trouble, None) if trouble else ("calculable", _amount(cells, (line, "value")))


def _divided(
    cells: Cells, tops: list[Place], bottoms: list[Place], scale: Fraction, left_out: tuple[str, ...] = ()
) -> tuple[str, Fraction | None]:
    used = [*tops, *bottoms]
    troubles = {_trouble(cells, side, used, left_out) for side in (tops, bottoms)}
    for worst in ("not_applicable", "missing", "not_calculable", "included_elsewhere"):
        if worst in troubles:
            return worst, None
    above = sum((_amount(cells, place) for place in tops), start=Fraction(0))
    below = sum((_amount(cells, place) for place in bottoms), start=Fraction(0))
    return ("calculable", above / below * scale) if below else ("zero_volume", None)


def _trouble(cells: Cells, side: list[Place], used: list[Place], left_out: tuple[str, ...]) -> str | None:
    def says(place: Place) -> Cell:
        cell = cells.get(place, "")
        return "NA" if cell == "" and _nobody_asked(cells, place[0], used, left_out) else cell

    found = [says(place) for place in side]
    if all(cell == "NA" for cell in found):
        return "not_applicable"
    if any(isinstance(cell, str) and cell not in ("NA", "NC") and not cell.startswith("IE:") for cell in found):
        return "missing"
    if "NC" in found:
        return "not_calculable"
    with_numbers = {line for line, column in side if isinstance(says((line, column)), Fraction)}
    for cell in found:
        if isinstance(cell, str) and cell.startswith("IE:") and cell.removeprefix("IE:") not in with_numbers:
            return "included_elsewhere"
    for (line, column), cell in cells.items():
        if not isinstance(cell, str) or not cell.startswith("IE:"):
            continue
        holder = cell.removeprefix("IE:")
        if (holder, column) in side and (line, column) not in side and not _wholly_inside(cells, line, holder, used):
            return "included_elsewhere"
    return None


def _nobody_asked(cells: Cells, line: str, used: list[Place], left_out: tuple[str, ...]) -> bool:
    service = cells.get(("PSV1", "value"), "")
    if line not in ("PSV1", "PSV2", "PSV3", "PSV17") and str(service) in NO_LABORATORY:
        return True
    empty = all(cells.get(place, "") == "" for place in used if place[0] == line)
    pointed_at = f"IE:{line}" in cells.values()
    return empty and not pointed_at and (line == "PBS" or line in left_out)


def _wholly_inside(cells: Cells, line: str, holder: str, used: list[Place]) -> bool:
    if holder != "PBS" or line not in COMBINED:
        return False
    columns = {column for place, column in used if place == "PBS"}
    return all(cells.get((line, column), "") in ("IE:PBS", "NA", 0) for column in columns)


def _amount(cells: Cells, place: Place) -> Fraction:
    cell = cells.get(place, "")
    return cell if isinstance(cell, Fraction) else Fraction(0)


def index(own: Mapping[str, tuple[Fraction, Fraction]], medians: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    """Actual and expected cost, £000, of the disciplines that have both volume with cost, and a median."""
    both = [metric for metric in own if metric in medians]
    actual = sum((own[metric][1] for metric in both), start=Fraction(0))
    expected = sum((own[metric][0] * medians[metric] / 1000 for metric in both), start=Fraction(0))
    return actual, expected


IDS: tuple[str, ...] = (
    *(f"{family}-{line}" for family in ("P02", "P03", "P04") for line in DISCIPLINES),
    "P05",
    "P06-PQU1",
    "P06-PQU2",
)
"""Every metric of pathology that one return is enough for."""
