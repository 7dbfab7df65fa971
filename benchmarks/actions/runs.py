"""Live runs that follow the returns, and runs that are frozen under a number."""

import hashlib
import json
from datetime import timedelta
from functools import cache

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from benchmarks.actions.make_run import definitions_as_json, fill_from_returns
from benchmarks.actions.measure import measure_all
from benchmarks.arithmetic.nearest import NearestPeers
from benchmarks.code_version import code_version
from benchmarks.defining.registry import metrics
from benchmarks.models import BenchmarkRun, BenchmarkRunQuerySet
from benchmarks.queries.run_sources import based_on, described
from footprints.access import check_may
from footprints.events import record
from footprints.locks import held
from footprints.models import User
from submissions.models import Collection, Submission

QUANTILE_RULE = "Hyndman and Fan type 7, as QUARTILE.INC in Excel"

_RUN_LOCK = 5_200_001
_NUMBER_LOCK = 5_200_002
_KEPT = timedelta(minutes=1)
"""So long after a newer one took its place a live run still answers for a page that had begun to read it."""

_CHILDREN = ("standing", "runvalue", "peergroup", "runquantiles", "runtrust")


class NothingToFreeze(ValueError):
    """A collection without one accepted and measured return has nothing that could be compared."""


def refresh_live(collection: Collection, *, anyway: bool = False) -> BenchmarkRun | None:
    """Make the live run of a collection anew when something it rests on has changed; None when nothing has, or another does it.

    There is none before the first return is measured: until then pages show the round before.
    """
    today = timezone.localdate()
    listed = metrics(collection.template)
    with held(_RUN_LOCK) as mine:
        if not mine or not listed:
            return None
        basis = based_on(collection, today, definitions=_definitions_digest(collection.template))
        current = BenchmarkRun.objects.live().filter(collection=collection).first()
        if not anyway and (current.based_on == basis if current else not _has_measured(collection)):
            return None
        with transaction.atomic():
            run = _new_run(collection, basis)
            fill_from_returns(run, collection, today)
            take_place(run, BenchmarkRun.objects.live().filter(collection=collection))
        forget_old_runs()
        return run


def freeze(*, by: User, collection: Collection, purpose: str) -> BenchmarkRun:
    """Freeze a run of the collection as it stands now, under the next number. NothingToFreeze without one return to compare."""
    check_may(by, "freeze_runs")
    if collection.is_pilot:
        raise NothingToFreeze(f"{collection} is a pilot: its figures are for trying the template only.")
    measure_all(Submission.objects.unmeasured().filter(return_record__collection=collection))
    today = timezone.localdate()
    with transaction.atomic():
        run = _new_run(collection, based_on(collection, today, definitions=_definitions_digest(collection.template)))
        fill_from_returns(run, collection, today)
        if not run.trusts.exclude(submission=None).exists():
            raise NothingToFreeze(f"No return to {collection} is accepted and measured yet.")
        _keep_nearest(run)
        run.number = _next_number()
        run.purpose, run.frozen_by, run.frozen_at = purpose, by, timezone.now()
        run.save()
        record(verb="run frozen", by=by, subject=run, detail={"number": run.number, "purpose": purpose})
    return run


def take_place(run: BenchmarkRun, before: BenchmarkRunQuerySet) -> None:
    """Make a run the live one in the place of those before it."""
    before.update(is_live=False, replaced_at=timezone.now())
    run.is_live = True
    run.save(update_fields=["is_live"])


def forget_old_runs() -> None:
    """Remove runs that were live, once no page can still be reading them."""
    old = BenchmarkRun.objects.filter(replaced_at__lt=timezone.now() - _KEPT)
    keys = list(old.values_list("pk", flat=True))
    if not keys:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for child in _CHILDREN:
            cursor.execute(f"DELETE FROM benchmarks_{child} WHERE run_id = ANY(%s)", [keys])  # noqa: S608 - our own names
        cursor.execute("DELETE FROM benchmarks_benchmarkrun WHERE id = ANY(%s)", [keys])


def _has_measured(collection: Collection) -> bool:
    files = Submission.objects.accepted().filter(return_record__collection=collection)
    return files.filter(measured_at__isnull=False).exists()


def _new_run(collection: Collection, basis: str) -> BenchmarkRun:
    return BenchmarkRun.objects.create(
        template=collection.template,
        year=collection.year,
        collection=collection,
        based_on=basis,
        quantile_rule=QUANTILE_RULE,
        code_version=code_version(),
        definitions=definitions_as_json(metrics(collection.template)),
        illustrative=collection.illustrative,
    )


def _next_number() -> int:
    """One more than the last; whoever freezes at the same moment waits, so that no number is left out or given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBER_LOCK])
    return (BenchmarkRun.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _keep_nearest(run: BenchmarkRun) -> None:
    """Among those of which we know the income: of the others nothing says what they are like."""
    trusts = list(run.trusts.exclude(income=None).select_related("trust"))
    peers = NearestPeers(described(trust) for trust in trusts)
    for trust in trusts:
        trust.nearest = [[near.code, near.distance] for near in peers.of(trust.trust.ods_code).neighbours]
    run.trusts.bulk_update(trusts, ["nearest"])


@cache
def _definitions_digest(template: str) -> str:
    listed = json.dumps(definitions_as_json(metrics(template)), sort_keys=True)
    return hashlib.sha256(f"{code_version()}{listed}".encode()).hexdigest()
