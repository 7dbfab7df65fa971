"""`manage.py build_workbook TEMPLATE --trust ODS [--version V] -o FILE`: the workbook that a trust downloads. Needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from templates_app import registry
from templates_app.trust_reference import prefill, trust_reference
from templates_app.workbook_write import TrustDetails, write_workbook


class Command(BaseCommand):
    """Writes one trust's workbook."""

    help = "Write the workbook of a template for one trust."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's own --version would hide ours."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """The template, the trust, and where to write."""
        parser.add_argument("template", help="such as back_office")
        parser.add_argument("--trust", required=True, help="the trust's ODS code, such as R1H")
        parser.add_argument("--version", help="the template's version, the newest when not given")
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        try:
            definition = registry.get(options["template"], options["version"])
        except registry.UnknownTemplate:
            known = ", ".join(f"{template} {version}" for template, version in registry.definitions())
            raise CommandError(f"There is no such template and version. There are: {known}.") from None
        try:
            trust = trust_reference(options["trust"].upper())
        except KeyError:
            raise CommandError(f"No trust has the ODS code {options['trust']}.") from None
        details = TrustDetails(
            code=trust.code,
            name=trust.name,
            trust_type=trust.trust_type,
            footprint_names=trust.footprint_names,
            year=definition.year,
        )
        filled = prefill(definition, trust.published.get(definition.year, {}))
        checksum = registry.checksum(definition.template, definition.version)
        workbook = write_workbook(definition, details, prefill=filled, checksum=checksum)
        try:
            options["output"].write_bytes(workbook)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{options['output']}: {definition.title} {definition.version} for {trust.name}")
