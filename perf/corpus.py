"""Puts every file of the corpus through `check_workbook --json`, and every template fresh, filled and saved by LibreOffice.

    make corpus            or    .venv/bin/python perf/corpus.py [--only WORDS]

Each file is checked in a process of its own, so that the peak memory is that of the child which read this one file (with what it
shares with its parent, about 180 MB). Exit 1 when any outcome is not the expected one.
"""

import argparse
import io
import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from templates_app.reading import Place, Value

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TRUST = "RWH"
MOST_SECONDS, MOST_MEGABYTES = 5, 500
"""What one hostile file may cost, from the project's numbers; over it is shown, and is no mismatch: machines differ."""


class Checked(NamedTuple):
    report: dict[str, Any]
    seconds: float
    megabytes: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", default="", help="only files whose name holds these words")
    arguments.add_argument(
        "--json", type=Path, help="also write the counts, and what a file cost at most, to this file"
    )
    given = arguments.parse_args()
    only = given.only
    os.environ["DJANGO_SETTINGS_MODULE"] = "stp_portal.settings"
    import django

    django.setup()
    print(f"{'file':<52} {'expected':<34} {'got':<34} {'s':>6} {'MB':>5}")
    wrong = total = slow = 0
    dearest = Checked({}, 0, 0)
    with tempfile.TemporaryDirectory(prefix="stp-portal-corpus-") as folder:
        for name, expected, got, trouble, done in (*corpus(Path(folder), only), *templates(Path(folder), only)):
            over = done.seconds > MOST_SECONDS or done.megabytes > MOST_MEGABYTES
            total, wrong, slow = total + 1, wrong + bool(trouble), slow + over
            dearest = Checked({}, max(dearest.seconds, done.seconds), max(dearest.megabytes, done.megabytes))
            told = "NOT" if trouble else "ok"
            print(f"{shown(name, 52)} {shown(expected, 34)} {shown(got, 34)} {done.seconds:6.2f} {done.megabytes:5.0f} {told}{' OVER' if over else ''}")  # fmt: skip
            if trouble:
                print(f"    {trouble[:1000]}")
    print(
        f"\n{total} files, {total - wrong} as expected, {wrong} not; {slow} over {MOST_SECONDS} s or {MOST_MEGABYTES} MB."
    )
    if given.json:
        counts = {
            "files": total,
            "wrong": wrong,
            "over": slow,
            "seconds": dearest.seconds,
            "megabytes": dearest.megabytes,
        }
        given.json.write_text(json.dumps(counts))
    sys.exit(1 if wrong or not total else 0)


Row = tuple[str, str, str, str, Checked]


def corpus(folder: Path, only: str) -> Iterator[Row]:
    from tests.workbooks.corpus import got, trouble
    from tests.workbooks.corpus_cases import CORPUS
    from tests.workbooks.variants import good_parts

    good_parts()  # once for all, before the first fork

    for number, (name, case) in enumerate(CORPUS.items()):
        if only in name:
            path = folder / f"{number}-{case.file_name}"
            apart(write, path, case.make)
            done = checked(path)
            path.unlink()
            yield name, str(case.expected), str(got(done.report)), trouble(case, done.report), done


def templates(folder: Path, only: str) -> Iterator[Row]:
    """Every template version there is: as sent out, filled, and filled and saved again by LibreOffice."""
    from templates_app import registry
    from templates_app.example_figures import example_values
    from templates_app.trust_reference import trust_reference
    from templates_app.workbook_write import TrustDetails, write_workbook
    from tests.libreoffice import LibreOffice

    trust = trust_reference(TRUST)
    office = shutil.which("soffice")
    for definition in registry.definitions().values():
        name = f"{definition.template} {definition.version}"
        if only not in name:
            continue
        details = TrustDetails(trust.code, trust.name, trust.trust_type, (), definition.year)
        published = trust.published.get(definition.year, {})
        values = example_values(definition, published, seed=1, trust_code=TRUST)
        fresh, filled = folder / f"{name}-fresh.xlsx", folder / f"{name}.xlsx"
        fresh.write_bytes(write_workbook(definition, details, values={}))
        filled.write_bytes(write_workbook(definition, details, values=values))
        blank = {rule.code for rule in definition.rules if rule.check == "required_given"}
        done = checked(fresh)
        codes = {each["code"] for each in done.report["findings"] if each["severity"] == "error"}
        yield (
            f"{name}, fresh",
            "a blank in each required cell",
            told(done),
            "" if codes == blank else f"errors {sorted(codes)}",
            done,
        )
        done = checked(filled)
        yield f"{name}, filled", "accept", told(done), unlike(values, done.report), done
        if office:
            done = checked(LibreOffice(office).saved_again(filled)[0])
            yield f"{name}, saved by LibreOffice", "accept", told(done), unlike(values, done.report), done
        else:
            print("LIBREOFFICE IS MISSING: no file of its own was checked. scripts/install_test_programs installs it.")


def told(done: Checked) -> str:
    from tests.workbooks.corpus import got

    return str(got(done.report))


def unlike(values: "Mapping[Place, Value]", report: Mapping[str, Any]) -> str:
    """Where a report differs from the values that were filled in; empty when nothing does and there is no error."""
    errors = [each["code"] for each in report["findings"] if each["severity"] == "error"]
    if report["refused"] or errors:
        return json.dumps(report["refused"] or errors)
    from tests.workbooks.corpus import wrong_values

    wanted = {f"{line}.{column}": value.as_text() for (line, column), value in values.items() if value.kind != "blank"}
    return wrong_values(wanted, report["values"], wanted.keys() | report["values"].keys())


def write(path: Path, make: Callable[[], bytes]) -> None:
    path.write_bytes(make())


def checked(path: Path) -> Checked:
    """One file through the command."""
    start = time.perf_counter()
    report, megabytes = apart(check, path)
    return Checked(report, time.perf_counter() - start, megabytes)


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """What work gives, done in a process of its own, so that this one stays small and outlives whatever happens there."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=lambda: theirs.send(work(*given)))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        raise SystemExit(
            f"{work.__name__}{given} ended its process: whatever a file holds, there must be an answer"
        ) from None
    finally:
        process.join()


def check(path: Path) -> tuple[dict[str, Any], float]:
    """The command's report, and the peak memory in MB of the child that read the file."""
    from django.core.management import call_command

    out, code = io.StringIO(), None
    try:
        call_command("check_workbook", str(path), "--trust", TRUST, "--json", stdout=out)
    except SystemExit as left:
        code = left.code
    report = json.loads(out.getvalue())
    errors = any(each["severity"] == "error" for each in report["findings"])
    if code != (2 if report["refused"] else 1 if errors else 0):
        raise RuntimeError(f"{path.name} left with {code}, which is not what its report says")
    return report, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def shown(text: str, width: int) -> str:
    printable = "".join(letter if letter.isprintable() else "·" for letter in text)
    return (printable if len(printable) <= width else f"{printable[: width - 1]}…").ljust(width)


if __name__ == "__main__":
    main()
