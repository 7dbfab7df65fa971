"""`manage.py load_reference`: footprints, trusts, memberships and published figures from this room's data files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from footprints.reference_load import FaultyReference, load_reference


class Command(BaseCommand):
    """Loads the reference data; running it again changes nothing."""

    help = "Load footprints, trusts, memberships and published figures. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what changed; or list every fault in the files and load nothing."""
        try:
            done = load_reference(by="load_reference")
        except FaultyReference as faulty:
            raise CommandError(f"Nothing was loaded. The data files have faults:\n{faulty}") from faulty
        for name, kind in done.items():
            self.stdout.write(f"{name}: {kind.created} created, {kind.updated} updated, {kind.unchanged} unchanged")
        if not any(kind.changed for kind in done.values()):
            self.stdout.write("Everything was loaded already. Nothing was changed.")
