"""Measures everything and writes docs/performance.md: machine, date, commands, and each goal with what was reached.

    .venv/bin/python perf/document.py [--full]

To be run when the machine is quiet: about 6 minutes, or 25 with `--full`, which runs both drills at their full size.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from perf.dashboard import goals as dashboard_goals
from perf.deadline import FINDINGS_SECONDS, RECEIPT_SECONDS, late_of
from perf.desk import goal_of
from perf.drill import FINAL_SECONDS
from perf.pipeline import goals

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"
PAGE_SECONDS = 0.3
HEAD = """# How fast it is, and what it withstands

Every figure here was measured by the scripts in `perf/` in one run on one machine, and this page was written by the last of them
(`perf/document.py`). Ratios matter, absolute times are a guide: FLOOR is the least that could be done, python-calamine reading the
same workbook and one COPY of its figures into PostgreSQL. Times are medians. A goal that was missed says so.
"""
RULES = """The workbook is a filled one of the newest version. Every rule is on: the file is held against last year's return of the trust, forty
accepted returns of its type and published figures. "The whole task" also keeps the reading, gives the receipt and writes the letter.
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--full", action="store_true", help="both drills at their full size")
    size = ("--full",) if arguments.parse_args().full else ()
    with tempfile.TemporaryDirectory(prefix="stp-portal-perf-") as folder:
        found = {
            "pipeline": measured(Path(folder), "pipeline"),
            "corpus": measured(Path(folder), "corpus"),
            "desk": measured(Path(folder), "desk"),
            "dashboard": measured(Path(folder), "dashboard"),
            "drill": measured(Path(folder), "drill", *size),
            "deadline": measured(Path(folder), "deadline", *size),
        }
    DOCUMENT.write_text("\n".join(text(found, size)) + "\n")
    print(f"Wrote {DOCUMENT.relative_to(ROOT)}.")


def measured(folder: Path, script: str, *options: str) -> dict[str, Any]:
    """What a script found; whatever it says is shown meanwhile."""
    file = folder / f"{script}.json"
    print(f"\n== perf/{script}.py {' '.join(options)}", flush=True)
    subprocess.run((sys.executable, f"perf/{script}.py", *options, "--json", str(file)), cwd=ROOT, check=False)
    if not file.exists():
        raise SystemExit(f"perf/{script}.py came to no end, so nothing was written down.")
    return dict(json.loads(file.read_text()))


def text(found: Mapping[str, Any], size: tuple[str, ...]) -> Iterator[str]:
    yield HEAD
    yield f"Measured on {datetime.now(UTC):%-d %B %Y} on {machine()}, with `.venv/bin/python perf/document.py{' --full' if size else ''}`."
    yield ""
    rows = [*goal_rows(found), *desk_rows(found), *dashboard_rows(found)]
    yield from table(("goal", "reached", "wanted", ""), rows)
    missed = [row[0] for row in rows if row[3] != "met"]
    yield f"{len(rows) - len(missed)} of {len(rows)} goals are met." + (
        f" Missed: {'; '.join(missed)}." if missed else ""
    )
    yield ""
    for template, times in found["pipeline"].items():
        yield f"## The pipeline, {template.replace('_', ' ')}\n"
        yield RULES
        yield from table(
            ("stage", "ms", "× FLOOR"),
            [(name, f"{spent:.1f}", f"{spent / times['FLOOR']:.2f}") for name, spent in times.items()],
        )
    yield from about_benchmarks(found)
    yield from about_the_drills(found)


def goal_rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for template, times in found["pipeline"].items():
        for each in goals(times):
            yield (
                f"{each.name} ({template.replace('_', ' ')})",
                f"{each.reached:.2f}",
                f"≤ {each.goal:g}",
                verdict(each.met),
            )
    corpus, drill, hour = found["corpus"], found["drill"], found["deadline"]
    yield (
        "corpus: files with another outcome than the expected one",
        str(corpus["wrong"]),
        "0",
        verdict(not corpus["wrong"]),
    )
    yield "corpus: files over 5 s or 500 MB", str(corpus["over"]), "0", verdict(not corpus["over"])
    for what in ("lost", "altered", "unaccounted", "duplicates", "half loaded", "wrong current", "never taken"):
        yield f"drill: {what}", str(drill[what]), "0", verdict(not drill[what])
    yield (
        "drill: seconds until every file was judged",
        f"{drill['settled']:.0f}",
        f"≤ {FINAL_SECONDS}",
        verdict(drill["settled"] <= FINAL_SECONDS),
    )
    yield "deadline hour: errors", str(len(hour["troubles"])), "0", verdict(not hour["troubles"])
    for name, times, goal in (
        ("receipt", hour["receipts"], RECEIPT_SECONDS),
        ("findings on screen", hour["findings"], FINDINGS_SECONDS),
        ("a page of a reader", hour["pages"], PAGE_SECONDS),
    ):
        late = late_of(times) if len(times) > 1 else float("inf")
        yield f"deadline hour: {name}, s (95 of 100)", f"{late:.2f}", f"≤ {goal:g}", verdict(late <= goal)


def desk_rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for name, times in found["desk"].items():
        goal = goal_of(name)
        yield (
            f"{name}, 24,000 returns, s (95 of 100)",
            f"{times['p95']:.2f}",
            f"≤ {goal:g}",
            verdict(times["p95"] <= goal),
        )


def dashboard_rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for what, number, most in dashboard_goals(found["dashboard"]):
        yield what, f"{number:.2f}", f"≤ {most:g}", verdict(number <= most)


def about_benchmarks(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## Benchmarks\n"
    yield "Three years of returns, every trust measured on every metric of the back office. Quantiles are exact decimals, written down, beside a"
    yield "bare `percentile_cont` that works in binary doubles over the same values and scopes and only returns its answers.\n"
    names = dict.fromkeys(name for times in found["dashboard"].values() for name in times)
    sizes = list(found["dashboard"])
    yield from table(
        ("what", *(f"{int(size):,} trusts" for size in sizes)),
        [(name, *(f"{found['dashboard'][size][name]:.3f}" for size in sizes)) for name in names],
    )


def verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def about_the_drills(found: Mapping[str, Any]) -> Iterator[str]:
    corpus, drill, hour = found["corpus"], found["drill"], found["deadline"]
    yield "## What a file can do\n"
    yield (
        f"`make corpus`: {corpus['files']} honest, awkward and hostile files, each checked in a process of its own. The dearest took "
        f"{corpus['seconds']:.1f} s, the largest {corpus['megabytes']:.0f} MB (some 180 MB are what the process begins with).\n"
    )
    yield "## While things break\n"
    yield (
        f"`make drill`: {drill['uploads']} uploads while {drill['faults']} faults hit: the web server and the worker killed, PostgreSQL "
        "restarted, the broker emptied. Each file was sent until it was acknowledged, and held in the end against what was sent, byte by byte and figure by figure.\n"
    )
    yield "## The deadline hour\n"
    yield (
        f"{hour['uploads']} uploads in {hour['minutes']:g} minutes with {hour['readers']} readers, the whole portal and those who used it on the same "
        f"machine. Median receipt {statistics.median(hour['receipts']):.2f} s, findings on screen {statistics.median(hour['findings']):.2f} s. The worker's memory "
        f"at five moments: {', '.join(f'{each:.0f}' for each in hour['memory'])} MB."
    )


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def machine() -> str:
    """What it was measured on, without its name."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        model = next(
            (line.partition(":")[2].strip() for line in cpus.read_text().splitlines() if line.startswith("model name")),
            model,
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors ({model}), {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
