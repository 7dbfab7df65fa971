"""From a rule that does not hold to a finding in words. Every word comes from the definition, filled with this return's own."""

from decimal import Decimal
from hashlib import sha256

from submissions.checks.case import Case, Hit, shown, written
from templates_app.reading import Finding, Place
from templates_app.rules import place_named
from templates_app.schema import Rule
from templates_app.words import fill, placeholders
from ui.formats import plural


def finding_of(rule: Rule, hit: Hit, case: Case) -> Finding:
    """The finding for one hit: where it is, what was found there, what was expected, and how to mend it."""
    cell = case.read(hit.place) if hit.place else None
    found = hit.found if hit.found is not None else _found(hit.place, case)
    place = hit.place if hit.place and hit.place in case.layout.cells else ("", "")  # a total is of no line
    label = hit.names.get("label") or (cell.label if cell else "The workbook")
    names = {"label": label, "cell": f"{cell.sheet}!{cell.cell}" if cell else "the workbook", "found": found}
    names |= {name: _parameter(value) for name, value in rule.parameters.items()}
    names |= dict(hit.names)

    def words(own: str, rules: str) -> str:
        return own or fill(rules, names | _elsewhere(rules, hit.place, case))

    return Finding(
        code=rule.code,
        severity=rule.severity,
        sheet=cell.sheet if cell else "",
        cell=cell.cell if cell else "",
        label=label,
        found=found,
        expected=words(hit.expected, rule.expected),
        message=words(hit.message, rule.message) + _left_out(hit),
        remedy=words(hit.remedy, rule.remedy),
        line=place[0],
        column=place[1],
        basis=_basis(hit, found, case),
    )


def _left_out(hit: Hit) -> str:
    """How many warnings are not listed, because they only follow from this one."""
    if not hit.left_out:
        return ""
    ending = "follows from this figure and is" if hit.left_out == 1 else "follow from this figure and are"
    return f" {plural(hit.left_out, 'other warning')} {ending} not listed."


def _basis(hit: Hit, found: str, case: Case) -> str:
    """A digest of what was found at the place, of every figure that the rule looked at, and of another's that it was held against."""
    looked_at = sorted(hit.looked_at)
    figures = "".join(f"{line}.{column}={case.value((line, column)).as_text()};" for line, column in looked_at)
    return sha256(f"{found};{figures}{hit.held_against}".encode()).hexdigest()


def _found(place: Place | None, case: Case) -> str:
    if place is None:
        return ""
    cell = case.reading.cells.get(place)
    value = case.value(place)
    if value.number is not None:
        return shown(value)
    return "nothing" if cell is None or not cell.raw.strip() else cell.raw


def _parameter(value: Decimal | str | tuple[str, ...]) -> str:
    if isinstance(value, Decimal):
        return written(value)
    return value if isinstance(value, str) else ", ".join(value)


def _elsewhere(text: str, place: Place | None, case: Case) -> dict[str, str]:
    """What `{value:X}`, `{cell:X}` and `{label:X}` stand for."""
    names: dict[str, str] = {}
    for name in placeholders(text):
        what, _, where = name.partition(":")
        if not where:
            continue
        other = place_named(where, place[0] if place else None)
        cell = case.reading.cells.get(other)
        spot = case.layout.cells[other]
        if what == "cell":
            names[name] = f"{cell.sheet}!{cell.cell}" if cell else f"{spot.sheet}!{spot.address}"
        elif what == "label":
            names[name] = spot.label
        else:
            names[name] = shown(case.value(other)) or "nothing"
    return names
