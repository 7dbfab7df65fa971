"""The drill: uploads go on while the web server, the worker, PostgreSQL and the broker are killed, restarted and emptied under them.

    make drill             or    .venv/bin/python perf/drill.py [--uploads 60] [--faults 12] [--full]

Each file is sent until it is acknowledged. In the end every acknowledged file must be there with the bytes that were sent, judged to
its end, and, where it was loaded, with the figures that were typed, each once. `--full` is 300 uploads and 30 faults: 10 web, 10
worker, 5 PostgreSQL, 5 broker. Exit 1 when anything was lost, altered, left unaccounted for, or doubled.
"""

import argparse
import hashlib
import http.client
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from perf.portal import Person, Portal, ToSend, files_for, portal, preparer_of, returns, wait_until

FAULTS = ("web", "worker", "postgres", "worker", "web", "broker")
"""In this order, over and over: of 30, ten each of web and worker, five each of the others."""
GAP_SECONDS = 4.0
SENDERS = 4
PATIENCE_SECONDS = 120
FINAL_SECONDS = 180
"""How long after the last fault every file must be judged, from the project's numbers."""


class Sender(threading.Thread):
    """Sends the files of its trusts one after another, each until it is acknowledged."""

    def __init__(self, work: list[tuple[Person, list[ToSend]]], pause: float) -> None:
        super().__init__(daemon=True)
        self.work, self.pause = work, pause
        self.acknowledged: dict[str, ToSend] = {}
        """By reference."""
        self.unanswered: list[str] = []
        self.tries = 0

    def run(self) -> None:
        for person, files in self.work:
            for file in files:
                self.send(person, file)
                time.sleep(self.pause)

    def send(self, person: Person, file: ToSend) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            self.tries += 1
            try:
                answer = person.upload(file.path, file.data, "return.xlsx")
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status == 302 and "/submissions/" in answer.location:
                self.acknowledged[answer.location.rstrip("/").rpartition("/")[2]] = file
                return
            time.sleep(0.5)
        self.unanswered.append(file.sha256)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--uploads", type=int, default=60)
    arguments.add_argument("--faults", type=int, default=12)
    arguments.add_argument("--full", action="store_true", help="300 uploads and 30 faults")
    arguments.add_argument("--json", type=Path, help="also write what was found to this file")
    arguments.add_argument("--seed", type=int, default=0, help="0: another one each time")
    given = arguments.parse_args()
    uploads, faults = (300, 30) if given.full else (given.uploads, given.faults)
    seed = given.seed or random.randrange(1, 10_000)
    print(f"{uploads} uploads, {faults} faults, seed {seed}")
    with portal() as made:
        senders = begun(made, uploads, pause=faults * GAP_SECONDS * SENDERS / uploads)
        start = time.monotonic()
        cause(made, faults, random.Random(seed))
        for sender in senders:
            sender.join()
        print(f"Everything is sent after {time.monotonic() - start:.0f} s.")
        seconds = settled()
        troubles = accounts(senders)
    print(f"Every file was judged {seconds:.0f} s after the last was sent (goal: {FINAL_SECONDS} s).")
    for name, found in troubles.items():
        print(f"{name:14} {len(found)}{': ' + ', '.join(map(str, found[:5])) if found else ''}")
    if given.json:
        counts = {name: len(found) for name, found in troubles.items()}
        given.json.write_text(json.dumps({"uploads": uploads, "faults": faults, "settled": seconds, **counts}))
    sys.exit(any(troubles.values()))


def begun(made: Portal, uploads: int, pause: float) -> list[Sender]:
    """The senders, at work. Each trust sends five files, so that later ones replace earlier ones."""
    work = []
    for number, return_record in enumerate(returns(-(-uploads // 5))):
        work.append((preparer_of(made, return_record), files_for(return_record, min(5, uploads - 5 * number))))
    senders = [Sender(work[first::SENDERS], pause) for first in range(SENDERS)]
    for sender in senders:
        sender.start()
    return senders


def cause(made: Portal, faults: int, chance: random.Random) -> None:
    """One fault after another, at uneven times."""
    for number in range(faults):
        time.sleep(chance.uniform(0.3, 1.7) * GAP_SECONDS)
        kind = FAULTS[number % len(FAULTS)]
        if kind == "postgres":
            made.restart_postgres()
        elif kind == "broker":
            made.flush_broker()
        else:
            made.kill(kind)
            time.sleep(chance.uniform(0, 1))
            made.start(kind)
        print(f"  fault {number + 1}: {kind}", flush=True)


def settled() -> float:
    """Wait until no file waits to be judged; the seconds that took."""
    from django.db import close_old_connections

    from submissions.models import Submission

    close_old_connections()
    start = time.monotonic()
    wait_until(lambda: not Submission.objects.unfinished().exists(), "every file to be judged", FINAL_SECONDS)
    return time.monotonic() - start


def accounts(senders: Iterable[Sender]) -> dict[str, list[Any]]:
    """What is wrong with what was acknowledged, by kind of wrong."""
    from submissions import storage
    from submissions.models import Submission

    rows = {row.reference: row for row in Submission.objects.select_related("return_record").defer("reading")}
    sent = {reference: file for sender in senders for reference, file in sender.acknowledged.items()}
    there = {reference: row for reference in sent if (row := rows.get(reference)) is not None}
    wrong: dict[str, list[Any]] = {"lost": [reference for reference in sent if reference not in there]}
    wrong["altered"] = [
        reference
        for reference, row in there.items()
        if row.sha256 != sent[reference].sha256
        or hashlib.sha256(storage.open_kept(row.file_key).read()).hexdigest() != row.sha256
        or (row.loaded_at is not None and figures_of(row) != figures_in(sent[reference]))
    ]
    wrong["unaccounted"] = [row.reference for row in rows.values() if not row.is_final]
    twice = Counter((row.return_record_id, row.sha256) for row in rows.values())
    wrong["duplicates"] = [key for key, count in twice.items() if count > 1]
    wrong["half loaded"] = [
        row.reference for row in rows.values() if (row.state in ("accepted", "replaced")) != (row.loaded_at is not None)
    ]
    wrong["wrong current"] = wrong_current(rows.values())
    wrong["never taken"] = [sha256 for sender in senders for sha256 in sender.unanswered]
    tries = sum(sender.tries for sender in senders)
    print(f"{len(sent)} files acknowledged in {tries} tries: {dict(Counter(row.state for row in rows.values()))}")
    return wrong


def wrong_current(rows: Iterable[Any]) -> list[Any]:
    """Returns whose file on record is not the last of those that were loaded."""
    loaded: dict[int, list[Any]] = {}
    for row in rows:
        if row.loaded_at is not None:
            loaded.setdefault(row.return_record_id, []).append(row)
    wrong = []
    for return_id, files in loaded.items():
        last = max(files, key=lambda row: (row.received_at, row.pk))
        if [row for row in files if row.state == "accepted"] != [last]:
            wrong.append(return_id)
    return wrong


def figures_of(row: Any) -> list[tuple[str, str, str]]:
    """What was loaded, each row of it."""
    return sorted(
        (figure.line, figure.column, written(figure.number, figure.text))
        for figure in row.figures.all()
        if figure.kind != "blank"
    )


def figures_in(file: ToSend) -> list[tuple[str, str, str]]:
    """What was typed."""
    return sorted(
        (line, column, written(value.number, value.text))
        for (line, column), value in file.values.items()
        if value.kind != "blank"
    )


def written(number: Decimal | None, text: str) -> str:
    return text if number is None else f"{number.normalize():f}"


if __name__ == "__main__":
    main()
