"""From YAML files to metrics: the one strict loader, which reports every fault of every file at once. Pure.

A file is read exactly (`templates_app.definition_yaml`), put in shape by `benchmarks.schema`, and then asked whether it means
something: by itself, against the template whose figures it uses, and beside the other metrics.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from benchmarks.metrics import input_places
from benchmarks.schema import MONEY_UNITS, SCALES, Metric
from templates_app.definition_file import Fault, Faults, named_faults
from templates_app.definition_places import Places, expression_faults
from templates_app.definition_yaml import Path, read_yaml
from templates_app.expressions import parse
from templates_app.reading import Place
from templates_app.schema import Definition, unit_of

FOLDER = FilePath(__file__).parent / "definitions"

Found = Iterator[tuple[Path, str]]


class MetricFaults(Faults):
    """Everything that is wrong with the metric definitions of one folder."""


def read_metrics(
    template: Definition, folder: FilePath = FOLDER, *, others: Collection[str] = ()
) -> tuple[Metric, ...]:
    """The metrics of one template in their order of display; files of the `others` are left alone.

    Raises MetricFaults, naming every fault of every other file.
    """
    faults: list[Fault] = []
    metrics: list[Metric] = []
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        said = read_yaml(text).data
        if isinstance(said, dict) and said.get("template") in others:
            continue
        metric, found = parse_metric(text, template)
        faults += [Fault(f"{path.name}, {fault.where}", fault.sentence) for fault in found]
        if metric is not None:
            metrics.append(metric)
            if metric.id != path.stem:
                faults.append(
                    Fault(f"{path.name}, line 1", f"The file is named {path.stem}, but it holds {metric.id}.")
                )
    faults += [Fault("all metrics", sentence) for sentence in _faults_together(metrics, template, sound=not faults)]
    if faults:
        raise MetricFaults(tuple(faults))
    return tuple(sorted(metrics, key=lambda metric: metric.order))


def parse_metric(text: str, template: Definition) -> tuple[Metric | None, tuple[Fault, ...]]:
    """One metric and all its faults; no metric where the file does not even have the shape of one."""
    written = read_yaml(text)
    found = list(written.faults)
    metric: Metric | None = None
    if written.data is not None:
        try:
            metric = Metric.model_validate(written.data)
        except ValidationError as error:
            found += [_shape_fault(detail) for detail in error.errors(include_url=False)]
    if metric is not None:
        found += _meaning(metric, template)
    return metric, named_faults(found, written)


def _meaning(metric: Metric, template: Definition) -> Found:
    for check in (_arithmetic, _money, _targets, _care):
        for wrong, field, sentence in check(metric):
            if wrong:
                yield (field,), sentence
    yield from _against_template(metric, template)


_Checks = tuple[tuple[bool, str, str], ...]


def _arithmetic(metric: Metric) -> _Checks:
    given, scale = metric.denominator is None, SCALES[metric.unit]
    return (
        (metric.numerator is None and metric.calculated, "numerator", f"A metric that is {metric.status} needs one."),
        (
            metric.numerator is not None and metric.scale != (1 if given else scale),
            "scale",
            "A figure taken as given has the scale 1."
            if given
            else f"A metric in {metric.unit} has the scale {scale}.",
        ),
        (
            given != (metric.denominator_words is None),
            "denominator_words",
            "denominator and denominator_words are given together or not at all.",
        ),
    )


def _money(metric: Metric) -> _Checks:
    formula, counted = metric.opportunity, metric.counted
    return (
        (metric.direction == "neutral" and formula != "none", "opportunity", "A neutral metric has none in pounds."),
        ((formula == "none") != (counted == "none"), "counted", "opportunity and counted are none together."),
        (formula == "A" and metric.direction == "higher", "opportunity", "A is for metrics where lower is better."),
        (formula == "B" and metric.direction == "lower", "opportunity", "B is for metrics where higher is better."),
        (formula != "none" and metric.denominator is None, "opportunity", "An opportunity needs a denominator."),
        ((formula == "B") != (metric.relevant_pay is not None), "relevant_pay", "relevant_pay belongs to formula B."),
        (formula == "B" and counted != "driver", "counted", "Formula B is a driver; it is never added."),
        (
            formula == "A" and counted != "target_only" and metric.unit not in MONEY_UNITS,
            "opportunity",
            f"A is for metrics of money, not for one in {metric.unit}.",
        ),
        (
            metric.opportunity_volume is not None and formula != "A",
            "opportunity_volume",
            "opportunity_volume belongs to formula A.",
        ),
        (counted == "target_only" and not metric.targets, "counted", "target_only needs a target."),
    )


def _targets(metric: Metric) -> _Checks:
    beside = any(not set(target.applies_to) <= set(metric.population) for target in metric.targets)
    dropped = any((target.dropped_in is None) != (target.dropped_source is None) for target in metric.targets)
    return (
        (metric.direction == "neutral" and bool(metric.targets), "targets", "A neutral metric has no target."),
        (beside, "targets", "A target applies to types of trust that are in the population."),
        (dropped, "targets", "dropped_in and dropped_source are given together or not at all."),
    )


def _care(metric: Metric) -> _Checks:
    return (
        (metric.status == "published" and metric.reviewer is None, "reviewer", "A published metric needs a reviewer."),
        (metric.reviewer == metric.author, "reviewer", "The reviewer is somebody other than the author."),
        (not metric.calculated and not metric.note, "note", f"The note of a metric that is {metric.status} says why."),
    )


def _against_template(metric: Metric, template: Definition) -> Found:
    if metric.template != template.template:
        yield ("template",), f"{metric.template} is not the template {template.template}."
        return
    if metric.function not in template.groups:
        yield ("function",), f"{metric.function} is not a group of {template.template} {template.version}."
    sound = True
    for field in ("numerator", "denominator", "relevant_pay", "opportunity_volume"):
        source = getattr(metric, field)
        for sentence in expression_faults(source, "number", Places(template), None, {}) if source else ():
            sound = False
            yield (field,), sentence
    if sound:
        yield from _unit_faults(metric, template)


def _unit_faults(metric: Metric, template: Definition) -> Found:
    """Money must be money: formula A takes pounds from the numerator, B from the relevant pay."""
    pounds_from = {"A": "numerator", "B": "relevant_pay", "none": None}[metric.opportunity]
    in_money = metric.unit in MONEY_UNITS
    for field in dict.fromkeys(name for name in (pounds_from, "numerator" if in_money else None) if name):
        for line, column in _inputs(getattr(metric, field), template):
            if _unit(line, column, template) != "thousand_pounds":
                yield (field,), f"{line}.{column} is not in £000, which {metric.unit} or the opportunity needs."
    if metric.unit == "thousand_pounds_per_100m":
        for line, column in _inputs(metric.denominator, template):
            if _unit(line, column, template) != "thousand_pounds":
                yield ("denominator",), f"{line}.{column} is not in £000."


def _faults_together(metrics: Sequence[Metric], template: Definition, *, sound: bool) -> Iterator[str]:
    said: tuple[tuple[str, Callable[[Metric], object]], ...] = (
        ("id", lambda metric: metric.id),
        ("order", lambda metric: metric.order),
        ("name", lambda metric: metric.name.casefold()),
    )
    for word, of in said:
        seen: dict[object, str] = {}
        for metric in metrics:
            if of(metric) in seen:
                yield f"{seen[of(metric)]} and {metric.id} have the same {word}."
            seen.setdefault(of(metric), metric.id)
    if sound:
        yield from _counted_twice([metric for metric in metrics if metric.counted == "additive"], template)


def _counted_twice(additive: Iterable[Metric], template: Definition) -> Iterator[str]:
    counted: dict[Place, str] = {}
    for metric in additive:
        for place in _inputs(metric.numerator, template):
            if place in counted:
                yield f"{counted[place]} and {metric.id} are added up, and both count {place[0]}.{place[1]}."
            counted.setdefault(place, metric.id)


def _inputs(source: str | None, template: Definition) -> tuple[Place, ...]:
    return input_places(parse(source), template) if source else ()


_SHAPE_SENTENCES = {
    "missing": "{field} is missing.",
    "extra_forbidden": "{field} is not a word that metrics know.",
    "literal_error": "{found} is not one of {expected}.",
    "string_pattern_mismatch": "{found} is not written as {field} is ({pattern}).",
    "string_type": "{found} is read as something other than text; write it in quotes.",
    "string_too_short": "{field} is empty.",
    "too_short": "{field} is empty; at least {min_length} is needed.",
    "tuple_type": "{field} is a list; write it as [one, two] or with a dash on each line.",
    "bool_type": "{found} is neither true nor false.",
    "int_type": "{found} is not a whole number.",
    "decimal_type": "{found} is not a number.",
    "is_instance_of": "{found} is not a number.",
    "date_type": "{found} is not a day; write it as 2017-03-31.",
    "model_type": "A set of names with values is needed here.",
}


def _shape_fault(detail: ErrorDetails) -> tuple[Path, str]:
    names = [part for part in detail["loc"] if isinstance(part, str)]
    found = "Nothing" if detail["input"] is None else str(detail["input"])
    words: dict[str, Any] = {"field": names[-1] if names else "metric", "found": found, **detail.get("ctx", {})}
    sentence = _SHAPE_SENTENCES.get(detail["type"])
    return detail["loc"], sentence.format(**words) if sentence else f"{detail['msg']}."


def _unit(line: str, column: str, template: Definition) -> str:
    sheet = template.sheet_of(line)
    return unit_of(sheet.line(line), sheet.column(column))
