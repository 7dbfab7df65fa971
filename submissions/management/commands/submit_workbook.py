"""`manage.py submit_workbook FILE --as EMAIL --wait [--json]`: the whole pipeline, as the web does it."""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from footprints.access import NotAllowed, trusts_visible_to
from footprints.models import User
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.receive import receive
from submissions.models import Return, Submission
from submissions.read_file import Refusal, read_in_child
from submissions.report import findings_as_json
from submissions.states import State
from submissions.storage import TooLarge
from submissions.tasks import enqueue

PATIENCE_SECONDS = 180


class Command(BaseCommand):
    """Submits one file."""

    help = "Submit a filled workbook as a person, through the worker, and wait for the outcome."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the person, whether to wait."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the person who submits")
        parser.add_argument("--wait", action="store_true", help="wait until it has been checked and measured")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Receive, queue, wait, print."""
        path: Path = options["file"]
        person = User.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {options['email']}.")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be opened: {error.strerror}.") from None
        try:
            received = receive(
                by=person, return_record=_return_for(person, data, path), chunks=[data], file_name=path.name
            )
        except (NotAllowed, ReturnIsLocked) as refusal:
            raise CommandError(str(refusal)) from None
        except TooLarge as refusal:
            raise CommandError(
                f"{path} is larger than {refusal.limit_bytes // 2**20} MB, so it was not taken."
            ) from None
        enqueue(received.submission.pk)
        if options["wait"]:
            _wait(received.submission.pk)
        self._print(Submission.objects.get(pk=received.submission.pk), as_json=options["json"])

    def _print(self, submission: Submission, *, as_json: bool) -> None:
        report = {
            "reference": submission.reference,
            "state": submission.state,
            "refused": {"code": submission.refusal_code, "message": submission.refusal}
            if submission.refusal_code
            else None,
            "findings": findings_as_json(submission.findings.select_related("explanation")),
            "figures": submission.figures.count(),
            "metrics": submission.measured_at is not None,
        }
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        self.stdout.write(
            f"{submission.reference}: {submission.get_state_display()}. {report['figures']} figures loaded."
        )
        if submission.refusal:
            self.stdout.write(submission.refusal)
        for finding in submission.findings.all():
            self.stdout.write(f"{finding.severity.upper()} {finding.code} {finding.sheet}!{finding.cell} – {finding.label}: {finding.message} {finding.remedy}")  # fmt: skip


def _return_for(person: User, data: bytes, path: Path) -> Return:
    """The return that a file is for: of the person's own trusts, the latest whose template the workbook says it is."""
    mine = Return.objects.filter(trust__in=trusts_visible_to(person, "upload")).order_by(
        "-collection__opens_date", "-pk"
    )
    answer = read_in_child(data, file_name=path.name)
    if not isinstance(answer, Refusal):
        mine = mine.filter(collection__template=answer.reading.template)
        named = mine.filter(trust__ods_code=answer.reading.trust)
        mine = named if named.exists() else mine
    found = mine.select_related("trust", "collection").first()
    if found is None:
        raise CommandError(f"{person} owes no return that this file could be for.")
    return found


def _wait(pk: int) -> None:
    """Until the file is in a final state (or set aside for people) and, where it was accepted, measured."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        submission = Submission.objects.defer("reading").get(pk=pk)
        if submission.measured_at or submission.state not in (State.RECEIVED, State.ACCEPTED):
            return
        time.sleep(0.1)
    raise CommandError("It is received and safe, but has not been checked yet. Is a worker running?")
