"""Whether one metric means something: by itself, and against the template whose figures it uses. Pure."""

from collections.abc import Iterator

from benchmarks.arithmetic.metrics import input_places
from benchmarks.defining.definition_units import in_pounds
from benchmarks.defining.families import EXPRESSIONS
from benchmarks.defining.schema import MONEY_UNITS, SCALES, Condition, Metric
from templates_app.definition_places import Places, expression_faults
from templates_app.definition_yaml import Path
from templates_app.expressions import parse
from templates_app.reading import Place
from templates_app.schema import Definition, choices_of, unit_of

Found = Iterator[tuple[Path, str]]

_Checks = tuple[tuple[bool, str, str], ...]


def faults_in_itself(metric: Metric) -> Found:
    """What is wrong with a metric whatever its figures are: its arithmetic, its pounds, its targets, its words and its care."""
    checks = (_sums, _mixed) if metric.method == "mix_adjusted" else (_sums, _arithmetic)
    for check in (*checks, _money, _formulas, _targets, _care):
        for wrong, field, sentence in check(metric):
            if wrong:
                yield (field,), sentence
    for field in ("name", "question", "why_it_matters", "numerator_words", "denominator_words", "note"):
        if "{" in (getattr(metric, field) or ""):
            yield (field,), "Only {line} can stand in braces, and only in a metric with for_each."


def faults_against_template(metric: Metric, template: Definition) -> Found:
    """What is wrong with a metric as one over this template's figures."""
    if metric.template != template.template:
        yield ("template",), f"{metric.template} is not the template {template.template}."
        return
    if metric.function not in template.groups:
        yield ("function",), f"{metric.function} is not a group of {template.template} {template.version}."
    sound = True
    for field in EXPRESSIONS:
        source = getattr(metric, field)
        for sentence in expression_faults(source, "number", Places(template), None, {}) if source else ():
            sound = False
            yield (field,), sentence
    if sound:
        yield from _unit_faults(metric, template)
        if metric.numerator_where is not None:
            yield from _condition_faults(metric, metric.numerator_where, template)
    lines = {line.code for sheet in template.sheets for line in sheet.lines}
    for number, left in enumerate(metric.not_benchmarked):
        for line in left.lines:
            if line not in lines:
                yield ("not_benchmarked", number, "lines"), f"{line} is not a line of the template."


def inputs(source: str | None, template: Definition) -> tuple[Place, ...]:
    """The typed cells behind an expression; none where there is none."""
    return input_places(parse(source), template) if source else ()


def _sums(metric: Metric) -> _Checks:
    return (
        (
            (metric.method == "mix_adjusted") != (metric.of is not None),
            "of",
            "of names the family that a mix_adjusted metric is worked out from; both are given or neither.",
        ),
        (
            (metric.method == "mix_adjusted") != (metric.unit == "index"),
            "unit",
            "An index is mix_adjusted, and what is mix_adjusted is an index.",
        ),
        (
            metric.numerator_where is not None and metric.numerator is None,
            "numerator_where",
            "numerator_where belongs to a numerator.",
        ),
    )


def _mixed(metric: Metric) -> _Checks:
    given = [field for field in EXPRESSIONS if getattr(metric, field) is not None]
    return (
        (bool(given), next(iter(given), "numerator"), "A mix_adjusted metric has no expressions of its own."),
        (metric.denominator_words is None, "denominator_words", "Say in words what is expected."),
        (
            metric.scale != SCALES[metric.unit],
            "scale",
            f"A metric in {metric.unit} has the scale {SCALES[metric.unit]}.",
        ),
    )


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
    is_money = metric.unit in MONEY_UNITS or metric.method == "mix_adjusted"
    return (
        (metric.direction == "neutral" and formula != "none", "opportunity", "A neutral metric has none in pounds."),
        ((formula == "none") != (counted == "none"), "counted", "opportunity and counted are none together."),
        (
            formula == "A" and counted != "target_only" and not is_money,
            "opportunity",
            f"A is for metrics of money, not for one in {metric.unit}.",
        ),
        (
            formula != "none" and metric.denominator is None and metric.method == "ratio",
            "opportunity",
            "An opportunity needs a denominator.",
        ),
        (counted == "target_only" and not metric.targets, "counted", "target_only needs a target."),
    )


def _formulas(metric: Metric) -> _Checks:
    formula = metric.opportunity
    return (
        (formula == "A" and metric.direction == "higher", "opportunity", "A is for metrics where lower is better."),
        (formula == "B" and metric.direction == "lower", "opportunity", "B is for metrics where higher is better."),
        ((formula == "B") != (metric.relevant_pay is not None), "relevant_pay", "relevant_pay belongs to formula B."),
        (formula == "B" and metric.counted != "driver", "counted", "Formula B is a driver; it is never added."),
        (
            metric.opportunity_volume is not None and formula != "A",
            "opportunity_volume",
            "opportunity_volume belongs to formula A.",
        ),
        (
            metric.numerator_where is not None and formula != "none",
            "opportunity",
            "A metric whose numerator counts only some lines has no opportunity in pounds.",
        ),
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


def _unit_faults(metric: Metric, template: Definition) -> Found:
    """Money must be money: formula A takes pounds from the numerator, B from the relevant pay."""
    pounds_from = {"A": "numerator", "B": "relevant_pay", "none": None}[metric.opportunity]
    in_money = metric.unit in MONEY_UNITS
    for field in dict.fromkeys(name for name in (pounds_from, "numerator" if in_money else None) if name):
        for sentence in _not_pounds(getattr(metric, field), template):
            yield (field,), f"{sentence}, which {metric.unit} or the opportunity needs."
    if metric.unit == "thousand_pounds_per_100m":
        for sentence in _not_pounds(metric.denominator, template):
            yield ("denominator",), f"{sentence}."


def _not_pounds(source: str | None, template: Definition) -> Iterator[str]:
    if source is None or in_pounds(parse(source), template):
        return
    others = [place for place in inputs(source, template) if _unit(place, template) != "thousand_pounds"]
    yield from (f"{line}.{column} is not in £000" for line, column in others)
    if not others:
        yield "This does not come to an amount in £000"


def _condition_faults(metric: Metric, condition: Condition, template: Definition) -> Found:
    path = ("numerator_where",)
    for code in dict.fromkeys(line for line, _ in inputs(metric.numerator, template)):
        sheet = template.sheet_of(code)
        try:
            column = sheet.column(condition.column)
        except KeyError:
            yield (*path, "column"), f"The sheet {sheet.title} has no column {condition.column}."
            continue
        choices = choices_of(sheet.line(code), column)
        for answer in condition.among:
            if answer not in choices:
                yield (*path, "in"), f"'{answer}' is not one of the choices of {code}.{condition.column}."


def _unit(place: Place, template: Definition) -> str:
    sheet = template.sheet_of(place[0])
    return unit_of(sheet.line(place[0]), sheet.column(place[1]))
