"""`manage.py try_stuck_again [REFERENCE …]`: files that were set aside are checked again; all of them when none is named."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions.actions.try_again import try_again
from submissions.models import Submission
from submissions.states import State
from submissions.tasks import enqueue


class Command(BaseCommand):
    """Takes up stuck files."""

    help = "Check again the files that were set aside after too many attempts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files."""
        parser.add_argument("references", nargs="*", help="such as STP-7K3M-92QT; all stuck files when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Put them back and queue them."""
        stuck = Submission.objects.filter(state=State.STUCK).select_related("return_record__trust")
        wanted = [reference.upper() for reference in options["references"]]
        if wanted:
            stuck = stuck.filter(reference__in=wanted)
            unknown = set(wanted) - set(stuck.values_list("reference", flat=True))
            if unknown:
                raise CommandError(f"No file set aside has the reference {', '.join(sorted(unknown))}.")
        for submission in list(stuck):
            try_again(by="try_stuck_again", submission=submission)
            enqueue(submission.pk)
            self.stdout.write(f"{submission.reference} is being checked again.")
