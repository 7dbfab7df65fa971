"""Sending a reminder: the step that is taken and its letters, written together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from desk.chasing import why_not
from desk.ladder import Rung
from desk.models import Chase
from desk.queries.messages import Message, Recipient, compose, situated
from desk.queries.people import people_of
from desk.queries.situations import SituatedReturn, StepsTaken, ladder_step, situations, steps_taken
from footprints.access import check_may
from footprints.events import record
from footprints.letters import Draft, write_letters
from footprints.models import User
from submissions.models import Return
from submissions.stages import STAGE_WORDS
from ui.formats import long_date

ACTOR: Final = "the ladder"
"""Who takes a step where no person does."""


class CannotChase(Exception):
    """No reminder goes: a sentence that says why."""


def chase(
    *, by: User | None, return_record: Return, rung: Rung, at: datetime | None = None, shown: str | None = None
) -> Chase:
    """Take a step of the ladder for a return: its letters are written in the same transaction, and sent by the worker a moment later.
    A step that was taken for the same due date is not taken again: whoever asks a second time is given the first.

    `by` is None for the clock. `shown` is the `digest` of the message that the person looked at: where the message would be another by
    now, it does not go.

    Raises NotAllowed; CannotChase where nobody is to be reminded today (`chasing.why_not`), where nobody could be written to, or where
    the return or the message has changed.
    """
    if by is not None:
        check_may(by, "chase", trust=return_record.trust)
    moment = at or timezone.now()
    with transaction.atomic():
        Return.objects.select_for_update().get(pk=return_record.pk)
        found = situated(return_record, timezone.localdate(moment))
        taken = Chase.objects.filter(return_record=return_record, rung=rung.code, due_date=found.situation.due).first()
        if taken is not None:
            return taken
        if reason := why_not(found.situation, by_clock=not rung.is_by_hand):
            raise CannotChase(reason)
        if found.situation.standing not in rung.stages:
            raise CannotChase(f"The return has moved on. It stands at: {STAGE_WORDS[found.situation.standing]}.")
        if not (rung.is_by_hand or _is_due(found, rung, steps_taken(Return.objects.filter(pk=return_record.pk)))):
            raise CannotChase(
                f"The return is due by {long_date(found.situation.due)} now, so this step is not taken today."
            )
        trust = found.return_record.trust
        message = compose(found, rung, people_of([trust], found.situation.today)[trust.pk])
        if message.why_not:
            raise CannotChase(message.why_not)
        if shown is not None and shown != message.digest:
            raise CannotChase("The message has changed since you looked at it. Look at it again before it goes.")
        (written,) = _write([message], by, moment)
        return written


def take_together(*, steps: Mapping[int, Rung], at: datetime) -> int:
    """Take steps by the clock for several returns, by their keys, in one transaction, and give how many were taken: those that were not
    taken yet and that nothing stands against, now that the returns are held."""
    today = timezone.localdate(at)
    with transaction.atomic():
        returns = Return.objects.filter(pk__in=list(steps))
        list(returns.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        taken = steps_taken(returns)
        found = [each for each in situations(returns, today) if _is_due(each, steps[each.return_record.pk], taken)]
        people = people_of((each.return_record.trust for each in found), today)
        messages = (compose(each, steps[each.return_record.pk], people[each.return_record.trust_id]) for each in found)
        return len(_write([message for message in messages if not message.why_not], None, at))


def _is_due(found: SituatedReturn, rung: Rung, taken: StepsTaken) -> bool:
    """Whether the step is the one for today, by the due date as it stands now: more time may have been given since it was chosen."""
    return ladder_step(found, taken) == rung


def _write(messages: Sequence[Message], by: User | None, moment: datetime) -> list[Chase]:
    """Write the steps with their letters, and record each."""
    chases = Chase.objects.bulk_create(
        Chase(return_record=each.return_record, rung=each.rung.code, due_date=each.due, by=by, at=moment)
        for each in messages
    )
    letters = write_letters(_draft(each, recipient) for each in messages for recipient in each.recipients)
    links = Chase.letters.through
    links.objects.bulk_create(
        links(chase=chase, letter=letters[recipient.user.pk, each.key])
        for chase, each in zip(chases, messages, strict=True)
        for recipient in each.recipients
        if (recipient.user.pk, each.key) in letters
    )
    for chase, each in zip(chases, messages, strict=True):
        people = [recipient.user.pk for recipient in each.recipients]
        detail = {"rung": each.rung.code, "due_date": each.due.isoformat(), "to": people}
        record(verb="reminder written", by=by or ACTOR, subject=chase, trust=each.return_record.trust, detail=detail)
    return chases


def _draft(message: Message, recipient: Recipient) -> Draft:
    return Draft(
        to=recipient.user,
        kind="reminder",
        key=message.key,
        subject=message.subject,
        text=message.text_for(recipient),
        trust=message.return_record.trust,
        to_anyone=not message.return_record.collection.illustrative,  # the people of the example round are made up
    )
