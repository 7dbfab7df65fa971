"""docs/states.md says what the code says: `manage.py draw_states` renews it."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command

from submissions.management.commands.draw_states import PAGE
from submissions.stages import EVENTS, Stage
from submissions.states import MAY_FOLLOW, State
from submissions.states_page import states_page


def test_the_page_is_current():
    assert (settings.BASE_DIR / PAGE).read_text() == states_page(), "run manage.py draw_states"


def test_every_state_stage_event_and_arrow_stands_in_it():
    page = states_page()
    assert all(f"| `{name}` |" in page for name in [*State, *Stage])
    assert all(f"| {event.by} | {event.words} |" in page for event in EVENTS)
    assert "| `signed` | us | reopens | `to_sign` |" in page


def test_every_arrow_is_drawn_and_no_other():
    files, returns = (part.split("```")[0] for part in states_page().split("```mermaid")[1:])
    arrows = [(state, after) for state, later in MAY_FOLLOW.items() for after in later]
    assert all(f"    {state.value} --> {after.value}\n" in files for state, after in arrows)
    assert files.count(" --> ") == len(arrows) + 1
    assert "    to_sign --> signed\n" in returns
    assert "excused" not in returns


def test_the_command_writes_it_there(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    said = StringIO()
    call_command("draw_states", stdout=said)
    assert (tmp_path / PAGE).read_text() == states_page()
    assert said.getvalue() == "docs/states.md is drawn.\n"
