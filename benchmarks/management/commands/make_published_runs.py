"""`manage.py make_published_runs`: the benchmark runs of published figures, as the scheduler makes them."""

from typing import Any

from django.core.management.base import BaseCommand

from benchmarks.actions.published_runs import make_published_runs


class Command(BaseCommand):
    """Makes the runs of published figures; running it again changes nothing."""

    help = "Compare all trusts on published figures (ERIC and staff). Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is not up to date, and say what was made."""
        made = make_published_runs()
        for run in made:
            self.stdout.write(f"{run.template} {run.year}: {run.trusts.count()} trusts")
        if not made:
            self.stdout.write("Every run of published figures is up to date.")
