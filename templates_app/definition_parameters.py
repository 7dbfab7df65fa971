"""What rules are told that compare: with published figures, with other trusts, and with the trust's other returns. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from templates_app.definition_places import Places, UnknownPlace, expression_faults
from templates_app.definition_yaml import Path
from templates_app.expressions import ExpressionError, kind_of, parse
from templates_app.rates import INCOME, RATE_CHECKS
from templates_app.schema import BuiltInCheck, Definition, Rule

ComparisonKind = Literal["expression", "of each line", "cell", "cell of each line", "many", "column", "words", "year", "template", "theirs"]  # fmt: skip
"""An expression over our cells, one cell of ours, a sheet or group, a column of words, and what only the other template knows."""

COMPARISONS: dict[BuiltInCheck, dict[str, ComparisonKind]] = {
    "choice_explained": {"choice": "words"},
    "agrees_with_published": {"ours": "expression", "at": "cell", "year": "year"},
    "agrees_with_return": {
        "template": "template",
        "ours": "expression",
        "at": "cell",
        "theirs": "theirs",
    },
}
"""What these checks must be told, besides numbers and measures."""

_RATE: dict[str, ComparisonKind] = {
    "per": "of each line",
    "of": "of each line",
    "lines": "many",
    "at": "cell of each line",
}
OPTIONAL_COMPARISONS: dict[BuiltInCheck, dict[str, ComparisonKind]] = {
    "units_slip": {
        **_RATE,
        "whole": "many",
        "whole_words": "words",
        "published_lines": "many",
        "published_words": "words",
    },
    "unusual_for_type": {**_RATE, "alike": "column"},
}
"""What checks may be told besides."""

_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("of", "lines", "at"),
    ("whole", "whole_percent", "whole_words"),
    ("published", "published_lines", "published_words"),
)


def comparison_faults(name: str, kind: ComparisonKind, rule: Rule, places: Places) -> Iterator[str]:
    """What is wrong with one parameter."""
    value = rule.parameters[name]
    lines = rule.parameters.get("lines")
    each = lines if isinstance(lines, str) and places.is_many(lines) else None
    if not isinstance(value, str) or not value.strip():
        yield f"{name} must be a text."
    elif kind in ("expression", "of each line"):
        faults = expression_faults(value, "number", places, each if kind == "of each line" else None, {})
        yield from (f"{name}: {fault}" for fault in faults)
    elif kind in ("cell", "cell of each line"):
        try:
            places.one_input_cell(value, each if kind == "cell of each line" else None)
        except UnknownPlace as error:
            yield f"{name}: {error}"
    elif kind == "many" and not places.is_many(value):
        yield f"{name}: {value} is not a sheet or group of this definition."
    elif kind == "column" and value not in [c.code for sheet in places.definition.sheets for c in sheet.columns]:
        yield f"{name}: {value} is not a column."
    elif kind == "year" and not re.fullmatch(r"20[0-9]{2}/[0-9]{2}", value):
        yield f"{name} must be a financial year, such as 2015/16."
    elif kind == "template" and (value == places.definition.template or not re.fullmatch(r"[a-z][a-z0-9_]*", value)):
        yield f"{name} must be the name of another template."
    elif kind == "theirs":
        yield from _not_read(name, value)


def together_faults(rule: Rule, check: BuiltInCheck, definition: Definition) -> Iterator[str]:
    """What is wrong with the parameters of one check taken together."""
    given = rule.parameters.keys()
    if check in ("agrees_with_published", "agrees_with_return") and not given & {"low", "high"}:
        yield f"{check} needs low or high, or both: per cent of the other figure."
    if check == "choice_explained":
        line, choice = rule.parameters.get("line"), rule.parameters.get("choice")
        asked = [of for sheet in definition.sheets for of in sheet.lines if of.code == line]
        if asked and choice not in asked[0].choices:
            yield f"{choice} is not one of the choices of {line}."
    if check in RATE_CHECKS:
        for names in _TOGETHER:
            if given & set(names) and not given >= set(names):
                yield f"{', '.join(names[:-1])} and {names[-1]} go together: give all of them or none."
        known = [line.code for sheet in definition.sheets for line in sheet.lines]
        if "per" not in given and INCOME not in known:
            yield f"{check} needs the parameter per: this definition has no {INCOME}."


def published_rate_faults(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Everything wrong with the published rates of a definition."""
    places = Places(definition)
    lines = [rate.line for rate in definition.published_rates]
    for number, rate in enumerate(definition.published_rates):
        path: Path = ("published_rates", number)
        if rate.line in lines[:number]:
            yield (*path, "line"), f"{rate.line} has two published rates."
        for column in rate.columns:
            try:
                places.one_input_cell(f"{rate.line}.{column}", None)
            except UnknownPlace as error:
                yield (*path, "columns"), str(error)
        for fault in expression_faults(rate.per, "number", places, None, {}):
            yield (*path, "per"), fault


def agreement_faults(definition: Definition, newest: Mapping[str, Definition]) -> Iterator[tuple[Path, str]]:
    """What is wrong with the rules that look at other templates, held against the newest version of each."""
    for number, rule in enumerate(definition.rules):
        if rule.check != "agrees_with_return":
            continue
        path: Path = ("rules", number, "parameters")
        other = newest.get(str(rule.parameters["template"]))
        if other is None:
            yield path, f"{rule.code}: there is no template {rule.parameters['template']}."
            continue
        for fault in expression_faults(str(rule.parameters["theirs"]), "number", Places(other), None, {}):
            yield path, f"{rule.code}: theirs, in {other.template} {other.version}: {fault}"


def _not_read(name: str, source: str) -> Iterator[str]:
    try:
        if kind_of(parse(source)) != "number":
            yield f"{name} must give a number."
    except ExpressionError as error:
        yield f"{name}: {error}."
