"""What the page of one metric shows: charts with their tables, distributions, who could not be compared, and the definition."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import cast

from markupsafe import Markup

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.quantiles import (
    LEAST_FOR_DECILES,
    LEAST_FOR_MEDIAN,
    LEAST_FOR_QUARTILES,
    LEAST_FOR_QUARTILES_UNNAMED,
    Band,
    Distribution,
    too_few_words,
)
from benchmarks.arithmetic.stretch import TYPE_WORDS, Scope
from benchmarks.charts import Dot
from benchmarks.defining.schema import Metric, Target
from benchmarks.queries.metric_charts import bars_of, scatter_of, strip_of
from benchmarks.queries.metric_rows import MetricRow, NotCompared, ScopeRow
from benchmarks.queries.metric_run import MetricRun, scope_title
from benchmarks.queries.queried import queried_metrics
from benchmarks.queries.runs import standing_of
from benchmarks.words import rank_words, target_words
from ui.formats import number, sentence_list


@dataclass(frozen=True)
class MetricPage:
    """One metric in one run, as its reader may see it."""

    found: MetricRun
    queried: frozenset[int]
    """Keys of returns of own trusts of which a figure behind the metric is queried."""

    @property
    def metric(self) -> Metric:
        """The metric."""
        return self.found.metric

    @property
    def names_all(self) -> bool:
        """Whether the reader may see every trust by name."""
        return self.found.reader.named is None

    @cached_property
    def national(self) -> Distribution:
        """How all values lie, as the reader may see it."""
        return self.found.reading.distribution(self.metric, named=self.names_all)

    @property
    def disputed(self) -> int:
        """How many values are left out as disputed."""
        return self.found.reading.disputed(self.metric)

    def words(self, value: Decimal | None) -> str:
        """A national figure for people, or that too few values stand behind it."""
        return too_few_words(self.national.n) if value is None else value_words(self.metric, value)

    @cached_property
    def rows(self) -> list[MetricRow]:
        """The trusts that the reader may see by name and that have a value, the best first; for a neutral metric the lowest."""
        return sorted(self._rows(), key=lambda row: row.value, reverse=self.metric.direction == "higher")

    def _rows(self) -> Iterator[MetricRow]:
        reading, reader, metric = self.found.reading, self.found.reader, self.metric
        for trust in reading.trusts:
            code, found = trust.trust.ods_code, reading.value(trust, metric)
            if found is None or found.value is None or trust.trust_type not in metric.population:
                continue
            if reader.named is not None and code not in reader.named:
                continue
            at = standing_of(found)
            quarter = cast("Band | None", at.band) if at is not None and self.national.p25 is not None else None
            stretch = reading.distribution(metric, cast(Scope, at.stretch_scope), named=self.names_all) if at else None
            yield MetricRow(
                metric=metric,
                trust=trust,
                found=found,
                value=found.value,
                own=code in reader.own,
                quarter=quarter,
                may_rank=self.national.median is not None,
                may_see_stretch=stretch is not None and stretch.best_quartile(metric.direction) is not None,
                queried=trust.return_record_id in self.queried,
            )

    @cached_property
    def own(self) -> list[MetricRow]:
        """The own trusts among them."""
        return [row for row in self.rows if row.own]

    @property
    def has_pounds(self) -> bool:
        """Whether a gap to others is ever said in pounds."""
        return self.metric.opportunity != "none" and self.metric.counted != "target_only"

    @property
    def has_sizes(self) -> bool:
        """Whether the income of any of the trusts is known; published figures have none."""
        return any(row.trust.income is not None for row in self.rows)

    @property
    def scopes(self) -> list[ScopeRow]:
        """England first, then each type of trust that the metric is for."""
        reading, metric = self.found.reading, self.metric
        scopes: list[Scope] = ["national", *cast("tuple[Scope, ...]", metric.population)]
        if len(metric.population) == 1:
            scopes = ["national"]
        return [
            ScopeRow(
                metric,
                scope_title(scope),
                reading.distribution(metric, scope, named=self.names_all),
                reading.expected(metric, scope),
                reading.disputed(metric, scope),
            )
            for scope in scopes
            if scope == "national" or reading.expected(metric, scope)
        ]

    @cached_property
    def not_compared(self) -> list[NotCompared]:
        """Why trusts are not in the distribution, the commonest reason first."""
        named: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self.found.table.rows:
            if not row.counted:
                named[row.obstacle].append((row.name, row.reason))
        return [NotCompared(why, count, tuple(named[why])) for why, count in self.found.table.obstacles]

    @cached_property
    def outliers(self) -> list[MetricRow]:
        """The named trusts whose value is far from the others, the largest effect in pounds first."""
        far = [row for row in self.rows if row.standing is not None and row.standing.is_outlier]
        return sorted(far, key=lambda row: -((row.standing and row.standing.to_median) or Decimal(0)))

    @property
    def unnamed_outliers(self) -> int:
        """How many values of trusts that the reader may not see are far from the others."""
        placed = [standing_of(value) for value in self.found.reading.values.values()]
        return sum(at is not None and at.is_outlier for at in placed) - len(self.outliers)

    @cached_property
    def bars(self) -> Markup | None:
        """Every value as a bar; None where there is none that the reader may see."""
        return bars_of(self.found, self.national)

    @cached_property
    def strip(self) -> Markup:
        """How the values lie, and where the own trusts stand."""
        dots = [Dot(row.trust.trust.ods_code, row.value, row.queried) for row in self.own if row.found.counted]
        return strip_of(self.found, self.national, dots)

    @cached_property
    def scatter(self) -> Markup | None:
        """Value against size; None where no size is known, or nothing may be seen."""
        return scatter_of(self.found, self.national)

    @property
    def minimum_words(self) -> str:
        """Below how many values which figure is not shown to this reader."""
        quartiles = LEAST_FOR_QUARTILES if self.names_all else LEAST_FOR_QUARTILES_UNNAMED
        return (
            f"With fewer than {LEAST_FOR_MEDIAN} values there is no median, with fewer than {quartiles} no quartile, with fewer"
            f" than {LEAST_FOR_DECILES} no tenth: we say “too few”."
        )

    @property
    def first_is(self) -> str:
        """What the first place means."""
        return rank_words("", self.metric.direction).strip()

    @property
    def population_words(self) -> str:
        """The types of trust that the metric is for."""
        return sentence_list([TYPE_WORDS[kind] for kind in self.metric.population])

    @property
    def targets(self) -> list[tuple[Target, str, str]]:
        """Every target that was ever set, with whom it is for and what has to be known about it."""
        return [
            (target, sentence_list([TYPE_WORDS[kind] for kind in target.applies_to]), target_words(target))
            for target in self.metric.targets
        ]

    @property
    def dispute_words(self) -> str:
        """Both counts where values are left out as disputed; empty where none is."""
        if not self.disputed:
            return ""
        n = self.national.n
        left_out = f"{number(self.disputed)} {'value is' if self.disputed == 1 else 'values are'} disputed and left out"
        return f"{left_out}: n = {number(n)} without, n = {number(n + self.disputed)} with."


def metric_page(found: MetricRun) -> MetricPage:
    """The page of a metric in a run; one query more than reading it."""
    returns = [
        trust.return_record_id
        for trust in found.reading.trusts
        if trust.trust.ods_code in found.reader.own and trust.return_record_id is not None
    ]
    queried = queried_metrics(returns, [found.metric]) if found.run.collection_id is not None else {}
    return MetricPage(found, frozenset(queried))
