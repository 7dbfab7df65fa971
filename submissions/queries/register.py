"""Who owes a return to a round, and why the others do not."""

from collections.abc import Collection as Several
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from footprints.models import Trust, TrustType
from submissions.models import Collection
from ui.formats import long_date


@dataclass(frozen=True, slots=True)
class Owing:
    """The trusts that owe a return, and those that do not, each with the reason; both by name."""

    owes: tuple[Trust, ...]
    left_out: tuple[tuple[Trust, str], ...]

    @property
    def by_reason(self) -> Mapping[str, list[Trust]]:
        """Those left out, by the reason."""
        grouped: dict[str, list[Trust]] = {}
        for trust, reason in self.left_out:
            grouped.setdefault(reason, []).append(trust)
        return grouped


@dataclass(frozen=True, slots=True)
class OwingRule:
    """Who owes a return: of the trusts that have figures for the year and are there to answer, all, those of some types or those on
    a list."""

    year: str
    opens_date: date
    owed_by: str = Collection.OwedBy.ALL
    trust_types: Several[str] = ()
    trusts: Several[str] = ()
    """ODS codes, where the rule is a list."""
    illustrative: bool = False
    """A made-up round is run whenever it is loaded, by the trusts of its year: whether they are still there makes no difference."""

    def why_not(self, trust: Trust) -> str:
        """Why a trust owes nothing; empty when it does."""
        end = year_end(self.year)
        if trust.opened_date and trust.opened_date > end:
            return f"Opened after {long_date(end)}, so has no figures for {self.year}"
        if trust.closed_date and trust.closed_date < end:
            return f"Closed before {long_date(end)}, so has no figures for all of {self.year}"
        if not (self.illustrative or trust.is_open_on(self.opens_date) or trust.successor_id):
            return f"Closed before {long_date(self.opens_date)}, and no other trust took it over"
        if self.owed_by == Collection.OwedBy.TYPES and trust.trust_type not in self.trust_types:
            return f"Not asked: {TrustType(trust.trust_type).label} trusts"
        if self.owed_by == Collection.OwedBy.LIST and trust.ods_code not in self.trusts:
            return "Not on the list"
        return ""


def rule_of(collection: Collection) -> OwingRule:
    """The rule by which trusts owe a return to a round that was opened. Of a list nothing is kept but the register itself."""
    return OwingRule(
        year=collection.year,
        opens_date=collection.opens_date,
        owed_by=collection.owed_by,
        trust_types=tuple(collection.trust_types),
        trusts=frozenset(collection.returns.values_list("trust__ods_code", flat=True)),
        illustrative=collection.illustrative,
    )


def owing(rule: OwingRule) -> Owing:
    """Every trust, sorted by whether it owes a return. One query."""
    owes, left_out = [], []
    for trust in Trust.objects.select_related("successor").order_by("name", "pk"):
        if reason := rule.why_not(trust):
            left_out.append((trust, reason))
        else:
            owes.append(trust)
    return Owing(tuple(owes), tuple(left_out))


def missing_from_register(collection: Collection) -> Iterator[Trust]:
    """Trusts that owe a return by the round's rule and have none: reference data was corrected, or a trust opened."""
    registered = frozenset(collection.returns.values_list("trust_id", flat=True))
    return (trust for trust in owing(rule_of(collection)).owes if trust.pk not in registered)


def year_end(year: str) -> date:
    """The last day of a financial year: 31 March 2016 of 2015/16."""
    return date(int(year[:4]) + 1, 3, 31)
