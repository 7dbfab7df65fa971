"""What the pages about rules show: a proposed rule in words, and how often each rule asks for something."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from submissions.models import AddedRule, Finding, Submission
from submissions.queries.rulesets import definition_with, rule_for_version, rules_of, templates, versions_of
from submissions.states import State
from templates_app import registry
from templates_app.schema import Rule
from templates_app.workbook_checks_sheet import check_rows

MOST_CELLS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """A rule as people read it, for the newest version of its template that it fits."""

    rule: Rule
    expected: str
    remedy: str
    cells: tuple[tuple[str, str], ...]
    """The cells that its findings may name, the first few, each with its label."""
    more_cells: int
    fits: tuple[str, ...]
    """The versions of the template that have every place it names."""
    left_out: tuple[str, ...]
    """Those that have not, or that use its code for a rule of their own."""


def rule_in_words(added: AddedRule) -> RuleInWords | None:
    """A proposed rule in words; None where it fits no version of its template any more."""
    versions = versions_of(added.template)
    fits = tuple(version for version in versions if rule_for_version(added.template, version, added.source))
    definition = definition_with(added.template, fits[-1], added.source) if fits else None
    if definition is None:
        return None
    rows = [row for row in check_rows(definition) if row.rule.code == added.code]
    cells = tuple((row.where, row.label) for row in rows if row.place)
    return RuleInWords(
        rule=rows[0].rule,
        expected=rows[0].expected,
        remedy=rows[0].remedy,
        cells=cells[:MOST_CELLS_SHOWN],
        more_cells=max(0, len(cells) - MOST_CELLS_SHOWN),
        fits=fits,
        left_out=tuple(version for version in versions if version not in fits),
    )


@dataclass(frozen=True, slots=True)
class RuleUse:
    """How often one rule asks for something, over the returns that have a file on record."""

    rule: Rule
    returns: int
    """Returns in any of whose files it was found."""
    mended: int
    """Of these, returns whose file on record no longer has it."""
    explained: int
    """Findings of files on record that somebody explained."""
    waived: int
    """Findings of files on record that a waiver lets pass."""


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """Every rule of a template with how often it asks for something, the busiest first."""

    title: str
    on_record: int
    rules: tuple[RuleUse, ...]


def rule_use() -> tuple[TemplateUse, ...]:
    """How often each rule of each template fires in rounds, and what people then do. Two queries, and one for each version's rules."""
    on_record = Count("pk", filter=Q(state=State.ACCEPTED))
    counts = dict(Submission.objects.of_rounds().values_list("template").annotate(files=on_record).order_by())
    found = _found()
    return tuple(
        TemplateUse(
            registry.get(template).title,
            counts.get(template, 0),
            tuple(
                sorted(
                    (_use(rule, found.get((template, code))) for code, rule in rules_of(template).items()),
                    key=lambda use: (-use.returns, use.rule.code),
                )
            ),
        )
        for template in templates()
    )


def _use(rule: Rule, found: tuple[int, int, int, int] | None) -> RuleUse:
    returns, standing, explained, waived = found or (0, 0, 0, 0)
    return RuleUse(rule, returns, returns - standing, explained, waived)


def _found() -> Mapping[tuple[str, str], tuple[int, int, int, int]]:
    on_record = Q(submission__state=State.ACCEPTED)
    returns_on_record = Submission.objects.of_rounds().accepted().values("return_record")
    rows = (
        Finding.objects.filter(submission__return_record__in=returns_on_record)
        .order_by()
        .values("submission__template", "code")
        .annotate(
            returns=Count("submission__return_record", distinct=True),
            standing=Count("submission__return_record", distinct=True, filter=on_record),
            explained=Count("explanation", filter=on_record),
            waived=Count("waiver", filter=on_record),
        )
    )
    return {
        (row["submission__template"], row["code"]): (row["returns"], row["standing"], row["explained"], row["waived"])
        for row in rows
    }
