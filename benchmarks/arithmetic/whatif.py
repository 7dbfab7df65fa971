"""What would change the answer: leave out trusts, take other peers, put disputed figures back in. Pure.

Leaving a trust out leaves it out of the footprint's sums, not of England's distribution: it still is one of the trusts that everybody
is compared with. Putting disputed figures back puts them into both.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from benchmarks.arithmetic.headline import AIMS, Aim, Headline, Part
from benchmarks.arithmetic.mix_index import EXPECTED, Discipline, mix_index
from benchmarks.arithmetic.opportunity import opportunity
from benchmarks.arithmetic.peers import Candidate, PeerGroups
from benchmarks.arithmetic.quantiles import LEAST_FOR_MEDIAN, Distribution, distribution
from benchmarks.arithmetic.stretch import Scope, stretch_scope
from benchmarks.defining.schema import Metric
from ui.formats import number, sentence_list

Neighbours = Callable[[str], Collection[str]]
"""The ODS codes of the peers of a trust."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the reader changed; nothing, as it stands."""

    without: frozenset[str] = frozenset()
    """ODS codes that are left out of the footprint's sums."""
    nearest: bool = False
    """The nearest ten trusts are the peers, in place of those of the same type and income."""
    with_disputed: bool = False

    def __bool__(self) -> bool:
        return bool(self.without or self.nearest or self.with_disputed)

    @property
    def of_values(self) -> bool:
        """Whether it takes the values of other trusts to answer."""
        return self.nearest or self.with_disputed

    def sentences(self, name_of: Callable[[str], str]) -> list[str]:
        """What was changed, each in words."""
        said = []
        if self.without:
            said.append(
                f"{sentence_list([name_of(code) for code in sorted(self.without)])} left out of this footprint’s sums"
            )
        if self.nearest:
            said.append(
                "peers are the nearest ten trusts by size, sites and floor area, in place of those of the same type and income"
            )
        if self.with_disputed:
            said.append("disputed figures counted")
        return said


NOTHING_CHANGED: Final = Changes()
NOBODY_LEFT: Final = "no trust left"


@dataclass(frozen=True, slots=True)
class Known:
    """One value of one trust of England, with what it was made from; money in £000."""

    code: str
    trust_type: str
    income: Decimal | None
    """Pounds."""
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    relevant_pay: Decimal | None = None
    opportunity_volume: Decimal | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure of the headline before and after."""

    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether it moved, as far as it is shown."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class MovedPart:
    """One part of the headline, figure by figure."""

    part: Part
    spend: Moved
    trusts: Moved
    """How many trusts stand behind it."""
    aims: Mapping[Aim, Moved]
    confidence: Moved


def gaps(
    metric: Metric,
    known: Sequence[Known],
    own: Iterable[str],
    neighbours: Neighbours | None = None,
    *,
    named: bool = False,
) -> Mapping[str, Mapping[Aim, Decimal | None]]:
    """Pounds a year by own trust with a value and by benchmark, worked out afresh over all values that are given.

    The peers are those of the default group, or of `neighbours`; they need at least five values. Without `named`, for a reader who may
    not see every trust by name, a best quarter needs ten. With the values that a run counts and the default peers it finds what the
    run found.
    """
    by_code = {item.code: item for item in known}
    here = [by_code[code] for code in own if code in by_code]
    scopes = _Scopes(known, named=named)
    national = scopes.of("national")
    median = EXPECTED if metric.method == "mix_adjusted" and national.median is not None else national.median
    peers_of = neighbours or _default_peers(known)
    return {
        item.code: {
            "median": opportunity(metric, item, median),
            "peer_median": opportunity(metric, item, _median([by_code[code].value for code in peers_of(item.code) if code in by_code])),
            "stretch": opportunity(metric, item, scopes.stretch(metric, item.trust_type)),
        }
        for item in here
    }  # fmt: skip


def with_disputed_indices(index: Metric, family: Sequence[tuple[Metric, Sequence[Known]]]) -> list[Known]:
    """The mix-adjusted index of every trust, from the values of its family: where disputed ones are among these, the national medians
    move, and every index with them.
    """
    medians = {metric.id: distribution([item.value for item in known]).median for metric, known in family}
    parts: dict[str, dict[str, Discipline]] = {}
    like: dict[str, Known] = {}
    for metric, known in family:
        for item in known:
            like[item.code] = item
            parts.setdefault(item.code, {})[metric.id] = Discipline(
                metric.line_label or metric.name, item.denominator, item.numerator
            )
    made = []
    for code, own in parts.items():
        result = mix_index(own, medians).result
        if result.value is not None and like[code].trust_type in index.population:
            made.append(
                Known(
                    code=code,
                    trust_type=like[code].trust_type,
                    income=like[code].income,
                    value=result.value,
                    numerator=result.numerator,
                    denominator=result.denominator,
                    opportunity_volume=result.opportunity_volume,
                )
            )
    return made


def moved(before: Sequence[Headline], after: Sequence[Headline]) -> dict[Part, MovedPart]:
    """Each part of the headline before and after, in words."""
    now = {headline.part: headline for headline in after}
    return {headline.part: _moved(headline, now.get(headline.part)) for headline in before}


def _moved(before: Headline, after: Headline | None) -> MovedPart:
    def one(words: Callable[[Headline], str]) -> Moved:
        return Moved(words(before), words(after) if after else NOBODY_LEFT)

    return MovedPart(
        part=before.part,
        spend=one(lambda headline: headline.spend_words),
        trusts=one(lambda headline: number(len(headline.codes))),
        aims={aim: one(partial(_span_words, aim)) for aim in AIMS},
        confidence=one(lambda headline: headline.confidence_words),
    )


def _span_words(aim: Aim, headline: Headline) -> str:
    return headline.spans[aim].words


class _Scopes:
    """The distributions of one metric, each worked out when it is first asked for."""

    def __init__(self, known: Sequence[Known], *, named: bool) -> None:
        self._known, self._named = known, named
        self._found: dict[Scope, Distribution] = {}
        self._n: dict[str, int] = {"national": len(known), "non_acute": 0}
        for item in known:
            self._n[item.trust_type] = self._n.get(item.trust_type, 0) + 1
            self._n["non_acute"] += item.trust_type != "acute"

    def of(self, scope: Scope) -> Distribution:
        if scope not in self._found:
            self._found[scope] = distribution([item.value for item in self._known if _is_in(scope, item)])
        return self._found[scope]

    def stretch(self, metric: Metric, trust_type: str) -> Decimal | None:
        scope, _ = stretch_scope(trust_type, self._n)
        found = self.of(scope) if self._named else self.of(scope).without_names()
        return found.best_quartile(metric.direction)


def _is_in(scope: Scope, item: Known) -> bool:
    return scope == "national" or (item.trust_type != "acute" if scope == "non_acute" else item.trust_type == scope)


def _default_peers(known: Sequence[Known]) -> Neighbours:
    groups = PeerGroups(Candidate(item.code, item.trust_type, item.income) for item in known)
    return lambda code: [other for other in groups.group_of(code).codes if other != code]


def _median(values: Sequence[Decimal]) -> Decimal | None:
    return distribution(values).median if len(values) >= LEAST_FOR_MEDIAN else None
