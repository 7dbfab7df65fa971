"""From YAML files to metrics: the one strict loader, which reports every fault of every file at once. Pure.

A file is read exactly (`templates_app.definition_yaml`), written out for each line where it is a family's (`benchmarks.defining.families`),
put in shape by `benchmarks.defining.schema`, and then asked whether it means something: by itself, against the template whose figures it
uses (`benchmarks.defining.definition_meaning`), and beside the other metrics. `docs/metrics.md` says how a file is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path as FilePath

from pydantic import ValidationError

from benchmarks.defining.definition_meaning import faults_against_template, faults_in_itself, inputs
from benchmarks.defining.families import Member, members
from benchmarks.defining.schema import Metric
from benchmarks.defining.shape_faults import shape_fault
from templates_app import registry as templates
from templates_app.definition_file import Fault, Faults, named_faults
from templates_app.definition_yaml import Path, read_yaml
from templates_app.reading import Place
from templates_app.schema import Definition

FOLDER = FilePath(__file__).parents[1] / "definitions"


class MetricFaults(Faults):
    """Everything that is wrong with the metric definitions of one folder."""


def read_metrics(template: Definition, folder: FilePath = FOLDER) -> tuple[Metric, ...]:
    """The metrics of one template in their order of display; files of the other templates are left alone.

    Raises MetricFaults, naming every fault of every file of this template, and every file of a template that nobody knows.
    """
    others = {name for name, _ in templates.definitions()} - {template.template}
    faults: list[Fault] = []
    metrics: list[Metric] = []
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        said = read_yaml(text).data
        if isinstance(said, dict) and said.get("template") in others:
            continue
        found, wrong = parse_metrics(text, template)
        faults += [Fault(f"{path.name}, {fault.where}", fault.sentence) for fault in wrong]
        metrics += found
        if found and found[0].family != path.stem:
            sentence = f"The file is named {path.stem}, but it holds {found[0].family}."
            faults.append(Fault(f"{path.name}, line 1", sentence))
    faults += [Fault("all metrics", sentence) for sentence in _faults_together(metrics, template, sound=not faults)]
    if faults:
        raise MetricFaults(tuple(faults))
    return tuple(sorted(metrics, key=lambda metric: metric.order))


def parse_metrics(text: str, template: Definition) -> tuple[tuple[Metric, ...], tuple[Fault, ...]]:
    """The metrics of one file and all its faults; none of those that do not even have the shape of one."""
    written = read_yaml(text)
    found = list(written.faults)
    metrics: list[Metric] = []
    if written.data is not None:
        asked, wrong = members(written.data, template)
        found += wrong
        for member in asked:
            metric, faults = _metric(member, template)
            found += [(member.written_at(path), sentence) for path, sentence in faults]
            metrics += [metric] if metric is not None else []
    return tuple(metrics), named_faults(found, written)


def _metric(member: Member, template: Definition) -> tuple[Metric | None, list[tuple[Path, str]]]:
    try:
        metric = Metric.model_validate(member.fields)
    except ValidationError as error:
        return None, [shape_fault(detail) for detail in error.errors(include_url=False)]
    return metric, [*faults_in_itself(metric), *faults_against_template(metric, template)]


def said_twice(metrics: Sequence[Metric]) -> Iterator[str]:
    """What two metrics may not share: an id, a place in the list of their template, a name."""
    said: tuple[tuple[str, Callable[[Metric], object]], ...] = (
        ("id", lambda metric: metric.id),
        ("order", lambda metric: (metric.template, metric.order)),
        ("name", lambda metric: metric.name.casefold()),
    )
    for word, of in said:
        seen: dict[object, str] = {}
        for metric in metrics:
            if of(metric) in seen:
                yield f"{seen[of(metric)]} and {metric.id} have the same {word}."
            seen.setdefault(of(metric), metric.id)


def _faults_together(metrics: Sequence[Metric], template: Definition, *, sound: bool) -> Iterator[str]:
    yield from said_twice(metrics)
    yield from _families_named(metrics)
    if sound:
        yield from _counted_twice([metric for metric in metrics if metric.counted == "additive"], template)


def _counted_twice(additive: Iterable[Metric], template: Definition) -> Iterator[str]:
    counted: dict[Place, str] = {}
    for metric in additive:
        for place in inputs(metric.numerator, template):
            if place in counted:
                yield f"{counted[place]} and {metric.id} are added up, and both count {place[0]}.{place[1]}."
            counted.setdefault(place, metric.id)


def _families_named(metrics: Sequence[Metric]) -> Iterator[str]:
    for metric in metrics:
        if metric.of is None:
            continue
        parts = [other for other in metrics if other.family == metric.of and other.line]
        if not parts:
            yield f"{metric.id} is worked out from {metric.of}, which is not a metric with for_each."
        elif any(part.unit != "pounds" or part.denominator is None for part in parts):
            yield f"{metric.id} is worked out from {metric.of}, which is not a cost in pounds over a volume."
