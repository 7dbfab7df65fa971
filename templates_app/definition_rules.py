"""Whether a definition's rules mean something: what they test, the cell they name, and the words they say. Pure."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from templates_app.definition_parameters import (
    COMPARISONS,
    OPTIONAL_COMPARISONS,
    comparison_faults,
    published_rate_faults,
    together_faults,
)
from templates_app.definition_places import Places, UnknownPlace, expression_faults
from templates_app.definition_yaml import Path
from templates_app.schema import BuiltInCheck, Definition, Rule, Severity

Found = Iterator[tuple[Path, str]]

_LETTERS: dict[str, Severity] = {"H": "error", "W": "warning", "I": "info"}
_BANNED = re.compile(r"\b(invalid|illegal|failed validation|please|oops)\b", re.IGNORECASE)
_KNOWN_AFTERWARDS = re.compile(
    r"\{(shown|found|places|ours|our_cells|amount|their_cells|their_file|publication|reference|unit|wanted)\}"
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

ParameterKind = Literal["number", "columns", "measure", "line", "name"]

CHECK_PARAMETERS: dict[BuiltInCheck, dict[str, ParameterKind]] = {
    "right_template": {},
    "right_trust": {},
    "typed_right": {},
    "not_negative": {"columns": "columns"},
    "required_given": {},
    "required_not_applicable": {},
    "words_given": {"columns": "columns", "words": "columns"},
    "choice_explained": {"line": "line", "words": "columns"},
    "gate_leaves_blank": {},
    "included_elsewhere_holds": {},
    "not_calculable_explained": {},
    "differs_from_published": {"measure": "measure", "percent": "number"},
    "cost_differs_from_published": {"line": "line", "columns": "columns", "measure": "name", "percent": "number"},
    "agrees_with_published": {"measure": "name"},
    "agrees_with_return": {},
    "year_on_year": {"percent": "number", "thousand_pounds": "number"},
    "units_slip": {"low": "number", "high": "number"},
    "unusual_for_type": {"limit": "number", "least": "number"},
    "not_compared": {},
    "same_value_repeated": {"lines": "number"},
    "all_rounded": {"multiple": "number"},
    "formula_in_input": {},
    "computed_agrees": {"within": "number"},
    "computed_calculated": {},
    "earlier_version": {},
    "text_read_as_number": {},
    "rounded": {},
    "moved": {},
    "altered": {},
    "same_as_last_year": {},
}
"""What each of the engine's own checks must be told, besides `COMPARISONS`."""

OPTIONAL_NUMBERS: dict[BuiltInCheck, tuple[str, ...]] = {
    "agrees_with_published": ("low", "high"),
    "agrees_with_return": ("low", "high"),
    "year_on_year": ("prefilled_percent",),
    "units_slip": ("least", "whole_percent", "published", "slip"),
}
"""Numbers that a check may be told besides, as it may `OPTIONAL_COMPARISONS`."""

CHECK_SHOWS: dict[BuiltInCheck, str] = {
    "right_trust": "the trust that uploads it",
    "required_given": "what the cell asks for",
    "words_given": "the figure that needs words",
    "gate_leaves_blank": "the words of the gate",
    "included_elsewhere_holds": "the line that IE names",
    "differs_from_published": "the published figure",
    "cost_differs_from_published": "the published cost",
    "agrees_with_published": "the published figure",
    "agrees_with_return": "the figure of the other return",
    "year_on_year": "last year's figure",
    "units_slip": "the usual amount of the type, for the trust's size",
    "unusual_for_type": "the usual amount of the type, for the trust's size",
    "not_compared": "how many checks",
    "same_value_repeated": "the number of lines with the same figure",
    "all_rounded": "the number of amounts",
    "computed_agrees": "what the figures come to",
    "computed_calculated": "how many formulas",
    "earlier_version": "what this version asks besides",
    "text_read_as_number": "the number we read",
    "rounded": "the number we read",
    "moved": "where the workbook we sent out has it",
    "altered": "what was done to the sheets, in sentences",
}
"""What `{shown}` stands for in the words of a check of the engine's own, said before any figure is known."""

