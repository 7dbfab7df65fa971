"""From YAML files to metrics over published figures: the one strict loader, which reports every fault of every file at once. Pure.

A file is written as any other metric's (`benchmarks.defining.schema`), with `template: eric` or `staff`, expressions over published measures
in lower case, and two words more: `years`, those for which every measure was published, and `zero`, whether a numerator of 0 is a
figure (`counted`) or may mean that there is none (`left_out`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from benchmarks.defining.definition_file import said_twice
from benchmarks.defining.definition_meaning import faults_in_itself
from benchmarks.defining.publications import PUBLICATIONS
from benchmarks.defining.schema import MONEY_UNITS, Metric
from benchmarks.defining.shape_faults import shape_fault
from templates_app.definition_file import Fault, Faults, named_faults
from templates_app.definition_yaml import Path, read_yaml
from templates_app.expressions import ExpressionError, parse, references

FOLDER = FilePath(__file__).parents[1] / "published"

MEASURES = {
    "gross_internal_floor_area": "square_metres",
    "occupied_floor_area": "square_metres",
    "unoccupied_floor_area": "square_metres",
    "clinical_space": "square_metres",
    "non_clinical_space": "square_metres",
    "energy_cost": "pounds",
    "water_cost": "pounds",
    "sewage_cost": "pounds",
    "cleaning_cost": "pounds",
    "inpatient_food_cost": "pounds",
    "laundry_and_linen_cost": "pounds",
    "portering_cost": "pounds",
    "hard_fm_cost": "pounds",
    "soft_fm_cost": "pounds",
    "maintenance_cost": "pounds",
    "estates_and_property_maintenance_cost": "pounds",
    "inpatient_main_meals": "count",
    "laundry_pieces": "count",
    "cleaning_staff": "wte",
    "portering_staff": "wte",
    "staff_fte_total": "wte",
    "staff_fte_central_functions": "wte",
}
"""The published measures that metrics can name, with their units; SOURCES.md beside the figures says what they are."""

_YEAR = re.compile(r"20\d\d/\d\d")
_EXPRESSIONS: tuple[Literal["numerator", "denominator"], ...] = ("numerator", "denominator")
_Found = Iterator[tuple[Path, str]]


class PublishedFaults(Faults):
    """Everything that is wrong with the definitions of one folder."""


class _Written(Metric):
    """A metric as the file writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    years: tuple[str, ...] = Field(min_length=1)
    zero: Literal["counted", "left_out"]


@dataclass(frozen=True, slots=True)
class PublishedMetric:
    """A metric over published figures, and what its file says beyond any other metric's."""

    metric: Metric
    years: tuple[str, ...]
    zero_counts: bool
    """Whether 0 in the numerator is a figure."""

    def measures(self, side: Literal["numerator", "denominator"]) -> tuple[str, ...]:
        """The published measures that one side names."""
        return measures_of(getattr(self.metric, side))


def measures_of(source: str) -> tuple[str, ...]:
    """The published measures that an expression names, in order."""
    return tuple(reference.name for reference in references(parse(source)))


@cache
def published_metrics(template: str) -> tuple[PublishedMetric, ...]:
    """The metrics in force over one publication, `eric` or `staff`, in the order of lists."""
    return tuple(
        known for known in read_published() if known.metric.template == template and known.metric.calculated
    )  # fmt: skip


def read_published(folder: FilePath = FOLDER) -> tuple[PublishedMetric, ...]:
    """Every metric over published figures, by publication and order. Raises PublishedFaults, naming every fault of every file."""
    faults: list[Fault] = []
    read: list[PublishedMetric] = []
    for path in sorted(folder.glob("*.yaml")):
        known, wrong = parse_published(path.read_text(encoding="utf-8"))
        faults += [Fault(f"{path.name}, {fault.where}", fault.sentence) for fault in wrong]
        if known is not None:
            read.append(known)
            if known.metric.id != path.stem:
                sentence = f"The file is named {path.stem}, but it holds {known.metric.id}."
                faults.append(Fault(f"{path.name}, line 1", sentence))
    faults += [Fault("all metrics", sentence) for sentence in said_twice([known.metric for known in read])]
    if faults:
        raise PublishedFaults(tuple(faults))
    return tuple(sorted(read, key=lambda known: (known.metric.template, known.metric.order)))


def parse_published(text: str) -> tuple[PublishedMetric | None, tuple[Fault, ...]]:
    """The metric of one file and all its faults; no metric where it does not even have the shape of one."""
    written = read_yaml(text)
    found = list(written.faults)
    known: PublishedMetric | None = None
    if written.data is not None:
        try:
            shaped = _Written.model_validate(written.data)
        except ValidationError as error:
            found += [shape_fault(detail) for detail in error.errors(include_url=False)]
        else:
            found += [*faults_in_itself(shaped), *_meaning(shaped)]
            fields = {name: getattr(shaped, name) for name in Metric.model_fields}
            known = PublishedMetric(Metric.model_construct(**fields), shaped.years, shaped.zero == "counted")
    return known, named_faults(found, written)


def _meaning(metric: _Written) -> _Found:
    if metric.template not in PUBLICATIONS:
        yield ("template",), f"{metric.template} is not a publication: eric or staff."
    for number, year in enumerate(metric.years):
        if not _YEAR.fullmatch(year):
            yield ("years", number), f"{year} is not written as a financial year is, such as 2015/16."
    if metric.relevant_pay or metric.opportunity_volume or metric.numerator_where or metric.method != "ratio":
        yield (), "A metric over published figures has a numerator and a denominator, and no other expression."
    for side in _EXPRESSIONS:
        yield from _expression_faults(metric, side)


def _expression_faults(metric: _Written, side: Literal["numerator", "denominator"]) -> _Found:
    source = getattr(metric, side)
    if source is None:
        yield (side,), f"A metric over published figures needs a {side}."
        return
    try:
        named = references(parse(source))
    except ExpressionError as error:
        yield (side,), str(error)
        return
    for reference in named:
        if reference.column is not None or reference.name not in MEASURES:
            yield (side,), f"{reference.name} is not a published measure."
        elif side == "numerator" and (MEASURES[reference.name] == "pounds") != (metric.unit in MONEY_UNITS):
            yield (side,), f"{reference.name} is in {MEASURES[reference.name]}, and the metric in {metric.unit}."
