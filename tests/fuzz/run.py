"""Fuzzes the guard, the reader and the judging with atheris, for so many seconds a target.

    make fuzz              or    .venv/bin/python -m tests.fuzz.run [--seconds 60] [container archive parts whole]

What breaks a target is kept as `var/fuzz/<target>/crash-…`; once mended, put it into `tests/fuzz/found/<target>/`, where a test
runs it ever after. What was learnt stays in `var/fuzz/<target>/corpus/` and is where the next run begins.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "fuzz"
TARGETS = ("container", "archive", "parts", "whole")
MOST_SECONDS, MOST_MEGABYTES = 10, 1500
LONGEST = {"container": 40_000, "archive": 400, "parts": 20_000, "whole": 120}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=int, default=60, help="for each target")
    arguments.add_argument("--only-this", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="all, when none is named")
    given = arguments.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("Atheris is not here: its wheel is for Linux on x86_64. `make test` holds the same with hypothesis.")
        return
    if given.only_this:
        fuzz(given.targets[0], given.seconds)
    told = [run(target, given.seconds) for target in given.targets or TARGETS]
    sys.exit(any(told))


def run(target: str, seconds: int) -> bool:
    """Whether a target, in a process of its own, found something."""
    command = (sys.executable, "-m", "tests.fuzz.run", "--only-this", "--seconds", str(seconds), target)
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    with log.open("wb") as out:
        code = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    lines = log.read_text(errors="replace").splitlines()
    done = next((line for line in reversed(lines) if line.startswith("#")), "it did not begin")
    print(
        f"{target:10} {'NOTHING FOUND' if code == 0 else 'FOUND SOMETHING, see ' + str(log.relative_to(ROOT))}  {done.strip()}"
    )
    return code != 0


def fuzz(target: str, seconds: int) -> None:
    """Does not return: the fuzzer ends the process."""
    import atheris
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stp_portal.settings")
    with atheris.instrument_imports(include=["templates_app", "submissions"]):
        django.setup()
        from tests.fuzz.targets import TARGETS as FUNCTIONS
        from tests.fuzz.targets import seeds

    folder = FOLDER / target
    for name in ("corpus", "seeds"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (folder / "seeds" / str(number)).write_bytes(data)
    options = (
        f"-max_total_time={seconds}", f"-max_len={LONGEST[target]}", f"-timeout={MOST_SECONDS}", f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-artifact_prefix={folder}/", "-print_final_stats=1", str(folder / "corpus"), str(folder / "seeds"),
    )  # fmt: skip
    atheris.Setup([sys.argv[0], *options], FUNCTIONS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
