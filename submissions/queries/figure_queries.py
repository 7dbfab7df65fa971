"""Queries about figures, as pages show them: each with the name of its figure, and what stands there now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from submissions.models import Figure, FigureQuery, Return, Submission
from submissions.queries.figure_changes import in_words
from templates_app import registry
from templates_app.expressions import parse, references
from templates_app.layout import layout_of
from templates_app.operands import cells_of
from templates_app.reading import Place, Value
from templates_app.schema import Column, Definition, Line

NOTHING_THERE = Value("blank")


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One query about a figure, with what stands there now."""

    query: FigureQuery
    label: str
    """Line and column in words, such as "Accounts payable, pay"."""
    now: str
    """The figure on record, in words."""
    is_first: bool = False
    """Whether it is the first of a list about its figure: marks beside the figure lead there."""

    @property
    def place(self) -> Place:
        """Line and column of the figure."""
        return self.query.line, self.query.column

    @property
    def code(self) -> str:
        """The place as it is written: "FIN3.pay"."""
        return ".".join(self.place)

    @property
    def is_open(self) -> bool:
        """Whether it waits for the trust."""
        return self.query.answered_at is None and self.query.closed_at is None

    @property
    def is_settled(self) -> bool:
        """Whether it was closed: nothing stands beside the figure any more."""
        return self.query.closed_at is not None

    @property
    def standing(self) -> str:
        """open, answered or closed."""
        return "open" if self.is_open else "closed" if self.is_settled else "answered"


def queries_of(return_record: Return) -> list[QueryRow]:
    """Every query about a return: first those that wait for the trust, then the answered, then the closed; of each the newest first."""
    asked = FigureQuery.objects.filter(return_record=return_record)
    people = ("asked_by", "answered_by", "answered_in", "closed_by", "submission")
    queries = list(asked.select_related(*people).defer("submission__reading", "answered_in__reading"))
    if not queries:
        return []
    definition = definition_of(return_record)
    held = _on_record(return_record, {query.line for query in queries})
    rows = [
        QueryRow(query, label_of(definition, place), words_of(definition, place, held.get(place, NOTHING_THERE)))
        for query in queries
        for place in [(query.line, query.column)]
    ]
    rows.sort(key=lambda row: ("open", "answered", "closed").index(row.standing))
    first = {row.place: row.query.pk for row in reversed(rows)}
    return [replace(row, is_first=first[row.place] == row.query.pk) for row in rows]


def standing_by_place(return_record: Return) -> dict[Place, str]:
    """How a query about a figure stands, open or answered, by place; of several at one place an open one counts."""
    return standings(FigureQuery.objects.unsettled().filter(return_record=return_record))


def standings(queries: Iterable[FigureQuery]) -> dict[Place, str]:
    """The same of queries that are at hand; those that were closed count for nothing."""
    found: dict[Place, str] = {}
    for query in queries:
        standing = "open" if query.answered_at is None else "answered"
        if query.closed_at is None and found.get((query.line, query.column)) != "open":
            found[query.line, query.column] = standing
    return found


def queried_headlines(file: Submission) -> Mapping[str, str]:
    """How the queries about the figures behind each headline total of a file stand, open or answered, by the total's name; of several
    an open one counts. Totals without any are left out. One query."""
    queried = standing_by_place(file.return_record)
    if not queried:
        return {}
    definition = registry.get(file.template, file.version)
    cells, found = cells_of(definition), {}
    for name, source in definition.headlines.items():
        places = (place for reference in references(parse(source)) for place in cells.of(reference))
        standings = {queried[typed] for place in places for typed in cells.behind(place) if typed in queried}
        if standings:
            found[name] = max(standings, key=("answered", "open").index)
    return found


def unsettled_by_return(return_keys: Iterable[int]) -> Mapping[int, frozenset[Place]]:
    """The places about which queries stand, of several returns in one query."""
    found: defaultdict[int, set[Place]] = defaultdict(set)
    listed = FigureQuery.objects.unsettled().filter(return_record__in=list(return_keys))
    for key, line, column in listed.values_list("return_record_id", "line", "column"):
        found[key].add((line, column))
    return {key: frozenset(places) for key, places in found.items()}


def definition_of(return_record: Return) -> Definition:
    """The definition by which people speak of a return's figures: the version of the collection."""
    return registry.get(return_record.collection.template, return_record.collection.version)


def line_and_column(definition: Definition, place: Place) -> tuple[Line, Column] | None:
    """The line and the column of a cell that a person may type in; None where there is no such cell."""
    cells = definition.cells()
    return next(((line, column) for _, line, column in cells if (line.code, column.code) == place), None)


def label_of(definition: Definition, place: Place) -> str:
    """A place in words, such as "Accounts payable, pay"; as it is written where the definition has no such cell."""
    spot = layout_of(definition).cells.get(place)
    return spot.label if spot else ".".join(place)


def words_of(definition: Definition, place: Place, value: Value) -> str:
    """A figure in words with its unit: "£412k"."""
    known = line_and_column(definition, place)
    return in_words(value, *known) if known else value.as_text()


def figure_in(file: Submission, place: Place) -> Value | None:
    """What was loaded from a file at a place; None where nothing was."""
    line, column = place
    return Figure.objects.filter(submission=file, line=line, column=column).by_submission().get(file.pk, {}).get(place)


def _on_record(return_record: Return, lines: set[str]) -> Mapping[Place, Value]:
    files = Submission.objects.accepted().filter(return_record=return_record).values("pk")
    held = Figure.objects.filter(submission__in=files, line__in=lines).by_submission()
    return next(iter(held.values()), {})
