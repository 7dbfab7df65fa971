"""The rules that files are judged by today: the published definition, and what was added to it since."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256

from django.utils import timezone

from submissions.models import AddedRule
from templates_app import registry
from templates_app.definition_file import DefinitionFaults, parse_rule
from templates_app.schema import Definition, Rule
from templates_app.versions import asked_of, taken_by_version

logger = logging.getLogger(__name__)

_SETS_KEPT = 16
"""Definitions with added rules that are remembered: what is worked out from a definition belongs to the very object."""


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """A definition with every rule that is applied today, and the last day of those that are on trial, by code."""

    definition: Definition
    published: str
    """Checksum of the definition file."""
    checksum: str
    """Checksum of everything: that of the file, where nothing was added or taken."""
    on_trial: Mapping[str, date] = field(default_factory=dict)
    added: tuple[Mapping[str, str], ...] = ()
    """Each added rule as it is kept: code, source and, on trial, trial_until; and each that was taken from a newer version: code,
    version and the checksum of that version's file, definition."""


def rules_in_force(template: str, version: str, asked: str = "") -> RulesInForce:
    """The rules that a workbook of this version is judged by today, in a round that asks for the version `asked` (its own where that
    is left out). LookupError when there is no such version.

    An added rule that names a place which this version does not have, or whose code the version uses itself, is left out.
    """
    published = registry.checksum(template, version)
    known = AddedRule.objects.applied(timezone.localdate()).filter(template=template)
    applied = [added for added in known if rule_for_version(template, version, added.source)]
    on_trial = {added.code: added.trial_until for added in applied if _is_on_trial(added) and added.trial_until}
    definition = _with_added(template, version, tuple(added.source for added in applied))
    kept = (*map(_as_kept, applied), *_as_taken(definition, asked or version))
    return RulesInForce(
        definition=definition,
        published=published,
        checksum=_checksum_of(published, kept),
        on_trial=on_trial,
        added=kept,
    )


def workbook_rules(template: str, version: str) -> Definition:
    """The definition that a workbook downloaded today is made from: with the rules that were added and are active. Rules on trial
    are left out, since nobody must mend what they find. LookupError when there is no such version."""
    active = AddedRule.objects.applied(timezone.localdate()).filter(template=template, stage=AddedRule.Stage.ACTIVE)
    applied = (added.source for added in active if rule_for_version(template, version, added.source))
    return _with_added(template, version, tuple(applied))


def definition_with(template: str, version: str, source: str) -> Definition | None:
    """The published definition with one more rule; None where the rule cannot be applied to that version."""
    return _with_added(template, version, (source,)) if rule_for_version(template, version, source) else None


@lru_cache(maxsize=512)
def rule_for_version(template: str, version: str, source: str) -> Rule | None:
    """An added rule as it is applied to a version of its template; None where it cannot be."""
    try:
        return parse_rule(source, registry.get(template, version))
    except DefinitionFaults as faults:
        logger.info("A rule added to %s is not applied to %s: %s", template, version, faults)
        return None


def versions_of(template: str) -> tuple[str, ...]:
    """The versions of a template, the oldest first."""
    return tuple(version for name, version in registry.definitions() if name == template)


def templates() -> tuple[str, ...]:
    """The codes of all templates."""
    return tuple(dict.fromkeys(name for name, _ in registry.definitions()))


def rules_of(template: str) -> Mapping[str, Rule]:
    """Every rule that files of any version of a template may be judged by today, by code; the newest version's where it changed."""
    return {code: rule for version in versions_of(template) for code, rule in _by_code(template, version)}


def _by_code(template: str, version: str) -> Iterator[tuple[str, Rule]]:
    for rule in rules_in_force(template, version).definition.rules:
        yield rule.code, rule


@lru_cache(maxsize=_SETS_KEPT)
def _with_added(template: str, version: str, sources: tuple[str, ...]) -> Definition:
    definition = registry.get(template, version)
    added = tuple(rule for source in sources if (rule := rule_for_version(template, version, source)))
    return definition.model_copy(update={"rules": (*definition.rules, *added)}) if added else definition


def _is_on_trial(added: AddedRule) -> bool:
    return added.stage == AddedRule.Stage.TRIAL


def _as_kept(added: AddedRule) -> Mapping[str, str]:
    kept = {"code": added.code, "source": added.source}
    if _is_on_trial(added) and added.trial_until:
        kept["trial_until"] = added.trial_until.isoformat()
    return kept


def _as_taken(definition: Definition, asked: str) -> Iterator[Mapping[str, str]]:
    for newer, rules in taken_by_version(definition, asked_of(definition, definition.template, asked)):
        checksum = registry.checksum(newer.template, newer.version)
        yield from ({"code": rule.code, "version": newer.version, "definition": checksum} for rule in rules)


def _checksum_of(published: str, added: tuple[Mapping[str, str], ...]) -> str:
    if not added:
        return published
    return sha256(json.dumps([published, *added], sort_keys=True).encode()).hexdigest()
