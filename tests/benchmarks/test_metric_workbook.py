"""The workbook of a metric: LibreOffice, which calculates it anew, must come to the portal's figures, for both kinds of reader."""

import dataclasses
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks.defining.registry import metrics
from benchmarks.defining.schema import Metric
from benchmarks.exports.metric_table import ILLUSTRATIVE, MetricTable
from benchmarks.exports.metric_workbook import ALL_AGREE, metric_workbook, write_metric
from benchmarks.exports.metric_workbook_parts import ABOUT, DIFFERS, POSITION, QUANTILES, SAME, VALUES
from templates_app import registry as templates
from tests.benchmarks.metric_tables import metric_table, trust_rows
from tests.benchmarks.workbook_reading import below, near, sheets_of, wrong_in
from tests.libreoffice import LibreOffice

TEMPLATES = [*sorted({name for name, _ in templates.definitions()}), "eric", "staff"]
EVERY_METRIC = list({metric.family: metric for name in TEMPLATES for metric in metrics(name)}.values())
"""Each definition once: the metrics of a family differ in their line only."""
BEGIN_FORMULAE = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def finance() -> Metric:
    return next(metric for metric in EVERY_METRIC if metric.id == "M03")


def opened(table: MetricTable) -> dict[str, Worksheet]:
    return sheets_of(openpyxl.load_workbook(BytesIO(metric_workbook(table))), table)


def test_libreoffice_comes_to_our_figures_for_every_metric_and_reader(libreoffice: LibreOffice, tmp_path: Path) -> None:
    tables = {
        reader: [
            metric_table(metric, sees_all=reader == "all", rows=trust_rows(metric, Random(seed), trusts=24))
            for seed, metric in enumerate(EVERY_METRIC)
        ]
        for reader in ("all", "own")
    }
    tables["spoilt"] = [_with_a_wrong_figure(table) for table in tables["all"] if table.metric.id == "M03"]
    for reader, listed in tables.items():
        with xlsxwriter.Workbook(tmp_path / f"{reader}.xlsx") as workbook:
            for table in listed:
                write_metric(workbook, table)

    saved = libreoffice.saved_again(*(tmp_path / f"{reader}.xlsx" for reader in tables), recalculated=True)

    answers = {path.stem: openpyxl.load_workbook(path, data_only=True) for path in saved}
    wrong = [
        f"{reader} {fault}"
        for reader in ("all", "own")
        for table in tables[reader]
        for fault in wrong_in(sheets_of(answers[reader], table), table)
    ]
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:20])
    assert {metric.opportunity for metric in EVERY_METRIC} == {"A", "B", "none"}
    _says_what_is_wrong(sheets_of(answers["spoilt"], tables["spoilt"][0]))


def _with_a_wrong_figure(table: MetricTable) -> MetricTable:
    """The same, but the portal is said to show a median that is one part in a thousand million too large."""
    everyone = table.groups[0]
    median = (everyone.portal.median or Decimal(0)) * Decimal("1.000000001")
    wrong = dataclasses.replace(everyone, portal=dataclasses.replace(everyone.portal, median=median))
    return dataclasses.replace(table, groups=(wrong, *table.groups[1:]), own=())


def _says_what_is_wrong(workbook: dict[str, Worksheet]) -> None:
    """The cells that say "the same" are alive: they find the one wrong figure, and About says so."""
    says = [(line["Group"], line["Quantile"], line["So they are"]) for line in below(workbook[QUANTILES], "Quantile")]
    assert [line[:2] for line in says if line[2] == DIFFERS] == [("All trusts", "median")]
    assert {line[2] for line in says} == {SAME, DIFFERS}
    assert ALL_AGREE not in [cell.value for cell in workbook[ABOUT]["B"]]


def test_formulae_are_formulae_and_names_are_not(finance: Metric) -> None:
    workbook = opened(metric_table(finance, sees_all=True))
    row = [cell.value for cell in workbook[VALUES][6]]
    assert row[1] == "'=cmd|'T00'!A1"
    assert row[5] == "=D6*'M03 Values'!$B$3/E6"
    quartile = workbook[QUANTILES]["E5"].value
    assert "_xlfn.QUARTILE.INC(IF(('M03 Values'!$L$6:$L$50=1)*ISNUMBER('M03 Values'!$F$6:$F$50),'M03 Values'!$F$6:$F$50,\"\"),1)" in [
        quartile.text.lstrip("=") if hasattr(quartile, "text") else quartile,
        workbook[QUANTILES]["E6"].value.text.lstrip("="),
    ]  # fmt: skip


def test_no_text_of_a_workbook_begins_a_formula(finance: Metric) -> None:
    for sees_all in (True, False):
        for sheet in opened(metric_table(finance, sees_all=sees_all)).values():
            for row in sheet.iter_rows():
                assert [
                    cell for cell in row if cell.data_type == "s" and str(cell.value).startswith(BEGIN_FORMULAE)
                ] == []


def test_made_up_figures_are_labelled_on_every_sheet(finance: Metric) -> None:
    for illustrative in (True, False):
        workbook = opened(metric_table(finance, sees_all=True, illustrative=illustrative))
        assert [ILLUSTRATIVE in str(sheet["A1"].value) for sheet in workbook.values()] == [illustrative] * 4


def test_about_says_what_the_figures_are(finance: Metric) -> None:
    sheet = opened(metric_table(finance, sees_all=False))[ABOUT]
    said = {str(row[0]): row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert said["Metric"] == "M03 Finance cost"
    assert said["Definition"] == "Net cost of finance (£000) ÷ patient-care income (£000)"
    assert said["Run"] == "Run 3, frozen on 30 September 2016"
    assert said["Values"] == "n = 40 of 47"
    assert (said["Not counted: no return"], said["Not counted: disputed"]) == ("4 trusts", "1 trust")
    assert "type 7" in str(said["Quantile rule"])
    assert "without names" in str(said["What you see of others"])


def test_a_reader_without_names_gets_no_other_trust(finance: Metric) -> None:
    table = metric_table(finance, sees_all=False)
    named = {row.code for row in table.rows}
    others = {row.name for row in table.all_rows if row.code not in named} | {
        row.code for row in table.all_rows if row.code not in named
    }
    workbook = opened(table)
    cells = [
        cell.value for sheet in workbook.values() for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert not others & {str(cell).lstrip("'") for cell in cells}
    values = sorted(row.value for row in table.all_rows if row.counted and row.value is not None)
    given = {Decimal(repr(cell)) for cell in cells if isinstance(cell, int | float)}
    assert not any(near(float(figure), extreme) for figure in given for extreme in (values[0], values[-1]))


def test_a_workbook_without_any_own_trust_still_has_its_quantiles(finance: Metric) -> None:
    workbook = opened(metric_table(finance, sees_all=False, own=()))
    assert workbook[VALUES]["A6"].value == "There is no trust here that you may see by name."
    assert str(workbook[POSITION]["A5"].value).startswith("No trust was chosen")
    assert len(list(below(workbook[QUANTILES], "Quantile"))) >= 5
