"""Filling a run: its trusts, their values, the quantiles, and where each value stands. Everything of it comes from the run's own rows
once its trusts and their files are chosen, so that a file accepted meanwhile is wholly in or wholly out."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from django.db import connection

from benchmarks.arithmetic.metrics import Calculated
from benchmarks.arithmetic.mix_index import Discipline, mix_index
from benchmarks.arithmetic.peers import Candidate, PeerGroups
from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.arithmetic.standings import CountedValue, Placed, placed
from benchmarks.arithmetic.stretch import Scope
from benchmarks.defining.registry import metrics
from benchmarks.defining.schema import Metric
from benchmarks.models import BenchmarkRun, PeerGroup, RunQuantiles, RunTrust, RunValue
from benchmarks.queries.index_parts import discipline
from benchmarks.queries.run_quantiles import NATIONAL, NON_ACUTE, as_distribution, write_quantiles
from benchmarks.queries.run_sources import is_expected, run_trusts
from benchmarks.words import only_for_words
from footprints.models import TrustType
from submissions.actions.copying import copy_rows
from submissions.models import Collection

CLOSED = "The trust has closed."

_VALUES = """
INSERT INTO benchmarks_runvalue
    (run_id, run_trust_id, metric, status, numerator, denominator, value, relevant_pay, opportunity_volume, reason,
     counted, disputed, left_out)
SELECT t.run_id, t.id, m.metric, m.status, m.numerator, m.denominator, m.value, m.relevant_pay, m.opportunity_volume,
    m.reason, m.value IS NOT NULL AND w.left_out = '' AND t.absent = '' AND d.id IS NULL,
    m.value IS NOT NULL AND w.left_out = '' AND t.absent = '' AND d.id IS NOT NULL,
    CASE
        WHEN m.value IS NULL THEN ''
        WHEN w.left_out <> '' THEN w.left_out
        WHEN t.absent <> '' THEN %(closed)s
        WHEN d.id IS NOT NULL THEN 'Disputed: ' || d.reason
        ELSE ''
    END
FROM benchmarks_runtrust t
JOIN benchmarks_metricvalue m ON m.submission_id = t.submission_id
JOIN unnest(%(metrics)s::text[], %(types)s::text[], %(left_out)s::text[]) AS w(metric, trust_type, left_out)
    ON w.metric = m.metric AND w.trust_type = t.trust_type
LEFT JOIN benchmarks_dispute d
    ON d.return_record_id = t.return_record_id AND d.metric = m.metric AND d.lifted_at IS NULL
WHERE t.run_id = %(run)s
"""

_STANDING_COLUMNS = (
    "value_id", "run_id", "rank", "equal", "n", "percentile", "band", "peer_group_id", "peer_median", "to_median",
    "to_peer_median", "to_stretch", "stretch_scope", "outlier_score", "is_outlier",
)  # fmt: skip


def fill_from_returns(run: BenchmarkRun, collection: Collection, today: date) -> None:
    """Everything of a run of a collection's returns, as they stand today."""
    trusts = RunTrust.objects.bulk_create(run_trusts(run, collection, today))
    listed = metrics(collection.template)
    ratios = [metric for metric in listed if metric.method == "ratio"]
    indices = [metric for metric in listed if metric.method == "mix_adjusted"]
    expected = expected_by_scope(trusts, listed)
    _copy_values(run, ratios)
    write_quantiles(run, {key: n for key, n in expected.items() if key[0] in {metric.id for metric in ratios}})
    for metric in indices:
        _write_index(run, metric, ratios)
    if indices:
        write_quantiles(run, {key: n for key, n in expected.items() if key[0] in {metric.id for metric in indices}})
    place_all(run, listed)


def place_all(run: BenchmarkRun, listed: Sequence[Metric]) -> None:
    """Peer groups and standings of every counted value of a run whose quantiles are written."""
    scopes: dict[str, dict[Scope, Distribution]] = defaultdict(dict)
    for row in RunQuantiles.objects.filter(run=run):
        scopes[row.metric][cast(Scope, row.scope)] = as_distribution(row)
    counted = _counted(run)
    for metric in listed:
        values = counted.get(metric.id, [])
        peers = PeerGroups(item.candidate for item in values)
        found = placed(metric, values, scopes[metric.id], peers)
        kept = {
            group.key: PeerGroup(run=run, metric=metric.id, key=group.key, words=group.words, codes=list(group.codes))
            for group in {item.group.key: item.group for item in found}.values()
        }
        PeerGroup.objects.bulk_create(kept.values())
        copy_rows("benchmarks_standing", _STANDING_COLUMNS, _rows(run, found, kept), words=("stretch_scope",))


