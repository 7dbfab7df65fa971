"""Says everything that is wrong with the template definitions, or stamps those that are ready to go out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from templates_app import registry
from templates_app.definition_file import DefinitionFaults, read_definition
from templates_app.schema import Definition, is_counted


class Command(BaseCommand):
    """Reads every definition and reports every fault of each. Needs no database."""

    help = "Report every fault of every template definition."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --stamp."""
        parser.add_argument(
            "--stamp", action="store_true", help="Keep the checksum of versions without one in published.yaml."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Report, and fail when there is anything to report. Nothing is stamped unless all is sound."""
        faults = 0
        sound: dict[tuple[str, str], Definition] = {}
        for path in registry.files():
            name = f"{path.parent.name}/{path.name}"
            try:
                definition = read_definition(path)
            except DefinitionFaults as found:
                faults += len(found.faults)
                self.stdout.writelines(f"{name}, {fault.where}: {fault.sentence}" for fault in found.faults)
            else:
                sound[definition.template, definition.version] = definition
                counted = sum(is_counted(line, column) for _, line, column in definition.cells())
                self.stdout.write(f"{name}: sound. {counted} figures, {len(definition.rules)} rules.")
        for fault in () if faults else registry.disagreements(sound):
            faults += 1
            self.stdout.write(f"{fault.where}: {fault.sentence}")
        for sentence in registry.broken_stamps():
            faults += 1
            self.stdout.write(sentence)
        if faults:
            raise CommandError(f"{faults} fault{'' if faults == 1 else 's'} found.")
        if options["stamp"]:
            self.stdout.writelines(f"{name} stamped." for name in registry.stamp())
