"""Files whose own sums are not what their figures come to, or were never worked out; of every template that looks at them."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import openpyxl

from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.layout import Cell, layout_of
from templates_app.reading import Place, Value
from templates_app.schema import Definition
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.submissions.example_returns import TRUST, trust
from tests.workbooks.corpus import Accept, Book, Case, Findings, Marks
from tests.workbooks.hostile import zipped


@dataclass(frozen=True)
class Sheet:
    """A template with sums: where one of its sheets has a total, a net figure and a figure of that column."""

    definition: Definition
    figure: Place
    total: Place
    agrees: str
    calculated: str

    @property
    def total_cell(self) -> Cell:
        return layout_of(self.definition).totals[self.total]

    @property
    def figure_cell(self) -> Cell:
        return layout_of(self.definition).cells[self.figure]


BACK_OFFICE = Sheet(registry.get("back_office", "2016.2"), ("HR9", "pay"), ("costs", "pay"), "B-W16", "B-I1f")
PATHOLOGY = Sheet(registry.get("pathology", "2016.1"), ("PMI", "non_pay"), ("disciplines", "non_pay"), "P-W16", "P-I1f")
BEFORE = Sheet(registry.get("back_office", "2016.1"), ("HR9", "pay"), ("costs", "pay"), "B-W16", "B-I1f")
"""A version without such rules of its own: it takes those of the newest."""
TEMPLATES = {"back office": BACK_OFFICE, "pathology": PATHOLOGY, "back office 2016.1": BEFORE}


@cache
def figures(template: str) -> dict[Place, Value]:
    """A clean return that gives everything there is to give."""
    definition, published = TEMPLATES[template].definition, trust().published
    known = {measure: number for year in sorted(published) for measure, number in published[year].items()}
    values = dict(example_values(definition, known | dict(published[definition.year]), seed=1, trust_code=TRUST))
    return values


@cache
def good(template: str) -> bytes:
    """The workbook with these figures, its sums as Excel would have worked them out."""
    definition = TEMPLATES[template].definition
    details = TrustDetails(TRUST, trust().name, trust().trust_type, (), definition.year)
    return write_workbook(definition, details, values=figures(template))


def changed(template: str, *changes: tuple[Cell, str]) -> bytes:
    """The workbook with what stands in some cells replaced: `{formula}` is the cell's own formula, as an element."""
    with zipfile.ZipFile(io.BytesIO(good(template))) as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    for cell, content in changes:
        tab = [sheet.title for sheet in TEMPLATES[template].definition.sheets].index(cell.sheet) + 2
        name = f"xl/worksheets/sheet{tab}.xml"
        found = re.search(rf'<c r="{cell.address}"( s="\d+")[^>]*>(<f>[^<]*</f>)?.*?</c>', parts[name])
        assert found is not None, cell.address
        new = f'<c r="{cell.address}"{found[1]}' + content.replace("{formula}", found[2] or "") + "</c>"
        parts[name] = parts[name].replace(found[0], new)
    return zipped({name: text.encode() for name, text in parts.items()})


