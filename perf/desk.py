"""Measures the returns desk at 24,000 returns: the page, a filter, a search, another order, the last page, and the export.

    .venv/bin/python perf/desk.py [--returns 24000] [--rounds 12] [--json FILE]

PostgreSQL is embedded, in a folder that is removed. Every time is of the whole request, in process: 50 and 95 of 100 came within it.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from django.test import Client

PAGES = {
    "desk": "/desk/",
    "desk, late": "/desk/?lateness=late",
    "desk, one stage": "/desk/?stage=blocked",
    "desk, one region": "/desk/?region=London",
    "desk, a search": "/desk/?text=Trust+12",
    "desk, by owner": "/desk/?sort=-owner",
    "desk, page 200": "/desk/?page=200",
    "desk, nobody in a post": "/desk/?flag=no_signatory",
    "story of a return": "/desk/1/",
}
EXPORTS = {"export": "/desk/returns.csv", "export, late": "/desk/returns.csv?lateness=late"}
PAGE_SECONDS, EXPORT_SECONDS = 1.0, 30.0
"""What 95 of 100 are to come within."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--returns", type=int, default=24_000)
    arguments.add_argument("--rounds", type=int, default=12)
    arguments.add_argument("--json", type=Path, help="also write the seconds and the number of queries to this file")
    given = arguments.parse_args()
    from perf.own_database import own_database

    with own_database("desk"):
        found = measured(given.returns, given.rounds)
    report(found)
    if given.json:
        given.json.write_text(json.dumps(found))


def measured(returns: int, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds and queries by page."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from perf.desk_fill import fill

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client()
    client.force_login(fill(returns))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    pages = {name: timed(client, address, rounds) for name, address in PAGES.items()}
    return pages | {name: timed(client, address, 3) for name, address in EXPORTS.items()}


def timed(client: "Client", address: str, rounds: int) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200, address
    queries = len(caught)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        client.get(address)
        seconds.append(time.perf_counter() - start)
    return {"p50": statistics.median(seconds), "p95": late_of(seconds), "queries": queries}


def late_of(seconds: list[float]) -> float:
    """95 of 100 came within it."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def goal_of(name: str) -> float:
    return EXPORT_SECONDS if name in EXPORTS else PAGE_SECONDS


def report(found: dict[str, dict[str, float]]) -> None:
    print(f"\n{'':30}{'p50, ms':>9}{'p95, ms':>9}{'queries':>9}{'goal, ms':>10}")
    for name, times in found.items():
        goal = goal_of(name)
        met = "met" if times["p95"] <= goal else "MISSED"
        print(
            f"{name:30}{times['p50'] * 1000:9.0f}{times['p95'] * 1000:9.0f}{times['queries']:9.0f}{goal * 1000:10.0f}  {met}"
        )


if __name__ == "__main__":
    main()
