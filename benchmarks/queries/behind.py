"""What stands behind one metric of one file: every typed cell, what the rules and people said of it, and which file it is."""

from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from benchmarks.arithmetic.metrics import input_places
from benchmarks.defining.schema import Metric
from footprints.access_table import Action
from submissions.models import Correction, Explanation, Figure, Finding, Submission
from submissions.queries.difference import difference
from submissions.queries.figure_changes import FigureChange, in_words
from submissions.queries.figure_queries import QueryRow, queries_of
from submissions.queries.receipts import corrections_of
from templates_app import registry as templates
from templates_app.expressions import parse
from templates_app.layout import layout_of
from templates_app.operands import cells_of
from templates_app.reading import BLANK, Place, Value, ValueKind
from templates_app.schema import UNIT_WORDS, Definition, unit_of
from ui.formats import sentence_list

WHICH_COUNT = "which lines count"


@dataclass(frozen=True, slots=True)
class CellBehind:
    """One typed cell on which a number rests."""

    place: Place
    sheet: str
    cell: str
    label: str
    """Line and column in words, such as "Accounts payable, pay"."""
    stands: str
    """What stands there, in words with its unit: "£412k", "not applicable (NA)", "blank"."""
    unit: str
    used_in: str
    """Such as "numerator and relevant pay"."""
    corrections: tuple[Correction, ...] = ()
    """Changes on the page, the first one first."""
    change: FigureChange | None = None
    """How it differs from the file before; None where it does not, or the reader may not see the changes."""

    @property
    def code(self) -> str:
        """The place as it is written: "FIN3.pay"."""
        return ".".join(self.place)


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule found in one of the cells, and what the trust said of it."""

    finding: Finding
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One file, and what of it a number rests on."""

    file: Submission
    revision: int
    """The how manyth file of the return it is."""
    files: int
    """How many files of the return there are."""
    cells: tuple[CellBehind, ...]
    results: tuple[RuleResult, ...]
    """As far as the reader may see them."""
    sees_results: bool
    """Whether the reader may see what rules found, explained or not."""
    queries: tuple[QueryRow, ...]
    """About these cells, settled ones among them."""


def behind(file: Submission, uses: Mapping[Place, str], actions: Some[Action]) -> Behind:
    """What stands behind a number, as somebody may see it who may do these things at the trust. The file comes with its return, trust,
    collection and uploader, and with its reading. Some ten queries, whatever the number of cells."""
    definition = templates.get(file.template, file.version)
    sees_findings = "see_findings" in actions
    since = difference(file) if sees_findings else None
    changes = {change.place: change for change in (since.changes if since and since.changes else ())}
    order = list(
        Submission.objects.filter(return_record=file.return_record_id)
        .order_by("received_at", "pk")
        .values_list("pk", flat=True)
    )
    return Behind(
        file=file,
        revision=order.index(file.pk) + 1,
        files=len(order),
        cells=tuple(_cells(file, definition, uses, changes)),
        results=tuple(_results(file, definition, uses, actions)),
        sees_results=sees_findings,
        queries=tuple(row for row in queries_of(file.return_record) if row.place in uses),
    )


def uses_of(parts: Sequence[Metric], definition: Definition) -> Mapping[Place, str]:
    """The typed cells on which some metrics rest, and what each is used in, in the order of the formulas."""
    found: dict[Place, list[str]] = defaultdict(list)
    for metric in parts:
        whose = f" of {metric.line_label}" if len(parts) > 1 else ""
        sources = {
            "numerator": metric.numerator,
            "denominator": metric.denominator,
            "relevant pay": metric.relevant_pay,
            "volume for pounds": metric.opportunity_volume,
        }
        for use, source in sources.items():
            for place in input_places(parse(source), definition) if source else ():
                found[place].append(use + whose)
        if metric.numerator and metric.numerator_where:
            lines = dict.fromkeys(line for line, _ in input_places(parse(metric.numerator), definition))
            for line in lines:
                found[line, metric.numerator_where.column].append(WHICH_COUNT)
    return {place: sentence_list(used) for place, used in found.items()}


def _cells(
    file: Submission, definition: Definition, uses: Mapping[Place, str], changes: Mapping[Place, FigureChange]
) -> Iterable[CellBehind]:
    lines = {line for line, _ in uses}
    loaded = {(row.line, row.column): row for row in Figure.objects.filter(submission=file, line__in=lines)}
    corrected: dict[Place, list[Correction]] = defaultdict(list)
    if file.corrects_id is not None:
        for correction in corrections_of(file):
            corrected[correction.line, correction.column].append(correction)
    laid_out = layout_of(definition).cells
    for place, used_in in uses.items():
        sheet = definition.sheet_of(place[0])
        line, column = sheet.line(place[0]), sheet.column(place[1])
        figure, spot = loaded.get(place), laid_out[place]
        yield CellBehind(
            place=place,
            sheet=figure.sheet if figure else spot.sheet,
            cell=figure.cell if figure else spot.address,
            label=spot.label,
            stands=in_words(_value(figure), line, column),
            unit=UNIT_WORDS[unit_of(line, column)],
            used_in=used_in,
            corrections=tuple(corrected[place]),
            change=changes.get(place),
        )


def _value(figure: Figure | None) -> Value:
    if figure is None:
        return BLANK
    return Value(cast(ValueKind, figure.kind), figure.number, figure.text)


def _results(
    file: Submission, definition: Definition, uses: Mapping[Place, str], actions: Some[Action]
) -> Iterable[RuleResult]:
    """The findings at these cells, and at sums of them. Who may see only explanations sees the findings that have one."""
    if "see_findings" not in actions and "see_explanations" not in actions:
        return
    cells = cells_of(definition)
    beside = ("explanation__given_by", "explanation__carried_from", "waiver")
    found = file.findings.exclude(line="").select_related(*beside).defer("explanation__carried_from__reading")
    for finding in found:
        place = (finding.line, finding.column)
        inside = cells.behind(place) if place in cells.computed else (place,)
        if uses.keys().isdisjoint(inside):
            continue
        said = getattr(finding, "explanation", None) if "see_explanations" in actions else None
        if "see_findings" in actions or said is not None:
            yield RuleResult(finding, said)
