"""Made-up returns of any template in memory, to be judged against whatever a test says is known; no file and no database."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from submissions.checks import judge
from templates_app.example_figures import example_values
from templates_app.kept import kept
from templates_app.layout import layout_of
from templates_app.rates import usual_of
from templates_app.reading import BLANK, Context, Finding, OtherReturn, Place, ReadCell, Reading, Usual, Value
from templates_app.schema import Definition
from templates_app.trust_reference import trust_reference
from tests.submissions.example_returns import TRUST, assert_complete


def number(amount: object) -> Value:
    return Value("number", number=Decimal(str(amount)))


@kept
def _examples(definition: Definition) -> dict[str, Mapping[Place, Value]]:
    return {}


def example_of(definition: Definition, code: str = TRUST) -> dict[Place, Value]:
    """Clean figures of a trust, its own copy to change."""
    made = _examples(definition)
    if code not in made:
        known = trust_reference(code)
        published = {
            measure: value for year in sorted(known.published) for measure, value in known.published[year].items()
        }
        published |= known.published.get(definition.year, {})
        made[code] = example_values(definition, published, seed=1, trust_code=code, trust_type=known.trust_type)
    return dict(made[code])


def changed(definition: Definition, **amounts: object) -> dict[Place, Value]:
    """The example with `FIN3_pay=…`; a text is text."""
    values = example_of(definition)
    for name, what in amounts.items():
        line, _, column = name.partition("_")
        values[line, column or "value"] = Value("text", text=what) if isinstance(what, str) else number(what)
    return values


def reading_of(definition: Definition, values: Mapping[Place, Value], code: str = TRUST) -> Reading:
    cells = {}
    for _, line, column in definition.cells():
        place = (line.code, column.code)
        value, spot = values.get(place, BLANK), layout_of(definition).cells[place]
        kind = value.kind if value.kind in ("blank", "number") else "text"
        cell = ReadCell(*place, spot.sheet, spot.address, spot.label, "blank", value.as_text())
        cells[place] = replace(cell, kind=kind)
    return Reading(definition.template, definition.version, code, cells)


def found_in(
    definition: Definition, values: Mapping[Place, Value], code: str = TRUST, **about: object
) -> list[Finding]:
    """Every finding, its words held to the house's rules. Nothing is published of the trust unless the test says so, and the note
    which says that nothing is known to compare with is left out."""
    notes = {rule.code for rule in definition.rules if rule.check == "not_compared"}
    return [finding for finding in all_in(definition, values, code, **about) if finding.code not in notes]


def all_in(definition: Definition, values: Mapping[Place, Value], code: str = TRUST, **about: object) -> list[Finding]:
    """The same with that note."""
    known = trust_reference(code)
    context = Context(code, known.name, known.trust_type, definition.template, definition.version)
    found = judge(reading_of(definition, values, code), definition, replace(context, **about)).findings
    for finding in found:
        assert_complete(finding)
    return list(found)


def codes_in(definition: Definition, values: Mapping[Place, Value], **about: object) -> list[str]:
    return [finding.code for finding in found_in(definition, values, **about)]


def returned(definition: Definition, values: Mapping[Place, Value], reference: str = "STP-7K3M-92QT") -> OtherReturn:
    """The same values as another return of the trust, each where we put it."""
    spots = layout_of(definition).cells
    cells = {place: f"{spots[place].sheet}!{spots[place].address}" for place in values}
    return OtherReturn(definition.template, definition.version, reference, values, cells)


def of_type(
    rates: Mapping[Place, tuple[Decimal, ...]],
    rate: str,
    among: str = "",
    words: str = "{count} accepted returns of acute trusts",
) -> dict[tuple[str, str, str, str], Usual]:
    """What each place's rate usually is, from the rates of so many returns."""
    found = {(rate, *place, among): usual_of(numbers, words) for place, numbers in rates.items()}
    return {key: usual for key, usual in found.items() if usual is not None}


def spread(middle: Decimal, count: int) -> tuple[Decimal, ...]:
    """Rates about a middle, each a tenth from the next: median absolute deviation of two steps for nine."""
    return tuple(middle * Decimal(11) ** (step - count // 2) / Decimal(10) ** (step - count // 2) for step in range(count))  # fmt: skip
