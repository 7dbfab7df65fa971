"""A file that was set aside can be taken up again, and only such a file."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from footprints.models import Event
from submissions.actions.process import MOST_ATTEMPTS
from submissions.actions.try_again import try_again
from submissions.states import State
from tests.factories import SubmissionFactory


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    ids: list[int] = []
    monkeypatch.setattr("submissions.management.commands.try_stuck_again.enqueue", ids.append)
    return ids


def test_every_stuck_file_is_taken_up_and_no_other(db: None, queued: list[int]) -> None:
    stuck = SubmissionFactory(state=State.STUCK, attempts=MOST_ATTEMPTS)
    refused = SubmissionFactory(state=State.REFUSED)
    call_command("try_stuck_again", stdout=StringIO())
    stuck.refresh_from_db()
    refused.refresh_from_db()
    assert (stuck.state, stuck.attempts, refused.state) == (State.RECEIVED, 0, State.REFUSED)
    assert queued == [stuck.pk]
    assert Event.objects.filter(verb="tried again", subject=f"submission:{stuck.pk}").count() == 1


def test_a_reference_that_is_not_stuck_is_named(db: None, queued: list[int]) -> None:
    accepted = SubmissionFactory(state=State.REFUSED)
    with pytest.raises(CommandError, match=accepted.reference):
        call_command("try_stuck_again", accepted.reference)
    assert queued == []


@pytest.mark.parametrize("state", [State.REFUSED, State.BLOCKED, State.REPLACED])
def test_a_file_that_ended_is_not_taken_up(db: None, state: State) -> None:
    with pytest.raises(ValueError, match=state):
        try_again(by="a test", submission=SubmissionFactory(state=state))
