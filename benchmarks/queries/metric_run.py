"""One metric in one run as one reader may see it: which run is meant, whom the reader may name, and the table that pages and exports
are made from. Every page and file of a metric takes its figures from here, so who may see what is decided once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

from benchmarks.arithmetic.mix_index import EXPECTED
from benchmarks.arithmetic.quantiles import Distribution, Position
from benchmarks.arithmetic.stretch import TYPE_WORDS, Scope
from benchmarks.defining.publications import PUBLICATIONS
from benchmarks.defining.registry import metric as metric_in_force
from benchmarks.defining.schema import Metric
from benchmarks.exports.metric_table import (
    Gap,
    Group,
    GroupQuantile,
    MetricTable,
    OwnTrust,
    Quantile,
    RunWords,
    TrustRow,
)
from benchmarks.models import BenchmarkRun, PeerGroup, RunTrust, RunValue, Standing
from benchmarks.queries.addressed_run import run_at
from benchmarks.queries.runs import Reading, live_runs, metrics_of, names_all, read_runs
from benchmarks.words import only_for_words
from footprints.access import may, trusts_visible_to
from footprints.models import Footprint, User
from submissions.models import Collection
from submissions.stages import STAGE_WORDS
from ui.formats import long_date, moment, number, plural

MOST_OWN = 15
"""So many trusts can be told apart in a chart. Who looks after more chooses a footprint."""

_OBSTACLES: Final[Mapping[str, str]] = {
    "not_applicable": "Not applicable at the trust",
    "included_elsewhere": "Included in another line",
    "not_calculable": "Exists but cannot be stated",
    "missing": "A figure is not given",
    "zero_volume": "Nothing to divide by: zero volume",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a reader may name, and whose position is worked out for them; ODS codes."""

    named: frozenset[str] | None
    """None for every trust."""
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class MetricRun:
    """One metric in one run for one reader."""

    metric: Metric
    reading: Reading
    reader: Reader
    table: MetricTable

    @property
    def run(self) -> BenchmarkRun:
        """The run."""
        return self.reading.run


def find_metric(metric_id: str, key: str) -> tuple[Metric, BenchmarkRun | None] | None:
    """A metric, and the run that `key` names (see `benchmarks.run_address`); without a key the live one, or None while there is none.

    None for a metric or run that there is not, a run without the metric, and a pilot's.
    """
    if not key:
        try:
            metric = metric_in_force(metric_id)
        except LookupError:
            return None
        return metric, _current(metric)
    run = run_at(key)
    if run is None or (run.collection is not None and run.collection.purpose != Collection.Purpose.ROUND):
        return None
    found = next((metric for metric in metrics_of(run) if metric.id == metric_id), None)
    return None if found is None else (found, run)


def _current(metric: Metric) -> BenchmarkRun | None:
    """The live run of a template, or of published figures that of the newest year for which the metric has any."""
    if metric.template not in PUBLICATIONS:
        return next(iter(live_runs({metric.template})), None)
    return next(iter(published_years(metric)), None)


def published_years(metric: Metric) -> list[BenchmarkRun]:
    """The runs of published figures in which the metric stands, the newest year first; none for a metric over returns."""
    if metric.template not in PUBLICATIONS:
        return []
    runs = BenchmarkRun.objects.live().filter(collection=None, template=metric.template, quantiles__metric=metric.id)
    return list(runs.defer("definitions").distinct().order_by("-year"))


def metric_run(person: User, metric: Metric, run: BenchmarkRun, footprint: Footprint | None) -> MetricRun:
    """A metric of a run as the person may see it, with the position of their trusts, or of those of a footprint that they may see."""
    (reading,) = read_runs([run], metric_ids=[metric.id])
    reader = _reader(person, reading, footprint)
    peers = {group.pk: group for group in PeerGroup.objects.filter(run=run, metric=metric.id)}
    return MetricRun(metric, reading, reader, _table(reading, metric, reader, peers))


