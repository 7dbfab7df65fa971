"""`manage.py check_ladders [DUE [OPENS]]`: every fault of every ladder of reminders; or its steps, and the days they fall on."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.ladder import FOLDER, Ladder, Rung, day_of, read_ladder
from desk.ladder_file import LadderFaults
from ui.formats import long_date


class Command(BaseCommand):
    """Reads the ladders as the portal does."""

    help = "List every fault of every ladder of reminders; or its steps, and on which days they fall."

    def add_arguments(self, parser: CommandParser) -> None:
        """For which due date, and which day of opening."""
        parser.add_argument("due", nargs="?", type=date.fromisoformat, help="a due date, such as 2016-09-30")
        parser.add_argument("opens", nargs="?", type=date.fromisoformat, help="the day the round opens")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what each ladder does, or what is wrong with it."""
        faults: list[str] = []
        for path in sorted(FOLDER.glob("*.yaml")):
            try:
                self._show(read_ladder(path), options["due"], options["opens"])
            except LadderFaults as found:
                faults += [f"{path.name}, {fault.where}: {fault.sentence}" for fault in found.faults]
        if faults:
            raise CommandError("\n".join(faults))

    def _show(self, steps: Ladder, due: date | None, opens: date | None) -> None:
        self.stdout.write(f"{steps.code}: {steps.title}")
        for rung in steps.rungs:
            day = f"{self._day(rung, due, opens):>18}  " if due else ""
            self.stdout.write(f"  {day}{rung.title}, to {', '.join(rung.to)}: {', '.join(sorted(rung.stages))}")

    def _day(self, rung: Rung, due: date, opens: date | None) -> str:
        if rung.at_opening and opens is None:
            return "the opening day"
        return long_date(day_of(rung, due=due, opens=opens or due))
