"""One number of one trust in one run, followed back: to its run, its file, its cells, and on to its place and its pounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.quantiles import (
    LEAST_FOR_MEDIAN,
    Band,
    Distribution,
    Position,
    band,
    band_words,
    coverage_words,
    too_few_words,
)
from benchmarks.arithmetic.stretch import TYPE_WORDS, Scope, stretch_scope
from benchmarks.defining.schema import Metric, Target
from benchmarks.explained_words import Sum, percentile_words, quarter_reason
from benchmarks.models import BenchmarkRun, Dispute, PeerGroup, RunTrust, RunValue, Standing
from benchmarks.queries.addressed_run import run_at
from benchmarks.queries.behind import Behind, behind, uses_of
from benchmarks.queries.gap_sums import ScopeLines, gap_sums, scope_lines
from benchmarks.queries.index_parts import IndexPart, index_parts
from benchmarks.queries.runs import Reading, metrics_of, names_all, read_runs, standing_of
from benchmarks.words import formula_words, rank_words, short_name, target_words, working_words
from footprints.access import actions_at, may_somewhere, trusts_visible_to
from footprints.models import PublishedFigure, Trust, User
from submissions.models import Submission
from templates_app import registry as templates
from templates_app.expressions import parse, references


@dataclass(frozen=True)
class Explained:
    """Everything about one number that this reader may see."""

    reading: Reading
    trust: RunTrust
    metric: Metric
    named: bool
    """The reader may see every trust of the run by name."""
    peer_names: tuple[str, ...]
    """Names of the peers, for a reader who may see them."""
    behind: Behind | None
    """None for published figures, and for a trust without a return."""
    published: tuple[PublishedFigure, ...]
    parts: tuple[IndexPart, ...]
    """For the mix-adjusted index, its disciplines."""
    disputes: tuple[Dispute, ...]
    """About this number of the return, the newest first, lifted ones among them."""

    @property
    def run(self) -> BenchmarkRun:
        """The run it stands in."""
        return self.reading.run

    @cached_property
    def own(self) -> RunValue | None:
        """The number, or why there is none; None too where the trust has no return that was measured."""
        return self.reading.value(self.trust, self.metric)

    @cached_property
    def standing(self) -> Standing | None:
        """Where it stands; None where it is not in the distribution."""
        return standing_of(self.own) if self.own is not None else None

    @property
    def value(self) -> Decimal | None:
        """The number itself."""
        return self.own.value if self.own is not None else None

    @property
    def words(self) -> str:
        """The number in words; empty where there is none."""
        return "" if self.value is None else value_words(self.metric, self.value)

    @property
    def trust_name(self) -> str:
        """The trust without its legal form."""
        return short_name(self.trust.trust.name)

    @property
    def why_none(self) -> str:
        """Why there is no number, in a sentence; empty where there is one."""
        if self.own is not None:
            return self.own.reason
        return f"{self.trust.absent}." if self.trust.absent else "This measure was not worked out for this trust."

    @property
    def working(self) -> str:
        """What is divided by what, and the sum in figures; only the former where there is no number."""
        if self.own is None or self.own.value is None or self.own.numerator is None:
            return f"{formula_words(self.metric)}."
        sum_words = working_words(self.metric, self.own.numerator, self.own.denominator, self.own.value)
        return f"{formula_words(self.metric)}: {sum_words}."

    @property
    def targets(self) -> list[tuple[Target, str, str]]:
        """The targets that were ever set for the trust's type: each, its value in words, and what has to be known about it."""
        return [
            (target, value_words(self.metric, target.value), target_words(target))
            for target in self.metric.targets_for(self.trust.trust_type)
        ]

    @property
    def trust_type_words(self) -> str:
        """The trust's type inside a sentence."""
        return TYPE_WORDS[self.trust.trust_type]

    @property
    def national(self) -> Distribution:
        """The national distribution as the reader may see it."""
        return self.reading.distribution(self.metric, named=self.named)

    @property
    def coverage(self) -> str:
        """How many values stand behind the national figures, of how many there should be."""
        return coverage_words(self.national.n, self.reading.expected(self.metric))

    @property
    def disputed(self) -> int:
        """How many values of the metric are out because somebody disputes them."""
        return self.reading.disputed(self.metric)

    @cached_property
    def scopes(self) -> tuple[ScopeLines, ...]:
        """Nation first; then the trusts whose best quarter the stretch benchmark is, where those are not all."""
        scopes = dict.fromkeys(("national", self.stretch[0]))
        return tuple(scope_lines(self.reading, self.metric, scope, named=self.named) for scope in scopes)

    @cached_property
    def stretch(self) -> tuple[Scope, str]:
        """Whose best quarter is the stretch benchmark, and why."""
        counts = {scope: row.n for (metric, scope), row in self.reading.quantiles.items() if metric == self.metric.id}
        return stretch_scope(self.trust.trust_type, counts)

    @property
    def peers(self) -> PeerGroup | None:
        """The group of trusts that it is compared with, itself among them."""
        return self.standing.peer_group if self.standing is not None else None

    @property
    def quarter(self) -> Band | None:
        """The quartile band, where the reader may see the bounds and the number is in the distribution."""
        if self.value is None or self.standing is None:
            return None
        return band(self.value, self.national, self.metric.direction)

    @property
    def quarter_words(self) -> str:
        """The band in words; empty where there is none."""
        return "" if self.quarter is None else band_words(self.quarter, self.metric.direction)

    @property
    def quarter_reason(self) -> str:
        """Why the number is in its quarter, or that too few values are in to say."""
        if self.value is None or self.quarter is None:
            return f"No quarter can be said: {too_few_words(self.national.n)}."
        return quarter_reason(self.metric, self.value, self.national, self.quarter)

    @property
    def rank(self) -> str:
        """ "41st of 55 (1st is the lowest)"; empty while too few are in."""
        found = self.standing
        if found is None or found.n < LEAST_FOR_MEDIAN:
            return ""
        place = Position(found.rank, found.equal, found.n, found.percentile, self.metric.direction)
        return rank_words(place.words, self.metric.direction)

    @property
    def percentile(self) -> str:
        """The same as a share; empty while too few are in."""
        return percentile_words(self.standing.percentile, self.standing.n) if self.rank and self.standing else ""

    @property
    def no_pounds(self) -> str:
        """Why no gap is counted in pounds; empty where gaps are."""
        if self.metric.opportunity == "none":
            return "Gaps on this measure are not counted in pounds."
        if self.metric.counted == "target_only":
            return "Pounds are counted against the target of this measure only, never against other trusts."
        if self.own is not None and self.value is not None and self.standing is None:
            return "A number that is not in the distribution is not compared in pounds."
        return "" if self.value is not None else "Without a number there is no gap."

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """What the gap to each of the three benchmarks is worth, as sums in figures."""
        if self.no_pounds or self.own is None or self.standing is None:
            return ()
        return gap_sums(self.reading, self.metric, self.own, self.standing, self.stretch, named=self.named)


