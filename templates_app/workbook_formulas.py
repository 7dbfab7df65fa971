"""The live formulas of a workbook: rules, computed places and counts, as Excel text without the equals sign. Pure.

They must say what `templates_app.rules` and `templates_app.operands` say on the server.
"""

import re
from collections.abc import Iterable, Sequence

from templates_app.expressions import Reference, to_excel
from templates_app.gates import gate_expressions, gate_words, gates_by_line
from templates_app.layout import Cell, Layout, layout_of, letters, on_sheet
from templates_app.operands import Cells, cells_of
from templates_app.reading import Place
from templates_app.rules import AS_IT_STANDS, ExpandedRule
from templates_app.schema import Definition

OK, LOOK, NOT_YET, ON_UPLOAD = "OK", "Look", "Not yet", "On upload"
"""The states on the Checks sheet: it holds; it does not; a figure it needs is missing; only the portal can tell."""


_MOST_QUOTED = 240


def state_formula(rule: ExpandedRule, layout: Layout) -> str:
    """The state of one rule with `holds`: OK, Look, or Not yet while a figure that it needs is missing."""
    if rule.holds is None:
        raise ValueError(f"{rule.rule.code} is checked by the portal, not by a formula")
    zero = rule.rule.missing == "zero"
    written = " ".join(filter(None, (rule.rule.holds, rule.rule.when)))
    # Text and blanks count as nought inside the SUM of a range, but are passed over by MIN and MAX.
    as_range = not zero or not re.search(r"\b(MIN|MAX)\b", written)

    def locate(reference: Reference) -> Sequence[str]:
        name = reference.name.removeprefix(AS_IT_STANDS)
        places = rule.cells.of(Reference(name, reference.column))
        if len(places) > 1 and as_range:
            return ranges(layout.cells[place] for place in places)
        zeroed = zero and name == reference.name and places[0] in rule.cells.numbers
        return [f"N({layout.cells[place].absolute})" if zeroed else layout.cells[place].absolute for place in places]

    formula = f'IF({to_excel(rule.holds, locate)},"{OK}","{LOOK}")'
    if rule.when is not None:
        formula = f'IF({to_excel(rule.when, locate)},{formula},"{OK}")'
    if rule.needs:
        needed = ",".join(ranges(layout.cells[place] for place in rule.needs))
        formula = f'IF(COUNT({needed})<{len(rule.needs)},"{NOT_YET}",{formula})'
    if rule.gate is not None:
        formula = f'IF({to_excel(rule.gate, locate)},{formula},"{OK}")'
    return f'IFERROR({formula},"{NOT_YET}")'


def computed_formula(place: Place, cells: Cells, layout: Layout) -> str:
    """A computed place: blank until one of its cells holds a number, the others then counting as nought."""

    def locate(reference: Reference) -> list[str]:
        return [f"N({_near(layout.cells[part], place, layout)})" for part in cells.of(reference)]

    given = ",".join(_near(layout.cells[part], place, layout) for part in cells.parts[place])
    return f'IFERROR(IF(COUNT({given})=0,"",{to_excel(cells.computed[place], locate)}),"")'


def total_formula(column_number: int, first_row: int, last_row: int) -> str:
    """The sum of a column's numbers; blank until there is one."""
    column = letters(column_number)
    cells = f"{column}{first_row}:{column}{last_row}"
    return f'IF(COUNT({cells})=0,"",SUM({cells}))'


def filled_formula(cells: Sequence[Cell]) -> str:
    """How many of these cells are not blank."""
    return f"COUNTA({','.join(ranges(cells))})" if cells else "0"


def gate_name(name: str) -> str:
    """The defined name of the cell that holds 1 while a gate is open and 0 while it is shut."""
    return f"gate_{name}"


def gate_formula(name: str, definition: Definition) -> str:
    """1 while the gate is open, 0 while it is shut."""
    cells, layout = cells_of(definition), layout_of(definition)

    def locate(reference: Reference) -> list[str]:
        return [layout.cells[place].absolute for place in cells.of(reference)]

    return f"IF({to_excel(gate_expressions(definition)[name], locate)},1,0)"


def required_formulas(places: Sequence[Place], definition: Definition) -> tuple[str, str]:
    """How many of these cells are not blank, and how many there are: those behind a shut gate are left out of both."""
    layout, behind = layout_of(definition), gates_by_line(definition)
    filled, asked = [], []
    for name in ("", *(gate.name for gate in definition.gates)):
        cells = [layout.cells[place] for place in places if behind.get(place[0], "") == name]
        if cells:
            either = "{}" if not name else f"IF({gate_name(name)}=1,{{}},0)"
            filled.append(either.format(filled_formula(cells)))
            asked.append(either.format(len(cells)))
    return "+".join(filled) or "0", "+".join(asked) or "0"


def gate_sentences(names: Iterable[str], definition: Definition, last: str) -> str:
    """What is said while gates are shut, each in turn, and then `last`."""
    said = [f'IF({gate_name(name)}=1,"",{in_quotes(gate_words(definition, name) + " ")})' for name in names]
    return "&".join([*said, in_quotes(last)])


def in_quotes(text: str) -> str:
    """Words as a formula writes them: Excel takes at most 255 characters between quotation marks."""
    pieces = [text[start : start + _MOST_QUOTED] for start in range(0, len(text), _MOST_QUOTED)]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces) or '""'


def negative_formula(cells: Sequence[Cell]) -> str:
    """Whether any of these cells holds a number below nought."""
    counts = "+".join(f'COUNTIF({area},"<0")' for area in ranges(cells))
    return f'IF({counts}=0,"{OK}","{LOOK}")'


def typed_formula(cells: Sequence[Cell]) -> str:
    """Whether any of these number cells holds words that are not a key, or an Excel error."""
    counts = "+".join(
        f'SUMPRODUCT(ISTEXT({area})+ISERROR({area}))-COUNTIF({area},"NA")-COUNTIF({area},"NC")-COUNTIF({area},"IE:*")'
        for area in ranges(cells)
    )
    return f'IF({counts}<=0,"{OK}","{LOOK}")'


def ranges(cells: Iterable[Cell]) -> list[str]:
    """Absolute references to these cells, cells that follow each other down a column as one range."""
    runs: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: (cell.sheet, cell.column_number, cell.row)):
        last = runs[-1][-1] if runs else None
        if last and (last.sheet, last.column_number, last.row + 1) == (cell.sheet, cell.column_number, cell.row):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return [on_sheet(run[0].sheet, run[0].address, run[-1].address if len(run) > 1 else "") for run in runs]


def _near(cell: Cell, place: Place, layout: Layout) -> str:
    """The address without its sheet where it is the formula's own."""
    return cell.address if cell.sheet == layout.cells[place].sheet else cell.absolute