CHECK_PLACES: tuple[BuiltInCheck, ...] = ("text_read_as_number", "rounded")
"""Checks whose words may say the decimal places of the cell, `{places}`."""

CHECK_NAMES: dict[BuiltInCheck, tuple[str, ...]] = {
    "differs_from_published": ("publication",),
    "cost_differs_from_published": ("publication",),
    "agrees_with_published": ("ours", "our_cells", "publication"),
    "agrees_with_return": ("ours", "our_cells", "their_cells", "their_file"),
    "year_on_year": ("reference", "unit"),
    "units_slip": ("amount", "reference"),
    "unusual_for_type": ("amount", "reference"),
    "not_compared": ("wanted",),
}
"""What else the message of a check may quote: our own figure and its cells, where the other stands, over what a usual one
was taken, and how many returns that wants."""


def rule_faults(definition: Definition) -> Found:
    """Every fault of every rule, and of what rules compare with."""
    yield from published_rate_faults(definition)
    places = Places(definition)
    codes = [rule.code for rule in definition.rules]
    for number, rule in enumerate(definition.rules):
        path: Path = ("rules", number)
        if rule.code in codes[:number]:
            yield (*path, "code"), f"{rule.code} is the code of two rules; each needs its own."
        letter = rule.code.split("-")[1][0]
        if _LETTERS[letter] != rule.severity:
            yield (*path, "severity"), f"The {letter} in {rule.code} means {_LETTERS[letter]}, not {rule.severity}."
        for field, sentence in _one_rule(rule, places):
            yield (*path, field), sentence


def _one_rule(rule: Rule, places: Places) -> Iterator[tuple[str, str]]:
    if (rule.holds is None) == (rule.check is None):
        yield "holds", "A rule has either holds or check, and not both."
        return
    yield from _range_faults(rule)
    yield from _slip_faults(rule)
    if rule.check is not None:
        yield from _check_faults(rule, rule.check, places)
    elif rule.for_each is not None and not places.is_many(rule.for_each):
        yield "for_each", f"{rule.for_each} is not a sheet or group of this definition."
        return
    else:
        yield from _test_faults(rule, places)
    yield from _word_faults(rule, places)


def _slip_faults(rule: Rule) -> Iterator[tuple[str, str]]:
    slip = rule.parameters.get("slip")
    if slip is not None and rule.severity != "warning":
        yield "parameters", "slip can only be told to a warning: it says what other warnings follow from it."
    if slip is not None and not (isinstance(slip, Decimal) and slip > 1):
        yield "parameters", "slip must be a number above 1: how many times too large the figure is."


def _range_faults(rule: Rule) -> Iterator[tuple[str, str]]:
    low, high = rule.parameters.get("low"), rule.parameters.get("high")
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low >= high:
        yield "parameters", f"low ({low}) must be less than high ({high})."


def _check_faults(rule: Rule, check: BuiltInCheck, places: Places) -> Iterator[tuple[str, str]]:
    for field in ("when", "for_each", "at", "shows"):
        if getattr(rule, field) is not None:
            yield field, f"{check} finds its own cells; leave {field} out."
    wanted, compared = CHECK_PARAMETERS[check], COMPARISONS.get(check, {})
    numbers: dict[str, ParameterKind] = dict.fromkeys(OPTIONAL_NUMBERS.get(check, ()), "number")
    may_compare = compared | OPTIONAL_COMPARISONS.get(check, {})
    for name in sorted(rule.parameters.keys() - wanted.keys() - numbers.keys() - may_compare.keys()):
        yield "parameters", f"{check} has no parameter {name}."
    for name in (wanted | compared).keys() - rule.parameters.keys():
        yield "parameters", f"{check} needs the parameter {name}."
    for name, value in rule.parameters.items():
        if kind := (wanted | numbers).get(name):
            yield from _parameter_faults(name, kind, value, places.definition)
        if comparison := may_compare.get(name):
            yield from (("parameters", fault) for fault in comparison_faults(name, comparison, rule, places))
    yield from (("parameters", fault) for fault in together_faults(rule, check, places.definition))


