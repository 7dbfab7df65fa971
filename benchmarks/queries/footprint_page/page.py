"""The footprint's page, put together from its blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from benchmarks.arithmetic.headline import AIM_WORDS, Aim, Headline, headlines
from benchmarks.arithmetic.whatif import NOTHING_CHANGED, Changes
from benchmarks.models import BenchmarkRun
from benchmarks.queries.footprint_page.basis import Basis, basis_of
from benchmarks.queries.footprint_page.carter import Carter, carter
from benchmarks.queries.footprint_page.changed import WhatIf, what_if
from benchmarks.queries.footprint_page.consolidation import candidates
from benchmarks.queries.footprint_page.function_table import Functions
from benchmarks.queries.footprint_page.functions import Queried, functions
from benchmarks.queries.footprint_page.questions import OpenQuestions, open_questions
from benchmarks.queries.footprint_page.returns import WhoIsIn, letter_address, who_is_in, who_was_in
from benchmarks.queries.footprint_page.run_choices import RunChoice, run_choices
from benchmarks.queries.footprint_page.shared_work import SharedWork, shared_work
from benchmarks.queries.queried import queried_metrics
from benchmarks.shared_work.candidates import ConsolidationCandidate
from benchmarks.words import inside, short_name, worth_words
from footprints.models import Footprint, User


@dataclass(frozen=True, slots=True)
class FootprintPage:
    """What the footprint's page shows."""

    footprint: Footprint
    basis: Basis
    today: date
    returns: WhoIsIn
    headlines: tuple[Headline, ...]
    changes: Changes
    what_if: WhatIf | None
    carter: Carter | None
    functions: Functions
    candidates: tuple[ConsolidationCandidate, ...]
    shared: SharedWork
    questions: OpenQuestions

    @property
    def names(self) -> Mapping[str, str]:
        """Short names of every trust of the footprint, by ODS code."""
        return {trust.ods_code: short_name(trust.name) for trust in (*self.returns.trusts, *self.basis.trusts)}

    @property
    def is_illustrative(self) -> bool:
        """Whether any figure on it is made up."""
        of_runs = any(run.illustrative for run in self.basis.runs)
        return of_runs or any(made.collection.illustrative for made in self.returns.rounds)

    @property
    def letter(self) -> str:
        """A mailto address that opens the letter to whom there is to chase; empty where nobody is."""
        rows = self.returns.to_chase
        return letter_address(self.footprint, rows) if rows else ""

    def spend_words(self, candidate: ConsolidationCandidate) -> str:
        """What the footprint's trusts spend on a candidate, pounds a year."""
        return worth_words(candidate.spread.spend)

    def run_of(self, metric_id: str) -> BenchmarkRun | None:
        """The run of the page that holds a metric."""
        found = self.basis.metric(metric_id)
        return found[0].run if found else None

    @property
    def run_choices(self) -> list[RunChoice]:
        """The frozen runs that the page could be about, template by template."""
        return run_choices(self.basis)

    @property
    def first(self) -> str:
        """The function to look at first, as it stands inside a sentence; empty without a candidate."""
        return inside(self.candidates[0].spread.function) if self.candidates else ""

    @property
    def aims(self) -> Mapping[Aim, str]:
        """The benchmarks of the headline, with their names."""
        return AIM_WORDS

    @property
    def to_leave_out(self) -> list[dict[str, object]]:
        """The footprint's trusts as choices, those that are left out ticked."""
        names = self.basis.names.items()
        return [{"value": code, "text": name, "checked": code in self.changes.without} for code, name in names]

    @property
    def disputed(self) -> int:
        """How many values of the footprint's trusts are left out because somebody disputes them."""
        return len(self.questions.disputed)


def footprint_page(
    footprint: Footprint, person: User, *, numbers: Sequence[int] = (), changes: Changes = NOTHING_CHANGED
) -> FootprintPage:
    """The page of a footprint for a reader: of the live runs, or of frozen ones, with what the reader changed. NoSuchRun for a number
    that no frozen run of a round has. A fixed number of queries, whatever the number of trusts.
    """
    basis = basis_of(footprint, person, numbers)
    returns = who_was_in(basis.readings, basis.trusts) if numbers else who_is_in(footprint)
    shown = functions(basis, _queried(basis, returns))
    before = headlines(basis.counted())
    shared = shared_work(basis, returns)
    return FootprintPage(
        footprint=footprint,
        basis=basis,
        today=timezone.localdate(),
        returns=returns,
        headlines=before,
        changes=changes,
        what_if=what_if(basis, changes, before),
        carter=carter(basis),
        functions=shown,
        candidates=candidates(basis, shown, shared.ends),
        shared=shared,
        questions=open_questions(basis, returns),
    )


def _queried(basis: Basis, returns: WhoIsIn) -> Queried:
    """Trusts with metrics that rest on a figure about which a query stands; asked only of returns as they stand today."""
    rows = {one.row.return_record.pk: one.row for made in returns.rounds for one in made.returns.values() if one.row}
    if not rows:
        return frozenset()
    listed = [metric for reading in basis.readings for metric in reading.metrics]
    template_of = {metric.id: metric.template for metric in listed}
    return frozenset(
        (rows[key].trust.pk, metric)
        for key, found in queried_metrics(rows, listed).items()
        for metric in found
        if rows[key].collection.template == template_of[metric]
    )
