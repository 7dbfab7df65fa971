"""How a simulated month must end, worked out from its script alone: slowly, trust by trust and day by day, with nothing of the portal's code.

The rules are written down here a second time, from `docs/chasing.md` and the words on the pages.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from tests.desk.month_script import DUE, LAST_DAY, LEAD_TIME, MANAGED, MORNING, Act, clock, is_working, working_day

BOTH = ("preparer", "signatory")
TO_COME = (
    (-10, "before-10", ("preparer",)),
    (-5, "before-5", ("preparer",)),
    (-1, "before-1", BOTH),
    (0, "due-today", BOTH),
    (1, "late-1", BOTH),
    (3, "late-3", BOTH),
    (5, "late-5", ("chief", *BOTH)),
    (10, "late-10", ("lead", "director", "chief", "signatory")),
)
TO_SIGN = (
    (-5, "sign-before-5", ("signatory",)),
    (-1, "sign-before-1", ("signatory",)),
    (1, "sign-late-1", ("signatory",)),
    (3, "sign-late-3", BOTH),
    (5, "sign-late-5", ("chief", "signatory")),
    (10, "sign-late-10", ("chief", "signatory")),
)
MANAGER = "manager"
"""The one collection manager, who decides on reopenings."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trust belongs."""

    region: str
    footprints: tuple[str, ...]
    closed: date | None
    """Its last day."""
    successor: str = ""
    """The trust that took it over, whose people answer for both."""


@dataclass(slots=True)
class Story:
    """What has become of one return so far."""

    place: Place
    due: date = DUE
    asked: bool = False
    opened: bool = False
    downloaded: bool = False
    waiting_file: date | None = None
    """The day on which a file came that nobody has checked."""
    last_file: date | None = None
    trouble: str = ""
    """Of the last file: blocked, refused, or warnings to explain."""
    came: date | None = None
    signed: bool = False
    queried: bool = False
    unsettled: bool = False
    """Somebody asked about a figure, and has not closed the query, answered or not."""
    nil: bool = False
    nil_signed: bool = False
    excused: bool = False
    promised: date | None = None
    peace_until: date | None = None
    contacts: set[date] = field(default_factory=set)
    steps: set[tuple[date, str]] = field(default_factory=set)

    def stage(self, today: date) -> str:
        """Where it stands."""
        if self.excused:
            return "excused"
        if self.nil:
            return "nil" if self.nil_signed else "nil_to_sign"
        if self.came:
            if self.queried:
                return "queried"
            return "signed" if self.signed else "to_sign"
        if self.place.closed and self.place.closed < today:
            return "gone"
        if self.waiting_file:
            return "checking"
        return self.trouble or ("downloaded" if self.downloaded else "opened" if self.opened else "not_started")

    def is_open(self, today: date) -> bool:
        """Whether anything is left to do."""
        return self.stage(today) not in ("excused", "gone", "nil", "signed")

    def ladder(self, today: date) -> Sequence[tuple[int, str, tuple[str, ...]]]:
        """The steps for where it stands."""
        stage = self.stage(today)
        if stage in ("to_sign", "nil_to_sign"):
            return TO_SIGN
        return TO_COME if stage in ("not_started", "opened", "downloaded", "blocked", "to_explain", "refused") else ()

    def in_peace(self, today: date) -> bool:
        """Whether nobody may remind them: they wait for us, have promised a day still ahead, or were told that we leave them alone."""
        promised = self.promised is not None and self.promised >= today
        peace = self.peace_until is not None and self.peace_until >= today
        return self.asked or self.waiting_file is not None or promised or peace

    def step(self, today: date) -> tuple[str, tuple[str, ...]] | None:
        """The step of the ladder that is taken today, and who is written to."""
        if self.in_peace(today) or today in self.contacts:
            return None
        last = ("opens", BOTH) if self.ladder(today) is TO_COME and today < self.due else None
        for number, code, to in self.ladder(today):
            if working_day(number, self.due) <= today and (number >= 0 or today < self.due):
                last = (code, to)
        if last is None or (self.due, last[0]) in self.steps:
            return None
        told = last[0] == "opens" and any(code == "opens" for _, code in self.steps)
        return None if told else last

    def timeliness(self, today: date) -> str:
        """How it stands to its due date."""
        if self.came is None:
            return "overdue" if today > self.due else "not in yet"
        if self.came > self.due:
            return "late"
        return "on time with an extension" if self.came > DUE else "on time"

    def needs_us(self, today: date) -> bool:
        """Whether a support manager has something to do about it this morning: to decide, or to call."""
        if self.asked:
            return True
        if self.stage(today) == "queried":
            return False
        return self.is_open(today) and not self.in_peace(today) and today > min(self.due, self.promised or self.due)


