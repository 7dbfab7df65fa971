"""Warnings that only follow from a figure typed in the wrong unit: the slip is said once, at its own cell, with how many are left out.

A rule that finds such slips says by how much, in its parameter `slip` (1,000: pounds typed for thousands). The return is judged a
second time with those figures put right. A warning that is then gone rests on nothing else, so it is left out; whatever is still
given is trouble of its own. An error is never left out, nor a note, nor a check that looks for patterns over many cells.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from submissions.checks.case import Case, Hit
from templates_app.reading import Place
from templates_app.schema import BuiltInCheck, Rule

Hits = Iterable[tuple[Rule, Hit]]

SLIP = "slip"
"""The parameter of a rule that says how many times too large the figure is which it finds."""

_HOLD_ONE_FIGURE: frozenset[BuiltInCheck | None] = frozenset(
    (
        None,  # an expression: it names every cell it looks at
        "differs_from_published",
        "cost_differs_from_published",
        "agrees_with_published",
        "agrees_with_return",
        "year_on_year",
        "unusual_for_type",
    )
)
"""Checks of one figure, or one sum, against another. Of the others none is a follow-on: where the same amount stands on five lines,
another number on one of them would end the run and leave four."""


@dataclass(frozen=True, slots=True)
class _Suspects:
    """The figures that a rule calls slips, and which of those are sound once they are put right."""

    places: frozenset[Place]
    proven: frozenset[Place]
    left: frozenset[tuple[str, str]]
    """What is still found with all of them put right, by rule and line."""

    def cause_of(self, rule: Rule, hit: Hit) -> Place | None:
        """The slip that a finding follows from; None where it is trouble of its own. Of several, the first names it."""
        if rule.severity != "warning" or SLIP in rule.parameters or rule.check not in _HOLD_ONE_FIGURE:
            return None
        suspected = (hit.looked_at | ({hit.place} if hit.place else frozenset())) & self.places
        if not suspected or not suspected <= self.proven or _key(rule, hit) in self.left:
            return None
        return min(suspected)


def without_follow_on(case: Case, find: Callable[[Case], Hits]) -> Iterator[tuple[Rule, Hit]]:
    """What `find` finds in a case, without what follows from a slip; each slip with how many warnings were left out for it."""
    hits = tuple(find(case))
    slips = {hit.place: rule.parameters[SLIP] for rule, hit in hits if hit.place and _is_in_earnest(rule, hit, case)}
    factors = {place: factor for place, factor in slips.items() if isinstance(factor, Decimal)}
    if not factors:
        yield from hits
        return
    suspects = _suspects(hits, factors, case, find)
    causes = [suspects.cause_of(rule, hit) for rule, hit in hits]
    left_out = Counter(causes)
    for (rule, hit), cause in zip(hits, causes, strict=True):
        if cause is None:
            names_it = SLIP in rule.parameters and hit.place is not None
            yield rule, replace(hit, left_out=left_out.pop(hit.place, 0)) if names_it else hit


def _is_in_earnest(rule: Rule, hit: Hit, case: Case) -> bool:
    """Whether the trust must answer it: a rule that is on trial or waived asks for nothing, so silences nothing."""
    if SLIP not in rule.parameters or hit.place is None or rule.code in case.context.on_trial:
        return False
    return case.context.waiver(rule.code, hit.place[0]) is None and case.number(hit.place) is not None


def _suspects(hits: Hits, factors: Mapping[Place, Decimal], case: Case, find: Callable[[Case], Hits]) -> _Suspects:
    mended = _put_right(case, factors)
    left = frozenset(_key(rule, hit) for rule, hit in find(mended))
    doubtful = {hit.place for rule, hit in hits if SLIP in rule.parameters and _key(rule, hit) in left}
    return _Suspects(frozenset(factors), frozenset(factors) - doubtful - mended.broken, left)


def _key(rule: Rule, hit: Hit) -> tuple[str, str]:
    """A rule and the line of its finding. The column may change with the figures: the largest of several names the finding."""
    return rule.code, hit.place[0] if hit.place else ""


def _put_right(case: Case, factors: Mapping[Place, Decimal]) -> Case:
    """The same return with each of these figures so many times smaller."""
    cells = dict(case.reading.cells)
    for place, factor in factors.items():
        number = (case.number(place) or Decimal(0)) / factor
        cells[place] = replace(cells[place], kind="number", raw=f"{number:f}", is_percent=False, is_date=False)
    return replace(case, reading=replace(case.reading, cells=cells))
