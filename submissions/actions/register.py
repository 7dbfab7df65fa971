"""The register of a round after it was opened: what is missing is added, and nothing is ever taken away."""

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import Trust, User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.models import Collection, Return
from submissions.queries.register import missing_from_register


class CannotChangeRound(CannotBeDone):
    """The round, and its register, stay as they are."""


def bring_register_up_to_date(*, by: User | str, collection: Collection) -> tuple[Trust, ...]:
    """Add a return for every trust that owes one by the round's rule and has none, and give those trusts; none is ever removed.

    Raises NotAllowed, CannotChangeRound when the round was closed.
    """
    if isinstance(by, User):
        check_may(by, "manage_collections")
    with transaction.atomic():
        held = locked_round(collection)
        added = tuple(missing_from_register(held))
        Return.objects.bulk_create(Return(collection=held, trust=trust) for trust in added)
        if added:
            codes = [trust.ods_code for trust in added]
            record(verb="register brought up to date", by=by, subject=held, detail={"added": codes})
    return added


def add_to_register(*, by: User, collection: Collection, trust: Trust, reason: str) -> Return:
    """Have one more trust owe a return, though it does not by the round's rule.

    Raises NotAllowed, CannotChangeRound when the round was closed, the trust owes one already or nobody is there to answer.
    """
    check_may(by, "manage_collections")
    with transaction.atomic():
        held = locked_round(collection)
        troubles = reason_troubles(reason)
        if held.returns.filter(trust=trust).exists():
            troubles["trust"] = f"{trust} stands in the register already."
        elif not (trust.is_open_on(timezone.localdate()) or trust.successor_id):
            troubles["trust"] = f"{trust} has closed, and no other trust took it over. Choose a trust that is open."
        if troubles:
            raise CannotChangeRound(**troubles)
        made = Return.objects.create(collection=held, trust=trust, added_by=by, added_reason=reason.strip())
        record(verb="added to the register", by=by, subject=made, trust=trust, detail={"collection": held.pk})
    return made


def locked_round(collection: Collection) -> Collection:
    """The round, locked until the transaction ends. Raises CannotChangeRound when somebody closed it."""
    held = Collection.objects.select_for_update().get(pk=collection.pk)
    if held.closed_at is not None:
        raise CannotChangeRound(whole=f"{held} was closed, so nothing about it can be changed.")
    return held
