"""Who has returned what, and whom to chase."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.models import RunTrust
from benchmarks.queries.runs import Reading
from benchmarks.words import short_name
from footprints.models import Footprint, Trust
from submissions.models import Collection, Return
from submissions.queries.progress import Progress, ReturnRow, progress, return_rows
from submissions.stages import COMPLETE
from ui.formats import long_date


@dataclass(frozen=True, slots=True)
class TrustReturn:
    """One trust in one round: as it stands, or as a frozen run found it."""

    row: ReturnRow | None
    found: RunTrust | None = None

    @property
    def is_in(self) -> bool:
        """Whether there is a return on record."""
        return self.row.is_in if self.row else self.found is not None and self.found.submission_id is not None

    @property
    def is_signed(self) -> bool:
        """Whether it is signed off."""
        if self.row:
            return self.row.facts.signed or self.row.facts.nil_signed
        return self.found is not None and self.found.is_signed

    @property
    def words(self) -> str:
        """How a frozen run found it."""
        if self.found is None:
            return "no return owed"
        return self.found.absent or ("Signed off" if self.found.is_signed else "Accepted")


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one template, and how many of the footprint's trusts are in."""

    collection: Collection
    returns: dict[int, TrustReturn]
    """By the trust's key."""
    progress: Progress | None
    """None for a frozen run: there is nothing to chase."""
    run: int | None = None
    """The number of the frozen run that found it."""

    @property
    def returned(self) -> int:
        """How many have sent a file, whatever became of it, or declared a nil return."""
        return sum(bool(one.is_in or (one.row and one.row.latest)) for one in self.returns.values())

    @property
    def accepted(self) -> int:
        """How many returns are valid: accepted, or a nil return."""
        return sum(one.is_in for one in self.returns.values())

    @property
    def signed(self) -> int:
        """How many are signed off."""
        return sum(one.is_signed for one in self.returns.values())

    @property
    def expected(self) -> int:
        """How many are wanted."""
        return self.progress.expected if self.progress else len(self.returns)

    def misses(self, trust: Trust) -> bool:
        """Whether the return of a trust is wanted, and not valid yet."""
        one = self.returns.get(trust.pk)
        return one is not None and not one.is_in and (one.row is None or one.row.is_expected)

    @property
    def days_left(self) -> int | None:
        """Days until the common due day, negative once it has passed; None for a frozen run."""
        row = next((one.row for one in self.returns.values() if one.row), None)
        return (self.collection.due_date - row.today).days if row else None


@dataclass(frozen=True, slots=True)
class WhoIsIn:
    """The footprint's trusts against the rounds."""

    rounds: tuple[Round, ...]
    trusts: tuple[Trust, ...]

    @property
    def missing(self) -> list[Trust]:
        """The trusts of which some return that is wanted is not valid yet."""
        return [trust for trust in self.trusts if any(made.misses(trust) for made in self.rounds)]

    @property
    def to_chase(self) -> list[ReturnRow]:
        """Returns that are still to come, to be mended or to be signed, by trust."""
        return [
            one.row
            for trust in self.trusts
            for made in self.rounds
            if (one := made.returns.get(trust.pk)) and one.row and one.row.is_expected and one.row.standing not in COMPLETE
        ]  # fmt: skip


def who_is_in(footprint: Footprint) -> WhoIsIn:
    """As it stands in the newest round of each template; pilots are left out. Two queries, or three where a query about a figure is open."""
    newest = Collection.objects.rounds().order_by("template", "-opens_date", "-pk").distinct("template")
    members = Trust.objects.in_footprint(footprint)
    rows = return_rows(Return.objects.filter(collection__in=newest.values("pk"), trust__in=members))
    by_collection: dict[int, list[ReturnRow]] = {}
    for row in rows:
        by_collection.setdefault(row.collection.pk, []).append(row)
    rounds = [
        Round(
            listed[0].collection, {row.trust.pk: TrustReturn(row) for row in listed}, progress(footprint.name, listed)
        )
        for listed in by_collection.values()
    ]
    return WhoIsIn(
        tuple(sorted(rounds, key=lambda made: made.collection.template)),
        tuple({row.trust.pk: row.trust for row in rows}.values()),
    )


def who_was_in(readings: Iterable[Reading], trusts: tuple[Trust, ...]) -> WhoIsIn:
    """As frozen runs found it."""
    rounds = [
        Round(
            reading.run.collection,
            {trust.trust_id: TrustReturn(None, trust) for trust in reading.trusts},
            progress=None,
            run=reading.run.number,
        )
        for reading in readings
        if reading.run.collection is not None
    ]
    return WhoIsIn(tuple(rounds), trusts)


def letter_address(footprint: Footprint, rows: Sequence[ReturnRow]) -> str:
    """A mailto address that opens a letter to whoever the reader chooses, with the trusts whose returns are still to come."""
    subject = f"Returns of {footprint.name} that are still to come"
    lines = [f"- {short_name(row.trust.name)}, {row.collection.name}: {_standing(row)}" for row in rows]
    body = "\r\n".join(
        [
            f"These returns of {footprint.name} are still to come or to be signed off:",
            "",
            *lines,
            "",
            "Let me know on which day yours will be in, and what would help.",
        ]
    )
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"


def _standing(row: ReturnRow) -> str:
    words = row.stage_words[:1].lower() + row.stage_words[1:]
    return words if row.is_in else f"{words}, due {long_date(row.due_date)} ({row.deadline_words.lower()})"
