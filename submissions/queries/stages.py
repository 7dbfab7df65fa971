"""The stages that a file passes through, as the page that waits for it shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from submissions.models import Submission
from submissions.states import State

StageState = Literal["done", "current", "waiting", "failed"]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage, and when it ended."""

    text: str
    state: StageState
    ended_at: datetime | None
    detail: str = ""


def stages(file: Submission) -> list[StageRow]:
    """Received, opened safely, read, checked, loaded, compared; a stage that stopped the file is failed."""
    moments = [
        ("Received and kept safe", file.received_at),
        ("Opened safely", file.guarded_at if file.state != State.REFUSED else None),
        ("Figures read", file.read_at),
        ("Checked against every rule", file.checked_at),
        ("Figures loaded", file.loaded_at),
        ("Compared with other trusts", file.measured_at),
    ]
    stopped = file.state in (State.REFUSED, State.BLOCKED, State.STUCK)
    rows: list[StageRow] = []
    for text, ended_at in moments:
        if ended_at is not None:
            rows.append(StageRow(text, "done", ended_at))
        elif all(row.state == "done" for row in rows):
            rows.append(StageRow(text, "failed" if stopped else "current", None))
        else:
            rows.append(StageRow(text, "waiting", None))
    return rows
