"""Which version of a template may stand for which, and what a newer one asks besides. Pure.

A return may be made on an earlier version of the same year: people who began before the newer one came out need not begin again.
It is judged by its own rules, and by those of the newer version that look at the file as a whole: what it works out by itself, and what
others have of the same trust. A version of another year asks for other figures, and a newer one than the return's asks for more.
"""

from templates_app import registry
from templates_app.definition_rules import rule_faults
from templates_app.kept import kept
from templates_app.registry import in_order
from templates_app.schema import BuiltInCheck, Definition, Rule
from ui.formats import sentence_list


def may_stand_for(definition: Definition, asked: Definition) -> bool:
    """Whether a workbook of this version is taken where another (or the same) is asked for."""
    same = (definition.template, definition.year) == (asked.template, asked.year)
    return same and in_order(definition.version) <= in_order(asked.version)


def asked_besides(newer: Definition, older: Definition) -> str:
    """What a newer version asks that an older one does not, by sheet: "ORG13 on Organisation and all of Bands"; empty for nothing."""
    known = {line.code for sheet in older.sheets for line in sheet.lines}
    said = []
    for sheet in newer.sheets:
        codes = [line.code for line in sheet.lines if line.code not in known]
        if len(codes) == len(sheet.lines):
            said.append(f"all of {sheet.title}")
        elif codes:
            said.append(f"{sentence_list(codes)} on {sheet.title}")
    return sentence_list(said)


TAKEN: frozenset[BuiltInCheck] = frozenset(
    ("earlier_version", "computed_agrees", "computed_calculated", "agrees_with_return", "agrees_with_published")
)
"""The checks that a newer version brings to workbooks of an earlier one: they ask nobody for anything that is not in the file."""


def asked_of(definition: Definition, template: str, version: str) -> Definition:
    """The version that a return asks for: the workbook's own, or a newer one for which it may stand."""
    wanted = (template, version)
    known = registry.definitions().get(wanted, definition)
    own = (definition.template, definition.version)
    return known if wanted != own and may_stand_for(definition, known) else definition


def rules_taken(definition: Definition, asked: Definition) -> tuple[Rule, ...]:
    """The rules of the version asked for that a workbook of an earlier version is judged by besides its own: those with a check of
    `TAKEN` and a code that it does not use, as far as it has every place that they name."""
    if asked is definition:
        return ()
    known, codes = _taken(asked), frozenset(rule.code for rule in definition.rules)
    if (definition.version, codes) not in known:
        known[definition.version, codes] = tuple(
            rule
            for rule in asked.rules
            if rule.check in TAKEN
            and rule.code not in codes
            and not any(rule_faults(definition.model_copy(update={"rules": (rule,)})))
        )
    return known[definition.version, codes]


@kept
def _taken(asked: Definition) -> dict[tuple[str, frozenset[str]], tuple[Rule, ...]]:
    """What `rules_taken` has found so far, by the earlier version and the codes of its rules."""
    return {}
