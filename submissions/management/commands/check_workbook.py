"""`manage.py check_workbook FILE [--trust ODS] [--json]`: guard, read and check a file without database or broker.

It judges by the rules of the definition and the published figures alone: what only the portal's database knows is not looked at.

Exit 0: accepted (warnings allowed). 1: has errors. 2: refused, or there is nothing to check.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions.checks import Judgement, judge
from submissions.read_file import Refusal, read_in_child
from submissions.report import as_json, as_text
from templates_app import registry
from templates_app.reading import Context, Reading
from templates_app.trust_reference import TrustReference, trust_reference, usual_among

ACCEPTED, HAS_ERRORS, REFUSED = 0, 1, 2


class Command(BaseCommand):
    """Checks one file."""

    help = (
        "Check a filled workbook by the rules of its definition and the published figures. The portal also looks at rules that "
        "were added since or are on trial, waivers, last year's return, the trust's other returns, the figures of other trusts in "
        "the round, and explanations, so it may find more or less."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whose it should be."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--trust", help="the ODS code it should be for; the one in the workbook when not given")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found and leave with the exit code."""
        path: Path = options["file"]
        try:
            answer = read_in_child(path.read_bytes(), file_name=path.name)
        except OSError as error:
            raise CommandError(f"{path} cannot be opened: {error.strerror}.", returncode=REFUSED) from None
        trust = None if isinstance(answer, Refusal) else trust_of(answer.reading, options["trust"])
        refusal = answer if isinstance(answer, Refusal) else trust if isinstance(trust, Refusal) else None
        reading = None if isinstance(answer, Refusal) else answer.reading
        judgement = judged(reading, trust) if reading and isinstance(trust, TrustReference) else None
        report = as_json(str(path), refusal, reading, judgement)
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) if options["json"] else as_text(report))
        sys.exit(REFUSED if refusal else HAS_ERRORS if judgement and judgement.has_errors else ACCEPTED)


def trust_of(reading: Reading, trust_code: str | None) -> TrustReference | Refusal:
    """The trust that a workbook is judged for: the one asked for, or the one that it names."""
    try:
        return trust_reference((trust_code or reading.trust).upper())
    except KeyError:
        if trust_code:
            raise CommandError(f"No trust has the ODS code {trust_code}.", returncode=REFUSED) from None
    named = f"names {reading.trust}, which is no trust that we know" if reading.trust else "names no trust"
    return Refusal(
        "unknown_trust", f"This workbook {named}. Download your trust's workbook and copy your figures into it."
    )


def judged(reading: Reading, trust: TrustReference) -> Judgement:
    """The judgement of a reading against the reference data alone."""
    definition = registry.get(reading.template, reading.version)
    context = Context(
        trust_code=trust.code,
        trust_name=trust.name,
        trust_type=trust.trust_type,
        template=reading.template,
        version=reading.version,
        published=trust.published.get(definition.year, {}),
        published_by_year=trust.published_by_year,
        usual_published=usual_among(trust.trust_type, definition),
    )
    return judge(reading, definition, context)