@dataclass(slots=True)
class Month:
    """How the month ends."""

    stories: dict[str, Story]
    letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many of each kind each person gets."""
    steps: set[tuple[str, str, date]] = field(default_factory=set)
    """Trust, step of the ladder, and day."""

    def stages(self) -> Counter[str]:
        """The register by stage."""
        return Counter(story.stage(LAST_DAY) for story in self.stories.values())

    def timeliness(self) -> Counter[str]:
        """Of those that are expected, the five counts; the others apart."""
        return Counter(
            stage if (stage := story.stage(LAST_DAY)) in ("excused", "gone") else story.timeliness(LAST_DAY)
            for story in self.stories.values()
        )

    def write(self, kind: str, *people: str) -> None:
        """One letter to each."""
        self.letters.update((kind, person) for person in people)


def month(acts: Mapping[str, Sequence[Act]], places: Mapping[str, Place]) -> Month:
    """Everything that happens, in the order of time."""
    done = Month({code: Story(place) for code, place in places.items()})
    for code, act in clock(acts, lambda day, moment: _portal(done, day, moment)):
        _act(done, code, act)
    return done


def _portal(done: Month, day: date, moment: time) -> None:
    if moment == MORNING:
        for region in MANAGED:
            if any(story.needs_us(day) for story in done.stories.values() if story.place.region == region):
                done.write("summary", f"support {region}")
    if moment == LEAD_TIME:
        if _first_of_the_week(day):
            for footprint in {name for story in done.stories.values() for name in story.place.footprints}:
                inside = [story for story in done.stories.values() if footprint in story.place.footprints]
                if any(story.is_open(day) or story.unsettled for story in inside):
                    done.write("digest", f"lead {footprint}")
        for code, story in done.stories.items():
            if step := story.step(day):
                story.steps.add((story.due, step[0]))
                story.contacts.add(day)
                done.steps.add((code, step[0], day))
                done.write("reminder", *_people(code, story.place, step[1]))


def _first_of_the_week(day: date) -> bool:
    return not any(is_working(day.fromordinal(day.toordinal() - back)) for back in range(1, day.weekday() + 1))


def _people(code: str, place: Place, to: Sequence[str]) -> set[str]:
    answering = [code, place.successor] if place.successor else [code]
    found = {f"{what} {one}" for what in to if what in ("preparer", "signatory", "chief") for one in answering}
    if "lead" in to:
        found |= {f"lead {footprint}" for footprint in place.footprints}
    return found | ({f"director {place.region}"} if "director" in to else set())


def _act(done: Month, code: str, act: Act) -> None:
    story, preparer, signatory = done.stories[code], f"preparer {code}", f"signatory {code}"
    match act.verb.split():
        case ["open"]:
            story.opened = True
        case ["download"]:
            story.downloaded = True
        case ["send", what]:
            story.waiting_file, story.trouble = act.day, what
        case ["check"]:
            _check(done, story, preparer, _people(code, story.place, ["signatory"]))
        case ["sign"]:
            story.signed = True
            done.write("signed", preparer, signatory)
        case ["sign", "nil"]:
            story.nil_signed = True
            done.write("signed", preparer, signatory)
        case ["declare", "nil"]:
            story.nil, story.came = True, act.day
            done.write("to sign", *_people(code, story.place, ["signatory"]))
        case ["take", "nil", "back"]:
            story.nil, story.came = False, None
        case ["ask", "to", "reopen"]:
            done.write("reopening", MANAGER, signatory)
        case ["reopen"]:
            story.signed = False
            done.write("reopening", preparer, signatory)
        case ["explain"]:
            _accept(done, story, preparer, _people(code, story.place, ["signatory"]))
        case ["query"]:
            story.queried = story.unsettled = True
            done.write("query", *_people(code, story.place, BOTH))
        case ["answer"]:
            story.queried = False
            done.write("query_answered", f"support {story.place.region}" if story.place.region in MANAGED else MANAGER)
        case ["close"]:
            story.unsettled = False
        case ["excuse"]:
            story.excused = True
            done.write("excuse", *_people(code, story.place, BOTH))
        case _:
            _agree(done, story, act, preparer)


def _check(done: Month, story: Story, preparer: str, signatories: set[str]) -> None:
    story.last_file, story.waiting_file = story.waiting_file, None
    if story.trouble == "clean":
        _accept(done, story, preparer, signatories)
    else:
        story.trouble = {"errors": "blocked", "words": "refused", "odd": "to_explain"}[story.trouble]
        done.write(story.trouble, preparer)


def _accept(done: Month, story: Story, preparer: str, signatories: set[str]) -> None:
    story.came, story.trouble = story.last_file, ""
    done.write("receipt", preparer)
    done.write("to sign", *signatories)


def _agree(done: Month, story: Story, act: Act, preparer: str) -> None:
    match act.verb:
        case "ask":
            story.asked = True
        case "grant" | "refuse":
            story.asked = False
            story.due = act.until or story.due
            done.write("extension", preparer)
        case "talk":
            story.contacts.add(act.day)
            story.promised = act.until or story.promised
        case "pause":
            story.peace_until = act.until
        case _:
            raise ValueError(f"nobody knows how to {act.verb}")
