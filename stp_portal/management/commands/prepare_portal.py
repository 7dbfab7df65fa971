"""Makes the database and the static files ready to serve."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from footprints.models import Footprint

EXAMPLE_WANTED = "example-wanted"
"""Under var/: the database was empty, and the example data has not been loaded to its end."""


EXAMPLE_LOADED = "example-loaded"
"""Under var/: what the note above becomes once the example data is there."""


class Command(BaseCommand):
    """Migrate, collect static files and load the reference data; safe to repeat."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One choice: whether an empty database is to get example data."""
        parser.add_argument("--note-empty", action="store_true", help="leave a note in var/ when the database is empty")

    def handle(self, *, note_empty: bool, **options: Any) -> None:
        """Do it, saying each step."""
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        if note_empty and not Footprint.objects.exists():
            (settings.VAR_DIR / EXAMPLE_WANTED).touch()
        call_command("load_reference")
        call_command("collectstatic", interactive=False, verbosity=0)
