"""`manage.py try_rule FILE --template back_office [--json]`: whom a rule would hit among the stored returns, without storing it."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from footprints.models import TrustType
from submissions.queries.trying import Run, try_rule
from templates_app.definition_file import DefinitionFaults
from templates_app.registry import UnknownTemplate
from ui.formats import plural


class Command(BaseCommand):
    """Tries one rule."""

    help = "Judge the latest file of every return of a template by one more rule, and show whom it would hit."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file that holds the rule, as it would stand in a definition file, and the template."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--template", required=True, help="such as back_office")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and print what came of it."""
        path: Path = options["file"]
        try:
            run = try_rule(options["template"], path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{path} cannot be opened: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{path} is not text in UTF-8.") from None
        except UnknownTemplate as error:
            raise CommandError(str(error)) from None
        except DefinitionFaults as faults:
            raise CommandError(f"The rule is not sound.\n{faults}") from None
        self.stdout.write(json.dumps(run.as_json, ensure_ascii=False, indent=1) if options["json"] else _as_text(run))


def _as_text(run: Run) -> str:
    lines = [
        f"{run.code}: {plural(run.judged, 'return')} judged, {plural(run.hit, 'return')} hit at {plural(run.places, 'place')}."
    ]
    if run.left_out:
        lines.append(f"{plural(run.left_out, 'return')} left out: the rule does not fit the version of the template.")
    lines += [f"  {TrustType(row.trust_type).label}: {row.hit} of {row.judged}" for row in run.by_type]
    if run.hits:
        lines.append("")
    for hit in run.hits:
        place = f"{hit.place} – {hit.label}" if hit.place else hit.label
        lines.append(f"{hit.trust} {hit.trust_name}, {hit.reference}: {place}. Found {hit.found}. {hit.message}")
    if len(run.hits) < run.places:
        lines.append(f"The first {len(run.hits)} of {run.places} places are listed.")
    return "\n".join(lines)
