"""The headline of a footprint: what is spent, and the range of what it would be worth to reach a benchmark. Pure.

Office functions, estates and facilities, and laboratories stand apart: they are divided by different things, and are never added to one
another. Within each only additive metrics are summed, and the benchmark of the total (top-down) is set beside that sum (bottom-up):
the smaller is printed as low, the larger as high, and neither is mended to fit the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AnySet
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from benchmarks.arithmetic.savings import POUNDS_IN_RETURN_UNIT, opportunity_range, total
from benchmarks.defining.schema import Metric
from benchmarks.words import worth_words
from ui.formats import number, plural

Aim = Literal["median", "peer_median", "stretch"]
"""What a trust is held against: the national median, the median of its peers, or the best quarter of its own type."""

AIMS: Final[tuple[Aim, ...]] = ("median", "peer_median", "stretch")
AIM_WORDS: Final[dict[Aim, str]] = {
    "median": "National median",
    "peer_median": "Peer median",
    "stretch": "Best quarter (stretch)",
}

Part = Literal["office", "estates", "laboratories"]

PARTS: Final[tuple[Part, ...]] = ("office", "estates", "laboratories")
PART_WORDS: Final[dict[Part, str]] = {
    "office": "Back office without estates",
    "estates": "Estates and facilities",
    "laboratories": "Laboratories",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """One counted value of one trust of the footprint, with what its gaps are worth."""

    code: str
    """ODS code."""
    metric: Metric
    numerator: Decimal | None
    """£000, as in the return."""
    gaps: Mapping[Aim, Decimal | None]
    """Pounds a year to reach each benchmark; None where too few stand behind it, or pounds say nothing."""
    clean: bool = False
    """The return it comes from has no warning, explained or not."""
    signed: bool = False

    @property
    def spend(self) -> Decimal:
        """Pounds a year."""
        return (self.numerator or Decimal(0)) * POUNDS_IN_RETURN_UNIT


@dataclass(frozen=True, slots=True)
class Span:
    """What it would be worth to a footprint to reach one benchmark, pounds a year, by the total and by function."""

    top_down: Decimal | None
    """Against the benchmark of totals; None where no trust has a total with a benchmark, or the part has none."""
    bottom_up: Decimal | None
    """Sum of the gaps by function; None where no function has a benchmark."""
    totals: int = 0
    """How many trusts stand behind the first."""
    trusts: int = 0
    """How many stand behind the second."""

    @property
    def known(self) -> tuple[Decimal, Decimal] | None:
        """Low and high; the one figure twice where there is only one, None where there is none."""
        if self.top_down is not None and self.bottom_up is not None:
            return opportunity_range(top_down=self.top_down, bottom_up=self.bottom_up)
        one = self.bottom_up if self.bottom_up is not None else self.top_down
        return None if one is None else (one, one)

    @property
    def behind(self) -> str:
        """What stands behind low and high: "total £1,200,000 at 5 trusts, functions £1,800,000 at 6"; empty without two ends."""
        if self.top_down is None or self.bottom_up is None:
            return ""
        by_total, by_function = worth_words(self.top_down), worth_words(self.bottom_up)
        return f"total {by_total} at {plural(self.totals, 'trust')}, functions {by_function} at {number(self.trusts)}"

    @property
    def words(self) -> str:
        """ "£1,200,000 to £1,800,000", or the one figure, or why there is none."""
        if self.known is None:
            return "too few to say"
        low, high = (worth_words(end) for end in self.known)
        return low if low == high else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class Headline:
    """One part of what a footprint's trusts spend, over the trusts whose figures can be compared."""

    part: Part
    spend: Decimal
    """Pounds a year: the numerators of the additive metrics."""
    clean: Decimal
    """Of that, at trusts whose accepted return has no warning."""
    signed: Decimal
    """Of that, at trusts whose return is signed off."""
    codes: tuple[str, ...]
    """The trusts with a value, by ODS code."""
    spans: Mapping[Aim, Span]

    @property
    def name(self) -> str:
        """As a title."""
        return PART_WORDS[self.part]

    @property
    def spend_words(self) -> str:
        """Pounds a year, for people."""
        return worth_words(self.spend)

    @property
    def clean_words(self) -> str:
        """The share of the spend on accepted, warning-free data."""
        return _share(self.clean, self.spend)

    @property
    def signed_words(self) -> str:
        """The share of the spend that is signed off."""
        return _share(self.signed, self.spend)

    @property
    def confidence_words(self) -> str:
        """Both: "82% without a warning, 64% signed off"."""
        return f"{self.clean_words} without a warning, {self.signed_words} signed off"


def part_of(metric: Metric) -> Part | None:
    """The part of the spend that a metric is counted in; None for one that is not counted in any."""
    if metric.counted not in ("additive", "top_down"):
        return None
    if metric.function == "laboratory":
        return "laboratories"
    return "estates" if metric.function == "estates" else "office"


def headlines(counted: Iterable[Counted], without: AnySet[str] = frozenset()) -> tuple[Headline, ...]:
    """The parts in which any trust has a value, leaving out some trusts. Sums are exact and do not depend on the order."""
    listed = [item for item in counted if item.code not in without]
    by_part = {part: [item for item in listed if part_of(item.metric) == part] for part in PARTS}
    return tuple(_headline(part, items) for part, items in by_part.items() if items)


def _headline(part: Part, items: Sequence[Counted]) -> Headline:
    added = [item for item in items if item.metric.counted == "additive"]
    totals = [item for item in items if item.metric.counted == "top_down"]
    return Headline(
        part=part,
        spend=total(item.spend for item in added),
        clean=total(item.spend for item in added if item.clean),
        signed=total(item.spend for item in added if item.signed),
        codes=tuple(sorted({item.code for item in added})),
        spans={aim: _span(aim, totals, added) for aim in AIMS},
    )


def _span(aim: Aim, totals: Sequence[Counted], added: Sequence[Counted]) -> Span:
    top_down, of_totals = _sum(aim, totals)
    bottom_up, of_added = _sum(aim, added)
    return Span(top_down, bottom_up, of_totals, of_added)


def _sum(aim: Aim, items: Sequence[Counted]) -> tuple[Decimal | None, int]:
    found = [(item.code, gap) for item in items if (gap := item.gaps.get(aim)) is not None]
    return (total(gap for _, gap in found) if found else None), len({code for code, _ in found})


def _share(part: Decimal, whole: Decimal) -> str:
    """In whole percent, rounded down from 100 so that "100%" means all of it."""
    if not whole:
        return "–"
    share = part * 100 / whole
    return f"{number(min(share, Decimal(99)) if part < whole else share, 0)}%"
