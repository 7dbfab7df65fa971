"""The letters about other dates of a round, to everybody who still has something to do for it."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils import timezone

from footprints.letters import Draft, write_letters
from footprints.models import Event, RoleKind, User
from submissions.actions.return_letters import return_letter_text
from submissions.models import Collection, Return
from submissions.queries.people import people_of_each
from submissions.queries.standing import with_standing
from submissions.stages import OUTSTANDING
from ui.formats import long_date
from ui.plain_text import one_line


def due_dates(collection: Collection) -> Mapping[Return, date]:
    """The returns of a round that are outstanding, with the day by which each is due, an extension included."""
    returns = collection.returns.select_related("trust", "collection").order_by("pk")
    return {found: found.due for found in with_standing(returns, timezone.localdate()).filter(standing__in=OUTSTANDING)}


def write_changed_dates_letters(
    change: Event, collection: Collection, before: Mapping[Return, date], closed_before: date | None, reason: str
) -> None:
    """Tell preparers and signatories of the returns that are outstanding: by when theirs is due now, and why; one letter to each person
    for each change. `before` is what `due_dates` gave, and `closed_before` the day of the close, before the change. Nobody whose dates
    stay is written to, and nobody while the round has not opened: its opening tells the day."""
    if collection.opens_date > timezone.localdate():
        return
    closes_otherwise = collection.closes_date != closed_before
    now = {found: due for found, due in due_dates(collection).items() if found in before}
    changed = {found: due for found, due in now.items() if closes_otherwise or before[found] != due}
    people = people_of_each([found.trust_id for found in changed], [RoleKind.PREPARER, RoleKind.SIGNATORY])

    def drafts() -> Iterator[Draft]:
        for found, due in changed.items():
            body = list(_body(found, before[found], due, closes_otherwise, reason))
            for person in people.get(found.trust_id, ()):
                yield _draft(person, found, f"dates changed {change.pk} {found.pk}", due, body)

    write_letters(drafts())


def _body(found: Return, before: date, due: date, closes_otherwise: bool, reason: str) -> Iterator[str]:
    if before != due:
        yield f"This return is due on {long_date(due)} now. It was due on {long_date(before)}."
    else:
        yield f"This return is due on {long_date(due)}, as before."
    closes = found.collection.closes_date
    if closes_otherwise and closes is not None:
        yield f"Files are taken until {long_date(closes)}."
    elif closes_otherwise:
        yield "Files are taken until NHS Improvement closes the round."
    yield f"Why the dates were changed: {one_line(reason)}"


def _draft(person: User, found: Return, key: str, due: date, body: list[str]) -> Draft:
    return Draft(
        to=person,
        kind="dates",
        key=key,
        subject=one_line(f"Other dates, due on {long_date(due)}: {found.collection.name}, {found.trust.name}"),
        text=return_letter_text(found, body, "you prepare or sign this return"),
        trust=found.trust,
        to_anyone=not found.collection.illustrative,  # as with reminders
    )