def definitions_as_json(listed: Iterable[Metric]) -> list[dict[str, object]]:
    """The definitions of metrics as a run keeps them."""
    return [json.loads(metric.model_dump_json(by_alias=True)) for metric in listed]


def expected_by_scope(trusts: Iterable[RunTrust], listed: Sequence[Metric]) -> Mapping[tuple[str, str], int]:
    """How many returns are owed, by metric and scope, by trusts that the metric is for."""
    owed = [trust.trust_type for trust in trusts if is_expected(trust)]
    counts: dict[tuple[str, str], int] = {}
    for metric in listed:
        of = [kind for kind in owed if kind in metric.population]
        counts[metric.id, NATIONAL] = len(of)
        counts[metric.id, NON_ACUTE] = sum(kind != "acute" for kind in of)
        counts |= {(metric.id, kind): of.count(kind) for kind in metric.population}
    return counts


def _copy_values(run: BenchmarkRun, listed: Sequence[Metric]) -> None:
    """What was measured in each file of the run, with whether it counts, in one statement."""
    pairs = [
        (metric.id, kind, "" if kind in metric.population else f"This measure is for {only_for_words(metric)}.")
        for metric in listed
        for kind in TrustType.values
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _VALUES,
            {
                "run": run.pk,
                "closed": CLOSED,
                "metrics": [metric for metric, _, _ in pairs],
                "types": [kind for _, kind, _ in pairs],
                "left_out": [words for _, _, words in pairs],
            },
        )


def _write_index(run: BenchmarkRun, index: Metric, listed: Sequence[Metric]) -> None:
    """The mix-adjusted index of every trust, from the national medians that the run has just found."""
    family = [metric for metric in listed if metric.family == index.of]
    medians = {
        row.metric: as_distribution(row).median
        for row in RunQuantiles.objects.filter(run=run, metric__in=[metric.id for metric in family], scope=NATIONAL)
    }
    own: dict[int, dict[str, Discipline]] = defaultdict(dict)
    parts = {metric.id: metric for metric in family}
    for row in RunValue.objects.filter(run=run, metric__in=parts).order_by("metric"):
        own[row.run_trust_id][row.metric] = discipline(parts[row.metric], row)
    trusts = RunTrust.objects.filter(run=run, pk__in=own, trust_type__in=index.population)
    RunValue.objects.bulk_create(
        run_value(run, trust, index, mix_index(own[trust.pk], medians).result, CLOSED if trust.absent else "")
        for trust in trusts
    )


def run_value(run: BenchmarkRun, trust: RunTrust, metric: Metric, result: Calculated, left_out: str) -> RunValue:
    """What was worked out for a trust, not saved; `left_out` says why a value is not in the distribution, and is empty where it is."""
    has_value = result.value is not None
    return RunValue(
        run=run,
        run_trust=trust,
        metric=metric.id,
        status=result.status,
        numerator=result.numerator,
        denominator=result.denominator,
        value=result.value,
        opportunity_volume=result.opportunity_volume,
        reason=result.reason,
        counted=has_value and not left_out,
        left_out=left_out if has_value else "",
    )


def _counted(run: BenchmarkRun) -> Mapping[str, list[CountedValue]]:
    found: dict[str, list[CountedValue]] = defaultdict(list)
    rows = RunValue.objects.counted().filter(run=run).order_by("metric", "run_trust__trust__ods_code")
    for pk, metric, code, kind, income, value, numerator, denominator, pay, volume in rows.values_list(
        "pk", "metric", "run_trust__trust__ods_code", "run_trust__trust_type", "run_trust__income",
        "value", "numerator", "denominator", "relevant_pay", "opportunity_volume",
    ):  # fmt: skip
        found[metric].append(
            CountedValue(pk, Candidate(code, kind, income), value or Decimal(0), numerator, denominator, pay, volume)
        )
    return found


def _rows(run: BenchmarkRun, found: Iterable[Placed], kept: Mapping[str, PeerGroup]) -> Iterable[Sequence[object]]:
    for item in found:
        group = kept[item.group.key]
        yield (
            item.of.key, run.pk, item.place.rank, item.place.equal, item.place.n, _six(item.place.percentile), item.quarter,
            group.pk, item.peer_median, item.to_median, item.to_peer_median, item.to_stretch,
            item.stretch_scope, item.outlier.score, item.outlier.flagged,
        )  # fmt: skip


def _six(percentile: Decimal | None) -> Decimal | None:
    return None if percentile is None else round(percentile, 6)
