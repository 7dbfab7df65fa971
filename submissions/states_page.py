"""docs/states.md, drawn from the tables in code, so that it cannot say anything else. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from submissions.stages import EVENTS, NOT_EXPECTED, STAGE_WORDS, STAGES, Stage, transitions
from submissions.states import HELD_BY, MAY_FOLLOW, WORDS, State


def states_page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([*_head(), *_files(), *_stages(), *_events(), *_transitions()])


def _head() -> Iterator[str]:
    yield from (
        "# States and stages",
        "",
        "Written by `manage.py draw_states` from `submissions/states.py` and `submissions/stages.py`; a test holds this page to them.",
        "A *file* has a state, which is stored. A *return* has a stage, which is worked out from facts on record and never stored.",
        "",
    )


def _files() -> Iterator[str]:
    yield from ("## The states of one file", "", "```mermaid", "stateDiagram-v2")
    for state in State:
        yield f"    {state.value}: {WORDS[state]}"
    yield f"    [*] --> {State.RECEIVED.value}"
    for state, later in MAY_FOLLOW.items():
        yield from (f"    {state.value} --> {after.value}" for after in State if after in later)
    yield from ("```", "", "| state | in words | who holds it |", "| --- | --- | --- |")
    yield from (f"| `{state.value}` | {WORDS[state]} | {HELD_BY[state]} |" for state in State)
    yield ""


def _stages() -> Iterator[str]:
    yield from (
        "## The stages of a return",
        "",
        "The first row whose facts all hold is where the return stands. To the people of the trust, a later file that is being checked",
        "or has trouble is shown first, unless the return is excused.",
        "",
        *_stage_diagram(),
        "| stage | in words | who holds it | when |",
        "| --- | --- | --- | --- |",
    )
    yield from (f"| `{rule.stage.value}` | {rule.words} | {rule.held_by} | {_facts(rule.when)} |" for rule in STAGES)
    yield ""


def _events() -> Iterator[str]:
    yield from (
        "## What can happen",
        "",
        "| who | does what | needs | not while the latest file is | makes |",
        "| --- | --- | --- | --- | --- |",
    )
    for event in EVENTS:
        unless = ", ".join(state.value for state in State if state in event.unless_latest)
        yield f"| {event.by} | {event.words} | {_facts(event.needs)} | {unless} | {_facts(event.makes)} |"
    yield ""


def _transitions() -> Iterator[str]:
    yield from (
        "## Every change of stage",
        "",
        "Found by trying every event on every set of facts that can come about, from a return that nobody has opened on.",
        "",
        "| from | who | does what | to |",
        "| --- | --- | --- | --- |",
    )
    changes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for before, event, after in transitions():
        changes[before.value, event.by, event.words].append(f"`{after.value}`")
    for (start, by, words), ends in changes.items():
        yield f"| `{start}` | {by} | {words} | {', '.join(ends)} |"
    yield ""


def _stage_diagram() -> Iterator[str]:
    """Without the stages in which nothing is expected any more: they can be reached from almost everywhere, and hide the rest."""
    shown = [stage for stage in Stage if stage not in NOT_EXPECTED]
    yield from ("```mermaid", "stateDiagram-v2")
    yield from (f"    {stage.value}: {STAGE_WORDS[stage]}" for stage in shown)
    yield f"    [*] --> {Stage.NOT_STARTED.value}"
    arrows = dict.fromkeys((before, after) for before, _, after in transitions() if before in shown and after in shown)
    yield from (f"    {before.value} --> {after.value}" for before, after in arrows)
    yield from ("```", "")


def _facts(facts: Mapping[str, bool | State | None]) -> str:
    return ", ".join(_fact(name, value) for name, value in facts.items()) or "always"


def _fact(name: str, value: bool | State | None) -> str:
    words = name.replace("_", " ")
    if isinstance(value, State):
        return f"{words} file {value.value}"
    return words if value else f"not {words}"
