"""What a number format makes of a number, and that both ways of reading a sheet see it on cells."""

import pytest

from templates_app.number_formats import shown_as
from templates_app.sheet_reader import Cell, read_workbook
from tests.workbooks.hostile import MAIN, parts, worksheet, zipped

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="d mmm yyyy"/><numFmt numFmtId="14" formatCode="0"/>'
    '<numFmt numFmtId="171" formatCode="0.0%"/><numFmt numFmtId="172" formatCode="0.0&quot;%&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="15"/><xf numFmtId="9"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="15"/><xf numFmtId="14"/><xf numFmtId="9"/><xf numFmtId="10"/>'
    '<xf numFmtId="171"/><xf numFmtId="172"/></cellXfs><dxfs><dxf><numFmt numFmtId="0" formatCode="yyyy"/></dxf></dxfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("General", ""), ("0.00", ""), ("#,##0;[Red]-#,##0", ""), ('0.0"days"', ""), ("0.00E+00", ""), (r"\d0", ""),
        ('_-"£"* #,##0.00_-', ""), ("[$-409]#,##0", ""), ("@", ""), ("dd/mm/yyyy", "date"), ("[h]:mm", "date"),
        ("[$-F800]dddd", "date"), ("mmm-yy", "date"), ("hh:mm AM/PM", "date"), ("[ss]", "date"), ("0%", "percent"),
        ("0.00%;[Red]-0.00%", "percent"), ("0.0 %", "percent"), ('0.0"%"', ""), (r"0.0\%", ""), ("0_%", ""), ("%0", "percent"),
    ],
)  # fmt: skip
def test_number_formats_that_show_dates_and_percentages(number_format: str, shown: str) -> None:
    assert shown_as(number_format) == shown


def cells(*, before: str = "") -> list[Cell]:
    """A number in each style, by the quick way, or with `before` by the general one."""
    row = "".join(f'<c r="{"ABCDEFGH"[n]}1" s="{n}"><v>0.5</v></c>' for n in range(8))
    data = zipped(parts(worksheet(f'<row r="1">{row}</row>', before=before), styles=STYLES))
    return list(read_workbook(data).sheets[0].cells.values())


@pytest.mark.parametrize("before", ["", "<?general?>"])
def test_the_formats_of_styles_are_seen_on_cells(before: str) -> None:
    found = cells(before=before)
    assert [cell.shown for cell in found] == ["", "date", "date", "", "percent", "percent", "percent", ""]
    assert [cell.is_date for cell in found] == [cell.shown == "date" for cell in found]
    assert [cell.is_percent for cell in found] == [cell.shown == "percent" for cell in found]
