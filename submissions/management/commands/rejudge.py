"""`manage.py rejudge --collection NAME | --reference REFERENCE`: what the rules in force today say of files judged before.

The difference is kept and printed by trust; findings, figures and states stay as they are.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions.actions.rejudge import rejudge_many
from submissions.models import Rejudgement, Submission
from ui.formats import plural


class Command(BaseCommand):
    """Judges stored files anew."""

    help = "Judge stored files by the rules in force today, and print what differs from what was found in them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--collection", help="the latest file of every return to the collections of this name")
        which.add_argument("--reference", help="one file, such as STP-7K3M-92QT")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge, keep and print."""
        files = Submission.objects.all()
        if options["reference"]:
            files = files.filter(reference=options["reference"].upper())
        else:
            files = files.filter(return_record__collection__name=options["collection"])
        done = differ = 0
        for kept in rejudge_many(by="rejudge", files=files):
            done += 1
            differ += bool(kept.gone or kept.new)
            for line in _in_words(kept):
                self.stdout.write(line)
        if not done:
            raise CommandError("There is no checked file of that name.")
        self.stdout.write(
            f"{plural(done, 'file')} judged again: {differ} would come out otherwise. Nothing was changed."
        )


def _in_words(kept: Rejudgement) -> list[str]:
    if not kept.gone and not kept.new:
        return []
    lines = [f"{kept.submission.return_record.trust}, {kept.submission.reference}"]
    for sign, findings in (("-", kept.gone), ("+", kept.new)):
        for finding in findings:
            place = f"{finding['sheet']}!{finding['cell']} " if finding["cell"] else ""
            trial = " (on trial)" if finding["on_trial"] else ""
            lines.append(
                f"  {sign} {finding['severity']} {finding['code']}{trial} {place}{finding['label']}: {finding['message']}"
            )
    return lines
