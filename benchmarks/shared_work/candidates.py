"""Which functions a footprint should look at first: where its own best trust shows what the others could save. Pure.

The comparison is inward: what each function would cost less if every trust of the footprint did it as cheaply as the best of them.
It needs no other footprint, and it is reached already by somebody whom everybody here knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from benchmarks.arithmetic.quantiles import Direction
from benchmarks.words import inside, worth_words
from ui.formats import plural

SHOWN: Final = 5
"""So many candidates are shown."""
FEWEST_TRUSTS: Final = 2
"""A function that fewer trusts can be compared on has nobody to learn from."""


@dataclass(frozen=True, slots=True)
class OwnValue:
    """One trust of the footprint on the metric of a function."""

    trust_name: str
    words: str
    """The value with its unit: "£3.10 a payslip"."""


@dataclass(frozen=True, slots=True)
class FunctionSpread:
    """One function of a footprint, as its trusts compare on one metric."""

    function: str
    """As a title: "Payroll"."""
    metric: str
    """The metric's id."""
    direction: Direction
    spend: Decimal
    """What the footprint's trusts spend on it, in pounds a year."""
    trusts: int
    """How many of them could be compared."""
    contract_ends: int
    """Agreements for it that end within 24 months."""
    best: OwnValue
    worst: OwnValue
    to_best: Decimal
    """What it would cost less if every trust stood where the best one does, in pounds a year."""
    best_in_best_quarter: bool | None
    """Whether the best one stands in the best quarter of England; None where too few trusts are compared to say."""


@dataclass(frozen=True, slots=True)
class ConsolidationCandidate:
    """A function in its place."""

    rank: int
    spread: FunctionSpread

    @property
    def sentence(self) -> str:
        """Where the best trust of the footprint stands: "Your cheapest payroll is already at the best quarter: Barts Health at £3.10
        a payslip."."""
        spread = self.spread
        most = "cheapest" if spread.direction == "lower" else "best"
        name, who = inside(spread.function), f"{spread.best.trust_name} at {spread.best.words}"
        if spread.best_in_best_quarter is None:
            return f"Your {most} {name} is {who}. Too few trusts are compared to say where that stands in England."
        if spread.best_in_best_quarter:
            return f"Your {most} {name} is already at the best quarter: {who}."
        return f"Your {most} {name} is {who}, which is not in the best quarter of England: look outside as well."

    @property
    def worth(self) -> str:
        """What the gap inside the footprint comes to: "£412,000 a year"."""
        return f"{worth_words(self.spread.to_best)} a year"

    @property
    def contracts(self) -> str:
        """How many agreements end soon, in words."""
        ends = self.spread.contract_ends
        return (
            f"{plural(ends, 'agreement ends', 'agreements end')} within 24 months"
            if ends
            else "no agreement ends within 24 months"
        )


def consolidation_candidates(spreads: Iterable[FunctionSpread]) -> tuple[ConsolidationCandidate, ...]:
    """The functions with the most to gain from the footprint's own best, the most first; of equals the larger spend, then by name.

    Left out are functions on which fewer than two trusts can be compared, those with nothing to gain, and those of a metric without
    a better way.
    """
    worth_it = [
        spread
        for spread in spreads
        if spread.trusts >= FEWEST_TRUSTS and spread.to_best > 0 and spread.direction != "neutral"
    ]
    ranked = sorted(worth_it, key=lambda spread: (-spread.to_best, -spread.spend, spread.function, spread.metric))
    return tuple(ConsolidationCandidate(rank, spread) for rank, spread in enumerate(ranked[:SHOWN], start=1))
