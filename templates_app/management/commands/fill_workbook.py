"""`manage.py fill_workbook FILE --seed N [--scale X] -o FILE`: plausible made-up figures, clean under the rules. No database."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from templates_app.example_figures import example_values
from templates_app.sheet_reader import ReadError, read_workbook
from templates_app.trust_reference import trust_reference
from templates_app.workbook_fill import fill
from templates_app.workbook_read import NotOurs, identify, read


class Command(BaseCommand):
    """Fills one workbook."""

    help = "Fill a workbook with made-up figures, scaled from the trust's published staff and estate."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The workbook, the seed, and where to write."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--scale", default="1", help="multiplies the trust's size")
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the filled file."""
        scale = scale_of(options["scale"])
        try:
            data = options["file"].read_bytes()
            workbook = read_workbook(data)
            definition = identify(workbook)
        except (OSError, ReadError, NotOurs) as error:
            raise CommandError(f"{options['file']} cannot be filled: {error}") from None
        reading = read(workbook, definition)
        try:
            trust = trust_reference(reading.trust)
        except KeyError:
            raise CommandError(f"{options['file']} is for {reading.trust or 'no trust'}, which is not known.") from None
        published = trust.published
        known = {measure: number for year in sorted(published) for measure, number in published[year].items()}
        known |= published.get(definition.year, {})
        values = example_values(
            definition,
            known,
            seed=options["seed"],
            trust_code=reading.trust,
            trust_type=trust.trust_type,
            scale=scale,
        )
        lost = sorted({place[0] for place in values if place not in reading.cells})
        if lost:
            raise CommandError(f"{options['file']} cannot be filled: it has no cells for {', '.join(lost)}.")
        try:
            options["output"].write_bytes(fill(data, reading, values))
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{options['output']}: {len(values)} made-up figures for {reading.trust}")


def scale_of(text: str) -> Decimal:
    """The number that multiplies a trust's size. Raises CommandError unless it is above nought."""
    try:
        scale = Decimal(text)
    except InvalidOperation:
        scale = Decimal(0)
    if not (scale.is_finite() and scale > 0):
        raise CommandError(f"{text} is not a number above 0.")
    return scale
