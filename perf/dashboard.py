"""Measures benchmarks: quantiles of a run beside a bare percentile_cont, a whole run, and the footprint's page, at 240 trusts and at 24,000.

    .venv/bin/python perf/dashboard.py [--trusts 240 24000] [--rounds 15] [--json FILE]

PostgreSQL is embedded, in a folder that is removed. The bare query works in binary doubles over the same values in the same scopes
and only returns its answers; ours is exact and writes them down. A page is the whole request, in process.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from benchmarks.models import BenchmarkRun

YEARS = 3
PAGE = "footprint page"
SMALL, LARGE = "240", "24000"

BARE = """
SELECT v.metric, s.scope, percentile_cont(array[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY v.value), count(*)
FROM benchmarks_runvalue v JOIN benchmarks_runtrust t ON t.id = v.run_trust_id
CROSS JOIN LATERAL (VALUES ('national'), (t.trust_type), ('non_acute')) AS s(scope)
WHERE v.run_id = %s AND v.counted AND (s.scope <> 'non_acute' OR t.trust_type <> 'acute') GROUP BY v.metric, s.scope
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--trusts", type=int, nargs="+", default=[240, 24_000])
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--json", type=Path, help="also write what was found to this file")
    given = arguments.parse_args()
    if len(given.trusts) > 1:
        found = {str(size): _apart(size, given.rounds) for size in given.trusts}
    else:
        found = {str(given.trusts[0]): _alone(given.trusts[0], given.rounds)}
    for size, times in found.items():
        for name, number in times.items():
            print(f"{int(size):>8,} trusts  {name:<45} {number:10.4f}")
    for what, number, most in goals(found):
        print(f"{what:<60} {number:10.2f}  goal {most:g}: {'met' if number <= most else 'MISSED'}")
    if given.json:
        given.json.write_text(json.dumps(found))


def goals(found: Mapping[str, Mapping[str, float]]) -> list[tuple[str, float, float]]:
    """Every goal that was measured: what, how much, and the most that it may be (numbers.md)."""
    small, large = found.get(SMALL, {}), found.get(LARGE, {})
    listed = [
        ("quantiles of a run ÷ bare percentile_cont, 240 trusts", small.get("quantiles ÷ percentile_cont"), 3.0),
        ("footprint page, queries, 240 trusts", small.get(f"{PAGE}, queries"), 10.0),
        ("footprint page, ms in SQL, 240 trusts", _thousand(small.get(f"{PAGE}, s in SQL")), 10.0),
        ("footprint page, s (95 of 100), 240 trusts", small.get(f"{PAGE}, s (95 of 100)"), 0.3),
        ("footprint page, queries, 24,000 trusts", large.get(f"{PAGE}, queries"), small.get(f"{PAGE}, queries", 10.0)),
    ]
    if small and large:
        times = large[f"{PAGE}, s (median)"] / small[f"{PAGE}, s (median)"]
        listed.append(("footprint page at 24,000 trusts ÷ at 240", times, 2.0))
    return [(what, number, most) for what, number, most in listed if number is not None]


def _thousand(number: float | None) -> float | None:
    return None if number is None else number * 1000


def _apart(size: int, rounds: int) -> dict[str, float]:
    """In a process and a database of its own, so that one size does not weigh on the other."""
    import subprocess

    with tempfile.TemporaryDirectory(prefix="stp-portal-dashboard-") as folder:
        file = Path(folder) / "found.json"
        subprocess.run(
            (sys.executable, __file__, "--trusts", str(size), "--rounds", str(rounds), "--json", str(file)), check=True
        )
        times: dict[str, float] = json.loads(file.read_text())[str(size)]
        return times


def _alone(size: int, rounds: int) -> dict[str, float]:
    from perf.own_database import own_database

    with own_database("dashboard"):
        return measured(size, rounds)


def measured(size: int, rounds: int) -> dict[str, float]:
    """Everything for one size of England."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks.actions import refresh_live
    from perf.dashboard_fill import fill

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    collection, footprint, lead = fill(size, YEARS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    start = time.perf_counter()
    run = refresh_live(collection)
    first = time.perf_counter() - start
    if run is None:
        raise SystemExit("There was nothing to make a run of.")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    few = rounds if size <= 1000 else 3
    found = quantile_times(run, few)
    again = size <= 1000
    found["a whole live run, s"] = _seconds(lambda: refresh_live(collection, anyway=True), 5) if again else first
    client = Client()
    client.force_login(lead)
    return found | page_times(client, f"/footprints/{footprint.ons_code}/", rounds)


def quantile_times(run: "BenchmarkRun", rounds: int) -> dict[str, float]:
    """Ours, written down, beside the bare query: five quantiles of every metric in every scope."""
    from django.db import connection, transaction

    from benchmarks.models import RunQuantiles
    from benchmarks.queries.run_quantiles import write_quantiles

    expected = {(row.metric, row.scope): row.expected for row in RunQuantiles.objects.filter(run=run)}

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [run.pk])
            cursor.fetchall()

    with transaction.atomic():
        ours: list[float] = []
        for _ in range(rounds):
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM benchmarks_runquantiles WHERE run_id = %s", [run.pk])
            ours.append(_seconds(lambda: write_quantiles(run, expected), 1))
        alone = _seconds(bare, rounds)
        transaction.set_rollback(True)
    return {
        "percentile_cont alone, s": alone,
        "quantiles of a run, exact and written, s": statistics.median(ours),
        "quantiles ÷ percentile_cont": statistics.median(ours) / alone,
    }


def page_times(client: object, address: str, rounds: int) -> dict[str, float]:
    """The footprint's page as its lead opens it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    if not isinstance(client, Client):
        raise TypeError("pages are opened by a test client")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        asked = [float(query["time"]) for query in queries.captured_queries]
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    seconds = []
    for _ in range(rounds * 2):
        start = time.perf_counter()
        client.get(address)
        seconds.append(time.perf_counter() - start)
    return {
        f"{PAGE}, queries": len(asked),
        f"{PAGE}, s in SQL": sum(asked),
        f"{PAGE}, s (median)": statistics.median(seconds),
        f"{PAGE}, s (95 of 100)": statistics.quantiles(seconds, n=20, method="inclusive")[-1],
    }


def _seconds(work: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