def resaved(template: str) -> bytes:
    """Opened and saved by openpyxl, which keeps formulas and loses all that was calculated."""
    book = openpyxl.load_workbook(io.BytesIO(good(template)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sum_of(template: str) -> Decimal:
    """What the column of the sheet's total comes to."""
    sheet = TEMPLATES[template]
    lines = {line.code for line in sheet.definition.lines_of(sheet.total[0])}
    values = figures(template).items()
    return sum((value.number or Decimal(0) for (line, column), value in values if column == sheet.total[1] and line in lines), Decimal(0))  # fmt: skip


def _cases(template: str) -> dict[str, Case]:
    sheet = TEMPLATES[template]
    book = Book(sheet.definition, lambda: figures(template))
    total, figure = sheet.total_cell, sheet.figure_cell
    here = f"{total.sheet}!{total.address}"
    whole = sum_of(template)
    noted = frozenset({(sheet.calculated, here)})
    drawn = frozenset({(sheet.agrees, here)})
    computed = layout_of(sheet.definition).computed
    first = {sheet_name: min((cell for cell in (*computed, *layout_of(sheet.definition).totals.values()) if cell.sheet == sheet_name), key=lambda cell: (cell.row, cell.column_number)) for sheet_name in _summed(template)}  # fmt: skip
    never = frozenset((sheet.calculated, f"{name}!{cell.address}") for name, cell in first.items())

    def case(*changes: tuple[Cell, str], marks: Marks = frozenset()) -> Case:
        return Case(lambda: changed(template, *changes), Accept(notes=marks), book=book)

    return {
        "as Excel worked them out": case(),
        "total typed over": case((total, f"><v>{whole + 412}</v>"), marks=drawn),
        "total typed over, the same": case((total, f"><v>{whole}</v>")),
        "total typed over, as text": case((total, f' t="inlineStr"><is><t>£{whole + 412:,}</t></is>'), marks=drawn),
        "words typed over a total": case((total, ' t="inlineStr"><is><t>see ledger</t></is>'), marks=noted),
        "true or false typed over a total": case((total, ' t="b"><v>1</v>'), marks=noted),
        "words given by the formula of a total": case((total, ' t="str">{formula}<v>see ledger</v>'), marks=noted),
        "total cleared": case((total, ">")),
        "total stale": case((total, f">{{formula}}<v>{whole - 412}</v>"), marks=drawn),
        "total from before any figure": case((total, ' t="str">{formula}<v></v>'), marks=drawn),
        "total with an error": case((total, ' t="e">{formula}<v>#REF!</v>'), marks=drawn),
        "total with the noise of a double": case((total, f">{{formula}}<v>{whole}.00000000007</v>" if whole == int(whole) else f">{{formula}}<v>{whole}0000000007</v>")),
        "a figure as text, which Excel leaves out": case(
            (figure, f' t="inlineStr"><is><t>{_number(template, sheet.figure)}</t></is>'),
            (total, f">{{formula}}<v>{whole - _number(template, sheet.figure)}</v>"),
            *_stale_nets(template),
            marks=frozenset({(f"{sheet.agrees[0]}-I1d", f"{figure.sheet}!{figure.address}")}),
        ),
        "never calculated": Case(lambda: resaved(template), Accept(notes=never), book=book),
    }  # fmt: skip


def _number(template: str, place: Place) -> Decimal:
    return figures(template)[place].number or Decimal(0)


def _stale_nets(template: str) -> tuple[tuple[Cell, str], ...]:
    """The net figures over the template's figure, without it."""
    sheet, cells = TEMPLATES[template], layout_of(TEMPLATES[template].definition)
    line, column = sheet.figure
    if (line, "net") not in cells.cells:
        return ()
    signs = {"pay": 1, "non_pay": 1, "income": -1}
    net = sum((_number(template, (line, other)) * sign for other, sign in signs.items() if other != column), Decimal(0))
    whole = sum((value.number or Decimal(0)) * signs.get(code, 0) for (_, code), value in figures(template).items())
    return (
        (cells.cells[line, "net"], f">{{formula}}<v>{net}</v>"),
        (cells.totals[sheet.total[0], "net"], f">{{formula}}<v>{whole - _number(template, sheet.figure)}</v>"),
    )


def _summed(template: str) -> list[str]:
    """The sheets with sums of figures that are given."""
    definition = TEMPLATES[template].definition
    given = {line for (line, _), value in figures(template).items() if value.number is not None}
    return [
        sheet.title for sheet in definition.sheets if sheet.totals and any(line.code in given for line in sheet.lines)
    ]


CASES: dict[str, Case] = {
    f"sums of {template}: {name}": case for template in TEMPLATES for name, case in _cases(template).items()
}


def _never(place: str) -> Marks:
    return frozenset({("B-I1f", place)})


def _stale(column: str) -> Marks:
    """The sums over a figure of line 16 of Costs that was changed where nothing calculates."""
    return frozenset(("B-W16", f"Costs!{cell}") for cell in (f"{column}27", "G16", "G27"))


SAID_BESIDES: dict[str, Marks] = {
    "rows inserted, names with them": _never("Costs!G11"),
    **dict.fromkeys(("column inserted, names with it", "column inserted, names stale"), _never("Costs!H7")),
    "column inserted, no names": _never("Costs!I7"),
    **dict.fromkeys(
        (
            "row inserted amid lines",
            "columns swapped, names with them",
            "columns swapped, names stale",
            "columns swapped, no names",
            "lines sorted, names stale",
            "lines sorted, no names",
            "line deleted",
            "line deleted, no names",
            "sheet deleted",
            "sheets reordered and hidden",
            "sheet copied",
            "volumes renamed cover",
        ),
        _never("Costs!G7"),
    ),
    "sheet renamed": _never("Costs (final) Jo's!G7"),
    "costs renamed checks": _never("Checks!G7"),
    "all but empty": _never("Costs!G16"),
    **dict.fromkeys(("numbers-shaped", "numbers-shaped, identity kept"), _never("Costs - Table 1!G7")),
    **dict.fromkeys(("text '１，４０２．５'", "text '1402.500'", "text '£1,402.50'", "text '(0)'"), _stale("D")),
    **dict.fromkeys(("text '(500)'", "text '−500'"), _stale("E")),
    **dict.fromkeys(("blank in a required cell", "spaces in a required cell"), _stale("D")),
}
"""What the sums say of files that are about something else: saved by a program that does not calculate, or changed in the text of their
parts. So says any version of the year, with rules of its own or without."""


def with_sums(cases: Mapping[str, Case]) -> dict[str, Case]:
    """The cases, those of `SAID_BESIDES` with what the sums say as well."""
    known = dict(cases)
    for name, marks in SAID_BESIDES.items():
        expected = known[name].expected
        if isinstance(expected, Accept):
            known[name] = replace(known[name], expected=replace(expected, notes=expected.notes | marks))
        elif isinstance(expected, Findings):
            known[name] = replace(known[name], expected=replace(expected, marks=expected.marks | marks))
        else:
            raise AssertionError(f"{name} is refused, so its sums say nothing")
    return known


def calculated(case: Case) -> Case:
    """The same file saved by a program that calculates: accepted without the note that its sums never were."""
    assert isinstance(case.expected, Accept)
    notes = frozenset(mark for mark in case.expected.notes if mark[0] not in ("B-I1f", "P-I1f"))
    return replace(case, expected=replace(case.expected, notes=notes))
