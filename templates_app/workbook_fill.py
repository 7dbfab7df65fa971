"""Filling a workbook as a person would: values typed into its input cells, everything else left alone. Uses openpyxl."""

import io
from collections.abc import Mapping
from decimal import Decimal

from openpyxl import load_workbook

from templates_app.reading import Place, Reading, Value


def fill(data: bytes, reading: Reading, values: Mapping[Place, Value]) -> bytes:
    """The workbook with these values typed in where `reading` found the cells.

    openpyxl keeps no calculated results: the file is like one saved by a program that does not calculate.
    """
    workbook = load_workbook(io.BytesIO(data))
    for place, value in values.items():
        spot = reading.cells[place]
        cell = workbook[spot.sheet][spot.cell]
        cell.value = _typed(value)
        if isinstance(cell.value, str):
            cell.data_type = "s"  # words that begin with = are words
    filled = io.BytesIO()
    workbook.save(filled)
    return filled.getvalue()


def _typed(value: Value) -> Decimal | int | str | None:
    if value.kind == "blank":
        return None
    if value.number is None:
        return value.as_text()
    whole = value.number == value.number.to_integral_value()
    return int(value.number) if whole else value.number
