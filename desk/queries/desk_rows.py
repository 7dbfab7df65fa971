"""The rows of the desk as people read them: everything about one page of the queue, in the same queries for one row as for fifty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from desk.models import Chase, Contact, Pause
from desk.next_action import ActionFacts, day_near, held_by, words_of
from desk.queries.desk_filters import FLAGS
from desk.queries.queue import Listed
from footprints.access import trusts_visible_to
from footprints.models import Membership, Trust, User
from submissions.models import Extension, Return
from submissions.queries.progress import ReturnRow, return_rows
from submissions.stages import STAGE_WORDS, Holder, Stage
from submissions.states import State
from ui.formats import plural


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One outstanding return, with what the desk knows of it."""

    listed: Listed
    row: ReturnRow
    footprints: tuple[str, ...]
    contact: Contact | None
    chase: Chase | None
    """The last reminder."""
    asked: Extension | None
    """More time that was asked for, and not decided."""
    paused_until: date | None
    may_chase: bool

    @property
    def return_record(self) -> Return:
        """The return."""
        return self.row.return_record

    @property
    def trust(self) -> Trust:
        """Who owes it."""
        return self.row.trust

    @property
    def stage(self) -> Stage:
        """The stage that counts for the collection."""
        return self.listed.standing

    @property
    def stage_words(self) -> str:
        """The stage with its counts: "Has 7 errors to mend"; and what came of a later file, where one was accepted before."""
        counted = {
            Stage.BLOCKED: f"Has {plural(self.row.errors, 'error')} to mend",
            Stage.TO_EXPLAIN: f"Has {plural(self.row.to_explain, 'warning')} to explain",
        }
        words = counted.get(self.stage, STAGE_WORDS[self.stage])
        if self.row.on_record and self.row.stage != self.row.standing:
            later = STAGE_WORDS[self.row.stage]
            return f"{words}; a later file {later[0].lower()}{later[1:]}"
        return words

    @property
    def held_by(self) -> Holder:
        """Who has to do something next."""
        return held_by(self.stage, self.listed.action)

    @property
    def action_facts(self) -> ActionFacts:
        """What the next action follows from."""
        return ActionFacts(
            standing=self.stage,
            due=self.listed.due,
            today=self.row.today,
            latest=State(self.listed.latest) if self.listed.latest else None,
            extension_waiting=self.listed.extension_waiting,
            waiver_waiting=self.listed.waiver_waiting,
            promised=self.listed.promised,
            contacted_today=self.listed.contacted_today,
            paused_until=self.paused_until,
            without_preparer=self.listed.without_preparer,
            without_signatory=self.listed.without_signatory,
            errors=self.row.errors,
            to_explain=self.row.to_explain,
        )

    @property
    def action_words(self) -> str:
        """What to do next, with its day or number."""
        return words_of(self.listed.action, self.action_facts)

    @property
    def extension_words(self) -> str:
        """What became of the due day: "To 5 October"; "Asked for 5 October"."""
        words = [f"To {day_near(self.listed.due, self.row.today)}"] if self.row.is_extended else []
        if self.asked:
            words.append(f"Asked for {day_near(self.asked.asked_until_date, self.row.today)}")
        return "; ".join(words)

    @property
    def contact_words(self) -> str:
        """When somebody last spoke, with whom, and what was said."""
        if self.contact is None:
            return ""
        day = day_near(timezone.localdate(self.contact.at), self.row.today)
        reached = "" if self.contact.reached else ", not reached"
        return f"{self.contact.get_kind_display()} {day}, {self.contact.with_whom}{reached}: {self.contact.said}"

    @property
    def due_words(self) -> str:
        """The day that counts, an extension included."""
        due = self.listed.due
        return f"{due.day} {due:%B}" + (f" {due.year}" if due.year != self.row.today.year else "")

    @property
    def promised_words(self) -> str:
        """The day that was promised last."""
        return day_near(self.listed.promised, self.row.today) if self.listed.promised else ""

    @property
    def chase_words(self) -> str:
        """When the last reminder went."""
        return f"Reminded {day_near(timezone.localdate(self.chase.at), self.row.today)}" if self.chase else ""

    @property
    def flags(self) -> list[str]:
        """What else to know: nobody in a post, mail that bounced, a pause."""
        raised = {
            "no_preparer": self.listed.without_preparer,
            "no_signatory": self.listed.without_signatory,
            "bounced": self.listed.bounced,
        }
        words = [FLAGS[flag] for flag, is_up in raised.items() if is_up]
        if self.paused_until:
            words.append(f"Reminders paused until {day_near(self.paused_until, self.row.today)}")
        return words


def desk_rows(person: User, listed: Sequence[Listed], today: date) -> list[DeskRow]:
    """The rows of the queue, in its order."""
    keys = [one.pk for one in listed]
    rows = {row.return_record.pk: row for row in return_rows(Return.objects.filter(pk__in=keys))}
    trusts = {row.trust.pk for row in rows.values()}
    footprints = footprint_names(trusts, today)
    newest = ("return_record", "-at", "-pk")
    spoken = (
        Contact.objects.filter(return_record__in=keys).order_by(*newest).distinct("return_record").select_related("by")
    )
    reminded = Chase.objects.filter(return_record__in=keys).order_by(*newest).distinct("return_record")
    contacts = {contact.return_record_id: contact for contact in spoken}
    chases = {chase.return_record_id: chase for chase in reminded}
    asked = {one.return_record_id: one for one in Extension.objects.waiting().filter(return_record__in=keys)}
    pauses = dict(
        Pause.objects.in_force(today).filter(trust__in=trusts).order_by("until_date").values_list("trust", "until_date")
    )
    own = set(trusts_visible_to(person, "chase").filter(pk__in=trusts).values_list("pk", flat=True))
    return [
        DeskRow(
            one,
            row := rows[one.pk],
            footprints.get(row.trust.pk, ()),
            contacts.get(one.pk),
            chases.get(one.pk),
            asked.get(one.pk),
            pauses.get(row.trust.pk),
            row.trust.pk in own,
        )
        for one in listed
        if one.pk in rows
    ]


def footprint_names(trusts: Iterable[int], today: date) -> Mapping[int, tuple[str, ...]]:
    """The footprints of each trust, by name."""
    named: dict[int, tuple[str, ...]] = defaultdict(tuple)
    memberships = Membership.objects.current(today).filter(trust__in=list(trusts)).order_by("footprint__name")
    for trust, name in memberships.values_list("trust", "footprint__name"):
        named[trust] += (name,)
    return named