def _reader(person: User, reading: Reading, footprint: Footprint | None) -> Reader:
    everybody = names_all(person, reading.run)
    visible = frozenset(trusts_visible_to(person, "see_benchmarks").values_list("ods_code", flat=True))
    if footprint is not None:
        members = {trust.trust.ods_code for trust in reading.trusts if footprint.ons_code in trust.footprints}
        own = frozenset(members) & visible
    else:
        in_run = frozenset(trust.trust.ods_code for trust in reading.trusts) & visible
        own = frozenset[str]() if may(person, "see_national") or len(in_run) > MOST_OWN else in_run
    return Reader(None if everybody else visible, own)


def _table(reading: Reading, metric: Metric, reader: Reader, peers: Mapping[int, PeerGroup]) -> MetricTable:
    rows = {trust.trust.ods_code: _row(reading, metric, trust) for trust in _listed(reading, metric, reader)}
    placed = {
        code: (trust, standing)
        for trust in reading.trusts
        if (code := trust.trust.ods_code) in reader.own and (standing := reading.standing(trust, metric)) is not None
    }
    scopes = _scopes(reading, metric, reader, [standing for _, standing in placed.values()])
    national = scopes["national"]
    own, groups = [], list(scopes.values())
    for code, (_, standing) in placed.items():
        among = _peers(code, standing, peers)
        if among is not None:
            groups.append(among)
        gaps = tuple(_gaps(metric, standing, national, among, scopes.get(cast(Scope, standing.stretch_scope))))
        own.append(OwnTrust(code, _position(metric, standing), gaps))
    return MetricTable(
        metric=metric,
        run=run_words(reading.run),
        all_rows=tuple(rows.values()),
        groups=tuple(groups),
        own=tuple(own),
        expected=reading.expected(metric),
        named=reader.named,
    )


def _listed(reading: Reading, metric: Metric, reader: Reader) -> Iterator[RunTrust]:
    """The trusts that the metric is for; of others only the reader's own, which are told why they are not in."""
    for trust in reading.trusts:
        if trust.trust_type in metric.population or trust.trust.ods_code in reader.own:
            yield trust


def _row(reading: Reading, metric: Metric, trust: RunTrust) -> TrustRow:
    found = reading.value(trust, metric)
    obstacle, reason = _why_not(metric, trust, found)
    return TrustRow(
        code=trust.trust.ods_code,
        name=trust.trust.name,
        trust_type=TYPE_WORDS[trust.trust_type],
        numerator=found.numerator if found else None,
        denominator=found.denominator if found else None,
        value=found.value if found else None,
        counted=found is not None and found.counted,
        obstacle=obstacle,
        reason=reason,
        relevant_pay=found.relevant_pay if found else None,
        volume=found.opportunity_volume if found else None,
    )


def _why_not(metric: Metric, trust: RunTrust, found: RunValue | None) -> tuple[str, str]:
    """Why a value is not in the distribution: in words that name nothing of the trust, and in a sentence; both empty where it is."""
    if found is not None and found.counted:
        return "", ""
    if found is not None and found.disputed:
        return "Disputed", found.left_out
    if trust.trust_type not in metric.population:
        words = only_for_words(metric)
        return f"{words[:1].upper()}{words[1:]}", f"This measure is for {words}."
    if trust.absent or found is None:
        words = _absent_words(trust)
        return words, f"{words}."
    return _OBSTACLES.get(found.status, "Left out"), found.reason or found.left_out


def _absent_words(trust: RunTrust) -> str:
    """Why a trust is not in the run; of a return that is not in, how far it has come."""
    absent = trust.absent or "Not measured"
    waiting = trust.return_record_id is not None and absent in STAGE_WORDS.values()
    return f"No accepted return: {absent[:1].lower()}{absent[1:]}" if waiting else absent


