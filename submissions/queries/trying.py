"""Trying a rule over every stored return: whom it would hit, and how. Nothing is changed by it."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from footprints.models import TrustType
from submissions.checks import judge
from submissions.models import Collection, Submission
from submissions.queries.judging_many import Contexts, latest_judged
from submissions.queries.rulesets import definition_with
from submissions.read_file import from_json
from templates_app import registry
from templates_app.definition_file import parse_rule
from templates_app.reading import Finding

MOST_HITS_KEPT = 1000
"""So many hits of a run are listed; the counts are exact all the same."""


@dataclass(frozen=True, slots=True)
class RuleHit:
    """One place in one stored return where the rule does not hold."""

    trust: str
    trust_name: str
    trust_type: str
    collection: str
    reference: str
    line: str
    column: str
    place: str
    """Sheet and cell of that trust's own workbook."""
    label: str
    found: str
    message: str


@dataclass(frozen=True, slots=True)
class OfType:
    """How a rule does among the trusts of one type."""

    trust_type: str
    judged: int
    hit: int
    """Returns that it hits at one place or more."""


@dataclass(frozen=True, slots=True)
class Run:
    """What trying a rule gave. A return counts once however many places are hit; `left_out` are those of versions it does not fit."""

    code: str
    judged: int
    hit: int
    left_out: int
    places: int
    by_type: tuple[OfType, ...]
    hits: tuple[RuleHit, ...]

    @property
    def as_json(self) -> dict[str, Any]:
        """The run as it is kept with the rule and printed by the command."""
        return asdict(self)


def try_rule(template: str, source: str) -> Run:
    """Judge the latest file of every return of a template by one more rule, and tell only what that rule finds. Pilots are left out.

    Raises DefinitionFaults where the rule is not sound for the newest version of the template, LookupError when there is no such template.
    """
    rule = parse_rule(source, registry.get(template))
    contexts = Contexts(Collection.objects.rounds().filter(template=template))
    judged: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    left_out = places = 0
    hits: list[RuleHit] = []
    for file in latest_judged(Submission.objects.of_rounds().filter(template=template)):
        found = _found(file, source, rule.code, contexts)
        if found is None:
            left_out += 1
            continue
        trust_type = file.return_record.trust.trust_type
        judged[trust_type] += 1
        hit[trust_type] += bool(found)
        places += len(found)
        hits.extend(_hit(file, finding) for finding in found[: MOST_HITS_KEPT - len(hits)])
    by_type = tuple(OfType(kind, judged[kind], hit[kind]) for kind in TrustType.values if judged[kind])
    return Run(rule.code, judged.total(), hit.total(), left_out, places, by_type, tuple(hits))


def _found(file: Submission, source: str, code: str, contexts: Contexts) -> tuple[Finding, ...] | None:
    """What a rule finds in a file; None where it cannot be applied to the file's version.

    The whole definition is judged with it, as on upload, since what one rule finds keeps others silent.
    """
    definition = definition_with(file.template, file.version, source)
    if definition is None:
        return None
    judgement = judge(from_json(file.reading or {}), definition, contexts.of(file.return_record, definition, {}))
    return tuple(finding for finding in judgement.findings if finding.code == code)


def _hit(file: Submission, finding: Finding) -> RuleHit:
    trust = file.return_record.trust
    return RuleHit(
        trust=trust.ods_code,
        trust_name=trust.name,
        trust_type=trust.trust_type,
        collection=file.return_record.collection.name,
        reference=file.reference,
        line=finding.line,
        column=finding.column,
        place=f"{finding.sheet}!{finding.cell}" if finding.cell else "",
        label=finding.label,
        found=finding.found,
        message=finding.message,
    )
