"""What the same trust returned to other templates for the same year: a return is held against it."""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from typing import cast

from submissions.checks.case import interpreted_values
from submissions.models import Collection, Figure, Return, Submission
from submissions.read_file import from_json
from submissions.states import State
from templates_app import registry
from templates_app.reading import OtherReturn, Place, Value, ValueKind
from templates_app.schema import Definition
from templates_app.versions import asked_of, rules_taken

_IN = (State.ACCEPTED, State.TO_EXPLAIN)
"""A file without errors that only waits for explanations is in: it would not be held against anything once they are given."""

_Key = tuple[int, str, bool, str]
"""Trust, year, whether the figures are made up, and purpose: made-up returns are never held against true ones, nor those of a pilot
against those of a round."""


def templates_held_against(definition: Definition, collection: Collection) -> frozenset[str]:
    """The other templates that the rules of a file look at: those of its definition, and what it takes from the round's version."""
    taken = rules_taken(definition, asked_of(definition, collection.template, collection.version))
    rules = (*definition.rules, *taken)
    return frozenset(str(rule.parameters["template"]) for rule in rules if rule.check == "agrees_with_return")


def other_returns(returns: Iterable[Return], templates: Several[str]) -> Mapping[int, Mapping[str, OtherReturn]]:
    """The latest file of each of these trusts to each of these templates, by return and template; of the return's own year."""
    wanted = {return_record.pk: _key_of(return_record) for return_record in returns}
    if not templates or not wanted:
        return {}
    latest = _latest(frozenset(wanted.values()), templates)
    found = _with_figures([file for by_template in latest.values() for file in by_template.values()])
    return {
        pk: {template: found[file.pk] for template, file in latest.get(key, {}).items() if file.pk in found}
        for pk, key in wanted.items()
    }


def _key_of(return_record: Return) -> _Key:
    collection = return_record.collection
    return return_record.trust_id, collection.year, collection.illustrative, collection.purpose


def _latest(keys: Several[_Key], templates: Several[str]) -> Mapping[_Key, Mapping[str, Submission]]:
    files = (
        Submission.objects.filter(
            state__in=_IN,
            return_record__trust_id__in={trust for trust, *_ in keys},
            return_record__collection__template__in=templates,
            return_record__collection__year__in={year for _, year, *_ in keys},
        )
        .select_related("return_record__collection")
        .defer("reading")
        .order_by("received_at", "pk")
    )
    latest: dict[_Key, dict[str, Submission]] = defaultdict(dict)
    for file in files:
        key = _key_of(file.return_record)
        if key in keys:
            latest[key][file.return_record.collection.template] = file
    return latest


def _with_figures(files: Several[Submission]) -> Mapping[int, OtherReturn]:
    values: dict[int, dict[Place, Value]] = defaultdict(dict)
    cells: dict[int, dict[Place, str]] = defaultdict(dict)
    loaded = {file.pk for file in files if file.state == State.ACCEPTED}
    waiting = {file.pk for file in files} - loaded
    figures = Figure.objects.filter(submission_id__in=loaded) if loaded else Figure.objects.none()
    for pk, line, column, kind, number, text, sheet, cell in figures.values_list(
        "submission_id", "line", "column", "kind", "number", "text", "sheet", "cell"
    ):
        values[pk][line, column] = Value(cast(ValueKind, kind), number, text)
        cells[pk][line, column] = f"{sheet}!{cell}"
    for file in Submission.objects.filter(pk__in=waiting, reading__isnull=False) if waiting else ():
        reading = from_json(file.reading or {})
        values[file.pk] |= interpreted_values(registry.get(reading.template, reading.version), reading)
        cells[file.pk] |= {place: f"{cell.sheet}!{cell.cell}" for place, cell in reading.cells.items()}
    return {
        file.pk: OtherReturn(
            file.return_record.collection.template,
            file.version or file.return_record.collection.version,
            file.reference,
            values[file.pk],
            cells[file.pk],
        )
        for file in files
        if file.pk in values
    }
