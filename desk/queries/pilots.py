"""Whether the trusts of a pilot have tried a version of a template, before a round of it opens."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from desk.models import Feedback, FeedbackAnswer
from submissions.models import Collection, Return
from ui.formats import long_date, plural

_WANTS_AN_ANSWER = ~Q(clear=Feedback.Answer.YES) | ~Q(obtainable__in=("", Feedback.Answer.YES)) | ~Q(text="")
"""That a line is clear and its figure could be got, with no word more, asks for nothing."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """What the pilots of one version came to; several count as one."""

    version: str
    trusts: int
    """Trusts that were asked to try it."""
    begun: date
    ends: date | None
    """None while one of them still takes files."""
    not_answered: int
    """Remarks of these trusts that nobody has answered."""

    @property
    def words(self) -> str:
        """How many trusts tried it and when, and how many of their remarks are open, in two sentences."""
        trusts = plural(self.trusts, "trust")
        if self.ends is None:
            have = "has" if self.trusts == 1 else "have"
            tried = f"{trusts} {have} been piloting version {self.version} since {long_date(self.begun)}."
        else:
            tried = f"{trusts} piloted version {self.version} from {long_date(self.begun)} to {long_date(self.ends)}."
        if not self.not_answered:
            return f"{tried} None of their remarks waits for an answer."
        open_remarks = plural(self.not_answered, "remark is", "remarks are")
        return f"{tried} {open_remarks} not answered."


def pilot_of(template: str, version: str, today: date | None = None) -> Pilot | None:
    """The pilots of a version that have begun; None where none has. Three queries."""
    day = today or timezone.localdate()
    pilots = list(
        Collection.objects.filter(
            purpose=Collection.Purpose.PILOT, template=template, version=version, opens_date__lte=day
        )
    )
    if not pilots:
        return None
    answers = FeedbackAnswer.objects.filter(
        template=template, version=version, subject=OuterRef("subject"), code=OuterRef("code")
    )
    said = Feedback.objects.filter(_WANTS_AN_ANSWER, return_record__collection__in=pilots, version=version)
    return Pilot(
        version=version,
        trusts=Return.objects.filter(collection__in=pilots).values("trust").distinct().count(),
        begun=min(pilot.opens_date for pilot in pilots),
        ends=None if any(pilot.is_open_on(day) for pilot in pilots) else max(_ended(pilot) for pilot in pilots),
        not_answered=said.filter(~Exists(answers)).count(),
    )


def _ended(pilot: Collection) -> date:
    """The last day on which a pilot that is over took files."""
    closed = None if pilot.closed_at is None else timezone.localdate(pilot.closed_at)
    return min(day for day in (closed, pilot.closes_date) if day is not None)
