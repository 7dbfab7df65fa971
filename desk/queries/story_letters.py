"""The letters about one return other than reminders: what was found in a file, receipts, signatures, more time, excuses, queries."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from footprints.models import Event, Letter
from submissions.models import Excuse, Extension, FigureQuery, NilReturn, Reopening, Return, SignOff
from submissions.queries.signing import NIL_PREFIX, SENT_BACK

_OF_A_FILE: Final = ("blocked", "to_explain", "replaced", "refused", "receipt", "to sign")
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "extension": ("extension {}",),
    "excuse": ("excused {}", "excuse ended {}"),
    "nil": (f"to sign {NIL_PREFIX}{{}}", f"signed {NIL_PREFIX}{{}}", "nil taken back {}"),
    "query": ("query {}", "query answered {}"),
    "sign_off": ("signed {}",),
    "reopening": ("reopening asked {}", "reopening asked {} told", "reopening decided {}"),
    "sent_back": ("sent back {}",),
}
"""The keys under which letters are written, by what they tell of, with the key of that."""

WITH_FIGURES: Final = frozenset(
    {"blocked", "to_explain", "replaced", "refused", "receipt", "query", "query_answered", "dispute"}
)
"""The kinds of letters that tell figures of the trust."""


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter, and what became of it. Its text is shown to whoever may know what stands in it."""

    letter: Letter
    shows_text: bool = True

    @property
    def words(self) -> str:
        """Sent, waiting, bounced, or given up."""
        if self.letter.bounced_at:
            return "Bounced"
        if self.letter.given_up_at:
            return "Could not be sent"
        return "Sent" if self.letter.sent_at else "Waiting to be sent"

    @property
    def is_trouble(self) -> bool:
        """Whether it did not arrive."""
        return bool(self.letter.bounced_at or self.letter.given_up_at)


def letters_about(return_record: Return, *, with_figures: bool) -> Iterator[tuple[SentLetter, ...]]:
    """Each letter with everybody to whom it was written. The text of those that tell figures only `with_figures`."""
    letters = Letter.objects.filter(trust=return_record.trust_id, key__in=list(_keys(return_record)))
    written: dict[str, list[SentLetter]] = defaultdict(list)
    for letter in letters.select_related("to").defer("attachment").order_by("written_at", "pk"):
        written[letter.key].append(SentLetter(letter, with_figures or letter.kind not in WITH_FIGURES))
    for copies in written.values():
        yield tuple(copies)


def _keys(return_record: Return) -> Iterator[str]:
    """The keys of every letter that there may be about a return."""
    files = dict(return_record.submissions.order_by().values_list("pk", "reference"))
    yield from (f"{what} {reference}" for reference in files.values() for what in _OF_A_FILE)
    about = {"return_record": return_record}
    told: dict[str, QuerySet[Any]] = {
        "extension": Extension.objects.filter(**about),
        "excuse": Excuse.objects.filter(**about),
        "nil": NilReturn.objects.filter(**about),
        "query": FigureQuery.objects.filter(**about),
        "sign_off": SignOff.objects.filter(**about),
        "reopening": Reopening.objects.filter(sign_off__return_record=return_record),
        "sent_back": Event.objects.filter(verb=SENT_BACK, subject__in=[f"submission:{pk}" for pk in files]),
    }
    first, *others = (
        rows.order_by()
        .annotate(what=Value(what, CharField()), key_of=Cast("pk", CharField()))
        .values_list("what", "key_of")
        for what, rows in told.items()
    )
    for what, key in first.union(*others, all=True):
        yield from (form.format(key) for form in _KEYS[what])
