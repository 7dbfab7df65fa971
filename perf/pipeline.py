"""Times the pipeline stage by stage, beside the floor and other readers, in one run on one machine, for each template.

    make bench            or    .venv/bin/python perf/pipeline.py [--rounds 15] [--json FILE]

FLOOR is the least that could be done: python-calamine reads the same workbook, and its figures go into PostgreSQL in one COPY.
Every time is the median of several rounds; the ratios are what matters. PostgreSQL is embedded, in a folder that is removed.
Every rule is on: the file is held against last year's return, forty other trusts' returns and published figures.
"""

import argparse
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TEMPLATES = ("back_office", "pathology")

# What each figure is to be, from the project's numbers: the median as a multiple of another, or in milliseconds.
GOALS: tuple[tuple[str, str, float], ...] = (
    ("read + check + load, in process", "FLOOR", 4),
    ("read + check + load, in process", "openpyxl loads", 1),
    ("read + check + load, reading in the bounded child", "FLOOR", 6),
    ("read", "calamine reads", 4),
    ("write a trust's workbook", "", 5),
    ("guard refuses a bad container (slowest kind)", "", 100),
)


class Reached(NamedTuple):
    """A goal, and how near we are."""

    what: str
    of: str
    goal: float
    reached: float

    @property
    def met(self) -> bool:
        return self.reached <= self.goal

    @property
    def name(self) -> str:
        return f"{self.what} ÷ {self.of}" if self.of else f"{self.what}, ms"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument(
        "--json", type=Path, help="also write the times, in milliseconds by template and stage, to this file"
    )
    given = arguments.parse_args()
    from perf.own_database import own_database

    with own_database("bench"):
        times = measured(given.rounds)
    for template, spent in times.items():
        report(template, spent)
    if given.json:
        given.json.write_text(json.dumps(times))


def measured(rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds by template and stage."""
    from django.core.management import call_command

    from perf.stages import Stages, guard_times

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=io.StringIO())
    times: dict[str, dict[str, float]] = {}
    for template in TEMPLATES:
        stages = Stages(template, rounds)
        times[template] = stages.times()
        times[template]["FLOOR"] = times[template]["calamine reads"] + times[template]["COPY alone"]
        if template == "back_office":
            times[template] |= guard_times()
    return times


def goals(times: Mapping[str, float]) -> list[Reached]:
    """Every goal that was measured."""
    return [
        Reached(what, of, goal, times[what] / times[of] if of else times[what])
        for what, of, goal in GOALS
        if what in times
    ]


def report(template: str, times: Mapping[str, float]) -> None:
    print(f"\n{template:62}{'ms':>9}{'× FLOOR':>10}")
    for name, spent in times.items():
        print(f"{name:62}{spent:9.2f}{spent / times['FLOOR']:10.2f}")
    print(f"\n{'':76}{'reached':>9}{'goal':>9}")
    for each in goals(times):
        print(f"{each.name:76}{each.reached:9.2f}{'≤ ' + f'{each.goal:g}':>9}  {'met' if each.met else 'MISSED'}")


if __name__ == "__main__":
    main()
