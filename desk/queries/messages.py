"""The messages of reminders: to whom, and in what words. Composed the same for a preview, which writes nothing, and for sending."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desk.chasing import why_not
from desk.ladder import Rung, rung_by_hand
from desk.queries.people import TrustPeople, people_of
from desk.queries.situations import SituatedReturn, situations
from footprints.letters import page_address
from footprints.models import RoleKind, User
from footprints.working_days import working_days_between
from submissions.models import Return, ReturnQuerySet
from submissions.stages import STAGE_WORDS
from ui.formats import long_date, plural, sentence_list
from ui.plain_text import one_line

YOUR_MANAGER = "your support manager at NHS Improvement"
NOBODY_TO_WRITE_TO = "Nobody could be written to: the trust has no {}."


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person whom a message goes to, and as what."""

    user: User
    kind: RoleKind

    @property
    def in_words(self) -> str:
        """Such as "Jane Marsh (STP lead)"."""
        return f"{one_line(self.user.name)} ({self.kind.label})"


@dataclass(frozen=True, slots=True)
class Message:
    """One reminder of one return, as it would go today. Where `why_not` says something, it does not go."""

    return_record: Return
    rung: Rung
    due: date
    recipients: tuple[Recipient, ...]
    subject: str
    text: str
    why_not: str

    @property
    def key(self) -> str:
        """The key of its letters: the same step for the same due date is one letter to each person."""
        return f"chase {self.return_record.pk} {self.rung.code} {self.due.isoformat()}"

    @property
    def digest(self) -> str:
        """What tells whether the message that goes is the one that was shown."""
        people = ",".join(str(recipient.user.pk) for recipient in self.recipients)
        return hashlib.sha256("\0".join((self.key, self.subject, self.text, people)).encode()).hexdigest()

    def text_for(self, recipient: Recipient) -> str:
        """The words with the foot that says to this person why they get it, and who else does."""
        trust = one_line(self.return_record.trust.name)
        others = [other.in_words for other in self.recipients if other.user != recipient.user]
        foot = f"You get this letter because you are {recipient.kind.label} for {_place(recipient.kind, trust)}."
        also = f" It also goes to {sentence_list(others)}." if others else ""
        return f"{self.text}\n\n--\n{foot}{also} Nobody reads answers to this address.\n"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A return of which nobody is reminded, and why."""

    return_record: Return
    why_not: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Every message as it would go today, and the returns of which nobody is reminded."""

    messages: tuple[Message, ...]
    left_out: tuple[LeftOut, ...]


def preview_by_hand(returns: ReturnQuerySet, today: date) -> Preview:
    """What would go if somebody sent reminders of these returns by hand today: in the same few queries however many there are."""
    found = list(situations(returns, today))
    people = people_of((each.return_record.trust for each in found), today)
    messages: list[Message] = []
    left_out: list[LeftOut] = []
    for each in found:
        rung = by_hand(each)
        message = compose(each, rung, people[each.return_record.trust_id]) if rung is not None else None
        reason = message.why_not if message is not None else why_not(each.situation)
        if message is None or reason:
            left_out.append(LeftOut(each.return_record, reason))
        else:
            messages.append(message)
    return Preview(tuple(messages), tuple(left_out))


def by_hand(found: SituatedReturn) -> Rung | None:
    """The step that is taken when a person sends a reminder of this return from the desk today; None at a stage of which nobody could
    be reminded."""
    situation = found.situation
    return rung_by_hand(
        found.return_record.collection.ladder, situation.standing, due=situation.due, today=situation.today
    )


def compose(found: SituatedReturn, rung: Rung, people: TrustPeople) -> Message:
    """The message of one step for one return."""
    recipients = tuple(Recipient(person, kind) for person, kind in people.named(rung.to))
    words = _words(found, people)
    lines = [f"{one_line(found.return_record.collection.name)}, {one_line(found.return_record.trust.name)}"]
    if found.return_record.collection.illustrative:
        lines.append("EXAMPLE DATA. This round is made up, and nobody owes anything to it.")
    lines += [line for line in rung.text.format(**words).splitlines() if line.strip()]
    reason = why_not(found.situation, by_clock=not rung.is_by_hand)
    if not reason and not recipients:
        reason = NOBODY_TO_WRITE_TO.format(_either(rung.to))
    return Message(
        return_record=found.return_record,
        rung=rung,
        due=found.situation.due,
        recipients=recipients,
        subject=one_line(rung.subject.format(**words))[:200],
        text="\n\n".join(lines),
        why_not=reason,
    )


def _words(found: SituatedReturn, people: TrustPeople) -> dict[str, str]:
    situation, manager = found.situation, people.manager
    return {
        "trust": one_line(found.return_record.trust.name),
        "collection": one_line(found.return_record.collection.name),
        "due_date": long_date(situation.due),
        "days_left": _days(situation.today, situation.due),
        "days_late": _days(situation.due, situation.today),
        "stage": STAGE_WORDS[situation.stage],
        "link": page_address("submissions:return", found.return_record.pk),
        "support": f"{one_line(manager.name)}, {manager.email}" if manager else YOUR_MANAGER,
    }


def _days(start: date, end: date) -> str:
    """How far apart two days are: in working days, or in days where none lies between."""
    working = working_days_between(start, end)
    return plural(working, "working day") if working > 0 else plural(max((end - start).days, 0), "day")


def _place(kind: RoleKind, trust: str) -> str:
    if kind == RoleKind.STP_LEAD:
        return f"a footprint of {trust}"
    return f"the region of {trust}" if kind == RoleKind.REGIONAL_DIRECTOR else trust


def _either(kinds: Iterable[str]) -> str:
    words = [RoleKind(kind).label for kind in kinds]
    return f"active {' or '.join(words)}"


def situated(return_record: Return, today: date) -> SituatedReturn:
    """One return with what is known about it now."""
    return next(iter(situations(Return.objects.filter(pk=return_record.pk), today)))
