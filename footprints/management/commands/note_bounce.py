"""`manage.py note_bounce < mail`: the mail server hands over a mail that came to the address which letters are sent from."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from footprints.bounces import LARGEST, note_bounce

TRY_AGAIN_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and hands it over again."""


class Command(BaseCommand):
    """Notes a report that a letter could not be delivered."""

    help = "Read a mail from standard input. If it reports that a letter of ours could not be delivered, note that."

    def handle(self, *args: Any, **options: Any) -> None:
        """Note it, and say what was done. Any other mail is left unnoted, and is no fault."""
        try:
            letter = note_bounce(sys.stdin.buffer.read(LARGEST))
        except OperationalError as trouble:
            self.stderr.write(f"The database is away; hand it over again later. {trouble}")
            sys.exit(TRY_AGAIN_LATER)
        self.stdout.write(f"Letter {letter.pk} has bounced." if letter else "This reports about no letter of ours.")
