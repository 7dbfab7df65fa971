"""`manage.py load_example [--trusts N]`: example people for every role, and filled returns through the real pipeline."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from footprints.models import Trust
from submissions.example import example_collections, example_files, example_people, explain_examples, sign_ins
from submissions.example_signatures import sign_examples
from submissions.models import Submission
from submissions.tasks import enqueue

PATIENCE_SECONDS = 120
"""So long may pass without a file being finished before we say that nobody is working."""


class Command(BaseCommand):
    """Loads the example round; repeating it sends only what has not been sent."""

    help = "Load example people and made-up returns through the worker, which must be running."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many trusts."""
        parser.add_argument("--trusts", type=int, help="so many trusts; all of them when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the returns and wait until each has been checked."""
        if not Trust.objects.exists():
            raise CommandError("There are no trusts yet. Run `manage.py load_reference` first.")
        example_people()
        collections = example_collections()
        sent = []
        for collection in collections:
            for submission in example_files(collection, options["trusts"]):
                enqueue(submission.pk)
                sent.append(submission.pk)
                if len(sent) % 50 == 0:
                    self.stdout.write(f"Sent {len(sent)} example returns.")
        self._wait(sent)
        explained = sum(explain_examples(collection) for collection in collections)
        self.stdout.write(f"{explained} of them were accepted after their warnings were explained.")
        signed = sum(sign_examples(collection) for collection in collections)
        self.stdout.write(f"{signed} of them are signed by their directors.")
        self.stdout.write(f"{len(sent)} example returns are loaded. {sign_ins()}")

    def _wait(self, sent: list[int]) -> None:
        waiting, since = len(sent), time.monotonic()
        while waiting:
            now_waiting = Submission.objects.filter(pk__in=sent).unfinished().count()
            if now_waiting < waiting:
                since = time.monotonic()
            elif time.monotonic() - since > PATIENCE_SECONDS:
                raise CommandError(
                    f"{now_waiting} example returns wait to be checked, and no worker takes them. Is one running?"
                )
            waiting = now_waiting
            time.sleep(0.2)
