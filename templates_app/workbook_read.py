"""From the cells of a workbook to a flat reading of a template. Pure; finds and never judges."""

from collections.abc import Iterator, Mapping

from templates_app import registry
from templates_app.layout import IDENTITY_ROWS, IDENTITY_SHEET, Cell, layout_of, letters
from templates_app.reading import CellKind, Place, ReadCell, Reading
from templates_app.schema import Definition
from templates_app.sheet_cells import column_number
from templates_app.sheet_reader import Workbook
from templates_app.versions import may_stand_for
from templates_app.workbook_finder import REFERENCE, Finder, FoundBy, Spot, folded, sheet_of, unread
from ui.formats import sentence_list

__all__ = ["NotOurs", "identify", "read", "unread"]


class NotOurs(Exception):
    """The workbook is sound, but not one that can be read as the expected template."""

    def __init__(self, code: str, message: str, *, template: str = "", version: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.template, self.version = template, version  # which it says it is, where that is one of our templates


def identify(
    workbook: Workbook, *, expected_template: str | None = None, expected_version: str | None = None
) -> Definition:
    """The definition that a workbook was made from. Raises NotOurs when it does not say, or says another template than expected, or
    a version that may not stand for the expected one: an earlier version of the same year may."""
    template, version = _identity(workbook, "portal_template"), _identity(workbook, "portal_version")
    known = {definition.template: definition.title for definition in registry.definitions().values()}
    if template not in known:
        raise NotOurs(
            "not_our_template",
            "This is an Excel workbook, but not one that this portal made. Download the workbook from your return's page, "
            "copy your figures into it, and upload that.",
        )
    if expected_template is not None and template != expected_template:
        raise NotOurs(
            "wrong_template",
            f"This is the {known[template].lower()} workbook. This return needs the {known[expected_template].lower()} workbook. "
            "Upload this file to the other return, or download the right workbook from this return's page.",
            template=template,
            version=version,
        )
    asked = registry.get(template, expected_version)
    try:
        definition = registry.get(template, version)
    except registry.UnknownTemplate:
        raise _other_version("unknown_version", version, asked) from None
    if expected_version is not None and definition.year != asked.year:
        raise NotOurs(
            "other_year",
            f"This workbook is for {definition.year}; the return is for {asked.year}. Download the workbook from your return's page "
            f"and enter the figures of {asked.year}.",
            template=template,
            version=version,
        )
    if expected_version is not None and not may_stand_for(definition, asked):
        raise _other_version("newer_version", version, asked)
    return definition


def _other_version(code: str, version: str, asked: Definition) -> NotOurs:
    return NotOurs(
        code,
        f"This workbook is version {version or 'unknown'} of the template; the version in use is {asked.version}. Download the "
        "workbook again from your return's page and copy your figures into it.",
        template=asked.template,
        version=version,
    )


def read(workbook: Workbook, definition: Definition) -> Reading:
    """Find every input cell of the definition."""
    finder = Finder(workbook, definition)
    cells: dict[Place, ReadCell] = {}
    not_found: list[Place] = []
    conflicts: dict[Place, str] = {}
    for wanted in layout_of(definition).cells.values():
        if not wanted.name.startswith("in_"):
            continue
        found = finder.find(wanted)
        if found is None:
            not_found.append(wanted.place)
            continue
        spot, found_by = found
        other = finder.other(wanted, spot, found_by)
        if other:
            conflicts[wanted.place] = other
        cells[wanted.place] = _cell(workbook, wanted, spot, found_by)
    return Reading(
        template=definition.template,
        version=definition.version,
        trust=_identity(workbook, "portal_trust").upper(),
        cells=cells,
        not_found=tuple(not_found),
        conflicts=conflicts,
        date_1904=workbook.date_1904,
        altered=tuple(_altered(workbook, definition, cells)),
        computed={cell.place: cell for cell in _computed(workbook, definition, finder)},
    )


def _altered(workbook: Workbook, definition: Definition, cells: Mapping[Place, ReadCell]) -> Iterator[str]:
    """What was done to the sheets on which our cells were found."""
    found_on = {cell.line: cell.sheet for cell in cells.values()}
    position = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}
    hidden = {sheet.name for sheet in workbook.sheets if sheet.state != "visible"}
    protected = {sheet.name for sheet in workbook.sheets if sheet.protected}
    stands: list[int] = []
    unprotected: list[str] = []
    for sheet in definition.sheets:
        name = next((found_on[line.code] for line in sheet.lines if line.code in found_on), None)
        if name is None:
            continue
        if name != sheet.title:
            yield f"The sheet {sheet.title} is called {name}."
        if name in hidden:
            yield f"The sheet {name} is hidden."
        if name not in protected:
            unprotected.append(name)
        stands.append(position.get(name, -1))
    if stands != sorted(stands):
        yield "The sheets stand in another order."
    if unprotected:
        words = "sheet {} is" if len(unprotected) == 1 else "sheets {} are"
        yield f"The {words.format(sentence_list(unprotected))} no longer protected."


def _computed(workbook: Workbook, definition: Definition, finder: Finder) -> Iterator[ReadCell]:
    """What the workbook worked out by itself: the cells that hold a formula of ours, or what was typed over it. One that nobody
    can place, or that is empty, is left out: nothing is taken from it."""
    layout = layout_of(definition)
    for wanted in layout.computed:
        found = finder.find(wanted)
        if (
            found is not None
            and found[0][1:] in workbook.sheets[found[0][0]].cells
            and not finder.other(wanted, *found)
        ):
            yield _cell(workbook, wanted, *found)
    for wanted in layout.totals.values():
        spot = finder.total(wanted)
        if spot is not None and spot[1:] in workbook.sheets[spot[0]].cells:
            yield _cell(workbook, wanted, spot, "label")


def _cell(workbook: Workbook, wanted: Cell, spot: Spot, found_by: FoundBy) -> ReadCell:
    index, row, column = spot
    sheet = workbook.sheets[index]
    cell = sheet.cells.get((row, column))
    address = f"{letters(column)}{row}"
    kind: CellKind = "blank" if cell is None else cell.kind
    return ReadCell(
        line=wanted.line,
        column=wanted.column,
        sheet=sheet.name,
        cell=address,
        label=wanted.label,
        kind=kind,
        raw="" if cell is None else (cell.raw or ""),
        formula=cell is not None and cell.formula,
        cached=cell is None or cell.cached,
        is_date=cell is not None and cell.is_date,
        found_by=found_by,
        moved=(sheet.name, address) != (wanted.sheet, wanted.address),
        is_percent=cell is not None and cell.is_percent,
    )


def _identity(workbook: Workbook, name: str) -> str:
    """A text of the hidden sheet, by its defined name, where we put it, or beside its label on a sheet that was renamed; empty
    when it is gone."""
    match = REFERENCE.match(workbook.defined_names.get(name, ""))
    sheet_name = sheet_of(match) if match else IDENTITY_SHEET
    row, column = (int(match[4]), column_number(match[3])) if match else (IDENTITY_ROWS[name], 2)
    for sheet in workbook.sheets:
        if folded(sheet.name) == folded(sheet_name):
            cell = sheet.cells.get((row, column))
            return (cell.raw or "").strip() if cell is not None else ""
    row = IDENTITY_ROWS[name]
    labelled = (sheet.cells for sheet in workbook.sheets if (label := sheet.cells.get((row, 1))) and label.raw == name)
    value = next((cells.get((row, 2)) for cells in labelled), None)
    return (value.raw or "").strip() if value else ""