def _parameter_faults(
    name: str, kind: ParameterKind, value: Decimal | str | tuple[str, ...], definition: Definition
) -> Iterator[tuple[str, str]]:
    if kind == "number" and not (isinstance(value, Decimal) and value > 0):
        yield "parameters", f"{name} must be a number above nought."
    if kind == "measure" and value not in [line.prefill for sheet in definition.sheets for line in sheet.lines]:
        yield "parameters", f"{value} is not the prefill of any line."
    if kind == "line" and value not in [line.code for sheet in definition.sheets for line in sheet.lines]:
        yield "parameters", f"{value} is no line."
    if kind == "name" and not (isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value)):
        yield "parameters", f"{name} must be the lower-case name of a published measure."
    if kind == "columns":
        known = {column.code for sheet in definition.sheets for column in sheet.columns if column.formula is None}
        if not isinstance(value, tuple) or not value:
            yield "parameters", f"{name} must be a list of columns."
        else:
            for column in value:
                if column not in known:
                    yield "parameters", f"{column} is not a column that a person fills."


def _test_faults(rule: Rule, places: Places) -> Iterator[tuple[str, str]]:
    parameters: dict[str, Decimal | str] = {}
    for name, value in rule.parameters.items():
        if isinstance(value, tuple):
            yield "parameters", f"{name} is a list; an expression works with numbers and text."
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == "line" or places.is_many(name):
            yield "parameters", f"{name} cannot name a parameter; use a lower-case name that stands for nothing else."
        else:
            parameters[name] = value
    sources = {"holds": rule.holds or "", "when": rule.when, "shows": rule.shows}
    for field, source in sources.items():
        if source is not None:
            for sentence in expression_faults(
                source, "number" if field == "shows" else "truth", places, rule.for_each, parameters
            ):
                yield field, sentence
    for name in parameters:
        if not any(re.search(rf"(?<![\w.]){name}\b", source or "") for source in sources.values()):
            yield "parameters", f"{name} is not used by the rule."
    if rule.at is None:
        yield "at", "The rule does not say at which cell its finding stands."
        return
    try:
        places.one_input_cell(rule.at, rule.for_each)
    except UnknownPlace as error:
        yield "at", str(error)


def _word_faults(rule: Rule, places: Places) -> Iterator[tuple[str, str]]:
    for field in ("message", "expected", "remedy"):
        words: str = getattr(rule, field)
        for banned in _BANNED.findall(words):
            yield field, f"'{banned}' is a word that we do not use to people; say what is wrong and what to do."
        if field == "expected" and words.endswith("."):
            yield field, "expected completes the words 'We expected …': leave the full stop out."
        if field != "expected" and not words.endswith((".", "?")):
            yield field, f"{field} is a sentence: end it with a full stop."
        if "{" in (bare := _PLACEHOLDER.sub("", words)) or "}" in bare:
            yield field, "A brace stands alone; a placeholder is written {like_this}."
        if field != "message" and _KNOWN_AFTERWARDS.search(words):
            yield field, "expected and remedy stand in the workbook before any figure is known: say it in the message."
        for placeholder in _PLACEHOLDER.findall(words):
            for sentence in _placeholder_faults(placeholder, rule, places):
                yield field, sentence


def _placeholder_faults(placeholder: str, rule: Rule, places: Places) -> Iterator[str]:
    what, colon, place = placeholder.partition(":")
    if colon and what in ("value", "cell", "label"):
        try:
            places.one_cell(place, rule.for_each)
        except UnknownPlace as error:
            yield f"{{{placeholder}}} cannot be filled: {error}"
    elif placeholder == "shown":
        if rule.shows is None and rule.check not in CHECK_SHOWS:
            yield "{shown} cannot be filled: the rule has no shows."
    elif (rule.check and placeholder in CHECK_NAMES.get(rule.check, ())) or (
        placeholder == "places" and rule.check in CHECK_PLACES
    ):
        return
    elif placeholder not in ("label", "cell", "found") and not _is_said(rule.parameters, placeholder):
        yield f"{{{placeholder}}} cannot be filled: it is neither a parameter of the rule nor a word we know."


def _is_said(parameters: Mapping[str, Decimal | str | tuple[str, ...]], name: str) -> bool:
    return name in parameters and not isinstance(parameters[name], tuple)
