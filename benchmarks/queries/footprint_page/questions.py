"""What is still open: disputed values, queries without an answer, explanations, and what is not benchmarked and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.arithmetic.headline import Part, part_of
from benchmarks.defining.schema import Metric
from benchmarks.models import RunValue
from benchmarks.queries.footprint_page.basis import Basis, function_title
from benchmarks.queries.footprint_page.returns import WhoIsIn
from benchmarks.queries.runs import Reading
from benchmarks.words import inside
from footprints.models import Trust
from submissions.queries.progress import ReturnRow
from templates_app import registry


@dataclass(frozen=True, slots=True)
class Disputed:
    """One disputed value."""

    trust: Trust
    reading: Reading
    metric: Metric
    value: RunValue

    @property
    def reason(self) -> str:
        """What whoever disputes it says."""
        return self.value.left_out.removeprefix("Disputed: ").rstrip(".")


@dataclass(frozen=True, slots=True)
class NotBenchmarked:
    """What is not benchmarked for one reason."""

    because: str
    what: tuple[str, ...]
    """Such as "payroll cost of Barts Health"."""


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Everything that is still open."""

    disputed: tuple[Disputed, ...]
    not_benchmarked: tuple[NotBenchmarked, ...]
    queried: tuple[ReturnRow, ...] = ()
    """Returns with queries that wait for the trust."""
    to_explain: tuple[ReturnRow, ...] = ()
    """Returns with warnings that wait for an explanation."""
    explained: tuple[ReturnRow, ...] = ()
    """Returns with warnings that were explained."""

    still_in_totals: Mapping[Part, tuple[str, ...]] = field(default_factory=dict)
    """Disputed functions that stand in no sum, but inside a total that is counted: by part, such as "finance of Barts Health"."""

    @property
    def queries(self) -> int:
        """Queries that wait for an answer."""
        return sum(row.open_queries for row in self.queried)

    @property
    def waiting(self) -> int:
        """Explanations that are still to be given."""
        return sum(row.to_explain for row in self.to_explain)

    @property
    def given(self) -> int:
        """Explanations that were given."""
        return sum(row.warnings - row.to_explain for row in self.explained)


def open_questions(basis: Basis, returns: WhoIsIn) -> OpenQuestions:
    """From what was read."""
    rows = [one.row for made in returns.rounds for one in made.returns.values() if one.row]
    return OpenQuestions(
        disputed=tuple(
            Disputed(trust.trust, reading, metric, value)
            for reading, trust, metric, value in basis.values()
            if value.disputed
        ),
        not_benchmarked=tuple(_not_benchmarked(basis)),
        queried=tuple(row for row in rows if row.open_queries),
        to_explain=tuple(row for row in rows if row.to_explain),
        explained=tuple(row for row in rows if row.warnings > row.to_explain),
        still_in_totals=_still_in_totals(basis),
    )


def _still_in_totals(basis: Basis) -> Mapping[Part, tuple[str, ...]]:
    """A total is asked for by itself, so it holds a function whether that is disputed or not; an index is put together without it."""
    totals = {
        (trust.trust.ods_code, part_of(metric))
        for _, trust, metric, value in basis.values()
        if metric.counted == "top_down" and metric.method != "mix_adjusted" and value.counted
    }
    found: dict[Part, list[str]] = {}
    for _, trust, metric, value in basis.values():
        part = part_of(metric)
        if part and value.disputed and metric.counted == "additive" and (trust.trust.ods_code, part) in totals:
            name = inside(function_title(metric))
            found.setdefault(part, []).append(f"{name} of {basis.names[trust.trust.ods_code]}")
    return {part: tuple(what) for part, what in found.items()}


def _not_benchmarked(basis: Basis) -> Iterable[NotBenchmarked]:
    """First what is missing at trusts that have returned, by reason; then what no trust is compared on."""
    by_reason: dict[str, list[str]] = {}
    for _, trust, metric, value in basis.values():
        if value.status == "not_applicable":
            continue
        said = value.reason or ("" if value.counted or value.disputed else value.left_out)
        if said and trust.trust_type in metric.population and metric.counted == "additive":
            by_reason.setdefault(said, []).append(f"{inside(metric.name)} of {basis.names[trust.trust.ods_code]}")
    for because, what in by_reason.items():
        yield NotBenchmarked(inside(because).rstrip("."), tuple(what))
    yield from _of_no_trust(basis)


def _of_no_trust(basis: Basis) -> Iterable[NotBenchmarked]:
    said: dict[str, str] = {}
    for reading in basis.readings:
        definition = _definition(reading)
        for metric in reading.metrics:
            for item in metric.not_benchmarked:
                labels = [definition.get(line, line) for line in item.lines]
                said |= dict.fromkeys(labels, item.because)
    for label, because in said.items():
        yield NotBenchmarked(because, (inside(label),))


def _definition(reading: Reading) -> dict[str, str]:
    definition = registry.get(reading.run.template)
    return {line.code: line.label for sheet in definition.sheets for line in sheet.lines}
