"""People leave: their roles end, and they can no longer sign in."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from footprints.access import check_may
from footprints.actions.roles import CannotChangePeople, check_administrator_left, end_role
from footprints.events import record
from footprints.models import Event, Invitation, Role, Trust, User
from footprints.queries.people import left_without

LEAVING = "person_leaves"
SWITCHED_OFF = "person_switched_off"
ACTOR = "leavers"


@transaction.atomic
def leave(*, by: User | str, person: User, from_date: date) -> tuple[Trust, ...]:
    """Somebody leaves: from this day on they hold no role and cannot sign in. Gives the trusts that are left without a signatory or a
    preparer by it. With a day still to come they go on as before until then; `switch_off_leavers` does the rest on the day.

    The time of those who stand in for them stays as it is. Raises NotAllowed unless `by` may manage people,
    CannotChangePeople for a day that has passed, for oneself, and where nobody would be left who can manage people.
    """
    if isinstance(by, User):
        check_may(by, "manage_people")
    check_administrator_left(person)
    current = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    today = timezone.localdate()
    if by == current:
        raise CannotChangePeople({"from_date": "Ask another administrator: you cannot end your own roles here."})
    if from_date < today:
        raise CannotChangePeople({"from_date": "The first day away must be today or later."})
    roles = Role.objects.select_for_update(of=("self",)).not_ended(from_date).filter(user=current).order_by("pk")
    ending = list(roles.select_related("user", "trust", "footprint"))
    without = left_without(ending, from_date)
    for role in ending:
        end_role(by=by, role=role, on=from_date)
    Invitation.objects.filter(user=current, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    record(verb=LEAVING, by=by, subject=current, detail={"from": from_date, "trusts": [trust.pk for trust in without]})
    if from_date <= today:
        _switch_off(by, current)
    return without


@transaction.atomic
def switch_off_leavers(today: date | None = None) -> int:
    """Switch off those whose day of leaving has come; how many. Somebody who was given a role again since stays, and who has come back
    does not leave a second time when that role ends."""
    day = today or timezone.localdate()
    done = Event.objects.filter(verb=SWITCHED_OFF, subject=OuterRef("subject"), at__gte=OuterRef("at"))
    due = Event.objects.filter(~Exists(done), verb=LEAVING, detail__from__lte=day.isoformat())
    keys = {int(subject.partition(":")[2]) for subject in due.values_list("subject", flat=True).distinct()}
    stay = Role.objects.not_ended(day).values("user_id")
    leavers = User.objects.select_for_update(no_key=True).filter(pk__in=keys, is_active=True).exclude(pk__in=stay)
    gone = list(leavers)
    for person in gone:
        _switch_off(ACTOR, person)
    return len(gone)


def _switch_off(by: User | str, person: User) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(verb=SWITCHED_OFF, by=by, subject=person)
