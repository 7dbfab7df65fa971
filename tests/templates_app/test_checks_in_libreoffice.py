"""The Checks sheet and the server must agree: workbooks of every template filled by a person's means, calculated by LibreOffice."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from templates_app import registry
from templates_app.expressions import parse, references
from templates_app.layout import CHECKS_SHEET, IDENTITY_SHEET, layout_of
from templates_app.operands import cells_of
from templates_app.reading import Place, Value
from templates_app.rules import expanded
from templates_app.schema import NUMBER_UNITS, Definition, choices_of, keys_of, unit_of
from templates_app.workbook_checks_sheet import FIRST_ROW, check_rows, state_now
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.libreoffice import LibreOffice

SEED = 20160930
AMOUNTS = (
    "0",
    "0.1",
    "0.2",
    "0.3",
    "1",
    "1.5",
    "2.5",
    "9.4",
    "10",
    "25",
    "100",
    "412.125",
    "1000",
    "45000",
    "500000",
    "-0.3",
    "-7",
)
SHARE_BLANK = (1.0, 0.5, 0.2, 0.05, 0.0, 0.0)
"""How much of each filled workbook stays blank."""

TRUST = TrustDetails("RX1", "A trust", "mental_health", (), "2015/16")


def calculated(libreoffice: LibreOffice, folder: Path, names: list[str]) -> dict[str, Workbook]:
    """The workbooks as LibreOffice saves them; those that openpyxl has filled hold no results, so it must work them out."""
    saved = libreoffice.saved_again(*(folder / name for name in names))
    return {path.name: openpyxl.load_workbook(path, data_only=True) for path in saved}


def some_values(definition: Definition, random: Random, blank: float) -> dict[Place, Value]:
    values = {}
    for _, line, column in definition.cells():
        if random.random() < blank:
            continue
        unit, keys = unit_of(line, column), keys_of(line, column)
        if unit in NUMBER_UNITS and keys and random.random() < 0.12:
            kinds = {
                "NA": Value("not_applicable"),
                "NC": Value("not_calculable"),
                "IE": Value("included_elsewhere", text=line.code),
            }
            value = kinds[random.choice(keys)]
        elif unit in NUMBER_UNITS:
            value = Value("number", number=Decimal(random.choice(AMOUNTS)))
        elif unit == "date":
            value = Value("text", text="2018-03-31")
        else:
            value = Value("text", text=random.choice(choices_of(line, column) or ("Words", "More words")))
        values[line.code, column.code] = value
    return values


def fill(data: bytes, definition: Definition, values: Mapping[Place, Value]) -> Workbook:
    """Type the values into the cells, found by their defined names."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in values.items():
        ((title, address),) = workbook.defined_names[layout_of(definition).cells[place].name].destinations
        is_date = layout_of(definition).cells[place].column == "contract_end" and value.kind == "text"
        written = date.fromisoformat(value.text) if is_date else value.number
        workbook[title][address] = value.as_text() if written is None else written
    return workbook


@pytest.mark.parametrize(
    "definition", registry.definitions().values(), ids=lambda each: f"{each.template} {each.version}"
)
def test_every_row_of_the_checks_sheet_says_what_the_server_says(
    definition: Definition, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    random = Random(SEED)
    empty = write_workbook(definition, TRUST)
    filled = {f"{number}.xlsx": some_values(definition, random, blank) for number, blank in enumerate(SHARE_BLANK)}
    for gate in definition.gates:  # both ways, whatever chance gave
        answers = [cells_of(definition).of(each)[0] for each in references(parse(gate.open))]
        lists = [
            choices_of(*next(cell[1:] for cell in definition.cells() if cell[1].code == line)) for line, _ in answers
        ]
        for number, choices in enumerate(product(*lists)):
            given = {answer: Value("text", text=choice) for answer, choice in zip(answers, choices, strict=True)}
            filled[f"{gate.name} {number}.xlsx"] = some_values(definition, random, 0.2) | given
    for name, values in filled.items():
        fill(empty, definition, values).save(tmp_path / name)
    seen: dict[str, set[str]] = {}
    for name, workbook in calculated(libreoffice, tmp_path, list(filled)).items():
        values, cells = filled[name], cells_of(definition)
        operands = cells.operands(values)
        for row, check in enumerate(check_rows(definition), FIRST_ROW):
            ours = state_now(check, operands, TRUST.trust_type, values)
            theirs = workbook[CHECKS_SHEET][f"A{row}"].value
            assert theirs == ours, f"{name} row {row} {check.rule.code} {check.where}"
            seen.setdefault(check.rule.code, set()).add(ours)
        for place in cells.computed:
            cell = layout_of(definition).cells[place]
            ours_now, shown = operands[place], workbook[cell.sheet][cell.address].value
            assert (shown or None) == (None if not ours_now else pytest.approx(float(str(ours_now)))), (
                f"{name} {cell.name}"
            )
        as_written = openpyxl.load_workbook(
            io.BytesIO(write_workbook(definition, TRUST, values=values)), data_only=True
        )
        for number in range(1, 40):
            assert as_written["Cover"][f"B{number}"].value == workbook["Cover"][f"B{number}"].value
        for title in [IDENTITY_SHEET, *(sheet.title for sheet in definition.sheets)]:
            for address in ("B5", "C3"):
                assert as_written[title][address].value == workbook[title][address].value, f"{name} {title} {address}"
    never_judged = {
        rule.rule.code for rule in expanded(definition) if rule.holds and not seen[rule.rule.code] & {"OK", "Look"}
    }
    assert not never_judged


def test_libreoffice_opens_the_workbook_that_was_sent_as_it_was_sent(libreoffice: LibreOffice, tmp_path: Path) -> None:
    definition = registry.get("back_office")
    values = some_values(definition, Random(SEED), 0.1)
    data = write_workbook(definition, TRUST, values=values)
    (tmp_path / "sent.xlsx").write_bytes(data)
    sent = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    resaved = calculated(libreoffice, tmp_path, ["sent.xlsx"])["sent.xlsx"]
    assert resaved.sheetnames == sent.sheetnames
    for cell in layout_of(definition).cells.values():
        assert (resaved[cell.sheet][cell.address].value or None) == (sent[cell.sheet][cell.address].value or None), (
            cell.name
        )
        assert cell.name in resaved.defined_names
