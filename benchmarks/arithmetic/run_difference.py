"""What differs between two runs of the same returns: values, trusts, quartiles, footprints' opportunity, and from what it comes. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from benchmarks.arithmetic.quantiles import Distribution

Cause = Literal["file", "counted", "definition", "others"]
"""file: the trust's file on record is another. counted: it was left out of the distribution, or taken back. definition: the metric is
defined otherwise. others: nothing of the trust's own changed, but figures of other trusts that the value rests on, or the code."""


@dataclass(frozen=True, slots=True)
class Inside:
    """One trust as a run holds it."""

    file: str = ""
    """What names its file on record; empty without one."""
    absent: str = ""
    """Why it is not in the population; empty when it is."""
    footprints: tuple[str, ...] = ()
    opportunity: Decimal = Decimal(0)
    """Pounds a year to the national median, over the metrics that add up."""


@dataclass(frozen=True, slots=True)
class Held:
    """One metric of one trust as a run holds it."""

    value: Decimal | None
    counted: bool = True
    because: str = ""
    """Why there is no value, or why it is not in the distribution."""
    to_median: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What of a run is held against another; trusts by ODS code."""

    trusts: Mapping[str, Inside]
    values: Mapping[tuple[str, str], Held]
    """By trust and metric."""
    distributions: Mapping[str, Distribution]
    """National, by metric, as the reader may see them."""
    definitions: Mapping[str, str]
    """What tells each metric's definition from another."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that is not what it was, or does not count as it did."""

    code: str
    metric: str
    old: Held | None
    new: Held | None
    cause: Cause
    old_file: str
    new_file: str

    @property
    def pounds(self) -> Decimal | None:
        """By how much the gap to the national median changed; None where pounds say nothing in either run."""
        gaps = [held.to_median for held in (self.old, self.new) if held is not None and held.to_median is not None]
        if not gaps:
            return None
        return _gap(self.new) - _gap(self.old)


@dataclass(frozen=True, slots=True)
class Moved:
    """A metric whose national figures are not what they were."""

    metric: str
    old: Distribution
    new: Distribution


@dataclass(frozen=True, slots=True)
class FootprintMoved:
    """A footprint's opportunity to the national median, pounds a year, over the metrics that add up."""

    ons_code: str
    old: Decimal
    new: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs, each in an order that two readers share."""

    came: tuple[str, ...]
    """Trusts in the population of the new run alone."""
    went: tuple[str, ...]
    refiled: tuple[str, ...]
    """Trusts in both, by another file."""
    values: tuple[ValueChange, ...]
    """Of trusts that are in both; the largest change in pounds first."""
    moved: tuple[Moved, ...]
    footprints: tuple[FootprintMoved, ...]
    defined_otherwise: tuple[str, ...]
    """Metrics whose definition changed, appeared or went."""

    @property
    def is_empty(self) -> bool:
        """Whether the two runs hold the same."""
        return not any(
            (self.came, self.went, self.refiled, self.values, self.moved, self.footprints, self.defined_otherwise)
        )


def difference(old: Contents, new: Contents) -> Difference:
    """What differs from the old run to the new one."""
    before, after = _inside(old), _inside(new)
    both = before & after
    redefined = frozenset(
        metric
        for metric in {*old.definitions, *new.definitions}
        if old.definitions.get(metric) != new.definitions.get(metric)
    )
    changes = [change for change in _changes(old, new, redefined) if change.code in both]
    return Difference(
        came=tuple(sorted(after - before)),
        went=tuple(sorted(before - after)),
        refiled=tuple(sorted(code for code in both if old.trusts[code].file != new.trusts[code].file)),
        values=tuple(sorted(changes, key=_largest_first)),
        moved=tuple(_moved(old.distributions, new.distributions)),
        footprints=tuple(_footprints(old.trusts, new.trusts)),
        defined_otherwise=tuple(sorted(redefined)),
    )


def _inside(contents: Contents) -> set[str]:
    return {code for code, trust in contents.trusts.items() if not trust.absent}


def _changes(old: Contents, new: Contents, redefined: frozenset[str]) -> Iterable[ValueChange]:
    for code, metric in sorted({*old.values, *new.values}):
        before, after = old.values.get((code, metric)), new.values.get((code, metric))
        if _same(before, after):
            continue
        files = [contents.trusts[code].file if code in contents.trusts else "" for contents in (old, new)]
        yield ValueChange(
            code=code,
            metric=metric,
            old=before,
            new=after,
            cause=_cause(metric, before, after, refiled=files[0] != files[1], redefined=redefined),
            old_file=files[0],
            new_file=files[1],
        )


def _cause(
    metric: str, before: Held | None, after: Held | None, *, refiled: bool, redefined: frozenset[str]
) -> Cause:  # fmt: skip
    if refiled:
        return "file"
    if metric in redefined:
        return "definition"
    same_value = before is not None and after is not None and before.value == after.value
    return "counted" if same_value else "others"


def _same(before: Held | None, after: Held | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.value, before.counted, before.because) == (after.value, after.counted, after.because)


def _largest_first(change: ValueChange) -> tuple[Decimal, str, str]:
    return -abs(change.pounds or Decimal(0)), change.code, change.metric


def _moved(old: Mapping[str, Distribution], new: Mapping[str, Distribution]) -> Iterable[Moved]:
    for metric in sorted({*old, *new}):
        before, after = old.get(metric, Distribution(0)), new.get(metric, Distribution(0))
        if (before.n, before.p25, before.median, before.p75) != (after.n, after.p25, after.median, after.p75):
            yield Moved(metric, before, after)


def _footprints(old: Mapping[str, Inside], new: Mapping[str, Inside]) -> Iterable[FootprintMoved]:
    before, after = _totals(old), _totals(new)
    for code in sorted({*before, *after}):
        if before.get(code, Decimal(0)) != after.get(code, Decimal(0)):
            yield FootprintMoved(code, before.get(code, Decimal(0)), after.get(code, Decimal(0)))


def _totals(trusts: Mapping[str, Inside]) -> Mapping[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for trust in trusts.values():
        for footprint in trust.footprints:
            totals[footprint] += trust.opportunity
    return totals


def _gap(held: Held | None) -> Decimal:
    return held.to_median if held is not None and held.to_median is not None else Decimal(0)
