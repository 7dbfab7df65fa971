"""Judging a reading: every rule of the definition, all findings in one pass. Pure; knows no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from submissions.checks import agreement, cells, plausibility, rates, sums, versions
from submissions.checks.case import Case, Check, Hit, written
from submissions.checks.follow_on import without_follow_on
from submissions.checks.words import finding_of
from templates_app.expressions import Reference, references
from templates_app.kept import kept
from templates_app.operands import cells_of
from templates_app.reading import Context, Finding, Place, Reading, Value
from templates_app.rules import AS_IT_STANDS, expanded, shown
from templates_app.rules import judge as judge_expression
from templates_app.schema import BuiltInCheck, Definition, Rule
from templates_app.versions import rules_taken
from ui.formats import long_date

BUILT_IN: Mapping[BuiltInCheck, Check] = {
    "right_template": cells.right_template,
    "right_trust": cells.right_trust,
    "typed_right": cells.typed_right,
    "not_negative": cells.not_negative,
    "required_given": cells.required_given,
    "required_not_applicable": cells.required_not_applicable,
    "words_given": cells.words_given,
    "choice_explained": cells.choice_explained,
    "gate_leaves_blank": cells.gate_leaves_blank,
    "included_elsewhere_holds": cells.included_elsewhere_holds,
    "not_calculable_explained": cells.not_calculable_explained,
    "differs_from_published": plausibility.differs_from_published,
    "cost_differs_from_published": plausibility.cost_differs_from_published,
    "agrees_with_published": agreement.agrees_with_published,
    "agrees_with_return": agreement.agrees_with_return,
    "year_on_year": rates.year_on_year,
    "units_slip": rates.units_slip,
    "unusual_for_type": rates.unusual_for_type,
    "not_compared": rates.not_compared,
    "same_value_repeated": plausibility.same_value_repeated,
    "all_rounded": plausibility.all_rounded,
    "formula_in_input": cells.formula_in_input,
    "computed_agrees": sums.computed_agrees,
    "computed_calculated": sums.computed_calculated,
    "earlier_version": versions.earlier_version,
    "text_read_as_number": cells.text_read_as_number,
    "rounded": cells.rounded,
    "moved": cells.moved,
    "altered": cells.altered,
    "same_as_last_year": plausibility.same_as_last_year,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reading means and what is wrong with it, worst place first in the order of the workbook."""

    values: Mapping[Place, Value]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended before the figures are loaded."""
        return any(finding.blocks for finding in self.findings)


def judge(reading: Reading, definition: Definition, context: Context) -> Judgement:
    """Judge a reading by every rule of its definition."""
    case = Case(definition, reading, context)
    found = [
        (hit.place, _in_its_place(finding_of(rule, hit, case), context)) for rule, hit in without_follow_on(case, _hits)
    ]
    found.sort(key=lambda each: _order(each[0], each[1], case))
    return Judgement(case.values, tuple(finding for _, finding in found))


def _in_its_place(finding: Finding, context: Context) -> Finding:
    """The finding as it counts here: a note where the trust has a waiver, a foretaste where the rule is on trial."""
    waived = context.waiver(finding.code, finding.line)
    if waived is not None and finding.severity != "info":
        until = long_date(waived.expires_date)
        return replace(
            finding,
            severity="info",
            waiver=waived.waiver,
            remedy=f"You have nothing to do: this rule is waived for your trust until {until}. Reason: {waived.reason}",
        )
    trial_until = context.on_trial.get(finding.code)
    return finding if trial_until is None else replace(finding, trial_until=trial_until)


def _hits(case: Case) -> Iterator[tuple[Rule, Hit]]:
    """Every place where a rule does not hold. A cell whose own trouble is already named is not judged by further rules."""
    operands = case.operands
    for rule in (*case.definition.rules, *rules_taken(case.definition, case.asked)):
        if rule.check:
            hits = BUILT_IN[rule.check](rule, case)
            yield from ((rule, hit) for hit in hits if rule.severity == "error" or hit.place not in case.broken)
    for item, looked_at in zip(expanded(case.definition), _cells_judged(case.definition), strict=True):
        if item.holds is None or looked_at & case.broken:
            continue
        if judge_expression(item, operands) is False:
            value = shown(item, operands)
            names = {} if value is None else {"shown": _rounded(value)}
            yield item.rule, Hit(item.at, names=names, looked_at=looked_at)


def _rounded(value: Decimal | str) -> str:
    return value if isinstance(value, str) else written(round(value, 2))


@kept
def _cells_judged(definition: Definition) -> tuple[frozenset[Place], ...]:
    """The typed cells that each expanded rule looks at, in the order of the rules."""
    known = cells_of(definition)
    return tuple(
        frozenset(
            cell
            for expression in (item.holds, item.when)
            if expression is not None
            for reference in references(expression)
            for place in known.of(Reference(reference.name.removeprefix(AS_IT_STANDS), reference.column))
            for cell in known.behind(place)
        )
        for item in expanded(definition)
    )


_SEVERITIES = ("error", "warning", "info")


def _order(place: Place | None, finding: Finding, case: Case) -> tuple[int, int, int, int]:
    """The order of the workbook: file, then sheet, row, column; the worst first where a cell has several."""
    severity = _SEVERITIES.index(finding.severity)
    return (-1, 0, 0, severity) if place is None else (*case.order_of(place), severity)