def _scopes(reading: Reading, metric: Metric, reader: Reader, placed: Iterable[Standing]) -> dict[Scope, Group]:
    """The groups of a file: England, and those whose best quarter an own trust is held against. Who may see every trust by name has
    each type too; nobody else, since every further group that overlaps gives more away."""
    used = {standing.stretch_scope for standing in placed}
    scopes: dict[Scope, Group] = {}
    for of, name in reading.quantiles:
        scope = cast(Scope, name)
        wanted = scope == "national" or scope in used or (reader.named is None and scope in metric.population)
        if of == metric.id and wanted:
            lies = reading.distribution(metric, scope, named=True)
            owed = reading.expected(metric, scope)
            who = f"{number(lies.n)} of {plural(owed, 'trust')}"
            scopes[scope] = Group(scope_title(scope), _codes(reading, metric, scope), lies, who, owed)
    scopes.setdefault("national", Group(scope_title("national"), frozenset(), Distribution(0)))
    return {"national": scopes.pop("national"), **dict(sorted(scopes.items()))}


def _codes(reading: Reading, metric: Metric, scope: Scope) -> frozenset[str]:
    return frozenset(
        trust.trust.ods_code
        for trust in reading.trusts
        if (scope == "national" or trust.trust_type == scope or (scope == "non_acute" and trust.trust_type != "acute"))
        and (found := reading.value(trust, metric)) is not None
        and found.counted
    )


def _peers(code: str, standing: Standing, peers: Mapping[int, PeerGroup]) -> Group | None:
    group = peers.get(standing.peer_group_id) if standing.peer_group_id is not None else None
    if group is None:
        return None
    codes = frozenset(group.codes) - {code}
    return Group(f"Peers of {code}", codes, Distribution(n=len(codes), median=standing.peer_median), group.words)


def _gaps(
    metric: Metric, standing: Standing, national: Group, among: Group | None, stretch: Group | None
) -> Iterator[Gap]:  # fmt: skip
    if standing.to_median is not None:
        index = metric.method == "mix_adjusted"
        yield Gap(
            "what is expected" if index else "national median",
            EXPECTED if index else GroupQuantile(national, "median"),
            standing.to_median,
        )
    if standing.to_peer_median is not None and among is not None:
        yield Gap("peer median", GroupQuantile(among, "median"), standing.to_peer_median)
    if standing.to_stretch is not None and stretch is not None:
        best: Quantile = "p25" if metric.direction == "lower" else "p75"
        yield Gap("best quartile (stretch)", GroupQuantile(stretch, best), standing.to_stretch)


def _position(metric: Metric, standing: Standing) -> Position:
    """As it stands in the run, but the percentile with every digit."""
    before = standing.rank - 1
    below = standing.n - before - standing.equal if metric.direction == "higher" else before
    others = standing.n - 1
    percentile = Decimal(100 * (2 * below + standing.equal - 1)) / (2 * others) if others else None
    return Position(standing.rank, standing.equal, standing.n, percentile, metric.direction)


def scope_title(scope: Scope) -> str:
    """A scope as the head of a row: "All trusts", "Mental health trusts"."""
    if scope == "national":
        return "All trusts"
    return "Trusts that are not acute" if scope == "non_acute" else f"{TYPE_WORDS[scope].capitalize()} trusts"


def run_words(run: BenchmarkRun) -> RunWords:
    """Which run figures come from, for a file that is read without the page."""
    live = run.number is None and not run.is_published
    if run.number is not None:
        title = f"Run {run.number}, frozen on {long_date((run.frozen_at or run.computed_at).date())} for {run.purpose}"
    else:
        title = f"Live figures as on {moment(run.computed_at)}" if live else f"Published figures of {run.year}"
    if run.collection is None:
        population = run.publication
        source = f"{population}. Contains public sector information licensed under the Open Government Licence v3.0."
    else:
        population = run.collection.name
        source = f"The latest accepted return of each trust to {run.collection.name}."
    return RunWords(
        title=title,
        population=population,
        source=source,
        code_version=run.code_version[:12],
        provisional=live,
        illustrative=run.illustrative,
    )
