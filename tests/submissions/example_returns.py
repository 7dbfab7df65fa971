"""Clean example returns in memory, to be broken in one place and judged; no file and no database."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from submissions.checks import Judgement, judge
from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.layout import layout_of
from templates_app.reading import BLANK, Context, Finding, Place, ReadCell, Reading, Value
from templates_app.trust_reference import TrustReference, trust_reference

BACK_OFFICE = registry.get("back_office", "2016.1")
TRUST = "RWH"
"""An acute trust: every line is required of it."""

FORBIDDEN = re.compile(r"(?i:\b(please|invalid|illegal|oops|failed validation)\b)|\bNone\b|Decimal\(|[{}]")
"""Words that no sentence for people holds, and what a sentence with a hole in it would show."""


@cache
def trust(code: str = TRUST) -> TrustReference:
    return trust_reference(code)


@cache
def example(code: str = TRUST, seed: int = 1) -> Mapping[Place, Value]:
    found = trust(code).published
    published = {measure: number for year in sorted(found) for measure, number in found[year].items()}
    return example_values(BACK_OFFICE, published | dict(found.get(BACK_OFFICE.year, {})), seed=seed, trust_code=code)


def context(code: str = TRUST, **more: object) -> Context:
    known = trust(code)
    published = known.published.get(BACK_OFFICE.year, {})
    whole = Context(code, known.name, known.trust_type, BACK_OFFICE.template, BACK_OFFICE.version, published)
    return replace(whole, **more)


def cell_of(place: Place, value: Value = BLANK, **more: object) -> ReadCell:
    spot = layout_of(BACK_OFFICE).cells[place]
    kind = "blank" if value.kind == "blank" else "number" if value.kind == "number" else "text"
    cell = ReadCell(spot.line, spot.column, spot.sheet, spot.address, spot.label, kind, value.as_text())
    return replace(cell, **more)


def reading(values: Mapping[Place, Value], code: str = TRUST, **more: object) -> Reading:
    cells = {
        (line.code, column.code): cell_of((line.code, column.code), values.get((line.code, column.code), BLANK))
        for _, line, column in BACK_OFFICE.cells()
    }
    return replace(Reading(BACK_OFFICE.template, BACK_OFFICE.version, code, cells), **more)


def with_cell(given: Reading, place: Place, **more: object) -> Reading:
    """The reading with one cell other than it was."""
    return replace(given, cells={**given.cells, place: replace(given.cells[place], **more)})


def judged(given: Reading, **about: object) -> Judgement:
    return judge(given, BACK_OFFICE, context(**about))


def findings(given: Reading, **about: object) -> list[tuple[str, str]]:
    """(rule, sheet!cell) of every finding, with the words of each held to the house's rules."""
    found = judged(given, **about).findings
    for finding in found:
        assert_complete(finding)
    return [(finding.code, f"{finding.sheet}!{finding.cell}" if finding.cell else "") for finding in found]


def address(line: str, column: str = "value") -> str:
    spot = layout_of(BACK_OFFICE).cells[line, column]
    return f"{spot.sheet}!{spot.address}"


def assert_complete(finding: Finding) -> None:
    """It says what and where, what was found and expected, and what to do, in whole sentences."""
    assert bool(finding.sheet) == bool(finding.cell)
    assert bool(finding.line) == bool(finding.column)
    assert finding.cell or not finding.line  # a total has a cell and is of no line
    for words in (finding.label, finding.found, finding.expected, finding.message, finding.remedy):
        assert words.strip()
        assert words == finding.found or not FORBIDDEN.search(words), words
    for sentence in (finding.message, finding.remedy):
        assert not sentence[0].islower(), sentence
        assert sentence.endswith("."), sentence
    assert not finding.expected.endswith("."), finding.expected
