"""The whole story of one return: where it stands, what is next, everything that was said, asked, sent and decided, and the people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from desk.chasing import why_not
from desk.models import Pause
from desk.next_action import ActionFacts, held_by, next_action, words_of
from desk.queries.desk_rows import footprint_names
from desk.queries.messages import situated
from desk.queries.people import ADDRESSED, TrustPeople, people_of
from desk.queries.situations import SituatedReturn
from desk.queries.story_entries import Entry, entries
from desk.queries.story_letters import SentLetter
from footprints.models import Footprint, Letter, Membership, RoleKind, Trust, User
from footprints.queries.people import without_people
from submissions.models import Extension, Return
from submissions.queries.progress import ReturnRow, return_rows
from submissions.stages import OUTSTANDING, Holder
from submissions.states import State


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody to speak with, as what, and whether mail reaches them."""

    person: User
    kind: RoleKind
    last: SentLetter | None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything on the page."""

    row: ReturnRow
    found: SituatedReturn
    around: TrustPeople
    footprints: tuple[str, ...]
    people: tuple[Correspondent, ...]
    entries: tuple[Entry, ...]
    paused: Pause | None
    waiting: Extension | None
    missing: tuple[RoleKind, ...]
    """The posts that nobody holds."""

    @property
    def is_outstanding(self) -> bool:
        """Whether the desk looks after it."""
        return self.row.standing in OUTSTANDING

    @property
    def facts(self) -> ActionFacts:
        """What the next action follows from."""
        return facts_of(self.found, self.missing, self.row)

    @property
    def action_words(self) -> str:
        """What to do next."""
        return (
            words_of(next_action(self.facts), self.facts) if self.is_outstanding else "Nothing: it is not outstanding"
        )

    @property
    def held_by(self) -> Holder:
        """Who has to do something next, as the queue says it where it lists the return."""
        return held_by(self.row.standing, next_action(self.facts)) if self.is_outstanding else self.row.held_by

    @property
    def why_not(self) -> str:
        """Why nobody is reminded today; empty where a reminder may go."""
        return why_not(self.found.situation)


def facts_of(found: SituatedReturn, missing: tuple[RoleKind, ...], row: ReturnRow) -> ActionFacts:
    """What the next action of one return follows from."""
    situation, latest = found.situation, found.situation.facts.latest
    return ActionFacts(
        standing=situation.standing,
        due=situation.due,
        today=situation.today,
        latest=latest if latest in (State.RECEIVED, State.STUCK) else None,
        extension_waiting=situation.more_time_asked,
        waiver_waiting=situation.waiver_asked,
        promised=situation.promised,
        contacted_today=situation.contacted == situation.today,
        paused_until=situation.paused_until,
        without_preparer=RoleKind.PREPARER in missing,
        without_signatory=RoleKind.SIGNATORY in missing,
        errors=row.errors,
        to_explain=row.to_explain,
    )


def story(return_record: Return, today: date, *, with_figures: bool = False) -> Story:
    """The story of a return, in a fixed number of queries; the text of letters that tell figures only `with_figures`."""
    trust = return_record.trust
    around = people_of([trust], today)[trust.pk]
    posts = without_people([trust], today).get(trust.pk)
    (row,) = return_rows(Return.objects.filter(pk=return_record.pk))
    return Story(
        row=row,
        found=situated(return_record, today),
        around=around,
        footprints=footprint_names([trust.pk], today).get(trust.pk, ()),
        people=tuple(_people(around)),
        entries=entries(return_record, today, with_figures=with_figures),
        paused=Pause.objects.in_force(today).filter(trust=trust).select_related("by").first(),
        waiting=return_record.extensions.waiting().first(),
        missing=posts.missing if posts else (),
    )


def footprints_of(trust: Trust, today: date) -> list[Footprint]:
    """The footprints of a trust, by name."""
    members = Membership.objects.current(today).filter(trust=trust)
    return list(Footprint.objects.filter(pk__in=members.values("footprint")).order_by("name"))


def _people(around: TrustPeople) -> Iterator[Correspondent]:
    everybody = around.named(ADDRESSED)
    letters = Letter.objects.filter(to__in=[person.pk for person, _ in everybody]).exclude(
        sent_at=None, given_up_at=None
    )
    last = {
        letter.to_id: SentLetter(letter) for letter in letters.order_by("to_id", "-written_at", "-pk").distinct("to_id")
    }
    for person, kind in everybody:
        yield Correspondent(person, kind, last.get(person.pk))
