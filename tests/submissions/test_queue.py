"""Which files are queued again: those that waited too long and are unfinished, each by one sweep only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from submissions.actions.queue import claim_waiting
from submissions.models import Submission
from submissions.states import State
from tests.factories import SubmissionFactory
from tests.submissions.scenes import at_once


def waiting(minutes: float, **given) -> Submission:
    then = timezone.now() - timedelta(minutes=minutes)
    return SubmissionFactory(queued_at=then, received_at=then, **given)


def claim(**given) -> list[int]:
    return claim_waiting(since=timezone.now() - timedelta(seconds=30), **given)


def test_what_waited_too_long_is_claimed_oldest_first(db):
    second, first = waiting(5), waiting(60)
    waiting(0.2)
    assert claim() == [first.pk, second.pk]


def test_what_was_claimed_counts_as_queued_a_moment_ago(db):
    waiting(5)
    assert len(claim()) == 1
    assert claim() == []
    assert timezone.now() - Submission.objects.get().queued_at < timedelta(seconds=5)


def test_it_is_claimed_again_when_it_waited_again(db):
    file = waiting(5)
    claim()
    Submission.objects.update(queued_at=timezone.now() - timedelta(seconds=31))
    assert claim() == [file.pk]


@pytest.mark.parametrize("state", sorted(set(State) - {State.RECEIVED}))
def test_a_file_that_is_finished_or_set_aside_is_left_alone(state, db):
    waiting(60, state=state, loaded_at=timezone.now())
    assert claim() == []


def test_no_more_than_asked_for(db):
    files = [waiting(minutes) for minutes in (40, 30, 20, 10)]
    assert claim(most=3) == [file.pk for file in files[:3]]
    assert claim(most=3) == [files[3].pk]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_share_what_waits():
    files = {waiting(5).pk for _ in range(40)}
    first, second = at_once(claim, claim)
    assert sorted(first + second) == sorted(files)
