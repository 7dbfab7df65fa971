"""The server and a spreadsheet must agree: the same expressions, worked out by us and by LibreOffice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from random import Random

import openpyxl
import pytest
import xlsxwriter

from templates_app.expressions import (
    MissingValue,
    Operand,
    Reference,
    ZeroDenominator,
    evaluate,
    parse,
    to_excel,
)
from tests.libreoffice import LibreOffice
from tests.templates_app import expression_samples as samples

SEED = 20160930
BOOKS_OF_CELLS = 6
EXPRESSIONS_EACH = 120
NOT_CALCULATED = "not calculated"
DIVIDED_BY_ZERO = "#DIV/0!"
# LibreOffice does not recalculate a workbook that says it comes from Excel, unless told to.


def outcome(source: str, found: Mapping[Reference, Operand]) -> Decimal | bool | str:
    try:
        return evaluate(parse(source), samples.look_up_in(found))
    except ZeroDenominator:
        return DIVIDED_BY_ZERO


def locate_on(sheet: str, found: Mapping[Reference, Operand]) -> Callable[[Reference], list[str]]:
    rows = {reference: f"{sheet}!$B${row}" for row, reference in enumerate(found, start=1)}
    return lambda reference: [rows[cell] for cell in samples.cells_of(reference)]


def recalculated(libreoffice: LibreOffice, workbook: Path) -> openpyxl.Workbook:
    (saved,) = libreoffice.saved_again(workbook, recalculated=True)
    return openpyxl.load_workbook(saved, data_only=True)


def agree(ours: Decimal | bool | str, theirs: object) -> bool:
    if isinstance(ours, Decimal):
        if isinstance(theirs, bool) or not isinstance(theirs, int | float):
            return False
        return abs(Decimal(theirs) - ours) <= max(abs(ours) * Decimal("1e-9"), Decimal("1e-9"))
    return type(ours) is type(theirs) and ours == theirs


def test_the_server_and_libreoffice_give_the_same_answers(libreoffice: LibreOffice, tmp_path: Path) -> None:
    random = Random(SEED)
    workbook = xlsxwriter.Workbook(tmp_path / "expressions.xlsx")
    expected: dict[tuple[str, int], tuple[str, str, Decimal | bool | str]] = {}
    for book in range(BOOKS_OF_CELLS):
        found = samples.cells(random)
        data, formulas = workbook.add_worksheet(f"Data{book}"), workbook.add_worksheet(f"Formulas{book}")
        for row, (reference, value) in enumerate(found.items()):
            data.write_string(row, 0, str(reference))
            if isinstance(value, Decimal):
                data.write_number(row, 1, float(value))
            elif value is not None:
                data.write_string(row, 1, value)
        locate = locate_on(f"Data{book}", found)
        for row in range(1, EXPRESSIONS_EACH + 1):
            source = samples.printed(samples.expression(random), random)
            formula = to_excel(parse(source), locate)
            formulas.write_formula(row - 1, 0, f"={formula}", None, NOT_CALCULATED)
            expected[formulas.name, row] = (source, formula, outcome(source, found))
    workbook.close()

    answers = recalculated(libreoffice, tmp_path / "expressions.xlsx")

    differing = [
        f"{source}\n  ={formula}\n  server {ours!r}, LibreOffice {theirs!r}"
        for (sheet, row), (source, formula, ours) in expected.items()
        if not agree(ours, theirs := answers[sheet].cell(row, 1).value)
    ]
    assert not differing, f"{len(differing)} of {len(expected)} differ:\n" + "\n".join(differing[:20])
    kinds = [DIVIDED_BY_ZERO if ours == DIVIDED_BY_ZERO else type(ours) for _, _, ours in expected.values()]
    assert all(kinds.count(kind) >= 10 for kind in (Decimal, bool, str, DIVIDED_BY_ZERO))


def test_empty_groups_and_unneeded_blanks_agree(libreoffice: LibreOffice, tmp_path: Path) -> None:
    sources = ["IF(GIVEN(ORG10), ORG10, 7)", "SUM(nothing.pay, 3) = 3", "SUM(nothing.pay)", "MIN(nothing.pay)"]

    def cells(reference: Reference) -> list[str]:
        return [] if reference.name == "nothing" else ["Data!$B$1"]

    workbook = xlsxwriter.Workbook(tmp_path / "blank.xlsx")
    formulas = workbook.add_worksheet("Formulas")
    workbook.add_worksheet("Data")
    for row, source in enumerate(sources):
        formulas.write_formula(row, 0, "=" + to_excel(parse(source), cells), None, NOT_CALCULATED)
    workbook.close()

    answers = [row[0].value for row in recalculated(libreoffice, tmp_path / "blank.xlsx")["Formulas"].rows]

    assert answers == [7, True, 0, "#N/A"]
    ours = [evaluate(parse(source), lambda reference: [None for _ in cells(reference)]) for source in sources[:3]]
    assert ours == answers[:3]
    with pytest.raises(MissingValue):
        evaluate(parse(sources[3]), lambda reference: [])
