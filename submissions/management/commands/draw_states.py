"""`manage.py draw_states`: write docs/states.md from the tables of states and stages."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from submissions.states_page import states_page

PAGE = "docs/states.md"


class Command(BaseCommand):
    """Draws the states."""

    help = "Write docs/states.md from the tables of states and stages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page and say where."""
        (settings.BASE_DIR / PAGE).write_text(states_page())
        self.stdout.write(f"{PAGE} is drawn.")
