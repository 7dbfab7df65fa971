"""The national page, put together from its blocks: how complete the evidence is, where the gaps are, and which values to ask about."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.arithmetic.headline import PART_WORDS, part_of
from benchmarks.models import BenchmarkRun
from benchmarks.queries.metric_list import MetricSource, metric_list
from benchmarks.queries.national_page.basis import NationalBasis
from benchmarks.queries.national_page.evidence import Evidence, evidence
from benchmarks.queries.national_page.gaps import Opportunity, Outliers, largest_opportunities, outliers_to_query
from benchmarks.queries.national_page.heat import Heat, heat
from benchmarks.words import inside


@dataclass(frozen=True, slots=True)
class NationalPage:
    """What the national page shows of one run."""

    basis: NationalBasis
    evidence: Evidence
    heat: Heat
    opportunities: Mapping[str, tuple[Opportunity, ...]]
    """By the part of the spend, in words: parts are never added to one another, nor put in one order."""
    outliers: Outliers

    @property
    def run(self) -> BenchmarkRun:
        """The run that it is about."""
        return self.basis.run

    @property
    def largest_words(self) -> str:
        """The function with the most pounds to the national median, as a sentence."""
        cell = self.heat.largest
        if cell is None:
            return "No function has enough returns yet to say what reaching the national median would be worth."
        return f"The largest gap to the national median is {inside(self.heat.title(cell.metric))}, {cell.gap_words} a year."

    @property
    def range_words(self) -> str:
        """What all functions that are added up come to, and those that stand apart, in sentences; empty where there is nothing."""
        said = []
        if self.heat.whole.gap:
            part = inside(self.heat.part_words)
            said.append(f"Reaching it everywhere would be worth {self.heat.range_words} a year in {part}.")
        said += [f"{self.heat.title(cell.metric)} stand apart, at {cell.gap_words} a year." for cell in self.heat.apart]
        return " ".join(said)


def national_page(basis: NationalBasis) -> NationalPage:
    """The page of one run. A fixed number of queries, whatever the number of trusts."""
    known = evidence(basis)
    return NationalPage(
        basis=basis,
        evidence=known,
        heat=heat(basis, known.groups),
        opportunities={
            PART_WORDS[part]: rows
            for part in dict.fromkeys(part_of(metric) for metric in basis.additive)
            if part is not None and (rows := largest_opportunities(basis, part))
        },
        outliers=outliers_to_query(basis),
    )


def published() -> tuple[MetricSource, ...]:
    """The publications that have figures, the newest year of each, with their metrics. Needs no return."""
    return tuple(source for source in metric_list() if source.run is not None and source.run.is_published)
