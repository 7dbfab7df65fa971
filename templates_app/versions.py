"""Which version of a template may stand for which, and what a newer one asks besides. Pure.

A return may be made on an earlier version of the same year: people who began before the newer one came out need not begin again.
It is judged by its own rules, and by those of the newer version that hold it against what others have of the same trust. Whether we read
what the sender sees is judged by the newest version's rules in every round. A version of another year asks for other figures, and a newer
one than the return's asks for more.
"""

from collections.abc import Iterator

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


OF_READING: frozenset[BuiltInCheck] = frozenset(("computed_agrees", "computed_calculated", "altered"))
"""The checks of whether we read what the sender sees. They ask for no figure, so a workbook gets those of the newest version of its
year whichever version the round asks for: it is not read less safely because the round was opened before they were thought of."""

OF_THE_ROUND: frozenset[BuiltInCheck] = frozenset(("earlier_version", "agrees_with_return", "agrees_with_published"))
"""The checks that the version asked for brings to workbooks of an earlier one: they ask nobody for anything that is not in the file."""


def asked_of(definition: Definition, template: str, version: str) -> Definition:
    """The version that a return asks for: the workbook's own, or a newer one for which it may stand."""
    wanted = (template, version)
    known = registry.definitions().get(wanted, definition)
    own = (definition.template, definition.version)
    return known if wanted != own and may_stand_for(definition, known) else definition


def newest_of_year(definition: Definition) -> Definition:
    """The newest version of the same template and year; the definition itself where none is newer."""
    later = [known for known in registry.definitions().values() if may_stand_for(definition, known)]
    newest = max(later, key=lambda known: in_order(known.version), default=definition)
    return definition if newest.version == definition.version else newest


def rules_taken(definition: Definition, asked: Definition) -> tuple[Rule, ...]:
    """The rules that a workbook is judged by besides those of its own version, in a round that asks for the version `asked`."""
    return tuple(rule for _, rules in taken_by_version(definition, asked) for rule in rules)


def taken_by_version(definition: Definition, asked: Definition) -> Iterator[tuple[Definition, tuple[Rule, ...]]]:
    """Those rules with the version they are taken from: the checks `OF_THE_ROUND` from the one asked for, and those `OF_READING`
    from the newest of the year. A rule is taken where the workbook's version does not use its code and has every place it names."""
    for newer, checks in ((asked, OF_THE_ROUND), (newest_of_year(definition), OF_READING)):
        if newer is not definition:
            yield newer, _taken(newer, checks, definition)


def _taken(newer: Definition, checks: frozenset[BuiltInCheck], definition: Definition) -> tuple[Rule, ...]:
    known, codes = _known(newer), frozenset(rule.code for rule in definition.rules)
    key = (definition.version, codes, checks)
    if key not in known:
        known[key] = tuple(
            rule
            for rule in newer.rules
            if rule.check in checks
            and rule.code not in codes
            and not any(rule_faults(definition.model_copy(update={"rules": (rule,)})))
        )
    return known[key]


@kept
def _known(newer: Definition) -> dict[tuple[str, frozenset[str], frozenset[BuiltInCheck]], tuple[Rule, ...]]:
    """What `_taken` has found so far, by the earlier version, the codes of its rules and the checks."""
    return {}
