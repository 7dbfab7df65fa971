"""How complete the evidence of a run is: returns by type and region, and for each metric how many values can be compared and why not."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Self

from django.db.models import Count

from benchmarks.defining.schema import Metric
from benchmarks.models import RunValue
from benchmarks.queries.national_page.basis import NationalBasis, owes
from footprints.models import Region, TrustType
from ui.formats import number, percent


@dataclass(frozen=True, slots=True)
class TrustGroup:
    """Trusts of a run that are alike in everything the evidence is told by."""

    region: str
    footprints: tuple[str, ...]
    trust_type: str
    owed: bool
    compared: bool
    """It has figures in the run."""
    signed: bool
    clean: bool
    count: int


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """How many of some trusts are compared, signed off, and free of warnings."""

    title: str
    owed: int
    compared: int
    signed: int
    clean: int

    @classmethod
    def of(cls, title: str, groups: Iterable[TrustGroup]) -> Self:
        """The line of some groups of trusts."""
        listed = list(groups)
        inside = [group for group in listed if group.compared]
        return cls(
            title,
            owed=sum(group.count for group in listed if group.owed),
            compared=sum(group.count for group in inside),
            signed=sum(group.count for group in inside if group.signed),
            clean=sum(group.count for group in inside if group.clean),
        )

    @property
    def compared_words(self) -> str:
        """ "40 of 47 (85%)"."""
        return share_words(self.compared, self.owed)

    @property
    def signed_words(self) -> str:
        """Of those that are compared."""
        return share_words(self.signed, self.compared)

    @property
    def clean_words(self) -> str:
        """Of those that are compared."""
        return share_words(self.clean, self.compared)


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """Of the returns owed by trusts that a metric is for: how many hold a value that can be compared, and why the others do not."""

    metric: Metric
    owed: int
    compared: int
    disputed: int
    not_applicable: int
    included_elsewhere: int
    not_calculable: int
    zero_volume: int
    no_return: int

    @property
    def missing(self) -> int:
        """Figures not given in a return that is in; also where a return was measured before there was the metric."""
        others = self.compared + self.disputed + self.not_applicable + self.included_elsewhere
        return max(self.owed - others - self.not_calculable - self.zero_volume - self.no_return, 0)

    @property
    def share(self) -> Decimal:
        """From 0 to 1; 1 where nothing is owed."""
        return Decimal(self.compared) / self.owed if self.owed else Decimal(1)

    @property
    def compared_words(self) -> str:
        """ "40 of 47 (85%)"."""
        return share_words(self.compared, self.owed)


@dataclass(frozen=True)
class Evidence:
    """How complete the evidence is."""

    groups: tuple[TrustGroup, ...]
    measures: tuple[MeasureLine, ...]
    """The least complete first."""

    @cached_property
    def whole(self) -> EvidenceLine:
        """All trusts, each once."""
        return EvidenceLine.of("All trusts", self.groups)

    @cached_property
    def types(self) -> tuple[EvidenceLine, ...]:
        """By type of trust."""
        return _lines(self.groups, lambda group: group.trust_type, TrustType.choices)

    @cached_property
    def regions(self) -> tuple[EvidenceLine, ...]:
        """By region."""
        return _lines(self.groups, lambda group: group.region, Region.choices)

    @property
    def values_words(self) -> str:
        """How much of what the returns owe can be compared, over all metrics."""
        return share_words(sum(line.compared for line in self.measures), sum(line.owed for line in self.measures))

    @property
    def disputed(self) -> int:
        """Values left out because somebody disputes them."""
        return sum(line.disputed for line in self.measures)


def share_words(part: int, whole: int) -> str:
    """ "40 of 47 (85%)"; without a share of nothing."""
    words = f"{number(part)} of {number(whole)}"
    return f"{words} ({percent(Decimal(part) * 100 / whole, 0)})" if whole else words


def evidence(basis: NationalBasis) -> Evidence:
    """The evidence of a run for the trusts that the person looks after. Two queries."""
    groups = tuple(_groups(basis))
    measures = sorted(_measures(basis, groups), key=lambda line: (line.share, line.metric.order))
    return Evidence(groups, tuple(measures))


def _groups(basis: NationalBasis) -> Iterable[TrustGroup]:
    rows = (
        basis.trusts.values_list("region", "footprints", "trust_type", "absent", "is_signed", "is_clean")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for region, footprints, kind, absent, signed, clean, count in rows:
        yield TrustGroup(region, tuple(footprints), kind, owes(absent), not absent, signed, clean, count)


def _measures(basis: NationalBasis, groups: Sequence[TrustGroup]) -> Iterable[MeasureLine]:
    # Only trusts with figures in the run: of a trust that has closed there are values, which nobody is waiting for.
    values = RunValue.objects.filter(run=basis.run, run_trust__in=basis.trusts.filter(absent=""))
    rows = values.values_list("metric", "run_trust__trust_type", "status", "disputed").annotate(count=Count("pk"))
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for metric, kind, status, disputed, count in rows.order_by():
        counts[metric, kind, "disputed" if disputed else status] += count
    for known in basis.metrics:
        of = [group for group in groups if group.trust_type in known.population]

        def found(status: str, known: Metric = known) -> int:
            return sum(counts[known.id, kind, status] for kind in known.population)

        yield MeasureLine(
            metric=known,
            owed=sum(group.count for group in of if group.owed),
            compared=found("calculable"),
            disputed=found("disputed"),
            not_applicable=found("not_applicable"),
            included_elsewhere=found("included_elsewhere"),
            not_calculable=found("not_calculable"),
            zero_volume=found("zero_volume"),
            no_return=sum(group.count for group in of if group.owed and not group.compared),
        )


def _lines(
    groups: Iterable[TrustGroup], key: Callable[[TrustGroup], str], choices: Iterable[tuple[str, str]]
) -> tuple[EvidenceLine, ...]:
    by_key: dict[str, list[TrustGroup]] = defaultdict(list)
    for group in groups:
        by_key[key(group)].append(group)
    return tuple(EvidenceLine.of(words, by_key[value]) for value, words in choices if by_key[value])