def explained(person: User, key: str, metric_id: str, ods_code: str) -> Explained | None:
    """The number, for somebody who may see the trust by name (published figures: for everybody who sees comparisons somewhere);
    None where there is no such number or it is none of their business. The same number of queries for every number of one kind."""
    run = run_at(key)
    if run is None:
        return None
    metric = next((known for known in metrics_of(run) if known.id == metric_id), None)
    if metric is None:
        return None
    if run.is_published:
        trusts = Trust.objects.all() if may_somewhere(person, "see_benchmarks") else Trust.objects.none()
    else:
        trusts = trusts_visible_to(person, "see_benchmarks")
    family = [known for known in metrics_of(run) if metric.of and known.family == metric.of]
    (reading,) = read_runs([run], trusts.filter(ods_code=ods_code.upper()), [metric.id, *(part.id for part in family)])
    if not reading.trusts:
        return None
    return _explained(person, reading, metric, family)


def _explained(person: User, reading: Reading, metric: Metric, family: Sequence[Metric]) -> Explained:
    (trust,) = reading.trusts
    own = reading.value(trust, metric)
    named = names_all(person, reading.run)
    group = own.standing.peer_group if own is not None and standing_of(own) is not None else None
    others = [code for code in group.codes if code != trust.trust.ods_code] if group is not None and named else []
    disputes = Dispute.objects.filter(return_record=trust.return_record_id, metric=metric.id)
    return Explained(
        reading=reading,
        trust=trust,
        metric=metric,
        named=named,
        peer_names=tuple(Trust.objects.filter(ods_code__in=others).order_by("name").values_list("name", flat=True)),
        behind=_behind(person, trust, family or [metric]),
        published=_published(reading.run, trust, metric),
        parts=index_parts(reading, trust, family),
        disputes=tuple(disputes.select_related("marked_by", "lifted_by")) if trust.return_record_id else (),
    )


def _behind(person: User, trust: RunTrust, parts: Sequence[Metric]) -> Behind | None:
    if trust.submission_id is None:
        return None
    beside = ("return_record__trust", "return_record__collection", "uploaded_by")
    file = Submission.objects.select_related(*beside).get(pk=trust.submission_id)
    uses = uses_of(parts, templates.get(file.template, file.version))
    return behind(file, uses, actions_at(person, trust.trust))


def _published(run: BenchmarkRun, trust: RunTrust, metric: Metric) -> tuple[PublishedFigure, ...]:
    if not run.is_published:
        return ()
    sources = [source for source in (metric.numerator, metric.denominator) if source]
    measures = {reference.name for source in sources for reference in references(parse(source))}
    return tuple(PublishedFigure.objects.filter(trust=trust.trust, year=run.year, measure__in=measures))
