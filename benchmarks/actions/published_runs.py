"""Runs of figures that others published: every trust as published, one run for each publication and year."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from benchmarks.actions.make_run import definitions_as_json, expected_by_scope, place_all, run_value
from benchmarks.actions.runs import QUANTILE_RULE, forget_old_runs, take_place
from benchmarks.arithmetic.published_metrics import Published, calculate_published
from benchmarks.code_version import code_version
from benchmarks.defining.publications import PUBLICATIONS
from benchmarks.defining.published_file import PublishedMetric, published_metrics
from benchmarks.models import BenchmarkRun, RunTrust, RunValue
from benchmarks.queries.published_sources import descriptors_by_trust, figures_of, sources_digest
from benchmarks.queries.run_quantiles import write_quantiles
from benchmarks.queries.run_sources import footprints_by_trust
from benchmarks.words import only_for_words
from footprints.locks import held
from footprints.models import Region, Trust

_LOCK = 5_200_003


def make_published_runs() -> list[BenchmarkRun]:
    """Make anew the run of every publication and year whose figures, definitions or code have changed; an empty list when none has."""
    with held(_LOCK) as mine:
        if not mine:
            return []
        source = sources_digest()
        made = [_made(publication, year, source) for publication in PUBLICATIONS for year in _years(publication)]
        return [run for run in made if run is not None]


def _made(publication: str, year: str, source: str) -> BenchmarkRun | None:
    known = [metric for metric in published_metrics(publication) if year in metric.years]
    definitions = definitions_as_json(metric.metric for metric in known)
    digest = f"{source}{code_version()}{json.dumps(definitions)}{[metric.zero_counts for metric in known]}"
    basis = hashlib.sha256(digest.encode()).hexdigest()
    current = BenchmarkRun.objects.live().filter(collection=None, template=publication, year=year)
    if current.filter(based_on=basis).exists():
        return None
    figures = figures_of(year, _measures(known))
    if not figures and not current.exists():
        return None
    with transaction.atomic():
        run = BenchmarkRun.objects.create(
            template=publication,
            year=year,
            computed_at=timezone.now(),
            based_on=basis,
            quantile_rule=QUANTILE_RULE,
            code_version=code_version(),
            definitions=definitions,
        )
        _fill(run, known, figures)
        take_place(run, current)
    forget_old_runs()
    return run


def _fill(
    run: BenchmarkRun, known: Sequence[PublishedMetric], figures: Mapping[int, Mapping[str, Published]]
) -> None:  # fmt: skip
    described, footprints = descriptors_by_trust(run.year), footprints_by_trust(timezone.localdate())
    trusts = RunTrust.objects.bulk_create(
        RunTrust(
            run=run,
            trust=trust,
            trust_type=trust.trust_type,
            region=trust.region,
            footprints=footprints.get(trust.pk, []),
            descriptors={"london": trust.region == Region.LONDON, **described.get(trust.pk, {})},
        )
        for trust in Trust.objects.filter(pk__in=figures).order_by("ods_code")
    )
    RunValue.objects.bulk_create(
        _value(run, trust, metric, figures[trust.trust_id]) for trust in trusts for metric in known
    )
    listed = [metric.metric for metric in known]
    write_quantiles(run, expected_by_scope(trusts, listed))
    place_all(run, listed)


def _value(
    run: BenchmarkRun, trust: RunTrust, known: PublishedMetric, figures: Mapping[str, Published]
) -> RunValue:  # fmt: skip
    metric = known.metric
    left_out = "" if trust.trust_type in metric.population else f"This measure is for {only_for_words(metric)}."
    return run_value(run, trust, metric, calculate_published(known, figures), left_out)


def _years(publication: str) -> list[str]:
    return sorted({year for known in published_metrics(publication) for year in known.years})


def _measures(known: Iterable[PublishedMetric]) -> set[str]:
    return {measure for metric in known for measure in (*metric.measures("numerator"), *metric.measures("denominator"))}
