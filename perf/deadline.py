"""The deadline hour: many upload while many read; how long until a file is received, and until its findings are on screen.

    make drill             or    .venv/bin/python perf/deadline.py [--minutes 1.5] [--readers 8] [--full]

Uploads come as fast as on the day that the goals are set for, 48 a minute, each of another trust. `--full` is ten minutes, 480 uploads
and 50 readers. Readers look at a page every one to five seconds. Exit 1 when there was an error; a missed time is shown, not hidden.
"""

import argparse
import http.client
import json
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from perf.portal import Answer, Person, Portal, ToSend, files_for, portal, preparer_of, returns, signed_in

UPLOADS_A_MINUTE = 48
RECEIPT_SECONDS, FINDINGS_SECONDS = 2, 10
"""What 95 of 100 may take, from the project's numbers."""
LONGEST_WAIT = 120


@dataclass
class Seen:
    """What everybody met."""

    receipts: list[float] = field(default_factory=list)
    findings: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def checked(self, what: str, answer: Answer | None, wanted: int = 200) -> bool:
        good = answer is not None and answer.status == wanted
        if not good:
            self.troubles.append(f"{what}: {answer.status if answer else 'no answer'}")
        return good


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=1.5)
    arguments.add_argument("--readers", type=int, default=8)
    arguments.add_argument("--full", action="store_true", help="10 minutes and 50 readers")
    arguments.add_argument("--json", type=Path, help="also write every time, in seconds, to this file")
    given = arguments.parse_args()
    minutes, readers = (10.0, 50) if given.full else (given.minutes, given.readers)
    uploads = round(minutes * UPLOADS_A_MINUTE)
    print(f"{uploads} uploads in {minutes:g} minutes, {readers} readers")
    with portal() as made:
        seen, memory = hour(made, uploads, minutes * 60, readers)
    if given.json:
        given.json.write_text(
            json.dumps({"uploads": uploads, "minutes": minutes, "readers": readers, "memory": memory, **vars(seen)})
        )
    told("receipt", seen.receipts, RECEIPT_SECONDS)
    told("findings on screen", seen.findings, FINDINGS_SECONDS)
    told("pages of readers", seen.pages, None)
    print(f"worker memory   {', '.join(f'{each:.0f}' for each in memory)} MB, at five moments")
    print(f"errors          {len(seen.troubles)}{': ' + '; '.join(seen.troubles[:5]) if seen.troubles else ''}")
    sys.exit(bool(seen.troubles))


def hour(made: Portal, uploads: int, seconds: float, readers: int) -> tuple[Seen, list[float]]:
    """Everybody at work for so many seconds; and the worker's memory at five moments, the first after its first files."""
    owed = returns(uploads)
    rounds = -(-uploads // len(owed))
    work = [(preparer_of(made, each), files_for(each, rounds)) for each in owed]
    jobs = [(person, files[number]) for number in range(rounds) for person, files in work][:uploads]
    pages = pages_of(made, [each.pk for each in owed])
    analyst = signed_in(made, "analyst@drill.example", "analyst")
    seen, over, memory = Seen(), threading.Event(), []
    with ThreadPoolExecutor(max_workers=readers + 60) as pool:
        for number in range(readers):
            pool.submit(reading, analyst, pages, seen, over, random.Random(number))
        start = time.monotonic()
        for number, (person, file) in enumerate(jobs):
            time.sleep(max(0, start + number * seconds / uploads - time.monotonic()))
            pool.submit(sending, person, file, seen)
            if number % max(1, uploads // 5) == uploads // 10:
                memory.append(made.megabytes("worker"))
        deadline = time.monotonic() + LONGEST_WAIT
        while len(seen.findings) + len(seen.troubles) < uploads and time.monotonic() < deadline:
            time.sleep(0.2)
        over.set()
    return seen, memory


def pages_of(made: Portal, returned: Sequence[int]) -> list[str]:
    """What people look at on the day."""
    from django.urls import reverse

    from footprints.models import Footprint

    codes = Footprint.objects.values_list("ons_code", flat=True)[:10]
    return [
        reverse("home"),
        *(reverse("submissions:return", args=[pk]) for pk in returned[:20]),
        *(reverse("benchmarks:footprint", args=[code]) for code in codes),
    ]


def reading(person: Person, pages: Sequence[str], seen: Seen, over: threading.Event, chance: random.Random) -> None:
    while not over.wait(chance.uniform(1, 5)):
        page = chance.choice(pages)
        answer = asked(lambda page=page: person.get(page))
        if seen.checked(page, answer) and answer:
            seen.pages.append(answer.seconds)


def sending(person: Person, file: ToSend, seen: Seen) -> None:
    """One upload, and the page looked at until it says what was found."""
    from submissions.states import WORDS, State

    start = time.perf_counter()
    answer = asked(lambda: person.upload(file.path, file.data, "return.xlsx"))
    if not seen.checked("upload", answer, 302) or answer is None:
        return
    seen.receipts.append(answer.seconds)
    waiting = re.compile(rf"\b{re.escape(WORDS[State.RECEIVED])}\b", re.IGNORECASE)
    while time.perf_counter() - start < LONGEST_WAIT:
        time.sleep(0.5)
        page = asked(lambda: person.get(answer.location))
        if not seen.checked("submission", page) or page is None:
            return
        if not waiting.search(page.text):
            seen.findings.append(time.perf_counter() - start)
            return
    seen.troubles.append(f"{answer.location} was not judged in {LONGEST_WAIT} s")


def asked(what: Callable[[], Answer]) -> Answer | None:
    try:
        return what()
    except (OSError, http.client.HTTPException):
        return None


def late_of(times: Sequence[float]) -> float:
    """What 95 of 100 stayed within."""
    return statistics.quantiles(times, n=20)[-1]


def told(name: str, times: Sequence[float], goal: float | None) -> None:
    if len(times) < 2:
        print(f"{name:19} nothing was measured")
        return
    late = late_of(times)
    met = "" if goal is None else f"goal ≤ {goal} s: {'met' if late <= goal else 'MISSED'}"
    print(
        f"{name:19} {len(times):5} times, median {statistics.median(times):.2f} s, 95 of 100 within {late:.2f} s  {met}"
    )


if __name__ == "__main__":
    main()
